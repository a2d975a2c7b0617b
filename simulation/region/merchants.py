"""Merchants by sector and zone, Huff catchments, regular merchants and the payments each can expect."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtri

from simulation.core.codes import N_SECTORS, Sector, Terminal
from simulation.core.jit import njit
from simulation.core.rng import Stream, uniform, uniforms, week_key
from simulation.core.rules.payment import RATE_STEPS
from simulation.core.state import Citizens, Merchants, Zones, empty_columns
from simulation.region.households import SMALLEST_UNIFORM
from simulation.region.margins import largest_remainder

if TYPE_CHECKING:
    from simulation.scenario.survey import Survey

Array = NDArray[Any]

# ODD 5 and 7.8
SIZE_SD = 1.0  # of log attractiveness
LARGE_SECTORS, LARGE_FACTOR = (Sector.PUBLIC, Sector.TRANSPORT), 4.0
CATCHMENT = 24  # merchants a zone's people go to, in each sector
DISTANCE_OFFSET_KM = 0.5
DISTANCE_POWER = 2.0
GAMMA_SHAPE = 4  # of individual payment rates


def make_merchants(zones: Zones, survey: "Survey", seed: int) -> Merchants:
    """Place merchants: exact shares of sectors, zones by residents and kind of area.

    A merchant stands for as many merchants as a citizen for residents. Every sector has at least one, so that
    everybody has somewhere to pay.

    Returns
    -------
    Merchants
        Zone by zone; fields of behaviour and expected payments are still zero.
    """
    residents = np.diff(zones.first_citizen)
    n = max(round(int(residents.sum()) / survey.residents_per_merchant), N_SECTORS)
    ids = np.arange(n)
    zone = draw_zones(residents * survey.merchant_area_weight()[zones.area], ids, seed)

    counts = 1 + largest_remainder(np.maximum(survey.merchant_sector_share() * n - 1.0, 0.0), n - N_SECTORS)
    sector = np.empty(n, dtype=np.uint8)
    lots = uniforms(seed, Stream.MERCHANT_SECTOR, 0, ids)
    sector[np.argsort(lots, kind="stable")] = np.repeat(np.arange(N_SECTORS, dtype=np.uint8), counts)

    order = np.argsort(zone, kind="stable")
    return merchants_of(ids[order], sector[order], zone[order], draw_sizes(ids, sector, seed)[order], survey, seed)


def draw_zones(weights: Array, ids: Array, seed: int) -> Array:
    """Return the zone of each merchant, drawn in proportion to weights of zones, int64 (n,)."""
    cumulative = np.cumsum(weights)
    return np.searchsorted(cumulative / cumulative[-1], uniforms(seed, Stream.MERCHANT_ZONE, 0, ids), side="right")


def draw_sizes(ids: Array, sector: Array, seed: int) -> Array:
    """Return the size of each merchant: lognormal of median 1, larger in public services and transport."""
    normal = ndtri(np.maximum(uniforms(seed, Stream.ATTRACTIVENESS, 0, ids), SMALLEST_UNIFORM))
    return np.exp(SIZE_SD * normal) * large_factor(sector)


def large_factor(sector: Array) -> Array:
    """Return how much larger merchants of a sector are than others, float64 (n,)."""
    return np.where(np.isin(sector, LARGE_SECTORS), LARGE_FACTOR, 1.0)


def merchants_of(ids: Array, sector: Array, zone: Array, size: Array, survey: "Survey", seed: int) -> Merchants:
    """Return merchants of given sectors, zones and sizes, with a drawn terminal; `ids` key the draw."""
    needs_pos = uniforms(seed, Stream.TERMINAL, 0, ids) < survey.pos_share()[sector]
    merchants: Merchants = empty_columns(Merchants, len(ids))
    merchants.zone[:] = zone
    merchants.sector[:] = sector
    merchants.attractiveness[:] = size
    merchants.terminal[:] = np.where(needs_pos, Terminal.POS, Terminal.QR_PLATE)
    return merchants


def _catchment(points: Array, intra_km: Array, shop_zone: Array, size: Array, detour: float) -> tuple[Array, Array]:
    """Return the shops of every zone's catchment and their Huff weights: the nearest ones, the zone's own first.

    Nearest and not heaviest: among the heaviest, the more shops are simulated the larger are those kept, and
    custom, acceptance by payments and with them usefulness would grow with the size of the sample.

    Returns
    -------
    shop : array of int64, shape (zones, k)
        Ascending in each row; k is the number of shops up to 24.
    weight : array of float64, shape (zones, k)
    """
    keep = min(CATCHMENT, len(size))
    km, shop = cKDTree(points[shop_zone]).query(points, k=keep)
    km, shop = km.reshape(len(points), keep), shop.reshape(len(points), keep)
    order = np.argsort(shop, axis=1)
    shop, km = np.take_along_axis(shop, order, axis=1), np.take_along_axis(km, order, axis=1)
    travel = detour * km + intra_km[:, None]
    return shop, size[shop] * (travel + DISTANCE_OFFSET_KM) ** -DISTANCE_POWER


def add_catchments(zones: Zones, merchants: Merchants, detour: float) -> None:
    """Fill the Huff catchments of zones and, from the same weights, the customers of merchants.

    The weight of a merchant is size x (d + 0.5)^-2, d in travel km from zone to zone, over up to 24 merchants
    of a zone and sector, the nearest. Rows sum to 1 (Huff 1964; ODD 7.8).

    Parameters
    ----------
    zones : Zones
        Its Huff and customer arrays are replaced.
    merchants : Merchants
        With at least one merchant in every sector.
    detour : float
        Travel km per straight-line km.
    """
    points = np.column_stack((zones.x_km, zones.y_km))
    n_zones = len(points)
    lists = []
    for sector in range(N_SECTORS):
        rows = np.flatnonzero(merchants.sector == sector)
        size = merchants.attractiveness[rows].astype(np.float64)
        shop, weight = _catchment(points, zones.intra_km, merchants.zone[rows], size, detour)
        lists.append((rows[shop], weight / weight.sum(axis=1, keepdims=True)))

    lengths = np.array([weight.shape[1] for _, weight in lists])
    zones.huff_start = np.concatenate(([0], np.cumsum(np.tile(lengths, n_zones))))
    zones.huff_merchant = np.concatenate([shop for shop, _ in lists], axis=1).ravel().astype(np.int32)
    zones.huff_weight = np.concatenate([weight for _, weight in lists], axis=1).ravel().astype(np.float32)

    by_merchant = np.argsort(zones.huff_merchant, kind="stable")
    customers = np.bincount(zones.huff_merchant, minlength=len(merchants.zone))
    zones.customer_start = np.concatenate(([0], np.cumsum(customers)))
    zones.customer_zone = (by_merchant // lengths.sum()).astype(np.int32)
    zones.customer_weight = zones.huff_weight[by_merchant]


@njit
def draw_regular_merchants(seed, zone, huff_start, huff_weight, regular):  # type: ignore[no-untyped-def]
    """Draw each citizen's regular merchant of every sector: a position in the zone's catchment."""
    key = week_key(seed, Stream.REGULAR_MERCHANT, 0)
    n_sectors = regular.shape[1]
    for i in range(len(zone)):
        for sector in range(n_sectors):
            row = zone[i] * n_sectors + sector
            last = huff_start[row + 1] - 1
            u = uniform(key, i * n_sectors + sector)
            entry = huff_start[row]
            reached = float(huff_weight[entry])
            # Weights may sum to a little under 1: what is left over falls to the last entry.
            while u >= reached and entry < last:
                entry += 1
                reached += huff_weight[entry]
            regular[i, sector] = entry - huff_start[row]


def add_payments(
    citizens: Citizens, merchants: Merchants, zones: Zones, survey: "Survey", regular_share: float, seed: int
) -> None:
    """Fill payments a week of citizens, their regular merchants, and the payments merchants can expect.

    A citizen's rate is the mean of the age x the factor of the income x Gamma(4, 1/4), in eighths. A merchant
    expects, of every citizen's payments in its sector, the share `regular_share` (omega) of those whose regular
    merchant it is, and of the rest its Huff weight in the citizen's zone (ODD 5.3).
    """
    n, n_zones = len(citizens.age), len(zones.area)
    by_sector = survey.payments_per_week()
    total = by_sector.sum(axis=1)
    # Gamma(4, 1) is the sum of four exponentials.
    ids = GAMMA_SHAPE * np.arange(n)
    gamma = np.zeros(n)
    for part in range(GAMMA_SHAPE):
        gamma -= np.log1p(-uniforms(seed, Stream.PAYMENT_RATE, 0, ids + part))
    rate = survey.payments_income_factor()[citizens.income] * total[citizens.age] * gamma / GAMMA_SHAPE
    # whole eighths: numbers of payments are looked up by rate, and sums of rates are exact in any order
    rate = np.rint(rate * RATE_STEPS) / RATE_STEPS
    citizens.payments_per_week[:] = rate
    draw_regular_merchants(seed, citizens.zone, zones.huff_start, zones.huff_weight, citizens.regular_merchant)

    sector_share = by_sector / total[:, None]
    n_ages = len(total)
    by_zone_age = np.bincount(
        citizens.zone.astype(np.int64) * n_ages + citizens.age, weights=rate, minlength=n_zones * n_ages
    ).reshape(n_zones, n_ages)
    pool = (by_zone_age @ sector_share).ravel()
    expected = (1.0 - regular_share) * np.bincount(
        zones.huff_merchant,
        weights=np.repeat(pool, np.diff(zones.huff_start)) * zones.huff_weight,
        minlength=len(merchants.zone),
    )
    first_entry = zones.huff_start[:-1].reshape(n_zones, N_SECTORS)
    for sector in range(N_SECTORS):
        expected += regular_share * np.bincount(
            zones.huff_merchant[first_entry[:, sector][citizens.zone] + citizens.regular_merchant[:, sector]],
            weights=rate * sector_share[citizens.age, sector],
            minlength=len(merchants.zone),
        )
    merchants.expected_payments[:] = expected
