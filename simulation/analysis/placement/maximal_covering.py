"""Maximal covering: the layout whose points weigh most, within a number of sites and a budget.

Church & ReVelle 1974. Greedy, swap and iterated swap give a layout at once; integer programming proves it, or finds
a better one, where few enough candidates are left after merging.
"""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from simulation.analysis.placement import swapping
from simulation.analysis.placement.answer import Answer, meets
from simulation.analysis.placement.cover import Floats, Ints
from simulation.analysis.placement.covering_bound import relax_covering
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from simulation.analysis.placement.programme import linear_relaxation, solve_programme
from simulation.analysis.placement.reduced import Reduced, reduced, settled

DIRECT_COLUMNS = 200  # up to here HiGHS needs no columns settled beforehand
EXACT_PAIRS = 300_000  # up to here, after settling, it proves most layouts in seconds
LINEAR_PAIRS = 400_000  # up to here its linear programme takes a second or two
RELAXATION_SHARE = 0.7  # of the time left for the Lagrangian relaxation where that is larger
ROUND = 10  # shakes between two looks at the clock
PATIENCE = 40  # rounds without a better layout after which the search ends
SEARCH_SHARE = 0.45  # of the time, at most, for the search
FIRST_FACTOR, RAISE, LOWER = 0.5, 2.0, 0.9  # extra weight of a group below its floor, and how it changes


def solve_maximal_covering(
    problem: CoveringProblem, seconds: float = 10.0, seed: int = 0, start: Sequence[int] = ()
) -> Answer:
    """Choose the sites whose points weigh most.

    Parameters
    ----------
    problem : CoveringProblem
        With a number, a budget or both.
    seconds : float
        Wall time to be spent at most, but for the first layout, which is always found.
    seed : int
        Of the draws of the search; the same seed gives the same layout unless the time cut it short.
    start : sequence of int
        Sites of a layout known, such as that of one site fewer; if it is allowed, the answer reaches no less.

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
    found = search(core, SEARCH_SHARE * seconds - (perf_counter() - began), seed, core.columns(start))
    if found is None:
        proof = solve_programme(core, seconds - (perf_counter() - began))
        if proof.columns is None:
            raise PlacementError("floors_not_met", is_certain=proof.is_infeasible)
        method = "exact" if proof.is_optimal else "programme"
        return _answer(problem, core, proof.columns, proof.bound, method, began)
    return _answer(problem, core, *_proved(core, found, began + seconds), began)


def _proved(core: Reduced, found: Ints, until: float) -> tuple[Ints, float, str]:
    """Return the layout or a better one, a bound, and the method; "exact" if it is proved."""
    value, bound, method, rest = core.covered(found), _trivial_bound(core), "greedy+swap+iterated", core
    if meets(value, bound):
        return found, bound, "exact"
    if core.n_columns > DIRECT_COLUMNS or core.cover.n_pairs > EXACT_PAIRS:
        relaxed = None
        if core.cover.n_pairs <= LINEAR_PAIRS:
            relaxed = linear_relaxation(core, value, until - perf_counter())
        if relaxed is None:
            relaxed = relax_covering(core, None, found, value, RELAXATION_SHARE * (until - perf_counter()))
        bound, rest = min(bound, relaxed.bound), settled(core, relaxed)
    if meets(value, bound) or rest.cover.n_pairs > EXACT_PAIRS or until <= perf_counter():
        return found, bound, method
    proof = solve_programme(rest, until - perf_counter())
    if proof.is_infeasible:
        return found, value, "exact"
    if proof.columns is not None:
        better = core.columns(rest.sites(proof.columns))
        if not core.is_allowed(better) or core.shortfall(better).any():  # within the tolerance of HiGHS, not ours
            return found, bound, method
        if core.covered(better) > value:
            found, value, method = better, core.covered(better), "programme"
    if proof.is_optimal:
        return found, value, "exact"
    return found, bound if proof.bound is None else min(bound, max(value, proof.bound)), method


def search(core: Reduced, seconds: float, seed: int, start: Ints | None = None) -> Ints | None:
    """Return the best columns greedy, swap and iterated swap find; None if none met the floors.

    Parameters
    ----------
    core : Reduced
        What is to be chosen.
    seconds : float
        Wall time after which it stops; a first layout is always made.
    seed : int
        Of the draws.
    start : array of int64, optional
        Columns of a layout known.
    """
    began, rng = perf_counter(), np.random.default_rng(seed)
    factor = np.ones(core.needed.size)
    best, most, idle = None, -np.inf, 0
    layout = np.empty(0, dtype=np.int64)
    if start is not None and start.size and core.is_allowed(start):
        known = _round(core, core.weights, start, rng)
        for columns in (known, start):  # improving may leave the floors behind
            if best is None and not core.shortfall(columns).any():
                best, most = columns, core.covered(columns)
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


def _answer(
    problem: CoveringProblem, core: Reduced, columns: Ints, bound: float | None, method: str, began: float
) -> Answer:
    sites = core.sites(columns)
    value = problem.covered(sites)
    is_proved = method == "exact" or meets(value, bound)
    bound = value if is_proved or bound is None else max(bound, value)
    return Answer(sites, value, bound, is_proved, perf_counter() - began, method)
