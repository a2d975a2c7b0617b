"""Where kiosks and training events may be, what serves people already, and the way there."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.placement.demand import Demand
from simulation.core.state import Places
from simulation.levers.placement import ACCESS_POINTS, SETTLEMENTS, SITES
from simulation.levers.places import spots_named
from simulation.region.geography import degrees, locate_places, projection_of
from simulation.region.sources import Place, Region
from simulation.region.travel import trips_of

Array = NDArray[Any]

AT_ONCE = 2000  # demand points whose distances to all spots are held in memory together
NO_SPOT = -1
SMALLEST_SITE = 200  # people of a settlement above which it may have a kiosk where no table says so


@dataclass(frozen=True, slots=True)
class Spots:
    """Points that people travel to.

    Attributes
    ----------
    place : tuple of Place
        What each is.
    spot : array of int64, shape (m,)
        Row of `core.state.Places` (settlements before sites); -1 for what is neither.
    x_km, y_km : array of float64, shape (m,)
        East and north of the region's origin.
    """

    place: tuple[Place, ...]
    spot: Array
    x_km: Array
    y_km: Array

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.place)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return their identifiers, by which scenarios name them."""
        return tuple(place.place_id for place in self.place)


@cache
def places_of(region: Region) -> Places:
    """Return the settlements and sites of a region with their kilometres."""
    return locate_places(region)


def spots_of(region: Region, rows: Array) -> Spots:
    """Return some settlements and sites by their rows."""
    places = places_of(region)
    x_km, y_km = (np.concatenate(pair) for pair in ((places.x_km, places.site_x_km), (places.y_km, places.site_y_km)))
    everywhere = (*region.places, *region.sites)
    rows = np.asarray(rows, np.int64)
    return Spots(tuple(everywhere[int(row)] for row in rows), rows, x_km[rows], y_km[rows])


def candidates_of(region: Region, names: tuple[str, ...]) -> Spots:
    """Return where something may be: what the names say, else the candidate sites, else settlements of some size."""
    if names:
        return spots_of(region, rows_meant(region, names))
    if region.sites:
        return spots_of(region, rows_meant(region, (SITES,)))
    sizes = [place.population for place in region.places]
    return spots_of(region, np.array([k for k, n in enumerate(sizes) if n is None or n > SMALLEST_SITE], np.int64))


def rows_meant(region: Region, names: tuple[str, ...]) -> Array:
    """Return the rows of settlements and sites that names and keywords mean, ascending, each once."""
    n_places = len(region.places)
    keywords = {SITES: np.arange(n_places, n_places + len(region.sites)), SETTLEMENTS: np.arange(n_places)}
    rows = [keywords[name] for name in names if name in keywords]
    plain = tuple(name for name in names if name not in (*keywords, ACCESS_POINTS))
    rows.append(spots_named(plain, places_of(region)))
    return np.unique(np.concatenate(rows))


def existing_of(region: Region, names: tuple[str, ...]) -> Spots:
    """Return what serves people already: settlements and sites by name, and the region's access points."""
    named = spots_of(region, rows_meant(region, names))
    if ACCESS_POINTS not in names or not region.access_points:
        return named
    x_km, y_km = projection_of(region).kilometres(*degrees(region.access_points))
    return Spots(
        (*named.place, *region.access_points),
        np.concatenate([named.spot, np.full(len(x_km), NO_SPOT)]),
        np.concatenate([named.x_km, x_km]),
        np.concatenate([named.y_km, y_km]),
    )


@dataclass(frozen=True, slots=True)
class Ways:
    """Travel between points of demand and spots not farther than some limit; one row a pair.

    Attributes
    ----------
    point, spot : array of int32, shape (pairs,)
        Rows of the demand and of the spots, ascending by point and then spot.
    km : array of float64, shape (pairs,)
        Travel.
    """

    point: Array
    spot: Array
    km: Array


def ways_within(region: Region, demand: Demand, spots: Spots, limit_km: Array) -> Ways:
    """Return who can travel where within a limit, as the model has distances.

    The straight line x detour, or the measured way where a table gives it, and the point's own distance on top.

    Parameters
    ----------
    region : Region
    demand : Demand
        n points.
    spots : Spots
        m of them.
    limit_km : array of float64, shape (n,)
        Farthest people of each point travel.
    """
    measured = _measured_km(region)
    column_of = {int(spot): column for column, spot in enumerate(spots.spot) if spot != NO_SPOT}
    rows, columns, lengths = [], [], []
    for start in range(0, len(demand.x_km), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        east = demand.x_km[part, None] - spots.x_km
        north = demand.y_km[part, None] - spots.y_km
        km = np.hypot(east, north) * region.detour
        for row, place in enumerate(demand.place[part].tolist()) if measured else ():
            for spot, way in measured.get(place, ()):
                if spot in column_of:
                    km[row, column_of[spot]] = way
        km += demand.intra_km[part, None]
        near = np.nonzero(km <= limit_km[part, None])
        rows.append(near[0] + start)
        columns.append(near[1])
        lengths.append(km[near])
    ends = [np.concatenate(parts).astype(np.int32) for parts in (rows, columns)]
    return Ways(ends[0], ends[1], np.concatenate(lengths))


def _measured_km(region: Region) -> dict[int, list[tuple[int, float]]]:
    """Return the measured ways of each settlement, as (spot, km)."""
    trips = trips_of(region)
    found: dict[int, list[tuple[int, float]]] = {}
    for place, spot, km in zip(trips.place.tolist(), trips.spot.tolist(), trips.km.tolist(), strict=True):
        found.setdefault(place, []).append((spot, km))
    return found
