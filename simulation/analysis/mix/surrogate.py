"""A Gaussian process that stands for an outcome where no run was made, with the noise of a run learned beside it.

Hyperparameters are fitted by scikit-learn and kept while runs are added; the posterior is worked out here, because a
search asks for it thousands of times and needs what one run would tell of another mix.
"""

import math
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize

from simulation.analysis.mix.variables import Array
from simulation.analysis.sensitivity.errors import optional

# Outcomes are brought to mean 0 and variance 1, features lie between 0 and 1.
SIZE_BOUNDS = (1e-2, 1e3)
LENGTH, LENGTH_BOUNDS = 0.7, (0.08, 50.0)  # the longest: a variable without effect
NOISE, NOISE_BOUNDS = 0.1, (1e-7, 1.0)
MATERN_ORDER = 2.5  # twice differentiable
JITTER = 1e-9
# Priors of the logarithms (mean, deviation). Without them, few runs are now and then best explained by no noise at all
# and a surface that bends to every run; the length grows with the number of features as distances do (Hvarfner,
# Hellsten & Nardi 2024, ICML). A cost that hardly scatters overrules the prior of the noise within some ten runs.
LENGTH_PRIOR, NOISE_PRIOR = (math.log(0.5), 1.0), (math.log(0.1), 2.0)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The posterior at some candidates.

    Attributes
    ----------
    mean, error : array, shape (candidates,)
        Of the expected outcome, and its standard deviation, unit of the outcome.
    """

    mean: Array
    error: Array
    _features: Array
    _half: Array
    _surrogate: "Surrogate"

    def told_at(self, k: int) -> "Prediction":
        """Return the posterior once a run of candidate k has come to what is expected of it."""
        s = self._surrogate
        shared = s.kernel(self._features, self._features[k : k + 1])[:, 0] - self._half.T @ self._half[:, k]
        variance = (self.error / s.scale) ** 2
        left = np.maximum(variance - shared**2 / (variance[k] + s.noise_variance + JITTER), 0.0)
        half = np.vstack([self._half, shared / np.sqrt(variance[k] + s.noise_variance + JITTER)])
        return Prediction(self.mean, s.scale * np.sqrt(left), self._features, half, s)


class Surrogate:
    """A Gaussian process over features; built by `fitted`, extended by `with_runs`.

    Parameters
    ----------
    theta : array
        Logarithms of the hyperparameters.
    features : array, shape (n, features)
        Of the runs.
    outcomes : array, shape (n,)
    luck : float
        Standard deviation of what was taken off the outcomes as the luck of their worlds; a run has it all the same.
    """

    def __init__(self, theta: Array, features: Array, outcomes: Array, luck: float = 0.0) -> None:
        self.theta, self.luck = theta, luck
        whole = _kernel(features.shape[1]).clone_with_theta(theta)
        self.kernel, self.noise_variance = whole.k1, float(whole.k2.noise_level)
        self.shift, self.scale = float(outcomes.mean()), float(outcomes.std()) or 1.0
        self._features, self._outcomes = features, outcomes
        matrix = self.kernel(features)
        matrix[np.diag_indices_from(matrix)] += self.noise_variance + JITTER
        self._half = cholesky(matrix, lower=True)
        self._weights = cho_solve((self._half, True), (outcomes - self.shift) / self.scale)

    @property
    def noise(self) -> float:
        """Return the standard deviation of a run about its mean, unit of the outcome."""
        return float(np.hypot(self.scale * np.sqrt(self.noise_variance), self.luck))

    def with_runs(self, features: Array, outcomes: Array, luck: float = 0.0) -> "Surrogate":
        """Return the process given all these runs, hyperparameters as they are."""
        return Surrogate(self.theta, features, outcomes, luck)

    def without(self, luck: Array) -> tuple[Array, float]:
        """Return the outcomes less what they owe to luck, and the deviation of that.

        What the luck of a world does is a slope of its own, found by generalised least squares beside the process: no
        mix chooses its world, and mixes differ by more than worlds do.

        Parameters
        ----------
        luck : array, shape (n,)
            Mean 0.
        """
        weighed = cho_solve((self._half, True), luck)
        slope = float(weighed @ (self._outcomes - self.shift)) / float(weighed @ luck)
        return self._outcomes - slope * luck, abs(slope) * float(luck.std(ddof=1))

    def predict(self, features: Array) -> Prediction:
        """Return the posterior at candidates; shape (candidates, features)."""
        across = self.kernel(self._features, features)
        half = solve_triangular(self._half, across, lower=True)
        mean = self.shift + self.scale * (across.T @ self._weights)
        variance = np.maximum(self.kernel.diag(features) - np.einsum("ij,ij->j", half, half), 0.0)
        return Prediction(mean, self.scale * np.sqrt(variance), features, half, self)

    def difference(self, first: Array, second: Array) -> tuple[float, float]:
        """Return the expected outcome at one point minus that at another, and its standard deviation."""
        both = np.vstack([first, second])
        told = self.predict(both)
        prior = self.kernel(both) - told._half.T @ told._half
        variance = prior[0, 0] + prior[1, 1] - 2 * prior[0, 1]
        return float(told.mean[0] - told.mean[1]), float(self.scale * np.sqrt(max(variance, 0.0)))


def fitted(features: Array, outcomes: Array, start: Array | None = None, luck: float = 0.0) -> Surrogate:
    """Fit hyperparameters by likelihood and weak priors.

    Parameters
    ----------
    features : array, shape (n, features)
    outcomes : array, shape (n,)
    start : array, optional
        Where the last fit ended; the search for the best begins there as well as at the usual start.
    luck : float
        As of `Surrogate`.

    Raises
    ------
    SensitivityError
        If the optional packages are missing.
    """
    process = optional("sklearn.gaussian_process").GaussianProcessRegressor(
        _kernel(features.shape[1]), normalize_y=True, optimizer=partial(_best, start)
    )
    # one thread, as in the emulator: the fit is then the same on any machine, and matrices are small
    with warnings.catch_warnings(), optional("threadpoolctl").threadpool_limits(1):
        warnings.simplefilter("ignore", optional("sklearn.exceptions").ConvergenceWarning)
        process.fit(features, outcomes)
        return Surrogate(np.asarray(process.kernel_.theta), features, outcomes, luck)


def _best(start: Array | None, loss: Any, usual: Array, bounds: Array) -> tuple[Array, float]:
    """Return the hyperparameters of most posterior density, and the loss there, as scikit-learn asks it."""
    n = len(usual) - 2  # size, a length a feature, noise
    mean = np.r_[0.0, np.full(n, LENGTH_PRIOR[0] + 0.5 * math.log(n)), NOISE_PRIOR[0]]
    weight = np.r_[0.0, np.full(n, LENGTH_PRIOR[1] ** -2), NOISE_PRIOR[1] ** -2]

    def penalised(theta: Array) -> tuple[float, Array]:
        value, slope = loss(theta)
        off = theta - mean
        return float(value + 0.5 * (weight * off**2).sum()), np.asarray(slope + weight * off)

    starts = [usual] if start is None else [start, usual]
    found = [minimize(penalised, np.clip(at, *bounds.T), jac=True, method="L-BFGS-B", bounds=bounds) for at in starts]
    best = min(found, key=lambda result: float(result.fun))
    return np.asarray(best.x), float(best.fun)


def _kernel(n: int) -> Any:
    kernels = optional("sklearn.gaussian_process.kernels")
    shape = kernels.Matern(np.full(n, LENGTH), LENGTH_BOUNDS, nu=MATERN_ORDER)
    return kernels.ConstantKernel(1.0, SIZE_BOUNDS) * shape + kernels.WhiteKernel(NOISE, NOISE_BOUNDS)
