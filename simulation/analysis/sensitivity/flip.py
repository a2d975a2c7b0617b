"""What would flip a conclusion: where in its range one factor changes the sign of a difference.

The outcome is the difference between two programmes, paired by replicate. Each factor is moved alone; where the mean
difference changes sign the crossing is narrowed down by real runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from simulation.analysis.sensitivity.factors import Factor, default_positions, values_at
from simulation.analysis.sensitivity.outcome import Array, Evaluate, outcomes_at
from simulation.outcomes.intervals import Interval, interval_of

Verdict = Literal["certain", "possible", "none"]
N_SCAN = 5  # positions each factor is first looked at, its ends included
N_STEPS = 8  # at most, in narrowing a crossing down
TOLERANCE = 0.01  # share of the range
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Flip:
    """Whether one factor flips a conclusion inside its range.

    Attributes
    ----------
    factor : Factor
    verdict : {"certain", "possible", "none"}
        "certain" where somewhere in the range the whole interval lies on the other side of zero; "possible" where it
        holds zero somewhere, or the mean changes sign; else "none".
    value : float
        Where the mean difference is zero, nearest to the default, unit of the factor; NaN where it nowhere is.
    possible_from, certain_from : float
        Nearest to the default, where the interval first touches zero, and where it leaves zero behind; NaN likewise.
    values : array, shape (k,)
        Where the model was run, rising.
    differences : tuple of Interval
        The difference there.
    """

    factor: Factor
    verdict: Verdict
    value: float
    possible_from: float
    certain_from: float
    values: Array
    differences: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class FlipSearch:
    """The search over all factors.

    Attributes
    ----------
    at_default : Interval
        The difference in the scenario as it is. Where it holds zero there is no conclusion to flip: every factor
        is "possible" at its default.
    flips : tuple of Flip
        Certain ones first, then possible ones, then the rest; the nearest to the default first.
    n_replicates, n_runs : int
    """

    at_default: Interval
    flips: tuple[Flip, ...]
    n_replicates: int
    n_runs: int


def find_flips(
    evaluate: Evaluate, factors: Sequence[Factor], replicates: range, n_scan: int = N_SCAN, n_steps: int = N_STEPS
) -> FlipSearch:
    """Search each factor's range for a change of sign of a difference.

    A factor that bends the difference to the other side and back between two positions of the scan goes unseen.

    Parameters
    ----------
    evaluate : callable
        Difference at points of the factors, paired by replicate (`outcome.Evaluate`).
    factors : sequence of Factor
    replicates : range
        Random worlds.
    n_scan : int
        Evenly spaced positions each factor is first looked at; two or more.
    n_steps : int
        Most steps to narrow a crossing down; all factors take a step together.
    """
    start = default_positions(factors)
    seen = [dict[float, Array]() for _ in factors]  # of each factor, replicates' differences by position
    wanted = [_scan(float(position), n_scan) for position in start]
    for step in range(n_steps + 1):
        asked = [(k, position) for k, positions in enumerate(wanted) for position in sorted(positions)]
        if not asked:
            break
        points = np.tile(start, (len(asked), 1))
        for row, (k, position) in enumerate(asked):
            points[row, k] = position
        outcomes = outcomes_at(evaluate, values_at(factors, points), replicates)
        for (k, position), found in zip(asked, outcomes, strict=True):
            seen[k][position] = found
        wanted = [_next(float(start[k]), seen[k], step) for k in range(len(factors))]
    flips = [_flip(factor, float(start[k]), seen[k]) for k, factor in enumerate(factors)]
    n_points = 1 + sum(len(positions) - 1 for positions in seen)
    at_default = interval_of(seen[0][float(start[0])])
    return FlipSearch(at_default, tuple(sorted(flips, key=_order)), len(replicates), n_points * len(replicates))


def _scan(start: float, n: int) -> set[float]:
    """Return evenly spaced positions and the start, without those that nearly are the start."""
    return {start, *(float(p) for p in np.linspace(0, 1, n) if abs(p - start) > TOLERANCE)}


def _order(flip: Flip) -> tuple[int, float]:
    nearest = (v for v in (flip.value, flip.possible_from) if np.isfinite(v))
    distance = next((abs(v - flip.factor.default) / (flip.factor.high - flip.factor.low) for v in nearest), np.inf)
    return ("certain", "possible", "none").index(flip.verdict), distance


def _crossing(start: float, heights: dict[float, float]) -> tuple[float, float, float] | None:
    """Return where a height first falls to zero or below, going outwards from a start, and what brackets it.

    Parameters
    ----------
    start : float
        A position of which the height is known.
    heights : mapping of position to height

    Returns
    -------
    crossing, inner, outer : float
        By linear interpolation between neighbours; all are the start where it is not above zero there. Of two
        crossings the nearer one; None where there is none.
    """
    if heights[start] <= 0:
        return start, start, start
    found = []
    for side in (sorted(p for p in heights if p >= start), sorted((p for p in heights if p <= start), reverse=True)):
        for inner, outer in pairwise(side):
            if heights[outer] <= 0:
                share = heights[inner] / (heights[inner] - heights[outer])
                found.append((inner + share * (outer - inner), inner, outer))
                break
    return min(found, key=lambda crossing: abs(crossing[0] - start), default=None)


def _sign(start: float, seen: dict[float, Array]) -> float:
    """Return 1 or -1, by which a positive difference is the one of the default."""
    return -1.0 if seen[start].mean() < 0 else 1.0


def _next(start: float, seen: dict[float, Array], step: int) -> set[float]:
    """Return where to look next for a crossing: by the secant and in the middle, in turn; nowhere once it is found."""
    sign = _sign(start, seen)
    found = _crossing(start, {p: sign * float(v.mean()) for p, v in seen.items()})
    if found is None:
        return set()
    crossing, inner, outer = found
    if min(abs(crossing - inner), abs(crossing - outer)) <= TOLERANCE:
        return set()
    return {crossing if step % 2 == 0 else (inner + outer) / 2}


def _flip(factor: Factor, start: float, seen: dict[float, Array]) -> Flip:
    positions = sorted(seen)
    differences = tuple(interval_of(seen[p]) for p in positions)
    sign = _sign(start, seen)
    # of each interval, the end that is nearest to the other side, and the one that is farthest from it
    ends = [sorted((sign * d.low, sign * d.high)) for d in differences]
    means = {p: sign * d.mean for p, d in zip(positions, differences, strict=True)}
    near = {p: low for p, (low, _) in zip(positions, ends, strict=True)}
    far = {p: high for p, (_, high) in zip(positions, ends, strict=True)}
    crossings = [_crossing(start, heights) for heights in (means, near, far)]
    at = [NAN if c is None else c[0] for c in crossings]
    value, possible, certain = values_at([factor], np.array(at)[:, None])[:, 0].tolist()
    verdict: Verdict = "none"
    if np.isfinite(certain):
        verdict = "certain"
    elif np.isfinite(value) or np.isfinite(possible):
        verdict = "possible"
    values = values_at([factor], np.array(positions)[:, None])[:, 0]
    return Flip(factor, verdict, value, possible, certain, values, differences)
