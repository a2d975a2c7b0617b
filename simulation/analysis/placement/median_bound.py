"""Bound of the p-median by Lagrangian relaxation, and its proof by integer programming on what the bound leaves open.

Cornuejols, Fisher & Nemhauser 1977 (relaxation); Held, Wolfe & Crowder 1974 (steps).
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from simulation.analysis.placement.cover import Floats
from simulation.analysis.placement.nearest import Instance
from simulation.analysis.placement.programme import OPEN, Solved
from simulation.analysis.placement.reduced import Relaxed
from simulation.core.jit import njit

STEPS = 2000  # of the relaxation
STILL = 25  # steps without a better bound after which they are halved
FIRST_STEP, LAST_STEP = 1.5, 0.002
DEFLECTION = 0.3  # of the last direction kept in the next (Camerini, Fratta & Maffioli 1975)
EPSILON_GAP = 1e-9  # share of the value at which the bound meets it
LARGEST_PROGRAMME = 100_000  # pairs of a point and a site


def relax(a: Instance, value: float) -> Relaxed:
    """Bound the p-median below, with every point's demand for one site priced.

    L(u) = sum_i u_i + sum of the `number` smallest sum_i min(0, w_i d_ij - u_i), with 0 <= u_i <= w_i penalty.

    Parameters
    ----------
    a : Instance
        The problem.
    value : float
        What the best layout known is worth.
    """
    bound, reduced_cost = _relaxed(a, value)
    cost = np.where(a.is_allowed & ~a.is_kept, reduced_cost, np.inf)
    free = a.number - np.count_nonzero(a.is_kept)
    order = np.argsort(cost, kind="stable")
    is_chosen = np.zeros(cost.size, dtype=np.bool_)
    is_chosen[order[:free]] = True
    is_chosen &= a.is_allowed & ~a.is_kept
    last_in = float(cost[order[free - 1]]) if 0 < free <= order.size else 0.0
    first_out = min(0.0, float(cost[order[free]])) if free < order.size else 0.0
    is_open = a.is_kept | (is_chosen & (bound - cost + first_out >= value))
    is_closed = ~a.is_allowed | (~is_chosen & ~a.is_kept & (bound + cost - min(last_in, 0.0) >= value))
    return Relaxed(bound, is_open, is_closed)


def solve_median_programme(a: Instance, relaxed: Relaxed, seconds: float) -> Solved | None:
    """Look for a better layout than the one known by integer programming; None where the programme is too large.

    minimise sum w_i d_ij y_ij + penalty for who has none, with y_ij <= x_j, sum_j y_ij <= 1, sum x_j <= number.
    Infeasible, or a bound no lower than the value known, proves the layout known.

    Parameters
    ----------
    a : Instance
        The problem.
    relaxed : Relaxed
        Sites settled.
    seconds : float
        Wall time.
    """
    point = np.repeat(np.arange(len(a.weights)), np.diff(a.point_start))
    site, km = a.point_sites.astype(np.int64), a.point_km
    always = np.full(len(a.weights), a.penalty)
    served = relaxed.is_open[site]
    np.minimum.at(always, point[served], km[served])
    kept = ~relaxed.is_closed[site] & ~served & (km < always[point]) & (a.weights[point] > 0)
    if np.count_nonzero(kept) > LARGEST_PROGRAMME:
        return None
    base = float(a.weights @ always)
    point, site, km = point[kept], site[kept], km[kept]
    columns, column = np.unique(site, return_inverse=True)
    rows, row = np.unique(point, return_inverse=True)
    free = a.number - np.count_nonzero(relaxed.is_open)
    if not columns.size or free <= 0:
        return Solved(np.flatnonzero(relaxed.is_open), base, True, is_infeasible=False)
    m, pairs = columns.size, point.size
    at = np.arange(pairs)
    ones = np.ones(pairs)
    matrix = csr_array(
        (
            np.concatenate([ones, -ones, ones, np.ones(m)]),
            (
                np.concatenate([at, at, pairs + row, np.full(m, pairs + rows.size)]),
                np.concatenate([m + at, column, m + at, np.arange(m)]),
            ),
        ),
        shape=(pairs + rows.size + 1, m + pairs),
    )
    result = milp(
        np.concatenate([np.zeros(m), a.weights[point] * (km - always[point])]),
        constraints=LinearConstraint(matrix, -np.inf, np.concatenate([np.zeros(pairs), np.ones(rows.size), [free]])),
        integrality=np.concatenate([np.ones(m), np.zeros(pairs)]),
        bounds=Bounds(0, 1),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    sites = None
    if result.x is not None:
        sites = np.concatenate([np.flatnonzero(relaxed.is_open), columns[result.x[:m] > OPEN]])
    bound = None if result.mip_dual_bound is None else base + float(result.mip_dual_bound)
    return Solved(sites, bound, result.status == 0, is_infeasible=False)


@njit
def _relaxed(a: Instance, value: float) -> tuple[float, Floats]:
    """Return the best bound met and the reduced cost of each site there, by steps along the subgradient."""
    n, m = len(a.weights), len(a.is_kept)
    price = np.empty(n)
    for i in range(n):  # as far as the second nearest site; the steps do the rest
        first = a.point_start[i]
        at = min(first + 1, a.point_start[i + 1] - 1)
        price[i] = a.weights[i] * (min(a.penalty, a.point_km[at]) if at >= first else a.penalty)
    best, best_cost, best_price = -np.inf, np.zeros(m), price.copy()
    direction = np.zeros(n)
    step, still = FIRST_STEP, 0
    n_kept = np.count_nonzero(a.is_kept)
    is_chosen = np.zeros(m, dtype=np.bool_)
    for _ in range(STEPS):
        cost = np.zeros(m)
        for i in range(n):
            for k in range(a.point_start[i], a.point_start[i + 1]):
                saving = a.weights[i] * a.point_km[k] - price[i]
                if saving >= 0:
                    break
                cost[a.point_sites[k]] += saving
        bound = price.sum()
        is_chosen[:] = a.is_kept
        rank = np.where(a.is_allowed & ~a.is_kept, cost, np.inf)
        order = np.argsort(rank)
        for j in order[: a.number - n_kept]:
            if rank[j] < 0:
                is_chosen[j] = True
        for j in range(m):
            if is_chosen[j]:
                bound += cost[j]
        if bound > best + 1e-7 * abs(best):
            still = 0
        else:
            still += 1
        if bound > best:
            best = bound
            best_cost[:] = cost
            best_price[:] = price
        if still >= STILL:
            still, step = 0, step / 2
            price[:] = best_price
            direction[:] = 0.0
            if step < LAST_STEP:
                break
            continue
        if value - best <= EPSILON_GAP * abs(value):
            break
        norm = 0.0
        for i in range(n):
            served = 1.0
            for k in range(a.point_start[i], a.point_start[i + 1]):
                if a.weights[i] * a.point_km[k] >= price[i]:
                    break
                served -= is_chosen[a.point_sites[k]]
            if served > 0 and price[i] >= a.weights[i] * a.penalty:
                served = 0.0
            direction[i] = DEFLECTION * direction[i] + served
            norm += direction[i] * direction[i]
        if norm == 0:
            break
        length = step * (value - bound) / norm
        for i in range(n):
            price[i] = min(max(price[i] + length * direction[i], 0.0), a.weights[i] * a.penalty)
    return best, best_cost
