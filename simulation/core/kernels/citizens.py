"""One week of a slice of citizens (ODD 3, step 3), in the order the ODD lists, block by block in passes.

A block of some thousand citizens stays in the processor's second cache from pass to pass, and each pass keeps few
arrays in hand; as one loop over everybody the same week took half as long again (DECISIONS).

Rows are unsigned numbers, which spares the compiler a test for negative ones at every look-up.
"""

import numpy as np

from simulation.core.jit import njit
from simulation.core.kernels.aftermath import go_without, learn_from_use
from simulation.core.kernels.decisions import decide
from simulation.core.kernels.observation import close_quarter, observe
from simulation.core.kernels.payments import pay
from simulation.core.params import unpack

BLOCK = 4096  # citizens


@njit
def citizens_week(
    first_citizen, last_citizen, c, zones, peer_start, week, keys, offers, tables, alpha,
    acceptance, outlets, n_merchants, coefficients, standing, work, tills, out,
):  # fmt: skip
    """Move citizens first_citizen to last_citizen - 1 through one week.

    Parameters
    ----------
    c : CitizenArrays
        State, updated in place; everything read of others was written last week.
    zones : ZoneArrays
        Catchments.
    keys : array of uint64
        Keys of the week by stream.
    alpha : array of float64, shape (5, 3)
        Segment constants of the attitude, logits.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance as citizens judge it (frozen in the experiment of that name).
    outlets : array of int64, shape (M + Z*S,)
        Acceptance at the till, and where payments there are added up (see kernels.arguments).
    coefficients : structured array, shape (1,)
        From `params.packed`.
    standing : Standing
        What is kept from week to week beside the state.
    work : BlockWork
        What the passes hand on; overwritten.
    tills : array of int64, shape (1 or 2, 4 * (M + Z*S))
        Payments at each till by size and kind (see kernels.arguments); added to. Sums of whole
        numbers: any order gives the same.
    out : Counters
        Sums of this slice, zeroed by the caller.
    """
    p = unpack(coefficients)
    for first in range(np.uint64(first_citizen), np.uint64(last_citizen), np.uint64(BLOCK)):
        last = min(first + np.uint64(BLOCK), np.uint64(last_citizen))
        n_users, n_others = decide(
            first, last, n_merchants, c, zones, peer_start, week, keys, offers, tables.sector_share, alpha, acceptance,
            p, work, out,
        )  # fmt: skip
        pay(n_users, first, n_merchants, c, zones, week, keys, offers, tables, outlets, p, work, tills, out)
        learn_from_use(n_users, first, c, week, keys, offers, p, work, out)
        go_without(n_others, first, c, offers, p, work)
        observe(first, last, c, p.word_of_mouth_weeks, standing, work, out)
        if week.ends_quarter:
            close_quarter(first, last, c, out.cells)
