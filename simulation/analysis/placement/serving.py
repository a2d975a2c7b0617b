"""Who is served where when sites have capacities: the largest flow, kept up to date as sites open and close.

Ford & Fulkerson 1956; the shortest augmenting path of Edmonds & Karp 1972, so that fractions of people do no harm.
"""

from typing import NamedTuple

import numpy as np

from simulation.analysis.placement.cover import Cover, Flags, Floats, Indices, Ints
from simulation.core.jit import njit

SERVED, SPENT, COUNT = 0, 1, 2  # places in State.totals


class Instance(NamedTuple):
    """A capacitated problem as bare arrays; see Cover.

    Attributes
    ----------
    site_pairs : array of int64, shape (pairs,)
        Where each pair of `site_points` stands in `point_sites`.
    """

    point_start: Ints
    point_sites: Indices
    site_start: Ints
    site_points: Indices
    site_pairs: Ints
    weights: Floats
    capacities: Floats
    costs: Floats


class State(NamedTuple):
    """Open sites and the people they serve.

    Attributes
    ----------
    is_open : array of bool, shape (n_sites,)
        The layout.
    flow : array of float64, shape (pairs,)
        People of each pair served, in the order of `point_sites`.
    waiting : array of float64, shape (n_points,)
        People served nowhere.
    room : array of float64, shape (n_sites,)
        Capacity left, 0 where closed.
    totals : array of float64, shape (3,)
        People served, money spent, sites open.
    """

    is_open: Flags
    flow: Floats
    waiting: Floats
    room: Floats
    totals: Floats


def instance(cover: Cover, weights: Floats, capacities: Floats, costs: Floats) -> Instance:
    """Return a capacitated problem as bare arrays."""
    order = np.argsort(cover.point_sites, kind="stable").astype(np.int64)
    return Instance(
        cover.point_start,
        cover.point_sites,
        cover.site_start,
        cover.site_points,
        order,
        weights,
        capacities,
        costs,
    )


def empty_state(a: Instance) -> State:
    """Return the state in which no site is open."""
    m = a.capacities.size
    return State(np.zeros(m, np.bool_), np.zeros(a.point_sites.size), a.weights.copy(), np.zeros(m), np.zeros(3))


def copy_of(state: State) -> State:
    """Return a state of its own."""
    return State(state.is_open.copy(), state.flow.copy(), state.waiting.copy(), state.room.copy(), state.totals.copy())


@njit
def become(s: State, other: State) -> None:
    """Make a state the same as another."""
    s.is_open[:] = other.is_open
    s.flow[:] = other.flow
    s.waiting[:] = other.waiting
    s.room[:] = other.room
    s.totals[:] = other.totals


@njit
def open_site(a: Instance, s: State, j: int) -> None:
    """Open a site and serve as many as can be, moving people between sites."""
    s.is_open[j] = True
    s.room[j] = a.capacities[j]
    s.totals[COUNT] += 1
    s.totals[SPENT] += a.costs[j]
    _serve(a, s)


@njit
def close_site(a: Instance, s: State, j: int) -> None:
    """Close a site and serve its people elsewhere as far as can be."""
    s.is_open[j] = False
    s.room[j] = 0.0
    s.totals[COUNT] -= 1
    s.totals[SPENT] -= a.costs[j]
    for k in range(a.site_start[j], a.site_start[j + 1]):
        pair = a.site_pairs[k]
        s.waiting[a.site_points[k]] += s.flow[pair]
        s.totals[SERVED] -= s.flow[pair]
        s.flow[pair] = 0.0
    _serve(a, s)


@njit
def promise(a: Instance, s: State) -> Floats:
    """Estimate what opening each closed site adds: people waiting in its reach, and those it relieves full sites of.

    A site is relieved by no more than wait in its own reach. Longer chains are not seen.
    """
    n, m = len(a.weights), len(a.capacities)
    near = np.zeros(m)
    start = np.zeros(n + 1, dtype=np.int64)  # the pairs with people, point by point
    pairs = np.empty(len(a.point_sites), dtype=np.int64)
    for i in range(n):
        start[i + 1] = start[i]
        for pair in range(a.point_start[i], a.point_start[i + 1]):
            if s.waiting[i] > 0:
                near[a.point_sites[pair]] += s.waiting[i]
            if s.flow[pair] > 0:
                pairs[start[i + 1]] = pair
                start[i + 1] += 1
    full = np.flatnonzero(s.is_open & (near > 0))
    promised = np.zeros(m)
    moved = np.zeros(m)
    for j in range(m):
        if s.is_open[j]:
            continue
        for t in full:
            moved[t] = 0.0
        for k in range(a.site_start[j], a.site_start[j + 1]):
            i = a.site_points[k]
            for q in range(start[i], start[i + 1]):
                moved[a.point_sites[pairs[q]]] += s.flow[pairs[q]]
        relieved = 0.0
        for t in full:
            relieved += min(moved[t], near[t])
        promised[j] = min(a.capacities[j], near[j] + relieved)
    return promised


@njit
def _serve(a: Instance, s: State) -> None:
    """Let every open site with room take who waits in its reach, directly or along a chain of moves."""
    is_better = True
    while is_better:
        is_better = False
        for j in range(len(a.capacities)):
            while s.room[j] > 0:
                people = _augment(a, s, j)
                if people <= 0:
                    break
                is_better = True


@njit
def _augment(a: Instance, s: State, j: int) -> float:
    """Move people along the shortest chain that ends at a site with room; return how many."""
    m = len(a.capacities)
    for k in range(a.site_start[j], a.site_start[j + 1]):
        i = a.site_points[k]
        if s.waiting[i] > 0:
            people = min(s.waiting[i], s.room[j])
            s.waiting[i] -= people
            s.room[j] -= people
            s.flow[a.site_pairs[k]] += people
            s.totals[SERVED] += people
            return people
    came_from = np.full(m, -1, dtype=np.int64)  # the pair whose people would move to this site's taker
    goes_to = np.full(m, -1, dtype=np.int64)  # the pair they would move to
    taker = np.full(m, -1, dtype=np.int64)
    queue = np.empty(m, dtype=np.int64)
    queue[0], head, tail = j, 0, 1
    taker[j] = j
    seen = np.zeros(len(a.weights), dtype=np.bool_)
    while head < tail:
        site = queue[head]
        head += 1
        for k in range(a.site_start[site], a.site_start[site + 1]):
            i = a.site_points[k]
            if s.waiting[i] > 0:
                people = min(s.waiting[i], s.room[j])
                t = site
                while t != j:
                    people = min(people, s.flow[came_from[t]])
                    t = taker[t]
                s.waiting[i] -= people
                s.flow[a.site_pairs[k]] += people
                t = site
                while t != j:
                    s.flow[came_from[t]] -= people
                    s.flow[goes_to[t]] += people
                    t = taker[t]
                s.room[j] -= people
                s.totals[SERVED] += people
                return people
            if seen[i]:
                continue
            seen[i] = True
            for pair in range(a.point_start[i], a.point_start[i + 1]):
                other = a.point_sites[pair]
                if taker[other] < 0 and s.flow[pair] > 0:
                    taker[other] = site
                    came_from[other] = pair
                    goes_to[other] = a.site_pairs[k]
                    queue[tail] = other
                    tail += 1
    return 0.0
