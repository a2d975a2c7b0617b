"""Who is visited at home this week (ODD 7.4): the one place both engines take a week's visits from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.rng import Stream, name_hash, uniforms
from simulation.core.state import World
from simulation.engine.programme import Programme
from simulation.levers.home_visit import HomeVisit

Array = NDArray[Any]
NOBODY_LETS_IN = 1.0  # a draw that no share passes


@dataclass(frozen=True, slots=True)
class Visits:
    """One week's visits, lever by lever and in order of rank."""

    who: Array  # i4 (n,) citizens
    lever: Array  # i8 (n,) row of the lever that visits each
    draw: Array  # f8 (n,) whether they let the visitor in
    let_in_share: Array  # f8 (n,) of the lever
    visit_fen: Array  # i8 (n,) price of a visit
    taught_fen: Array  # i8 (n,) what teaching adds to it

    def fen(self, taught: Array) -> Array:
        """Return what each visit is charged; int64, shape (n,)."""
        return self.visit_fen + np.where(taught, self.taught_fen, 0)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Whom a lever visits."""

    lever: HomeVisit  # as it was when they were chosen
    ranked: Array  # i4 (n or more,) citizens, the first to be visited first
    n: int  # visits over the weeks it acts


class HomeVisits:
    """Send a programme's visitors to those its levers choose, each once, in order of rank.

    Whom a lever chooses depends on traits and ties alone, which no week changes: it is worked out when the first
    visit is due, and again only where a rule has changed the lever.

    Parameters
    ----------
    programme : Programme
        Levers as they are at a time; which of them act in a week.
    world : World
        Whose people are visited; only what never changes is read.
    """

    def __init__(self, programme: Programme, world: World) -> None:
        self.programme, self.world = programme, world
        self._ranked: dict[str, _Chosen] = {}  # by lever's name
        self._is_visited: dict[str, Array] = {}  # bool (N,) by lever's name

    def take_over(self, other: "HomeVisits") -> None:
        """Go on with whom the visitors of another plan have been to, which was the same up to now."""
        names = set(self.programme.names)
        self._ranked = {name: chosen for name, chosen in other._ranked.items() if name in names}
        self._is_visited = {name: mask.copy() for name, mask in other._is_visited.items() if name in names}

    def due(self, week: int) -> Visits | None:
        """Return a week's visits, or None where there is none; those returned have been gone to."""
        found: list[Visits] = []
        for row, lever in enumerate(self.programme.levers):
            if not isinstance(lever, HomeVisit):
                continue
            if self.programme.open_week_levers[row] and lever.schedule.is_on(week):
                who = self._next(self.programme.names[row], lever, week)
                if len(who):
                    found.append(self._visits(row, lever, who))
        if not found:
            return None
        parts = ([getattr(each, name) for each in found] for name in Visits.__slots__)
        visits = Visits(*(np.concatenate(part) for part in parts))
        first = np.zeros(len(visits.who), bool)
        first[np.unique(visits.who, return_index=True)[1]] = True
        visits.draw[~first] = NOBODY_LETS_IN  # nobody lets in a second visitor in the same week
        return visits

    def _chosen(self, name: str, lever: HomeVisit) -> "_Chosen":
        """Return whom a lever visits."""
        known = self._ranked.get(name)
        if known is not None and known.lever is lever:
            return known
        n = lever.number(self.world, name)
        # a rule that has changed the dose meanwhile goes on with the same people as far as they reach
        goes_on = known is not None and known.lever.choice == lever.choice and name in self._is_visited
        if goes_on and known is not None and n <= len(known.ranked):
            ranked = known.ranked
        else:
            ranked = lever.chosen(self.world, name)
        self._ranked[name] = _Chosen(lever, ranked, min(n, len(ranked)))
        return self._ranked[name]

    def _next(self, name: str, lever: HomeVisit, week: int) -> Array:
        """Return who of those chosen is next in a week, and note that they have been gone to."""
        chosen = self._chosen(name, lever)
        seen = self._is_visited.setdefault(name, np.zeros(len(self.world.citizens.age), bool))
        number = lever.visits_of_week(week, self.programme.plan.n_weeks, chosen.n)
        who = chosen.ranked[~seen[chosen.ranked]][:number]
        seen[who] = True
        return who

    def _visits(self, row: int, lever: HomeVisit, who: Array) -> Visits:
        n = len(who)
        key = name_hash(self.programme.names[row])
        return Visits(
            who=who,
            lever=np.full(n, row, np.int64),
            draw=uniforms(self.world.seed, Stream.HOME_VISIT_DOOR, key, who),
            let_in_share=np.full(n, lever.let_in_share),
            visit_fen=np.full(n, lever.visit_fen),
            taught_fen=np.full(n, lever.taught_fen),
        )
