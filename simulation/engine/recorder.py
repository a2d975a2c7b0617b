"""What one replicate leaves behind: arrays by week, in residents and yuan, named as in the catalogue."""

import copy
from collections.abc import Sequence
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
    N_TICKETS,
    WEEKS_PER_QUARTER,
)
from simulation.core.observed import (
    ACCEPTING,
    ACTIVE,
    ACTIVE_13W,
    ACTIVE_MERCHANT,
    AT_RISK,
    AWARE,
    FIRST_USES,
    INTEGRATED,
    INTEGRATED_ACTIVE,
    LAPSED,
    LAPSES,
    N_CELL_COLUMNS,
    N_SECTOR_COLUMNS,
    PAYERS,
    PERSON_CASH,
    PERSON_ELECTRONIC,
    REPEAT_PAYERS,
    RETURNS,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    TRAINED,
    UNIFIED,
    UNIFIED_ACTIVE,
    USERS,
    WITH_ACCESS,
)
from simulation.core.offers import USE_NAMES
from simulation.core.params import Params
from simulation.levers.ledger import Ledger
from simulation.outcomes.monitoring import Firing, Reading, arrays_of

Array = NDArray[Any]
NEVER = -1  # week of what did not happen

CELL_STOCKS = {
    "n_active": ACTIVE,
    "n_active_13w": ACTIVE_13W,
    "n_active_merchant": ACTIVE_MERCHANT,
    "n_users": USERS,
    "n_lapsed": LAPSED,
    "n_aware": AWARE,
    "n_with_access": WITH_ACCESS,
}
CELL_FLOWS = {"new_first_uses": FIRST_USES, "new_returns": RETURNS, "new_lapses": LAPSES, "n_at_risk": AT_RISK}
CELL_WEEKS = CELL_STOCKS | CELL_FLOWS
SECTOR_COLUMNS = {
    "n_merchants_accepting": ACCEPTING,
    "new_acceptances": STARTED,
    "new_withdrawals": STOPPED,
    "n_merchants_trained": TRAINED,
    "n_merchants_unified": UNIFIED,
    "n_merchants_integrated": INTEGRATED,
}
CELL_BLOCK, SECTOR_BLOCK = tuple(CELL_WEEKS), tuple(SECTOR_COLUMNS)
CELL_ROWS, SECTOR_ROWS = np.array(list(CELL_WEEKS.values())), np.array(list(SECTOR_COLUMNS.values()))
SECTOR_QUARTERS = {"n_merchants_unified_active": UNIFIED_ACTIVE, "n_merchants_integrated_active": INTEGRATED_ACTIVE}
CELL_QUARTERS = {"n_payers": PAYERS, "n_repeat_payers": REPEAT_PAYERS}


@dataclass(slots=True)
class WeekTotals:
    """Sums of one week over the simulated citizens and merchants, before expansion to residents."""

    cells: Array  # i8 (45, 13) see core.observed
    place_active: Array  # i8 (places,)
    n_electronic: Array  # i8 (6,) at merchants, those of children for their parents included
    n_cash: Array  # i8 (6,)
    n_failed: Array  # i8 (6,)
    n_family: Array  # i8 (6,) electronic payments of children for their parents
    n_person: Array  # i8 (2,) between people: electronic, cash
    electronic_fen: Array  # i8 (6,)
    cash_fen: Array  # i8 (6,)
    asked_in_vain_fen: Array  # i8 (6,) of the cash: asked for electronically
    n_tickets: Array  # f8 (6, 3) payments to merchants by sector and ticket class; of non-users, expected ones
    seconds: Array  # f8 (6, 3) at tills
    sectors: Array  # i8 (6, 10) see core.observed
    acceptance_by_payments: Array  # f8 (6,)
    merchant_payments: Array  # f8 (2,) electronic payments at merchants on the unified interface; with services
    n_incidents: int
    loss_fen: int
    outage_share: float
    n_helps: Array  # i8 (5,)
    n_seats: Array  # i8 (5,)
    n_turned_away: Array  # i8 (5,)
    n_assisted: Array  # i8 (5,) first uses that help of kind k + 1 led to there and then
    first_payers: Array  # i4 (n,) citizens with the first electronic payment of their own, or the first for long
    reached: Array  # i4 (n,) rows of never-users whom outreach reached this week, ascending
    n_uses: Array  # i8 (L, uses) what levers paid for
    n_unpaid: Array  # i8 (L,) claims that money did not reach
    place_reach: Array | None  # f8 (places,) acceptance where residents shop; None where no quarter ends


class Recorder:
    """Fill the catalogue's arrays week by week.

    Parameters
    ----------
    n_weeks, n_places, n_levers, n_citizens : int
        Sizes.
    expansion_factor : float
        Residents per simulated citizen; every count and value is multiplied by it.
    p : Params
        Prices of the merchants' costs (ODD 7.10), and the mean payment between people.
    """

    def __init__(
        self, n_weeks: int, n_places: int, n_levers: int, n_citizens: int, expansion_factor: float, p: Params
    ) -> None:
        self.factor = expansion_factor
        self.p = p
        self.week = 0  # the next to be recorded
        n_quarters = n_weeks // WEEKS_PER_QUARTER
        cell = (N_AGES, N_AREAS, N_INCOMES)
        self.arrays: dict[str, Array] = {
            "n_residents": np.zeros(cell),
            "n_residents_place": np.zeros(n_places),
            "n_merchants": np.zeros(N_SECTORS),
            "initial_n_active": np.zeros(cell),
            "initial_n_users": np.zeros(cell),
            "initial_n_lapsed": np.zeros(cell),
            "initial_n_payers": np.zeros(cell),
            "initial_n_merchants_accepting": np.zeros(N_SECTORS),
            "n_active_place": np.zeros((n_weeks, n_places)),
            "acceptance_reach_place": np.zeros((n_quarters, n_places)),
            "network_failure_place": np.zeros(n_places),
            "n_payments_ticket": np.zeros((n_weeks, N_SECTORS, N_TICKETS)),
            "till_seconds": np.zeros((n_weeks, N_SECTORS, N_TICKETS)),
            "n_uses": np.zeros((n_weeks, n_levers, len(USE_NAMES))),
            "n_unpaid_claims": np.zeros((n_weeks, n_levers)),
            "reached_week": np.full(n_citizens, NEVER, np.int16),
            "first_payment_week": np.full(n_citizens, NEVER, np.int16),
        }
        self._blocks = {
            CELL_BLOCK: np.zeros((n_weeks, len(CELL_WEEKS), *cell)),
            SECTOR_BLOCK: np.zeros((n_weeks, len(SECTOR_COLUMNS), N_SECTORS)),
            BY_SECTOR: np.zeros((n_weeks, len(BY_SECTOR), N_SECTORS)),
            BY_HELP: np.zeros((n_weeks, len(BY_HELP), len(HELP_NAMES))),
            BY_WEEK: np.zeros((n_weeks, len(BY_WEEK))),
        }
        for name in CELL_QUARTERS:
            self.arrays[name] = np.zeros((n_quarters, *cell))
        for name in SECTOR_QUARTERS:
            self.arrays[name] = np.zeros((n_quarters, N_SECTORS))
        self._name_columns()

    def _name_columns(self) -> None:
        """Let every column of a block be known by its name: a week is written block by block."""
        for names, block in self._blocks.items():
            self.arrays |= {name: block[:, column] for column, name in enumerate(names)}

    def start(
        self, cell: Array, place: Array, merchant_sector: Array, network_failure: Array, last_warm_up: WeekTotals
    ) -> None:
        """Record who lives here and what the warm-up ended with.

        Parameters
        ----------
        cell, place : array of int, shape (N,)
            Cell and place of every citizen.
        merchant_sector : array of int, shape (M,)
            Sector of every merchant.
        network_failure : array of float64, shape (N,)
            Share of electronic attempts that the network loses where every citizen lives.
        last_warm_up : WeekTotals
            Totals of week -1.
        """
        f, shape = self.factor, (N_AGES, N_AREAS, N_INCOMES)
        a = self.arrays
        a["n_residents"][:] = np.bincount(cell, minlength=N_CELLS).reshape(shape) * f
        a["n_residents_place"][:] = np.bincount(place, minlength=a["n_residents_place"].shape[0]) * f
        lost = np.bincount(place, weights=network_failure, minlength=a["n_residents_place"].shape[0])
        a["network_failure_place"][:] = lost * f / np.maximum(f, a["n_residents_place"])
        a["n_merchants"][:] = np.bincount(merchant_sector, minlength=N_SECTORS) * f
        for name in ("n_active", "n_users", "n_lapsed"):
            a[f"initial_{name}"] = last_warm_up.cells[:, CELL_STOCKS[name]].reshape(shape) * f
        a["initial_n_payers"] = last_warm_up.cells[:, PAYERS].reshape(shape) * f
        a["initial_n_merchants_accepting"] = last_warm_up.sectors[:, ACCEPTING] * f

    def fork(self, names: Sequence[str], other_names: Sequence[str]) -> "Recorder":
        """Return a copy that goes on under another plan, whose levers are other rows.

        Parameters
        ----------
        names, other_names : sequence of str
            Levers by row here and in the copy. Levers known here only have not been used.
        """
        twin = copy.copy(self)
        in_blocks = {name for names in self._blocks for name in names}
        twin.arrays = {name: values.copy() for name, values in self.arrays.items() if name not in in_blocks}
        twin._blocks = {names: block.copy() for names, block in self._blocks.items()}
        twin._name_columns()
        for name in BY_LEVER:
            values = self.arrays[name]
            mine = np.zeros((values.shape[0], len(other_names), *values.shape[2:]))
            for row, lever in enumerate(names):
                if lever in other_names:
                    mine[:, other_names.index(lever)] = values[:, row]
            twin.arrays[name] = mine
        return twin

    def record(self, week: int, totals: WeekTotals) -> None:
        """Record one week."""
        self.week = week + 1
        f, a = self.factor, self.arrays
        shape = (N_AGES, N_AREAS, N_INCOMES)
        assert totals.cells.shape == (N_CELLS, N_CELL_COLUMNS)
        assert totals.sectors.shape == (N_SECTORS, N_SECTOR_COLUMNS)
        cells, sectors = totals.cells.T * f, totals.sectors.T * f
        self._blocks[CELL_BLOCK][week] = cells[CELL_ROWS].reshape(-1, *shape)
        self._blocks[SECTOR_BLOCK][week] = sectors[SECTOR_ROWS]
        if (week + 1) % WEEKS_PER_QUARTER == 0:
            quarter = week // WEEKS_PER_QUARTER
            for name, column in CELL_QUARTERS.items():
                a[name][quarter] = cells[column].reshape(shape)
            for name, column in SECTOR_QUARTERS.items():
                a[name][quarter] = sectors[column]
            a["acceptance_reach_place"][quarter] = totals.place_reach
        a["n_active_place"][week] = totals.place_active * f
        a["n_payments_ticket"][week] = totals.n_tickets * f
        a["till_seconds"][week] = totals.seconds * f
        a["n_uses"][week] = totals.n_uses * f
        a["n_unpaid_claims"][week] = totals.n_unpaid * f
        self._blocks[BY_SECTOR][week] = np.array(self._by_sector(totals)) * f
        self._blocks[BY_HELP][week] = np.array(_by_help(totals)) * f
        self._blocks[BY_WEEK][week] = self._by_week(totals)
        a["acceptance_by_payments"][week] = totals.acceptance_by_payments
        self._note(a["reached_week"], totals.reached, week)
        self._note(a["first_payment_week"], totals.first_payers, week)

    def _by_sector(self, totals: WeekTotals) -> tuple[Array, ...]:
        """Return the values of `BY_SECTOR`, before expansion."""
        electronic, cash = totals.electronic_fen / FEN_PER_YUAN, totals.cash_fen / FEN_PER_YUAN
        return (
            totals.n_electronic,
            totals.n_family,
            totals.n_cash,
            totals.n_failed,
            electronic,
            cash,
            totals.asked_in_vain_fen / FEN_PER_YUAN,
            totals.acceptance_by_payments,
            cash * self.p.cash_handling_share,
            electronic * self.p.merchant_fee_share,
            totals.sectors[:, TERMINAL_FEN] / FEN_PER_YUAN,
        )

    def _by_week(self, totals: WeekTotals) -> tuple[float, ...]:
        """Return the values of `BY_WEEK`."""
        f = self.factor
        electronic, cash = (float(totals.n_person[column]) * f for column in (PERSON_ELECTRONIC, PERSON_CASH))
        return (
            electronic,
            cash,
            electronic * self.p.person_ticket_yuan,
            totals.merchant_payments[0] * f,
            totals.merchant_payments[1] * f,
            totals.n_incidents * f,
            totals.loss_fen * f / FEN_PER_YUAN,
            totals.outage_share,
        )

    @staticmethod
    def _note(weeks: Array, who: Array, week: int) -> None:
        """Write the week in which something first happened to citizens."""
        first = who[weeks[who] == NEVER]
        weeks[first] = week

    def close(
        self, ledger: Ledger, readings: Sequence[Reading], firings: Sequence[Firing], rules: Sequence[str]
    ) -> None:
        """Record what was spent over the run, what the monitor showed, and which rules acted.

        Parameters
        ----------
        rules : sequence of str
            Names of the rules, sorted.
        """
        n_weeks = self.arrays["n_uses"].shape[0]
        self.arrays["spending_yuan"] = ledger.spending_yuan()[:n_weeks]
        self.arrays["spending_zone_yuan"] = ledger.spending_by_zone_yuan()[:n_weeks]
        self.arrays |= arrays_of(readings, firings, rules, n_weeks // WEEKS_PER_QUARTER)


def _by_help(totals: WeekTotals) -> tuple[Array, ...]:
    """Return the values of `BY_HELP`, before expansion."""
    return totals.n_helps, totals.n_seats, totals.n_turned_away, totals.n_assisted


BY_SECTOR = (
    "n_payments_electronic",
    "n_payments_family",
    "n_payments_cash",
    "n_payments_failed",
    "value_electronic_yuan",
    "value_cash_yuan",
    "value_asked_in_vain_yuan",
    "acceptance_by_payments",
    "cash_handling_yuan",
    "merchant_fees_yuan",
    "terminal_costs_yuan",
)
BY_LEVER = ("n_uses", "n_unpaid_claims")
BY_HELP = ("n_helps", "n_seats", "n_turned_away", "new_assisted_uses")
BY_WEEK = (
    "n_person_payments_electronic",
    "n_person_payments_cash",
    "value_person_electronic_yuan",
    "n_payments_unified",
    "n_payments_integrated",
    "n_incidents",
    "fraud_loss_yuan",
    "outage_share",
)
