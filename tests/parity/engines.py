"""Both engines on one world of Lishui, with everything switched on that either of them can do."""

import dataclasses
from collections import defaultdict
from typing import ClassVar, Literal

import numpy as np

from simulation.core.codes import Stage
from simulation.core.observed import FIRST_USES, LAPSES, RETURNS, STARTED, STOPPED
from simulation.core.offers import Usage, WeekOffers
from simulation.core.state import World
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.constants import Constants
from simulation.engine.mesa_engine.engine import MesaEngine
from simulation.engine.recorder import WeekTotals
from simulation.engine.start import Start, start_of
from simulation.levers.base import Eligibility, Lever, Mask, Schedule, Target
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
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
# rates at which what is rare happens every few weeks to somebody among 300 citizens
OFTEN = {
    "fraud_probability": 2e-3,
    "settlement_share": 0.6,
    "outage_weeks_per_year": 20.0,
    "training_attendance": 0.2,
    "kiosk_attendance": 0.2,
    "trial_rate": 0.1,
    "return_rate": 0.08,
    "lapse_early": 0.2,
    "coupon_return_weeks": 6.0,
    "merchant_review_rate": 0.2,
    "merchant_withdrawal_rate": 0.2,
    # rents high enough that a subsidy tips one of the ten shops of 300 citizens
    "pos_rent_yuan_per_week": 300.0,
    "qr_cost_yuan_per_week": 150.0,
    "peer_help_rate": 0.5,
}
CASH_SHORTAGE = dict.fromkeys(range(20, 26), 2.5)


class EverySwitch(Lever):
    """Sets what the rules know and no lever of the product offers yet."""

    target: ClassVar[Target] = "citizens"
    kind: Literal["every_switch"] = "every_switch"

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Switch everything on from week 30."""
        if week >= 30:
            offers.interface_share, offers.voice_share, offers.face_share = 0.3, 0.4, 0.5
            offers.staff_share, offers.directive_probability = 0.5, 0.05
            offers.fraud_control_share, offers.hotline_share = 0.2, 0.7
            offers.outage_response_share = 0.5


SEATS = 3000.0  # residents a week and place: of 300 citizens 45 a week over all 105, too few at each
LEVERS: dict[str, Lever] = {
    "coupon": Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=1, schedule=Schedule(start_week=3)),
    "coupon_old": Coupon(kind="coupon", first_use_yuan=30, eligibility=Eligibility(ages=("60-74",), share=0.5)),
    "campaign": Campaign(kind="campaign", intensity=1.0),
    "training": TrainingEvent(kind="training_event", places=("all",), seats_per_week=SEATS),
    "kiosks": Kiosk(kind="kiosk", places=("all",), capacity_per_week=SEATS / 3),
    "kiosks_of_others": Kiosk(kind="kiosk", places=("county_seats",), capacity_per_week=SEATS),
    "terminals": TerminalSubsidy(kind="terminal_subsidy", pos_rent_share=0.3, qr_rent_share=0.7),
    "fees": FeeSubsidy(kind="fee_subsidy", fee_share=0.5),
    "limit": VerificationLimit(kind="verification_limit", limit_yuan=30, schedule=Schedule(start_week=13)),
    "switches": EverySwitch(),
}


def start(n: int, **coefficients: float) -> Start:
    """Return a world of Lishui with raised rates."""
    scenario = Scenario(citizens=n)
    made = start_of(scenario, builtin("lishui"), FIXED, 0)
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


def first_difference(n: int, n_weeks: int, freeze: str = "", **coefficients: float) -> str:
    """Run both engines, warm-up included, and return the first week and what differs in it; "" if nothing ever does."""
    array, mesa = pair(n, **coefficients)
    levers: dict[str, Lever] = {}
    for week in range(array.week, n_weeks):
        if week == 0:
            levers = LEVERS
            model = dataclasses.replace(array.model, **({freeze: True} if freeze else {}))
            array, mesa = array.fork(levers, CASH_SHORTAGE, model), mesa.fork(levers, CASH_SHORTAGE, model)
        (totals, usage), (other_totals, other_usage) = array.step(), mesa.step()
        unlike = [*unlike_fields(array.world, mesa.world), *unlike_totals(totals, other_totals)]
        if usage != other_usage:
            unlike.append("usage")
        if unlike:
            return f"week {week}: {', '.join(unlike)}"
    return ""


def events(n: int, n_weeks: int) -> dict[str, int]:
    """Return how often what is rare happened to the citizens and merchants of the array engine."""
    array, _ = pair(n)
    array.warm_up()
    array = array.fork(LEVERS, CASH_SHORTAGE)
    seen: dict[str, int] = defaultdict(int)
    for _ in range(n_weeks):
        was_user = array.world.citizens.stage == Stage.USER
        totals, usage = array.step()
        c = array.world.citizens
        seen["incidents"] += totals.n_incidents
        seen["unsettled incidents"] += int(c.incident.sum())
        seen["users who stop after an incident"] += int(
            (was_user & (c.incident == 1) & (c.stage == Stage.LAPSED)).sum()
        )
        seen["failed payments"] += int(totals.n_failed.sum())
        seen["trainings"] += int(totals.n_helps[0])
        seen["kiosk helps"] += int(totals.n_helps[1])
        for name, column in (("first uses", FIRST_USES), ("returns", RETURNS), ("lapses", LAPSES)):
            seen[name] += int(totals.cells[:, column].sum())
        for name, column in (("adoptions", STARTED), ("withdrawals", STOPPED)):
            seen[name] += int(totals.sectors[:, column].sum())
        for spec in dataclasses.fields(Usage):
            seen[spec.name] += sum(getattr(of_lever, spec.name) for of_lever in usage)
    return dict(seen)
