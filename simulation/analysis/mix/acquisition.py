"""Which mixes to run next, and which to put forward: candidates, and what is expected of them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from simulation.analysis.mix.knowledge import Knowledge
from simulation.analysis.mix.tolerance import pass_chance
from simulation.analysis.mix.variables import Array, Mix

N_SPREAD, N_NEAR = 512, 512  # candidates over the whole space, and near the best so far
N_BEST = 6  # mixes that candidates are drawn near to
STRIDES = (0.02, 0.05, 0.12)  # deviations of such steps, of a variable's range
MOVED = 0.5  # share of the variables a step moves
DROPPED = 0.15  # share of such candidates in which one variable is at an end of its range
POLISH = ((0.04, 384), (0.02, 384), (0.01, 384))  # stride and candidates of each round about a finalist
APART = 0.02  # of a variable's range: how far a finalist is from those before it, at the least in one variable
EVEN = 0.5
SURELY_NOT = 1e-6  # a chance so small says nothing of which mix is nearest to being feasible
Chance = Callable[[Array], Array]


def spread(n: int, n_variables: int, seed: int) -> Array:
    """Return n points of a scrambled Sobol' sequence; shape (n, variables), 0 to 1."""
    power = max(n - 1, 1).bit_length()  # the sequence is even at powers of two
    return np.asarray(qmc.Sobol(n_variables, rng=seed).random_base2(power)[:n], np.float64)


def near(centres: Array, n: int, rng: np.random.Generator, strides: tuple[float, ...] = STRIDES) -> Array:
    """Return n points at random steps from some centres; shape (n, variables)."""
    own = centres[rng.integers(len(centres), size=n)]
    steps = rng.standard_normal(own.shape) * rng.choice(strides, size=(n, 1))
    moved = rng.random(own.shape) < MOVED
    moved[np.arange(n), rng.integers(own.shape[1], size=n)] = True
    points = np.clip(own + steps * moved, 0.0, 1.0)
    ends = rng.random(n) < DROPPED
    points[ends, rng.integers(own.shape[1], size=n)[ends]] = rng.integers(2, size=n)[ends]
    return points


def next_mixes(known: Knowledge, n: int, factor: float, rng: np.random.Generator) -> list[Mix]:
    """Return n mixes to run next.

    Three of four have the largest product of the chance to be feasible and the expected improvement of the objective;
    every fourth is where, among those that may well be the answer, a run would tell most. Each takes the ones before
    it for run and come to what is expected (kriging believer; Ginsbourger, Le Riche & Carraro 2010).

    Parameters
    ----------
    factor : float
        A mix is taken for feasible where its mean margin is at least so many of its deviations above zero.
    """
    points = _candidates(known, factor, rng)
    features = known.space.features(points)
    objective, margin = known.objective.predict(features), known.margin.predict(features)
    lift = factor * known.margin.noise
    chosen: list[int] = []
    for k in range(n):
        chance = _chance(margin.mean - lift, margin.error)
        best = _best(objective.mean, chance)
        if best is None:
            out_of_reach = chance.max() < SURELY_NOT
            score = _improvement(-margin.mean, margin.error, -float(margin.mean.max())) if out_of_reach else chance
        elif k % 4 == 3:
            close = objective.mean <= best + 0.1 * abs(best)
            score = margin.error * np.exp(-0.5 * ((margin.mean - lift) / np.maximum(margin.error, 1e-12)) ** 2) * close
        else:
            score = chance * _improvement(objective.mean, objective.error, best)
        score[chosen] = -1.0
        pick = int(np.argmax(score))
        chosen.append(pick)
        objective, margin = objective.told_at(pick), margin.told_at(pick)
    return known.space.mixes(points[chosen])


def finalist(
    known: Knowledge, n_runs: int, confidence: float, least: float, tried: list[Mix], rng: np.random.Generator
) -> Mix:
    """Return the mix to put forward: the best objective of those likely enough to pass a check.

    Parameters
    ----------
    n_runs : int
        Fresh runs of the check.
    confidence : float
        Of its bound.
    least : float
        The chance to pass that it must have; where no mix has, the one with the largest is put forward.
    tried : list of Mix
        Those that were put forward before.
    """
    wanted = known.wanted.probability

    def chance_at(points: Array) -> Array:
        told = known.margin.predict(known.space.features(points))
        return pass_chance(told.mean, told.error, known.margin.noise, n_runs, wanted, confidence)

    points = np.vstack(
        [
            spread(4 * N_SPREAD, len(known.space), int(rng.integers(2**31))),
            known.space.positions(known.mixes),
            near(_centres(known, chance_at, least), 2 * N_NEAR, rng),
        ]
    )
    for stride, n in POLISH:
        order = _in_order(known, points, chance_at(points), least)
        points = np.vstack([points[order[:N_BEST]], near(points[order[:N_BEST]], n, rng, (stride,))])
    order = _in_order(known, points, chance_at(points), least)
    mixes = known.space.mixes(points[order])
    if not tried:
        return mixes[0]
    apart = np.abs(points[order][:, None, :] - known.space.positions(tried)[None]).max(axis=2).min(axis=1)
    return mixes[int(np.argmax(apart >= APART))] if (apart >= APART).any() else mixes[int(np.argmax(apart))]


def frugal(known: Knowledge, best: Mix, within: float) -> Mix:
    """Return the mix that was run of the widest expected margin, of those expected to be about as good as another.

    Where the margin is what is left of a budget, this is the cheapest of them.

    Parameters
    ----------
    best : tuple
        The mix it is held against.
    within : float
        By how much its objective may be worse.
    """
    mixes = [best, *known.mixes]
    features = known.space.features(known.space.positions(mixes))
    objective = known.objective.predict(features).mean
    margin = np.where(objective <= objective[0] + within, known.margin.predict(features).mean, -np.inf)
    return mixes[int(np.argmax(margin))]


def _candidates(known: Knowledge, factor: float, rng: np.random.Generator) -> Array:
    def chance_at(points: Array) -> Array:
        told = known.margin.predict(known.space.features(points))
        return _chance(told.mean - factor * known.margin.noise, told.error)

    wide = spread(N_SPREAD, len(known.space), int(rng.integers(2**31)))
    return np.vstack([wide, near(_centres(known, chance_at, EVEN), N_NEAR, rng)])


def _centres(known: Knowledge, chance_at: Chance, least: float) -> Array:
    """Return the best mixes that were run."""
    points = known.space.positions(known.mixes)
    return points[_in_order(known, points, chance_at(points), least)[:N_BEST]]


def _in_order(known: Knowledge, points: Array, chance: Array, least: float) -> NDArray[np.int64]:
    """Return the order of points: the likely ones by objective, then by chance, those surely not by their margin."""
    features = known.space.features(points)
    objective, margin = known.objective.predict(features).mean, known.margin.predict(features).mean
    likely = chance >= least
    unlikely = np.where(chance < SURELY_NOT, 0.0, -chance)
    return np.asarray(np.lexsort((-margin, np.where(likely, objective, unlikely), ~likely)), np.int64)


def _chance(lead: Array, error: Array) -> Array:
    return np.asarray(stats.norm.cdf(lead / np.maximum(error, 1e-12)), np.float64)


def _best(objective: Array, chance: Array) -> float | None:
    """Return the best objective among those more likely feasible than not; None where there is none."""
    likely = chance >= EVEN
    return float(objective[likely].min()) if likely.any() else None


def _improvement(mean: Array, error: Array, best: float) -> Array:
    """Return the expected improvement on the best (Jones, Schonlau & Welch 1998)."""
    z = (best - mean) / np.maximum(error, 1e-12)
    return np.asarray((best - mean) * stats.norm.cdf(z) + error * stats.norm.pdf(z), np.float64)
