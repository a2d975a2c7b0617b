"""The runs themselves, outcome against each factor, with how closely the one follows the other."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from simulation.analysis.sensitivity.emulator import Training
from simulation.analysis.sensitivity.factors import Factor
from simulation.analysis.sensitivity.outcome import Array, intervals_of
from simulation.outcomes.intervals import Interval


@dataclass(frozen=True, slots=True)
class Followed:
    """A factor and the points it was run at.

    Attributes
    ----------
    factor : Factor
    values : array, shape (n,)
        In its unit.
    rank_correlation : float
        Spearman's, of the mean outcome with the factor; 0 where the outcome never varies.
    """

    factor: Factor
    values: Array
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """Outcome at points where all factors vary at once.

    Attributes
    ----------
    outcomes : tuple of Interval
        Mean over replicates and its interval, of each point.
    followed : tuple of Followed
        The most closely followed factor first.
    n_replicates : int
    """

    outcomes: tuple[Interval, ...]
    followed: tuple[Followed, ...]
    n_replicates: int


def scatter_of(training: Training) -> Scatter:
    """Return the runs an emulator was trained on, to be looked at factor by factor."""
    means, values = training.outcomes.mean(axis=1), training.values
    varies = np.ptp(means) > 0
    followed = [
        Followed(f, values[:, k], float(stats.spearmanr(values[:, k], means).statistic) if varies else 0.0)
        for k, f in enumerate(training.factors)
    ]
    ordered = tuple(sorted(followed, key=lambda one: -abs(one.rank_correlation)))
    return Scatter(intervals_of(training.outcomes), ordered, training.outcomes.shape[1])
