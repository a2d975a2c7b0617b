"""One lever set upon one world: whom it may reach, where it helps, and what it will owe whatever happens.

Nothing here depends on the other levers of a programme, so that programmes which differ in one lever share the rest.
"""

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.claims import MOST_FEN
from simulation.core.offers import CITIZEN_USES, MERCHANT_USES, HelpPoint
from simulation.core.state import World
from simulation.engine.treasury import Bill
from simulation.levers.base import Lever, OpenPoint, Reach
from simulation.levers.ledger import LINES, Line

Array = NDArray[Any]
NO_ROW = -1  # of a help point whose programme is not known yet


@dataclass(frozen=True, slots=True)
class Owed:
    """What a lever owes for a week, and what that takes for granted."""

    bill: Bill
    is_set_up: bool  # before this week
    points: tuple[OpenPoint, ...]  # open this week
    known: frozenset[str]  # points open this week that were set up before
    fresh: frozenset[str]  # those that are set up now

    def holds(self, is_set_up: bool, opened: AbstractSet[str]) -> bool:
        """Return whether it is still owed, given what really was set up."""
        return is_set_up == self.is_set_up and self.known <= opened and opened.isdisjoint(self.fresh)


class LeverInWorld:
    """A lever set upon a world.

    Parameters
    ----------
    name : str
        Of the lever.
    lever : Lever
        As it is from `first_week` on.
    world : World
        Only what never changes is read.
    n_weeks : int
        Weeks of the run.
    first_week : int
        Nothing is owed before it.
    is_set_up, opened : bool, set of str
        Whether the lever, and which points, were set up before that week.

    Attributes
    ----------
    points : tuple of HelpPoint
        Its help points, without their lever's row.
    lines : tuple of str
        Budget lines its uses are charged to.
    """

    def __init__(
        self,
        name: str,
        lever: Lever,
        world: World,
        n_weeks: int,
        first_week: int = 0,
        is_set_up: bool = False,
        opened: AbstractSet[str] = frozenset(),
    ) -> None:
        self.name, self.lever, self.n_weeks, self._n_accounts = name, lever, n_weeks, world.n_accounts
        people, shops = reached(name, lever, world)  # not kept: a byte a citizen and lever
        self._residents = _by_account(people, world.citizens.zone, world)
        self._merchants = _by_account(shops, world.merchants.zone, world)
        self._of_places = np.bincount(world.citizens.place[people]) * world.expansion_factor
        points = () if lever.standby else lever.help_points(world, name, NO_ROW)
        self.points: tuple[HelpPoint, ...] = tuple(points)
        self._points_by_row: dict[int, list[HelpPoint]] = {}
        zones = world.zones
        self.accounts = [
            int(zones.account[np.argmin((zones.x_km - q.x_km) ** 2 + (zones.y_km - q.y_km) ** 2)]) for q in self.points
        ]
        prices = (lever.price(use) for use in (*CITIZEN_USES, *MERCHANT_USES))
        self.lines: tuple[Line, ...] = tuple(sorted({price.line for price in prices if price is not None}))
        self._first_week, self._was_set_up, self._opened = first_week, is_set_up, frozenset(opened)

    def points_of(self, row: int) -> list[HelpPoint]:
        """Return its help points as those of the lever in a row."""
        if row not in self._points_by_row:
            self._points_by_row[row] = [replace(point, lever=row) for point in self.points]
        return self._points_by_row[row]

    def reaches_as(self, other: "LeverInWorld") -> bool:
        """Return whether another lever on the same world may reach the same people and merchants."""
        mine, theirs = self.lever, other.lever
        return (self.name, mine.target, mine.eligibility) == (other.name, theirs.target, theirs.eligibility)

    def owed(self, week: int, is_set_up: bool, opened: AbstractSet[str]) -> Owed:
        """Return what is owed for a week, given what was really set up before it.

        What is needed once is owed in the first week the lever, or a point of it, is really open.
        """
        if week < self.n_weeks:
            foreseen = self._foreseen[week]
            if foreseen is not None and foreseen.holds(is_set_up, opened):
                return foreseen
        return self._owed(week, self._open_points(week, week, opened), is_set_up, None)

    def in_week(self, week: int) -> tuple[Hashable, bool]:
        """Return the lever's dose in a week, and whether its schedule is on."""
        if week < self.n_weeks:
            return self._in_weeks[week]
        return self.lever.dose_in(week), self.lever.schedule.is_on(week)

    @cached_property
    def _in_weeks(self) -> list[tuple[Hashable, bool]]:
        return [(self.lever.dose_in(week), self.lever.schedule.is_on(week)) for week in range(self.n_weeks)]

    @cached_property
    def reserve(self) -> Array:
        """What it will owe if nothing intervenes, fen; int64, shape (n_weeks, lines)."""
        table = np.zeros((self.n_weeks, len(LINES)), np.int64)
        for week, owed in enumerate(self._foreseen):
            for line, fen, _ in owed.bill.by_line if owed else ():
                table[week, line] = min(fen, MOST_FEN)
        return table

    @cached_property
    def _foreseen(self) -> list[Owed | None]:
        """What it will owe if nothing intervenes, by week."""
        found: list[Owed | None] = [None] * self.n_weeks
        first, opening = self._first_week, self.lever.schedule.opening_week
        # a point that opened in a week needs no setting up in the next
        changes = {week for q in self.points for week in (q.open_week, q.open_week + 1, q.close_week)}
        changes |= {first, first + 1}
        points: tuple[OpenPoint, ...] = ()
        last: Owed | None = None
        for week in range(first, self.n_weeks):
            if week in changes:
                points = self._open_points(week, first, self._opened)
            is_set_up = self._was_set_up or week > max(opening, first)
            is_alike = last is not None and last.points is points and last.is_set_up == is_set_up
            if not (is_alike and self._in_weeks[week] == self._in_weeks[week - 1]):
                last = self._owed(week, points, is_set_up, last)
            found[week] = last
        return found

    def _open_points(self, week: int, now: int, opened: AbstractSet[str]) -> tuple[OpenPoint, ...]:
        """Return the points that are open in a week, as it looks in week `now`."""
        return tuple(
            OpenPoint(q, account, q.name not in opened and week == max(q.open_week, now))
            for q, account in zip(self.points, self.accounts, strict=True)
            if q.open_week <= week < q.close_week
        )

    def _owed(self, week: int, points: tuple[OpenPoint, ...], is_set_up: bool, last: Owed | None) -> Owed:
        """Return what is owed for a week; `last` is what is owed for the week before, often the same."""
        reach = Reach(self._residents, self._merchants, points, is_set_up, self._of_places)
        costs = () if self.lever.standby else tuple(self.lever.fixed(week, reach))
        bill = last.bill if last is not None and last.bill.costs == costs else Bill(costs, self._n_accounts)
        if last is not None and last.points is points:
            return Owed(bill, is_set_up, points, last.known, last.fresh)
        fresh = frozenset(at.point.name for at in points if at.opens)
        return Owed(bill, is_set_up, points, frozenset(at.point.name for at in points) - fresh, fresh)


def reached(name: str, lever: Lever, world: World) -> tuple[Array, Array]:
    """Return which citizens and which merchants a lever may reach; bool, shapes (N,) and (M,)."""
    people = np.zeros(world.citizens.age.shape[0], bool)
    shops = np.zeros(world.merchants.sector.shape[0], bool)
    if lever.target == "citizens":
        people = lever.eligibility.citizen_mask(world, name)
    elif lever.target == "merchants":
        shops = lever.eligibility.merchant_mask(world, name)
    return people, shops


def _by_account(mask: Array, zone: Array, world: World) -> Array:
    """Return how many residents or merchants a mask means by accounting zone, as they are."""
    account = world.zones.account[zone[mask]]
    return np.bincount(account, minlength=world.n_accounts) * world.expansion_factor
