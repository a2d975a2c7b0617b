"""Covering where a site serves no more people than its capacity: which to open, and who is served where.

Current & Storbeck 1988. Greedy on what each site would really add, people re-assigned by the largest flow; then
swaps, each judged by that flow.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.placement import serving
from simulation.analysis.placement.answer import Answer, meets
from simulation.analysis.placement.cover import Floats, Ints, Merged, merged
from simulation.analysis.placement.covering_bound import relax_covering
from simulation.analysis.placement.problem import SLACK, CoveringProblem, PlacementError, amounts
from simulation.analysis.placement.reduced import Reduced

TRIED = 40  # sites of most promise whose flow is worked out; with 4 a third instance stayed .15% further from its bound
BOUND_PATIENCE = 80  # of the relaxation, which is harder with capacities
PATIENCE = 400  # shakes without a better layout after which the search ends
SLIP = 0.002  # share of the best that may be lost on the way to a better one
RETURN = 25  # shakes after which the search is back at the best
STRENGTH = 6  # sites closed at most in a shake
SEARCH_SHARE = 0.6  # of the time, at most, for the search; the rest is for the bound


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacitatedAnswer(Answer):
    """A layout and who is served where.

    Attributes
    ----------
    point, site : array of int64, shape (assignments,)
        A point and an open or existing site that reaches it; no pair stands twice.
    people : array of float64, shape (assignments,)
        How many of the point's people the site serves, above 0.
    """

    point: Ints
    site: Ints
    people: Floats


def solve_capacitated(
    problem: CoveringProblem, capacities: ArrayLike, seconds: float = 10.0, seed: int = 0
) -> CapacitatedAnswer:
    """Choose the sites that serve most people within their capacities.

    Parameters
    ----------
    problem : CoveringProblem
        With a number, a budget or both, and without floors; weights are people.
    capacities : array, shape (n_sites,)
        The most people each site serves, those that exist as well; 0 or more.
    seconds : float
        Wall time to be spent at most, but for the first layout, which is always found.
    seed : int
        Of the draws of the search; the same seed gives the same layout unless the time cut it short.

    Returns
    -------
    CapacitatedAnswer
        Layout; its value is the people served. The bound is the smaller of the Lagrangian one, never above that
        without capacities, and of the largest capacities that can be open together.

    Raises
    ------
    PlacementError
        Of code no_limit, floors_with_capacities or capacities_not_valid.
    """
    if problem.number is None and problem.budget is None:
        raise PlacementError("no_limit")
    if problem.needed.any():
        raise PlacementError("floors_with_capacities")
    began = perf_counter()
    limit = amounts(capacities, problem.cover.n_sites, "capacities")
    core = merged(problem.cover, problem.weights)
    costs = np.zeros(problem.cover.n_sites) if problem.costs is None else problem.costs.copy()
    costs[problem.existing] = 0.0
    search = _Search(problem, serving.instance(core.cover, core.weights, limit, costs))
    state = search.run(began + SEARCH_SHARE * seconds, seed)
    new = np.setdiff1d(np.flatnonzero(state.is_open), problem.existing)
    value = float(core.weights.sum() - state.waiting.sum())
    bound = _bound(problem, core, limit, new, value, began + seconds - perf_counter())
    is_proved = meets(value, bound)
    point, site, people = _assignment(problem, core, state)
    return CapacitatedAnswer(
        sites=tuple(int(row) for row in new),
        value=value,
        bound=value if is_proved else max(bound, value),
        is_proved=is_proved,
        seconds=perf_counter() - began,
        method="greedy+flow+swap+iterated",
        point=point,
        site=site,
        people=people,
    )


class _Search:
    """Greedy, swap and shakes over layouts whose flow is known."""

    def __init__(self, problem: CoveringProblem, a: serving.Instance) -> None:
        self.a = a
        self.number = problem.existing.size + (a.costs.size if problem.number is None else problem.number)
        self.budget = np.inf if problem.budget is None else problem.budget * (1 + SLACK)
        self.kept = np.concatenate([problem.existing, problem.must])
        self.is_free = problem.is_candidate
        self.is_free[problem.must] = False
        self.least = SLACK * float(a.weights.sum())

    def run(self, until: float, seed: int) -> serving.State:
        """Return the best state met."""
        rng = np.random.default_rng(seed)
        state = serving.empty_state(self.a)
        for site in self.kept:
            serving.open_site(self.a, state, int(site))
        state = max((self.filled(serving.copy_of(state), by_cost) for by_cost in self.orders()), key=_served)
        self.improve(state, rng, until)
        best, idle = serving.copy_of(state), 0
        while idle < PATIENCE and perf_counter() < until:
            open_now = self.closable(state)
            if not open_now.size:
                break
            strength = min(int(rng.integers(1, STRENGTH + 1)), open_now.size)
            for site in rng.choice(open_now, strength, replace=False):
                serving.close_site(self.a, state, int(site))
            free = np.flatnonzero(self.is_free & ~state.is_open)
            forced = int(rng.choice(free))
            if self.fits(state, forced):
                serving.open_site(self.a, state, forced)
            orders = self.orders()
            self.filled(state, orders[int(rng.integers(len(orders)))])
            self.improve(state, rng, until)
            idle += 1
            if _served(state) > _served(best) + self.least:
                idle = 0
                serving.become(best, state)
            elif _served(state) < (1 - SLIP) * _served(best) or idle % RETURN == 0:
                serving.become(state, best)
        return best

    def orders(self) -> tuple[bool, ...]:
        """Return whether to fill by gain, and by gain for the cost."""
        return (False, True) if np.isfinite(self.budget) else (False,)

    def closable(self, state: serving.State) -> Ints:
        """Return the open sites that may be closed."""
        return np.flatnonzero(state.is_open & self.is_free)

    def fits(self, state: serving.State, site: int) -> bool:
        """Return whether number and budget leave room for a site."""
        has_room = bool(state.totals[serving.COUNT] < self.number)
        return has_room and bool(self.a.costs[site] <= self.budget - state.totals[serving.SPENT])

    def filled(self, state: serving.State, by_cost: bool) -> serving.State:
        """Open the site that adds most, or most for its cost, while any may be opened."""
        while self.open_best(state, by_cost):
            pass
        return state

    def open_best(self, state: serving.State, by_cost: bool) -> bool:
        """Open the best of the few sites of most promise; return whether one adds anything."""
        if state.totals[serving.COUNT] >= self.number:
            return False
        price = np.maximum(self.a.costs, self.least) if by_cost else np.ones(self.a.costs.size)
        fits = self.a.costs <= self.budget - state.totals[serving.SPENT]
        promised = np.where(self.is_free & ~state.is_open & fits, serving.promise(self.a, state) / price, 0.0)
        best, most = None, 0.0
        for site in np.argsort(-promised, kind="stable")[:TRIED]:
            if promised[site] <= most:  # a promise is rarely outdone
                break
            trial = serving.copy_of(state)
            serving.open_site(self.a, trial, int(site))
            gain = _served(trial) - _served(state)
            if gain > self.least and gain / price[site] > most:
                best, most = trial, gain / float(price[site])
        if best is None:
            return False
        serving.become(state, best)
        return True

    def improve(self, state: serving.State, rng: np.random.Generator, until: float) -> None:
        """Close a site and fill the room again, wherever that serves more, until nowhere it does."""
        is_better = True
        while is_better:
            is_better = False
            for site in rng.permutation(self.closable(state)):
                if perf_counter() > until:
                    return
                trial = serving.copy_of(state)
                serving.close_site(self.a, trial, int(site))
                self.filled(trial, False)
                if _served(trial) > _served(state) + self.least:
                    serving.become(state, trial)
                    is_better = True


def _served(state: serving.State) -> float:
    return float(state.totals[serving.SERVED])


def _bound(
    problem: CoveringProblem, core: Merged, capacities: Floats, new: Ints, value: float, seconds: float
) -> float:
    """Return what no layout serves more than."""
    n_sites = problem.cover.n_sites
    allowed = np.flatnonzero(problem.is_candidate)
    kept = float(capacities[problem.existing].sum())
    number = allowed.size if problem.number is None else min(problem.number, allowed.size)
    largest = kept + float(np.sort(capacities[allowed])[::-1][:number].sum())
    everybody = float(core.weights[core.cover.reached_by(np.append(allowed, problem.existing))].sum())
    simple = min(largest, everybody)
    if meets(value, simple):
        return simple
    # Existing sites are columns that cost nothing and raise the number; no layout is lost by leaving them to choice.
    columns = np.zeros(n_sites, dtype=np.bool_)
    columns[allowed] = True
    columns[problem.existing] = True
    site = np.flatnonzero(columns)
    costs = np.zeros(n_sites) if problem.costs is None or problem.budget is None else problem.costs.copy()
    costs[problem.existing] = 0.0
    relaxed_core = Reduced(
        cover=core.cover.restricted(np.ones(core.weights.size, dtype=np.bool_), columns),
        weights=np.maximum(core.weights, np.finfo(float).tiny),
        groups=core.groups,
        costs=costs[site],
        number=number + problem.existing.size,
        budget=np.inf if problem.budget is None else problem.budget * (1 + SLACK),
        needed=np.empty(0),
        site=site,
        fixed=np.empty(0, dtype=np.int64),
        base=0.0,
    )
    layout = relaxed_core.columns(np.concatenate([new, problem.existing]))
    relaxed = relax_covering(relaxed_core, capacities[site], layout, value, seconds, BOUND_PATIENCE)
    return min(simple, relaxed.bound)


def _assignment(problem: CoveringProblem, core: Merged, state: serving.State) -> tuple[Ints, Ints, Floats]:
    """Hand the people a merged point has at each site to the points merged, in their order."""
    points: list[int] = []
    sites: list[int] = []
    people: list[float] = []
    order = np.argsort(core.merged_point, kind="stable")
    order = order[core.merged_point[order] >= 0]
    at, left = 0, problem.weights.copy()
    for row in range(core.weights.size):
        for pair in range(core.cover.point_start[row], core.cover.point_start[row + 1]):
            to_place = float(state.flow[pair])
            while to_place > 0 and at < order.size and core.merged_point[order[at]] == row:
                point = int(order[at])
                part = min(to_place, float(left[point]))
                if part > 0:
                    points.append(point)
                    sites.append(int(core.cover.point_sites[pair]))
                    people.append(part)
                to_place -= part
                left[point] -= part
                if left[point] <= 0:
                    at += 1
        while at < order.size and core.merged_point[order[at]] == row:
            at += 1
    return np.array(points, dtype=np.int64), np.array(sites, dtype=np.int64), np.array(people)
