"""Simple ways to choose sites, to hold an optimised layout against."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.candidates import Spots
from simulation.analysis.placement.demand import Demand
from simulation.analysis.placement.siting import Siting
from simulation.analysis.placement.siting_problem import SitingProblem
from simulation.core.rng import Stream, uniforms

Array = NDArray[Any]

RANDOM, POPULATION_GREEDY, LARGEST_FIRST = RIVALS = ("random", "population_greedy", "largest_first")


def rival_layouts(siting: Siting, seed: int = 1) -> dict[str, tuple[int, ...]]:
    """Return layouts of as many sites, or for as much money, by simple rules; sites that must be open are in all.

    `random` takes candidates by lot; `population_greedy` those with most residents within the longest travel limit,
    whoever else reaches them; `largest_first` the candidate nearest to each of the largest settlements.

    Parameters
    ----------
    siting : Siting
        The layout they shall be as large as.
    seed : int
        Names the lot.
    """
    problem = siting.problem
    n = len(problem.candidates)
    within = np.bincount(problem.ways.spot, weights=problem.demand.residents[problem.ways.point], minlength=n)[:n]
    orders = {
        RANDOM: by_lot(n, seed),
        POPULATION_GREEDY: np.argsort(-within, kind="stable"),
        LARGEST_FIRST: nearest_to_largest(problem.demand, problem.candidates),
    }
    return {name: _first_that_fit(problem, order, len(siting.answer.sites)) for name, order in orders.items()}


def by_lot(n: int, seed: int) -> Array:
    """Return the rows of n spots in an order drawn by lot."""
    return np.argsort(uniforms(seed, Stream.LEVER_REACH, 0, np.arange(n)), kind="stable")


def nearest_to_largest(demand: Demand, spots: Spots) -> Array:
    """Return spots in the order of the settlements each is nearest to, the largest settlement first; each once."""
    residents = np.bincount(demand.place, weights=demand.residents)
    middle = [np.bincount(demand.place, weights=demand.residents * v) for v in (demand.x_km, demand.y_km)]
    order = []
    for place in np.argsort(-residents, kind="stable"):
        if residents[place] > 0:
            x_km, y_km = (float(values[place] / residents[place]) for values in middle)
            order.append(int(np.argmin(np.hypot(spots.x_km - x_km, spots.y_km - y_km))))
    return np.array(list(dict.fromkeys(order)), np.int64)


def _first_that_fit(problem: SitingProblem, order: Iterable[int], number: int) -> tuple[int, ...]:
    """Return those that must be open and then the first in an order, up to a number and within the budget."""
    covering = problem.covering
    chosen = [int(site) for site in covering.must]
    for site in (int(site) for site in order):
        if len(chosen) >= number:
            break
        is_allowed = bool(covering.is_candidate[site]) and site not in chosen
        if is_allowed and (covering.budget is None or covering.cost([*chosen, site]) <= covering.budget):
            chosen.append(site)
    return tuple(chosen)
