"""Sums of what levers are charged, by lever and accounting zone."""

import numpy as np

from simulation.core.jit import njit

MOST_FEN = 2**53  # whole numbers up to here are exact as float64
TOO_MUCH = MOST_FEN + 1
AS_CLAIMED = -1.0  # instead of a price: claims bring their amounts along


@njit
def add_claims(lever, agent, fen, zone, account, of_lever, number, brought):
    """Add claims up by lever and accounting zone.

    Parameters
    ----------
    lever, agent, fen : array of int, shape (n,)
        Row of the lever, who claims, and how much, fen.
    zone : array of int, shape (N,)
        Zone of every agent.
    account : array of int, shape (Z,)
        Accounting zone of every zone.
    of_lever : array of int64, shape (levers,)
        Claims on each lever; added to.
    number, brought : array of int64, shape (levers, zones)
        The same by accounting zone, and their amounts, fen; added to.
    """
    # neighbours mostly claim of the same lever: they are counted before they are added
    row, at, n, amount = 0, 0, 0, 0
    for k in range(len(lever)):
        lever_k, at_k = np.int64(lever[k]), np.int64(account[zone[agent[k]]])
        if lever_k != row or at_k != at:
            of_lever[row] += n
            number[row, at] += n
            brought[row, at] += amount
            row, at, n, amount = lever_k, at_k, 0, 0
        n += 1
        amount += np.int64(fen[k])
    if n > 0:
        of_lever[row] += n
        number[row, at] += n
        brought[row, at] += amount


@njit
def charge_claims(of_lever, number, brought, each, scale, owed, gross):
    """Work out what every lever owes for the claims on it.

    Parameters
    ----------
    of_lever, number, brought : array of int64
        From `add_claims`.
    each : array of float64, shape (levers,)
        Fen a claim; AS_CLAIMED where claims bring their amounts along.
    scale : array of float64, shape (levers,)
        Mark-up times residents or merchants that a simulated one stands for.
    owed : array of int64, shape (levers, zones)
        Filled: by zone, as `whole_fen` does it.
    gross : array of int64, shape (levers,)
        Filled: in all.
    """
    for row in range(of_lever.shape[0]):
        if of_lever[row] == 0:
            continue
        if each[row] == AS_CLAIMED:
            gross[row] = whole_fen(brought[row] * 1.0, scale[row], owed[row])
        else:
            gross[row] = whole_fen(number[row] * each[row], scale[row], owed[row])


@njit
def charge_list(
    lever, agent, fen, zone, account, of_lever, number, brought, each, scale, owed, gross, is_first, is_last
):  # fmt: skip
    """Add one list of claims up, and after the last of a use work out what is owed: everything in one call.

    Parameters
    ----------
    lever ... brought
        As for `add_claims`; the sums are set to 0 before the first list.
    each ... gross
        As for `charge_claims`.
    is_first, is_last : bool
        Whether the list is the first, and the last, of its use this week.
    """
    if is_first:
        of_lever[:] = 0
        number[:] = 0
        brought[:] = 0
    add_claims(lever, agent, fen, zone, account, of_lever, number, brought)
    if is_last:
        charge_claims(of_lever, number, brought, each, scale, owed, gross)


@njit
def whole_fen(amount, scale, owed):
    """Work out what amounts by accounting zone are charged, in whole fen, rounded down; return their sum.

    Parameters
    ----------
    amount : array of float64, shape (zones,)
        Before mark-up, fen.
    scale : float
        As above.
    owed : array of int64, shape (zones,)
        Filled.

    Returns
    -------
    int
        TOO_MUCH where it is more than float64 holds in whole numbers.
    """
    exact, gross = 0.0, 0
    for zone in range(amount.shape[0]):
        charge = amount[zone] * scale
        exact += charge
        if exact >= MOST_FEN:
            return TOO_MUCH
        owed[zone] = int(charge)
        gross += int(owed[zone])
    return gross
