"""Every variable a run records: dims, unit, label in two languages, stock or flow, which way is better.

`n_*` are residents or merchants (simulated ones times the expansion factor), stocks at the week's end;
`new_*` are flows during the week. Adding an outcome is one entry here and one line in the recorder.
"""

from collections.abc import Mapping
from types import MappingProxyType

from simulation.outcomes.monitoring import READING_VARIABLES
from simulation.outcomes.variable import Variable

CELL = ("age", "area", "income")
WEEK_CELL = ("week", *CELL)
WEEK_SECTOR = ("week", "sector")
QUARTER_CELL = ("quarter", *CELL)
INITIAL = "initial_"


# fmt: off
_RECORDED = (
    Variable(
        "n_residents", CELL, "residents", "Residents aged 15 and over", "15岁及以上居民", "fixed", "neither",
        "Residents aged 15 and over, the denominator of coverage.",
    ),
    Variable(
        "n_active", WEEK_CELL, "residents", "Active users (4 weeks)", "活跃用户(近4周)", "stock", "higher",
        "Residents with at least one unassisted electronic payment in the last 4 weeks, whatever their stage.",
    ),
    Variable(
        "n_active_13w", WEEK_CELL, "residents", "Active users (13 weeks)", "活跃用户(近13周)", "stock", "higher",
        "Residents with at least one unassisted electronic payment in the last 13 weeks.",
    ),
    Variable(
        "n_active_merchant", WEEK_CELL, "residents", "Active users at merchants (4 weeks)", "商户支付活跃用户(近4周)",
        "stock", "higher",
        "Residents with at least one unassisted electronic payment to a merchant in the last 4 weeks (A9).",
    ),
    Variable(
        "n_users", WEEK_CELL, "residents", "Users", "用户", "stock", "higher",
        "Residents in stage USER at the week's end.",
    ),
    Variable(
        "n_lapsed", WEEK_CELL, "residents", "Lapsed users", "流失用户", "stock", "lower",
        "Residents who have used electronic payment before and have given it up.",
    ),
    Variable(
        "n_aware", WEEK_CELL, "residents", "Aware residents", "知晓居民", "stock", "higher",
        "Residents who know the service and where to get it.",
    ),
    Variable(
        "n_with_access", WEEK_CELL, "residents", "Residents with access", "具备使用条件的居民", "stock", "higher",
        "Residents with an own device and a payment account (amendment A3).",
    ),
    Variable(
        "new_first_uses", WEEK_CELL, "residents", "First uses", "首次使用", "flow", "higher",
        "Residents who became users for the first time during the week.",
    ),
    Variable(
        "new_returns", WEEK_CELL, "residents", "Returns", "回归", "flow", "higher",
        "Lapsed residents who became users again during the week.",
    ),
    Variable(
        "new_lapses", WEEK_CELL, "residents", "Lapses", "流失", "flow", "lower",
        "Users who gave up electronic payment during the week.",
    ),
    Variable(
        "n_at_risk", WEEK_CELL, "residents", "Residents who could try", "可能首次使用的居民", "flow", "neither",
        "Residents who had never used it, were aware and had access at the week's start.",
    ),
    Variable(
        "n_active_place", ("week", "place"), "residents", "Active users by place", "各地活跃用户", "stock", "higher",
        "Residents of a place with an electronic payment in the last 4 weeks.",
    ),
    Variable(
        "acceptance_reach_place", ("quarter", "place"), "1", "Payments that could be electronic, by place",
        "各地可电子支付的比例", "share", "higher",
        "Acceptance where a place's residents shop, weighted by sectors' payments, at the quarter's end (P2).",
    ),
    Variable(
        "network_failure_place", ("place",), "1", "Attempts lost to a weak network, by place", "各地网络失败率",
        "fixed",
        "lower",
        "Share of electronic attempts that the network loses where a place's residents live, before any work on it.",
    ),
    Variable(
        "n_residents_place", ("place",), "residents", "Residents by place", "各地居民", "fixed", "neither",
        "Residents aged 15 and over of a place.",
    ),
    Variable(
        "n_payments_electronic", WEEK_SECTOR, "payments", "Electronic payments", "电子支付笔数", "flow", "higher",
        "Payments to merchants made electronically.",
    ),
    Variable(
        "n_payments_family", WEEK_SECTOR, "payments", "Payments by a child's telephone", "子女代付笔数", "flow",
        "neither",
        "Of the electronic payments, those a child makes for a parent: volume, never coverage (A10).",
    ),
    Variable(
        "n_payments_cash", WEEK_SECTOR, "payments", "Cash payments", "现金支付笔数", "flow", "neither",
        "Payments to merchants made in cash, failed electronic attempts included.",
    ),
    Variable(
        "n_payments_failed", WEEK_SECTOR, "payments", "Failed electronic attempts", "失败的电子支付", "flow",
        "lower",
        "Electronic attempts lost to an outage or declined; paid in cash and counted there too.",
    ),
    Variable(
        "value_electronic_yuan", WEEK_SECTOR, "yuan", "Value paid electronically", "电子支付金额", "flow", "higher",
        "Electronic payments at the mean amount of their sector and size, constant prices.",
    ),
    Variable(
        "value_cash_yuan", WEEK_SECTOR, "yuan", "Value paid in cash", "现金支付金额", "flow", "neither",
        "Cash payments at the mean amount of their sector and size, constant prices.",
    ),
    Variable(
        "value_asked_in_vain_yuan", WEEK_SECTOR, "yuan", "Value asked for electronically in vain", "未能电子支付的金额",
        "flow", "lower",
        "Cash payments that users wanted to be electronic, at the mean amount; a share is lost (T7, apart).",
    ),
    Variable(
        "n_person_payments_electronic", ("week",), "payments", "Electronic payments between people",
        "个人间电子支付笔数", "flow", "higher",
        "Payments between people made electronically: payer and payee both use the service (A9).",
    ),
    Variable(
        "n_person_payments_cash", ("week",), "payments", "Cash payments between people", "个人间现金支付笔数", "flow",
        "neither",
        "Payments between people made in cash.",
    ),
    Variable(
        "value_person_electronic_yuan", ("week",), "yuan", "Value paid electronically between people",
        "个人间电子支付金额", "flow", "neither",
        "Their number times the mean amount assumed, constant prices.",
    ),
    Variable(
        "n_merchants_accepting", WEEK_SECTOR, "merchants", "Accepting merchants", "受理商户", "stock", "higher",
        "Merchants that accept electronic payment.",
    ),
    Variable(
        "acceptance_by_payments", WEEK_SECTOR, "1", "Acceptance weighted by payments", "按笔数加权的受理率", "share",
        "higher",
        "Share of a sector's expected payments that fall on accepting merchants.",
    ),
    Variable(
        "new_acceptances", WEEK_SECTOR, "merchants", "Merchants starting to accept", "新增受理商户", "flow",
        "higher",
        "Merchants that started to accept electronic payment during the week.",
    ),
    Variable(
        "new_withdrawals", WEEK_SECTOR, "merchants", "Merchants withdrawing", "退出受理商户", "flow", "lower",
        "Merchants that stopped accepting electronic payment during the week.",
    ),
    Variable(
        "cash_handling_yuan", WEEK_SECTOR, "yuan", "Cash handling cost", "现金处理成本", "flow", "lower",
        "Merchants' cost of handling cash, all merchants.",
    ),
    Variable(
        "merchant_fees_yuan", WEEK_SECTOR, "yuan", "Merchant fees, gross", "商户手续费(补贴前)", "flow", "lower",
        "Fees on electronic payments before any fee subsidy.",
    ),
    Variable(
        "terminal_costs_yuan", WEEK_SECTOR, "yuan", "Terminal costs, gross", "终端成本(补贴前)", "flow", "lower",
        "Rent and connection of accepting merchants' terminals before any rent subsidy.",
    ),
    Variable(
        "n_merchants", ("sector",), "merchants", "Merchants", "商户", "fixed", "neither",
        "Merchants of a sector, accepting or not.",
    ),
    Variable(
        "n_merchants_trained", WEEK_SECTOR, "merchants", "Merchants with trained staff", "员工受训商户", "stock",
        "higher",
        "Merchants whose staff went to a workshop and is still there (P4).",
    ),
    Variable(
        "n_merchants_unified", WEEK_SECTOR, "merchants", "Merchants on the unified interface", "统一接口商户", "stock",
        "higher",
        "Accepting merchants on the unified interface (T3).",
    ),
    Variable(
        "n_merchants_integrated", WEEK_SECTOR, "merchants", "Merchants with integrated services", "产业协同服务商户",
        "stock", "higher",
        "Accepting merchants that use integrated services: ordering, stock, delivery (T9).",
    ),
    Variable(
        "n_merchants_unified_active", ("quarter", "sector"), "merchants", "Merchants active on the unified interface",
        "统一接口活跃商户", "flow", "higher",
        "Merchants with 50 electronic payments or more, in more than one week of the quarter, on the interface (A12).",
    ),
    Variable(
        "n_merchants_integrated_active", ("quarter", "sector"), "merchants",
        "Merchants active with integrated services",
        "产业协同服务活跃商户", "flow", "higher",
        "The same for merchants with integrated services (A12, T9).",
    ),
    Variable(
        "n_payments_unified", ("week",), "payments", "Payments through the unified interface", "统一接口支付笔数",
        "flow",
        "higher",
        "Electronic payments taken by merchants on the unified interface.",
    ),
    Variable(
        "n_payments_integrated", ("week",), "payments", "Payments at merchants with integrated services",
        "产业协同服务商户支付笔数", "flow", "higher",
        "Electronic payments taken by merchants that use integrated services.",
    ),
    Variable(
        "n_payments_ticket", ("week", "sector", "ticket"), "payments", "Payments by amount", "按金额分档的支付笔数",
        "flow",
        "neither",
        "Payments to merchants by any method; small up to 40 yuan, large over 400 (A12, T5).",
    ),
    Variable(
        "till_seconds", ("week", "sector", "ticket"), "seconds", "Time at the till", "收银用时", "flow", "lower",
        "Seconds of all payments at tills, cash and failed attempts included.",
    ),
    Variable(
        "n_incidents", ("week",), "incidents", "Fraud incidents", "欺诈事件", "flow", "lower",
        "Residents hit by fraud on an electronic payment.",
    ),
    Variable(
        "fraud_loss_yuan", ("week",), "yuan", "Fraud losses", "欺诈损失", "flow", "lower",
        "Money lost to fraud, constant prices.",
    ),
    Variable(
        "outage_share", ("week",), "1", "Share of hours lost to outages", "中断时间占比", "share", "lower",
        "Share of the week's waking hours in which electronic payment failed.",
    ),
    Variable(
        "n_helps", ("week", "help"), "residents", "Residents helped in person", "接受面对面帮助的居民", "flow",
        "higher",
        "Residents helped in person during the week: training, kiosk, class, by a child, or with a smartphone.",
    ),
    Variable(
        "n_turned_away", ("week", "help"), "residents", "Residents turned away", "未获名额的居民", "flow", "lower",
        "Residents who sought help at a training event, a class or a kiosk and got no seat.",
    ),
    Variable(
        "new_assisted_uses", ("week", "help"), "residents", "First uses led to by help", "帮助带来的首次使用", "flow",
        "higher",
        "First uses that help in person, or a child, led to there and then (A2, A11).",
    ),
    Variable(
        "n_seats", ("week", "help"), "residents", "Places offered", "可提供的名额", "flow", "neither",
        "Residents whom the open training events, classes and kiosks could help during the week.",
    ),
    Variable(
        "n_payers", QUARTER_CELL, "residents", "Payers of the quarter", "本季付款者", "flow", "higher",
        "Residents with at least one electronic payment in the quarter.",
    ),
    Variable(
        "n_repeat_payers", QUARTER_CELL, "residents", "Repeat payers of the quarter", "本季重复付款者", "flow",
        "higher",
        "Residents who paid electronically last quarter and in at least two weeks of this one (A12, T6).",
    ),
    Variable(
        "n_uses", ("week", "lever", "use"), "uses", "Uses paid for", "已付用量", "flow", "neither",
        "What a lever paid for: coupons, people helped, sites, weeks of rent and so on, by kind of use.",
    ),
    Variable(
        "n_unpaid_claims", ("week", "lever"), "claims", "Claims not paid", "未获支付的申领", "flow", "lower",
        "Claims on a lever that its money did not reach.",
    ),
    Variable(
        "spending_yuan", ("week", "lever", "line", "payer"), "yuan", "Programme spending", "项目支出", "flow", "lower",
        "Money spent by a lever on a budget line, public and private, for all residents, constant prices.",
    ),
    Variable(
        "spending_zone_yuan", ("week", "lever", "zone"), "yuan", "Programme spending by zone", "分区项目支出", "flow",
        "lower",
        "The same by accounting zone: county and kind of area, and what concerns the whole region.",
    ),
    Variable(
        "reached_week", ("citizen",), "week", "Week first reached", "首次触达周", "fixed", "neither",
        "Week in which outreach (media, or help in person) first reached a simulated citizen who had never used the "
        "service; -1 never (T8).",
    ),
    Variable(
        "first_payment_week", ("citizen",), "week", "Week of the first payment of one's own", "首次自主支付周", "fixed",
        "neither",
        "Week of a simulated citizen's first unassisted electronic payment of the run, after none for years; -1 never.",
    ),
)
# fmt: on
_WITH_INITIAL = ("n_active", "n_users", "n_lapsed", "n_payers", "n_merchants_accepting")


def _initial_of(variable: Variable) -> Variable:
    """Return the entry of a variable's value at the end of the warm-up."""
    return Variable(
        INITIAL + variable.name,
        variable.dims[1:],
        variable.unit,
        f"{variable.en}, start",
        f"{variable.zh},起点",
        "fixed",
        "neither",
        f"In the warm-up's last week or quarter, before week 0: {variable.description}",
    )


def _catalogue() -> Mapping[str, Variable]:
    recorded = {v.name: v for v in _RECORDED}
    initial = {INITIAL + name: _initial_of(recorded[name]) for name in _WITH_INITIAL}
    monitored = {v.name: v for v in READING_VARIABLES}
    return MappingProxyType({**recorded, **initial, **monitored})


VARIABLES: Mapping[str, Variable] = _catalogue()
