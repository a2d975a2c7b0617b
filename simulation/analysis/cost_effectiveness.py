"""What a programme adds for what it costs: the plane of both, their ratio, and which programme at which price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from simulation.analysis.strategies import BASELINE
from simulation.outcomes.intervals import estimate, excludes_zero, ratio_of_means

Floats = NDArray[np.float64]
LEAST = 2  # replicates an interval needs


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


@dataclass(frozen=True, slots=True)
class Icer:
    """Cost of one more unit of effect, or why there is none to state.

    Attributes
    ----------
    status : str
        "estimated". "saves" where it certainly adds effect and certainly costs less: there is no price to pay, and a
        negative ratio would rank such programmes wrongly. "uncertain" where the interval of the added effect holds
        zero: then Fieller's interval has no bounds. "less_effect" where it lies below zero. "one_replicate" where
        no interval exists.
    ratio, low, high : float
        Mean added cost / mean added effect and Fieller's 95% interval; NaN unless estimated.
    """

    status: Literal["estimated", "saves", "uncertain", "less_effect", "one_replicate"]
    ratio: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True, slots=True)
class Acceptability:
    """Which programme is worth most at what willingness to pay.

    Attributes
    ----------
    willingness : array, shape (prices,)
        Paid for one unit of effect, in the unit of cost.
    shares : mapping of str to array, shape (prices,)
        Share of replicates in which each is worth most, business as usual (`baseline`) among them; those that are
        level share a replicate. They sum to 1 at each price.
    optimal : tuple of str
        At each price the one whose mean net benefit is largest: what to choose. It need not have the largest share.
    """

    willingness: Floats
    shares: Mapping[str, Floats]
    optimal: tuple[str, ...]


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


def icer(added_cost: ArrayLike, added_effect: ArrayLike) -> Icer:
    """Return the incremental cost-effectiveness ratio over paired replicates.

    Parameters
    ----------
    added_cost, added_effect : array_like, shape (replicates,)
        As for `plane`.
    """
    cost, effect = (xr.DataArray(values, dims="replicate") for values in _paired(added_cost, added_effect))
    if cost.size < LEAST:
        return Icer("one_replicate")
    added, spent = estimate(effect), estimate(cost)
    if not bool(excludes_zero(added)):
        return Icer("uncertain")
    if float(added["mean"]) < 0:
        return Icer("less_effect")
    if bool(excludes_zero(spent)) and float(spent["mean"]) < 0:
        return Icer("saves")
    ratio = ratio_of_means(cost, effect)
    return (
        Icer("uncertain") if ratio is None else Icer("estimated", *(float(ratio[k]) for k in ("mean", "low", "high")))
    )


def acceptability(
    added_cost: Mapping[str, ArrayLike], added_effect: Mapping[str, ArrayLike], willingness: ArrayLike
) -> Acceptability:
    """Return cost-effectiveness acceptability curves (Fenwick, Claxton & Sculpher 2001, Health Economics 10:779-787).

    The net benefit of a programme in a replicate is willingness x added effect - added cost; that of business as usual
    is 0. Shares are of simulated worlds: they show how much worlds differ, not how well means are known.

    Parameters
    ----------
    added_cost, added_effect : mapping of str to array_like, shape (replicates,)
        By programme, as for `plane`; the same place is the same world for all.
    willingness : array_like, shape (prices,)
        Paid for one unit of effect, 0 or more.

    Raises
    ------
    ValueError
        If programmes or replicates do not match, or a price is negative.
    """
    prices = np.atleast_1d(np.asarray(willingness, dtype=np.float64))
    if prices.size == 0 or not (np.isfinite(prices) & (prices >= 0)).all():
        raise ValueError("willingness to pay must be one or more prices of 0 or more")
    if set(added_cost) != set(added_effect) or not added_cost or BASELINE in added_cost:
        raise ValueError(f"costs and effects of the same programmes are needed, none of them called {BASELINE!r}")
    pairs = {name: _paired(added_cost[name], added_effect[name]) for name in added_cost}
    sizes = {name: cost.size for name, (cost, _) in pairs.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError("programmes are not of the same worlds: " + ", ".join(f"{k} {n}" for k, n in sizes.items()))
    names = (BASELINE, *pairs)
    worth = [prices[:, None] * effect - cost for cost, effect in pairs.values()]
    benefit = np.stack([np.zeros_like(worth[0]), *worth])  # (programme, price, replicate)
    is_most = benefit == benefit.max(axis=0)
    shares = (is_most / is_most.sum(axis=0)).mean(axis=-1)
    optimal = tuple(names[int(k)] for k in benefit.mean(axis=-1).argmax(axis=0))
    return Acceptability(prices, dict(zip(names, shares, strict=True)), optimal)


def _paired(added_cost: ArrayLike, added_effect: ArrayLike) -> tuple[Floats, Floats]:
    cost, effect = (np.asarray(values, dtype=np.float64) for values in (added_cost, added_effect))
    if cost.ndim != 1 or cost.shape != effect.shape or cost.size == 0:
        raise ValueError(f"cost and effect of the same replicates are needed; shapes are {cost.shape}, {effect.shape}")
    if not (np.isfinite(cost) & np.isfinite(effect)).all():
        raise ValueError(
            "cost or effect is undefined in some replicates, so there is nothing to set against each other"
        )
    return cost, effect
