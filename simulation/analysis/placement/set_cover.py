"""Set covering: the cheapest sites, or the fewest, that reach every demand point.

Toregas et al. 1971. Greedy with needless sites closed, then local search; integer programming proves the layout or
finds a cheaper one.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from simulation.analysis.placement import swapping
from simulation.analysis.placement.answer import Answer, meets
from simulation.analysis.placement.cover import Floats, Ints
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from simulation.analysis.placement.programme import OPEN, Solved, incidence
from simulation.analysis.placement.reduced import Reduced, reduced

ROUND = 50  # tries between two looks at the clock
PATIENCE = 40  # rounds without a cheaper layout after which the search ends
SEARCH_SHARE = 0.2  # of the time, at most, for the search


def solve_set_cover(
    problem: CoveringProblem,
    seconds: float = 10.0,
    seed: int = 0,
    *,
    leave_out: bool = False,
    prove: bool = True,
) -> Answer:
    """Choose the cheapest sites, the fewest without costs, that reach every point of weight above 0.

    Parameters
    ----------
    problem : CoveringProblem
        Its number, budget and floors are not looked at.
    seconds : float
        Wall time to be spent at most, but for the first layout, which is always found.
    seed : int
        Of the draws of the search.
    leave_out : bool
        Whether points that no site reaches are left out; refused otherwise.
    prove : bool
        Whether integer programming follows the search.

    Returns
    -------
    Answer
        Layout; its value is the cost, or the number, of the sites newly opened.

    Raises
    ------
    PlacementError
        Of code points_out_of_reach, with their number, weight and rows, if there are any and they are not left out.
    """
    began = perf_counter()
    beyond = points_out_of_reach(problem)
    if beyond.size and not leave_out:
        weight = float(problem.weights[beyond].sum())
        raise PlacementError("points_out_of_reach", n_points=int(beyond.size), weight=weight, points=beyond.tolist())
    core = reduced(replace(problem, number=None, budget=None, groups=None, floors=None))
    costs = np.ones(core.n_columns) if problem.costs is None else problem.costs[core.site]
    core = replace(core, costs=costs)
    fixed = problem.cost(core.fixed)
    if not core.n_columns:
        return Answer(core.sites([]), fixed, fixed, True, perf_counter() - began, "exact", maximises=False)
    columns = _search(core, SEARCH_SHARE * seconds if prove else seconds, seed)
    method, bound, is_proved = "greedy+swap+iterated", None, False
    if prove:
        solved = _programme(core, seconds - (perf_counter() - began))
        if solved.columns is not None and costs[solved.columns].sum() < costs[columns].sum():
            columns, method = solved.columns, "programme"
        bound, is_proved = solved.bound, solved.is_optimal
    value = problem.cost(core.sites(columns))
    bound = None if bound is None else min(fixed + bound, value)
    is_proved = is_proved or meets(value, bound)
    method = "exact" if is_proved else method
    return Answer(
        core.sites(columns), value, value if is_proved else bound, is_proved, perf_counter() - began, method, False
    )


def points_out_of_reach(problem: CoveringProblem) -> Ints:
    """Return the points of weight above 0 that neither a candidate nor an existing site reaches."""
    sites = np.concatenate([problem.existing, np.flatnonzero(problem.is_candidate)])
    return np.flatnonzero((problem.weights > 0) & ~problem.cover.reached_by(sites))


def _search(core: Reduced, seconds: float, seed: int) -> Ints:
    """Return columns that reach every row, by greedy and local search."""
    began, rng = perf_counter(), np.random.default_rng(seed)
    a = swapping.instance(core, np.ones(core.weights.size))
    state = swapping.start_state(a, np.empty(0, dtype=np.int64))
    best = state.is_open.copy()
    spent, idle = swapping.cheapen(a, state, best, np.inf, rng, 1), 0
    while idle < PATIENCE and perf_counter() - began < seconds:
        cheaper = swapping.cheapen(a, state, best, spent, rng, ROUND)
        idle = 0 if cheaper < spent else idle + 1
        spent = cheaper
    return np.flatnonzero(best)


def _programme(core: Reduced, seconds: float) -> Solved:
    """Choose columns by integer programming; the bound leaves out what is fixed."""
    costs: Floats = core.costs
    result = milp(
        costs,
        constraints=LinearConstraint(incidence(core.cover), 1, np.inf),
        integrality=np.ones(core.n_columns),
        bounds=Bounds(0, 1),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    columns = None if result.x is None else np.flatnonzero(result.x > OPEN)
    bound = None if result.mip_dual_bound is None else float(result.mip_dual_bound)
    return Solved(columns, bound, result.status == 0, is_infeasible=False)
