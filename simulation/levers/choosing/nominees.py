"""Choosing without a map of who knows whom: by asking a few people for names."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.rng import draw_bits, uniform

Array = NDArray[Any]


@njit
def friends(start: Array, peer: Array, eligible: Array, n: int, order: Array, key: Any) -> Array:
    """Return contacts named by random people: each asked names one who may be visited and is not yet named.

    Somebody named at random has more contacts than a random person on average (Feld 1991).

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).
    eligible : array of bool, shape (N,)
        Who may be chosen.
    n : int
        People to choose.
    order : array of int, shape (N,)
        Everybody, in the order in which they are asked.
    key : uint64
        Key of whom they name.

    Returns
    -------
    array of int32
        n people, or fewer where everybody has been asked.
    """
    is_free = eligible.copy()
    chosen = np.empty(n, np.int32)
    found = 0
    for row in range(order.shape[0]):
        if found == n:
            break
        i = order[row]
        n_free = 0
        for e in range(start[i], start[i + 1]):
            n_free += is_free[peer[e]]
        if n_free == 0:
            continue
        pick = np.int64(uniform(key, i) * n_free)
        for e in range(start[i], start[i + 1]):
            if is_free[peer[e]]:
                if pick == 0:
                    chosen[found] = peer[e]
                    is_free[peer[e]] = False
                    found += 1
                    break
                pick -= 1
    return chosen[:found]


def gossip_nominees(
    start: Array,
    peer: Array,
    eligible: Array,
    n: int,
    place: Array,
    order: Array,
    asked: Callable[[Array], Array],
    names: int,
    lot: Array,
    key: Any,
) -> Array:
    """Return those whom most people of their settlement name when asked who spreads news.

    Villagers asked name people who are central in their network (Banerjee, Chandrasekhar, Duflo and Jackson 2019).
    **Assumption**: of their contacts in the settlement who may be visited, they name those with most contacts.

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).
    eligible : array of bool, shape (N,)
        Who may be chosen.
    n : int
        People to choose, shared out over settlements by eligible residents.
    place : array of int64, shape (N,)
        Settlement of everybody.
    order : array of int, shape (N,)
        Everybody, in the order in which they are asked.
    asked : callable
        Returns how many are asked in settlements with so many visits each.
    names : int
        People each of them names.
    lot : array of uint64, shape (N,)
        Lots among people named equally often.
    key : uint64
        Key of whom somebody names of contacts who know equally many.

    Returns
    -------
    array of int32
        n people, most named first; fewer where too few are named though everybody has been asked.
    """
    visits = shared_out(n, np.bincount(place, weights=eligible))
    by_place = order[np.argsort(place[order], kind="stable")]
    first = np.searchsorted(place[by_place], np.arange(len(visits) + 1))
    degree = np.diff(start).astype(np.int64)
    times = _times_named(start, peer, eligible, place, degree, by_place, first, visits, asked(visits), names, key)
    who = np.flatnonzero(times)
    ranked = who[np.lexsort((lot[who], -times[who], place[who]))]
    rank = np.arange(len(ranked)) - np.searchsorted(place[ranked], place[ranked], side="left")
    taken = ranked[rank < visits[place[ranked]]]
    return taken[np.lexsort((lot[taken], -times[taken]))].astype(np.int32)


def shared_out(n: int, weight: Array) -> Array:
    """Return whole numbers that sum to n, in proportion to weights (largest remainders); int64.

    No number is larger than its weight, as long as n is not larger than their sum.
    """
    exact = n * weight / max(1.0, weight.sum())
    whole = np.floor(exact).astype(np.int64)
    for k in np.argsort(whole - exact, kind="stable")[: n - int(whole.sum())]:
        whole[k] += 1
    return whole


@njit
def _times_named(
    start: Array, peer: Array, eligible: Array, place: Array, degree: Array, by_place: Array, first: Array,
    visits: Array, asked: Array, names: int, key: Any,
) -> Array:  # fmt: skip
    """Return how often everybody is named; int64, shape (N,).

    In each settlement people are asked in order: as many as planned, and on until as many are named as are wanted.
    """
    times = np.zeros(eligible.shape[0], np.int64)
    said, its_lot = np.empty(max(1, names), np.int64), np.empty(max(1, names), np.uint64)
    for q in range(visits.shape[0]):
        n_named = 0
        for row in range(first[q], first[q + 1]):
            if visits[q] == 0 or (row - first[q] >= asked[q] and n_named >= visits[q]):
                break
            i = by_place[row]
            n_said = 0
            own = draw_bits(key, i)
            for e in range(start[i], start[i + 1]):
                j = np.int64(peer[e])
                if not eligible[j] or place[j] != q:
                    continue
                bits = draw_bits(own, j)
                if n_said < names:
                    said[n_said], its_lot[n_said] = j, bits
                    n_said += 1
                    continue
                least = 0
                for k in range(1, n_said):
                    d, fewest = degree[said[k]], degree[said[least]]
                    if d < fewest or (d == fewest and its_lot[k] > its_lot[least]):
                        least = k
                fewest = degree[said[least]]
                if degree[j] > fewest or (degree[j] == fewest and bits < its_lot[least]):
                    said[least], its_lot[least] = j, bits
            for k in range(n_said):
                n_named += times[said[k]] == 0
                times[said[k]] += 1
    return times
