"""Travel from zones to spots: measured ways where a table gives them, straight lines x detour elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.core.state import Trips, World
from simulation.region.sources import Region

Array = NDArray[Any]


def trips_of(region: Region) -> Trips:
    """Return the measured ways from places to spots.

    A way that is listed once holds in both directions. Ways that end at neither a place nor a site are left out.
    """
    places = {place.place_id: row for row, place in enumerate(region.places)}
    spots = {site.place_id: len(places) + row for row, site in enumerate(region.sites)} | places
    km_of: dict[tuple[int, int], float] = {}
    # Ways as listed come last, so that they win over the same way turned round.
    turned = [(trip.to_id, trip.from_id, trip.km) for trip in region.travel]
    listed = [(trip.from_id, trip.to_id, trip.km) for trip in region.travel]
    for start, end, km in turned + listed:
        if start in places and end in spots:
            km_of[places[start], spots[end]] = km
    if not km_of:
        return Trips()
    keys = sorted(km_of)
    place, spot = np.array(keys, dtype=np.int32).T
    return Trips(place.copy(), spot.copy(), np.array([km_of[key] for key in keys]))


def travel_km(world: World, spots: ArrayLike) -> Array:
    """Return how far people of every zone travel to some spots.

    The straight line x detour from the zone's centre; for those of its citizens whose place has a measured way
    to the spot, that way; the mean over its citizens, and the zone's own distance on top.

    Parameters
    ----------
    world : World
    spots : array of int, shape (K,)
        Spots of `Places`, each once.

    Returns
    -------
    array of float64, shape (zones, K)
    """
    zones, places, trips = world.zones, world.places, world.trips
    chosen = np.asarray(spots, dtype=np.int64)
    x_km = np.concatenate((places.x_km, places.site_x_km))[chosen]
    y_km = np.concatenate((places.y_km, places.site_y_km))[chosen]
    straight = np.hypot(zones.x_km[:, None] - x_km, zones.y_km[:, None] - y_km)
    km = straight * world.detour
    column_of = np.full(len(places.place_id) + len(places.site_id), -1)
    column_of[chosen] = np.arange(len(chosen))
    listed = np.flatnonzero(column_of[trips.spot] >= 0)
    if len(listed):
        n_zones = len(zones.area)
        lives = world.citizens.place.astype(np.int64) * n_zones + world.citizens.zone
        pairs, citizens = np.unique(lives, return_counts=True)
        place, zone = np.divmod(pairs, n_zones)
        share = citizens / np.diff(zones.first_citizen)[zone]
        # One entry for each listed way and each zone in which people of its place live.
        low, high = (np.searchsorted(place, trips.place[listed], side=side) for side in ("left", "right"))
        trip = np.repeat(listed, high - low)
        entry = np.arange(len(trip)) + np.repeat(high - np.cumsum(high - low), high - low)
        row, column = zone[entry], column_of[trips.spot[trip]]
        change = np.zeros_like(km)
        np.add.at(change, (row, column), share[entry] * (trips.km[trip] - km[row, column]))
        km = km + change
    return km + zones.intra_km[:, None]
