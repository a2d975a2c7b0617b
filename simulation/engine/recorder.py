"""What one replicate leaves behind: arrays by week, in residents and yuan, named as in the catalogue."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
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
from simulation.core.jit import njit
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
CELL_SHAPE = N_AGES, N_AREAS, N_INCOMES

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
    """Fill the catalogue's arrays.

    A week is kept as it was counted, in simulated units; what hangs on it is worked out for all weeks at once.

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
        self._once: dict[str, Array] = {  # the catalogue's, as it has them
            "n_residents": np.zeros(CELL_SHAPE),
            "n_residents_place": np.zeros(n_places),
            "n_merchants": np.zeros(N_SECTORS),
            "initial_n_active": np.zeros(CELL_SHAPE),
            "initial_n_users": np.zeros(CELL_SHAPE),
            "initial_n_lapsed": np.zeros(CELL_SHAPE),
            "initial_n_payers": np.zeros(CELL_SHAPE),
            "initial_n_merchants_accepting": np.zeros(N_SECTORS),
            "acceptance_reach_place": np.zeros((n_quarters, n_places)),
            "network_failure_place": np.zeros(n_places),
            "reached_week": np.full(n_citizens, NEVER, np.int16),
            "first_payment_week": np.full(n_citizens, NEVER, np.int16),
        }
        self._weeks: dict[str, Array] = {  # fields of `WeekTotals`, week by week
            "cells": np.zeros((n_weeks, N_CELLS, N_CELL_COLUMNS)),
            "sectors": np.zeros((n_weeks, N_SECTORS, N_SECTOR_COLUMNS)),
            "place_active": np.zeros((n_weeks, n_places)),
            "n_tickets": np.zeros((n_weeks, N_SECTORS, N_TICKETS)),
            "seconds": np.zeros((n_weeks, N_SECTORS, N_TICKETS)),
            "n_uses": np.zeros((n_weeks, n_levers, len(USE_NAMES))),
            "n_unpaid": np.zeros((n_weeks, n_levers)),
        }
        self._by_sector = np.zeros((n_weeks, len(SECTOR_FIELDS), N_SECTORS))
        self._by_help = np.zeros((n_weeks, len(HELP_FIELDS), len(HELP_NAMES)))
        self._by_week = np.zeros((n_weeks, len(REGION_FIELDS)))

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
        f, a = self.factor, self._once
        a["n_residents"][:] = np.bincount(cell, minlength=N_CELLS).reshape(CELL_SHAPE) * f
        a["n_residents_place"][:] = np.bincount(place, minlength=a["n_residents_place"].shape[0]) * f
        lost = np.bincount(place, weights=network_failure, minlength=a["n_residents_place"].shape[0])
        a["network_failure_place"][:] = lost * f / np.maximum(f, a["n_residents_place"])
        a["n_merchants"][:] = np.bincount(merchant_sector, minlength=N_SECTORS) * f
        for name in ("n_active", "n_users", "n_lapsed"):
            a[f"initial_{name}"] = last_warm_up.cells[:, CELL_STOCKS[name]].reshape(CELL_SHAPE) * f
        a["initial_n_payers"] = last_warm_up.cells[:, PAYERS].reshape(CELL_SHAPE) * f
        a["initial_n_merchants_accepting"] = last_warm_up.sectors[:, ACCEPTING] * f

    def fork(self, names: Sequence[str], other_names: Sequence[str]) -> "Recorder":
        """Return a copy that goes on under another plan, whose levers are other rows.

        Parameters
        ----------
        names, other_names : sequence of str
            Levers by row here and in the copy. Levers known here only have not been used.
        """
        twin = copy.copy(self)
        twin._once = {name: values.copy() for name, values in self._once.items()}
        twin._weeks = {name: self._past_of(values) for name, values in self._weeks.items()}
        twin._by_sector, twin._by_help, twin._by_week = map(
            self._past_of, (self._by_sector, self._by_help, self._by_week)
        )
        for name in LEVER_FIELDS:
            values = self._weeks[name]
            mine = np.zeros((values.shape[0], len(other_names), *values.shape[2:]))
            for row, lever in enumerate(names):
                if lever in other_names:
                    mine[:, other_names.index(lever)] = values[:, row]
            twin._weeks[name] = mine
        return twin

    def _past_of(self, values: Array) -> Array:
        """Return a copy of a table by week; of weeks to come, where nothing stands yet, no memory is taken."""
        mine = np.zeros(values.shape)
        mine[: self.week] = values[: self.week]
        return mine

    def record(self, week: int, totals: WeekTotals) -> None:
        """Record one week."""
        self.week = week + 1
        assert totals.cells.shape == (N_CELLS, N_CELL_COLUMNS)
        assert totals.sectors.shape == (N_SECTORS, N_SECTOR_COLUMNS)
        for name, values in self._weeks.items():
            values[week] = getattr(totals, name)
        self._by_sector[week] = _OF_SECTORS(totals)
        self._by_help[week] = _OF_HELP(totals)
        self._by_week[week] = (*totals.n_person.tolist(), *totals.merchant_payments.tolist(), *_OF_REGION(totals))
        if (week + 1) % WEEKS_PER_QUARTER == 0:
            self._once["acceptance_reach_place"][week // WEEKS_PER_QUARTER] = totals.place_reach
        note_first(self._once["reached_week"], totals.reached, week)
        note_first(self._once["first_payment_week"], totals.first_payers, week)

    def arrays(self) -> dict[str, Array]:
        """Return what was recorded, in residents and yuan, by the catalogue's names; weeks to come are 0."""
        f, weeks = self.factor, self._weeks
        cells = weeks["cells"] * f
        by_cell = cells.reshape(len(cells), *CELL_SHAPE, N_CELL_COLUMNS)
        sectors = weeks["sectors"] * f
        ends = slice(WEEKS_PER_QUARTER - 1, None, WEEKS_PER_QUARTER)
        return (
            self._once
            | {name: np.ascontiguousarray(by_cell[..., column]) for name, column in CELL_WEEKS.items()}
            | {name: np.ascontiguousarray(by_cell[ends, ..., column]) for name, column in CELL_QUARTERS.items()}
            | {name: np.ascontiguousarray(sectors[..., column]) for name, column in SECTOR_COLUMNS.items()}
            | {name: np.ascontiguousarray(sectors[ends, :, column]) for name, column in SECTOR_QUARTERS.items()}
            | {
                "n_active_place": weeks["place_active"] * f,
                "n_payments_ticket": weeks["n_tickets"] * f,
                "till_seconds": weeks["seconds"] * f,
                "n_uses": weeks["n_uses"] * f,
                "n_unpaid_claims": weeks["n_unpaid"] * f,
            }
            | self._of_sectors()
            | dict(zip(BY_HELP, (self._by_help * f).swapaxes(0, 1), strict=True))
            | self._of_region()
        )

    def _of_sectors(self) -> dict[str, Array]:
        """Return what merchants took, and what it cost them, by week and sector."""
        f, counted = self.factor, dict(zip(SECTOR_FIELDS, self._by_sector.swapaxes(0, 1), strict=True))
        electronic, cash = counted["electronic_fen"] / FEN_PER_YUAN, counted["cash_fen"] / FEN_PER_YUAN
        return {
            "n_payments_electronic": counted["n_electronic"] * f,
            "n_payments_family": counted["n_family"] * f,
            "n_payments_cash": counted["n_cash"] * f,
            "n_payments_failed": counted["n_failed"] * f,
            "value_electronic_yuan": electronic * f,
            "value_cash_yuan": cash * f,
            "value_asked_in_vain_yuan": counted["asked_in_vain_fen"] / FEN_PER_YUAN * f,
            "acceptance_by_payments": counted["acceptance_by_payments"].copy(),
            "cash_handling_yuan": cash * self.p.cash_handling_share * f,
            "merchant_fees_yuan": electronic * self.p.merchant_fee_share * f,
            "terminal_costs_yuan": self._weeks["sectors"][..., TERMINAL_FEN] / FEN_PER_YUAN * f,
        }

    def _of_region(self) -> dict[str, Array]:
        """Return what is known of the whole region only, by week."""
        f, counted = self.factor, self._by_week.T
        electronic, cash = counted[PERSON_ELECTRONIC] * f, counted[PERSON_CASH] * f
        unified, integrated, n_incidents, loss_fen, outage_share = counted[2:]
        return {
            "n_person_payments_electronic": electronic,
            "n_person_payments_cash": cash,
            "value_person_electronic_yuan": electronic * self.p.person_ticket_yuan,
            "n_payments_unified": unified * f,
            "n_payments_integrated": integrated * f,
            "n_incidents": n_incidents * f,
            "fraud_loss_yuan": loss_fen * f / FEN_PER_YUAN,
            "outage_share": outage_share.copy(),
        }

    def closed(
        self, ledger: Ledger, readings: Sequence[Reading], firings: Sequence[Firing], rules: Sequence[str]
    ) -> dict[str, Array]:
        """Return what was recorded, with what was spent, what the monitor showed, and which rules acted.

        Parameters
        ----------
        rules : sequence of str
            Names of the rules, sorted.
        """
        n_weeks = self._weeks["cells"].shape[0]
        money = {
            "spending_yuan": ledger.spending_yuan()[:n_weeks],
            "spending_zone_yuan": ledger.spending_by_zone_yuan()[:n_weeks],
        }
        return self.arrays() | money | arrays_of(readings, firings, rules, n_weeks // WEEKS_PER_QUARTER)


@njit
def note_first(weeks, who, week):  # type: ignore[no-untyped-def]
    """Write the week in which something happened to citizens for the first time.

    Parameters
    ----------
    weeks : array of int16, shape (N,)
        Of every citizen, or NEVER; changed.
    who : array of int32
        To whom it happens this week.
    """
    for i in who:
        if weeks[i] == NEVER:
            weeks[i] = week


# fields of `WeekTotals` that are recorded row by row
SECTOR_FIELDS = (
    "n_electronic",
    "n_family",
    "n_cash",
    "n_failed",
    "electronic_fen",
    "cash_fen",
    "asked_in_vain_fen",
    "acceptance_by_payments",
)
HELP_FIELDS = ("n_helps", "n_seats", "n_turned_away", "n_assisted")
BY_HELP = ("n_helps", "n_seats", "n_turned_away", "new_assisted_uses")  # the same in the catalogue
REGION_FIELDS = (
    "n_person, electronic",
    "n_person, cash",
    "merchant_payments, unified",
    "merchant_payments, integrated",
    "n_incidents",
    "loss_fen",
    "outage_share",
)
LEVER_FIELDS = ("n_uses", "n_unpaid")
_OF_SECTORS, _OF_HELP = attrgetter(*SECTOR_FIELDS), attrgetter(*HELP_FIELDS)
_OF_REGION = attrgetter(*REGION_FIELDS[4:])
