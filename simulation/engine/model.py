"""What both engines share besides the rules: the model's constants, and the conditions of a week."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.core.offers import WeekOffers
from simulation.core.params import Params
from simulation.core.rng import Stream, key_of, uniform
from simulation.core.rules.trust import outage_share
from simulation.core.tables import PaymentTables
from simulation.core.week import Week

Array = NDArray[Any]

WARM_UP_WEEKS = 40


@dataclass(frozen=True, slots=True)
class Model:
    """What holds for every world of a run: coefficients, solved constants, tables, structural switches."""

    params: Params
    tables: PaymentTables
    alpha: Array  # f8 (5, 3) logits
    gamma: Array  # f8 (6,) logits
    freeze_peers: bool = False
    freeze_acceptance: bool = False


def conditions(week: int, seed: int, user_share: float, offers: WeekOffers, p: Params) -> Week:
    """Return what holds for everybody in one week, outage drawn.

    Parameters
    ----------
    week : int
        Week of the run; stages, awareness, access and acceptance stand still in negative ones (ODD 11).
    seed : int
        Seed of the run's draws.
    user_share : float
        Users whose word of mouth carries, among citizens, at last week's end.
    offers : WeekOffers
        What the programme offers, and the cash shortage.
    """
    is_moving = week >= 0
    lost = 0.0
    if is_moving:
        event = uniform(key_of(seed, Stream.OUTAGE, week), 0)
        hours = uniform(key_of(seed, Stream.OUTAGE_HOURS, week), 0)
        lost = outage_share(event, hours, offers.outage_response_share, p)
    return Week(
        week=week,
        is_moving=is_moving,
        ends_quarter=(week + 1) % WEEKS_PER_QUARTER == 0,
        user_share=user_share,
        outage_share=lost,
        interface_share=offers.interface_share,
        voice_share=offers.voice_share,
        face_share=offers.face_share,
        staff_share=offers.staff_share,
        directive_probability=offers.directive_probability,
        fraud_control_share=offers.fraud_control_share,
        hotline_share=offers.hotline_share,
        cash_shortage=offers.cash_shortage,
        verification_limit_fen=offers.verification_limit_fen,
    )
