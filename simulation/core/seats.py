"""How many seats a help point has in a week, and who gets one; called by what both engines share."""

import numpy as np

from simulation.core.jit import njit
from simulation.core.rng import uniform


@njit
def draw_seats(point, seats_per_week, name_hash, key, kept, seats):  # type: ignore[no-untyped-def]
    """Draw a week's whole seats of some help points, so that they are met on average; return how many there are.

    Parameters
    ----------
    point : array of int64, shape (q,)
        Points that help this week.
    seats_per_week : array of float64, shape (q,)
        Seats of each, in simulated citizens.
    name_hash : array of uint64, shape (q,)
        Of their names, which key the rounding.
    kept : array of int64, shape (points,)
        Seats left over from earlier weeks.
    seats : array of int64, shape (points,)
        Filled for these points: seats that can be given, those left over included.
    """
    n_new = 0
    for k in range(point.shape[0]):
        new = int(seats_per_week[k] + uniform(key, name_hash[k]))
        seats[point[k]] = new + kept[point[k]]
        n_new += new
    return n_new


@njit
def winners(door, precedence, lot, seats):  # type: ignore[no-untyped-def]
    """Return who gets a seat: at each door the first in order, up to its seats.

    Parameters
    ----------
    door : array of int64, shape (n,)
        Door each candidate seeks.
    precedence : array of int64, shape (n,)
        Who goes first before lots decide: the largest.
    lot : array of uint64, shape (n,)
        Keyed lots; the smallest goes first, of equal ones the first candidate.
    seats : array of int64, shape (doors,)
        Seats this week.

    Returns
    -------
    array of int64
        Rows of the candidates who win, ascending.
    """
    order = np.argsort(lot, kind="mergesort")
    if precedence.shape[0] > 0 and precedence.min() < precedence.max():
        order = order[np.argsort(-precedence[order], kind="mergesort")]
    left = seats.copy()
    has_won = np.zeros(door.shape[0], np.bool_)
    for row in order:
        if left[door[row]] > 0:
            left[door[row]] -= 1
            has_won[row] = True
    return np.flatnonzero(has_won)


@njit
def give_seats(door, precedence, lot, point, door_of_point, shared, seats, kept, most_kept, won):  # type: ignore[no-untyped-def]
    """Give a week's seats of points that are alone behind their doors; return how many get one (`winners`).

    Parameters
    ----------
    door, precedence, lot : array, shape (n,)
        Of the candidates.
    point, door_of_point : array of int64, shape (q,)
        Points that help this week, and the door of each.
    shared : array of int64
        Doors with more than one point behind them; nobody wins there.
    seats : array of int64, shape (points,)
        Seats that can be given.
    kept : array of int64, shape (points,)
        Written for the points that help: seats left over, at most `most_kept`.
    won : array of int64, shape (n,)
        Filled with the rows of those who get one; an array made here would take longer to hand back than to fill.
    """
    at_door = np.zeros(seats.shape[0], np.int64)
    for k in range(point.shape[0]):
        at_door[door_of_point[k]] = seats[point[k]]
    for spot in shared:
        at_door[spot] = 0
    taken = np.zeros(seats.shape[0], np.int64)
    n_won = 0
    for row in winners(door, precedence, lot, at_door):
        taken[door[row]] += 1
        won[n_won] = row
        n_won += 1
    for k in range(point.shape[0]):
        kept[point[k]] = min(seats[point[k]] - taken[door_of_point[k]], most_kept)
    return n_won
