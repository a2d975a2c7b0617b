"""Optima of small problems by looking at every layout, and instances to try; written apart from the solvers."""

from itertools import combinations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from simulation.analysis.placement.cover import cover_within
from simulation.analysis.placement.problem import CoveringProblem


def layouts(n_sites, problem):
    free = [j for j in range(n_sites) if j not in set(problem.existing) | set(problem.never)]
    for size in range(len(free) + 1):
        for sites in combinations(free, size):
            if set(problem.must) <= set(sites):
                yield sites


def reached(problem, sites):
    points = set()
    for site in [*sites, *problem.existing]:
        points |= set(problem.cover.points_of(int(site)).tolist())
    return points


def is_allowed(problem, sites):
    if problem.number is not None and len(sites) > problem.number:
        return False
    if problem.budget is not None and sum(problem.costs[j] for j in sites) > problem.budget + 1e-9:
        return False
    if problem.floors is not None:
        points = reached(problem, sites)
        for group, floor in enumerate(problem.floors):
            rows = np.flatnonzero(problem.groups == group)
            got = sum(problem.weights[i] for i in rows if i in points)
            if got < floor * problem.weights[rows].sum() - 1e-9:
                return False
    return True


def best_cover(problem):
    """Return the most weight any layout reaches; None if none is allowed."""
    allowed = [s for s in layouts(problem.cover.n_sites, problem) if is_allowed(problem, s)]
    return max((sum(problem.weights[i] for i in reached(problem, s)) for s in allowed), default=None)


def cheapest_cover(problem):
    """Return the least cost of reaching every point; None if no layout does."""
    everybody = set(np.flatnonzero(problem.weights > 0).tolist())
    costs = np.ones(problem.cover.n_sites) if problem.costs is None else problem.costs
    full = [s for s in layouts(problem.cover.n_sites, problem) if everybody <= reached(problem, s)]
    return min((sum(costs[j] for j in s) for s in full), default=None)


def shortest_ways(table, problem):
    """Return the least sum of weights times ways."""
    best = np.inf
    for sites in layouts(table.shape[1], problem):
        if len(sites) <= problem.number:
            rows = [*sites, *problem.existing]
            near = np.minimum(table[:, rows].min(axis=1), problem.penalty) if rows else problem.penalty
            best = min(best, float((problem.weights * near).sum()))
    return best


def most_served(problem, capacities):
    """Return the most people any layout serves within whole capacities, by scipy's largest flow."""
    best = 0
    for sites in layouts(problem.cover.n_sites, problem):
        if is_allowed(problem, sites):
            best = max(best, flow_through(problem, [*sites, *problem.existing], capacities))
    return best


def flow_through(problem, sites, capacities):
    n, m = problem.cover.n_points, len(sites)
    graph = np.zeros((n + m + 2, n + m + 2), dtype=np.int32)
    graph[0, 1 : n + 1] = problem.weights
    for k, site in enumerate(sites):
        graph[1 + problem.cover.points_of(int(site)), n + 1 + k] = 2**20
        graph[n + 1 + k, n + m + 1] = capacities[site]
    return maximum_flow(csr_array(graph), 0, n + m + 1).flow_value


def faults_of_assignment(problem, answer, capacities):
    """Return what is wrong with who is served where, in words; nothing if all is right."""
    faults = []
    pairs = list(zip(answer.point.tolist(), answer.site.tolist(), strict=True))
    if len(set(pairs)) < len(pairs):
        faults.append("a pair stands twice")
    is_open = set(answer.sites) | set(problem.existing.tolist())
    served, load = np.zeros(problem.cover.n_points), np.zeros(problem.cover.n_sites)
    for (point, site), people in zip(pairs, answer.people, strict=True):
        served[point] += people
        load[site] += people
        if people <= 0:
            faults.append(f"nobody of {point} at {site}")
        if site not in is_open:
            faults.append(f"{site} is closed")
        if point not in problem.cover.points_of(site):
            faults.append(f"{point} is out of reach of {site}")
    if (served > problem.weights * (1 + 1e-9)).any():
        faults.append("somebody is served twice")
    if (load > np.asarray(capacities) * (1 + 1e-9)).any():
        faults.append("a site is over its capacity")
    if abs(served.sum() - answer.value) > 1e-6 * max(answer.value, 1):
        faults.append("the people served are not the value")
    return faults


def scattered(seed, n_points=30, n_sites=9, radius=3.0, **settings):
    """Return a random problem on a square of 10 km with whole weights."""
    rng = np.random.default_rng(seed)
    cover = cover_within(rng.random((n_points, 2)) * 10, rng.random((n_sites, 2)) * 10, radius)
    return CoveringProblem(cover, rng.integers(1, 20, n_points).astype(float), **settings)
