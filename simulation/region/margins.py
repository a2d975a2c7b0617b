"""Whole people from census margins: rounding that keeps totals, and age by urban/rural in every county."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.core.codes import AREA_NAMES
from simulation.region.sources import ADULT_AGE, Region

Array = NDArray[Any]

N_FIVE_YEAR_AGES = 18
FIRST_ADULT_AGE = ADULT_AGE // 5
URBAN, RURAL = 0, 1
_SWEEPS = 100


def round_to_total(quotas: ArrayLike, total: int, upper: ArrayLike | None = None) -> Array:
    """Round quotas to whole numbers of a given sum by largest remainder, ties to the first.

    Parameters
    ----------
    quotas : array of float, shape (n,)
        What each entry should get; may be slightly negative where an earlier rounding was generous.
    total : int
        Sum of the result.
    upper : array of int, shape (n,), optional
        Most an entry may get.

    Returns
    -------
    array of int64, shape (n,)
        Entries >= 0 (and <= upper).

    Raises
    ------
    ValueError
        If no such rounding exists.
    """
    wanted = np.asarray(quotas, dtype=np.float64)
    most = np.full(wanted.shape, max(total, 0)) if upper is None else np.asarray(upper)
    if total < 0 or most.sum() < total:
        raise ValueError(f"cannot share {total} among entries that take at most {most.sum()}")
    whole = np.clip(np.floor(wanted), 0, most).astype(np.int64)
    while (left := total - int(whole.sum())) != 0:
        remainder = wanted - whole
        if left > 0:
            order = np.argsort(-remainder, kind="stable")
            order = order[whole[order] < most[order]][:left]
            whole[order] += 1
        else:
            order = np.argsort(remainder, kind="stable")
            order = order[whole[order] > 0][:-left]
            whole[order] -= 1
    return whole


def largest_remainder(weights: ArrayLike, total: int) -> Array:
    """Share a total in proportion to weights in whole numbers.

    Parameters
    ----------
    weights : array, any shape
        Non-negative, not all zero unless `total` is 0.
    total : int
        Sum of the result.
    """
    parts = np.asarray(weights, dtype=np.float64)
    # The ratio comes first: it is exactly 1 when nothing is sampled, and counts then come back as they went in.
    ratio = total / parts.sum() if total else 0.0
    return round_to_total((parts * ratio).ravel(), total).reshape(parts.shape)


def fit_margins(seed: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> Array:
    """Scale a table until its row and column sums are those asked for (iterative proportional fitting).

    Parameters
    ----------
    seed : array of float, shape (r, c)
        Positive table whose odds ratios the result keeps.
    rows, columns : array, shapes (r,), (c,)
        Sums wanted; both have the same total.

    Returns
    -------
    array of float64, shape (r, c)
    """
    table = np.array(seed, dtype=np.float64)
    rows = np.asarray(rows, dtype=np.float64)
    columns = np.asarray(columns, dtype=np.float64)
    for _ in range(_SWEEPS):
        sums = table.sum(axis=1)
        table *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
        sums = table.sum(axis=0)
        if np.abs(sums - columns).max(initial=0.0) < 1e-9 * max(1.0, columns.sum()):
            break
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
    return table


def round_table(rows: Array, columns: Array) -> Array:
    """Return the table of whole numbers with given sums that is nearest to independence (controlled rounding).

    Every cell is rows x columns / total, rounded down or up by at most 1. A row gives what rounding down left
    to the columns that miss most, which always works out (Gale 1957, Ryser 1957).

    Parameters
    ----------
    rows, columns : arrays of int64, shapes (r,), (c,)
        Sums wanted; both have the same total.

    Returns
    -------
    array of int64, shape (r, c)
    """
    table, remainder = np.divmod(np.outer(rows, columns), max(int(rows.sum()), 1))
    missing = columns - table.sum(axis=0)
    for row, left in enumerate(rows - table.sum(axis=1)):
        chosen = np.lexsort((-remainder[row], -missing))[:left]
        table[row, chosen] += 1
        missing[chosen] -= 1
    return table


def band_of_five_year_age(starts: tuple[int, ...]) -> Array:
    """Return the band, by first ages `starts`, of each five-year age."""
    return np.searchsorted(np.asarray(starts), 5 * np.arange(N_FIVE_YEAR_AGES), side="right") - 1


def sample_bands(people: Array, is_adult: Array, n_citizens: int) -> Array:
    """Scale a table of people so that exactly so many are adults, children in proportion.

    Parameters
    ----------
    people : array of int64, shape (n, bands)
    is_adult : array of bool, shape (bands,)
    n_citizens : int

    Returns
    -------
    array of int64, shape (n, bands)
    """
    adults, children = people[:, is_adult], people[:, ~is_adult]
    factor = adults.sum() / n_citizens
    sampled = np.zeros_like(people)
    sampled[:, is_adult] = largest_remainder(adults, n_citizens)
    sampled[:, ~is_adult] = largest_remainder(children, round(children.sum() / factor))
    return sampled


def count_by_area(ages_by_area: Array, settled: Array, n_citizens: int) -> Array:
    """Count the people to synthesise from people of settlements and the ages of every area.

    Ages of an area and people of a county's area are both exact where nothing is sampled. Assumption: in an
    area, ages do not depend on the county.

    Parameters
    ----------
    ages_by_area : array of int64, shape (areas, 18)
    settled : array of int64, shape (counties, areas)
        People of all ages; columns have the sums of the rows of `ages_by_area`.
    n_citizens : int

    Returns
    -------
    array of int64, shape (counties, areas, 18)
    """
    ages = sample_bands(ages_by_area, np.arange(N_FIVE_YEAR_AGES) >= FIRST_ADULT_AGE, n_citizens)
    table = np.zeros((*settled.shape, N_FIVE_YEAR_AGES), dtype=np.int64)
    for area, of_area in enumerate(ages):
        table[:, area] = round_table(largest_remainder(settled[:, area], int(of_area.sum())), of_area)
    return table


def county_rows(region: Region) -> Array:
    """Return the row of every place's county by its code, int64 (places,)."""
    row_of = {county.code: row for row, county in enumerate(region.counties)}
    return np.array([row_of[place.county] for place in region.places], dtype=np.int64)


def area_codes(region: Region) -> Array:
    """Return the area (codes.Area) of every place of a region that knows its settlements, int64 (places,)."""
    return np.array([AREA_NAMES.index(place.area) for place in region.places], dtype=np.int64)


def populations(region: Region) -> Array:
    """Return the people of every place of a region that knows its settlements, int64 (places,)."""
    return np.array([place.population for place in region.places], dtype=np.int64)


def people_settled(region: Region) -> Array:
    """Return people of all ages by county and area, int64 (counties, areas)."""
    settled = np.zeros((len(region.counties), len(AREA_NAMES)), dtype=np.int64)
    np.add.at(settled, (county_rows(region), area_codes(region)), populations(region))
    return settled


def count_people(region: Region, n_citizens: int) -> Array:
    """Count the people to synthesise, children included.

    Exactly `n_citizens` are 15 or over. When they stand for themselves, every census margin (county x band,
    county x urban/rural) holds exactly; a sample rounds them by largest remainder. Rounding errors of the finer
    splits are carried from county to county so that they do not add up.

    Returns
    -------
    array of int64, shape (counties, 2, 18), or (counties, 3, 18) where settlements are known
        People by county, part (urban/rural, or codes.Area) and five-year age.
    """
    if region.knows_settlements:
        return count_by_area(np.array(region.ages_by_area), people_settled(region), n_citizens)
    by_band = np.array([county.by_band for county in region.counties])
    sampled = sample_bands(by_band, np.asarray(region.band_starts) >= ADULT_AGE, n_citizens)

    band = band_of_five_year_age(region.band_starts)
    profile = np.asarray(region.five_year_profile)
    broad = band_of_five_year_age(region.broad_starts)
    seed = np.stack([np.asarray(region.urban_profile)[broad], np.asarray(region.rural_profile)[broad]], axis=1)

    table = np.zeros((len(region.counties), 2, N_FIVE_YEAR_AGES), dtype=np.int64)
    age_carry = np.zeros(N_FIVE_YEAR_AGES)
    urban_carry = np.zeros(N_FIVE_YEAR_AGES)
    people_carry = 0.0
    for row, county in enumerate(region.counties):
        ages = np.zeros(N_FIVE_YEAR_AGES, dtype=np.int64)
        for index, count in enumerate(sampled[row]):
            inside = band == index
            quotas = count * profile[inside] / profile[inside].sum() + age_carry[inside]
            ages[inside] = round_to_total(quotas, int(count))
            age_carry[inside] = quotas - ages[inside]
        people = int(ages.sum())
        wanted = people * (county.urban_population / county.population) + people_carry
        urban = min(max(round(wanted), 0), people)
        people_carry = wanted - urban
        fitted = fit_margins(seed, ages, (urban, people - urban))[:, URBAN]
        quotas = fitted + urban_carry
        table[row, URBAN] = round_to_total(quotas, urban, upper=ages)
        urban_carry = quotas - table[row, URBAN]
        table[row, RURAL] = ages - table[row, URBAN]
    return table
