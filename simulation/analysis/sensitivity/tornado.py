"""One factor at a time: each to the low and the high end of its range, the others as in the scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.sensitivity.factors import Factor, defaults
from simulation.analysis.sensitivity.outcome import Evaluate, n_distinct, outcomes_at
from simulation.outcomes.intervals import Interval, interval_of


@dataclass(frozen=True, slots=True)
class Bar:
    """What one factor does to the outcome, unit of the outcome; intervals are over paired replicates.

    Attributes
    ----------
    factor : Factor
    low, high : Interval
        Outcome with the factor at that end, minus the outcome of the scenario as it is.
    swing : Interval
        Outcome at the high end minus outcome at the low end.
    """

    factor: Factor
    low: Interval
    high: Interval
    swing: Interval

    @property
    def size(self) -> float:
        """The larger of the two changes, regardless of direction."""
        return max(abs(self.low.mean), abs(self.high.mean))

    @property
    def is_sure(self) -> bool:
        """Whether either change is told from zero."""
        return self.low.sign != 0 or self.high.sign != 0


@dataclass(frozen=True, slots=True)
class Tornado:
    """All factors, one at a time.

    Attributes
    ----------
    at_default : Interval
        The outcome of the scenario as it is.
    bars : tuple of Bar
        The largest first.
    n_replicates, n_runs : int
        Random worlds a point, and all runs.
    """

    at_default: Interval
    bars: tuple[Bar, ...]
    n_replicates: int
    n_runs: int


def tornado(evaluate: Evaluate, factors: Sequence[Factor], replicates: range) -> Tornado:
    """Move each factor to the ends of its range and take the paired differences.

    Parameters
    ----------
    evaluate : callable
        Outcome at points of the factors (`outcome.Evaluate`).
    factors : sequence of Factor
    replicates : range
        Random worlds.
    """
    n = len(factors)
    points = np.tile(defaults(factors), (1 + n + n, 1))
    for k, factor in enumerate(factors):
        points[1 + k, k] = factor.low
        points[1 + n + k, k] = factor.high
    outcomes = outcomes_at(evaluate, points, replicates)
    usual, low, high = outcomes[0], outcomes[1 : 1 + n], outcomes[1 + n :]
    bars = [
        Bar(factor, *(interval_of(row) for row in (low[k] - usual, high[k] - usual, high[k] - low[k])))
        for k, factor in enumerate(factors)
    ]
    ordered = tuple(sorted(bars, key=lambda bar: -bar.size))
    return Tornado(interval_of(usual), ordered, len(replicates), n_distinct(points) * len(replicates))
