"""Sums of what levers are charged, by lever and accounting zone."""

import numpy as np

from simulation.core.jit import njit


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
