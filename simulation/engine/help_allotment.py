"""Seats at help points: where help can be had, and who of those who seek it gets a seat (ODD 7.4, 11).

The one place where seats are allotted, for both engines.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.core.codes import HelpKind
from simulation.core.offers import NO_LEVER
from simulation.core.rng import Stream, key_of, name_hash
from simulation.core.seats import draw_seats, give_seats
from simulation.core.state import World
from simulation.engine.programme import Programme
from simulation.engine.rationing import precedence_of
from simulation.levers.base import Rationing
from simulation.region.travel import travel_km

Array = NDArray[Any]

MOST_KEPT = 4  # seats, in simulated citizens; see `most_kept`
KINDS = (HelpKind.TRAINING, HelpKind.CLASS, HelpKind.KIOSK)  # in the order in which their seats are allotted
# draws of seeking help, and of the lot among those who do
SEEKING_STREAMS = {
    HelpKind.TRAINING: (Stream.HELP_TRAINING, Stream.LOT_TRAINING),
    HelpKind.CLASS: (Stream.HELP_CLASS, Stream.LOT_CLASS),
    HelpKind.KIOSK: (Stream.HELP_KIOSK, Stream.LOT_KIOSK),
}
_SEAT_STREAMS = {
    HelpKind.TRAINING: Stream.SEATS_TRAINING,
    HelpKind.CLASS: Stream.SEATS_CLASS,
    HelpKind.KIOSK: Stream.SEATS_KIOSK,
}


@dataclass(frozen=True, slots=True)
class OpenPoints:
    """Help points of one kind that are open together. Points of a kind at one spot are one door."""

    rows: tuple[int, ...]
    point: Array  # i8 (points given,) the same
    hashes: Array  # u8 (points given,) of their names
    per_week: Array  # f8 (points given,) seats, in simulated citizens
    door: Array  # i8 (points given,) door of each
    lever_of_door: Array  # i8 (points,) the lever that declares the order: that of the first point behind it
    shared: Array  # i8 doors with more than one point behind them
    rules: tuple[Rationing, ...]  # orders that are declared
    levers: Array  # i8 (Q,) levers with an open point, ascending
    nearest: Array  # i8 (Q, Z) door of the nearest point of each lever, by zone
    distance_km: Array  # f8 (Q, Z) travel distance to it


class Doors(NamedTuple):
    """Where one kind of help can be had in one week."""

    open: OpenPoints
    seats: Array  # i8 (points,) seats of each that can be given, in simulated citizens
    n_new: int  # of these, seats of this week


def most_kept(expansion_factor: float) -> int:
    """Return how many seats a help point keeps for later weeks where they are left over: round(4 (1 - 1/f)).

    Where a simulated citizen stands for f residents, a point has a seat every few weeks and somebody comes every few
    weeks: given in the same week or not at all, most seats would be lost that real people take, the more the smaller
    the sample. Where everybody is simulated a seat that nobody takes is gone when the week is.
    """
    return round(MOST_KEPT * (1.0 - 1.0 / max(1.0, expansion_factor)))


class HelpAllotment:
    """Allot the seats of a programme's help points in one world.

    Parameters
    ----------
    programme : Programme
        Its points, as they are at a time; which levers act in a week.
    world : World
        Where people live; its expansion factor divides the seats.
    seed : int
        Seed of the run's draws.
    """

    def __init__(self, programme: Programme, world: World, seed: int) -> None:
        self.programme = programme
        self.world = world
        self.seed = seed
        self._most_kept = most_kept(world.expansion_factor)
        self._kept_by_name: dict[str, int] = {}
        self.look_round()

    def take_over(self, other: "HelpAllotment") -> None:
        """Go on with the seats that the points of another plan, which was the same up to now, have left over."""
        other._note_kept()
        self._kept_by_name = dict(other._kept_by_name)
        self._kept = self._of_points()

    def _note_kept(self) -> None:
        """Note by name what points have left over: rows change where a rule opens or closes some."""
        self._kept_by_name |= {point.name: int(n) for point, n in zip(self.points, self._kept, strict=True)}

    def _of_points(self) -> Array:
        """Return the seats that points have left over; int64, shape (points,)."""
        return np.array([self._kept_by_name.get(point.name, 0) for point in self.points], np.int64)

    def look_round(self) -> None:
        """Learn of the points as they are now; a rule may have opened or closed some."""
        self.points = self.programme.points
        self._kept = self._of_points()
        self.point_hash = np.array([name_hash(point.name) for point in self.points], np.uint64)
        self._per_week = np.array([point.seats_per_week for point in self.points], np.float64)
        self._lever_of = np.array([point.lever for point in self.points], np.int64)
        # points of one kind at one spot are one door: people go there, not to a lever
        spots: dict[tuple[int, float, float], int] = {}
        self.door = np.array(
            [spots.setdefault((q.kind, q.x_km, q.y_km), k) for k, q in enumerate(self.points)], np.int64
        )
        weeks = {week for q in self.points for week in (q.open_week, q.close_week)}
        self._changes = sorted(weeks)  # weeks in which points open or close
        self._open: dict[tuple[int, int, tuple[bool, ...]], OpenPoints | None] = {}
        self._alike: dict[tuple[int, ...], OpenPoints] = {}

    def open_points(self, kind: HelpKind, week: int) -> OpenPoints | None:
        """Return the points of a kind that help in a week, or None where none does."""
        if self.points is not self.programme.points:
            self._note_kept()
            self.look_round()
        case = int(kind), bisect_right(self._changes, week), tuple(self.programme.open_week_levers)
        if case not in self._open:
            is_open = self.programme.is_open
            rows = tuple(k for k, q in enumerate(self.points) if q.kind == kind and is_open(q, week))
            if rows and rows not in self._alike:
                self._alike[rows] = self._look_at(rows)
            self._open[case] = self._alike.get(rows)
        return self._open[case]

    def _look_at(self, rows: tuple[int, ...]) -> OpenPoints:
        """Return what stays the same while some points are open."""
        point = np.array(rows, np.int64)
        doors, first, n_open = np.unique(self.door[point], return_index=True, return_counts=True)
        lever_of_door = np.full(len(self.points), NO_LEVER, np.int64)
        lever_of_door[doors] = self._lever_of[point[first]]
        nearest, distance_km, levers = self._nearest(rows)
        return OpenPoints(
            rows=rows,
            point=point,
            hashes=self.point_hash[point],
            per_week=self._per_week[point] / self.world.expansion_factor,
            door=self.door[point],
            lever_of_door=lever_of_door,
            shared=doors[n_open > 1],
            rules=tuple({self.programme.levers[row].rationing for row in lever_of_door[doors]}),
            levers=levers,
            nearest=nearest,
            distance_km=distance_km,
        )

    def _nearest(self, rows: tuple[int, ...]) -> tuple[Array, Array, Array]:
        """Return, by lever and zone, the door of the nearest of some points and the travel distance in km."""
        levers = sorted({self.points[k].lever for k in rows})
        nearest = np.full((len(levers), self.world.zones.x_km.shape[0]), -1, np.int64)
        distance = np.zeros(nearest.shape)
        for q, lever in enumerate(levers):
            mine = np.array([k for k in rows if self.points[k].lever == lever])
            index, distance[q] = self._nearest_of(mine)
            nearest[q] = self.door[mine[index]]
        return nearest, distance, np.array(levers, np.int64)

    def _nearest_of(self, rows: Array) -> tuple[Array, Array]:
        """Return which of some points is nearest to each zone, and the travel distance in km."""
        world, zones = self.world, self.world.zones
        if len(world.trips.km):
            spots, column = np.unique([self.points[k].spot for k in rows], return_inverse=True)
            km = travel_km(world, spots)[:, column]
            index = np.argmin(km, axis=1)
            return index, np.take_along_axis(km, index[:, None], axis=1)[:, 0]
        tree = cKDTree([(self.points[k].x_km, self.points[k].y_km) for k in rows])
        straight, index = tree.query(np.column_stack([zones.x_km, zones.y_km]))
        return index, straight * world.detour + zones.intra_km

    def open_doors(self, kind: HelpKind, week: int) -> Doors | None:
        """Return where a kind of help can be had in a week, or None where it cannot."""
        here = self.open_points(kind, week)
        if here is None:
            return None
        # seats / f in simulated citizens, rounded by a keyed draw
        seats, key = np.zeros(len(self.points), np.int64), key_of(self.seed, _SEAT_STREAMS[kind], week)
        n_new = draw_seats(here.point, here.per_week, here.hashes, key, self._kept, seats)
        return Doors(here, seats, int(n_new))

    def seat(
        self, doors: Doors, who: Array, door: Array, lot: Array, waiting: Array, group: Array, may_attend: Array
    ) -> tuple[Array, Array]:
        """Give a week's seats to the candidates who go first at each door, as the lever there declares.

        Parameters
        ----------
        who : array of int32, shape (n,)
            Candidates, ascending.
        door : array of int64, shape (n,)
            Door each of them seeks.
        lot : array of uint64, shape (n,)
            Keyed lots.
        waiting : array of int, shape (n,)
            How often each was turned away.
        group : array of int, shape (n,)
            Their offer groups.
        may_attend : array of uint8, shape (G, L)
            Whether the points of a lever are open to a group.

        Returns
        -------
        who : array of int32
            Citizens who are helped, ascending.
        lever : array of int64
            Lever whose seat each of them takes.
        """
        open_points, shared = doors.open, doors.open.shared
        lever_of, lever_of_door = self._lever_of, open_points.lever_of_door
        rows = np.empty(len(who), np.int64)
        n_won = give_seats(
            door, self._precedence(who, waiting, door, open_points), lot, open_points.point, open_points.door, shared,
            doors.seats, self._kept, self._most_kept, rows,
        )  # fmt: skip
        won = rows[:n_won]
        if not len(shared):
            return who[won], lever_of_door[door[won]]
        people, levers = [who[won]], [lever_of_door[door[won]]]
        order = self._order(who, lot, waiting, lever_of_door[door])
        for spot in shared:
            behind = [k for k in open_points.rows if self.door[k] == spot]
            left = {k: int(doors.seats[k]) for k in behind}
            here = np.flatnonzero(door == spot)
            taken: list[tuple[int, int]] = []
            for i in here[np.argsort(order[here])]:
                open_to = (k for k in behind if left[k] > 0 and may_attend[group[i], lever_of[k]])
                seat = next(open_to, None)
                if seat is not None:
                    left[seat] -= 1
                    taken.append((int(who[i]), int(lever_of[seat])))
            for k in behind:
                self._kept[k] = min(left[k], self._most_kept)
            people.append(np.array([i for i, _ in taken], np.int32))
            levers.append(np.array([lever for _, lever in taken], np.int64))
        helped = np.concatenate(people)
        by_citizen = np.argsort(helped, kind="stable")
        return helped[by_citizen], np.concatenate(levers)[by_citizen]

    def _precedence(self, who: Array, waiting: Array, door: Array, here: OpenPoints) -> Array:
        """Return who goes first before lots decide, as the lever at each candidate's door declares; int64, shape (n,).

        See `rationing.precedence_of`.
        """
        levers, c = self.programme.levers, self.world.citizens
        if here.rules == ("lottery",):
            return np.zeros(len(who), np.int64)
        if len(here.rules) == 1:
            return precedence_of(here.rules[0], waiting, c.age[who], c.area[who])
        found, lever = np.zeros(len(who), np.int64), here.lever_of_door[door]
        for row in np.unique(lever):
            mine = np.flatnonzero(lever == row)
            i = who[mine]
            found[mine] = precedence_of(levers[row].rationing, waiting[mine], c.age[i], c.area[i])
        return found

    def _order(self, who: Array, lot: Array, waiting: Array, lever: Array) -> Array:
        """Return each candidate's rank among those for whom the same lever declares the order; int64, shape (n,)."""
        order = np.zeros(len(who), np.int64)
        if not len(who):
            return order
        for row in lever[:1] if (lever == lever[0]).all() else np.unique(lever):
            mine = np.flatnonzero(lever == row)
            ranked = self.programme.rank(int(row), False, who[mine], lot[mine], waiting[mine])
            order[mine[ranked]] = np.arange(len(mine))
        return order
