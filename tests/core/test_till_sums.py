"""A week's payments to merchants, added up by hand."""

import numpy as np
import pytest

from simulation.core.catchments import mean_by_place
from simulation.core.codes import N_SECTORS
from simulation.core.observed import ASKED_IN_VAIN, CASH, ELECTRONIC, FAILED, N_KINDS, N_SIZES, REST, SMALL
from simulation.core.tables import AmountsBySize, payment_tables
from simulation.core.till_sums import till_sums
from tests.worlds import MEDIAN_TICKET_YUAN, PAYMENTS_PER_WEEK, default_params

MARKET = 3


def sums(n_payments, milliseconds, n_cash=0, n_family=0):
    """Add up payments at markets: small ones of 20 yuan, others of 100, half of them large; cash takes 10, 20, 30 s."""
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, default_params())
    share = np.zeros((N_SECTORS, 3))
    share[MARKET] = 0.5, 0.25, 0.25
    mean_yuan = np.full(N_SECTORS, 50.0)
    tables = tables._replace(ticket_share=share, mean_ticket_yuan=mean_yuan, cash_seconds=np.array([10.0, 20.0, 30.0]))
    mean_fen, class_share = np.zeros((N_SIZES, N_SECTORS)), np.zeros((N_SIZES, N_SECTORS, 3))
    mean_fen[:, MARKET] = 10_000.0, 2_000.0
    class_share[REST, MARKET], class_share[SMALL, MARKET] = (0.0, 0.5, 0.5), (1.0, 0.0, 0.0)
    of_others = np.zeros((2, N_SECTORS), np.int64)
    of_others[:, MARKET] = n_cash, n_family
    amounts = AmountsBySize(mean_fen, class_share)
    return till_sums(n_payments, milliseconds, amounts, of_others[0], of_others[1], tables, 25.0)


def test_users_payments_by_number_value_and_time():
    """Of small ones 3 are electronic, 1 in cash; of the others 2 electronic, 1 asked for in vain, 1 failed."""
    n_payments = np.zeros((N_SIZES, N_SECTORS, N_KINDS), np.int64)
    milliseconds = np.zeros((N_SIZES, N_SECTORS), np.int64)
    n_payments[SMALL, MARKET, ELECTRONIC], n_payments[SMALL, MARKET, CASH] = 3, 1
    n_payments[REST, MARKET, [ELECTRONIC, ASKED_IN_VAIN, FAILED]] = 2, 1, 1
    milliseconds[:, MARKET] = 60_000, 36_000  # three attempts at 20 s, three at 12 s
    found = sums(n_payments, milliseconds)
    assert [found.n_electronic[MARKET], found.n_cash[MARKET], found.n_failed[MARKET]] == [5, 3, 1]
    assert found.electronic_fen[MARKET] == 3 * 2_000 + 2 * 10_000
    assert found.cash_fen[MARKET] == 2_000 + 2 * 10_000
    assert found.asked_in_vain_fen[MARKET] == 2 * 10_000
    assert found.n_tickets[MARKET].tolist() == [4.0, 2.0, 2.0]
    assert found.seconds[MARKET].tolist() == [36.0 + 10.0, 30.0 + 20.0, 30.0 + 30.0]
    assert not found.n_tickets[:MARKET].any()


def test_others_pay_in_cash_and_children_electronically():
    """Four payments in cash and two by a child, at the mean of 50 yuan and 25 s a child's."""
    nothing = np.zeros((N_SIZES, N_SECTORS, N_KINDS), np.int64), np.zeros((N_SIZES, N_SECTORS), np.int64)
    found = sums(*nothing, n_cash=4, n_family=2)
    assert [found.n_electronic[MARKET], found.n_cash[MARKET]] == [2, 4]
    assert [found.electronic_fen[MARKET], found.cash_fen[MARKET]] == [10_000, 20_000]
    assert found.n_tickets[MARKET].tolist() == [3.0, 1.5, 1.5]
    assert found.seconds[MARKET] == pytest.approx([2 * 10.0 + 25.0, 20.0 + 12.5, 30.0 + 12.5])


def test_a_place_has_the_mean_of_its_residents_zones():
    """Two live where it is 1, one where it is 4: 2; nobody lives in the last place."""
    found = mean_by_place(np.array([1.0, 4.0]), np.array([0, 1, 0, 1]), np.array([0, 0, 0, 1]), 3)
    assert found.tolist() == [2.0, 4.0, 0.0]
