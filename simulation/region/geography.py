"""Where people live: kilometres, places, scatter around them, kinds of area and zones."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtri

from simulation.core.codes import Area
from simulation.core.rng import Stream, uniforms
from simulation.core.state import Places, Zones
from simulation.region.households import SMALLEST_UNIFORM, Households
from simulation.region.margins import RURAL, URBAN, county_rows, largest_remainder, populations
from simulation.region.sources import SEAT, Region

Array = NDArray[Any]

CITIZENS_PER_ZONE = 500
# In a sample zones hold fewer people, so that a region has as many places to be near to whatever its size: people of a
# zone go to one kiosk, and with 28 zones 161 kiosks would be 28.
FEWEST_ZONES = 400
FEWEST_IN_ZONE = 12  # citizens
INTRA_KM = {Area.URBAN: 0.5, Area.TOWN: 0.8, Area.REMOTE: 2.0}  # ODD 2
UTM_ZONE_DEGREES = 6
_GRID_BITS = 16


class HasPoint(Protocol):
    """Something that stands at a point."""

    @property
    def lat(self) -> float: ...  # noqa: D102
    @property
    def lon(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Projection:
    """Kilometres on a plane for degrees of latitude and longitude, from the mean of a region's places."""

    transformer: Any  # pyproj.Transformer
    east_m: float
    north_m: float

    @classmethod
    def around(cls, lat: Array, lon: Array) -> "Projection":
        """Return the projection for some points: UTM in the zone of their mean longitude.

        Points that span more than a zone are projected in equal distances from their centre instead.

        Parameters
        ----------
        lat, lon : arrays of float64, shape (n,)
            Degrees, WGS84.
        """
        # Imported here: the projection data take longer to load than small commands may.
        from pyproj import Transformer

        if np.ptp(lon) > UTM_ZONE_DEGREES:
            # The mean of directions, as longitudes may jump from 180 to -180 inside the region.
            turn = np.radians(lon)
            centre = np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))
            target = f"+proj=aeqd +lat_0={lat.mean()} +lon_0={centre} +datum=WGS84"
        else:
            utm_zone = int((lon.mean() + 180.0) // UTM_ZONE_DEGREES) + 1
            target = f"EPSG:{(32600 if lat.mean() >= 0 else 32700) + utm_zone}"
        transformer = Transformer.from_crs("EPSG:4326", target, always_xy=True)
        east, north = transformer.transform(lon, lat)
        return cls(transformer, east.mean(), north.mean())

    def kilometres(self, lat: Array, lon: Array) -> tuple[Array, Array]:
        """Return kilometres east and north of the origin, float64 (n,) each."""
        east, north = self.transformer.transform(lon, lat)
        return (east - self.east_m) / 1000.0, (north - self.north_m) / 1000.0


def degrees(points: Iterable[HasPoint]) -> tuple[Array, Array]:
    """Return latitudes and longitudes of points, float64 (n,) each."""
    pairs = np.array([(point.lat, point.lon) for point in points], dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def projection_of(region: Region) -> Projection:
    """Return the projection of a region: that of its places."""
    return Projection.around(*degrees(region.places))


def locate_places(region: Region) -> Places:
    """Project the region's places and sites to kilometres and give each place its county.

    A place that names no county has that of the nearest county seat.
    """
    lat, lon = degrees(region.places)
    projection = projection_of(region)
    x_km, y_km = projection.kilometres(lat, lon)
    site_x_km, site_y_km = projection.kilometres(*degrees(region.sites))
    if region.knows_settlements:
        county_of = county_rows(region)
    else:
        row_of = {place.place_id: row for row, place in enumerate(region.places)}
        seats = np.array([row_of[county.seat] for county in region.counties])
        points = np.column_stack((x_km, y_km))
        _, county_of = cKDTree(points[seats]).query(points)
    return Places(
        place_id=tuple(place.place_id for place in region.places),
        name=tuple(place.name for place in region.places),
        name_zh=tuple(place.name_zh for place in region.places),
        lat=lat,
        lon=lon,
        x_km=x_km,
        y_km=y_km,
        county=county_of.astype(np.int32),
        is_seat=np.array([place.kind == SEAT for place in region.places]),
        site_id=tuple(site.place_id for site in region.sites),
        site_name=tuple(site.name for site in region.sites),
        site_x_km=site_x_km,
        site_y_km=site_y_km,
    )


def place_weights(region: Region, places: Places) -> Array:
    """Return the estimated share of each county's urban and rural people who live around each of its places.

    Returns
    -------
    array of float64, shape (2, places)
        Each row sums to 1 within every county.
    """
    is_seat = np.array([place.kind == SEAT for place in region.places])
    weights = np.zeros((2, len(is_seat)))
    spread = region.spread
    for county in range(len(region.counties)):
        here = places.county == county
        seats, points = here & is_seat, here & ~is_seat
        seat_share = spread.urban_seat_share if points.any() else 1.0
        weights[URBAN, seats] = seat_share / seats.sum()
        weights[URBAN, points] = (1.0 - seat_share) / max(points.sum(), 1)
        weights[RURAL, here] = np.where(is_seat[here], spread.rural_seat_weight, 1.0)
        weights[RURAL, here] /= weights[RURAL, here].sum()
    return weights


def settle(region: Region, places: Places, households: Households, seed: int) -> Array:
    """Choose the place of every household: exact shares of households, which household by keyed lot.

    Where settlements are known, households were formed in them.

    Returns
    -------
    array of int32, shape (H,)
        Row of Region.places.
    """
    if region.knows_settlements:
        return households.place
    weights = place_weights(region, places)
    lots = uniforms(seed, Stream.PLACE, 0, np.arange(households.count))
    place_of = np.empty(households.count, dtype=np.int32)
    part = 2 * households.county + households.rural
    bounds = np.searchsorted(part, np.arange(2 * len(region.counties) + 1))
    for index, (low, high) in enumerate(pairwise(bounds)):
        if low == high:
            continue
        county, rural = divmod(index, 2)
        rows = np.flatnonzero(places.county == county)
        counts = largest_remainder(weights[rural, rows], high - low)
        place_of[low + np.argsort(lots[low:high], kind="stable")] = np.repeat(rows, counts)
    return place_of


def scatter(region: Region, places: Places, households: Households, place_of: Array, seed: int) -> tuple[Array, Array]:
    """Scatter households around their places: uniform angle, lognormal radius.

    Half of the people of a settlement live within 1/sqrt(2) of the radius of a disc that holds them all at the
    density of `Spread`.

    Returns
    -------
    x_km, y_km : arrays of float64, shape (H,)
    """
    spread = region.spread
    ids = np.arange(households.count)
    rural = households.rural == RURAL
    if region.knows_settlements:
        residents = populations(region).astype(np.float64)
        village = np.sqrt(residents / (2.0 * np.pi * spread.village_density_per_km2))
        rural_median = np.maximum(village, spread.village_radius_floor_km)[place_of]
        rural_sigma = spread.urban_radius_sigma
    else:
        urban_people = np.array([region.counties[county].urban_population for county in places.county])
        residents = place_weights(region, places)[URBAN] * urban_people
        rural_median, rural_sigma = np.full(len(place_of), spread.rural_radius_km), spread.rural_radius_sigma
    urban_median = np.sqrt(residents / (2.0 * np.pi * spread.urban_density_per_km2))
    urban_median = np.maximum(urban_median, spread.urban_radius_floor_km)
    median = np.where(rural, rural_median, urban_median[place_of])
    sigma = np.where(rural, rural_sigma, spread.urban_radius_sigma)
    normal = ndtri(np.maximum(uniforms(seed, Stream.SCATTER_RADIUS, 0, ids), SMALLEST_UNIFORM))
    radius = np.minimum(median * np.exp(sigma * normal), spread.radius_limit_km)
    angle = 2.0 * np.pi * uniforms(seed, Stream.SCATTER_ANGLE, 0, ids)
    return places.x_km[place_of] + radius * np.cos(angle), places.y_km[place_of] + radius * np.sin(angle)


def kind_of_area(region: Region, places: Places, households: Households, x_km: Array, y_km: Array) -> Array:
    """Return the area of every household: urban as the census counts it, town near a point, remote otherwise.

    Where settlements are known it is their area.
    """
    if region.knows_settlements:
        return households.part
    points = cKDTree(np.column_stack((places.x_km, places.y_km)))
    area = np.full(households.count, Area.URBAN, dtype=np.uint8)
    rural = np.flatnonzero(households.rural == RURAL)
    distance, _ = points.query(np.column_stack((x_km[rural], y_km[rural])))
    area[rural] = np.where(distance <= region.remote_beyond_km, Area.TOWN, Area.REMOTE)
    return area


def split_in_half(x_km: Array, y_km: Array, weight: Array, n_zones: int) -> Array:
    """Split points into zones of about equal weight, always across the longer side (a k-d tree).

    Parameters
    ----------
    x_km, y_km, weight : arrays, shape (n,)
    n_zones : int
        At most n.

    Returns
    -------
    array of int64, shape (n,)
        Zone 0 .. n_zones-1 of each point; neighbouring numbers lie near each other.
    """
    zone = np.empty(len(weight), dtype=np.int64)
    waiting = [(np.arange(len(weight)), 0, n_zones)]
    while waiting:
        rows, first, parts = waiting.pop()
        if parts == 1:
            zone[rows] = first
            continue
        x, y = x_km[rows], y_km[rows]
        along = x if np.ptp(x) >= np.ptp(y) else y
        rows = rows[np.argsort(along, kind="stable")]
        left = parts // 2
        running = np.cumsum(weight[rows])
        cut = int(np.searchsorted(running, running[-1] * left / parts)) + 1
        cut = min(max(cut, left), len(rows) - (parts - left))
        waiting.append((rows[cut:], first + left, parts - left))
        waiting.append((rows[:cut], first, left))
    return zone


@dataclass(slots=True)
class Layout:
    """Households in their final order, zone by zone."""

    order: Array  # i8 (H,) household of each final position
    zone: Array  # i4 (H,) zone of each final position, ascending
    zones: Zones  # Huff arrays still empty, the mobile network still perfect


def lay_out(households: Households, area: Array, x_km: Array, y_km: Array) -> Layout:
    """Draw zones of about 500 citizens, in samples fewer, within county and kind of area; order households by zone.

    Within a zone households follow a Z-order curve, so that neighbours in space are near in the arrays too.
    """
    adults = households.adults()
    group = households.county.astype(np.int64) * len(Area) + area
    by_group = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[by_group], np.arange(group.max() + 2))
    zone = np.empty(households.count, dtype=np.int64)
    zone_group: list[int] = []
    size = min(CITIZENS_PER_ZONE, max(FEWEST_IN_ZONE, adults.sum() / FEWEST_ZONES))
    for index in range(len(bounds) - 1):
        rows = by_group[bounds[index] : bounds[index + 1]]
        if len(rows) == 0:
            continue
        n_zones = min(max(1, round(adults[rows].sum() / size)), len(rows))
        zone[rows] = len(zone_group) + split_in_half(x_km[rows], y_km[rows], adults[rows], n_zones)
        zone_group.extend([index] * n_zones)
    order = np.lexsort((_z_order(x_km, y_km), zone))

    n_zones = len(zone_group)
    citizens = np.bincount(zone, weights=adults, minlength=n_zones)
    account = np.array(zone_group)
    county, kind = np.divmod(account, len(Area))
    intra = np.array([INTRA_KM[Area(code)] for code in range(len(Area))])
    empty_int, empty_float = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    zones = Zones(
        x_km=np.bincount(zone, weights=adults * x_km, minlength=n_zones) / citizens,
        y_km=np.bincount(zone, weights=adults * y_km, minlength=n_zones) / citizens,
        area=kind.astype(np.uint8),
        county=county.astype(np.int32),
        account=account.astype(np.int32),
        network_seconds=np.zeros(n_zones),
        network_failure=np.zeros(n_zones),
        intra_km=intra[kind],
        first_citizen=np.concatenate(([0], np.cumsum(citizens))).astype(np.int64),
        huff_start=np.zeros(1, dtype=np.int64),
        huff_merchant=empty_int,
        huff_weight=empty_float,
        customer_start=np.zeros(1, dtype=np.int64),
        customer_zone=empty_int,
        customer_weight=empty_float,
    )
    return Layout(order=order, zone=zone[order].astype(np.int32), zones=zones)


def _z_order(x_km: Array, y_km: Array) -> Array:
    """Return positions along a Z-order curve through a grid of 65,536 x 65,536 cells, uint64 (n,)."""
    code = np.zeros(len(x_km), dtype=np.uint64)
    for shift, values in enumerate((x_km, y_km)):
        width = max(float(np.ptp(values)), 1e-9)
        cell = ((values - values.min()) / width * (2**_GRID_BITS - 1)).astype(np.uint64)
        for bit in range(_GRID_BITS):
            code |= ((cell >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    return code
