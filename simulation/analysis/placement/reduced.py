"""A covering problem without what is settled: sites open anyway, sites of no use, points that cannot be told apart."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from simulation.analysis.placement.cover import Cover, Flags, Floats, Ints, merged, summed
from simulation.analysis.placement.problem import SLACK, CoveringProblem


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left to choose. Rows are merged points not yet reached, columns are candidates of use.

    Attributes
    ----------
    cover : Cover
        Of rows and columns.
    weights : array of float64, shape (rows,)
        Weight of each row, above 0.
    groups : array of int64, shape (rows,)
        Group of each row.
    costs : array of float64, shape (columns,)
        Cost of each column; zeros without a budget.
    number : int
        The most columns to open.
    budget : float
        The most they may cost; infinite if there is none.
    needed : array of float64, shape (n_groups,)
        Weight of each group still to be reached; empty without floors.
    site : array of int64, shape (columns,)
        Site each column is.
    fixed : array of int64
        Sites opened whatever is chosen.
    base : float
        Weight reached by these and by the sites that exist.
    """

    cover: Cover
    weights: Floats
    groups: Ints
    costs: Floats
    number: int
    budget: float
    needed: Floats
    site: Ints
    fixed: Ints
    base: float

    @property
    def n_columns(self) -> int:
        """Return the number of candidates of use."""
        return self.site.size

    @property
    def has_budget(self) -> bool:
        """Return whether costs matter."""
        return bool(np.isfinite(self.budget))

    def sites(self, columns: Iterable[int] | Ints) -> tuple[int, ...]:
        """Return the sites newly opened with these columns, ascending."""
        chosen = np.fromiter(columns, dtype=np.int64)
        return tuple(int(site) for site in np.sort(np.concatenate([self.fixed, self.site[chosen]])))

    def columns(self, sites: Iterable[int]) -> Ints:
        """Return the columns among these sites; those fixed or of no use have none."""
        return np.flatnonzero(np.isin(self.site, np.fromiter(sites, dtype=np.int64)))

    def covered(self, columns: Ints) -> float:
        """Return the weight reached with these columns, and by what is open anyway."""
        return self.base + float(self.weights[self.cover.reached_by(columns)].sum())

    def is_allowed(self, columns: Ints) -> bool:
        """Return whether these columns keep to number and budget."""
        return columns.size <= self.number and float(self.costs[columns].sum()) <= self.budget

    def shortfall(self, columns: Ints) -> Floats:
        """Return the weight each group lacks to its floor, shape (n_groups,), 0 where it is met but for rounding."""
        reached = self.cover.reached_by(columns)
        if not self.needed.size:
            return self.needed
        lack = self.needed - summed(self.groups[reached], self.weights[reached], self.needed.size)
        return np.where(lack > SLACK * self.needed, lack, 0.0)


def reduced(problem: CoveringProblem) -> Reduced:
    """Leave only what is still to be chosen of a covering problem.

    Parameters
    ----------
    problem : CoveringProblem
        With or without a number or budget.
    """
    cover, must = problem.cover, problem.must
    served = cover.reached_by(np.concatenate([problem.existing, must]))
    budget = np.inf if problem.budget is None else problem.budget * (1 + SLACK) - problem.cost(must)
    is_free = problem.is_candidate
    is_free[must] = False
    if problem.budget is not None and problem.costs is not None:
        is_free &= problem.costs <= budget
    is_open = ~served & (problem.weights > 0)
    core = merged(cover.restricted(is_open, is_free), problem.weights[is_open], _groups(problem, is_open))
    of_use = np.diff(core.cover.site_start) > 0
    site = np.flatnonzero(is_free)[of_use]
    return Reduced(
        cover=core.cover.restricted(np.ones(core.weights.size, dtype=np.bool_), of_use),
        weights=core.weights,
        groups=core.groups,
        costs=np.zeros(site.size) if problem.costs is None or problem.budget is None else problem.costs[site],
        number=site.size if problem.number is None else min(problem.number - must.size, site.size),
        budget=float(budget),
        needed=np.maximum(problem.needed - problem.covered_by_group(must), 0.0),
        site=site,
        fixed=must,
        base=problem.covered(must),
    )


def _groups(problem: CoveringProblem, is_open: Flags) -> Ints | None:
    return None if problem.groups is None or problem.floors is None else problem.groups[is_open]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What a relaxation tells, given a layout known.

    Attributes
    ----------
    bound : float
        No layout is better.
    is_open, is_closed : array of bool, shape (columns,)
        Columns open, and columns closed, in every layout better than the one known.
    """

    bound: float
    is_open: Flags
    is_closed: Flags


def settled(core: Reduced, relaxed: Relaxed) -> Reduced:
    """Leave only what a relaxation leaves open; the columns it opens are among the sites fixed.

    Parameters
    ----------
    core : Reduced
        What is to be chosen.
    relaxed : Relaxed
        What is settled.
    """
    opened = np.flatnonzero(relaxed.is_open)
    left, columns = ~core.cover.reached_by(opened), ~relaxed.is_open & ~relaxed.is_closed
    groups = core.groups if core.needed.size else None
    rest = merged(core.cover.restricted(left, columns), core.weights[left], None if groups is None else groups[left])
    got = summed(core.groups[~left], core.weights[~left], core.needed.size) if core.needed.size else core.needed
    return Reduced(
        cover=rest.cover,
        weights=rest.weights,
        groups=rest.groups,
        costs=core.costs[columns],
        number=max(min(core.number - opened.size, int(np.count_nonzero(columns))), 0),
        budget=core.budget - float(core.costs[opened].sum()),
        needed=np.maximum(core.needed - got, 0.0),
        site=core.site[columns],
        fixed=np.concatenate([core.fixed, core.site[opened]]),
        base=core.covered(opened),
    )
