"""Who is to be served and where they live: the demand that places are chosen for."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, N_AGES, Age, Area
from simulation.levers.base import Eligibility
from simulation.levers.placement import Placement
from simulation.levers.places import spots_named
from simulation.region.geography import INTRA_KM
from simulation.region.sources import Region
from simulation.region.synthesise import synthesise
from simulation.scenario.survey import Survey

Array = NDArray[Any]

SEED = 0  # of the population demand is counted on; totals by county, area and age are the same for any seed
CELLS = (len(AGE_NAMES), len(AREA_NAMES), len(INCOME_NAMES))
OLD = (Age.A60_74, Age.A75_PLUS)


@dataclass(frozen=True, slots=True)
class Demand:
    """People by the point they live at.

    Attributes
    ----------
    x_km, y_km : array of float64, shape (n,)
        East and north of the region's origin.
    place : array of int64, shape (n,)
        Settlement of each point, row of `Region.places`.
    area : array of uint8, shape (n,)
        codes.Area.
    intra_km : array of float64, shape (n,)
        Distance added to every trip that starts there.
    people : array of float64, shape (n, 5)
        Whom places are chosen for, residents by age.
    residents : array of float64, shape (n,)
        Everybody aged 15 and over.
    """

    x_km: Array
    y_km: Array
    place: Array
    area: Array
    intra_km: Array
    people: Array
    residents: Array

    @property
    def total(self) -> float:
        """People places are chosen for."""
        return float(self.people.sum())


@dataclass(frozen=True, slots=True)
class _Settled:
    """Everybody aged 15 and over, point by point."""

    x_km: Array
    y_km: Array
    place: Array
    area: Array
    counts: Array  # f8 (n, ages, areas, incomes)
    places: Any  # core.state.Places


@cache
def settled(region: Region) -> _Settled:
    """Return where everybody lives: at their settlement where its people are known, else in zones of about 500."""
    made = synthesise(region, region.n_eligible, SEED)
    c, zones = made.citizens, made.zones
    place, zone = c.place.astype(np.int64), c.zone.astype(np.int64)
    finer = c.area.astype(np.int64) if region.knows_settlements else zone
    keys, first, row = np.unique(place * (finer.max() + 1) + finer, return_index=True, return_inverse=True)
    if region.knows_settlements:
        x_km, y_km = made.places.x_km[place[first]], made.places.y_km[place[first]]
    else:
        x_km, y_km = zones.x_km[zone[first]], zones.y_km[zone[first]]
    cell = np.ravel_multi_index((c.age, c.area, c.income), CELLS)
    n_cells = int(np.prod(CELLS))
    counts = np.bincount(row * n_cells + cell, minlength=len(keys) * n_cells).reshape(len(keys), *CELLS)
    return _Settled(x_km, y_km, place[first], c.area[first], counts.astype(np.float64), made.places)


def demand_of(region: Region, survey: Survey, eligibility: Eligibility, wanted: Placement) -> Demand:
    """Return the people that places are chosen for.

    Parameters
    ----------
    region : Region
    survey : Survey
        Says who uses electronic payment at the start.
    eligibility : Eligibility
        Whom the lever may reach. Its lot (`share`) thins everybody alike and does not matter here.
    wanted : Placement
        Who of them, and what counts of them.
    """
    found = settled(region)
    ages, areas, incomes = (
        np.array([not chosen or name in chosen for name in names])
        for chosen, names in (
            (eligibility.ages, AGE_NAMES), (eligibility.areas, AREA_NAMES), (eligibility.incomes, INCOME_NAMES)
        )
    )  # fmt: skip
    if wanted.serve == "elderly":
        ages = ages & np.isin(np.arange(N_AGES), OLD)
    if wanted.serve == "remote":
        areas = areas & (np.arange(len(AREA_NAMES)) == Area.REMOTE)
    share = np.ones(CELLS) if wanted.count == "residents" else 1.0 - survey.use_share()
    share = share * ages[:, None, None] * areas[None, :, None] * incomes[None, None, :]
    people = (found.counts * share).sum(axis=(2, 3))
    if eligibility.places:
        people = people * np.isin(found.place, spots_named(eligibility.places, found.places))[:, None]
    intra = np.array([INTRA_KM[Area(code)] for code in range(len(Area))])[found.area]
    return Demand(found.x_km, found.y_km, found.place, found.area, intra, people, found.counts.sum(axis=(1, 2, 3)))
