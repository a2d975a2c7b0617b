"""Covering problems as integer and linear programmes, solved by HiGHS."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from simulation.analysis.placement.cover import Cover, Ints
from simulation.analysis.placement.reduced import Reduced, Relaxed

OPEN = 0.5  # a binary variable above this is one
INFEASIBLE = 2  # status of scipy's solvers


@dataclass(frozen=True, slots=True)
class Solved:
    """What HiGHS found.

    Attributes
    ----------
    columns : array of int64, or None
        The best layout found, None where it found none in time.
    bound : float or None
        No layout is better.
    is_optimal : bool
        Whether the layout is proved the best.
    is_infeasible : bool
        Whether no layout meets the constraints.
    """

    columns: Ints | None
    bound: float | None
    is_optimal: bool
    is_infeasible: bool


def incidence(cover: Cover) -> csr_array:
    """Return the cover as a sparse matrix of ones, shape (n_points, n_sites)."""
    ones = np.ones(cover.n_pairs)
    return csr_array((ones, cover.point_sites, cover.point_start), shape=(cover.n_points, cover.n_sites))


def solve_programme(problem: Reduced, seconds: float) -> Solved:
    """Choose columns by integer programming (Church & ReVelle 1974).

    maximise sum w_i y_i with y_i <= sum of x_j over sites that reach i, sum x_j <= number, sum c_j x_j <= budget,
    sum of w_i y_i over a group >= what it needs; x binary, y in [0, 1].

    Parameters
    ----------
    problem : Reduced
        What is to be chosen.
    seconds : float
        Wall time after which the best so far is returned.
    """
    n_rows, n_columns = problem.cover.n_points, problem.n_columns
    if not n_rows or not n_columns:  # a programme without variables is refused
        return Solved(np.empty(0, dtype=np.int64), problem.base, True, bool(problem.needed.any()))
    objective = np.concatenate([np.zeros(n_columns), -problem.weights])
    result = milp(
        objective,
        constraints=_constraints(problem),
        integrality=np.concatenate([np.ones(n_columns), np.zeros(n_rows)]),
        bounds=Bounds(0, 1),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    bound = None if result.mip_dual_bound is None else problem.base - float(result.mip_dual_bound)
    columns = None if result.x is None else np.flatnonzero(result.x[:n_columns] > OPEN)
    return Solved(columns, bound, result.status == 0, result.status == INFEASIBLE)


def linear_relaxation(problem: Reduced, value: float, seconds: float) -> Relaxed | None:
    """Solve the programme with x in [0, 1] and settle columns by reduced costs; None if that is not done in time.

    Parameters
    ----------
    problem : Reduced
        What is to be chosen.
    value : float
        What the best layout known is worth.
    seconds : float
        Wall time after which it gives up.
    """
    n_columns = problem.n_columns
    (constraint,) = _constraints(problem)
    objective = np.concatenate([np.zeros(n_columns), -problem.weights])
    options = {"time_limit": max(seconds, 0.01)}
    result = linprog(objective, constraint.A, constraint.ub, bounds=(0, 1), method="highs", options=options)
    if result.status != 0:
        return None
    bound = problem.base - float(result.fun)
    is_closed = bound - result.lower.marginals[:n_columns] < value
    is_open = bound + result.upper.marginals[:n_columns] < value
    return Relaxed(bound, is_open, is_closed & ~is_open)


def _constraints(problem: Reduced) -> tuple[LinearConstraint]:
    n_rows, n_columns = problem.cover.n_points, problem.n_columns
    reach = hstack([-incidence(problem.cover), eye_array(n_rows)])
    extra, limit = [np.concatenate([np.ones(n_columns), np.zeros(n_rows)])], [float(problem.number)]
    if problem.has_budget:
        extra.append(np.concatenate([problem.costs, np.zeros(n_rows)]))
        limit.append(problem.budget)
    for group in np.flatnonzero(problem.needed > 0):
        extra.append(np.concatenate([np.zeros(n_columns), -problem.weights * (problem.groups == group)]))
        limit.append(-float(problem.needed[group]))
    matrix = csr_array(vstack([reach, csr_array(np.array(extra))]))
    return (LinearConstraint(matrix, -np.inf, np.concatenate([np.zeros(n_rows), limit])),)
