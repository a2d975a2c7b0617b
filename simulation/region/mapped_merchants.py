"""Merchants of a region whose tables map some of them or give their number: who there is, and who is simulated."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.core.codes import N_SECTORS, SECTOR_NAMES
from simulation.core.rng import Stream, uniforms
from simulation.core.state import Citizens, Merchants, Places, Zones
from simulation.region.geography import degrees, projection_of
from simulation.region.margins import largest_remainder
from simulation.region.merchants import draw_sizes, draw_zones, large_factor, merchants_of
from simulation.region.sources import Region

if TYPE_CHECKING:
    from simulation.scenario.survey import Survey

Array = NDArray[Any]

PER_RATE = 1000.0  # residents a rate of merchants is given for
SMALLEST_SALES = 0.05  # of the median of the sector: a shop that sold nothing still stands in its catchment


def rates_by_area(region: Region, survey: "Survey") -> tuple[Array, Array]:
    """Return how densely merchants of a sector stand in each area, and how many there are besides mapped ones.

    A rate counts all merchants of its sector, so that mapped ones are among them. A sector that is mapped and
    has no rate is complete as mapped. Of a sector with neither the survey says how many there are.

    Returns
    -------
    density : array of float64, shape (6, 3)
        Relative to other areas, within a sector.
    generated : array of int64, shape (6,)
        In the whole region.
    """
    people = np.array(region.ages_by_area).sum(axis=1)
    density = np.tile(survey.merchant_area_weight(), (N_SECTORS, 1))
    expected = survey.merchant_sector_share() * region.n_eligible / survey.residents_per_merchant
    mapped = np.bincount([SECTOR_NAMES.index(shop.sector) for shop in region.merchants], minlength=N_SECTORS)
    expected[mapped > 0] = 0.0
    for rate in region.merchant_rates:
        sector = SECTOR_NAMES.index(rate.sector)
        rates = np.array((rate.urban_per_1000, rate.town_per_1000, rate.remote_per_1000))
        expected[sector] = rates @ people / PER_RATE
        if expected[sector] > 0.0:
            density[sector] = rates
    generated = np.maximum(np.rint(expected).astype(np.int64) - mapped, 0)
    # Everybody has somewhere to pay.
    generated[(mapped == 0) & (generated == 0)] = 1
    return density, generated


def draw_merchants(generated: Array, mapped_sector: Array, factor: float, seed: int) -> tuple[Array, Array]:
    """Choose which merchants are simulated: exact numbers by sector, which of them by keyed lot.

    Parameters
    ----------
    generated : array of int64, shape (6,)
    mapped_sector : array of int64, shape (m,)
    factor : float
        Merchants each simulated one stands for.

    Returns
    -------
    ids : array of int64, shape (n,)
        Ascending; the mapped merchants are 0 .. m-1, generated ones follow sector by sector.
    sector : array of int64, shape (n,)
    """
    sector = np.concatenate((mapped_sector, np.repeat(np.arange(N_SECTORS), generated)))
    there = np.bincount(sector, minlength=N_SECTORS)
    n = max(round(len(sector) / factor), N_SECTORS)
    counts = 1 + largest_remainder(np.maximum(there / factor - 1.0, 0.0), n - N_SECTORS)
    lots = uniforms(seed, Stream.MERCHANT_SECTOR, 0, np.arange(len(sector)))
    order = np.lexsort((lots, sector))
    rank = np.arange(len(sector)) - np.repeat(np.cumsum(there) - there, there)
    ids = np.sort(order[rank < counts[sector[order]]])
    return ids, sector[ids]


def zones_of_points(region: Region, ids: Array, citizens: Citizens, zones: Zones, places: Places) -> Array:
    """Return the zone of mapped merchants: the nearest in which people of their settlement live, else the nearest.

    Parameters
    ----------
    ids : array of int64, shape (n,)
        Rows of Region.merchants.
    """
    if len(ids) == 0:
        return np.zeros(0, dtype=np.int64)
    x_km, y_km = projection_of(region).kilometres(*degrees(region.merchants[k] for k in ids))
    _, zone = cKDTree(np.column_stack((zones.x_km, zones.y_km))).query(np.column_stack((x_km, y_km)))
    row_of = {place_id: row for row, place_id in enumerate(places.place_id)}
    zones_of_place = defaultdict(list)
    for pair in np.unique(citizens.place.astype(np.int64) * len(zones.area) + citizens.zone):
        place, of_place = divmod(int(pair), len(zones.area))
        zones_of_place[place].append(of_place)
    for k, merchant in enumerate(ids):
        own = zones_of_place.get(row_of.get(region.merchants[merchant].settlement_id, -1))
        if own:
            zone[k] = own[int(np.hypot(zones.x_km[own] - x_km[k], zones.y_km[own] - y_km[k]).argmin())]
    return zone


def sizes_by_sales(region: Region, ids: Array, sector: Array, size: Array) -> Array:
    """Return sizes in the Huff model with those of merchants whose sales are known in proportion to these.

    A merchant with the median sales of its sector has the median size of the sector.
    """
    sales = np.array([np.nan if shop.monthly_sales is None else shop.monthly_sales for shop in region.merchants])
    sectors = np.array([SECTOR_NAMES.index(shop.sector) for shop in region.merchants], dtype=np.int64)
    result = size.copy()
    mapped = np.flatnonzero(ids < len(sales))
    for k in mapped[~np.isnan(sales[ids[mapped]])]:
        median = np.nanmedian(sales[sectors == sector[k]])
        if median > 0.0:
            result[k] = max(sales[ids[k]] / median, SMALLEST_SALES) * large_factor(sector[k])
    return result


def place_merchants(
    region: Region, citizens: Citizens, zones: Zones, places: Places, survey: "Survey", seed: int
) -> tuple[Merchants, Array]:
    """Place the merchants of a region with a table of merchants or of their rates.

    A merchant stands for as many merchants as a citizen for residents. Mapped merchants stand where they are;
    the others in zones drawn by residents and the density of their sector.

    Returns
    -------
    merchants : Merchants
        Zone by zone; fields of behaviour and expected payments are still zero.
    known_acceptance : array of int8, shape (M,)
        1 where a merchant is known to accept electronic payment, 0 where not to, -1 unknown.
    """
    residents = np.diff(zones.first_citizen)
    density, generated = rates_by_area(region, survey)
    mapped_sector = np.array([SECTOR_NAMES.index(shop.sector) for shop in region.merchants], dtype=np.int64)
    ids, sector = draw_merchants(generated, mapped_sector, region.n_eligible / len(citizens.age), seed)
    n_mapped = int(np.searchsorted(ids, len(mapped_sector)))
    zone = np.empty(len(ids), dtype=np.int64)
    zone[:n_mapped] = zones_of_points(region, ids[:n_mapped], citizens, zones, places)
    for code in range(N_SECTORS):
        rows = n_mapped + np.flatnonzero(sector[n_mapped:] == code)
        # One merchant stays in a sector that has none where people live.
        weights = residents * density[code][zones.area]
        zone[rows] = draw_zones(weights if weights.any() else residents, ids[rows], seed)
    size = sizes_by_sales(region, ids, sector, draw_sizes(ids, sector, seed))
    accepts = np.full(len(ids), -1, dtype=np.int8)
    known = [region.merchants[k].accepts_electronic for k in ids[:n_mapped]]
    accepts[:n_mapped] = [-1 if answer is None else int(answer) for answer in known]
    order = np.argsort(zone, kind="stable")
    merchants = merchants_of(ids[order], sector[order], zone[order], size[order], survey, seed)
    return merchants, accepts[order]
