"""The smallest joint change of factors that would flip a conclusion, as an emulator predicts it.

Distances are in shares of the factors' ranges: moving two factors by half their ranges is a distance of .71.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from simulation.analysis.sensitivity.factors import Factor, default_positions, values_at
from simulation.analysis.sensitivity.outcome import Array, Evaluate, outcomes_at
from simulation.outcomes.intervals import Interval, interval_of

Predict = Callable[[Array], Array]  # positions 0 to 1, shape (n, factors) -> difference, shape (n,)
N_DIRECTIONS = 32  # looked along from the default in the plane of a pair, besides its corners
N_ALONG = 32  # positions along each
N_SPREAD = 2048  # points looked at in all factors together; a power of 2
N_STARTS = 3  # nearest crossings that are improved
CLOSE = 1e-6  # of the difference to zero, as a share of its size at the default
WHOLE_TURN = 2 * np.pi


@dataclass(frozen=True, slots=True)
class NearestFlip:
    """Where a predicted difference is zero, nearest to the default.

    Attributes
    ----------
    factors : tuple of Factor
        Those that move; the others stay.
    values : tuple of float
        Their values there, in their units.
    distance : float
        From the default, shares of the ranges.
    position : array, shape (all factors,)
        Of all factors, 0 to 1.
    """

    factors: tuple[Factor, ...]
    values: tuple[float, ...]
    distance: float
    position: Array


@dataclass(frozen=True, slots=True)
class JointFlips:
    """Joint changes that flip a conclusion.

    Attributes
    ----------
    pairs : tuple of NearestFlip
        Of every pair whose range flips it, the nearest first.
    together : NearestFlip or None
        Of all factors at once; None where no point looked at flips it.
    """

    pairs: tuple[NearestFlip, ...]
    together: NearestFlip | None


def joint_flips(predict: Predict, factors: Sequence[Factor], seed: int = 1) -> JointFlips:
    """Search for the nearest points where a predicted difference is zero.

    Parameters
    ----------
    predict : callable
        Difference at positions of the factors' ranges, as `Emulator.predict`.
    factors : sequence of Factor
        Two or more.
    seed : int
        Names the points looked at in all factors together.
    """
    start = default_positions(factors)
    at_start = float(predict(start[None, :])[0])
    sign = -1.0 if at_start < 0 else 1.0

    def height(positions: Array) -> Array:
        return sign * predict(positions)

    n = len(factors)
    pairs = []
    for pair in combinations(range(n), 2):
        found = _nearest(height, start, pair, _plane_ends(start, pair))
        if found is not None:
            pairs.append(_described(factors, start, found, pair))
    pairs.sort(key=lambda flip: flip.distance)
    spread = qmc.Sobol(n, rng=seed).random(N_SPREAD)
    ends = np.vstack([spread, *(_outwards(start, flip.position)[None, :] for flip in pairs)])
    found = _nearest(height, start, tuple(range(n)), ends)
    together = None if found is None else _described(factors, start, found, tuple(range(n)))
    return JointFlips(tuple(pairs), together)


def confirmed(evaluate: Evaluate, factors: Sequence[Factor], flip: NearestFlip, replicates: range) -> Interval:
    """Return the difference at a predicted flip by real runs: its interval holds zero where the prediction is right.

    Parameters
    ----------
    factors : sequence of Factor
        All of them, as the search took them.
    """
    return interval_of(outcomes_at(evaluate, values_at(factors, flip.position[None, :]), replicates)[0])


def _plane_ends(start: Array, pair: tuple[int, int]) -> Array:
    """Return where rays from the default leave the square of a pair: in all directions, and its corners."""
    angles = np.arange(N_DIRECTIONS) * WHOLE_TURN / N_DIRECTIONS
    moves = np.zeros((N_DIRECTIONS, len(start)))
    moves[:, pair[0]], moves[:, pair[1]] = np.cos(angles), np.sin(angles)
    ends = list(product((0.0, 1.0), repeat=len(pair)))
    corners = np.tile(start, (len(ends), 1))
    corners[:, pair] = ends
    return np.vstack([*(_outwards(start, start + move)[None, :] for move in moves), corners])


def _outwards(start: Array, through: Array) -> Array:
    """Return where a ray from a start through a point leaves the unit cube."""
    move = through - start
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(move > 0, (1 - start) / move, np.where(move < 0, -start / move, np.inf))
    reach = float(room.min())
    return np.clip(start + (reach * move if np.isfinite(reach) else 0.0), 0, 1)


def _nearest(height: Predict, start: Array, moving: tuple[int, ...], ends: Array) -> Array | None:
    """Return the point nearest to a start where a height is zero; only some coordinates move.

    Parameters
    ----------
    height : callable
        Above zero at the start, unless the start is the answer.
    ends : array, shape (rays, factors)
        Where to look: along the straight lines from the start to these.
    """
    along = np.linspace(0, 1, N_ALONG)
    points = start + along[:, None, None] * (ends - start)
    heights = height(points.reshape(-1, len(start))).reshape(points.shape[:-1])
    if heights[0, 0] <= 0:
        return start
    crossings = []
    for ray in np.flatnonzero((heights <= 0).any(axis=0)):
        outer = int((heights[:, ray] <= 0).argmax())
        above, below = heights[outer - 1, ray], heights[outer, ray]
        at = along[outer - 1] + (along[outer] - along[outer - 1]) * above / (above - below)
        crossings.append(start + at * (ends[ray] - start))
    crossings.sort(key=lambda point: float(np.linalg.norm(point - start)))
    if not crossings:
        return None
    better = (_improved(height, start, moving, point, float(heights[0, 0])) for point in crossings[:N_STARTS])
    return min(better, key=lambda point: float(np.linalg.norm(point - start)))


def _improved(height: Predict, start: Array, moving: tuple[int, ...], point: Array, size: float) -> Array:
    """Slide a point along where the height is zero towards the start; keep it where that fails."""
    chosen = list(moving)

    def whole(part: Array) -> Array:
        full = start.copy()
        full[chosen] = part
        return full

    found = minimize(
        lambda part: float(((part - start[chosen]) ** 2).sum()),
        point[chosen],
        jac=lambda part: 2 * (part - start[chosen]),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * len(chosen),
        constraints={"type": "eq", "fun": lambda part: float(height(whole(part)[None, :])[0]) / size},
    )
    better = whole(np.clip(found.x, 0, 1))
    is_zero = abs(float(height(better[None, :])[0])) <= CLOSE * size
    is_nearer = np.linalg.norm(better - start) <= np.linalg.norm(point - start) + CLOSE
    return better if is_zero and is_nearer else point


def _described(factors: Sequence[Factor], start: Array, position: Array, moving: tuple[int, ...]) -> NearestFlip:
    values = values_at(factors, position[None, :])[0]
    return NearestFlip(
        factors=tuple(factors[k] for k in moving),
        values=tuple(float(values[k]) for k in moving),
        distance=float(np.linalg.norm(position - start)),
        position=position,
    )
