"""People of a region at any size: exact margins, households, places, zones, in the order the engine stores them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import Age
from simulation.core.state import Citizens, Places, Zones, empty_columns
from simulation.region import geography
from simulation.region.households import form_households, income_thirds
from simulation.region.margins import FIRST_ADULT_AGE, N_FIVE_YEAR_AGES, count_people
from simulation.region.sources import Region

Array = NDArray[Any]

AGE_STARTS = (15, 30, 45, 60, 75)  # first ages of codes.Age
SMALLEST_WORLD = 100


@dataclass(slots=True)
class Population:
    """Citizens with where they live and with whom; fields of behaviour are still zero."""

    citizens: Citizens
    zones: Zones
    places: Places


def age_codes() -> Array:
    """Return the model's age band of each five-year age, u1 (18,); children have the first, and no meaning."""
    codes = np.searchsorted(np.asarray(AGE_STARTS), 5 * np.arange(N_FIVE_YEAR_AGES), side="right") - 1
    return np.clip(codes, 0, max(Age)).astype(np.uint8)


def synthesise(region: Region, n_citizens: int, seed: int) -> Population:
    """Make the people of a region.

    Parameters
    ----------
    region : Region
    n_citizens : int
        People aged 15 and over, from 100 to all residents; each stands for n_eligible / n_citizens of them.
    seed : int

    Raises
    ------
    ValueError
        If the number of citizens is out of range.
    """
    if not SMALLEST_WORLD <= n_citizens <= region.n_eligible:
        raise ValueError(f"citizens must be {SMALLEST_WORLD} to {region.n_eligible} in {region.name}, not {n_citizens}")
    households = form_households(region, count_people(region, n_citizens), seed)
    income = income_thirds(region, households, seed)
    places = geography.locate_places(region)
    place_of = geography.settle(region, places, households, seed)
    x_km, y_km = geography.scatter(region, places, households, place_of, seed)
    area = geography.kind_of_area(region, places, households, x_km, y_km)
    layout = geography.lay_out(households, area, x_km, y_km)

    # Members of each household in final order, then adults only.
    sizes = np.diff(households.first)[layout.order]
    ends = np.cumsum(sizes)
    member = np.arange(ends[-1]) + np.repeat(households.first[layout.order] - (ends - sizes), sizes)
    position = np.repeat(np.arange(households.count), sizes)
    adult = households.five_year_age[member] >= FIRST_ADULT_AGE
    member, position = member[adult], position[adult]
    household = layout.order[position]

    citizens: Citizens = empty_columns(Citizens, n_citizens)
    citizens.five_year_age[:] = households.five_year_age[member]
    citizens.age[:] = age_codes()[citizens.five_year_age]
    citizens.area[:] = area[household]
    citizens.income[:] = income[household]
    citizens.zone[:] = layout.zone[position]
    citizens.place[:] = place_of[household]
    citizens.starts_household[0] = 1
    citizens.starts_household[1:] = position[1:] != position[:-1]
    return Population(citizens=citizens, zones=layout.zones, places=places)
