"""Sobol' indices: which share of an outcome's variance each factor causes, alone and with others.

They are estimated on an emulator (Saltelli et al. 2010, through SALib), because on few noisy runs of the model itself
they would drown in chance; shares are of the variance of the expected outcome. What the seed adds to the variance
of single runs stands beside them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from simulation.analysis.sensitivity.emulator import LEAST_Q2, Emulator
from simulation.analysis.sensitivity.errors import optional
from simulation.analysis.sensitivity.factors import DUMMY, Factor
from simulation.analysis.sensitivity.outcome import Array
from simulation.analysis.sensitivity.seed_share import SeedShare, seed_share
from simulation.messages import Message
from simulation.outcomes.intervals import LEVEL, Interval

N_BASE = 2048  # points of each of the two samples indices are estimated from; a power of 2
N_RESAMPLES = 100
FEWEST_RESAMPLES = 2  # where SALib's own intervals are not looked at


@dataclass(frozen=True, slots=True)
class Index:
    """Shares of the variance of the expected outcome, with 95% intervals.

    Attributes
    ----------
    factor : Factor
    first : Interval
        Caused by the factor alone.
    total : Interval
        Caused by it alone and together with others.
    is_told : bool
        Whether the interval of the total lies above the dummy's.
    """

    factor: Factor
    first: Interval
    total: Interval
    is_told: bool


@dataclass(frozen=True, slots=True)
class Sobol:
    """Where the variance of an outcome comes from.

    Attributes
    ----------
    indices : tuple of Index
        The largest total first; none where the emulator is too poor.
    dummy : Index or None
    seed : SeedShare
        Of the real runs.
    q2, reachable_q2 : float
        Quality of the emulator, and what a perfect one would reach (`Emulator`).
    refusal : Message or None
        Why there are no indices.
    n_points, n_replicates, n_runs : int
        Of the real runs.
    """

    indices: tuple[Index, ...]
    dummy: Index | None
    seed: SeedShare
    q2: float
    reachable_q2: float
    refusal: Message | None
    n_points: int
    n_replicates: int
    n_runs: int

    @property
    def together(self) -> float:
        """Share of variance that no factor causes alone; NaN without indices."""
        return 1 - sum(index.first.mean for index in self.indices) if self.indices else float("nan")


def sobol(emulator: Emulator, seed: int = 1, n_base: int = N_BASE) -> Sobol:
    """Return the shares of variance of all factors and of the dummy, or why there are none.

    Intervals hold what the sample of points leaves open, as SALib resamples it, and what the training points leave
    open: the indices are estimated again on emulators that lack one tenth of the points each (grouped jackknife).

    Parameters
    ----------
    seed : int
        Names the samples.
    n_base : int
        A power of 2; n_base times (factors + 3) predictions are made.

    Raises
    ------
    SensitivityError
        If the optional packages are missing.
    """
    outcomes = emulator.training.outcomes
    refusal = None if emulator.is_good else _refusal(emulator)
    indices = [] if refusal else _indices(emulator, seed, n_base)
    return Sobol(
        indices=tuple(sorted(indices[:-1], key=lambda index: -index.total.mean)),
        dummy=indices[-1] if indices else None,
        seed=seed_share(outcomes),
        q2=emulator.q2,
        reachable_q2=emulator.reachable_q2,
        refusal=refusal,
        n_points=outcomes.shape[0],
        n_replicates=outcomes.shape[1],
        n_runs=emulator.training.n_runs,
    )


def _refusal(emulator: Emulator) -> Message:
    if np.isnan(emulator.q2):
        return Message("sensitivity.flat")
    params: dict[str, Any] = {"q2": f"{emulator.q2:.2f}", "least": LEAST_Q2, "n": len(emulator.training.outcomes)}
    # where even a perfect emulator would fall short, more points do not help
    by_chance = emulator.reachable_q2 < LEAST_Q2
    return Message("sensitivity.poor_by_chance" if by_chance else "sensitivity.poor", params)


def _indices(emulator: Emulator, seed: int, n_base: int) -> list[Index]:
    everyone = (*emulator.training.factors, DUMMY)
    n = len(everyone)
    problem = {"num_vars": n, "names": [f.name for f in everyone], "bounds": [[0.0, 1.0]] * n}
    points = optional("SALib.sample.sobol").sample(problem, n_base, calc_second_order=False, seed=seed)
    means, halves = shares(problem, emulator.model.predict(points), N_RESAMPLES, seed)
    left_out = np.array([shares(problem, m.predict(points), FEWEST_RESAMPLES, seed)[0] for m in emulator.parts])
    n_parts = len(left_out)
    halves = np.hypot(halves, _deviate() * np.sqrt((n_parts - 1) * left_out.var(axis=0)))
    first, total = (
        [Interval(m, m - h, m + h) for m, h in zip(means[k].tolist(), halves[k].tolist(), strict=True)] for k in (0, 1)
    )
    return [Index(f, a, b, b.low > total[-1].high) for f, a, b in zip(everyone, first, total, strict=True)]


def shares(problem: dict[str, Any], outcomes: Array, n_resamples: int, seed: int) -> tuple[Array, Array]:
    """Return first-order and total indices at the points of SALib's Sobol' sample, and half their 95% intervals.

    Parameters
    ----------
    problem : dict
        Names and bounds, as SALib takes them.
    outcomes : array, shape (n_base * (n + 2),)
        In the order of `SALib.sample.sobol.sample` without the second order.

    Returns
    -------
    indices, halves : array, shape (2, n)
        First order, then total.
    """
    # SALib takes the seed 0 for none
    found = optional("SALib.analyze.sobol").analyze(
        problem, outcomes, calc_second_order=False, num_resamples=n_resamples, conf_level=LEVEL, seed=seed + 1
    )
    return np.array([found["S1"], found["ST"]], float), np.array([found["S1_conf"], found["ST_conf"]], float)


def _deviate() -> float:
    """Return the half-width of a 95% interval in standard deviations."""
    return float(stats.norm.interval(LEVEL)[1])
