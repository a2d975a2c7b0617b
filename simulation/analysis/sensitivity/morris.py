"""Morris screen: which factors matter at all, from few runs (Morris 1991; Campolongo, Cariboni & Saltelli 2007).

An elementary effect is the change of the outcome when one factor moves by a step and the others stay, divided by
the step as a share of its range. Trajectories of such steps start all over the ranges. A dummy that changes nothing
goes through the same arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.analysis.sensitivity.errors import optional
from simulation.analysis.sensitivity.factors import DUMMY, Factor, values_at
from simulation.analysis.sensitivity.outcome import Array, Evaluate, n_distinct, outcomes_at
from simulation.outcomes.intervals import LEVEL

N_TRAJECTORIES = 40
N_LEVELS = 4  # values a factor takes: its ends, and a third and two thirds of its range
N_RESAMPLES = 1000
MEAN_ABSOLUTE_NORMAL = float(np.sqrt(2 / np.pi))  # mean size of a normal deviate, standard deviations


@dataclass(frozen=True, slots=True)
class Effect:
    """Elementary effects of one factor, unit of the outcome per whole range.

    Attributes
    ----------
    factor : Factor
    mean : float
        Of the effects: their direction.
    size, low, high : float
        mu*, the mean of their absolute values, and its 95% interval over trajectories.
    spread : float
        sigma, their standard deviation: large beside `size` where the effect bends or depends on other factors.
    chance : float
        mu* that chance alone would give a factor without effect which reshuffles histories, from the scatter over
        replicates; NaN with one replicate.
    is_told : bool
        Whether it is told from the dummy: the interval lies above the dummy's and above chance.
    """

    factor: Factor
    mean: float
    size: float
    low: float
    high: float
    spread: float
    chance: float
    is_told: bool


@dataclass(frozen=True, slots=True)
class MorrisScreen:
    """A screen of factors.

    Attributes
    ----------
    effects : tuple of Effect
        The largest first.
    dummy : Effect
    n_trajectories, n_points, n_replicates, n_runs : int
        Trajectories, different points, random worlds a point, and points times worlds.
    """

    effects: tuple[Effect, ...]
    dummy: Effect
    n_trajectories: int
    n_points: int
    n_replicates: int

    @property
    def n_runs(self) -> int:
        """Number of runs the screen took."""
        return self.n_points * self.n_replicates


def most_runs(n_factors: int, n_replicates: int, n_trajectories: int = N_TRAJECTORIES) -> int:
    """Return how many runs a screen takes at most; the dummy takes none."""
    return n_trajectories * (n_factors + 1) * n_replicates


def morris_screen(
    evaluate: Evaluate,
    factors: Sequence[Factor],
    replicates: range,
    n_trajectories: int = N_TRAJECTORIES,
    seed: int = 1,
) -> MorrisScreen:
    """Screen factors by elementary effects.

    Parameters
    ----------
    evaluate : callable
        Outcome at points of the factors (`outcome.Evaluate`); it never sees the dummy.
    factors : sequence of Factor
    replicates : range
        Random worlds each point is run in; with two or more, chance is judged too.
    n_trajectories : int
        Two or more.
    seed : int
        Names the trajectories.

    Raises
    ------
    SensitivityError
        If the optional packages are missing.
    """
    sample, analyze = optional("SALib.sample.morris"), optional("SALib.analyze.morris")
    everyone = (*factors, DUMMY)
    n = len(everyone)
    # positions, not values: SALib divides by the step as a share of the range either way
    problem = {"num_vars": n, "names": [f.name for f in everyone], "bounds": [[0.0, 1.0]] * n}
    positions = np.asarray(sample.sample(problem, n_trajectories, num_levels=N_LEVELS, seed=seed), np.float64)
    points = values_at(factors, positions[:, :-1])
    outcomes = outcomes_at(evaluate, points, replicates)
    found = analyze.analyze(
        problem,
        positions,
        outcomes.mean(axis=1),
        num_resamples=N_RESAMPLES,
        conf_level=LEVEL,
        num_levels=N_LEVELS,
        seed=seed,
    )
    mean, size, half, spread = (np.asarray(found[k], float) for k in ("mu", "mu_star", "mu_star_conf", "sigma"))
    chance = _by_chance(positions, outcomes, n_trajectories)
    limit = float(size[-1] + half[-1])
    effects = []
    for k, factor in enumerate(everyone):
        low = float(size[k] - half[k])
        effects.append(
            Effect(
                factor=factor,
                mean=float(mean[k]),
                size=float(size[k]),
                low=max(0.0, low),
                high=float(size[k] + half[k]),
                spread=float(spread[k]),
                chance=float(chance[k]),
                is_told=low > float(np.fmax(limit, chance[k])),
            )
        )
    ordered = tuple(sorted(effects[:-1], key=lambda e: -e.size))
    return MorrisScreen(ordered, effects[-1], n_trajectories, n_distinct(points), len(replicates))


def _by_chance(positions: Array, outcomes: Array, n_trajectories: int) -> Array:
    """Return the mu* chance alone gives each factor: mean size of a normal effect of its standard error.

    Parameters
    ----------
    positions : array, shape (trajectories * (n + 1), n)
    outcomes : array, shape (trajectories * (n + 1), replicates)

    Returns
    -------
    array, shape (n,)
        NaN with one replicate.
    """
    n, n_replicates = positions.shape[1], outcomes.shape[1]
    if n_replicates == 1:
        return np.full(n, np.nan)
    moves = np.diff(positions.reshape(n_trajectories, n + 1, n), axis=1)
    changes = np.diff(outcomes.reshape(n_trajectories, n + 1, n_replicates), axis=1)
    mover = np.abs(moves).argmax(axis=2)  # which factor moved, in each step of each trajectory
    step = np.abs(moves).max(axis=2)
    error = changes.std(axis=2, ddof=1) / np.sqrt(n_replicates) / step
    return MEAN_ABSOLUTE_NORMAL * np.array([error[mover == k].mean() for k in range(n)])
