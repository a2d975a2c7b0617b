"""Payments to merchants and the time they take, by sector and ticket class (T5): those counted and those expected."""

import numpy as np

from simulation.core.jit import njit
from simulation.core.observed import ELECTRONIC, N_SIZES
from simulation.core.rules.payment import MILLISECONDS


@njit
def time_at_tills(  # type: ignore[no-untyped-def]
    n_payments, milliseconds, class_share, n_cash, n_family, ticket_share, cash_seconds, seconds_of_child
):
    """Add the payments of non-users, and of children for their parents, to those that users made.

    Numbers by ticket class are expected ones: payments are spread over the classes as amounts are.

    Parameters
    ----------
    n_payments : array of int64, shape (2, 6, 4)
        Users' payments by size, sector and kind.
    milliseconds : array of int64, shape (2, 6)
        Of their electronic attempts.
    class_share : array of float64, shape (2, 6, 3)
        Share of the amounts of a size and sector by class.
    n_cash, n_family : array of int64, shape (6,)
        Payments of non-users in cash, and by a child, by sector.
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
    number, seconds = np.empty(ticket_share.shape), np.empty(ticket_share.shape)
    for s in range(ticket_share.shape[0]):
        for k in range(ticket_share.shape[1]):
            share = ticket_share[s, k]
            number[s, k] = (n_cash[s] + n_family[s]) * share
            in_cash = n_cash[s] * share
            seconds[s, k] = n_family[s] * share * seconds_of_child
            for size in range(N_SIZES):
                of_class = class_share[size, s, k]
                number[s, k] += n_payments[size, s].sum() * of_class
                in_cash += n_payments[size, s, :ELECTRONIC].sum() * of_class
                seconds[s, k] += milliseconds[size, s] * of_class / MILLISECONDS
            seconds[s, k] += in_cash * cash_seconds[k]
    return number, seconds
