"""How likely targets hold, each and all together, counted over replicates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from simulation.outcomes.intervals import LEVEL

JEFFREYS = 0.5  # both parameters of the prior beta distribution
HELD = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Probability:
    """How likely something holds.

    Attributes
    ----------
    n_held, n_defined, n_undefined : int
        Replicates in which it holds, in which it can be told, and in which it cannot.
    share : float
        `n_held / n_defined`; NaN where it can be told in none.
    low, high : float
        Interval of `share_interval`; NaN where it can be told in none.
    """

    n_held: int
    n_defined: int
    n_undefined: int
    share: float
    low: float
    high: float

    @property
    def lowest(self) -> float:
        """Return the share were it missed wherever it cannot be told."""
        return self.n_held / (self.n_defined + self.n_undefined)

    @property
    def highest(self) -> float:
        """Return the share were it to hold wherever it cannot be told."""
        return (self.n_held + self.n_undefined) / (self.n_defined + self.n_undefined)


@dataclass(frozen=True, slots=True)
class TargetProbabilities:
    """How likely the targets of a scenario hold.

    Attributes
    ----------
    each : mapping of str to Probability
        By target.
    together : Probability
        That all hold in the same replicate. It is counted, not multiplied: a world that is kind to one target is often
        kind to the others. A replicate in which one target is missed counts as missed even where another is
        undefined; it is undefined where none is missed and at least one undefined.
    """

    each: Mapping[str, Probability]
    together: Probability


def share_interval(n_held: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return Jeffreys' interval of a share.

    Its ends are quantiles of Beta(held + 1/2, missed + 1/2); the low end is 0 where none held, the high end 1 where all
    did. With 8 to 100 replicates and shares often near 0 or 1 the normal interval is useless (no width at 0 of 8).
    Brown, Cai & DasGupta 2001 (Statistical Science 16:101-133) recommend Jeffreys' or Wilson's for so few. Both hold
    95% on average over shares; at the worst share Jeffreys' holds 88 to 90% for n = 8 to 100 and Wilson's 84 to 86%
    (worked out exactly; see tests/analysis/test_probabilities.py). Hence Jeffreys'.

    Parameters
    ----------
    n_held, n : int
        Replicates in which it holds, of all.
    level : float
        Confidence level 0-1.

    Returns
    -------
    tuple of float
        Low and high, share 0-1; NaN where n is 0.
    """
    if not 0 <= n_held <= n:
        raise ValueError(f"{n_held} of {n} replicates cannot hold")
    if n == 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    held, missed = n_held + JEFFREYS, n - n_held + JEFFREYS
    low = 0.0 if n_held == 0 else float(stats.beta.ppf(tail, held, missed))
    high = 1.0 if n_held == n else float(stats.beta.isf(tail, held, missed))
    return low, high


def probability_of(holds: ArrayLike, level: float = LEVEL) -> Probability:
    """Return how likely something holds.

    Parameters
    ----------
    holds : array_like, shape (replicates,)
        True or 1 where it holds, False or 0 where not, NaN where it cannot be told.
    level : float
        Confidence level 0-1.

    Raises
    ------
    ValueError
        If there is no replicate, or a value is none of these.
    """
    known, held = _told(holds)
    n_held, n_defined = int(held.sum()), int(known.sum())
    low, high = share_interval(n_held, n_defined, level)
    share = n_held / n_defined if n_defined else float("nan")
    return Probability(n_held, n_defined, int(known.size) - n_defined, share, low, high)


def target_probabilities(holds: Mapping[str, ArrayLike], level: float = LEVEL) -> TargetProbabilities:
    """Return how likely each target holds, and all of them together.

    Parameters
    ----------
    holds : mapping of str to array_like, shape (replicates,)
        As for `probability_of`, by target; the same place is the same replicate.
    level : float
        Confidence level 0-1, of each interval by itself.

    Raises
    ------
    ValueError
        If there is no target, or targets have unlike numbers of replicates.
    """
    if not holds:
        raise ValueError("there is no target to hold")
    sizes = {name: int(np.size(values)) for name, values in holds.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError("targets are not of the same replicates: " + ", ".join(f"{k} {n}" for k, n in sizes.items()))
    told = [_told(values) for values in holds.values()]
    missed = np.any([known & ~held for known, held in told], axis=0)
    all_held = np.all([held for _, held in told], axis=0)
    together = np.where(all_held, 1.0, np.where(missed, 0.0, np.nan))
    return TargetProbabilities(
        {name: probability_of(values, level) for name, values in holds.items()}, probability_of(together, level)
    )


def _told(holds: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where it can be told whether something holds, and where it holds."""
    values = np.asarray(holds, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"one value a replicate is needed, and at least one replicate; the shape is {values.shape}")
    known = ~np.isnan(values)
    if not np.isin(values[known], HELD).all():
        raise ValueError("a target holds (1), is missed (0) or is undefined (NaN); other values cannot be counted")
    return known, known & (values == 1)
