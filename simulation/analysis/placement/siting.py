"""Sites chosen for a lever: the layout, its certificate, and who is near what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.answer import Answer
from simulation.analysis.placement.capacitated import solve_capacitated
from simulation.analysis.placement.maximal_covering import solve_maximal_covering
from simulation.analysis.placement.near_optimal import near_optimal_layouts
from simulation.analysis.placement.p_median import solve_p_median
from simulation.analysis.placement.problem import CoveringProblem
from simulation.analysis.placement.set_cover import solve_set_cover
from simulation.analysis.placement.siting_problem import SitingProblem, coming_problem, joined, median_problem

Array = NDArray[Any]

SECONDS = 10.0  # within which a layout has to be found
SEED = 1  # of the search
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Siting:
    """A layout with its certificate.

    Attributes
    ----------
    problem : SitingProblem
    answer : Answer
        Rows of the candidates.
    order : tuple of int
        The same rows in the order in which each adds most people within reach to those before it.
    gains : tuple of float
        People each adds in this order.
    """

    problem: SitingProblem
    answer: Answer
    order: tuple[int, ...]
    gains: tuple[float, ...]

    @property
    def covered(self) -> float:
        """People within reach of what exists and what was chosen."""
        return self.problem.covering.covered(self.answer.sites)

    @property
    def covered_before(self) -> float:
        """People within reach of what exists."""
        return self.problem.covering.covered([])


def solve(problem: SitingProblem, seconds: float = SECONDS) -> Siting:
    """Choose the sites of a problem by the method it names.

    Parameters
    ----------
    seconds : float
        Wall time after which the best found so far is taken.

    Raises
    ------
    PlacementError
        If no layout meets what is asked.
    """
    covering, method = problem.covering, problem.wanted.method
    if method == "set_cover":
        answer = solve_set_cover(covering, seconds, SEED, leave_out=True)
    elif method == "p_median":
        answer = solve_p_median(median_problem(problem), seconds, SEED)
    elif method == "capacitated":
        answer = solve_capacitated(covering, capacities(problem), seconds, SEED)
    else:
        answer = solve_maximal_covering(covering, seconds, SEED)
    return with_answer(problem, answer)


def with_answer(problem: SitingProblem, answer: Answer) -> Siting:
    """Return a layout with what each of its sites adds."""
    order, gains = in_order_of_gain(problem.covering, answer.sites)
    return Siting(problem, answer, order, gains)


def alternatives(siting: Siting, within: float, most: int) -> list[Answer]:
    """Return distinct layouts about as good by the number of people covered, the best first, this one among them."""
    return near_optimal_layouts(siting.problem.covering, siting.answer, within, most, SEED)


def by_attendance(siting: Siting, decay_km: float) -> tuple[int, ...] | None:
    """Return a layout of as many sites chosen by who would come, or None where money or floors bind otherwise.

    Everybody within reach counts exp(-d / decay) instead of 1, as attendance falls with distance in the model
    (MODEL.md 7.4): near people count more, those at the limit little.

    Parameters
    ----------
    siting : Siting
        Its number of sites is kept.
    decay_km : float
        Distance over which attendance falls to 1/e.
    """
    problem = siting.problem
    covering = problem.covering
    if covering.floors is not None:
        return None
    coming = coming_problem(problem, len(siting.answer.sites), decay_km)
    sites = solve_p_median(coming, SECONDS, SEED, prove=False).sites
    if covering.budget is not None and covering.cost(list(sites)) > covering.budget:
        return None
    return in_order_of_gain(covering, sites)[0]


def capacities(problem: SitingProblem) -> Array:
    """Return how many people a kiosk at each spot can serve over the run."""
    lever, wanted = problem.lever, problem.wanted
    each = lever.capacity_per_week * problem.open_weeks if wanted.people_per_site is None else wanted.people_per_site
    return np.full(problem.covering.cover.n_sites, each)


def in_order_of_gain(covering: CoveringProblem, sites: Sequence[int]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return sites in the order in which each adds most people within reach, and what each adds."""
    is_reached = covering.cover.reached_by(covering.existing)
    left, order, gains = list(sites), [], []
    while left:
        added = [
            float(covering.weights[points][~is_reached[points]].sum())
            for points in (covering.cover.points_of(site) for site in left)
        ]
        best = int(np.argmax(added))
        is_reached[covering.cover.points_of(left[best])] = True
        order.append(int(left.pop(best)))
        gains.append(added[best])
    return tuple(order), tuple(gains)


@dataclass(frozen=True, slots=True)
class Catchments:
    """Who is nearest to which open spot.

    Attributes
    ----------
    spot : array of int64, shape (points,)
        The nearest spot open to each point of the demand, candidates before what exists; -1 where none is within the
        longest limit.
    km : array of float64, shape (points,)
        Travel to it; NaN where there is none.
    people : array of float64, shape (spots, 5)
        Whom places are chosen for, by nearest spot and age, of those within their limit.
    """

    spot: Array
    km: Array
    people: Array


def catchments(problem: SitingProblem, sites: Sequence[int]) -> Catchments:
    """Return who is nearest to which of the sites chosen and the spots that exist."""
    n_spots = len(joined(problem.candidates, problem.existing))
    is_open = np.zeros(n_spots, bool)
    is_open[np.asarray(sites, np.int64)] = True
    is_open[len(problem.candidates) :] = True
    ways = problem.ways
    kept = np.flatnonzero(is_open[ways.spot])
    order = kept[np.lexsort((ways.spot[kept], ways.km[kept], ways.point[kept]))]
    points, first = np.unique(ways.point[order], return_index=True)
    n = len(problem.demand.x_km)
    spot, km = np.full(n, NOWHERE, np.int64), np.full(n, np.nan)
    spot[points], km[points] = ways.spot[order[first]], ways.km[order[first]]
    people = np.zeros((n_spots, problem.demand.people.shape[1]))
    near = np.where(km[:, None] <= problem.limit_km, problem.demand.people, 0.0)
    np.add.at(people, spot[points], near[points])
    return Catchments(spot, km, people)
