"""Whether something holds with a wanted probability, judged from a sample: tolerance bounds and exact shares."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from simulation.analysis.mix.variables import Array
from simulation.outcomes.intervals import LEVEL


def tolerance_factor(n: int, probability: float, confidence: float) -> float:
    """Return k such that mean - k * deviation lies below the wanted share of a normal population, so confidently.

    k = t' / sqrt(n) with t' the quantile of the non-central t of n - 1 degrees of freedom and non-centrality
    z sqrt(n), z the normal quantile of the probability (Krishnamoorthy & Mathew 2009, Statistical Tolerance
    Regions, section 2.2; tables in Odeh & Owen 1980, Tables for Normal Tolerance Limits).

    Parameters
    ----------
    n : int
        Size of the sample, two or more.
    probability : float
        Share of the population above the bound, 0.5-1.
    confidence : float
        0-1.
    """
    shift = stats.norm.ppf(probability) * math.sqrt(n)
    return float(stats.nct.ppf(confidence, n - 1, shift)) / math.sqrt(n)


def clopper_pearson(n_held: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact two-sided interval of a share (Clopper & Pearson 1934, Biometrika 26:404-413)."""
    tail = (1 - level) / 2
    low = 0.0 if n_held == 0 else float(stats.beta.ppf(tail, n_held, n - n_held + 1))
    high = 1.0 if n_held == n else float(stats.beta.ppf(1 - tail, n_held + 1, n - n_held))
    return low, high


@dataclass(frozen=True, slots=True)
class Evidence:
    """What fresh runs say of a margin.

    Attributes
    ----------
    n, n_held : int
        Runs, and those in which the margin is not below zero.
    mean, deviation : float
        Of the margin.
    bound : float
        One-sided tolerance bound: with the confidence, the margin is at or above it with the wanted probability. NaN
        with one run.
    low, high : float
        Exact interval of the probability that the margin holds, 95%.
    probability, confidence : float
        Those of the bound.
    """

    n: int
    n_held: int
    mean: float
    deviation: float
    bound: float
    low: float
    high: float
    probability: float
    confidence: float

    @property
    def share(self) -> float:
        """Return the share of runs in which the margin holds."""
        return self.n_held / self.n

    @property
    def passes(self) -> bool:
        """Return whether the bound is not below zero, and the counted share not below the probability.

        The second is for margins that are not normal, such as the least of several.
        """
        return self.bound >= 0 and self.share >= self.probability


def evidence_of(margins: Array, probability: float, confidence: float) -> Evidence:
    """Return what margins say; shape (n,), one or more."""
    n = len(margins)
    n_held, mean = int((margins >= 0).sum()), float(margins.mean())
    deviation = float(margins.std(ddof=1)) if n > 1 else math.nan
    bound = mean - tolerance_factor(n, probability, confidence) * deviation if n > 1 else math.nan
    return Evidence(n, n_held, mean, deviation, bound, *clopper_pearson(n_held, n), probability, confidence)


def pass_chance(mean: Array, error: Array, noise: float, n: int, probability: float, confidence: float) -> Array:
    """Return how likely mixes pass n fresh runs, given what is known of their mean margins.

    The bound mean - k s is taken as normal: its variance is that of the unknown mean, and sigma^2 (1/n + k^2 / 2n).

    Parameters
    ----------
    mean, error : array, shape (candidates,)
        Of the mean margin, and its standard deviation.
    noise : float
        Deviation of the margin from run to run.
    """
    k = tolerance_factor(n, probability, confidence)
    spread = np.sqrt(error**2 + noise**2 * (1 + k**2 / 2) / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread > 0, (mean - k * noise) / spread, np.where(mean >= 0, np.inf, -np.inf))
    return np.asarray(stats.norm.cdf(z), np.float64)
