"""Every behavioural coefficient with default, range, unit, source and grade (ODD 7, amendments A1-A13).

Field names are those of `core.params.Params`; those of merchants and outages stand in
`behaviour_merchants.py`, those of payments between people, family and devices in `behaviour_people.py`. Where
an amendment replaces a value of the first specification, the amended one stands here.
"""

from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.params import Params
from simulation.quantities import (
    Hazard,
    Km,
    Logit,
    Multiplier,
    Probability,
    Rate,
    Seconds,
    Share,
    Weeks,
    YuanAmount,
    sourced,
)
from simulation.scenario.behaviour_merchants import NO_ESTIMATE
from simulation.scenario.behaviour_people import PeopleBehaviour

BUNDESBANK = "checkout measurements of the Bundesbank"
UNIONPAY_2015 = "survey by UnionPay, 2015"
DIFFUSION_TABLE = "Bass coefficients collected by Van den Bulte"
WORD_OF_MOUTH_INFORMS = (
    "word of mouth carries information, not endorsement (Banerjee et al. 2013); payments between people carry the "
    "network effect (amendment A9)"
)


def _switch(meaning: str) -> Any:
    """Declare a structural switch: off in every ordinary run."""
    extra: dict[str, Any] = {
        "low": 0,
        "high": 1,
        "unit": "true or false",
        "source": "structural switch",
        "grade": "definition",
    }
    return Field(default=False, description=meaning, json_schema_extra=extra)


class Behaviour(PeopleBehaviour):
    """How citizens and merchants behave. A scenario may set any of these; `resolve` shows all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # knowing about the service
    awareness_external: Hazard = sourced(
        0.004, 0.0005, 0.01, "1/week",
        f"{DIFFUSION_TABLE}: cellular telephone .0047 a year; raised because the service is in daily view", "tuned",
        symbol="p_a", meaning="awareness without anybody's word",
    )  # fmt: skip
    awareness_word_of_mouth: Hazard = sourced(
        0.02, 0.005, 0.03, "1/week", f"{DIFFUSION_TABLE}: .1 to 1.0 a year, cellular telephone .506", "seen",
        symbol="q_a", meaning="awareness through users one knows",
    )  # fmt: skip
    awareness_media: Hazard = sourced(
        0.03, 0.01, 0.06, "1/week at intensity 1",
        "in line with advertising elasticities of .12 short and .24 long run (Sethuraman, Tellis & Briesch 2011)",
        "tuned", symbol="m_a", meaning="awareness through a campaign",
    )  # fmt: skip
    word_of_mouth_weeks: Weeks = sourced(
        1e9, 0, 1e9, "week", "structural switch: 0 gives the independent-cascade limit", "definition",
        symbol="wom_win", meaning="how long after first use people talk about it",
    )  # fmt: skip
    mean_field_share: Share = sourced(
        0.0, 0, 1, "share", "structural switch: 1 gives the mean-field (Bass) limit", "definition",
        symbol="mix", meaning="weight of the whole population in what peers do",
    )  # fmt: skip

    # device and account
    access_hazard: Hazard = sourced(
        0.0012, 0.0004, 0.003, "1/week",
        "about 6% a year of those without; Chinese internet users +0.7% in half a year (CNNIC 2024)", "tuned",
        symbol="lam_d", meaning="getting device or account unprompted",
    )  # fmt: skip
    access_peer_hazard: Hazard = sourced(
        0.0024, 0, 0.006, "1/week", f"telephones handed down and accounts opened in the family; {NO_ESTIMATE}", "tuned",
        symbol="q_d", meaning="getting it through users one knows",
    )  # fmt: skip
    access_help_probability: Probability = sourced(
        0.45, 0.2, 0.8, "probability",
        "54 of 56 invited signed up when assisted (pilot in Bangladesh); lower for people without a telephone", "seen",
        symbol="a_help", meaning="an account is opened during personal help",
    )  # fmt: skip
    access_face_probability: Probability = sourced(
        0.25, 0, 0.5, "probability", NO_ESTIMATE, "tuned",
        symbol="a_face", meaning="added where payment by face needs no telephone",
    )  # fmt: skip

    # skill and help
    learning_by_doing: Share = sourced(
        0.06, 0.02, 0.15, "share of the gap a week",
        "learning by doing is the main channel of persistence (debit cards in India's demonetisation)", "tuned",
        symbol="eta_u", meaning="skill gained in a week with electronic payment",
    )  # fmt: skip
    learning_peer: Share = sourced(
        0.3, 0.1, 0.5, "share of the gap", "19% of older users learnt from family or others (Beijing survey 2017)",
        "tuned", symbol="eta_p", meaning="skill gained when someone near shows it",
    )  # fmt: skip
    peer_help_rate: Hazard = sourced(
        0.01, 0.002, 0.03, "1/week where all peers are users", "the same Beijing survey", "tuned",
        symbol="pi_p", meaning="how often someone near shows it",
    )  # fmt: skip
    learning_training: Share = sourced(
        0.5, 0.3, 0.8, "share of the gap",
        "active use 22% to 70% a year after training (Lee et al., Bangladesh); eager families, so an upper bound",
        "seen", symbol="eta_T", meaning="skill gained in one-to-one training",
    )  # fmt: skip
    learning_kiosk: Share = sourced(
        0.3, 0.1, 0.5, "share of the gap", "trained agents raise adoption (Kenya); size not reported", "tuned",
        symbol="eta_K", meaning="skill gained at a help kiosk",
    )  # fmt: skip
    forgetting: Share = sourced(
        0.015, 0.005, 0.05, "1/week", "forgetting curves; half of it is gone after 46 weeks", "recalled",
        symbol="del_k", meaning="decay of skill that is not used",
    )  # fmt: skip
    training_risk_relief: Share = sourced(
        0.25, 0, 0.5, "share",
        "a digital-skills course raised proficiency but not confidence (Canada, 145 people): may be 0", "tuned",
        symbol="kap_T", meaning="perceived risk removed by training",
    )  # fmt: skip
    training_attendance: Hazard = sourced(
        0.02, 0.005, 0.05, "1/week", NO_ESTIMATE, "tuned",
        symbol="pi_T", meaning="seeking training next door",
    )  # fmt: skip
    kiosk_attendance: Hazard = sourced(
        0.02, 0.005, 0.05, "1/week", NO_ESTIMATE, "tuned",
        symbol="pi_K", meaning="seeking a kiosk next door",
    )  # fmt: skip
    help_distance_km: Km = sourced(
        5.0, 1, 15, "km", "people walk 2 to 5 km to a bank agent (proximity study of savings banks)", "seen",
        symbol="ell", meaning="distance at which attendance falls to 37%",
    )  # fmt: skip
    help_skill_ceiling: Share = sourced(
        0.6, 0.4, 0.8, "skill 0-1", "users who manage do not come (ODD 7.4); value assumed", "assumption",
        symbol="k_help", meaning="users above this skill seek no help",
    )  # fmt: skip
    attends_help_share: Share = sourced(
        0.4, 0.2, 0.7, "share", NO_ESTIMATE, "assumption",
        symbol="h_att", meaning="people who ever come to offered help (amendment A4)",
    )  # fmt: skip
    first_use_training: Probability = sourced(
        0.7, 0.3, 0.9, "probability", "training trials include an assisted first payment; value assumed", "assumption",
        symbol="pi1_T", meaning="training makes a user of a person with account and device (amendment A2)",
    )  # fmt: skip
    first_use_kiosk: Probability = sourced(
        0.4, 0.1, 0.7, "probability", NO_ESTIMATE, "assumption",
        symbol="pi1_K", meaning="a kiosk visit does (amendment A2)",
    )  # fmt: skip

    # perceived risk, fraud, outages
    risk_reversion: Share = sourced(
        0.06, 0.02, 0.5, "1/week",
        "newspaper reports of fraud act for a day (Kosse 2013); victims remember longer (US survey 2024)", "seen",
        symbol="del_r", meaning="perceived risk returning to its baseline",
    )  # fmt: skip
    risk_own_incident: Share = sourced(
        0.6, 0.3, 0.9, "share of the gap", "56% of victims cut use (trade survey); independent of the loss", "seen",
        symbol="s_own", meaning="rise of perceived risk after an own incident",
    )  # fmt: skip
    risk_peer_incident: Share = sourced(
        0.08, 0, 0.2, "share of the gap", f"vicarious experience; {NO_ESTIMATE}", "tuned",
        symbol="s_nb", meaning="rise after an incident of someone near",
    )  # fmt: skip
    risk_outage: Share = sourced(
        0.1, 0.02, 0.3, "share of the gap", "downtime is a main complaint (MicroSave); size not reported", "tuned",
        symbol="s_out", meaning="rise after a payment that failed",
    )  # fmt: skip
    settlement_share: Share = sourced(
        0.6, 0.3, 0.9, "share", f"recovery about 4% without a service ({UNIONPAY_2015}); target of a service", "tuned",
        symbol="rho_H", meaning="incidents a full hotline settles in the week",
    )  # fmt: skip
    settled_risk_share: Share = sourced(
        0.25, 0, 0.6, "share", "a settled incident frightens a quarter as much (ODD 7.11); value assumed", "assumption",
        symbol="s_set", meaning="what is left of the rise when settled",
    )  # fmt: skip
    lapse_after_incident: Probability = sourced(
        0.15, 0.05, 0.4, "probability", "part of the 56% of victims who cut use (trade survey)", "tuned",
        symbol="s_ab", meaning="giving up at once after an unsettled incident",
    )  # fmt: skip
    structural_assurance: Share = sourced(
        0.2, 0, 0.4, "share of baseline risk", "institution-based trust (McKnight 1998; Gefen 2003)", "recalled",
        symbol="k_S", meaning="risk taken away by hotline and fraud control",
    )  # fmt: skip
    fraud_probability: Probability = sourced(
        2e-5, 2e-6, 1e-4, "probability a payment",
        f"13% of Chinese mobile payers ever defrauded ({UNIONPAY_2015}) over about 1,000 payments a year", "tuned",
        symbol="f_0", meaning="incident per electronic payment",
    )  # fmt: skip
    fraud_old_factor: Multiplier = sourced(
        1.5, 1, 3, "times", "59% of users over 50 were attacked (UnionPay 2017)", "tuned",
        symbol="f_old", meaning="fraud at ages 60 and over",
    )  # fmt: skip
    fraud_unverified_factor: Multiplier = sourced(
        1.3, 1, 2, "times", f"{NO_ESTIMATE}; reports of the European Central Bank compare the two kinds", "tuned",
        symbol="f_nv", meaning="fraud without verification",
    )  # fmt: skip
    fraud_loss_median_yuan: YuanAmount = sourced(
        420.0, 200, 1000, "yuan",
        "mean of about 8,000 rupees a reported case in India 2022-24 (some 690 yuan); lognormal with sigma 1", "seen",
        symbol="l_med", meaning="median loss of an incident",
    )  # fmt: skip
    fraud_loss_sigma: Rate = sourced(
        1.0, 0.5, 2, "standard deviation of the logarithm", "shape assumed", "assumption",
        symbol="l_sig", meaning="spread of losses",
    )  # fmt: skip

    # trial, return, lapse
    trial_rate: Rate = sourced(
        0.06, 0.03, 0.15, "1/week", "12 to 15% of adults registered a year at best (GSMA); fixed to identify alpha",
        "tuned", symbol="mu", meaning="how often a non-user considers it",
    )  # fmt: skip
    return_rate: Rate = sourced(
        0.04, 0.02, 0.1, "1/week", "as for non-users, with less attention", "tuned",
        symbol="mu_R", meaning="how often a lapsed user considers it",
    )  # fmt: skip
    media_trial: Rate = sourced(
        0.3, 0.1, 0.6, "1 at intensity 1", "advertising elasticities of .12 and .24", "tuned",
        symbol="psi", meaning="how much more often during a campaign",
    )  # fmt: skip
    weight_usefulness: Logit = sourced(
        3.5, 1.5, 6, "logit",
        "more terminals raise other consumers' cards (Higgins 2024); acceptance matters (Arango et al. 2015)", "tuned",
        symbol="b_u", meaning="being able to pay this way where one shops",
    )  # fmt: skip
    weight_peers: Logit = sourced(
        0.3, 0, 0.8, "logit", WORD_OF_MOUTH_INFORMS, "assumption", symbol="b_n", meaning="users one knows",
    )  # fmt: skip
    weight_effort: Logit = sourced(
        2.4, 1, 4, "logit", "effort matters for the old (Chinese surveys), often not for others (UTAUT2 reviews)",
        "tuned", symbol="b_e", meaning="effort of use",
    )  # fmt: skip
    weight_risk: Logit = sourced(
        1.6, 0.5, 3, "logit", "risk and trust are the commonest extensions of UTAUT2", "tuned",
        symbol="b_r", meaning="perceived risk",
    )  # fmt: skip
    weight_incentive: Logit = sourced(
        0.8, 0.3, 1.5, "logit per ln(1 + yuan/10)",
        "a loyalty scheme +23 points of card use (Simon et al. 2010); rewards inelastic (Arango et al. 2015)", "tuned",
        symbol="b_c", meaning="money offered for use",
    )  # fmt: skip
    weight_cash_preference: Logit = sourced(
        2.5, 1, 4, "logit", NO_ESTIMATE, "assumption",
        symbol="b_pc", meaning="preferring cash (amendment A8)",
    )  # fmt: skip
    taste_sd: Rate = sourced(
        1.0, 0.5, 2, "logit", "adopter categories of Rogers; differences nobody observed", "recalled",
        symbol="sigma_xi", meaning="spread of innovativeness",
    )  # fmt: skip
    lapse_early: Hazard = sourced(
        0.15, 0.04, 0.25, "1/week",
        "8% of installed applications in use after 4 weeks (trade figures, an upper bound); amendment A7", "tuned",
        symbol="lam_L", meaning="giving up before it is a habit",
    )  # fmt: skip
    lapse_late: Hazard = sourced(
        0.0025, 0.0005, 0.006, "1/week",
        "active among registered 25-38% (GSMA) up to 85% daily among users (PCAC 2023)", "tuned",
        symbol="lam_0", meaning="giving up later",
    )  # fmt: skip
    coupon_return_weeks: Weeks = sourced(
        26.0, 13, 52, "week", "rule of the programme", "definition",
        symbol="coup_win", meaning="weeks of not paying after which the first-use coupon is offered again",
    )  # fmt: skip
    cashback_weeks: Weeks = sourced(
        8.0, 4, 26, "week", "rule of the programme (ODD 7.6)", "definition",
        symbol="cb_win", meaning="weeks after first use in which cashback is paid",
    )  # fmt: skip

    # choosing the method of each payment
    habit_rate: Share = sourced(
        0.1, 0.05, 0.3, "1/week", "66 days to form a habit, 18 to 254 (Lally et al. 2010)", "seen",
        symbol="eta_h", meaning="speed of habit",
    )  # fmt: skip
    method_constant: Logit = sourced(
        0.1, -1, 1, "logit", "about .85 electronic where accepted among mature users", "tuned",
        symbol="c_0", meaning="liking electronic payment at the till",
    )  # fmt: skip
    method_habit: Logit = sourced(
        2.3, 1, 3.5, "logit", "below 4 the habit has one rest point", "tuned",
        symbol="c_H", meaning="habit at the till",
    )  # fmt: skip
    method_scale: Multiplier = sourced(
        0.5, 0.2, 1, "times", "one scale instead of two more slopes", "tuned",
        symbol="rho", meaning="effort and risk at the till relative to adoption",
    )  # fmt: skip
    method_time: Logit = sourced(
        0.35, 0.1, 0.8, "logit per 10 seconds", "+7% transactions without verification (Brown et al. 2022)", "seen",
        symbol="c_T", meaning="time saved at the till",
    )  # fmt: skip
    method_incentive: Logit = sourced(
        1.0, 0.3, 2, "logit per ln(1 + yuan/10)", "price incentives steer and fade within days (Ho et al. 2022)",
        "tuned", symbol="c_c", meaning="cashback at the till",
    )  # fmt: skip
    regular_share: Share = sourced(
        0.6, 0.4, 0.8, "share", "literature on store loyalty", "recalled",
        symbol="om", meaning="payments made at the regular merchant",
    )  # fmt: skip
    seconds_cash: Seconds = sourced(
        18.1, 15, 25, "second", f"{BUNDESBANK}: 18.1; an earlier wave 22", "seen",
        symbol="T_c", meaning="a cash payment",
    )  # fmt: skip
    seconds_electronic: Seconds = sourced(
        12.0, 8, 16, "second", f"{BUNDESBANK}: mobile 11.8, contactless card 13.2", "seen",
        symbol="T_e", meaning="an electronic payment without verification",
    )  # fmt: skip
    seconds_verification: Seconds = sourced(
        8.0, 4, 12, "second", f"{BUNDESBANK}: 18.2 with PIN against 13.2; inserted card 23.8", "seen",
        symbol="T_v", meaning="the verification step",
    )  # fmt: skip
    seconds_unskilled: Seconds = sourced(
        12.0, 5, 30, "second", NO_ESTIMATE, "tuned", symbol="T_k", meaning="added at zero skill",
    )  # fmt: skip
    ticket_sigma: Rate = sourced(
        1.0, 0.6, 1.4, "standard deviation of the logarithm", "amounts are about lognormal; spread assumed",
        "assumption", symbol="sigma_v", meaning="spread of amounts within a sector",
    )  # fmt: skip

    freeze_peers: bool = _switch("peers stay as in the last week before the start")
    freeze_acceptance: bool = _switch("acceptance stays as in the last week before the start")

    @model_validator(mode="after")
    def _divisors_are_positive(self) -> Self:
        """Refuse zero where a rule divides."""
        for name in ("attends_help_share", "help_distance_km", "benefit_reference_yuan", "waking_hours_per_week"):
            if getattr(self, name) <= 0:
                raise PydanticCustomError("coefficient_must_be_positive", "{name} must be above 0", {"name": name})
        return self

    def params(self) -> Params:
        """Return the coefficients as the rules take them."""
        return Params(**{name: float(getattr(self, name)) for name in Params._fields})
