"""Search for the stays of trainers: loops over places, the people left, and what no choice can pass.

Everywhere: pairs of spot j are `first[j]:first[j + 1]`, each a point and the share of its people left who would come to
a stay there; `people` are those left to be taught, and are written into by `teach`.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit

Array = NDArray[Any]

NOBODY = 1e-9
TWO_OPT_ROUNDS = 20
EXCHANGE_ROUNDS = 3
ALMOST_ALL = 1.0 - 1e-12  # of those at a point who come to a stay
BOUND_STEPS, BISECTIONS = 1500, 25
BOUND_CLOSE = 1e-3  # of the people taught: a bound so near its own optimum is near enough
N_BOUNDS = 8  # times the bound is looked at while stays are chosen


@njit
def _come(first: Array, point: Array, come_share: Array, people: Array, spot: int) -> float:
    """Return how many of those left would come to a stay at a spot, were there seats for all."""
    come = 0.0
    for k in range(first[spot], first[spot + 1]):
        come += people[point[k]] * come_share[k]
    return come


@njit
def teach(first: Array, point: Array, come_share: Array, people: Array, spot: int, seats: float) -> float:
    """Take those a stay teaches off the people left; return how many."""
    come = _come(first, point, come_share, people, spot)
    taught = min(come, seats)
    if taught > 0.0:
        for k in range(first[spot], first[spot + 1]):
            people[point[k]] *= 1.0 - taught / come * come_share[k]
    return taught


@njit
def largest_additions(
    first: Array, point: Array, come_share: Array, people: Array, n_stays: int, seats: float
) -> float:
    """Return the sum of the n largest additions where every spot is chosen as if it were the only one."""
    largest = np.zeros(n_stays)  # ascending
    for spot in range(first.shape[0] - 1):
        own = people.copy()
        for _ in range(n_stays):
            value = teach(first, point, come_share, own, spot, seats)
            if value <= largest[0]:
                break
            largest[0] = value
            largest.sort()
    return largest.sum()


@njit
def choose_in_turn(
    first: Array, point: Array, come_share: Array, people: Array, n_stays: int, seats: float
) -> tuple[Array, Array, float]:
    """Choose stays one by one; return spots (-1 where nobody is left), what each added, and the bound."""
    n_spots = first.shape[0] - 1
    visits = np.zeros(n_spots, np.int64)
    chosen, added = np.full(n_stays, -1, np.int64), np.zeros(n_stays)
    total = 0.0
    bound = largest_additions(first, point, come_share, people, n_stays, seats)
    for stay in range(n_stays):
        best, most, most_come = -1, 0.0, 0.0
        for spot in range(n_spots):
            come = _come(first, point, come_share, people, spot)
            value = min(seats, come)
            is_level = abs(value - most) <= NOBODY * most
            # where seats are filled anyhow, places that had fewer stays go first, then those with more people
            is_fairer = is_level and (visits[spot], -come) < (visits[best], -most_come)
            if value > most * (1.0 + NOBODY) or is_fairer:
                best, most, most_come = spot, value, come
        if best < 0 or most <= NOBODY:
            break
        chosen[stay] = best
        visits[best] += 1
        added[stay] = teach(first, point, come_share, people, best, seats)
        total += added[stay]
        if (stay + 1) % max(1, n_stays // N_BOUNDS) == 0 or stay == n_stays - 1:
            rest = largest_additions(first, point, come_share, people, n_stays, seats)
            bound = min(bound, total + rest)
    return chosen, added, bound


@njit
def continuous_bound(first: Array, point: Array, come_share: Array, people: Array, n_stays: int) -> float:
    """Return a bound on the people taught by stays of any length in all, without seats (Frank & Wolfe 1956).

    With n_j stays at spot j at most p_i (1 - exp(-sum_j lambda_ij n_j)) of point i are taught, where
    lambda = -log(1 - share who come). The sum is concave in n, and at any n its tangent lies above it.
    """
    n_spots = first.shape[0] - 1
    rate = -np.log(1.0 - np.minimum(come_share, ALMOST_ALL))
    spent = np.zeros(people.shape[0])  # sum_j lambda_ij n_j
    used, bound = 0.0, np.inf  # used: sum of n_j times the slope at j, kept up to date below
    stays = np.zeros(n_spots)
    for _ in range(BOUND_STEPS):
        left = people * np.exp(-spent)
        best, steepest, used = 0, -1.0, 0.0
        for spot in range(n_spots):
            slope = 0.0
            for k in range(first[spot], first[spot + 1]):
                slope += left[point[k]] * rate[k]
            used += stays[spot] * slope
            if slope > steepest:
                best, steepest = spot, slope
        taught = people.sum() - left.sum()
        bound = min(bound, taught + n_stays * steepest - used)
        if n_stays * steepest - used <= BOUND_CLOSE * taught:
            break
        toward = np.zeros(people.shape[0])
        for k in range(first[best], first[best + 1]):
            toward[point[k]] = n_stays * rate[k]
        low, high = 0.0, 1.0
        for _ in range(BISECTIONS):  # the step at which the sum no longer grows
            step = 0.5 * (low + high)
            growth = (people * np.exp(-spent - step * (toward - spent)) * (toward - spent)).sum()
            if growth > 0.0:
                low = step
            else:
                high = step
        spent += low * (toward - spent)
        stays *= 1.0 - low
        stays[best] += low * n_stays
    return bound


@njit
def exchanged(
    first: Array, point: Array, come_share: Array, people: Array, chosen: Array, seats: float
) -> tuple[Array, Array]:
    """Move stays, one at a time, to where they add more; return spots and what each adds after those before it."""
    n = chosen.shape[0]
    best, added = chosen.copy(), np.zeros(n)
    for _ in range(EXCHANGE_ROUNDS):
        is_better = False
        for stay in range(n):
            left = people.copy()
            total = 0.0
            for other in range(n):
                if other != stay:
                    total += teach(first, point, come_share, left, best[other], seats)
            spot, most = best[stay], min(seats, _come(first, point, come_share, left, best[stay]))
            for other in range(first.shape[0] - 1):
                value = min(seats, _come(first, point, come_share, left, other))
                if value > most * (1.0 + NOBODY):
                    spot, most = other, value
            if spot != best[stay]:
                best[stay] = spot
                is_better = True
        if not is_better:
            break
    left = people.copy()
    for stay in range(n):
        added[stay] = teach(first, point, come_share, left, best[stay], seats)
    return best, added


@njit
def shortened(tour: Array, x_km: Array, y_km: Array) -> Array:
    """Return a tour in which turning no part of it round makes it shorter."""
    best, n = tour.copy(), tour.shape[0]
    for _ in range(TWO_OPT_ROUNDS):
        is_shorter = False
        for i in range(n - 1):
            for j in range(i + 1, n):
                saved = 0.0
                if i > 0:
                    saved += _km(best[i - 1], best[i], x_km, y_km) - _km(best[i - 1], best[j], x_km, y_km)
                if j < n - 1:
                    saved += _km(best[j], best[j + 1], x_km, y_km) - _km(best[i], best[j + 1], x_km, y_km)
                if saved > NOBODY:
                    best[i : j + 1] = best[i : j + 1][::-1].copy()
                    is_shorter = True
        if not is_shorter:
            break
    return best


@njit
def _km(one: int, other: int, x_km: Array, y_km: Array) -> float:
    return math.hypot(x_km[one] - x_km[other], y_km[one] - y_km[other])
