"""Tours of trainers: which place has one-to-one teaching when, so that most people are taught (plan R2).

A stay of a trainer at a place for some weeks teaches whom the model would let come: of those aged and living as the
lever says, the share h who ever come to help, each with a weekly chance (pi / h) exp(-d / ell) (MODEL.md 7.4), and no
more than the seats. One who was taught does not come again. Another stay, near enough for the same people, teaches
only those who are left.
"""

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.tour_search import (
    choose_in_turn,
    continuous_bound,
    exchanged,
    largest_additions,
    shortened,
    teach,
)

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TourProblem:
    """What tours are planned with.

    Attributes
    ----------
    point, spot : array of int32, shape (pairs,)
        Who can come where, ascending by spot and then point.
    weekly : array of float64, shape (pairs,)
        Chance that somebody of the point, who ever comes and was not taught yet, seeks teaching there in a week.
    people : array of float64, shape (n,)
        Residents of each point who ever come.
    x_km, y_km : array of float64, shape (m,)
        Where the spots are.
    stays : int
        Stays of all trainers together.
    weeks : int
        Weeks of a stay.
    seats_per_week : float
        People a trainer can teach a week.
    trainers : int
        Trainers on tour at the same time.
    """

    point: Array
    spot: Array
    weekly: Array
    people: Array
    x_km: Array
    y_km: Array
    stays: int
    weeks: int
    seats_per_week: float
    trainers: int


@dataclass(frozen=True, slots=True)
class Stay:
    """One trainer at one place."""

    spot: int
    trainer: int
    first_week: int  # of the tour, from 0
    weeks: int
    taught: float  # people this stay adds to those before it


@dataclass(frozen=True, slots=True)
class Tours:
    """Tours and how good they are.

    Attributes
    ----------
    stays : tuple of Stay
        By trainer and week.
    value : float
        People taught, expected.
    bound : float
        What no choice of as many stays can surpass in this reckoning.
    km : float
        Straight lines between the places of each trainer, one after the other.
    seconds : float
        Time taken.
    """

    stays: tuple[Stay, ...]
    value: float
    bound: float
    km: float
    seconds: float

    @property
    def visits(self) -> tuple[Stay, ...]:
        """Stays with those one trainer makes on end at one place taken together."""
        found: list[Stay] = []
        for stay in self.stays:
            if found and (found[-1].trainer, found[-1].spot) == (stay.trainer, stay.spot):
                before = found.pop()
                stay = replace(before, weeks=before.weeks + stay.weeks, taught=before.taught + stay.taught)
            found.append(stay)
        return tuple(found)

    @property
    def gap(self) -> float:
        """Share of the bound that is missing."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


def plan_tours(problem: TourProblem) -> Tours:
    """Choose places for all stays where most are still to be taught, one after the other and then by moving them.

    A further stay can only find fewer people at every point, so no choice of as many stays T teaches more than those
    chosen so far, S, and the largest additions each spot could still make by itself: F(T) <= F(S) + their sum (as for
    submodular functions: Nemhauser, Wolsey & Fisher 1978). The smallest such sum over the course of the choice is one
    bound; stays that need not be whole and lack no seats give another; the smaller holds. Where a trainer goes after
    another place is then shortened (two-opt); it costs nothing in the model.

    Parameters
    ----------
    problem : TourProblem
    """
    started = time.perf_counter()
    seats = problem.weeks * problem.seats_per_week
    chosen, added, bound = choose_in_turn(*_arrays(problem), problem.stays, seats)
    bound = min(bound, continuous_bound(*_arrays(problem), problem.stays), problem.stays * seats)
    chosen, added = chosen[chosen >= 0], added[chosen >= 0]
    if len(chosen) and added.sum() < bound:
        moved, adds = exchanged(*_arrays(problem), chosen, seats)
        if adds.sum() > added.sum():
            chosen, added = moved, adds
    return _tours(problem, chosen, added, float(bound), started)


def tours_to(problem: TourProblem, spots: Array) -> Tours:
    """Return tours to given places, one stay each, with the bound of any choice; a place may stand there often.

    Parameters
    ----------
    problem : TourProblem
    spots : array of int64, shape (stays,)
    """
    started = time.perf_counter()
    first, point, come_share, people = _arrays(problem)
    seats = problem.weeks * problem.seats_per_week
    bound = largest_additions(first, point, come_share, people, problem.stays, seats)
    added = np.array([teach(first, point, come_share, people, int(spot), seats) for spot in spots])
    return _tours(problem, np.asarray(spots, np.int64), added, float(bound), started)


def _arrays(problem: TourProblem) -> tuple[Array, Array, Array, Array]:
    """Return where each spot's pairs begin, their points, who of them comes to a stay, and the people."""
    first = np.searchsorted(problem.spot, np.arange(len(problem.x_km) + 1))
    come_share = 1.0 - (1.0 - problem.weekly) ** problem.weeks
    return first, problem.point.astype(np.int64), come_share, problem.people.astype(np.float64).copy()


def _tours(problem: TourProblem, chosen: Array, added: Array, bound: float, started: float) -> Tours:
    left = {int(spot): added[chosen == spot].tolist() for spot in np.unique(chosen)}
    stays, km = [], 0.0
    for trainer, tour in enumerate(_share_out(chosen, problem)):
        km += _length(tour, problem.x_km, problem.y_km)
        for turn, spot in enumerate(tour.tolist()):
            stays.append(Stay(spot, trainer, turn * problem.weeks, problem.weeks, left[spot].pop(0)))
    return Tours(tuple(stays), float(added.sum()), bound, km, time.perf_counter() - started)


def _share_out(chosen: Array, problem: TourProblem) -> list[Array]:
    """Return the spots of each trainer in their order: neighbours together, each about as many stays."""
    if not len(chosen):
        return []
    whole = shortened(_nearest_next(chosen, problem.x_km, problem.y_km), problem.x_km, problem.y_km)
    longest = math.ceil(len(chosen) / problem.trainers)
    parts = [whole[start : start + longest] for start in range(0, len(whole), longest)]
    return [shortened(part, problem.x_km, problem.y_km) for part in parts]


def _nearest_next(spots: Array, x_km: Array, y_km: Array) -> Array:
    """Return spots in the order in which each is the nearest of those left; the first is the westernmost."""
    left = np.sort(spots)
    at = int(np.argmin(x_km[left]))
    order = []
    while len(left):
        order.append(left[at])
        here = left[at]
        left = np.delete(left, at)
        if len(left):
            at = int(np.argmin(np.hypot(x_km[left] - x_km[here], y_km[left] - y_km[here])))
    return np.array(order)


def _length(tour: Array, x_km: Array, y_km: Array) -> float:
    """Return the straight lines between the spots of a tour, km."""
    return float(np.hypot(np.diff(x_km[tour]), np.diff(y_km[tour])).sum())
