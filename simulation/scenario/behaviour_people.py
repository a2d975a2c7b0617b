"""Coefficients of payments between people, of family, classes, devices, cash at the till (A9-A12; plan R2, R4, E4)."""

from typing import Annotated

from simulation.quantities import Bounds, Hazard, Multiplier, Probability, Rate, Seconds, Share, YuanAmount, sourced
from simulation.scenario.behaviour_merchants import NO_ESTIMATE, MerchantBehaviour


class PeopleBehaviour(MerchantBehaviour):
    """How people pay each other, learn from their children and in classes, and what slows a payment down."""

    # payments between people (amendment A9)
    person_payments_ratio: Rate = sourced(
        0.25, 0.08, 0.5, "payments to people per payment to a merchant",
        "3 a week (1 to 6) beside 12 to merchants; registered users of one wallet made 2 transactions a week in 2022, "
        "half of them to merchants (PhonePe); that it follows one's payments is an assumption", "assumption",
        symbol="lamP/lam", meaning="payments between people relative to those at tills",
    )  # fmt: skip
    person_ticket_yuan: YuanAmount = sourced(
        80.0, 20, 300, "yuan", f"{NO_ESTIMATE}; red packets and shared bills", "assumption",
        symbol="v_P", meaning="mean amount of a payment between people",
    )  # fmt: skip

    # classes and children
    learning_class: Share = sourced(
        0.3, 0.1, 0.5, "share of the gap", "less than one to one; a Canadian course raised proficiency, size assumed",
        "assumption", symbol="eta_C", meaning="skill gained in a week of class at a senior university",
    )  # fmt: skip
    class_attendance: Hazard = sourced(
        0.02, 0.005, 0.05, "1/week", f"as for one-to-one training; {NO_ESTIMATE}", "assumption",
        symbol="pi_C", meaning="seeking a class next door",
    )  # fmt: skip
    first_use_class: Probability = sourced(
        0.4, 0.1, 0.7, "probability", f"{NO_ESTIMATE}; between nothing and one-to-one training", "assumption",
        symbol="pi1_C", meaning="a class makes a user of a person with account and device (amendment A2)",
    )  # fmt: skip
    child_help_rate: Hazard = sourced(
        0.003, 0.002, 0.03, "1/week",
        "19% of older users learnt from family or others (Beijing survey 2017); with first use through a child set so "
        "that less than 20% of older people's first uses in business as usual come of it", "tuned",
        symbol="pi_kin", meaning="how often a child who uses the service shows it (amendment A11)",
    )  # fmt: skip
    child_account_probability: Probability = sourced(
        0.3, 0.1, 0.5, "probability", NO_ESTIMATE, "assumption",
        symbol="a_kin", meaning="the child opens an account with the parent",
    )  # fmt: skip
    first_use_child: Probability = sourced(
        0.15, 0.1, 0.6, "probability", f"{NO_ESTIMATE}; set together with the rate above", "tuned",
        symbol="pi1_kin", meaning="being shown makes a user of a parent with account and device",
    )  # fmt: skip
    child_payment_share: Share = sourced(
        0.2, 0, 0.5, "share", NO_ESTIMATE, "assumption",
        symbol="s_prx", meaning="payments of a parent that a child makes by telephone (amendment A10)",
    )  # fmt: skip

    # what slows a payment down or makes it fail
    risk_decline: Share = sourced(
        0.02, 0, 0.1, "share of the gap", "a declined payment frightens less than an outage; size assumed",
        "assumption", symbol="s_dec", meaning="rise of perceived risk in a week with a declined payment",
    )  # fmt: skip
    seconds_old_device: Seconds = sourced(
        3.0, 1, 8, "second", f"{NO_ESTIMATE}; an old telephone starts the application more slowly", "assumption",
        symbol="T_old", meaning="added by an old device",
    )  # fmt: skip
    old_device_failure: Probability = sourced(
        0.01, 0, 0.03, "probability",
        "technical declines under 0.75% of payments (India 2025), more on old devices; value assumed", "assumption",
        symbol="f_dev", meaning="an attempt lost to an incompatible device",
    )  # fmt: skip
    seconds_biometric: Annotated[float, Bounds("seconds", -60, 60)] = sourced(
        -3.0, -5, 3, "second", f"a fingerprint instead of a code; {NO_ESTIMATE}", "assumption",
        symbol="T_bio", meaning="change of the verification step under full biometric verification",
    )  # fmt: skip
    cash_seconds_small: Multiplier = sourced(
        0.81, 0.7, 1, "times", "cash under 10 euros 15.2 s against 18.7 s on average (Bundesbank, about 2022)", "seen",
        symbol="m_small", meaning="time of a small cash payment",
    )  # fmt: skip
    cash_seconds_large: Multiplier = sourced(
        1.76, 1.2, 2, "times", "cash over 100 euros 32.9 s against 18.7 s on average (Bundesbank, about 2022)", "seen",
        symbol="m_large", meaning="time of a large cash payment",
    )  # fmt: skip
