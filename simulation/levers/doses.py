"""What levers do with their doses alike: offer them to groups, multiply them, tell what they cost over a run."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.core.offers import NO_LEVER, WeekOffers
from simulation.levers.base import Lever, Mask, Reach
from simulation.levers.ledger import Line
from simulation.quantities import Bounds

Array = NDArray[Any]
AnyLever = TypeVar("AnyLever", bound=Lever)


def raise_to(values: Array, reaches: Mask, amount: float) -> None:
    """Offer an amount to groups; where another lever offers more, that stands.

    Parameters
    ----------
    values : array, shape (G,)
        What is offered to each group; written into.
    """
    values[reaches] = np.maximum(values[reaches], amount)


def stands_for(values: Array, owners: Array, reaches: Mask, amount: float, row: int) -> Mask:
    """Return the groups in which an offer stands: of several the largest, of equal ones that of the smaller row.

    Other than with `base.offer_more`, an offer of nothing stands where there is no other.
    """
    larger = (values < amount) | ((values == amount) & (owners > row))
    return np.asarray(reaches & ((owners == NO_LEVER) | larger))


def offer_reward(offers: WeekOffers, reaches: Mask, fen: int, felt_fen: float, row: int) -> None:
    """Offer a reward for every payment to a merchant; of several that which payers feel most stands.

    Parameters
    ----------
    fen : int
        What a payment costs the programme.
    felt_fen : float
        What the reward is worth to the payer at the till.
    """
    if fen <= 0 and felt_fen <= 0:
        return
    mine = stands_for(offers.reward_felt_fen, offers.reward_lever, reaches, felt_fen, row)
    offers.reward_fen[mine] = fen
    offers.reward_felt_fen[mine] = felt_fen
    offers.reward_lever[mine] = row


def multiplied(lever: AnyLever, factor: float, *settings: str) -> AnyLever:
    """Return a lever with some of its settings multiplied, each kept within its bounds."""
    changed = {}
    for name in settings:
        info = type(lever).model_fields[name]
        value = getattr(lever, name) * factor
        for bounds in info.metadata:
            if isinstance(bounds, Bounds):
                value = value if bounds.low is None else max(bounds.low, value)
                value = value if bounds.high is None else min(bounds.high, value)
        changed[name] = round(value) if info.annotation is int else value
    return lever.model_copy(update=changed)


def over_run(lever: Lever, n_weeks: int) -> dict[Line, int]:
    """Return what a lever that owes the same whoever lives in the region owes over a run, fen by budget line."""
    total: dict[Line, int] = {}
    for week in range(n_weeks):
        nobody = Reach(np.zeros(0), np.zeros(0), is_set_up=week > lever.schedule.opening_week)
        for cost in lever.fixed(week, nobody):
            total[cost.line] = total.get(cost.line, 0) + cost.fen
    return total
