"""Look-up tables the payment kernel reads: who pays where, how much, and 1/k."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN, N_AGES, N_SECTORS
from simulation.core.rules.payment import ALIAS_SCALE, MAX_PAYMENTS, N_AMOUNTS, N_COLUMNS
from simulation.core.rules.trust import normal_quantile

Array = NDArray[Any]

# an outcome of the first question is sector x 2 + (1 if the payment goes to the regular merchant)
N_OUTCOMES = 2 * N_SECTORS


class PaymentTables(NamedTuple):
    """Tables by age and sector; fixed for a run."""

    sector_share: Array  # f8 (5, 6) share of an age's payments by sector, rows sum to 1
    alias_threshold: Array  # i4 (5, 16) below: the column itself, else its alias
    alias_outcome: Array  # u1 (5, 16)
    ticket_fen: Array  # i4 (6, 4096) mean amount of each 4096th of the sector's lognormal
    mean_ticket_yuan: Array  # f8 (6,) exact mean of the row above
    inverses: Array  # f8 (256,) 1/k


def alias_table(probabilities: Array) -> tuple[Array, Array]:
    """Return Vose's alias table of a distribution over at most 16 outcomes.

    Parameters
    ----------
    probabilities : array of float64, shape (n,)
        Sum to 1.

    Returns
    -------
    threshold : array of int32, shape (16,)
        Column c is itself when 14 random bits fall below threshold[c].
    outcome : array of uint8, shape (16,)
        The alias otherwise.
    """
    scaled = np.zeros(N_COLUMNS)
    scaled[: len(probabilities)] = np.asarray(probabilities) * N_COLUMNS
    threshold = np.full(N_COLUMNS, ALIAS_SCALE, np.int32)
    outcome = np.arange(N_COLUMNS, dtype=np.uint8)
    small = [c for c in range(N_COLUMNS) if scaled[c] < 1.0]
    large = [c for c in range(N_COLUMNS) if scaled[c] >= 1.0]
    while small and large:
        poor, rich = small.pop(), large[-1]
        threshold[poor] = round(scaled[poor] * ALIAS_SCALE)
        outcome[poor] = rich
        scaled[rich] -= 1.0 - scaled[poor]
        if scaled[rich] < 1.0:
            small.append(large.pop())
    return threshold, outcome


def lognormal_bin_means(median: float, sigma: float, n_bins: int) -> Array:
    """Return the mean of a lognormal within each of n equally likely bins, ascending.

    E[X | bin] = n exp(mu + sigma^2/2) (Phi(z_hi - sigma) - Phi(z_lo - sigma)), so that the mean over the bins
    is the mean of the lognormal itself.
    """
    edges = [-math.inf, *(normal_quantile(k / n_bins) for k in range(1, n_bins)), math.inf]
    below = np.array([0.5 * math.erfc((sigma - z) / math.sqrt(2.0)) for z in edges])
    return np.asarray(n_bins * median * math.exp(sigma**2 / 2.0) * np.diff(below))


def payment_tables(
    payments_per_week: Array, median_ticket_yuan: Array, ticket_sigma: float, regular_share: float
) -> PaymentTables:
    """Build the tables from the survey.

    Parameters
    ----------
    payments_per_week : array of float64, shape (5, 6)
        Payments an adult makes a week, all methods, by age and sector.
    median_ticket_yuan : array of float64, shape (6,)
        Median amount by sector, yuan.
    ticket_sigma : float
        Standard deviation of the log amount.
    regular_share : float
        Share of a sector's payments made at the regular merchant, omega.
    """
    share = payments_per_week / payments_per_week.sum(axis=1, keepdims=True)
    threshold = np.empty((N_AGES, N_COLUMNS), np.int32)
    outcome = np.empty((N_AGES, N_COLUMNS), np.uint8)
    for age in range(N_AGES):
        pool_then_regular = np.stack([share[age] * (1.0 - regular_share), share[age] * regular_share], axis=1)
        threshold[age], outcome[age] = alias_table(pool_then_regular.ravel())
    ticket = np.stack([lognormal_bin_means(m, ticket_sigma, N_AMOUNTS) for m in median_ticket_yuan])
    ticket_fen = np.rint(ticket * FEN_PER_YUAN).astype(np.int32)
    inverses = np.zeros(MAX_PAYMENTS + 1)
    inverses[1:] = 1.0 / np.arange(1, MAX_PAYMENTS + 1)
    return PaymentTables(
        np.ascontiguousarray(share),
        threshold,
        outcome,
        ticket_fen,
        ticket_fen.mean(axis=1) / FEN_PER_YUAN,
        inverses,
    )
