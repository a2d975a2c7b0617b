"""Maximal covering: the layout whose points weigh most, within a number of sites and a budget.

Church & ReVelle 1974. Greedy, swap and iterated swap give a layout at once; integer programming proves it, or finds
a better one, where few enough candidates are left after merging.
"""

from time import perf_counter

import numpy as np

from simulation.analysis.placement import swapping
from simulation.analysis.placement.answer import Answer, meets
from simulation.analysis.placement.cover import Floats, Ints
from simulation.analysis.placement.near_optimal import near_optimal_layouts
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from simulation.analysis.placement.programme import Solved, linear_bound, solve_programme
from simulation.analysis.placement.reduced import Reduced, reduced

__all__ = ["near_optimal_layouts", "search", "solve_maximal_covering"]

EXACT_COLUMNS, EXACT_PAIRS = 250, 200_000  # up to here HiGHS proves most layouts in seconds
LINEAR_PAIRS = 2_000_000  # up to here its linear programme takes seconds
ROUND = 10  # shakes between two looks at the clock
PATIENCE = 40  # rounds without a better layout after which the search ends
SEARCH_SHARE = 0.5  # of the time, at most, for the search if something is to follow it
FIRST_FACTOR, RAISE, LOWER = 0.5, 2.0, 0.9  # extra weight of a group below its floor, and how it changes


def solve_maximal_covering(problem: CoveringProblem, seconds: float = 10.0, seed: int = 0) -> Answer:
    """Choose the sites whose points weigh most.

    Parameters
    ----------
    problem : CoveringProblem
        With a number, a budget or both.
    seconds : float
        Wall time to be spent at most, but for the first layout, which is always found.
    seed : int
        Of the draws of the search; the same seed gives the same layout unless the time cut it short.

    Returns
    -------
    Answer
        Layout; its value is the weight reached, by the sites that exist as well.

    Raises
    ------
    PlacementError
        Of code no_limit if neither number nor budget is given; floors_not_met if no layout within them was found that
        meets the floors, with `is_certain` if there is none.
    """
    if problem.number is None and problem.budget is None:
        raise PlacementError("no_limit")
    began = perf_counter()
    core = reduced(problem)
    if not core.n_columns or not core.number:
        return _answer(problem, core, np.empty(0, dtype=np.int64), core.base, "exact", began)
    is_small = core.n_columns <= EXACT_COLUMNS and core.cover.n_pairs <= EXACT_PAIRS
    share = SEARCH_SHARE if is_small or core.cover.n_pairs <= LINEAR_PAIRS else 1.0
    found = search(core, share * seconds - (perf_counter() - began), seed)
    bound, method = _trivial_bound(core), "greedy+swap+iterated"
    if found is None or not meets(core.covered(found), bound):
        left = seconds - (perf_counter() - began)
        if is_small or found is None:
            proof = solve_programme(core, left)
            if proof.is_infeasible or (proof.columns is None and found is None):
                raise PlacementError("floors_not_met", is_certain=proof.is_infeasible)
            found, bound, method = _better(core, found, proof, bound, method)
        elif core.cover.n_pairs <= LINEAR_PAIRS:
            linear = linear_bound(core, left)
            bound = bound if linear is None else min(bound, linear[0])
    return _answer(problem, core, found, bound, method, began)


def search(core: Reduced, seconds: float, seed: int) -> Ints | None:
    """Return the best columns greedy, swap and iterated swap find; None if none met the floors.

    Parameters
    ----------
    core : Reduced
        What is to be chosen.
    seconds : float
        Wall time after which it stops; a first layout is always made.
    seed : int
        Of the draws.
    """
    began, rng = perf_counter(), np.random.default_rng(seed)
    factor = np.ones(core.needed.size)
    best, most, idle = None, -np.inf, 0
    layout = np.empty(0, dtype=np.int64)
    while idle < PATIENCE:
        layout = _round(core, _weighted(core, factor), layout, rng)
        lack = core.shortfall(layout) > 0
        value = core.covered(layout)
        idle += 1
        if not lack.any() and value > most:
            best, most, idle = layout, value, 0
        if core.needed.any():
            factor = np.where(lack, np.maximum(factor * RAISE, 1 + FIRST_FACTOR), np.maximum(factor * LOWER, 1.0))
        if perf_counter() - began > seconds:
            break
    return best


def _weighted(core: Reduced, factor: Floats) -> Floats:
    return core.weights * factor[core.groups] if factor.size else core.weights


def _round(core: Reduced, weights: Floats, layout: Ints, rng: np.random.Generator) -> Ints:
    """Return the better of the layout and those some shakes lead to, by these weights."""
    a = swapping.instance(core, weights)
    state = swapping.start_state(a, layout)
    ones = np.ones(core.n_columns)
    if not layout.size:
        swapping.fill(a, state, ones)
        if core.has_budget:
            other = swapping.start_state(a, layout)
            swapping.fill(a, other, np.maximum(core.costs, swapping.TINY))
            state = max(state, other, key=lambda s: float(s.totals[swapping.VALUE]))
    swapping.improve(a, state, rng, ones)
    best = state.is_open.copy()
    swapping.search(a, state, best, float(state.totals[swapping.VALUE]), rng, ROUND, 0.0)
    return np.flatnonzero(best)


def _trivial_bound(core: Reduced) -> float:
    """Return the weight reached if each site opened reached points of its own, or all that can be reached."""
    alone = np.sort(
        np.bincount(core.cover.point_sites, weights=np.repeat(core.weights, np.diff(core.cover.point_start)))
    )[::-1]
    return core.base + min(float(core.weights.sum()), float(alone[: core.number].sum()))


def _better(core: Reduced, found: Ints | None, proof: Solved, bound: float, method: str) -> tuple[Ints, float, str]:
    """Return the better layout of search and programme, the lower bound of both, and how it was found."""
    if proof.bound is not None:
        bound = min(bound, proof.bound)
    exact = proof.columns
    if found is None or (exact is not None and core.is_allowed(exact) and core.covered(exact) > core.covered(found)):
        assert exact is not None
        found, method = exact, "programme"
    return found, bound, "exact" if proof.is_optimal else method


def _answer(problem: CoveringProblem, core: Reduced, columns: Ints, bound: float, method: str, began: float) -> Answer:
    sites = core.sites(columns)
    value = problem.covered(sites)
    is_proved = method == "exact" or meets(value, bound)
    bound = value if is_proved else max(bound, value)
    return Answer(sites, value, bound, is_proved, perf_counter() - began, method)
