"""People with many ties: k-core numbers and degree discount."""

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit

Array = NDArray[Any]


@njit
def core_numbers(start: Array, peer: Array) -> Array:
    """Return everybody's core number: the largest k of a group in which all know k others or more.

    Peeling in order of degree (Batagelj and Zaversnik 2003).

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).

    Returns
    -------
    array of int64, shape (N,)
    """
    n = start.shape[0] - 1
    core = np.empty(n, np.int64)
    most = 0
    for i in range(n):
        core[i] = start[i + 1] - start[i]
        most = max(most, core[i])
    # people sorted by what is left of their degree; first[d] is where those of degree d begin
    first = np.zeros(most + 2, np.int64)
    for i in range(n):
        first[core[i] + 1] += 1
    for d in range(most + 1):
        first[d + 1] += first[d]
    place, order = np.empty(n, np.int64), np.empty(n, np.int64)
    filled = first.copy()
    for i in range(n):
        place[i] = filled[core[i]]
        order[place[i]] = i
        filled[core[i]] += 1
    for row in range(n):
        i = order[row]
        for e in range(start[i], start[i + 1]):
            j = peer[e]
            if core[j] > core[i]:
                # j moves to the front of its degree, which then begins one later
                front = max(first[core[j]], row + 1)
                other = order[front]
                place[j], place[other] = front, place[j]
                order[place[j]], order[place[other]] = j, other
                first[core[j]] = front + 1
                core[j] -= 1
    return core


@njit
def discounted(start: Array, peer: Array, eligible: Array, n: int, probability: float, lot: Array) -> Array:
    """Return people by degree discount: many ties, those to people chosen already counting for less.

    dd = d - 2 t - (d - t) t p, with d ties, t of them to people chosen (Chen, Wang and Yang 2009, algorithm 4).

    Parameters
    ----------
    eligible : array of bool, shape (N,)
        Who may be chosen; n of them at least.
    n : int
        People to choose.
    probability : float
        Chance p that somebody passes on along a tie.
    lot : array of uint64, shape (N,)
        Lots among equals.

    Returns
    -------
    array of int32, shape (n,)
    """
    heap = [(-np.float64(start[i + 1] - start[i]), lot[i], i) for i in range(eligible.shape[0]) if eligible[i]]
    heapq.heapify(heap)
    n_chosen = np.zeros(eligible.shape[0], np.int32)
    chosen = np.empty(n, np.int32)
    found = 0
    # a discount only grows, so whoever is first with an up-to-date value is first of all
    while found < n:
        minus, its_lot, i = heapq.heappop(heap)
        d, t = np.float64(start[i + 1] - start[i]), np.float64(n_chosen[i])
        now = -(d - 2.0 * t - (d - t) * t * probability)
        if now > minus:
            heapq.heappush(heap, (now, its_lot, i))
            continue
        chosen[found] = i
        found += 1
        for e in range(start[i], start[i + 1]):
            n_chosen[peer[e]] += 1
    return chosen
