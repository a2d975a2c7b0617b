"""Sums of what levers are charged, by lever and accounting zone."""

import numpy as np

from simulation.core.jit import njit

MOST_FEN = 2**53  # whole numbers up to here are exact as float64
TOO_MUCH = MOST_FEN + 1


@njit
def sum_claims(lever, agent, fen, zone, account, n_levers, n_accounts):
    """Add up claims by lever and accounting zone.

    Parameters
    ----------
    lever, agent, fen : array of int, shape (n,)
        Row of the lever, who claims, and how much, fen.
    zone : array of int, shape (N,)
        Zone of every agent.
    account : array of int, shape (Z,)
        Accounting zone of every zone.

    Returns
    -------
    of_lever : array of int64, shape (levers,)
        Claims on each lever.
    number, brought : array of int64, shape (levers, accounts)
        The same, and their amounts, fen, by accounting zone.
    """
    of_lever = np.zeros(n_levers, np.int64)
    number, brought = np.zeros((n_levers, n_accounts), np.int64), np.zeros((n_levers, n_accounts), np.int64)
    for k in range(len(lever)):
        at = account[zone[agent[k]]]
        of_lever[lever[k]] += 1
        number[lever[k], at] += 1
        brought[lever[k], at] += fen[k]
    return of_lever, number, brought


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
