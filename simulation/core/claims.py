"""Sums of what levers are charged, by lever and accounting zone."""

import numpy as np

from simulation.core.jit import njit

MOST_FEN = 2**53  # whole numbers up to here are exact as float64
TOO_MUCH = MOST_FEN + 1


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
    number, brought : array of int64, shape (levers, accounts)
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
def whole_fen(amount, each, scale, n_zones):
    """Return what amounts by accounting zone are charged, in whole fen, rounded down, and what that comes to.

    Parameters
    ----------
    amount : array of int64 or float64, shape (accounts,)
        Number of units by zone.
    each : float
        Fen a unit.
    scale : float
        Mark-up times residents or merchants that a simulated one stands for.
    n_zones : int
        Zones to post to, at least as many as accounts.

    Returns
    -------
    posted : array of int64, shape (n_zones,)
    gross : int
        Their sum; TOO_MUCH where that is more than float64 holds in whole numbers.
    """
    posted = np.zeros(n_zones, np.int64)
    exact, gross = 0.0, 0
    for zone in range(amount.shape[0]):
        charge = np.float64(amount[zone]) * each * scale
        exact += charge
        if exact >= MOST_FEN:
            return posted, TOO_MUCH
        posted[zone] = int(charge)
        gross += int(posted[zone])
    return posted, gross
