"""What users' payments at the week's tills come to: by merchant, and by sector (see kernels.arguments)."""

import numpy as np

from simulation.core.codes import N_SECTORS
from simulation.core.jit import njit
from simulation.core.kernels.arguments import MILLISECOND_BITS, MILLISECOND_MASK
from simulation.core.observed import ASKED_IN_VAIN, ELECTRONIC, FAILED, N_KINDS


@njit
def asks_at(tills, till):
    """Return how many payments at a till were asked for electronically, met or not."""
    row, asks = N_KINDS * till, 0
    for size in range(tills.shape[0]):
        for kind in range(ASKED_IN_VAIN, N_KINDS):
            asks += tills[size, row + kind] >> MILLISECOND_BITS
    return np.float64(asks)


@njit
def electronic_at(tills, till, mean_fen, sector):
    """Return number and value (fen, at the mean amount) of the electronic payments at a till."""
    number, value = 0, 0.0
    for size in range(tills.shape[0]):
        of_size = tills[size, N_KINDS * till + ELECTRONIC] >> MILLISECOND_BITS
        number += of_size
        value += of_size * mean_fen[size, sector]
    return np.float64(number), value


@njit
def payments_of_merchants(merchant_sector, zones, acceptance, tills, mean_fen):
    """Return what merchants were asked for and took electronically, at their own tills and of their catchments' pools.

    Pools are gone through by zone, so that each merchant's sums grow in the order of its own customers; merchant by
    merchant the processor would wait for every addition.

    Returns
    -------
    asked, taken, value : array of float64, shape (M,)
        Payments asked for electronically; electronic ones, number and fen.
    """
    n_merchants = merchant_sector.shape[0]
    asked, taken, value = np.empty(n_merchants), np.empty(n_merchants), np.empty(n_merchants)
    for j in range(n_merchants):
        asked[j] = asks_at(tills, j)
        taken[j], value[j] = electronic_at(tills, j, mean_fen, merchant_sector[j])
    for pool in range(zones.huff_start.shape[0] - 1):
        till = n_merchants + pool
        asks, number, fen = asks_at(tills, till), 0.0, 0.0
        if acceptance[till] > 0.0:
            # the pool's electronic payments were made at those of its merchants who accept
            number, fen = electronic_at(tills, till, mean_fen, pool % N_SECTORS)
            number, fen = number / acceptance[till], fen / acceptance[till]
        for k in range(np.uint64(zones.huff_start[pool]), np.uint64(zones.huff_start[pool + 1])):
            j, weight = np.uint64(zones.huff_merchant[k]), np.float64(zones.huff_weight[k])
            asked[j] += asks * weight
            taken[j] += number * weight
            value[j] += fen * weight
    return asked, taken, value


@njit
def payments_by_sector(tills, merchant_sector, n_payments, milliseconds):
    """Sum the week's payments at tills.

    Parameters
    ----------
    tills : array of int64, shape (1 or 2, 4 * (M + Z*S))
    merchant_sector : array of uint8, shape (M,)
    n_payments : array of int64, shape (2, 6, 4)
        Filled: number by size of amount, sector and kind.
    milliseconds : array of int64, shape (2, 6)
        Filled: of electronic attempts, by size and sector.
    """
    n_merchants = merchant_sector.shape[0]
    for size in range(tills.shape[0]):
        for till in range(tills.shape[1] // N_KINDS):
            sector = merchant_sector[till] if till < n_merchants else (till - n_merchants) % N_SECTORS
            for kind in range(N_KINDS):
                n_payments[size, sector, kind] += tills[size, N_KINDS * till + kind] >> MILLISECOND_BITS
            for kind in (FAILED, ELECTRONIC):
                milliseconds[size, sector] += tills[size, N_KINDS * till + kind] & MILLISECOND_MASK
