"""Greedy, swap and iterated swap for the p-median, on each point's nearest and second nearest open site.

Whitaker 1983 (fast interchange); Resende & Werneck 2007 (gain, loss and what they have in common).
"""

from typing import NamedTuple

import numpy as np

from simulation.analysis.placement.cover import Flags, Floats, Indices, Ints
from simulation.core.jit import njit

EPSILON = 1e-10  # share of the value below which two layouts are equal
VALUE, COUNT, FARTHEST = 0, 1, 2  # places in State.totals


class Instance(NamedTuple):
    """A p-median as bare arrays; see Distances and MedianProblem.

    Attributes
    ----------
    penalty : float
        Way of a point that has no open site nearer.
    number : int
        The most sites open, those kept among them.
    is_kept : array of bool, shape (n_sites,)
        Sites that stay open.
    is_allowed : array of bool, shape (n_sites,)
        Sites that may be opened or are kept.
    """

    point_start: Ints
    point_sites: Indices
    point_km: Floats
    site_start: Ints
    site_points: Indices
    site_km: Floats
    weights: Floats
    penalty: float
    number: int
    is_kept: Flags
    is_allowed: Flags


class State(NamedTuple):
    """A layout and what follows from it.

    Attributes
    ----------
    is_open : array of bool, shape (n_sites,)
        The layout.
    nearest, second : array of int32, shape (n_points,)
        The two open sites next to each point, -1 where there is none nearer than the penalty.
    near, next : array of float64, shape (n_points,)
        The ways to them, or the penalty.
    loss : array of float64, shape (n_sites,)
        What closing each open site adds.
    totals : array of float64, shape (3,)
        Weights times ways, sites open, and a way none in `next` exceeds.
    """

    is_open: Flags
    nearest: Indices
    second: Indices
    near: Floats
    next: Floats
    loss: Floats
    totals: Floats


@njit
def start_state(a: Instance, sites: Ints) -> State:
    """Return the state in which these sites and those kept are open."""
    n, m = len(a.weights), len(a.is_kept)
    state = State(
        a.is_kept.copy(),
        np.full(n, -1, dtype=np.int32),
        np.full(n, -1, dtype=np.int32),
        np.full(n, a.penalty),
        np.full(n, a.penalty),
        np.zeros(m),
        np.zeros(3),
    )
    for j in sites:
        state.is_open[j] = True
    state.totals[COUNT] = np.count_nonzero(state.is_open)
    for i in range(n):
        _look(a, state, i)
        state.totals[VALUE] += a.weights[i] * state.near[i]
        if state.nearest[i] >= 0:
            state.loss[state.nearest[i]] += a.weights[i] * (state.next[i] - state.near[i])
    return state


@njit
def fill(a: Instance, s: State) -> None:
    """Open the site that saves most until as many are open as may be."""
    m = len(a.is_kept)
    while s.totals[COUNT] < a.number:
        best, most = -1, 0.0
        for j in range(m):
            if s.is_open[j] or not a.is_allowed[j]:
                continue
            saving = 0.0
            for k in range(a.site_start[j], a.site_start[j + 1]):
                i = a.site_points[k]
                if a.site_km[k] >= s.totals[FARTHEST]:
                    break
                if a.site_km[k] < s.near[i]:
                    saving += a.weights[i] * (s.near[i] - a.site_km[k])
            if saving > most:
                best, most = j, saving
        if best < 0:
            break
        _open(a, s, best)


@njit
def improve(a: Instance, s: State, rng: np.random.Generator) -> None:
    """Swap a closed site for the open one that is missed least wherever that saves, until nothing does."""
    m = len(a.is_kept)
    s.totals[FARTHEST] = s.next.max()
    shared = np.zeros(m)
    sites = np.flatnonzero(a.is_allowed & ~a.is_kept)
    for k in range(len(sites) - 1, 0, -1):
        other = rng.integers(0, k + 1)
        sites[k], sites[other] = sites[other], sites[k]
    idle, at = 0, 0
    while idle < len(sites):
        i = int(sites[at])
        at = (at + 1) % len(sites)
        idle += 1
        if s.is_open[i]:
            continue
        saving = 0.0
        shared[:] = 0.0
        for k in range(a.site_start[i], a.site_start[i + 1]):
            point, km = a.site_points[k], a.site_km[k]
            if km >= s.totals[FARTHEST]:
                break
            if km < s.near[point]:
                saving += a.weights[point] * (s.near[point] - km)
                if s.nearest[point] >= 0:
                    shared[s.nearest[point]] += a.weights[point] * (s.next[point] - s.near[point])
            elif km < s.next[point]:
                shared[s.nearest[point]] += a.weights[point] * (s.next[point] - km)
        worst, least = -1, np.inf
        for j in range(m):
            if s.is_open[j] and not a.is_kept[j] and s.loss[j] - shared[j] < least:
                worst, least = j, s.loss[j] - shared[j]
        if worst >= 0 and saving - least > EPSILON * s.totals[VALUE]:
            _open(a, s, i)
            _close(a, s, worst)
            idle = 0


@njit
def search(a: Instance, s: State, best: Flags, value: float, rng: np.random.Generator, n_iterations: int) -> float:
    """Shake the layout and improve it again, over and over, keeping the best met.

    Parameters
    ----------
    a, s : Instance, State
        The problem and where to begin; the state is left at the last layout accepted.
    best : array of bool, shape (n_sites,)
        The best layout so far, replaced by a better one.
    value : float
        What it is worth.
    rng : numpy.random.Generator
        Draws.
    n_iterations : int
        How often to shake.

    Returns
    -------
    float
        What the best layout is worth.
    """
    closed = np.flatnonzero(a.is_allowed & ~a.is_kept)
    for _ in range(n_iterations):
        for _ in range(1 + int(rng.integers(0, 4))):
            i = int(closed[rng.integers(0, len(closed))])
            if s.is_open[i]:
                continue
            worst, least = -1, np.inf
            for j in range(len(a.is_kept)):
                noisy = s.loss[j] * (0.5 + rng.random()) if s.is_open[j] else np.inf
                if not a.is_kept[j] and noisy < least:
                    worst, least = j, noisy
            if worst >= 0:
                _open(a, s, i)
                _close(a, s, worst)
        improve(a, s, rng)
        if s.totals[VALUE] < value * (1 - EPSILON):
            value = s.totals[VALUE]
            best[:] = s.is_open
        elif s.totals[VALUE] > value * (1 + EPSILON):
            for j in range(len(best)):
                if best[j] and not s.is_open[j]:
                    _open(a, s, j)
            for j in range(len(best)):
                if s.is_open[j] and not best[j]:
                    _close(a, s, j)
    return value


@njit
def _look(a: Instance, s: State, i: int) -> None:
    """Find the two open sites next to a point."""
    s.nearest[i], s.second[i], s.near[i], s.next[i] = -1, -1, a.penalty, a.penalty
    for k in range(a.point_start[i], a.point_start[i + 1]):
        if a.point_km[k] >= a.penalty:
            break
        if s.is_open[a.point_sites[k]]:
            if s.nearest[i] < 0:
                s.nearest[i], s.near[i] = a.point_sites[k], a.point_km[k]
            else:
                s.second[i], s.next[i] = a.point_sites[k], a.point_km[k]
                break
    s.totals[FARTHEST] = max(s.totals[FARTHEST], s.next[i])


@njit
def _open(a: Instance, s: State, j: int) -> None:
    s.is_open[j] = True
    s.totals[COUNT] += 1
    for k in range(a.site_start[j], a.site_start[j + 1]):
        i, km = a.site_points[k], a.site_km[k]
        if km >= s.totals[FARTHEST]:
            break
        if km >= s.next[i]:
            continue
        weight, old = a.weights[i], s.nearest[i]
        if old >= 0:
            s.loss[old] -= weight * (s.next[i] - s.near[i])
        if km < s.near[i]:
            s.totals[VALUE] -= weight * (s.near[i] - km)
            s.second[i], s.next[i] = old, s.near[i]
            s.nearest[i], s.near[i] = j, km
        else:
            s.second[i], s.next[i] = j, km
        s.loss[s.nearest[i]] += weight * (s.next[i] - s.near[i])


@njit
def _close(a: Instance, s: State, j: int) -> None:
    s.is_open[j] = False
    s.totals[COUNT] -= 1
    for k in range(a.site_start[j], a.site_start[j + 1]):
        i = a.site_points[k]
        if a.site_km[k] > s.totals[FARTHEST]:
            break
        if s.nearest[i] != j and s.second[i] != j:
            continue
        weight, before = a.weights[i], s.near[i]
        s.loss[s.nearest[i]] -= weight * (s.next[i] - before)
        _look(a, s, i)
        s.totals[VALUE] += weight * (s.near[i] - before)
        if s.nearest[i] >= 0:
            s.loss[s.nearest[i]] += weight * (s.next[i] - s.near[i])
    s.loss[j] = 0.0
