"""The money of a run: what may be spent, who pays, and every fen posted.

The budget caps public money, in all and by line. Co-funders add private money (`engine.co_funding`). What
levers owe whatever happens is reserved first; use is paid from what is left. Amounts are whole fen
throughout, so that what was spent is the sum of the postings and never above a cap.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.claims import MOST_FEN
from simulation.core.codes import Payer
from simulation.engine.co_funding import CoFunding, exact
from simulation.levers.base import to_fen
from simulation.levers.ledger import LINES, FixedCost, Ledger, Line
from simulation.quantities import MAX_YUAN
from simulation.scenario.budget import Budget

Array = NDArray[Any]

PUBLIC, PRIVATE = int(Payer.PUBLIC), int(Payer.PRIVATE)
ByLine = tuple[int, ...]  # fen by budget line
NOTHING: ByLine = (0,) * len(LINES)
PARTS_OF_A_FEN = 256  # claims are summed in these: sums up to MOST_FEN / 256 fen are exact in any order


class Bill:
    """Fixed costs that are paid together: all of them, or none.

    Parameters
    ----------
    costs : tuple of FixedCost
        What is owed.
    n_accounts : int
        Accounting zones.
    """

    def __init__(self, costs: tuple[FixedCost, ...], n_accounts: int) -> None:
        self.costs, self._n_accounts = costs, n_accounts

    def __iter__(self) -> Iterator[FixedCost]:
        return iter(self.costs)

    @cached_property
    def by_line(self) -> list[tuple[int, int, Array]]:
        """Budget lines something is owed on: row of the line, fen in all, and by accounting zone.

        Worked out once, as most bills are paid week by week.

        Raises
        ------
        ValueError
            If a cost is negative or not a whole number of fen.
        """
        zones = np.zeros((len(LINES), self._n_accounts + 1), np.int64)
        for cost in self.costs:
            if cost.fen < 0 or cost.fen != int(cost.fen):
                raise ValueError(f"a cost is a whole number of fen, 0 or more, not {cost.fen}")
            zones[LINES.index(cost.line), cost.account] += cost.fen
        return [(k, fen, zones[k]) for k, fen in enumerate(zones.sum(axis=1).tolist()) if fen]


class Treasury:
    """Pay for a programme, within its budget, in one replicate.

    In a week, fixed costs are settled first, lever by lever by name, then claims are paid.

    Parameters
    ----------
    budget : Budget or None
        Without one nothing is refused, up to the largest amount a budget could name.
    lever_names : sequence of str
        Levers by row, sorted.
    n_weeks, n_accounts : int
        Weeks of the run; accounting zones.

    Attributes
    ----------
    ledger : Ledger
        Every posting.
    """

    def __init__(self, budget: Budget | None, lever_names: Sequence[str], n_weeks: int, n_accounts: int) -> None:
        self.ledger = Ledger(n_weeks, len(lever_names), n_accounts)
        self._budget = budget
        self._n_zones = n_accounts + 1
        self._cap = to_fen(MAX_YUAN if budget is None else budget.total_yuan)
        caps = {} if budget is None else budget.lines
        self._line_caps = [to_fen(caps[line]) if line in caps else None for line in LINES]
        self._funding = CoFunding({} if budget is None else budget.co_funding, lever_names)
        self._public = [0] * len(LINES)  # spent
        self._row_spent = [0] * len(lever_names)  # public and private
        self._row_cap: list[int | None] = [None] * len(lever_names)
        # by lever and week, fen by line: plain numbers, which cost less than arrays of five
        self._reserve: list[list[ByLine]] = [[NOTHING] * n_weeks for _ in lever_names]
        self._reserved = [0] * len(LINES)  # its sums
        self._settled = [-1] * len(lever_names)  # last week whose fixed costs were settled
        self._week = 0
        self._spent_this_week = 0

    def set_reserve(self, row: int, fen: Array) -> None:
        """Keep public money for what a lever will owe whatever happens, instead of what was kept for it before.

        Parameters
        ----------
        row : int
            Row of the lever.
        fen : array of int64, shape (n_weeks, lines)
            What it owes; weeks already settled are passed over.
        """
        n_settled = max(self._week, self._settled[row] + 1)
        later = [tuple(of_week) if any(of_week) else NOTHING for of_week in fen[n_settled:].tolist()]
        before, self._reserve[row] = self._reserve[row], [NOTHING] * min(n_settled, len(fen)) + later
        sums = zip(self._reserved, _added_up(later), _added_up(before), strict=True)
        self._reserved = [fen + more - less for fen, more, less in sums]

    def take_over(self, other: "Treasury", rows: Mapping[int, int], adjusted: Collection[int]) -> None:
        """Go on from where another treasury of the same budget stands after a week.

        Parameters
        ----------
        rows : mapping of int to int
            Row of a lever there -> its row here. Levers known there only must not have spent anything.
        adjusted : collection of int
            Rows there of levers that rules have changed: what is kept for them is taken over, too.
        """
        self._cap, self._line_caps = other._cap, list(other._line_caps)
        self._public = list(other._public)
        self._funding.take_over(other._funding)
        week = other._week + 1
        for kept in self._reserve:
            kept[:week] = [NOTHING] * min(week, len(kept))
        self._settled = [week - 1] * len(self._settled)
        for there, here in rows.items():
            self.ledger.fen[:week, here] = other.ledger.fen[:week, there]
            self._row_spent[here], self._row_cap[here] = other._row_spent[there], other._row_cap[there]
            self._settled[here] = other._settled[there]
            if there in adjusted:
                self._reserve[here] = list(other._reserve[there])
        self._reserved = list(_added_up([kept for weeks in self._reserve for kept in weeks]))
        self._week, self._spent_this_week = other._week, other._spent_this_week

    def settle_fixed(self, week: int, row: int, costs: Iterable[FixedCost]) -> bool:
        """Pay what a lever owes for a week whether or not anybody comes: all of it, or none.

        Parameters
        ----------
        costs : Bill, or FixedCosts
            What it owes.

        Returns
        -------
        bool
            Whether it was paid. Where it was not, the lever does nothing this week and keeps no money for it.
        """
        self._begin(week)
        bill = costs if isinstance(costs, Bill) else Bill(tuple(costs), self._n_zones - 1)
        is_paid = not bill.costs or self._settle(week, row, bill)
        self._release(row, week)
        self._settled[row] = max(self._settled[row], week)
        return is_paid

    def _settle(self, week: int, row: int, bill: Bill) -> bool:
        """Post fixed costs if all of them can be paid; returns whether they can."""
        if not self._can_pay(row, bill):
            return False
        for k, fen, zones in bill.by_line:
            self._post(week, row, k, fen, zones)
        return True

    def available_fen(self, week: int, row: int, line: Line) -> int | None:
        """Return what may still be spent on uses of a lever and line, public and private, after the reserve; fen.

        Returns
        -------
        int or None
            None where neither a budget nor a limit of the lever caps it.
        """
        self._begin(week)
        if self._budget is None and self._row_cap[row] is None:
            return None
        return self._room(row, LINES.index(line))

    def pay_all(self, week: int, row: int, line: Line, zones: Array, gross: int) -> bool:
        """Pay claims summed by accounting zone if money reaches for all of them; else pay nothing.

        Parameters
        ----------
        zones : array of int64, shape (n_accounts + 1,)
            What the claims of each zone cost together, fen.
        gross : int
            Their sum (`core.claims.charge_claims`).
        """
        self._begin(week)
        k = LINES.index(line)
        if gross > self._room(row, k):
            return False
        self._post(week, row, k, gross, zones)
        return True

    def pay(
        self, week: int, row: int, line: Line, charges: Array, accounts: Array, order: Callable[[], Array]
    ) -> NDArray[np.bool_]:
        """Pay claims while money lasts, each whole or not at all, up to the first that does not fit.

        Parameters
        ----------
        charges : array of float64, shape (n,)
            What each claim costs the programme, fen, mark-up and expansion factor included. What is posted is
            the sum of a zone's paid claims in whole fen, rounded down.
        accounts : array of int, shape (n,)
            Accounting zone of each, 0 to n_accounts; the last is the whole region.
        order : callable
            Returns the claims first to last (`rationing.rank_of`); called only where money does not reach.

        Returns
        -------
        array of bool, shape (n,)
            Which claims are paid.
        """
        self._begin(week)
        paid = np.ones(len(charges), bool)
        if not len(charges):
            return paid
        k = LINES.index(line)
        charges, room = _summable(charges), self._room(row, k)
        if charges.sum() > room:
            paid[:] = False
            if charges.min() <= room:
                ranked = order()
                n_paid = np.searchsorted(np.cumsum(charges[ranked]), room, side="right")
                paid[ranked[:n_paid]] = True
            charges, accounts = charges[paid], accounts[paid]
        zones = np.bincount(accounts, weights=charges, minlength=self._n_zones)
        posted = np.floor(zones).astype(np.int64)
        self._post(week, row, k, int(posted.sum()), posted)
        return paid

    def cut(self, share: float) -> None:
        """Take away a share of the public money that is neither spent nor reserved, in all and of every line."""
        free = [self.free_fen(line) for line in LINES]
        self._cap -= int(exact(share) * self.free_fen())
        for k, cap in enumerate(self._line_caps):
            if cap is not None:
                self._line_caps[k] = cap - int(exact(share) * free[k])

    def set_condition(self, name: str, holds: bool) -> None:
        """Say whether the condition of a co-funder holds. Conditions do not hold before it was said that they do."""
        self._funding.set_condition(name, holds)

    def limit_row(self, row: int, fen: int | None) -> None:
        """Cap everything a lever may spend from now on, public and private; None lifts the cap."""
        self._row_cap[row] = None if fen is None else self._row_spent[row] + fen

    def free_fen(self, line: Line | None = None) -> int:
        """Return the public money that is neither spent nor reserved, in all or of a line; fen, 0 or more."""
        free = self._cap - sum(self._public) - sum(self._reserved)
        if line is not None:
            k = LINES.index(line)
            cap = self._line_caps[k]
            free = free if cap is None else cap - self._public[k] - self._reserved[k]
        return max(0, free)

    def spent_share(self) -> float | None:
        """Return the share of the public money planned that is spent, or None without a budget."""
        if self._budget is None:
            return None
        planned = to_fen(self._budget.total_yuan)
        return sum(self._public) / planned if planned else 1.0

    def check(self, week: int) -> None:
        """Hold a week's postings against what was spent, and all that was spent against the caps.

        Raises
        ------
        RuntimeError
            If they do not balance, which would be a fault of this class.
        """
        self._begin(week)
        is_balanced = int(self.ledger.fen[week].sum()) == self._spent_this_week
        is_within = sum(self._public) <= self._cap and min(self._funding.left, default=0) >= 0
        is_within &= all(cap is None or spent <= cap for spent, cap in zip(self._public, self._line_caps, strict=True))
        is_within &= all(cap is None or spent <= cap for spent, cap in zip(self._row_spent, self._row_cap, strict=True))
        if not (is_balanced and is_within):
            raise RuntimeError(f"the ledger of week {week} does not balance or lies above a cap")

    def _begin(self, week: int) -> None:
        """Release what is still kept for weeks that are over."""
        if week > self._week:
            for row in range(len(self._reserve)):
                for over in range(self._week, week):
                    self._release(row, over)
            self._week = week
            self._spent_this_week = 0

    def _release(self, row: int, week: int) -> None:
        """Keep nothing any more for what a lever owes for a week."""
        kept = self._reserve[row][week]
        if kept is not NOTHING:
            self._reserve[row][week] = NOTHING
            self._reserved = [fen - less for fen, less in zip(self._reserved, kept, strict=True)]

    def _room(self, row: int, k: int) -> int:
        """Return what uses of a lever may still cost on line `k`, public and private, fen."""
        public = self._cap - sum(self._public) - sum(self._reserved)
        line_cap = self._line_caps[k]
        if line_cap is not None:
            public = min(public, line_cap - self._public[k] - self._reserved[k])
        gross = self._funding.most_gross_fen(row, max(0, public))
        row_cap = self._row_cap[row]
        if row_cap is not None:
            own = sum(map(sum, self._reserve[row]))
            gross = min(gross, max(0, row_cap - self._row_spent[row] - own))
        return min(gross, MOST_FEN)

    def _can_pay(self, row: int, bill: Bill) -> bool:
        """Return whether a bill can be paid, whatever is reserved."""
        row_cap = self._row_cap[row]
        if row_cap is not None and self._row_spent[row] + sum(fen for _, fen, _ in bill.by_line) > row_cap:
            return False
        left, in_all = self._funding.left, sum(self._public)
        for k, fen, _ in bill.by_line:
            public = fen
            if left:
                parts = self._funding.private_parts(row, fen, left)
                left = [mine - part for mine, part in zip(left, parts, strict=True)]
                public -= sum(parts)
            line_cap = self._line_caps[k]
            if line_cap is not None and self._public[k] + public > line_cap:
                return False
            in_all += public
        return in_all <= self._cap

    def _post(self, week: int, row: int, k: int, gross: int, zones: Array) -> None:
        """Post amounts by accounting zone, `gross` in all, on line `k`, shared out between public and private money."""
        public = gross
        if self._funding.left:
            parts = self._funding.private_parts(row, gross, self._funding.left)
            self._funding.left = [mine - part for mine, part in zip(self._funding.left, parts, strict=True)]
            public -= sum(parts)
        if public == gross:
            self.ledger.fen[week, row, k, :, PUBLIC] += zones
        else:
            private = _shared_out(gross - public, zones)
            self.ledger.fen[week, row, k, :, PRIVATE] += private
            self.ledger.fen[week, row, k, :, PUBLIC] += zones - private
        self._public[k] += public
        self._row_spent[row] += gross
        self._spent_this_week += gross


def _added_up(reserve: Sequence[ByLine]) -> ByLine:
    """Return what is kept for some weeks, by line."""
    return tuple(map(sum, zip(NOTHING, *(kept for kept in reserve if kept is not NOTHING), strict=True)))


def _summable(charges: Array) -> Array:
    """Return charges rounded down so far that their sums are exact, and so do not depend on their order."""
    parts = PARTS_OF_A_FEN if charges.sum() < MOST_FEN / PARTS_OF_A_FEN else 1
    return np.floor(charges * parts) / parts


def _shared_out(fen: int, zones: Array) -> Array:
    """Return an amount shared out in proportion to others, in whole fen and none above its own; its sum is exact."""
    shares = np.zeros(len(zones), np.int64)
    gross, running, told = int(zones.sum()), 0, 0
    for zone in np.flatnonzero(zones) if fen else ():
        running += int(zones[zone])
        shares[zone] = running * fen // gross - told
        told += int(shares[zone])
    return shares
