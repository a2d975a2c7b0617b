"""Look-up tables the payment kernel reads: who pays where, how much, and 1/k."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN, N_AGES, N_SECTORS, N_TICKETS
from simulation.core.observed import REST
from simulation.core.params import Params
from simulation.core.rules.payment import (
    LARGE_TICKET_FEN,
    MAX_PAYMENTS,
    N_AMOUNTS,
    N_NUMBERS,
    N_OUTCOME_SLOTS,
    N_RATES,
    NUMBER_SCALE,
    RATE_STEPS,
    SMALL_TICKET_FEN,
)
from simulation.core.rules.trust import normal_quantile

Array = NDArray[Any]

# an outcome of the first question is sector x 2 + (1 if the payment goes to the regular merchant)
N_OUTCOMES = 2 * N_SECTORS


class PaymentTables(NamedTuple):
    """Tables by age and sector; fixed for a run. Flat, because one multiplication less a look-up counts."""

    sector_share: Array  # f8 (5, 6) share of an age's payments by sector in 4096ths, rows sum to 1
    outcome: Array  # u1 (5 * 4096,) outcome of each slot, by age
    ticket_fen: Array  # i8 (6, 1024) mean amount of each 1024th of the sector's lognormal, ascending
    ticket_share: Array  # f8 (6, 3) share of a sector's payments by ticket class
    cash_seconds: Array  # f8 (3,) of a cash payment by ticket class
    mean_ticket_yuan: Array  # f8 (6,) exact mean of the sector's row above
    number_entries: Array  # u4 (512 * 128,) alias table of Poisson numbers by rate; see rules.payment
    inverses: Array  # f8 (256,) 1/k


def shared_slots(shares: Array, n_slots: int) -> Array:
    """Return how many of n slots each share gets: largest remainder, ties to the first; int64."""
    exact = np.asarray(shares) / np.sum(shares) * n_slots
    slots = np.floor(exact).astype(np.int64)
    left = n_slots - int(slots.sum())
    slots[np.argsort(slots - exact, kind="stable")[:left]] += 1
    return slots


def poisson_alias_row(rate: float) -> Array:
    """Return the alias table of a Poisson distribution over 0..127 (Vose 1991).

    Returns
    -------
    array of uint32, shape (128,)
        threshold << 8 | alias: column k is k itself when 24 random bits fall below the threshold.
    """
    log_rate = math.log(rate) if rate > 0.0 else 0.0
    scaled = [math.exp(k * log_rate - rate - math.lgamma(k + 1.0)) * N_NUMBERS for k in range(N_NUMBERS)]
    if rate == 0.0:
        scaled = [float(N_NUMBERS), *([0.0] * (N_NUMBERS - 1))]
    threshold = [NUMBER_SCALE - 1] * N_NUMBERS  # of a column that is its own alias any will do
    alias = list(range(N_NUMBERS))
    small = [k for k in range(N_NUMBERS) if scaled[k] < 1.0]
    large = [k for k in range(N_NUMBERS) if scaled[k] >= 1.0]
    while small and large:
        poor, rich = small.pop(), large[-1]
        threshold[poor] = min(NUMBER_SCALE - 1, round(scaled[poor] * NUMBER_SCALE))
        alias[poor] = rich
        scaled[rich] -= 1.0 - scaled[poor]
        if scaled[rich] < 1.0:
            small.append(large.pop())
    # what is left over lacks its last rounding errors only, and stays itself
    return np.array([t << 8 | a for t, a in zip(threshold, alias, strict=True)], np.uint32)


def lognormal_bin_means(median: float, sigma: float, n_bins: int) -> Array:
    """Return the mean of a lognormal within each of n equally likely bins, ascending.

    E[X | bin] = n exp(mu + sigma^2/2) (Phi(z_hi - sigma) - Phi(z_lo - sigma)), so that the mean over the bins
    is the mean of the lognormal itself.
    """
    edges = [-math.inf, *(normal_quantile(k / n_bins) for k in range(1, n_bins)), math.inf]
    below = np.array([0.5 * math.erfc((sigma - z) / math.sqrt(2.0)) for z in edges])
    return np.asarray(n_bins * median * math.exp(sigma**2 / 2.0) * np.diff(below))


def cash_seconds_by_class(ticket_share: Array, weights: Array, p: Params) -> Array:
    """Return the seconds of a cash payment by ticket class, so that their mean at the survey's payments is T_c (T5).

    Small and large tickets are p.cash_seconds_small and _large times T_c; the class between takes what is left
    of the mean, at least as long as a small one.

    Parameters
    ----------
    ticket_share : array of float64, shape (6, 3)
        Share of a sector's payments by class.
    weights : array of float64, shape (6,)
        Payments by sector.
    """
    small, middle, large = (weights[:, None] * ticket_share).sum(axis=0) / weights.sum()
    left = 1.0 - small * p.cash_seconds_small - large * p.cash_seconds_large
    between = left / middle if middle > 0.0 else 1.0
    return p.seconds_cash * np.array([p.cash_seconds_small, max(p.cash_seconds_small, between), p.cash_seconds_large])


class AmountsBySize(NamedTuple):
    """What is expected of the amounts up to a limit and of the rest, by sector; see core.observed.N_SIZES."""

    mean_fen: Array  # f8 (2, 6); 0 where there is no such amount
    class_share: Array  # f8 (2, 6, 3) share of them by ticket class


def amounts_by_size(ticket_fen: Array, limit_fen: int) -> AmountsBySize:
    """Return means and ticket classes of the amounts up to a limit, and of the rest.

    Parameters
    ----------
    ticket_fen : array of int64, shape (6, 1024)
        Equally likely amounts by sector.
    limit_fen : int
        Payments up to it are small; 0: none is.
    """
    is_small = ticket_fen <= limit_fen
    of_size = np.stack([~is_small, is_small])[:, :, None, :]  # in the order of REST, SMALL
    classes = (ticket_fen > SMALL_TICKET_FEN).astype(np.int64) + (ticket_fen > LARGE_TICKET_FEN)
    n = (of_size & (classes[:, None, :] == np.arange(N_TICKETS)[:, None])).sum(axis=-1)
    total = np.maximum(1, n.sum(axis=-1))
    return AmountsBySize((of_size[:, :, 0] * ticket_fen).sum(axis=-1) / total, n / total[:, :, None])


def payment_tables(payments_per_week: Array, median_ticket_yuan: Array, p: Params) -> PaymentTables:
    """Build the tables from the survey.

    Parameters
    ----------
    payments_per_week : array of float64, shape (5, 6)
        Payments an adult makes a week, all methods, by age and sector.
    median_ticket_yuan : array of float64, shape (6,)
        Median amount by sector, yuan.
    p : Params
        Spread of amounts, share of payments at the regular merchant, times at the till.
    """
    share = np.empty((N_AGES, N_SECTORS))
    outcome = np.empty((N_AGES, N_OUTCOME_SLOTS), np.uint8)
    for age in range(N_AGES):
        weights = np.outer(payments_per_week[age], (1.0 - p.regular_share, p.regular_share)).ravel()
        slots = shared_slots(weights, N_OUTCOME_SLOTS)
        outcome[age] = np.repeat(np.arange(N_OUTCOMES), slots)
        share[age] = slots.reshape(N_SECTORS, 2).sum(axis=1) / N_OUTCOME_SLOTS
    ticket = np.stack([lognormal_bin_means(m, p.ticket_sigma, N_AMOUNTS) for m in median_ticket_yuan])
    ticket_fen = np.rint(ticket * FEN_PER_YUAN).astype(np.int64)
    ticket_share = amounts_by_size(ticket_fen, 0).class_share[REST]
    inverses = np.zeros(MAX_PAYMENTS + 1)
    inverses[1:] = 1.0 / np.arange(1, MAX_PAYMENTS + 1)
    return PaymentTables(
        share,
        outcome.ravel(),
        ticket_fen,
        ticket_share,
        cash_seconds_by_class(ticket_share, payments_per_week.mean(axis=0), p),
        ticket_fen.mean(axis=1) / FEN_PER_YUAN,
        np.concatenate([poisson_alias_row(row / RATE_STEPS) for row in range(N_RATES)]),
        inverses,
    )
