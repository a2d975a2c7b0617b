"""What both engines share besides the rules: the model's constants, and the conditions of a week."""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.core.offers import WeekOffers
from simulation.core.params import Params, packed
from simulation.core.tables import AmountsBySize, PaymentTables, amounts_by_size
from simulation.core.week import Week, drawn_outage

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
    coefficients: Array = field(init=False, repr=False, compare=False)  # `params` as kernels take them
    _amounts: dict[int, AmountsBySize] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Pack the coefficients."""
        object.__setattr__(self, "coefficients", packed(self.params))

    def amounts(self, limit_fen: int) -> AmountsBySize:
        """Return what is expected of the amounts up to a limit and of the rest; worked out once a limit."""
        if limit_fen not in self._amounts:
            self._amounts[limit_fen] = amounts_by_size(self.tables.ticket_fen, limit_fen)
        return self._amounts[limit_fen]


def refuse_late_fork(week: int) -> None:
    """Refuse a fork of agents after weeks of a programme.

    Raises
    ------
    RuntimeError
        If weeks of a programme have passed.
    """
    if week > 0:
        raise RuntimeError(
            f"an engine of agents can be forked up to week 0, this one stands at week {week}; the array engine, which "
            "gives the same bits, can be forked at any week"
        )


def conditions(
    week: int,
    keys: Array,
    user_share: float,
    staff_share: float,
    unified_share: float,
    offers: WeekOffers,
    coefficients: Array,
) -> Week:
    """Return what holds for everybody in one week, outage drawn.

    Parameters
    ----------
    week : int
        Week of the run; stages, awareness, access and acceptance stand still in negative ones (ODD 11).
    keys : array of uint64
        Keys of the week by stream.
    user_share : float
        Users whose word of mouth carries, among citizens, at last week's end.
    staff_share, unified_share : float
        Shares of expected payments at accepting merchants with trained staff, and on the unified interface.
    offers : WeekOffers
        What the programme offers, and the cash shortage.
    coefficients : structured array, shape (1,)
        From `params.packed`.
    """
    is_moving = week >= 0
    lost = 0.0
    if is_moving:
        lost = drawn_outage(keys, offers.extra_outage_share, offers.outage_response_share, coefficients)
    return Week(
        week=week,
        is_moving=is_moving,
        ends_quarter=(week + 1) % WEEKS_PER_QUARTER == 0,
        user_share=user_share,
        outage_share=lost,
        interface_share=offers.interface_share * unified_share,
        interface_offered=offers.interface_share,
        staff_share=staff_share,
        cash_shortage=offers.cash_shortage,
        fraud_factor=offers.fraud_factor,
        verification_limit_fen=offers.verification_limit_fen,
        face_is_offered=any(share > 0.0 for share in offers.face_share.tolist()),
    )
