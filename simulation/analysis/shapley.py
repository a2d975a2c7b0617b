"""Which lever deserves how much of what a programme achieves, from runs of its subsets (Shapley values)."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from simulation.outcomes.intervals import LEVEL, estimate

MOST_EXACT = 8  # players whose 2^8 coalitions are still run one by one
PAIR = 2

Coalition = frozenset[str]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over replicates with its interval; the ends are NaN where there is one replicate.

    Attributes
    ----------
    mean, low, high : array, shape of one replicate's values
    """

    mean: Floats
    low: Floats
    high: Floats


def coalitions(names: Sequence[str]) -> tuple[Coalition, ...]:
    """Return all subsets of the names, the empty one first, by size and then in the order of the names.

    Raises
    ------
    ValueError
        If there is no name, a name stands twice or there are more than eight.
    """
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice or not names:
        raise ValueError(f"{', '.join(twice)} stands more than once" if twice else "there is no lever to share out to")
    if len(names) > MOST_EXACT:
        raise ValueError(
            f"{len(names)} levers have {2 ** len(names)} subsets; up to {MOST_EXACT} are shared out exactly, more by "
            "sampled orders"
        )
    sizes = range(len(names) + 1)
    return tuple(frozenset(subset) for size in sizes for subset in itertools.combinations(names, size))


def shapley_shares(values: Mapping[Coalition, ArrayLike]) -> dict[str, Floats]:
    """Share out what all players achieve together, exactly (Shapley 1953).

    A player's share is what it adds to those before it, averaged over all orders of the players: over subsets S of the
    others, with weight |S|! (n - |S| - 1)! / n!. This weight is 1 / n times one over the number of subsets of that
    size, so shares are worked out as the mean over sizes of the mean over subsets; what is added is sorted by size
    before it is summed. Hence, to the last digit and not only nearly: a player that never adds anything has share 0,
    and two players that could stand for each other have the same share.

    Parameters
    ----------
    values : mapping of frozenset of str to array_like, any one shape
        What every subset of the players achieves, the empty one included; for example (replicate, segment).

    Returns
    -------
    dict of str to array, that shape
        By player, by name. They sum to the value of all less that of none.

    Raises
    ------
    ValueError
        If a subset is missing, shapes differ or there are more than eight players.
    """
    names, found = _checked(values)
    return {name: _mean_by_size(found, names, frozenset([name]), _added) for name in names}


def interactions(values: Mapping[Coalition, ArrayLike]) -> dict[tuple[str, str], Floats]:
    """Return by how much two players together add more than each alone (Shapley interaction index).

    Grabisch & Roubens 1999 (International Journal of Game Theory 28:547-565): over subsets S of the others, the mean
    over sizes of the mean over subsets of v(S with both) - v(S with one) - v(S with the other) + v(S). Above zero they
    help each other; below zero they do the same work twice; 0 to the last digit where one of them adds nothing.

    Parameters
    ----------
    values : mapping of frozenset of str to array_like
        As for `shapley_shares`.

    Returns
    -------
    dict of pairs of str to array
        By pair, names in order.
    """
    names, found = _checked(values)
    return {
        (first, second): _mean_by_size(found, names, frozenset([first, second]), _added_together)
        for first, second in itertools.combinations(names, PAIR)
    }


def drop_one(values: Mapping[Coalition, ArrayLike]) -> dict[str, Floats]:
    """Return what is lost when one player alone is dropped from all; of the values only these n + 1 are needed."""
    found = {subset: np.asarray(value, dtype=np.float64) for subset, value in values.items()}
    every = frozenset().union(*found)
    _refuse_missing(found, [every, *(every - {name} for name in sorted(every))])
    return {name: found[every] - found[every - {name}] for name in sorted(every)}


def paired_shares(values: Mapping[Coalition, ArrayLike], level: float = LEVEL) -> dict[str, Spread]:
    """Return the mean share of every player over replicates, with its Student t interval.

    All subsets run in the same worlds, so shares are worked out replicate by replicate; what worlds share cancels.

    Parameters
    ----------
    values : mapping of frozenset of str to array_like, shape (replicates, ...)
        As for `shapley_shares`, replicates first.
    level : float
        Confidence level 0-1, of each interval by itself.
    """
    return {name: spread_of(share, level) for name, share in shapley_shares(values).items()}


def spread_of(values: ArrayLike, level: float = LEVEL) -> Spread:
    """Return mean and Student t interval over the first axis."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0:
        raise ValueError("replicates are missing: the first axis of every value must be the replicate")
    dims = ["replicate", *(f"axis_{k}" for k in range(1, array.ndim))]
    found = estimate(xr.DataArray(array, dims=dims), level)
    return Spread(*(found[name].values for name in ("mean", "low", "high")))


def _added(values: Mapping[Coalition, Floats], subset: Coalition, player: Coalition) -> Floats:
    return values[subset | player] - values[subset]


def _added_together(values: Mapping[Coalition, Floats], subset: Coalition, pair: Coalition) -> Floats:
    first, second = sorted(pair)
    alone = values[subset | {first}] + values[subset | {second}]
    return (values[subset | pair] + values[subset]) - alone


def _mean_by_size(
    values: Mapping[Coalition, Floats],
    names: Sequence[str],
    players: Coalition,
    added: Callable[[Mapping[Coalition, Floats], Coalition, Coalition], Floats],
) -> Floats:
    """Return the mean over sizes of the mean over subsets of the others of what the players add."""
    others = [name for name in names if name not in players]
    total = np.zeros_like(values[frozenset()])
    for size in range(len(others) + 1):
        of_size = np.stack([added(values, frozenset(s), players) for s in itertools.combinations(others, size)])
        ordered = np.sort(of_size, axis=0)  # sums then do not depend on who is who
        total = total + ordered.sum(axis=0) / math.comb(len(others), size)
    return total / (len(others) + 1)


def _checked(values: Mapping[Coalition, ArrayLike]) -> tuple[list[str], dict[Coalition, Floats]]:
    """Return the players' names in order, and values as arrays of one shape."""
    names = sorted(frozenset().union(*values))
    _refuse_missing(values, coalitions(names))
    found = {subset: np.asarray(value, dtype=np.float64) for subset, value in values.items()}
    shapes = {value.shape for value in found.values()}
    if len(shapes) > 1:
        raise ValueError(f"values of subsets must have one shape, not {', '.join(map(str, sorted(shapes)))}")
    return names, found


def _refuse_missing(values: Mapping[Coalition, object], wanted: Sequence[Coalition]) -> None:
    missing = [subset for subset in wanted if subset not in values]
    if missing:
        shown = " + ".join(sorted(missing[0])) or "no lever at all"
        raise ValueError(f"{len(missing)} of the subsets that are needed were not run, among them: {shown}")
