"""Coefficients of merchants and of outages, with default, range, unit, source and grade (ODD 7.10, 7.11; A5, A6)."""

from pydantic import BaseModel, ConfigDict

from simulation.quantities import Hours, Logit, Probability, Rate, Share, Weeks, YuanAmount, sourced

NO_ESTIMATE = "no estimate found"


class MerchantBehaviour(BaseModel):
    """How merchants take up and give up acceptance, and how often the service fails."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # merchants
    merchant_review_rate: Probability = sourced(
        0.04, 0.01, 0.1, "1/week", "about two reviews a year", "tuned",
        symbol="nu", meaning="how often a merchant reconsiders accepting",
    )  # fmt: skip
    merchant_withdrawal_rate: Probability = sourced(
        0.02, 0.005, 0.05, "1/week", "about one review a year", "tuned",
        symbol="nu_d", meaning="how often an accepting merchant reconsiders",
    )  # fmt: skip
    merchant_weight_benefit: Logit = sourced(
        1.0, 0.5, 2, "logit", "terminal subsidies and fee caps widen acceptance (Polasik et al. 2025)", "tuned",
        symbol="g_b", meaning="net benefit",
    )  # fmt: skip
    merchant_weight_local: Logit = sourced(
        1.5, 0, 3, "logit", "spill-over between neighbouring firms (Crouzet et al. 2023)", "tuned",
        symbol="g_p", meaning="acceptance nearby",
    )  # fmt: skip
    merchant_weight_staff: Logit = sourced(
        0.4, 0, 1, "logit", "status-quo bias and lack of information (Dalton et al. 2018)", "tuned",
        symbol="g_t", meaning="trained practitioners",
    )  # fmt: skip
    merchant_weight_asking: Logit = sourced(
        2.0, 0, 6, "logit", "small shops adopt when customers ask (amendment A6)", "tuned",
        symbol="g_q", meaning="customers who ask",
    )  # fmt: skip
    merchant_inertia: Logit = sourced(
        3.5, 1, 6, "logit", "adopters still use it 16 months later (Dalton et al. 2018)", "tuned",
        symbol="g_s", meaning="staying with it",
    )  # fmt: skip
    merchant_readiness_sd: Rate = sourced(
        1.0, 0.5, 2, "logit", "60% of restaurants, 20% of pharmacies took a free offer (Dalton et al. 2018)", "tuned",
        symbol="sigma_zeta", meaning="spread of readiness",
    )  # fmt: skip
    benefit_reference_yuan: YuanAmount = sourced(
        20.0, 20, 20, "yuan/week", "normalisation (amendment A5)", "definition",
        symbol="Rref", meaning="benefit at which the curve bends",
    )  # fmt: skip
    cash_handling_share: Share = sourced(
        0.005, 0.002, 0.02, "share of value", "debit and cash cost merchants about the same (Arango & Taylor 2008)",
        "seen", symbol="kc", meaning="cost of handling cash",
    )  # fmt: skip
    lost_sale_share: Share = sourced(
        0.03, 0.005, 0.1, "share",
        "28% would not fetch cash in an outage (US survey); shoppers moved to shops that accept (Higgins 2024)",
        "tuned", symbol="phi", meaning="refused payers who buy elsewhere",
    )  # fmt: skip
    gross_margin_share: Share = sourced(
        0.2, 0.1, 0.4, "share of value", "accounts of retailers", "recalled", symbol="mar", meaning="gross margin",
    )  # fmt: skip
    merchant_fee_share: Share = sourced(
        0.0038, 0, 0.006, "share of value", "Chinese codes: .6% by a commercial source, official tier .38%", "recalled",
        symbol="fee", meaning="fee a merchant pays",
    )  # fmt: skip
    pos_rent_yuan_per_week: YuanAmount = sourced(
        20.0, 2, 60, "yuan/week", NO_ESTIMATE, "tuned", symbol="R0", meaning="POS terminal and connection",
    )  # fmt: skip
    qr_cost_yuan_per_week: YuanAmount = sourced(
        2.9, 1.2, 6.1, "yuan/week", "sound box 12 yuan a month, plate 10 yuan over two years", "recalled",
        symbol="R_qr", meaning="QR plate and sound box",
    )  # fmt: skip
    rent_subsidy_weeks: Weeks = sourced(
        52.0, 26, 104, "week", "twelve free months (Cashless Poland)", "seen",
        symbol="sub_win", meaning="weeks a subsidised rent lasts from adoption",
    )  # fmt: skip
    ask_smoothing: Share = sourced(
        0.05, 0.02, 0.2, "1/week", "a merchant forgets half in 14 weeks", "tuned",
        symbol="a_q", meaning="how fast merchants notice asking",
    )  # fmt: skip
    cash_shock_merchants: Rate = sourced(
        0.05, 0, 0.1, "1/logit", "merchants' adoption in India's demonetisation (amendment A6)", "tuned",
        symbol="sigma_m", meaning="refused sales added by a cash shortage",
    )  # fmt: skip

    # workshops, unified interface, integrated services
    workshop_attendance: Probability = sourced(
        0.05, 0.01, 0.15, "1/week", NO_ESTIMATE, "assumption",
        symbol="pi_W", meaning="a merchant seeks a free workshop",
    )  # fmt: skip
    staff_turnover: Probability = sourced(
        0.005, 0.002, 0.02, "1/week", "a quarter of staff changes in a year; assumed", "assumption",
        symbol="del_W", meaning="trained staff leave",
    )  # fmt: skip
    staff_failure_relief: Share = sourced(
        0.3, 0, 0.6, "share", NO_ESTIMATE, "assumption",
        symbol="s_Wf", meaning="declined payments that trained staff avoid",
    )  # fmt: skip
    staff_fraud_relief: Share = sourced(
        0.2, 0, 0.5, "share", NO_ESTIMATE, "assumption",
        symbol="s_Wr", meaning="fraud that trained staff prevent",
    )  # fmt: skip
    interface_join_rate: Probability = sourced(
        0.08, 0.02, 0.3, "1/week", "two thirds within a quarter; assumed", "assumption",
        symbol="j_I", meaning="an accepting merchant moves to the unified interface",
    )  # fmt: skip
    service_constant: Logit = sourced(
        -1.0, -3, 1, "logit", NO_ESTIMATE, "assumption",
        symbol="gamma_I", meaning="readiness for integrated services that cost what they bring",
    )  # fmt: skip
    service_review_rate: Probability = sourced(
        0.04, 0.01, 0.1, "1/week", "as for acceptance, about two reviews a year", "assumption",
        symbol="nu_I", meaning="how often a merchant considers integrated services",
    )  # fmt: skip
    service_gain_share: Share = sourced(
        0.01, 0, 0.05, "share of turnover", f"orders and deliveries that would not come otherwise; {NO_ESTIMATE}",
        "assumption", symbol="s_I", meaning="turnover that integrated services add",
    )  # fmt: skip
    service_price_yuan_per_week: YuanAmount = sourced(
        25.0, 10, 60, "yuan/week", "subscription of about 100 yuan a month, recalled", "recalled",
        symbol="R_I", meaning="price of integrated services",
    )  # fmt: skip

    # outages
    outage_weeks_per_year: Rate = sourced(
        5.0, 1, 12, "1/year", "more than five payment failures a year (US trade study)", "seen",
        symbol="n_out", meaning="weeks with an outage",
    )  # fmt: skip
    outage_median_hours: Hours = sourced(
        2.0, 0.5, 8, "hour", "two hours on average (the same study)", "seen",
        symbol="h_out", meaning="median length of an outage",
    )  # fmt: skip
    outage_sigma: Rate = sourced(
        0.6, 0.3, 1, "standard deviation of the logarithm", "spread assumed (ODD 7.11)", "assumption",
        symbol="sigma_out", meaning="spread of lengths",
    )  # fmt: skip
    waking_hours_per_week: Hours = sourced(
        112.0, 98, 126, "hour", "16 hours a day", "definition", symbol="h_wake", meaning="hours in which people pay",
    )  # fmt: skip
