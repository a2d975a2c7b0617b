"""Small treasuries, and claims upon them."""

import numpy as np

from simulation.engine.treasury import Treasury
from simulation.levers.ledger import LINES
from simulation.scenario.budget import Budget

N_WEEKS, N_ACCOUNTS = 8, 3
NAMES = ("coupon", "fees", "kiosks")
COUPON, FEES, KIOSKS = range(3)


def treasury_of(total_yuan=None, **settings) -> Treasury:
    budget = None if total_yuan is None else Budget(total_yuan=total_yuan, **settings)
    return Treasury(budget, NAMES, N_WEEKS, N_ACCOUNTS)


def funders(**by_name):
    """Return co-funders from (match rate, cap in yuan)."""
    return {name: {"match_rate": rate, "cap_yuan": cap} for name, (rate, cap) in by_name.items()}


def in_order(n):
    return lambda: np.arange(n)


def pay(treasury, fen, row=COUPON, line="incentives", accounts=None, order=None, week=0):
    charges = np.array(fen, float)
    where = np.zeros(len(charges), np.int64) if accounts is None else np.array(accounts)
    ranked = in_order(len(charges)) if order is None else lambda: np.array(order)
    return treasury.pay(week, row, line, charges, where, ranked).tolist()


def spent(treasury, payer=None):
    return treasury.ledger.total_fen(payer=payer)


def reserve(treasury, row, fen, line="operations", weeks=range(N_WEEKS)):
    table = np.zeros((N_WEEKS, len(LINES)), np.int64)
    table[list(weeks), LINES.index(line)] = fen
    treasury.set_reserve(row, table)
