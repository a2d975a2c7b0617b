"""Bound of covering with or without capacities, by Lagrangian relaxation of "nobody is served twice".

Galvão & ReVelle 1996 (maximal covering); Held, Wolfe & Crowder 1974 (steps). Where linear programming takes minutes
it takes seconds, and its best bound is the same.
"""

from time import perf_counter

import numpy as np

from simulation.analysis.placement.cover import Cover, Flags, Floats, Indices, Ints, summed
from simulation.core.jit import njit

STEPS = 100  # between two looks at the clock
STILL = 20  # steps without a better bound after which they are halved
FIRST_STEP, LAST_STEP = 1.0, 0.002
DEFLECTION = 0.9  # of the last direction kept in the next (Camerini, Fratta & Maffioli 1975)
CLOSE = 1e-9  # share of the value at which the bound meets it
STEP, STILL_FOR, BUDGET_PRICE, BEST = 0, 1, 2, 3  # places in the progress of the relaxation


def covering_bound(
    cover: Cover,
    weights: Floats,
    capacities: Floats,
    costs: Floats,
    number: int,
    budget: float,
    layout: Ints,
    value: float,
    seconds: float,
) -> tuple[float, Floats]:
    """Bound from above what any layout serves.

    L(u, v) = sum_i w_i u_i + v B + sum of the `number` largest max(0, S_j(u) - v c_j), where S_j is the most that
    site j serves within its capacity if each person of point i counts 1 - u_i; u and v are 0 or more.

    Parameters
    ----------
    cover : Cover
        Of points and candidates.
    weights : array of float64, shape (n_points,)
        People of each point.
    capacities, costs : array of float64, shape (n_sites,)
        The most people a site serves, infinite for no limit, and its cost.
    number, budget : int, float
        Limits; the budget is infinite if there is none.
    layout : array of int64
        A good layout, to begin near it.
    value : float
        What it serves.
    seconds : float
        Wall time after which the best bound so far is returned.

    Returns
    -------
    bound : float
        No layout serves more.
    worth : array of float64, shape (n_sites,)
        S_j - v c_j of each site at this bound, for settling sites.
    """
    began = perf_counter()
    times = np.bincount(np.concatenate([cover.points_of(int(j)) for j in layout] or [layout]), minlength=weights.size)
    price = np.minimum(0.5 * times, 1.0)
    best_worth, best_price, direction = np.zeros(cover.n_sites), price.copy(), np.zeros(weights.size)
    progress = np.array([FIRST_STEP, 0.0, 0.0, np.inf])
    reach = summed(cover.point_sites, np.repeat(weights, np.diff(cover.point_start)), cover.n_sites)
    is_scarce = capacities < reach
    is_over = False
    while not is_over:
        is_over = _steps(
            cover.site_start,
            cover.site_points,
            weights,
            capacities,
            is_scarce,
            costs,
            number,
            budget,
            value,
            price,
            direction,
            best_price,
            best_worth,
            progress,
        )
        is_over = is_over or perf_counter() - began > seconds
    return float(progress[BEST]), best_worth


@njit
def _steps(
    site_start: Ints,
    site_points: Indices,
    weights: Floats,
    capacities: Floats,
    is_scarce: Flags,
    costs: Floats,
    number: int,
    budget: float,
    value: float,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    best_worth: Floats,
    progress: Floats,
) -> bool:
    """Take some steps along the subgradient; return whether no more are worth it."""
    n, m = len(weights), len(costs)
    has_budget = np.isfinite(budget)
    served = np.zeros(n)
    worth = np.zeros(m)
    for _ in range(STEPS):
        for j in range(m):
            worth[j] = -progress[BUDGET_PRICE] * costs[j]
            points = site_points[site_start[j] : site_start[j + 1]]
            if is_scarce[j]:
                left = capacities[j]
                for q in np.argsort(price[points]):
                    i = points[q]
                    if left <= 0 or price[i] >= 1:
                        break
                    people = min(left, weights[i])
                    worth[j] += people * (1 - price[i])
                    left -= people
            else:
                for i in points:
                    if price[i] < 1:
                        worth[j] += weights[i] * (1 - price[i])
        bound = 0.0
        for i in range(n):
            bound += weights[i] * price[i]
        if has_budget:
            bound += progress[BUDGET_PRICE] * budget
        served[:] = 0.0
        spent = 0.0
        for j in np.argsort(-worth)[:number]:
            if worth[j] <= 0:
                break
            bound += worth[j]
            spent += costs[j]
            points = site_points[site_start[j] : site_start[j + 1]]
            if is_scarce[j]:
                left = capacities[j]
                for q in np.argsort(price[points]):
                    i = points[q]
                    if left <= 0 or price[i] >= 1:
                        break
                    people = min(left, weights[i])
                    served[i] += people
                    left -= people
            else:
                for i in points:
                    if price[i] < 1:
                        served[i] += weights[i]
        progress[STILL_FOR] = 0 if bound < progress[BEST] - 1e-6 * value else progress[STILL_FOR] + 1
        if bound < progress[BEST]:
            progress[BEST] = bound
            best_price[:] = price
            best_worth[:] = worth
        if progress[BEST] - value <= CLOSE * value:
            return True
        if progress[STILL_FOR] >= STILL:
            progress[STILL_FOR] = 0
            progress[STEP] /= 2
            price[:] = best_price
            direction[:] = 0.0
            if progress[STEP] < LAST_STEP:
                return True
            continue
        norm = 0.0
        for i in range(n):
            slack = 1 - served[i] / weights[i]
            if slack > 0 and price[i] <= 0:
                slack = 0.0
            direction[i] = DEFLECTION * direction[i] + slack
            norm += weights[i] * direction[i] * direction[i]
        slack_budget = 0.0
        if has_budget:
            slack_budget = 1 - spent / budget if budget > 0 else 0.0
            if slack_budget > 0 and progress[BUDGET_PRICE] <= 0:
                slack_budget = 0.0
            norm += value * slack_budget * slack_budget
        if norm <= 0:
            return True
        length = progress[STEP] * (bound - value) / norm
        for i in range(n):
            price[i] = min(max(price[i] - length * direction[i], 0.0), 1.0)
        if has_budget and budget > 0:
            progress[BUDGET_PRICE] = max(progress[BUDGET_PRICE] - length * slack_budget * value / budget, 0.0)
    return False
