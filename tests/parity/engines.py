"""Both engines on one world of Lishui, with everything switched on that either of them can do."""

import dataclasses
import hashlib
from collections import defaultdict
from typing import Any

import numpy as np

from simulation.core.codes import HelpKind, Payer, Stage, Ticket
from simulation.core.observed import (
    FIRST_USES,
    INTEGRATED_ACTIVE,
    LAPSES,
    PERSON_ELECTRONIC,
    RETURNS,
    STARTED,
    STOPPED,
    UNIFIED_ACTIVE,
)
from simulation.core.offers import USE_NAMES, Use
from simulation.core.state import World
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.constants import Constants
from simulation.engine.help_allotment import KINDS
from simulation.engine.mesa_engine.engine import MesaEngine
from simulation.engine.plan import Plan, plan_of
from simulation.engine.recorder import WeekTotals
from simulation.engine.start import Start, start_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario

SHAPE = (5, 3)
# typed in, near Lishui's: solving them takes half a minute and proves nothing here
FIXED = Constants(
    alpha=np.full(SHAPE, -1.5),
    gamma=np.full(6, -2.5),
    lapsed_share=np.full(SHAPE, 0.2),
    growth=np.zeros(SHAPE),
    growth_target=np.zeros(SHAPE),
    acceptance_growth=np.zeros(6),
    acceptance_target=np.zeros(6),
    active_of_registered=np.ones(2),
    pooled=(),
    converged=True,
    key="typed in",
)
# rates at which what is rare happens every few weeks to somebody among 300 citizens and their ten merchants
OFTEN = {
    "fraud_probability": 2e-3,
    "settlement_share": 0.6,
    "outage_weeks_per_year": 20.0,
    "training_attendance": 0.2,
    "kiosk_attendance": 0.2,
    "class_attendance": 0.4,
    "first_use_class": 0.8,
    "child_help_rate": 0.1,
    "first_use_child": 0.3,
    "trial_rate": 0.1,
    "return_rate": 0.08,
    "lapse_early": 0.2,
    "coupon_return_weeks": 6.0,
    "merchant_review_rate": 0.1,
    "merchant_withdrawal_rate": 0.2,
    # rents high enough that a subsidy tips one of the ten shops
    "pos_rent_yuan_per_week": 300.0,
    "qr_cost_yuan_per_week": 150.0,
    "peer_help_rate": 0.5,
    "workshop_attendance": 0.5,
    "staff_turnover": 0.2,
    "interface_join_rate": 0.1,
    "service_review_rate": 0.4,
    "service_constant": 1.0,
    "merchant_inertia": 1.0,
    "old_device_failure": 0.1,
}
SEATS = 3000.0  # residents a week and place: of 300 citizens 45 a week over all 105, too few at each
LEVERS_OF_EVERY_KIND: dict[str, dict[str, Any]] = {
    "additional_kiosks": {
        "kind": "kiosk", "places": "all", "capacity_per_week": SEATS, "set_up_yuan": 0, "standby": True,
    },
    "biometrics": {"kind": "biometric_verification", "fraud_control_share": 0.2, "schedule": {"start_week": 8}},
    "campaign": {"kind": "campaign", "schedule": {"start_week": 2, "end_week": 30, "ramp_weeks": 4}},
    "classes": {"kind": "senior_university", "places": "all", "seats_per_week": SEATS / 2, "rationing": "old_first"},
    "coupon": {
        "kind": "coupon", "first_use_yuan": 20, "cashback_yuan": 1, "rationing": "queue", "schedule": {"start_week": 3},
    },
    "coupon_old": {
        "kind": "coupon", "first_use_yuan": 30, "cashback_yuan": 2, "rationing": "remote_first",
        "eligibility": {"ages": ["45-59", "60-74"], "share": 0.5},
    },
    "discounts": {"kind": "discount_days", "days_per_week": 2, "every_weeks": 3},
    "drive": {
        "kind": "acceptance_drive", "probability_per_week": 0.2, "rationing": "queue",
        "eligibility": {"sectors": ["public", "transport", "retail", "market", "catering"]},
    },
    "face": {
        "kind": "face_pilot", "face_share": 0.4, "terminals": 50,
        "eligibility": {"areas": ["urban", "town"]}, "schedule": {"start_week": 10, "ramp_weeks": 6},
    },
    "fees": {"kind": "fee_subsidy", "fee_share": 0.5},
    "home_visits": {
        "kind": "home_visit", "visits": 1_500_000, "strategy": "gossip_nominees", "visit_yuan": 6, "interview_yuan": 1,
        "rationing": "remote_first", "eligibility": {"share": 0.9}, "schedule": {"start_week": 5, "end_week": 50},
    },
    "home_visits_of_others": {"kind": "home_visit", "visits": 600_000, "visit_yuan": 4, "materials_yuan": 5},
    "hotline": {"kind": "hotline", "hotline_share": 0.7, "schedule": {"start_week": 15}},
    "interface": {"kind": "unified_interface", "interface_share": 0.3, "schedule": {"start_week": 12}},
    "kiosks": {"kind": "kiosk", "places": "all", "capacity_per_week": SEATS / 3, "rationing": "queue"},
    "kiosks_of_others": {"kind": "kiosk", "places": "county_seats", "capacity_per_week": SEATS},
    "limit": {"kind": "verification_limit", "limit_yuan": 30, "schedule": {"start_week": 13}},
    "network": {"kind": "network_upgrade", "technical_share": 0.5, "schedule": {"start_week": 20}},
    "outages": {"kind": "outage_response", "saved_share": 0.5, "schedule": {"start_week": 30}},
    "phones": {"kind": "phone_subsidy", "take_up_per_week": 0.1, "rationing": "old_first"},
    "points": {
        "kind": "points", "points_yuan": 10, "redeemed_share": 0.05, "felt_share": 1, "rationing": "old_first",
        "eligibility": {"ages": ["15-29", "30-44"]},
    },
    "services": {
        "kind": "integrated_services", "service_subsidy_share": 0.5, "rationing": "queue", "schedule": {"end_week": 45},
    },
    "terminals": {"kind": "terminal_subsidy", "pos_rent_share": 0.3, "qr_rent_share": 0.7, "rationing": "queue"},
    "training": {"kind": "training_event", "places": "all", "seats_per_week": SEATS, "rationing": "remote_first"},
    "voice": {"kind": "voice_payment", "voice_share": 0.4, "schedule": {"start_week": 18}},
    "workshops": {"kind": "workshop", "seats_per_week": 12_000, "schedule": {"end_week": 50}},
}  # fmt: skip
EVENTS = [
    {"kind": "cash_shortage", "start_week": 20, "end_week": 26, "intensity": 2.5},
    {"kind": "fraud_wave", "start_week": 28, "end_week": 40, "factor": 5},
    {"kind": "outage", "start_week": 34, "end_week": 37, "share": 0.4},
    {"kind": "budget_cut", "start_week": 25, "share": 0.1},
]
# caps that money reaches some weeks before the end, on every line
BUDGET = {
    "total_yuan": 347_000_000,
    "lines": {
        "materials": 18_000_000,
        "trainers": 31_000_000,
        "devices": 120_000_000,
        "incentives": 180_000_000,
        "operations": 32_000_000,
    },
    "co_funding": {
        "banks": {"match_rate": 0.1, "cap_yuan": 5_000_000},
        "operators": {"match_rate": 0.25, "cap_yuan": 9_000_000, "levers": ["fees", "terminals"]},
        "platforms": {
            "match_rate": 0.5, "cap_yuan": 20_000_000, "levers": ["coupon"],
            "condition": {"indicator": "merchants_accepting_share", "at_least": 0.6},
        },
    },
}  # fmt: skip
RULES = {
    "ask_more_people": {
        "when": {"indicator": "survey_use_share_60_plus", "below": 1}, "lag_weeks": 2,
        "action": {"lever": "additional_kiosks", "change": "start"}, "envelope_yuan": 6_000_000,
    },
    "leave_the_seats": {
        "when": {"indicator": "active_accounts_share", "above": 0.01, "quarters": 2},
        "action": {"lever": "kiosks_of_others", "change": "stop"},
    },
    "teach_more": {
        "when": {"indicator": "merchants_accepting_share", "above": 0.01},
        "action": {"lever": "training", "change": "scale", "factor": 1.5},
    },
}  # fmt: skip
N_WEEKS = 60


def plan(n_weeks: int = N_WEEKS) -> Plan:
    """Return levers of every kind, money that does not reach for them, events, and rules that start, stop and scale."""
    given = {"levers": LEVERS_OF_EVERY_KIND, "events": EVENTS, "budget": BUDGET, "adjustment": RULES}
    return plan_of(Scenario.model_validate({"weeks": max(N_WEEKS, n_weeks), **given}))


def start(n: int, **coefficients: float) -> Start:
    """Return a world of Lishui with raised rates."""
    made = start_of(Scenario(citizens=n), builtin("lishui"), FIXED, 0)
    params = made.model.params._replace(**(OFTEN | coefficients))
    return dataclasses.replace(made, model=dataclasses.replace(made.model, params=params))


def pair(n: int, **coefficients: float) -> tuple[ArrayEngine, MesaEngine]:
    """Return both engines at the start of the warm-up, each with arrays of its own."""
    first, second = start(n, **coefficients), start(n, **coefficients)
    return ArrayEngine(first.world, first.model, first.seed), MesaEngine(second.world, second.model, second.seed)


def unlike_fields(one: World, other: World) -> list[str]:
    """Return the fields of citizens and merchants whose stored bits differ."""
    found = []
    for part in ("citizens", "merchants"):
        mine, theirs = getattr(one, part), getattr(other, part)
        for spec in dataclasses.fields(mine):
            a, b = getattr(mine, spec.name), getattr(theirs, spec.name)
            if a.dtype != b.dtype or a.tobytes() != b.tobytes():
                found.append(f"{part}.{spec.name}")
    return found


def unlike_totals(one: WeekTotals, other: WeekTotals) -> list[str]:
    """Return the week's sums that differ in any bit."""
    names = [spec.name for spec in dataclasses.fields(WeekTotals)]
    return [name for name in names if not np.array_equal(getattr(one, name), getattr(other, name))]


def unlike_offices(one: ArrayEngine, other: MesaEngine) -> list[str]:
    """Return what differs of all weeks so far: postings by a fen, readings of the monitor in any bit, rules fired."""
    found = []
    if not np.array_equal(one.programme.treasury.ledger.fen, other.programme.treasury.ledger.fen):
        found.append("ledger")
    return found + [
        name for name in ("readings", "firings") if repr(getattr(one.office, name)) != repr(getattr(other.office, name))
    ]


class History:
    """Digest of every agent, sum, posting and reading of every week of an array engine."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def note(self, engine: ArrayEngine, totals: WeekTotals) -> None:
        """Add a week that has just been run."""
        for state in (totals, engine.world.citizens, engine.world.merchants):
            for spec in dataclasses.fields(state):
                value = getattr(state, spec.name)
                self._digest.update(b"" if value is None else np.ascontiguousarray(value).tobytes())
        self._digest.update(engine.programme.treasury.ledger.fen.tobytes())
        self._digest.update(repr((engine.office.readings, engine.office.firings)).encode())

    def digest(self) -> str:
        """Return it as hexadecimal digits."""
        return self._digest.hexdigest()


def history_of_arrays(n: int, n_weeks: int) -> History:
    """Run the array engine alone, warm-up included."""
    made, history = start(n), History()
    engine = ArrayEngine(made.world, made.model, made.seed)
    for week in range(engine.week, n_weeks):
        engine = engine.fork(plan(n_weeks)) if week == 0 else engine
        history.note(engine, engine.step())
    return history


def first_difference(
    n: int, n_weeks: int, freeze: str = "", history: History | None = None, **coefficients: float
) -> str:
    """Run both engines, warm-up included, and return the first week and what differs in it; "" if nothing ever does.

    `history`, where given, notes the weeks of the array engine.
    """
    array, mesa = pair(n, **coefficients)
    for week in range(array.week, n_weeks):
        if week == 0:
            model = dataclasses.replace(array.model, **({freeze: True} if freeze else {}))
            array, mesa = array.fork(plan(n_weeks), model), mesa.fork(plan(n_weeks), model)
        totals, others = array.step(), mesa.step()
        if history:
            history.note(array, totals)
        unlike = [*unlike_fields(array.world, mesa.world), *unlike_totals(totals, others), *unlike_offices(array, mesa)]
        if unlike:
            return f"week {week}: {', '.join(unlike)}"
    return ""


HELPS = {HelpKind.TRAINING: "trainings", HelpKind.KIOSK: "kiosk helps", HelpKind.CLASS: "classes attended"}
HELPS |= {HelpKind.CHILD: "parents shown by children", HelpKind.PHONE: "phones"}
CELL_FLOWS = {"first uses": FIRST_USES, "returns": RETURNS, "lapses": LAPSES}
SECTOR_FLOWS = {"adoptions": STARTED, "withdrawals": STOPPED}
SECTOR_STOCKS = {"active on the interface": UNIFIED_ACTIVE, "active with services": INTEGRATED_ACTIVE}


def events(n: int, n_weeks: int) -> dict[str, int]:
    """Return how often what is rare happened to the citizens and merchants of the array engine."""
    array, _ = pair(n)
    array.warm_up()
    array = array.fork(plan(n_weeks))
    seen: dict[str, int] = defaultdict(int)
    for _ in range(n_weeks):
        c, m = array.world.citizens, array.world.merchants
        was_user, was_unified, was_integrated, was_trained, payer_of_rent = (
            values.copy() for values in (c.stage == Stage.USER, m.unified, m.integrated, m.trained, m.subsidy_lever)
        )
        accepted = m.accepts == 1
        totals = array.step()
        count_totals(totals, seen)
        count_money(array, totals, seen)
        seen["unsettled incidents"] += int(c.incident.sum())
        seen["users who stop after an incident"] += int(
            (was_user & (c.incident == 1) & (c.stage == Stage.LAPSED)).sum()
        )
        seen["users without a smartphone"] += int(((c.stage == Stage.USER) & (c.has_device == 0)).sum())
        seen["turned away more than once"] += int((c.turned_away > 1).sum())
        stays = accepted & (m.accepts == 1)
        seen["joins of the interface"] += int((stays & (m.unified > was_unified)).sum())
        seen["services taken"] += int((stays & (m.integrated > was_integrated)).sum())
        seen["services dropped"] += int((stays & (m.integrated < was_integrated)).sum())
        seen["rents paid no more"] += int((stays & (m.subsidy_lever < payer_of_rent)).sum())
        seen["trained staff lost"] += int((m.trained < was_trained).sum())
    count_office(array, seen)
    return dict(seen)


def count_office(array: ArrayEngine, seen: dict[str, int]) -> None:
    """Add what the office made of its readings."""
    for change in ("start", "stop", "scale"):
        seen[f"rules: {change}"] += sum(firing.change == change for firing in array.office.firings)
    condition = array.plan.budget.co_funding["platforms"].condition
    holds = [reading.values[condition.indicator] >= condition.at_least for reading in array.office.readings]
    seen["quarters in which a co-funder pays"] += sum(holds)
    seen["quarters in which it does not"] += len(holds) - sum(holds)


def count_totals(totals: WeekTotals, seen: dict[str, int]) -> None:
    """Add what a week's sums tell of rare things."""
    seen["incidents"] += totals.n_incidents
    seen["weeks with an outage"] += int(totals.outage_share > 0)
    seen["failed payments"] += int(totals.n_failed.sum())
    seen["declined payments"] += int(totals.n_failed.sum()) if totals.outage_share == 0 else 0
    seen["payments between people"] += int(totals.n_person[PERSON_ELECTRONIC])
    seen["payments by children"] += int(totals.n_family.sum())
    seen["large payments"] += int(totals.n_tickets[:, Ticket.LARGE].sum())
    seen["first payments"] += len(totals.first_payers)
    seen["reached for the first time"] += len(totals.reached)
    for kind, name in HELPS.items():
        seen[name] += int(totals.n_helps[kind - 1])
        if kind != HelpKind.PHONE:  # a telephone alone makes no user there and then
            seen[f"first uses after: {name}"] += int(totals.n_assisted[kind - 1])
        if kind in KINDS:
            seen[f"turned away: {name}"] += int(totals.n_turned_away[kind - 1])
    for name, column in CELL_FLOWS.items():
        seen[name] += int(totals.cells[:, column].sum())
    for name, column in (SECTOR_FLOWS | SECTOR_STOCKS).items():
        seen[name] += int(totals.sectors[:, column].sum())
    seen["payments on the interface"] += int(totals.merchant_payments[0])
    seen["payments with services"] += int(totals.merchant_payments[1])


def count_money(array: ArrayEngine, totals: WeekTotals, seen: dict[str, int]) -> None:
    """Add what was used of the levers this week, what money did not reach, and who paid."""
    programme = array.programme
    for use, name in zip(Use, USE_NAMES, strict=True):
        seen[f"uses: {name}"] += int(totals.n_uses[:, use].sum())
    seen["uses of what a rule started"] += int(totals.n_uses[programme.names.index("additional_kiosks")].sum())
    for row, lever in enumerate(programme.levers):
        seen[f"unpaid claims: {lever.rationing}"] += int(totals.n_unpaid[row])
        is_shared_out = totals.n_unpaid[row] > 0 and totals.n_uses[row].sum() > 0
        seen[f"weeks in which some are paid: {lever.rationing}"] += int(is_shared_out)
        seen["suspended levers"] += int(lever.schedule.is_on(array.week - 1) and not programme.open_week_levers[row])
    seen["weeks of co-funding"] += int(programme.treasury.ledger.fen[array.week - 1, ..., Payer.PRIVATE].any())
