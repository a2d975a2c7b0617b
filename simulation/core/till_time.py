"""Payments to merchants and the time they take, by sector and ticket class (T5): those counted and those expected."""

import numpy as np

from simulation.core.jit import njit
from simulation.core.rules.payment import MILLISECONDS


@njit
def time_at_tills(n_tickets, milliseconds, n_cash, n_family, ticket_share, cash_seconds, seconds_of_child):  # type: ignore[no-untyped-def]
    """Add the payments of non-users, and of children for their parents, to those that users made.

    Parameters
    ----------
    n_tickets : array of int64, shape (6, 3, 2)
        Users' payments by sector, ticket class and method (cash, electronic).
    milliseconds : array of int64, shape (6, 3)
        Of their electronic attempts.
    n_cash, n_family : array of int64, shape (6,)
        Payments of non-users in cash, and by a child, by sector; spread over classes as amounts are.
    ticket_share : array of float64, shape (6, 3)
        Share of a sector's payments by class.
    cash_seconds : array of float64, shape (3,)
        Of a cash payment by class.
    seconds_of_child : float
        Of a payment by a child: that of a skilled user, with verification.

    Returns
    -------
    number, seconds : array of float64, shape (6, 3)
    """
    number, seconds = np.empty(milliseconds.shape), np.empty(milliseconds.shape)
    for s in range(milliseconds.shape[0]):
        for k in range(milliseconds.shape[1]):
            share = ticket_share[s, k]
            number[s, k] = (n_tickets[s, k, 0] + n_tickets[s, k, 1]) + (n_cash[s] + n_family[s]) * share
            in_cash = n_tickets[s, k, 0] + n_cash[s] * share
            seconds[s, k] = milliseconds[s, k] / MILLISECONDS + in_cash * cash_seconds[k]
            seconds[s, k] += n_family[s] * share * seconds_of_child
    return number, seconds
