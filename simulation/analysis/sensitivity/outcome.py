"""One outcome as a function of factors: what is asked for it, how it is checked, and what it is called."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.messages import language
from simulation.outcomes.intervals import Interval, interval_of

Array = NDArray[np.float64]
# Points, shape (n, d), in the factors' units, and replicates -> outcome, shape (n, replicates). A replicate is the
# same random world at every point, so that differences between points are paired.
Evaluate = Callable[[Array, range], Array]


@dataclass(frozen=True, slots=True)
class OutcomeName:
    """How an outcome is written.

    Attributes
    ----------
    label, label_zh : str
        What it is, English and Chinese.
    unit, unit_zh : str
        Its unit as shown.
    scale : float
        Multiplies values before they are shown: 100 for shares shown as percentage points.
    digits : int
        Decimals shown.
    """

    label: str
    label_zh: str
    unit: str
    unit_zh: str
    scale: float = 1.0
    digits: int = 1

    def label_in(self, lang: str) -> str:
        """Return what it is, in "en" or "zh"."""
        return self.label_zh if language(lang) == "zh" else self.label

    def unit_in(self, lang: str) -> str:
        """Return its unit, in "en" or "zh"."""
        return self.unit_zh if language(lang) == "zh" else self.unit


def outcomes_at(evaluate: Evaluate, points: Array, replicates: range) -> Array:
    """Return the outcome at points, each different point run once.

    Parameters
    ----------
    points : array, shape (n, d)
        In the factors' units; equal rows are run once.
    replicates : range
        Random worlds.

    Returns
    -------
    array, shape (n, replicates)

    Raises
    ------
    ValueError
        If what comes back has another shape, or values that are no numbers.
    """
    distinct, row = np.unique(points, axis=0, return_inverse=True)
    found = np.asarray(evaluate(distinct, replicates), np.float64)
    wanted = (len(distinct), len(replicates))
    if found.shape != wanted:
        raise ValueError(f"outcomes have shape {found.shape}, not {wanted}")
    if not np.isfinite(found).all():
        raise ValueError("outcomes hold values that are no numbers")
    return found[row.reshape(-1)]


def n_distinct(points: Array) -> int:
    """Return how many different points there are, which is how many `outcomes_at` runs."""
    return len(np.unique(points, axis=0))


def intervals_of(values: Array) -> tuple[Interval, ...]:
    """Return the mean over replicates and its 95% interval for each row; shape (n, replicates)."""
    return tuple(interval_of(row) for row in values)
