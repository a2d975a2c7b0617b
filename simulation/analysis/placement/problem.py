"""Siting problems stated in numbers, refused where no layout can answer them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.placement.cover import Cover, Flags, Floats, Ints, summed

SLACK = 1e-9  # relative; sums of weights and of costs are compared but for rounding


class PlacementError(ValueError):
    """A siting problem nobody can solve, with a code and the parameters a sentence about it needs.

    Attributes
    ----------
    code : str
        Which fault, such as "must_and_never".
    params : dict
        What the sentence names: numbers and rows of sites.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code}: {params}" if params else code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class CoveringProblem:
    """Which sites to open so that the points they reach weigh most, or so that every point is reached.

    Attributes
    ----------
    cover : Cover
        Which sites reach which points.
    weights : array of float64, shape (n_points,)
        Weight of each point, 0 or more, such as its people.
    costs : array of float64, shape (n_sites,), or None
        Cost of opening each site, 0 or more.
    number : int or None
        The most sites newly opened.
    budget : float or None
        The most they may cost together; needs costs.
    existing : array of int, shape (any,)
        Sites open already: they cost nothing, do not count, and their points are reached.
    must : array of int, shape (any,)
        Sites that have to be opened; they cost and count. One that exists already is just that.
    never : array of int, shape (any,)
        Sites that may not be opened.
    groups : array of int64, shape (n_points,), or None
        Group of each point, 0 and up.
    floors : array of float64, shape (n_groups,), or None
        Least share of each group's whole weight that has to be reached, by existing sites as well.

    Raises
    ------
    PlacementError
        Of code wrong_shape, unknown_site, weights_not_valid, costs_not_valid, zero_weights, number_not_positive,
        budget_not_valid, budget_without_costs, must_and_never, must_over_number, must_over_budget, no_candidate,
        no_candidate_in_reach, budget_below_cheapest, floors_without_groups, floor_not_a_share or floor_unreachable.
    """

    cover: Cover
    weights: Floats
    costs: Floats | None = None
    number: int | None = None
    budget: float | None = None
    existing: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    must: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    never: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    groups: Ints | None = None
    floors: Floats | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "weights", amounts(self.weights, self.cover.n_points, "weights"))
        if self.costs is not None:
            put(self, "costs", amounts(self.costs, self.cover.n_sites, "costs"))
        existing, must, never = site_rows(self.existing, self.must, self.never, self.cover.n_sites)
        put(self, "existing", existing)
        put(self, "must", must)
        put(self, "never", never)
        if not self.weights.any():
            raise PlacementError("zero_weights", n_points=self.cover.n_points)
        refuse_number(self.number, must)
        self._refuse_budget()
        self._refuse_reach()
        if self.floors is not None:
            self._refuse_floors()

    @property
    def is_candidate(self) -> Flags:
        """Return which sites may be opened, shape (n_sites,); those that must are among them."""
        return candidates(self.cover.n_sites, self.existing, self.never)

    @property
    def needed(self) -> Floats:
        """Return the weight of each group that has to be reached, shape (n_groups,); empty without floors."""
        if self.floors is None or self.groups is None:
            return np.empty(0)
        return self.floors * summed(self.groups, self.weights, self.floors.size)

    def covered(self, sites: ArrayLike) -> float:
        """Return the weight reached once these sites are open beside those that exist."""
        return float(self.weights[self._reached(sites)].sum())

    def covered_by_group(self, sites: ArrayLike) -> Floats:
        """Return the weight reached of each group, shape (n_groups,); empty without floors."""
        if self.floors is None or self.groups is None:
            return np.empty(0)
        reached = self._reached(sites)
        return summed(self.groups[reached], self.weights[reached], self.floors.size)

    def cost(self, sites: ArrayLike) -> float:
        """Return what opening these sites costs; their number where costs are not given."""
        rows = np.asarray(sites, dtype=np.int64)
        return float(rows.size if self.costs is None else self.costs[rows].sum())

    def _reached(self, sites: ArrayLike) -> Flags:
        return self.cover.reached_by(np.concatenate([self.existing, np.asarray(sites, dtype=np.int64)]))

    def _refuse_budget(self) -> None:
        if self.budget is None:
            return
        if self.costs is None:
            raise PlacementError("budget_without_costs", budget=self.budget)
        if not 0 <= self.budget < np.inf:
            raise PlacementError("budget_not_valid", budget=self.budget)
        if self.cost(self.must) > self.budget * (1 + SLACK):
            params = {"budget": self.budget, "cost": self.cost(self.must), "sites": self.must.tolist()}
            raise PlacementError("must_over_budget", **params)

    def _refuse_reach(self) -> None:
        rows = np.flatnonzero(self.is_candidate)
        if not rows.size:
            raise PlacementError("no_candidate", n_sites=self.cover.n_sites)
        if not self.weights[self.cover.reached_by(rows)].any():
            raise PlacementError("no_candidate_in_reach", n_sites=int(rows.size))
        if self.budget is not None and self.costs is not None and not self.must.size:
            cheapest = float(self.costs[rows].min())
            if cheapest > self.budget * (1 + SLACK):
                raise PlacementError("budget_below_cheapest", budget=self.budget, cheapest=cheapest)

    def _refuse_floors(self) -> None:
        put = object.__setattr__
        if self.groups is None:
            raise PlacementError("floors_without_groups")
        groups, floors = np.asarray(self.groups, dtype=np.int64), np.asarray(self.floors, dtype=np.float64)
        if groups.shape != self.weights.shape or floors.ndim != 1:
            raise PlacementError("wrong_shape", what="groups", shape=groups.shape, needed=self.weights.shape)
        if groups.min() < 0 or groups.max() >= floors.size:
            raise PlacementError("wrong_shape", what="floors", shape=floors.shape, needed=(int(groups.max()) + 1,))
        if not ((floors >= 0) & (floors <= 1)).all():
            raise PlacementError("floor_not_a_share", floors=floors.tolist())
        put(self, "groups", groups)
        put(self, "floors", floors)
        most, needed = self.covered_by_group(np.flatnonzero(self.is_candidate)), self.needed
        for group in np.flatnonzero(most < needed * (1 - SLACK)):
            total = float(self.weights[groups == group].sum())
            raise PlacementError(
                "floor_unreachable", group=int(group), floor=float(floors[group]), reachable=float(most[group] / total)
            )


def amounts(values: ArrayLike, size: int, what: str) -> Floats:
    """Return weights or costs as an array, refusing those that are negative or undefined."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise PlacementError("wrong_shape", what=what, shape=array.shape, needed=(size,))
    is_bad = ~((array >= 0) & (array < np.inf))
    if is_bad.any():
        row = int(np.flatnonzero(is_bad)[0])
        raise PlacementError(f"{what}_not_valid", row=row, value=float(array[row]))
    return array


def site_rows(existing: ArrayLike, must: ArrayLike, never: ArrayLike, n_sites: int) -> tuple[Ints, Ints, Ints]:
    """Return rows of sites without repeats, ascending; a site that exists already need not be opened."""
    rows = []
    for what, given in (("existing", existing), ("must", must), ("never", never)):
        unique = np.unique(np.asarray(given, dtype=np.int64))
        outside = unique[(unique < 0) | (unique >= n_sites)]
        if outside.size:
            raise PlacementError("unknown_site", what=what, site=int(outside[0]), n_sites=n_sites)
        rows.append(unique)
    open_already, to_open, closed = rows
    to_open = np.setdiff1d(to_open, open_already)
    both = np.intersect1d(to_open, closed)
    if both.size:
        raise PlacementError("must_and_never", sites=both.tolist())
    return open_already, to_open, closed


def refuse_number(number: int | None, must: Ints) -> None:
    """Refuse a number of sites below one, or below those that must be opened."""
    if number is None:
        return
    if number < 1:
        raise PlacementError("number_not_positive", number=number)
    if must.size > number:
        raise PlacementError("must_over_number", number=number, must=int(must.size), sites=must.tolist())


def candidates(n_sites: int, existing: Ints, never: Ints) -> Flags:
    """Return which sites may be newly opened, shape (n_sites,)."""
    allowed = np.ones(n_sites, dtype=np.bool_)
    allowed[existing] = False
    allowed[never] = False
    return allowed
