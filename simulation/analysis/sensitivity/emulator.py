"""An emulator: a Gaussian process that stands for the model where it was not run, and how well it does.

It is trained on real runs at points spread evenly over the ranges of all factors, a dummy among them, which the
model never sees: what the emulator makes of the dummy is its own error.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from simulation.analysis.sensitivity.errors import optional
from simulation.analysis.sensitivity.factors import Factor, values_at
from simulation.analysis.sensitivity.outcome import Array, Evaluate, n_distinct, outcomes_at
from simulation.analysis.sensitivity.seed_share import seed_share

LEAST_Q2 = 0.7  # below, shares of variance say more of the emulator than of the model
N_FOLDS = 10
N_RESTARTS = 1
MIDDLE = 0.5  # of a range; where the dummy stands when nobody asks about it
# Hyperparameters: starts and bounds. Outcomes are brought to mean 0 and variance 1, positions lie between 0 and 1,
# so that a length of 100 ranges means a factor without effect.
SIZE_BOUNDS = (1e-3, 1e3)
LENGTH, LENGTH_BOUNDS = 0.5, (0.05, 100.0)
NOISE, NOISE_BOUNDS = 1e-2, (1e-8, 1.0)
MATERN_ORDER = 2.5  # twice differentiable


@dataclass(frozen=True, slots=True)
class Training:
    """Real runs an emulator learns from.

    Attributes
    ----------
    factors : tuple of Factor
    positions : array, shape (n, factors + 1)
        Where in its range each factor stands, 0 to 1, and last the dummy.
    outcomes : array, shape (n, replicates)
    """

    factors: tuple[Factor, ...]
    positions: Array
    outcomes: Array

    @property
    def values(self) -> Array:
        """The points in the factors' units; shape (n, factors)."""
        return values_at(self.factors, self.positions[:, :-1])

    @property
    def n_runs(self) -> int:
        """Number of runs they took."""
        return n_distinct(self.positions) * self.outcomes.shape[1]


def train(evaluate: Evaluate, factors: Sequence[Factor], replicates: range, n_points: int, seed: int = 1) -> Training:
    """Run the model at the points of a scrambled Sobol' sequence.

    Parameters
    ----------
    evaluate : callable
        Outcome at points of the factors (`outcome.Evaluate`); it never sees the dummy.
    factors : sequence of Factor
        Up to some thirty: more take too many points, and the fit too long. A Morris screen tells which.
    replicates : range
        Random worlds each point is run in.
    n_points : int
        A power of 2; ten a factor or more. The first half of a sequence is the sequence of half the length.
    seed : int
        Names the sequence.

    Raises
    ------
    ValueError
        If `n_points` is no power of 2, for which such sequences are even.
    """
    if n_points < 1 or n_points & (n_points - 1):
        raise ValueError(f"{n_points} points are no power of 2")
    positions = np.asarray(qmc.Sobol(len(factors) + 1, rng=seed).random(n_points), np.float64)
    outcomes = outcomes_at(evaluate, values_at(factors, positions[:, :-1]), replicates)
    return Training(tuple(factors), positions, outcomes)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A fitted emulator of the mean over replicates.

    Attributes
    ----------
    training : Training
    model : sklearn.gaussian_process.GaussianProcessRegressor
    parts : tuple of the same
        Fitted without one tenth of the points each, for judging the emulator and what is derived from it.
    q2 : float
        Share of the variance between points that these predict where they were not trained; at most 1, NaN where
        nothing varies.
    reachable_q2 : float
        The same for a perfect emulator: what is missing to 1 is chance; NaN with one replicate.
    """

    training: Training
    model: Any
    parts: tuple[Any, ...]
    q2: float
    reachable_q2: float

    @property
    def is_good(self) -> bool:
        """Whether it predicts well enough to speak for the model."""
        return bool(self.q2 >= LEAST_Q2)

    def predict(self, positions: Array) -> Array:
        """Return the predicted outcome at positions 0 to 1 of the factors' ranges; shape (n, factors) -> (n,)."""
        return self.predict_with_error(positions)[0]

    def predict_with_error(self, positions: Array) -> tuple[Array, Array]:
        """Return the prediction and its standard deviation, both of shape (n,), unit of the outcome."""
        dummy = np.full((len(positions), 1), MIDDLE)
        mean, error = self.model.predict(np.hstack([positions, dummy]), return_std=True)
        return np.asarray(mean, np.float64), np.asarray(error, np.float64)


def fit_emulator(training: Training, seed: int = 1, n_folds: int = N_FOLDS) -> Emulator:
    """Fit a Gaussian process and judge it by cross-validation.

    The smoother of two kernels, or the rougher, is taken by likelihood; each factor has a length of its own. Every
    fold fits its hyperparameters again, so that Q2 owes nothing to the points it is judged on.

    Parameters
    ----------
    seed : int
        Names the restarts and the folds.
    n_folds : int
        Parts the points are divided into.

    Raises
    ------
    SensitivityError
        If the optional packages are missing.
    """
    positions, wanted = training.positions, training.outcomes.mean(axis=1)
    fits = [_fitted(kernel, positions, wanted, seed, N_RESTARTS) for kernel in _kernels(positions.shape[1])]
    model = max(fits, key=lambda fit: float(fit.log_marginal_likelihood_value_))
    fold = np.random.default_rng(seed).permutation(len(wanted)) % n_folds
    parts = tuple(_fitted(model.kernel_, positions[fold != k], wanted[fold != k], seed, 0) for k in range(n_folds))
    predicted = np.empty_like(wanted)
    for k, part in enumerate(parts):
        predicted[fold == k] = part.predict(positions[fold == k])
    variance = float(wanted.var())
    q2 = 1 - float(((wanted - predicted) ** 2).mean()) / variance if variance > 0 else np.nan
    return Emulator(training, model, parts, q2, _reachable(training.outcomes))


def _reachable(outcomes: Array) -> float:
    """Return the share of the variance between points' means that is no chance."""
    between = float(outcomes.mean(axis=1).var(ddof=1))
    if outcomes.shape[1] == 1 or between == 0:
        return float("nan")
    return seed_share(outcomes).factor_variance / between


def _kernels(n: int) -> list[Any]:
    """Return the kernels to choose from, for n inputs."""
    kernels = optional("sklearn.gaussian_process.kernels")
    lengths = np.full(n, LENGTH)
    shapes = (kernels.RBF(lengths, LENGTH_BOUNDS), kernels.Matern(lengths, LENGTH_BOUNDS, nu=MATERN_ORDER))
    size, noise = kernels.ConstantKernel(1.0, SIZE_BOUNDS), kernels.WhiteKernel(NOISE, NOISE_BOUNDS)
    return [size * shape + noise for shape in shapes]


def _fitted(kernel: Any, positions: Array, wanted: Array, seed: int, n_restarts: int) -> Any:
    process = optional("sklearn.gaussian_process").GaussianProcessRegressor(
        kernel, normalize_y=True, n_restarts_optimizer=n_restarts, random_state=seed
    )
    # Threads share out matrices this small at ten times what they save: 128 points take 1.3 s of processor in one
    # thread and 16.6 s in two, and more where others compute beside. One also makes the fit the same on any machine.
    with warnings.catch_warnings(), optional("threadpoolctl").threadpool_limits(1):
        # A factor without effect has its length at the bound, as it should; a poor optimum shows in Q2.
        warnings.simplefilter("ignore", optional("sklearn.exceptions").ConvergenceWarning)
        return process.fit(positions, wanted)
