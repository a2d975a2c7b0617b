"""The week's payments to merchants by number, value and time: those of users as counted, those of others as drawn."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN
from simulation.core.jit import njit
from simulation.core.observed import ASKED_IN_VAIN, CASH, ELECTRONIC, FAILED, N_SIZES
from simulation.core.rules.payment import MILLISECONDS

Array = NDArray[Any]


class TillSums(NamedTuple):
    """Payments to merchants by sector, named as in engine.recorder.WeekTotals."""

    n_electronic: Array  # i8 (6,)
    n_cash: Array  # i8 (6,)
    n_failed: Array  # i8 (6,)
    electronic_fen: Array  # i8 (6,)
    cash_fen: Array  # i8 (6,)
    asked_in_vain_fen: Array  # i8 (6,)
    n_tickets: Array  # f8 (6, 3) by ticket class
    seconds: Array  # f8 (6, 3)


def till_sums(
    n_payments: Array, milliseconds: Array, amounts: Any, n_cash: Array, n_family: Array, tables: Any,
    seconds_of_child: float,
) -> TillSums:  # fmt: skip
    """Add the payments of non-users, and of children for their parents, to those that users made.

    Payments are valued at the mean amount of their sector and size and spread over the ticket classes as amounts are.

    Parameters
    ----------
    n_payments : array of int64, shape (2, 6, 4)
        Users' payments by size, sector and kind.
    milliseconds : array of int64, shape (2, 6)
        Of their electronic attempts.
    amounts : AmountsBySize
        Means and ticket classes of the amounts up to the week's limit, and of the rest.
    n_cash, n_family : array of int64, shape (6,)
        Payments of non-users in cash, and by a child, by sector.
    tables : PaymentTables
        Mean amounts, ticket classes and seconds of cash.
    seconds_of_child : float
        Of a payment by a child: that of a skilled user, with verification.
    """
    by_sector = np.zeros((6, n_cash.shape[0]), np.int64)
    by_ticket = np.zeros((2, *tables.ticket_share.shape))
    _add_up(n_payments, milliseconds, amounts, n_cash, n_family, tables, seconds_of_child, by_sector, by_ticket)
    return TillSums(*by_sector, *by_ticket)


@njit
def _add_up(n_payments, milliseconds, amounts, n_cash, n_family, tables, seconds_of_child, by_sector, by_ticket):  # type: ignore[no-untyped-def]
    """Fill the rows of `TillSums`. They are handed in: each array that compiled code returns is wrapped up anew."""
    ticket_share, n_sectors = tables.ticket_share, n_cash.shape[0]
    electronic, cash, failed = by_sector[0], by_sector[1], by_sector[2]
    electronic_fen, cash_fen, vain_fen = by_sector[3], by_sector[4], by_sector[5]
    number, seconds = by_ticket[0], by_ticket[1]
    for s in range(n_sectors):
        value_electronic, value_cash, value_in_vain = 0.0, 0.0, 0.0
        mean_of_others = tables.mean_ticket_yuan[s] * FEN_PER_YUAN
        electronic[s], cash[s] = n_family[s], n_cash[s]
        for k in range(ticket_share.shape[1]):
            share = ticket_share[s, k]
            number[s, k] = (n_cash[s] + n_family[s]) * share
            seconds[s, k] = n_family[s] * share * seconds_of_child + n_cash[s] * share * tables.cash_seconds[k]
        for size in range(N_SIZES):
            of_kind, mean = n_payments[size, s], amounts.mean_fen[size, s]
            in_vain = of_kind[ASKED_IN_VAIN] + of_kind[FAILED]
            in_cash = of_kind[CASH] + in_vain
            electronic[s] += of_kind[ELECTRONIC]
            cash[s] += in_cash
            failed[s] += of_kind[FAILED]
            value_electronic += of_kind[ELECTRONIC] * mean
            value_cash += in_cash * mean
            value_in_vain += in_vain * mean
            for k in range(ticket_share.shape[1]):
                of_class = amounts.class_share[size, s, k]
                number[s, k] += (of_kind[ELECTRONIC] + in_cash) * of_class
                seconds[s, k] += milliseconds[size, s] * of_class / MILLISECONDS
                seconds[s, k] += in_cash * of_class * tables.cash_seconds[k]
        electronic_fen[s] = np.int64(np.rint(value_electronic)) + np.int64(np.rint(n_family[s] * mean_of_others))
        cash_fen[s] = np.int64(np.rint(value_cash)) + np.int64(np.rint(n_cash[s] * mean_of_others))
        vain_fen[s] = np.int64(np.rint(value_in_vain))
