"""What a programme adds for what it costs: the plane of both, replicate by replicate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Added cost against added effect, one point a replicate.

    Attributes
    ----------
    added_cost, added_effect : array, shape (replicates,)
        Programme minus business as usual in the same world.
    more_for_more, more_for_less, less_for_more, less_for_less : float
        Share of replicates by quadrant: more effect for more cost (north-east), more for less (south-east: better on
        both counts), less for more (north-west: worse on both), less for less (south-west).
    on_axis : float
        Share of replicates in which cost or effect did not change at all. The five sum to 1.
    """

    added_cost: Floats
    added_effect: Floats
    more_for_more: float
    more_for_less: float
    less_for_more: float
    less_for_less: float
    on_axis: float


def plane(added_cost: ArrayLike, added_effect: ArrayLike) -> Plane:
    """Return the cost-effectiveness plane of a programme.

    Parameters
    ----------
    added_cost, added_effect : array_like, shape (replicates,)
        Programme minus business as usual in the same world; effect such that more is better.
    """
    cost, effect = _paired(added_cost, added_effect)
    return Plane(
        cost,
        effect,
        more_for_more=float(((effect > 0) & (cost > 0)).mean()),
        more_for_less=float(((effect > 0) & (cost < 0)).mean()),
        less_for_more=float(((effect < 0) & (cost > 0)).mean()),
        less_for_less=float(((effect < 0) & (cost < 0)).mean()),
        on_axis=float(((effect == 0) | (cost == 0)).mean()),
    )


def _paired(added_cost: ArrayLike, added_effect: ArrayLike) -> tuple[Floats, Floats]:
    cost, effect = (np.asarray(values, dtype=np.float64) for values in (added_cost, added_effect))
    if cost.ndim != 1 or cost.shape != effect.shape or cost.size == 0:
        raise ValueError(f"cost and effect of the same replicates are needed; shapes are {cost.shape}, {effect.shape}")
    if not (np.isfinite(cost) & np.isfinite(effect)).all():
        raise ValueError(
            "cost or effect is undefined in some replicates, so there is nothing to set against each other"
        )
    return cost, effect
