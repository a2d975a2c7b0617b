"""Tours of trainers in a region: the problem a lever states, solved, and the events they come to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.candidates import Spots, candidates_of, ways_within
from simulation.analysis.placement.demand import Demand, demand_of
from simulation.analysis.placement.problem import PlacementError
from simulation.analysis.placement.training_tour import TourProblem, Tours, plan_tours
from simulation.core.rules import learning
from simulation.levers.placement import TourPlacement
from simulation.levers.teaching import Event, Teaching
from simulation.region.sources import Region
from simulation.scenario.schema import Scenario

Array = NDArray[Any]

REACH = 4.0  # distances of decay: beyond, fewer than two in a hundred come


@dataclass(frozen=True, slots=True)
class Touring:
    """Tours with their certificate.

    Attributes
    ----------
    lever : Teaching
    wanted : TourPlacement
    demand : Demand
    candidates : Spots
    problem : TourProblem
        Its spots are the candidates.
    tours : Tours
    first_week : int
        Week of the run in which the tours begin.
    """

    lever: Teaching
    wanted: TourPlacement
    demand: Demand
    candidates: Spots
    problem: TourProblem
    tours: Tours
    first_week: int


def plan(scenario: Scenario, region: Region, lever: Teaching) -> Touring:
    """Choose the places and weeks of a lever's teaching.

    Parameters
    ----------
    scenario : Scenario
        With the survey of its region; its behaviour says who comes from how far.
    region : Region
    lever : Teaching
        With `placement`.

    Raises
    ------
    PlacementError
        If nobody can come anywhere, or money and weeks do not reach for one stay.
    """
    wanted, p = lever.placement, scenario.behaviour.params()
    assert wanted is not None
    demand = demand_of(region, scenario.survey, lever.eligibility, wanted)
    if demand.total <= 0:
        raise PlacementError("zero_weights", n_points=len(demand.x_km))
    candidates = _without(candidates_of(region, wanted.candidates), region, wanted)
    limit = np.full(len(demand.x_km), REACH * p.help_distance_km) + demand.intra_km
    ways = ways_within(region, demand, candidates, limit)
    order = np.lexsort((ways.point, ways.spot))
    point, spot, km = ways.point[order], ways.spot[order], ways.km[order]
    # those who ever come: not everybody, and fewer where age makes ashamed (MODEL.md 7.4)
    comes = p.attends_help_share * (1.0 - scenario.survey.shame())
    people = demand.people @ comes
    if not len(point) or people[point].sum() <= 0:
        raise PlacementError("no_candidate_in_reach", n_sites=len(candidates))
    rate = learning.attendance_rate(lever.help_kind, p)
    weekly = np.array([learning.attendance_probability(rate, p.attends_help_share, d, p.help_distance_km) for d in km])
    first_week, weeks = _weeks(scenario, lever, wanted)
    stays = wanted.trainers * (weeks // wanted.weeks_per_stay)
    if wanted.budget_yuan is not None:
        stays = min(stays, int(wanted.budget_yuan // stay_yuan(lever, wanted)))
    if stays < 1:
        params = {"weeks": weeks, "least": wanted.weeks_per_stay, "yuan": stay_yuan(lever, wanted)}
        raise PlacementError("no_stay_affordable", budget=wanted.budget_yuan, **params)
    problem = TourProblem(
        point, spot, np.minimum(weekly, 1.0), people, candidates.x_km, candidates.y_km, stays, wanted.weeks_per_stay,
        seats_per_trainer(lever), wanted.trainers,
    )  # fmt: skip
    return Touring(lever, wanted, demand, candidates, problem, plan_tours(problem), first_week)


def seats_per_trainer(lever: Teaching) -> float:
    """Return how many people a full-time trainer can teach a week, as the lever's own seats and trainers say."""
    return lever.seats_per_week / lever.trainers


def stay_yuan(lever: Teaching, wanted: TourPlacement) -> float:
    """Return what one trainer's stay costs, used or not, yuan; the materials of those taught come on top."""
    return wanted.weeks_per_stay * lever.trainer_yuan_per_day * lever.trainer_days_per_week


def _without(candidates: Spots, region: Region, wanted: TourPlacement) -> Spots:
    from simulation.analysis.placement.candidates import rows_meant, spots_of

    closed = rows_meant(region, wanted.never_open)
    left = np.setdiff1d(candidates.spot, closed)
    if not len(left):
        raise PlacementError("no_candidate", n_sites=len(candidates))
    return spots_of(region, left)


def _weeks(scenario: Scenario, lever: Teaching, wanted: TourPlacement) -> tuple[int, int]:
    """Return the week tours begin, and how many weeks they may last."""
    first = lever.schedule.opening_week
    last = min(scenario.weeks, lever.schedule.closing_week)
    weeks = max(0, last - first)
    return first, weeks if wanted.weeks is None else min(weeks, wanted.weeks)


def events_of(lever: Teaching, found: Touring) -> tuple[Event, ...]:
    """Return tours as the events of a lever, by place and week; stays on end at one place are one event.

    Two trainers at a place in the same weeks are one event with twice the seats.
    """
    kind = type(lever).model_fields["events"].annotation.__args__[0]  # type: ignore[union-attr]
    length = found.wanted.weeks_per_stay
    trainers: dict[tuple[int, int], int] = {}
    for stay in found.tours.stays:
        key = (stay.spot, stay.first_week)
        trainers[key] = trainers.get(key, 0) + 1
    merged: list[list[int]] = []  # spot, first week, weeks, trainers
    for (spot, week), number in sorted(trainers.items()):
        before = merged[-1] if merged else None
        if before and before[0] == spot and before[1] + before[2] == week and before[3] == number:
            before[2] += length
        else:
            merged.append([spot, week, length, number])
    events = [
        kind(
            place=found.candidates.ids[spot],
            start_week=found.first_week + week,
            weeks=weeks,
            seats_per_week=seats_per_trainer(lever) * number,
            trainers=float(number),
        )
        for spot, week, weeks, number in merged
    ]
    return tuple(sorted(events, key=lambda event: (event.start_week, event.place)))
