"""How much of an outcome's variance is chance: the share that is due to the seed.

By the law of total variance, the variance of single runs over points of the factors and seeds is the mean variance
within a point plus the variance of the points' expected outcomes.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from simulation.analysis.sensitivity.outcome import Array
from simulation.outcomes.intervals import LEVEL

FEWEST_FOR_INTERVAL = 3  # replicates: leaving one out must leave two


@dataclass(frozen=True, slots=True)
class SeedShare:
    """Variance of single runs by where it comes from.

    Attributes
    ----------
    share, low, high : float
        Share 0-1 of the variance that is due to the seed, and its 95% interval by leaving out replicates in turn;
        NaN with one replicate (as are the others), or where nothing varies; the ends also with two replicates.
    seed_variance : float
        Mean over points of the variance over replicates, unit of the outcome squared.
    factor_variance : float
        Variance of the points' expected outcomes.
    depends_on_point : float
        Part of `seed_variance` that is not the same in one world at all points.
    """

    share: float
    low: float
    high: float
    seed_variance: float
    factor_variance: float
    depends_on_point: float


def seed_share(outcomes: Array) -> SeedShare:
    """Return which share of the variance of single runs is due to the seed.

    The estimates are those of a two-way analysis of variance without repetition. Replicates are worlds shared by all
    points, so what a world adds everywhere moves no point against another: only the rest of the seed's variance
    inflates the variance of the points' means and is taken off it. What falls below zero counts as zero.

    Parameters
    ----------
    outcomes : array, shape (points, replicates)
        Two points or more.
    """
    n_replicates = outcomes.shape[1]
    if n_replicates == 1:
        return SeedShare(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
    seed, factor, rest = _variances(outcomes)
    share = _share(seed, factor)
    low = high = np.nan
    if n_replicates >= FEWEST_FOR_INTERVAL and np.isfinite(share):
        left = np.array([_share(*_variances(np.delete(outcomes, j, axis=1))[:-1]) for j in range(n_replicates)])
        error = np.sqrt((n_replicates - 1) * left.var())  # Tukey's jackknife
        half = float(stats.t.ppf((1 + LEVEL) / 2, n_replicates - 1)) * error
        low, high = max(0.0, share - half), min(1.0, share + half)
    return SeedShare(share, low, high, seed, factor, rest)


def _share(seed: float, factor: float) -> float:
    return seed / (seed + factor) if seed + factor > 0 else float("nan")


def _variances(outcomes: Array) -> tuple[float, float, float]:
    """Return the variance due to the seed, that due to the factors, and the part of the first that depends on both."""
    n_points, n_replicates = outcomes.shape
    of_point = outcomes.mean(axis=1, keepdims=True)
    rest = outcomes - of_point - outcomes.mean(axis=0) + outcomes.mean()
    rest_variance = float((rest**2).sum()) / ((n_points - 1) * (n_replicates - 1))
    factor = max(0.0, float(of_point.var(ddof=1)) - rest_variance / n_replicates)
    return float(outcomes.var(axis=1, ddof=1).mean()), factor, rest_variance
