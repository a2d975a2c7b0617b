"""Bound of covering with or without capacities, by Lagrangian relaxation of "nobody is served twice".

Galvão & ReVelle 1996 (maximal covering); Held, Wolfe & Crowder 1974 (steps). Where linear programming takes minutes
it takes seconds, and its best bound is the same.
"""

from time import perf_counter
from typing import NamedTuple

import numpy as np

from simulation.analysis.placement.cover import Flags, Floats, Indices, Ints, summed
from simulation.analysis.placement.reduced import Reduced, Relaxed
from simulation.core.jit import njit

STEPS = 20  # between two looks at the clock
PATIENCE = 20  # steps without a better bound after which they are halved
FIRST_STEP, LAST_STEP = 1.0, 0.002
DEFLECTION = 0.9  # of the last direction kept in the next (Camerini, Fratta & Maffioli 1975)
CLOSE = 1e-9  # share of the value at which the bound meets it
STEP, STILL_FOR, BUDGET_PRICE, BEST = 0, 1, 2, 3  # places in the progress of the relaxation


def relax_covering(
    core: Reduced,
    capacities: Floats | None,
    layout: Ints,
    value: float,
    seconds: float,
    patience: int = PATIENCE,
) -> Relaxed:
    """Bound from above what any layout serves, and settle columns.

    L(u, v) = sum_i w_i u_i + v B + sum of the `number` largest max(0, S_j(u) - v c_j), where S_j is the most that
    column j serves within its capacity if each person of row i counts 1 - u_i; u and v are 0 or more. Floors are
    not looked at: layouts that miss them are bounded as well.

    Parameters
    ----------
    core : Reduced
        What is to be chosen.
    capacities : array of float64, shape (columns,), or None
        The most people each column serves.
    layout : array of int64
        Columns of a good layout, to begin near it.
    value : float
        What it is worth.
    seconds : float
        Wall time after which the best bound so far is returned.
    patience : int
        Steps without a better bound after which they are halved; more are slower and come nearer the best bound.
    """
    began, cover, weights, goal = perf_counter(), core.cover, core.weights, value - core.base
    served = np.concatenate([np.empty(0, dtype=np.int32), *(cover.points_of(int(j)) for j in layout)])
    price = np.minimum(0.5 * np.bincount(served, minlength=weights.size), 1.0)
    reach = summed(cover.point_sites, np.repeat(weights, np.diff(cover.point_start)), cover.n_sites)
    capacity = reach if capacities is None else capacities
    best_price, direction, worth = price.copy(), np.zeros(weights.size), np.zeros(core.n_columns)
    progress = np.array([FIRST_STEP, 0.0, 0.0, np.inf])
    problem = _Instance(
        cover.site_start,
        cover.site_points,
        weights,
        capacity,
        capacity < reach,
        core.costs,
        int(core.number),
        float(core.budget),
        int(patience),
    )
    is_over = False
    while not is_over:
        is_over = _steps(problem, goal, price, direction, best_price, worth, progress)
        is_over = is_over or perf_counter() - began > seconds
    bound = float(progress[BEST])
    order = np.argsort(-worth, kind="stable")
    is_chosen = np.zeros(worth.size, dtype=np.bool_)
    is_chosen[order[: core.number]] = True
    last_in = max(float(worth[order[core.number - 1]]), 0.0)
    first_out = max(float(worth[order[core.number]]), 0.0) if core.number < worth.size else 0.0
    is_open = is_chosen & (bound - worth + first_out < goal)
    is_closed = ~is_chosen & (bound + worth - last_in < goal)
    return Relaxed(core.base + bound, is_open, is_closed)


class _Instance(NamedTuple):
    """Covering with capacities as bare arrays; see Reduced. Scarce is a site that reaches more than it can serve."""

    site_start: Ints
    site_points: Indices
    weights: Floats
    capacities: Floats
    is_scarce: Flags
    costs: Floats
    number: int
    budget: float
    patience: int


@njit
def _steps(
    a: _Instance,
    value: float,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    best_worth: Floats,
    progress: Floats,
) -> bool:
    """Take some steps along the subgradient; return whether no more are worth it."""
    n, m = len(a.weights), len(a.costs)
    has_budget = np.isfinite(a.budget)
    served = np.zeros(n)
    worth = np.zeros(m)
    counted = np.zeros(n)
    for _ in range(STEPS):
        for i in range(n):
            counted[i] = a.weights[i] * max(1 - price[i], 0.0)
        for j in range(m):
            worth[j] = -progress[BUDGET_PRICE] * a.costs[j]
            points = a.site_points[a.site_start[j] : a.site_start[j + 1]]
            if a.is_scarce[j]:
                left = a.capacities[j]
                for q in np.argsort(price[points]):
                    i = points[q]
                    if left <= 0 or price[i] >= 1:
                        break
                    people = min(left, a.weights[i])
                    worth[j] += people * (1 - price[i])
                    left -= people
            else:
                for i in points:
                    worth[j] += counted[i]
        bound = 0.0
        for i in range(n):
            bound += a.weights[i] * price[i]
        if has_budget:
            bound += progress[BUDGET_PRICE] * a.budget
        served[:] = 0.0
        spent = 0.0
        for j in np.argsort(-worth)[: a.number]:
            if worth[j] <= 0:
                break
            bound += worth[j]
            spent += a.costs[j]
            points = a.site_points[a.site_start[j] : a.site_start[j + 1]]
            if a.is_scarce[j]:
                left = a.capacities[j]
                for q in np.argsort(price[points]):
                    i = points[q]
                    if left <= 0 or price[i] >= 1:
                        break
                    people = min(left, a.weights[i])
                    served[i] += people
                    left -= people
            else:
                for i in points:
                    if price[i] < 1:
                        served[i] += a.weights[i]
        progress[STILL_FOR] = 0 if bound < progress[BEST] - 1e-6 * value else progress[STILL_FOR] + 1
        if bound < progress[BEST]:
            progress[BEST] = bound
            best_price[:] = price
            best_worth[:] = worth
        if progress[BEST] - value <= CLOSE * value:
            return True
        if progress[STILL_FOR] >= a.patience:
            progress[STILL_FOR] = 0
            progress[STEP] /= 2
            price[:] = best_price
            direction[:] = 0.0
            if progress[STEP] < LAST_STEP:
                return True
            continue
        norm = 0.0
        for i in range(n):
            slack = 1 - served[i] / a.weights[i]
            if slack > 0 and price[i] <= 0:
                slack = 0.0
            direction[i] = DEFLECTION * direction[i] + slack
            norm += a.weights[i] * direction[i] * direction[i]
        slack_budget = 0.0
        if has_budget:
            slack_budget = 1 - spent / a.budget if a.budget > 0 else 0.0
            if slack_budget > 0 and progress[BUDGET_PRICE] <= 0:
                slack_budget = 0.0
            norm += value * slack_budget * slack_budget
        if norm <= 0:
            return True
        length = progress[STEP] * (bound - value) / norm
        for i in range(n):
            price[i] = min(max(price[i] - length * direction[i], 0.0), 1.0)
        if has_budget and a.budget > 0:
            progress[BUDGET_PRICE] = max(progress[BUDGET_PRICE] - length * slack_budget * value / a.budget, 0.0)
    return False
