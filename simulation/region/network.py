"""The contact network of citizens: households, neighbours, the own zone, and other zones by gravity.

Zones are neighbourhoods of about 500 citizens here, of several zones each where a sample's zones hold fewer.

The generator takes time in proportion to the number of ties. Ages of partners follow contact diaries minus
what households already supply, sociability varies from person to person, and every choice is a keyed draw, so
that neither order nor threads can change a tie.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtri

from simulation.core.jit import njit
from simulation.core.rng import Stream, uniform, uniforms, week_key
from simulation.core.state import Citizens, Zones
from simulation.region.geography import CITIZENS_PER_ZONE
from simulation.region.households import SMALLEST_UNIFORM
from simulation.region.margins import band_of_five_year_age

Array = NDArray[Any]

# Contacts a day of people aged 15-24, 25-39, 40-59, 60+ (rows) with people of the same bands (columns): POLYMOD
# (Mossong et al. 2008), mean of eight European countries, unweighted. Contacts with children are left out.
CONTACT_AGES = (15, 25, 40, 60)
CONTACTS = (
    (8.193, 2.714, 3.073, 0.561),
    (1.653, 5.301, 4.009, 1.127),
    (1.717, 3.395, 5.068, 1.515),
    (0.575, 1.965, 2.698, 2.605),
)
N_BANDS = len(CONTACT_AGES)

MOST_TIE_ENDS = 2**31 - 1  # of a region: about 250 million citizens
MEAN_DEGREE = 8.0  # strong ties a citizen, household included (ODD 7.9)
LEAST_EXTRA = 2.0  # ties outside the household, however large households are
KEPT_SHARE = 0.78  # of ties outside the household, those neither drawn twice nor left without a partner (measured)
# Village networks show clustering near 0.24 with households of five; where half of the people live alone or in
# pairs, cells of 36 neighbours gave 0.13 at the same degree, cells of 18 give 0.17.
NEIGHBOURS = 18
CELL_SHARE, ZONE_SHARE = 0.62, 0.24  # of ties outside the household; the rest go to other zones
NEXT_CELL_SHARE = 0.15  # of ties to neighbours, those to the next cell
LEAST_CONTACT_SHARE = 0.03  # of a pair of bands' contacts, kept for ties outside the household
SOCIABILITY_SD = 0.65  # of log sociability
SOCIABILITY_CAP = 6.0
TRIES = 7
MOST_TIES = 64  # started by one citizen
DRAWS_PER_TIE = 32
DRAWS_PER_CITIZEN = MOST_TIES * DRAWS_PER_TIE
NEAREST_ZONES, LARGEST_ZONES = 64, 8


def sociability(n_citizens: int, seed: int) -> Array:
    """Return how sociable each citizen is: lognormal of mean 1, capped, float64 (N,)."""
    draws = np.maximum(uniforms(seed, Stream.SOCIABILITY, 0, np.arange(n_citizens)), SMALLEST_UNIFORM)
    return np.minimum(np.exp(SOCIABILITY_SD * ndtri(draws) - SOCIABILITY_SD**2 / 2.0), SOCIABILITY_CAP)


def outside_contacts(
    band: Array,
    household_size: Array,
    household_first: Array,
    mean_extra: float,
    contacts_per_day: ArrayLike = CONTACTS,
) -> Array:
    """Return the ties wanted outside households between bands: contact diaries minus ties inside households.

    Parameters
    ----------
    band : array of int, shape (N,)
        Band of each citizen, by CONTACT_AGES.
    household_size, household_first : arrays of int, shape (H,)
        Citizens of each household and the row of the first.
    mean_extra : float
        Ties outside the household a citizen.
    contacts_per_day : array, shape (4, 4)
        Of people of a band (row) with people of each band; only the proportions count.

    Returns
    -------
    array of float64, shape (4, 4)
        Symmetric; each tie counts in both directions.
    """
    people = np.bincount(band, minlength=N_BANDS).astype(np.float64)
    members = np.zeros((len(household_size), N_BANDS))
    for index in range(N_BANDS):
        running = np.concatenate(([0], np.cumsum(band == index)))
        members[:, index] = running[household_first + household_size] - running[household_first]
    inside = members.T @ members - np.diag(people)
    contacts = np.asarray(contacts_per_day) * people[:, None]
    contacts = (contacts + contacts.T) / 2.0
    contacts *= (mean_extra * len(band) + inside.sum()) / contacts.sum()
    wanted = np.maximum(contacts - inside, LEAST_CONTACT_SHARE * contacts)
    return (wanted + wanted.T) / 2.0


def neighbourhoods(zones: Zones) -> Array:
    """Return the neighbourhood of every zone, int64, shape (Z,): zones in a row of one account, about 500 citizens.

    Zones of a sample hold fewer people than those ties are drawn among; where they hold 500 each is one of its own.
    """
    people = np.diff(zones.first_citizen).astype(np.float64)
    found, n_found = np.empty(len(people), np.int64), 0
    for rows in np.split(np.arange(len(people)), np.flatnonzero(np.diff(zones.account)) + 1):
        mine = people[rows]
        n_parts = min(len(rows), max(1, round(mine.sum() / CITIZENS_PER_ZONE)))
        part = np.arange(len(rows))
        if n_parts < len(rows):
            middle = (np.cumsum(mine) - mine / 2.0) / mine.sum()
            part = np.unique((middle * n_parts).astype(np.int64), return_inverse=True)[1]
        found[rows] = n_found + part
        n_found += int(part[-1]) + 1
    return found


def gravity(x_km: Array, y_km: Array, people: Array) -> tuple[Array, Array]:
    """Return, for every neighbourhood, others and the cumulative probability of a tie with each.

    The weight is people / (km + 1)^2 over the 64 nearest and the 8 largest ones, straight-line km between
    centroids; a dense table of all pairs is never made.

    Parameters
    ----------
    x_km, y_km, people : array of float64, shape (Z,)
        Centroids, and citizens.

    Returns
    -------
    target : array of int32, shape (Z, K)
    cumulative : array of float64, shape (Z, K)
        Ends with 1; all 0 where a zone has no other.
    """
    n_zones = len(people)
    points = np.column_stack((x_km, y_km))
    _, near = cKDTree(points).query(points, k=min(NEAREST_ZONES + 1, n_zones))
    near = near.reshape(n_zones, -1)
    large = np.argsort(-people, kind="stable")[:LARGEST_ZONES]
    # A large zone that is near already stands in the list once.
    target = np.concatenate((near, np.broadcast_to(large, (n_zones, len(large)))), axis=1)
    repeated = np.zeros(target.shape, dtype=bool)
    repeated[:, near.shape[1] :] = (near[:, :, None] == large[None, None, :]).any(axis=1)
    km = np.hypot(points[target, 0] - points[:, 0, None], points[target, 1] - points[:, 1, None])
    weight = people[target] / (km + 1.0) ** 2
    weight[repeated | (target == np.arange(n_zones)[:, None])] = 0.0
    cumulative = np.cumsum(weight, axis=1)
    total = cumulative[:, -1:]
    cumulative = np.divide(cumulative, total, out=np.zeros_like(cumulative), where=total > 0)
    return target.astype(np.int32), cumulative


@njit
def count_ties(seed, mean, household_left):  # type: ignore[no-untyped-def]
    """Return how many ties each citizen starts: later household members plus a Poisson number by inversion."""
    key = week_key(seed, Stream.TIE_COUNT, 0)
    start = np.zeros(len(mean) + 1, dtype=np.int64)
    for i in range(len(mean)):
        u = uniform(key, i)
        count = 0
        term = math.exp(-mean[i])
        total = term
        while u >= total and count < MOST_TIES - 1:
            count += 1
            term *= mean[i] / count
            total += term
        start[i + 1] = start[i] + household_left[i] + count
    return start


@njit
def draw_ties(  # type: ignore[no-untyped-def]
    seed, start, household, household_left, zone, band, theta, cell, cell_start, cell_members, zone_start, zone_members,
    next_cell, band_cumulative, gravity_zone, gravity_cumulative,
):  # fmt: skip
    """Return the other end of every tie, -1 where seven tries found nobody.

    `cell_start` and `zone_start` bound the buckets (cell, band) and (zone, band) in the lists of members.
    """
    key = week_key(seed, Stream.TIE, 0)
    other = np.full(start[-1], -1, dtype=np.int32)
    for i in range(len(zone)):
        row = start[i]
        for later in range(household_left[i]):
            other[row + later] = i + 1 + later
        row += household_left[i]
        for tie in range(start[i + 1] - row):
            draw = i * DRAWS_PER_CITIZEN + tie * DRAWS_PER_TIE
            u = uniform(key, draw)
            in_cell = u < CELL_SHARE
            where = zone[i]
            if in_cell:
                where = cell[i]
                if uniform(key, draw + 1) < NEXT_CELL_SHARE:
                    where = next_cell[cell[i]]
            elif u >= CELL_SHARE + ZONE_SHARE and gravity_cumulative[zone[i], -1] > 0.0:
                pick = np.searchsorted(gravity_cumulative[zone[i]], uniform(key, draw + 1), side="right")
                where = gravity_zone[zone[i], pick]
            for _attempt in range(TRIES):
                draw += 3
                u = uniform(key, draw)
                wanted = 0
                while wanted < N_BANDS - 1 and u >= band_cumulative[band[i], wanted]:
                    wanted += 1
                # An empty band gives way to the nearest one with people; buckets are counted by cell or by zone.
                low, high = 0, 0
                for distance in range(N_BANDS):
                    for sign in (-1, 1):
                        near = wanted + sign * distance
                        if low == high and 0 <= near < N_BANDS:
                            bucket = where * N_BANDS + near
                            if in_cell:
                                low, high = cell_start[bucket], cell_start[bucket + 1]
                            else:
                                low, high = zone_start[bucket], zone_start[bucket + 1]
                at = low + int(uniform(key, draw + 1) * (high - low))
                j = cell_members[at] if in_cell else zone_members[at]
                accepted = uniform(key, draw + 2) * SOCIABILITY_CAP < 2.0 * theta[j]
                if household[j] != household[i] and accepted:
                    other[row + tie] = j
                    break
    return other


@njit
def both_ends(start, other):  # type: ignore[no-untyped-def]
    """Return ties as rows of ascending neighbours that stand at both ends, each once."""
    n = len(start) - 1
    first = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        for e in range(start[i], start[i + 1]):
            if other[e] >= 0:
                first[i + 1] += 1
                first[other[e] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    filled = first[:-1].copy()
    peer = np.empty(first[-1], dtype=np.int32)
    for i in range(n):
        for e in range(start[i], start[i + 1]):
            j = other[e]
            if j >= 0:
                peer[filled[i]] = j
                filled[i] += 1
                peer[filled[j]] = i
                filled[j] += 1
    kept = 0
    low = 0
    for i in range(n):
        high = first[i + 1]
        for a in range(low + 1, high):
            value = peer[a]
            b = a
            while b > low and peer[b - 1] > value:
                peer[b] = peer[b - 1]
                b -= 1
            peer[b] = value
        row = kept
        for a in range(low, high):
            if kept == row or peer[kept - 1] != peer[a]:
                peer[kept] = peer[a]
                kept += 1
        low = high
        first[i + 1] = kept
    return first, peer[:kept].copy()


def _buckets(group: Array, band: Array, n_groups: int) -> tuple[Array, Array]:
    """Return where each (group, band) starts in a list of its members, and that list."""
    code = group * N_BANDS + band
    start = np.concatenate(([0], np.cumsum(np.bincount(code, minlength=n_groups * N_BANDS))))
    return start, np.argsort(code, kind="stable").astype(np.int32)


def build_network(
    citizens: Citizens,
    zones: Zones,
    seed: int,
    mean_degree: float = MEAN_DEGREE,
    contacts_per_day: ArrayLike = CONTACTS,
) -> tuple[Array, Array]:
    """Draw the ties between citizens.

    Parameters
    ----------
    citizens : Citizens
        Stored zone by zone, household by household.
    zones : Zones
    seed : int
    mean_degree : float
        Ties a citizen, household included; what households supply is taken off, so that regions of large and
        of small households have equally many. Worlds of a few hundred fall short: neighbours run out.
    contacts_per_day : array, shape (4, 4)
        Between bands of CONTACT_AGES.

    Returns
    -------
    peer_start : array of int32, shape (N+1,)
    peer : array of int32, shape (E,)
        Undirected, ascending in each row, no repeats, nobody tied to themselves.
    """
    n = len(citizens.age)
    rows = np.arange(n)
    household_first = np.flatnonzero(citizens.starts_household)
    household_size = np.diff(np.append(household_first, n))
    household = np.repeat(np.arange(len(household_first), dtype=np.int32), household_size)
    household_left = np.repeat(household_first + household_size, household_size) - 1 - rows

    of_zone = neighbourhoods(zones)
    zone = of_zone[citizens.zone]
    people_of_zone = np.diff(zones.first_citizen)
    zone_people = np.bincount(of_zone, people_of_zone).astype(np.int64)
    x_km, y_km = zones.x_km, zones.y_km
    if len(zone_people) < len(of_zone):
        x_km, y_km = (np.bincount(of_zone, people_of_zone * at) / zone_people for at in (x_km, y_km))
    first_of_zone = np.concatenate(([0], np.cumsum(zone_people)))
    cells_in_zone = np.maximum(1, np.rint(zone_people / NEIGHBOURS).astype(np.int64))
    first_cell = np.concatenate(([0], np.cumsum(cells_in_zone)))
    rank = rows - first_of_zone[zone]
    cell = first_cell[zone] + rank * cells_in_zone[zone] // zone_people[zone]
    # The neighbour of a zone's last cell is its first.
    next_cell = np.arange(first_cell[-1]) + 1
    next_cell[first_cell[1:] - 1] = first_cell[:-1]

    in_household = float((household_size * (household_size - 1)).sum()) / n
    mean_extra = max((mean_degree - in_household) / KEPT_SHARE, LEAST_EXTRA)
    band = band_of_five_year_age(CONTACT_AGES)[citizens.five_year_age]
    wanted = outside_contacts(band, household_size, household_first, mean_extra, contacts_per_day)
    by_band = wanted.sum(axis=1)
    people = np.bincount(band, minlength=N_BANDS)
    activity = by_band / np.maximum(people, 1)
    activity /= (activity * people).sum() / n
    band_cumulative = np.cumsum(wanted, axis=1) / np.maximum(by_band, 1e-300)[:, None]

    theta = sociability(n, seed)
    start = count_ties(seed, mean_extra / 2.0 * theta * activity[band], household_left)
    cell_start, cell_members = _buckets(cell, band, int(first_cell[-1]))
    zone_start, zone_members = _buckets(zone, band, len(zone_people))
    gravity_zone, gravity_cumulative = gravity(x_km, y_km, zone_people.astype(np.float64))
    other = draw_ties(
        seed, start, household, household_left, zone, band, theta, cell, cell_start, cell_members, zone_start,
        zone_members, next_cell, band_cumulative, gravity_zone, gravity_cumulative,
    )  # fmt: skip
    peer_start, peer = both_ends(start, other)
    if peer_start[-1] > MOST_TIE_ENDS:
        raise ValueError(f"ties have {peer_start[-1]:,} ends, more than the {MOST_TIE_ENDS:,} that can be numbered")
    return peer_start.astype(np.int32), peer
