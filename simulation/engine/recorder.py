"""What one replicate leaves behind: arrays by week, in residents and yuan, named as in the catalogue."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import (
    FEN_PER_YUAN,
    HELP_NAMES,
    N_AGES,
    N_AREAS,
    N_CELLS,
    N_INCOMES,
    N_SECTORS,
    WEEKS_PER_QUARTER,
)
from simulation.core.observed import (
    ACCEPTING,
    ACTIVE,
    ACTIVE_13W,
    AT_RISK,
    AWARE,
    FIRST_USES,
    LAPSED,
    LAPSES,
    N_CELL_COLUMNS,
    N_SECTOR_COLUMNS,
    PAYERS,
    REPEAT_PAYERS,
    RETURNS,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    USERS,
    WITH_ACCESS,
)

Array = NDArray[Any]

CELL_STOCKS = {
    "n_active": ACTIVE,
    "n_active_13w": ACTIVE_13W,
    "n_users": USERS,
    "n_lapsed": LAPSED,
    "n_aware": AWARE,
    "n_with_access": WITH_ACCESS,
}
CELL_FLOWS = {"new_first_uses": FIRST_USES, "new_returns": RETURNS, "new_lapses": LAPSES, "n_at_risk": AT_RISK}
CELL_QUARTERS = {"n_payers": PAYERS, "n_repeat_payers": REPEAT_PAYERS}


@dataclass(slots=True)
class WeekTotals:
    """Sums of one week over the simulated citizens and merchants, before expansion to residents."""

    cells: Array  # i8 (45, 12)
    place_active: Array  # i8 (places,)
    n_electronic: Array  # i8 (6,)
    n_cash: Array  # i8 (6,)
    n_failed: Array  # i8 (6,)
    electronic_fen: Array  # i8 (6,)
    cash_fen: Array  # i8 (6,)
    sectors: Array  # i8 (6, 4) see core.observed
    acceptance_by_payments: Array  # f8 (6,)
    till_seconds: float
    n_incidents: int
    loss_fen: int
    outage_share: float
    n_helps: Array  # i8 (2,)
    n_seats: Array  # i8 (2,)


class Recorder:
    """Fill the catalogue's arrays week by week.

    Parameters
    ----------
    n_weeks, n_places, n_levers, n_lines : int
        Sizes.
    expansion_factor : float
        Residents per simulated citizen; every count and value is multiplied by it.
    cash_handling_share, merchant_fee_share : float
        Prices of the merchants' costs (ODD 7.10).
    """

    def __init__(
        self,
        n_weeks: int,
        n_places: int,
        n_levers: int,
        n_lines: int,
        expansion_factor: float,
        cash_handling_share: float,
        merchant_fee_share: float,
    ) -> None:
        self.factor = expansion_factor
        self.cash_handling_share = cash_handling_share
        self.merchant_fee_share = merchant_fee_share
        n_quarters = n_weeks // WEEKS_PER_QUARTER
        cell = (N_AGES, N_AREAS, N_INCOMES)
        self.arrays: dict[str, Array] = {
            "n_residents": np.zeros(cell),
            "n_residents_place": np.zeros(n_places),
            "n_merchants": np.zeros(N_SECTORS),
            "n_active_place": np.zeros((n_weeks, n_places)),
            "till_seconds": np.zeros(n_weeks),
            "n_incidents": np.zeros(n_weeks),
            "fraud_loss_yuan": np.zeros(n_weeks),
            "outage_share": np.zeros(n_weeks),
            "n_helps": np.zeros((n_weeks, len(HELP_NAMES))),
            "n_seats": np.zeros((n_weeks, len(HELP_NAMES))),
            "n_coupons": np.zeros((n_weeks, n_levers)),
            "spending_yuan": np.zeros((n_weeks, n_levers, n_lines)),
        }
        for name in (*CELL_STOCKS, *CELL_FLOWS):
            self.arrays[name] = np.zeros((n_weeks, *cell))
        for name in CELL_QUARTERS:
            self.arrays[name] = np.zeros((n_quarters, *cell))
        for name in SECTOR_NAMES_BY_WEEK:
            self.arrays[name] = np.zeros((n_weeks, N_SECTORS))

    def start(self, cell: Array, place: Array, merchant_sector: Array, last_warm_up: WeekTotals) -> None:
        """Record who lives here and what the warm-up ended with.

        Parameters
        ----------
        cell, place : array of int, shape (N,)
            Cell and place of every citizen.
        merchant_sector : array of int, shape (M,)
            Sector of every merchant.
        last_warm_up : WeekTotals
            Totals of week -1.
        """
        f, shape = self.factor, (N_AGES, N_AREAS, N_INCOMES)
        a = self.arrays
        a["n_residents"][:] = np.bincount(cell, minlength=N_CELLS).reshape(shape) * f
        a["n_residents_place"][:] = np.bincount(place, minlength=a["n_residents_place"].shape[0]) * f
        a["n_merchants"][:] = np.bincount(merchant_sector, minlength=N_SECTORS) * f
        for name in ("n_active", "n_users", "n_lapsed"):
            a[f"initial_{name}"] = last_warm_up.cells[:, CELL_STOCKS[name]].reshape(shape) * f
        a["initial_n_payers"] = last_warm_up.cells[:, PAYERS].reshape(shape) * f
        a["initial_n_merchants_accepting"] = last_warm_up.sectors[:, ACCEPTING] * f

    def record(self, week: int, totals: WeekTotals) -> None:
        """Record one week."""
        f, a = self.factor, self.arrays
        shape = (N_AGES, N_AREAS, N_INCOMES)
        assert totals.cells.shape == (N_CELLS, N_CELL_COLUMNS)
        assert totals.sectors.shape == (N_SECTORS, N_SECTOR_COLUMNS)
        for name, column in (CELL_STOCKS | CELL_FLOWS).items():
            a[name][week] = totals.cells[:, column].reshape(shape) * f
        if (week + 1) % WEEKS_PER_QUARTER == 0:
            for name, column in CELL_QUARTERS.items():
                a[name][week // WEEKS_PER_QUARTER] = totals.cells[:, column].reshape(shape) * f
        a["n_active_place"][week] = totals.place_active * f
        yuan = f / FEN_PER_YUAN
        a["n_payments_electronic"][week] = totals.n_electronic * f
        a["n_payments_cash"][week] = totals.n_cash * f
        a["n_payments_failed"][week] = totals.n_failed * f
        a["value_electronic_yuan"][week] = totals.electronic_fen * yuan
        a["value_cash_yuan"][week] = totals.cash_fen * yuan
        a["n_merchants_accepting"][week] = totals.sectors[:, ACCEPTING] * f
        a["new_acceptances"][week] = totals.sectors[:, STARTED] * f
        a["new_withdrawals"][week] = totals.sectors[:, STOPPED] * f
        a["acceptance_by_payments"][week] = totals.acceptance_by_payments
        a["cash_handling_yuan"][week] = totals.cash_fen * yuan * self.cash_handling_share
        a["merchant_fees_yuan"][week] = totals.electronic_fen * yuan * self.merchant_fee_share
        a["terminal_costs_yuan"][week] = totals.sectors[:, TERMINAL_FEN] * yuan
        a["till_seconds"][week] = totals.till_seconds * f
        a["n_incidents"][week] = totals.n_incidents * f
        a["fraud_loss_yuan"][week] = totals.loss_fen * yuan
        a["outage_share"][week] = totals.outage_share
        a["n_helps"][week] = totals.n_helps * f
        a["n_seats"][week] = totals.n_seats * f


SECTOR_NAMES_BY_WEEK = (
    "n_payments_electronic",
    "n_payments_cash",
    "n_payments_failed",
    "value_electronic_yuan",
    "value_cash_yuan",
    "n_merchants_accepting",
    "acceptance_by_payments",
    "new_acceptances",
    "new_withdrawals",
    "cash_handling_yuan",
    "merchant_fees_yuan",
    "terminal_costs_yuan",
)
