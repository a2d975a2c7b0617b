"""Shares of more levers than can be run in every combination, from sampled orders."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.outcomes.intervals import LEVEL, t_quantile

Coalition = frozenset[str]
Floats = NDArray[np.float64]
PAIR = 2  # an order and its reverse
LEAST = 4  # two pairs, to see how much pairs differ


@dataclass(frozen=True, slots=True)
class SampledShares:
    """Estimated Shapley shares.

    Attributes
    ----------
    shares : mapping of str to array, shape of the values
        By player. They sum to the value of all less that of none, whatever orders were drawn.
    standard_errors : mapping of str to array
        Of `shares`, over pairs of orders.
    low, high : mapping of str to array
        Student t interval over pairs of orders; with 20 pairs and skewed additions 95% intervals held in 90% of trials.
        It tells how far the shares may be from those of all orders *in these worlds*; how far other worlds would differ
        it does not tell.
    n_permutations, n_coalitions : int
        Orders walked through, and distinct subsets evaluated for them.
    """

    shares: Mapping[str, Floats]
    standard_errors: Mapping[str, Floats]
    low: Mapping[str, Floats]
    high: Mapping[str, Floats]
    n_permutations: int
    n_coalitions: int


def sampled_shapley(
    names: Sequence[str],
    value_of: Callable[[Coalition], ArrayLike],
    n_permutations: int,
    seed: int,
    *,
    level: float = LEVEL,
) -> SampledShares:
    """Estimate Shapley shares from random orders, each walked forwards and backwards.

    What a player adds when it comes early and when it comes late tends to err on opposite sides, so an order and its
    reverse are one observation (antithetic orders; Mitchell, Cooper, Frank & Holmes 2022, JMLR 23(43)). Where two
    players interact only in pairs, one such observation is exact.

    Parameters
    ----------
    names : sequence of str
        Players.
    value_of : callable of frozenset of str
        What a subset achieves, any one shape; each subset is asked for once.
    n_permutations : int
        Orders, reverses included: an even number, 4 or more.
    seed : int
        Of the orders drawn.
    level : float
        Confidence level 0-1.

    Raises
    ------
    ValueError
        If a name stands twice or there is none, or the number of orders is odd or too small.
    """
    if not names or len(set(names)) < len(names):
        raise ValueError("levers to share out to need names, each of its own")
    if n_permutations < LEAST or n_permutations % PAIR:
        raise ValueError(f"orders are walked in pairs, and two pairs at least: 4, 6, 8 ..., not {n_permutations}")
    known: dict[Coalition, Floats] = {}
    rng = np.random.default_rng(seed)
    observed = []
    for _ in range(n_permutations // PAIR):
        order = [names[int(i)] for i in rng.permutation(len(names))]
        forwards, backwards = (_walk(path, value_of, known) for path in (order, order[::-1]))
        observed.append(np.stack([(forwards[name] + backwards[name]) / PAIR for name in names]))
    pairs = np.stack(observed)  # (pair, player, ...)
    means = pairs.mean(axis=0)
    errors = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    half = t_quantile(len(pairs) - 1, level) * errors
    shares, standard_errors, low, high = (
        dict(zip(names, array, strict=True)) for array in (means, errors, means - half, means + half)
    )
    return SampledShares(shares, standard_errors, low, high, n_permutations, len(known))


def _walk(
    order: Sequence[str], value_of: Callable[[Coalition], ArrayLike], known: dict[Coalition, Floats]
) -> dict[str, Floats]:
    """Return what each player adds to those before it."""
    added, before = {}, frozenset[str]()
    for name in order:
        after = before | {name}
        for subset in (before, after):
            if subset not in known:
                known[subset] = np.asarray(value_of(subset), dtype=np.float64)
        added[name], before = known[after] - known[before], after
    return added
