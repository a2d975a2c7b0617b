"""Finalists on fresh seeds: how many runs each gets, when it is given up, and what is asked of it."""

import math
from dataclasses import dataclass

from scipy import stats

from simulation.analysis.mix.tolerance import Evidence, tolerance_factor
from simulation.analysis.mix.variables import Mix

LEAST_RUNS = 50  # below, nothing is recommended
LEAST_FRESH = 30  # runs a recommended mix was checked with
CHECK_SHARE = 0.3  # of the runs
MOST_FINALISTS = 5
# Risk that a finalist passes whose targets hold less often than wanted. Together 10%: whoever looks at several asks
# more of each, so that at least nine of ten searches that recommend something recommend a mix that holds.
RISKS = (0.05, 0.02, 0.01, 0.01, 0.01)
PASS_CHANCES = (0.85, 0.9, 0.95, 0.97, 0.98)  # that the n-th finalist is expected to pass: ever more cautious
FIRST_SHARE = 2 / 3  # of the check for the finalist at hand, where the rest is enough for another
LOOKS = 10  # fresh runs between looks at whether a finalist can still pass
HOPELESS = 0.1  # chance to pass below which it is given up; giving up accepts nothing, so it needs no allowance


@dataclass(frozen=True, slots=True)
class Finalist:
    """A mix that was checked on seeds the search had not seen.

    Attributes
    ----------
    mix : tuple
    seeds : tuple of int
        Those of its fresh runs.
    evidence : Evidence
        What they say.
    n_planned : int
        Runs it was to have; fewer were made where it could hardly pass any more. The nearest miss has those, too, that
        were left in the end.
    is_accepted : bool
        Whether it had all of them, at least 30, and passed.
    """

    mix: Mix
    seeds: tuple[int, ...]
    evidence: Evidence
    n_planned: int
    is_accepted: bool


def n_check(n_runs: int) -> int:
    """Return how many of all runs are kept for the check; none where too few to recommend anything."""
    if n_runs < LEAST_RUNS:
        return 0
    return max(LEAST_FRESH, round(CHECK_SHARE * n_runs))


def n_for_next(left: int) -> int:
    """Return how many of the fresh runs left the next finalist may have; 0 where too few for any."""
    if left < LEAST_FRESH:
        return 0
    if left < 2 * LEAST_FRESH:
        return left
    return max(LEAST_FRESH, min(math.floor(FIRST_SHARE * left), left - LEAST_FRESH))


def is_hopeless(evidence: Evidence, n_planned: int) -> bool:
    """Return whether a finalist can hardly pass, going by the runs it has had."""
    left = n_planned - evidence.n
    if left <= 0:
        return False
    k = tolerance_factor(n_planned, evidence.probability, evidence.confidence)
    most_held = evidence.n_held + left
    if most_held < evidence.probability * n_planned:
        return True
    lead = evidence.mean - k * evidence.deviation
    spread = evidence.deviation * math.sqrt((1 + k**2 / 2) * (1 / evidence.n - 1 / n_planned))
    if spread == 0:
        return lead < 0
    return float(stats.norm.cdf(lead / spread)) < HOPELESS
