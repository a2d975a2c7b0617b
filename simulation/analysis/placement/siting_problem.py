"""Sites of kiosks in a region: what a lever asks, as a problem in numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.candidates import (
    Spots,
    Ways,
    candidates_of,
    existing_of,
    rows_meant,
    spots_of,
    ways_within,
)
from simulation.analysis.placement.cover import Cover, cover_of_pairs
from simulation.analysis.placement.demand import Demand, demand_of
from simulation.analysis.placement.distances import distances_of_pairs
from simulation.analysis.placement.p_median import MedianProblem
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from simulation.core.codes import AGE_NAMES, AREA_NAMES, WEEKS_PER_YEAR
from simulation.levers.base import MONTHS_PER_YEAR
from simulation.levers.kiosk import Kiosk
from simulation.levers.placement import SitePlacement
from simulation.region.sources import Region
from simulation.scenario.schema import Scenario

Array = NDArray[Any]

FAR_KM = 60.0  # travel beyond which nobody is told from anybody else (p-median)


@dataclass(frozen=True, slots=True)
class SitingProblem:
    """What a lever asks of a region, in numbers.

    Attributes
    ----------
    region : Region
    lever : Kiosk
    wanted : SitePlacement
    demand : Demand
    candidates, existing : Spots
        Where kiosks may be, and what serves people already.
    limit_km : array of float64, shape (5,)
        Farthest travel by age.
    ways : Ways
        Who can travel where within the longest limit (p-median: a day's travel); spots are the candidates, and the
        existing after them.
    row_point, row_age_mask : arrays, shapes (rows,) and (rows, 5)
        What a row of `covering` stands for: a point of the demand, and the ages that have its limit.
    covering : CoveringProblem
        Sites are the candidates, and the existing spots after them.
    open_weeks : int
        Weeks of the run a kiosk is open.
    """

    region: Region
    lever: Kiosk
    wanted: SitePlacement
    demand: Demand
    candidates: Spots
    existing: Spots
    limit_km: Array
    ways: Ways
    row_point: Array
    row_age_mask: Array
    covering: CoveringProblem
    open_weeks: int


def problem_of(scenario: Scenario, region: Region, lever: Kiosk) -> SitingProblem:
    """Return the siting problem of a lever.

    Parameters
    ----------
    scenario : Scenario
        With the survey of its region.
    region : Region
    lever : Kiosk
        With `placement`.

    Raises
    ------
    PlacementError
        If nothing can be chosen, or what is asked contradicts itself.
    """
    wanted = lever.placement
    assert wanted is not None
    demand = demand_of(region, scenario.survey, lever.eligibility, wanted)
    candidates, existing = candidates_of(region, wanted.candidates), existing_of(region, wanted.existing)
    if demand.total <= 0:
        raise PlacementError("zero_weights", n_points=len(demand.x_km))
    limit = np.array([wanted.travel_limit_by_age.get(name, wanted.travel_limit_km) for name in AGE_NAMES])  # type: ignore[call-overload]
    spots = joined(candidates, existing)
    farthest = FAR_KM if wanted.method == "p_median" else limit.max()
    ways = ways_within(region, demand, spots, np.full(len(demand.x_km), farthest))
    row_point, mask, cover = _rows(demand, limit, ways, len(spots))
    weights = (demand.people[row_point] * mask).sum(axis=1)
    must, others = _columns(region, candidates, wanted.must_open)
    never, _ = _columns(region, candidates, wanted.never_open)
    if others:
        raise PlacementError("must_is_no_candidate", places=others)
    areas = wanted.least_share_by_area
    covering = CoveringProblem(
        cover,
        weights,
        costs=np.concatenate([site_yuan(scenario, region, lever, candidates), np.zeros(len(existing))]),
        number=wanted.number,
        budget=wanted.budget_yuan,
        existing=np.arange(len(candidates), len(spots)),
        must=must,
        never=never,
        groups=demand.area[row_point].astype(np.int64) if areas else None,
        floors=np.array([areas.get(name, 0.0) for name in AREA_NAMES]) if areas else None,  # type: ignore[call-overload]
    )
    weeks = open_weeks(scenario, lever)
    return SitingProblem(
        region, lever, wanted, demand, candidates, existing, limit, ways, row_point, mask, covering, weeks
    )


def median_problem(problem: SitingProblem) -> MedianProblem:
    """Return the p-median of a siting problem: kilometres of travel to the nearest open spot, by people."""
    covering, costs = problem.covering, problem.covering.costs
    assert costs is not None
    number, never = covering.number or len(problem.candidates), covering.never
    if covering.budget is not None:  # of the sites it reaches for, so many that no choice of them can cost more
        never = np.union1d(never, np.flatnonzero(costs > covering.budget))
        dearest = costs[np.setdiff1d(np.flatnonzero(covering.is_candidate), never)].max()
        number = max(len(covering.must), min(number, int(covering.budget // max(dearest, 1.0))))
    return _median(problem, problem.ways.km, number, FAR_KM, never)


def coming_problem(problem: SitingProblem, number: int, decay_km: float) -> MedianProblem:
    """Return the problem of losing fewest of those who would come: exp(-d / decay) of a point's people do.

    Parameters
    ----------
    number : int
        Sites.
    decay_km : float
        Distance over which attendance falls to 1/e (MODEL.md 7.4).
    """
    near = problem.ways.km <= problem.limit_km.max()
    lost = np.where(near, 1.0 - np.exp(-problem.ways.km / decay_km), 1.0)
    return _median(problem, lost, number, 1.0, problem.covering.never)


def _median(problem: SitingProblem, ways: Array, number: int, penalty: float, never: Array) -> MedianProblem:
    covering, n_spots = problem.covering, len(problem.candidates) + len(problem.existing)
    found = distances_of_pairs(problem.ways.point, problem.ways.spot, ways, len(problem.demand.x_km), n_spots)
    people = problem.demand.people.sum(axis=1)
    return MedianProblem(found, people, number, covering.existing, covering.must, never, penalty)


def joined(one: Spots, other: Spots) -> Spots:
    """Return the spots of both, one after the other."""
    return Spots(
        (*one.place, *other.place),
        *(np.concatenate([getattr(one, name), getattr(other, name)]) for name in ("spot", "x_km", "y_km")),
    )


def _rows(demand: Demand, limit_km: Array, ways: Ways, n_spots: int) -> tuple[Array, Array, Cover]:
    """Return rows of demand, a point and the ages of one limit each, and which spots reach them."""
    points, masks, pair_rows, pair_spots, n_rows = [], [], [], [], 0
    for limit in np.unique(limit_km):
        ages = limit_km == limit
        has_people = demand.people[:, ages].sum(axis=1) > 0
        row_of = np.where(has_people, np.cumsum(has_people) - 1 + n_rows, -1)
        near = (ways.km <= limit) & has_people[ways.point]
        points.append(np.flatnonzero(has_people))
        masks.append(np.broadcast_to(ages, (int(has_people.sum()), len(ages))))
        pair_rows.append(row_of[ways.point[near]])
        pair_spots.append(ways.spot[near])
        n_rows += int(has_people.sum())
    cover = cover_of_pairs(np.concatenate(pair_rows), np.concatenate(pair_spots), n_rows, n_spots)
    return np.concatenate(points), np.concatenate(masks), cover


def _columns(region: Region, candidates: Spots, names: tuple[str, ...]) -> tuple[Array, list[str]]:
    """Return the columns of the candidates that names mean, and the identifiers of what is no candidate."""
    column_of = {int(spot): column for column, spot in enumerate(candidates.spot)}
    rows = [int(row) for row in rows_meant(region, names)]
    others = [spots_of(region, np.array([row])).ids[0] for row in rows if row not in column_of]
    return np.array([column_of[row] for row in rows if row in column_of], np.int64), others


def site_yuan(scenario: Scenario, region: Region, lever: Kiosk, candidates: Spots) -> Array:
    """Return what a kiosk at each candidate costs over the run, yuan, used or not."""
    weekly = np.array([weekly_yuan(region, lever, int(spot)) for spot in candidates.spot])
    return lever.set_up_yuan + open_weeks(scenario, lever) * weekly


def open_weeks(scenario: Scenario, lever: Kiosk) -> int:
    """Return for how many weeks of the run a kiosk is open."""
    return max(0, min(scenario.weeks, lever.schedule.closing_week) - lever.opening_week())


def weekly_yuan(region: Region, lever: Kiosk, spot: int) -> float:
    """Return the weekly cost of a kiosk at a spot: rent and staff as the region's table has it, else the lever's."""
    site = spot - len(region.places)
    known = region.site_yuan_per_month[site] if 0 <= site < len(region.site_yuan_per_month) else None
    return lever.yuan_per_week if known is None else known * MONTHS_PER_YEAR / WEEKS_PER_YEAR
