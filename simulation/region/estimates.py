"""What a user's tables leave open, filled by stated rules.

Each rule returns what worlds are made from (people and areas of places, ages, households, incomes, contacts)
and, as messages, what of it is estimated.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.core.codes import AREA_NAMES, N_INCOMES
from simulation.messages import Message
from simulation.region.geography import Projection, degrees
from simulation.region.households import MAX_SIZE, tilt_to_mean
from simulation.region.lishui import CHINA_FIVE_YEAR_AGES, CHINA_HOUSEHOLD_SIZES
from simulation.region.margins import N_FIVE_YEAR_AGES, band_of_five_year_age, largest_remainder, round_table
from simulation.region.network import CONTACT_AGES, N_BANDS
from simulation.region.sources import HouseholdSizes
from simulation.region.tables.model import AgeGroup, ContactRate, RegionTables, Settlement

Array = NDArray[Any]

URBAN, TOWN, REMOTE = AREA_NAMES
BANK = "bank"
# Assumption: settlements of these kinds, or of so many people (the threshold of India's census), are urban.
URBAN_KINDS = ("town", "city", "urban", "municipality", "county_seat", "县城", "城区", "城市", "街道")
URBAN_PEOPLE = 5000
URBAN_WEIGHT = 10  # assumption: people of a town for each of another place, where only their total is known
SIZE_DECAY = 0.6  # assumption: in a band of sizes each is this much as frequent as the one before
RAREST_SIZE = 1e-6  # of households, so that any mean can be reached
CHINA_ONE_PERSON = 25.4  # percent of households, Census 2020
CHINA_MEAN_SIZE = 2.62
LAST_FIVE_YEAR_AGE = 5 * (N_FIVE_YEAR_AGES - 1)
ESTIMATED = "region.estimated"


class HasArea(Protocol):
    """A row for one area, or for all of them."""

    @property
    def area(self) -> str | None: ...  # noqa: D102


Row = TypeVar("Row", bound=HasArea)


def rows_for(rows: Sequence[Row], area: str) -> list[Row]:
    """Return the rows that hold for an area: its own, else those of town for remote people, else those for all."""
    own = [row for row in rows if row.area == area]
    if not own and area == REMOTE:
        own = [row for row in rows if row.area == TOWN]
    return own or [row for row in rows if row.area is None]


def people_of_places(tables: RegionTables) -> tuple[list[int], list[Message]]:
    """Return the people of every settlement; totals of parents are spread over the places that have no number.

    Every place has at least one person; towns count `URBAN_WEIGHT` times.
    """
    people = [settlement.population or 0 for settlement in tables.settlements]
    n_spread, n_totals = 0, 0
    for parent in tables.parents:
        children = [k for k, place in enumerate(tables.settlements) if place.parent_id == parent.settlement_id]
        unknown = [k for k in children if tables.settlements[k].population is None]
        if not unknown:
            continue
        left = parent.population - sum(people[k] for k in children)
        weights = np.array([URBAN_WEIGHT if _is_called_urban(tables.settlements[k]) else 1 for k in unknown])
        expected = weights / weights.sum() * left
        rounded = 1 + largest_remainder(np.maximum(expected - 1, 0), max(left - len(unknown), 0))
        for k, count in zip(unknown, rounded.tolist(), strict=True):
            people[k] = count
        n_spread, n_totals = n_spread + len(unknown), n_totals + 1
    words = {"places": n_spread, "totals": n_totals, "weight": URBAN_WEIGHT}
    return people, [Message(f"{ESTIMATED}.people", words)] if n_spread else []


def _is_called_urban(settlement: Settlement) -> bool:
    return settlement.area == URBAN or (settlement.area is None and settlement.kind.casefold() in URBAN_KINDS)


def areas_of_places(tables: RegionTables, people: Sequence[int]) -> tuple[list[str], list[Message]]:
    """Return the area of every settlement, by rule where the tables give none.

    Urban are towns by kind and places of `URBAN_PEOPLE` or more; remote those farther than `remote_beyond_km`
    (straight line) from the nearest bank, or from the nearest urban place where no bank is known.
    """
    areas: list[str] = []
    for settlement, count in zip(tables.settlements, people, strict=True):
        is_urban = _is_called_urban(settlement) or count >= URBAN_PEOPLE
        areas.append(settlement.area or (URBAN if is_urban else TOWN))
    open_rows = [k for k, settlement in enumerate(tables.settlements) if settlement.area is None]
    if not open_rows:
        return areas, []
    banks = [point for point in tables.access_points if point.type == BANK]
    towns = [place for place, area in zip(tables.settlements, areas, strict=True) if area == URBAN]
    anchors: Sequence[Any] = banks or towns
    rural = [k for k in open_rows if areas[k] == TOWN]
    if anchors and rural:
        projection = Projection.around(*degrees(tables.settlements))
        tree = cKDTree(np.column_stack(projection.kilometres(*degrees(anchors))))
        km, _ = tree.query(np.column_stack(projection.kilometres(*degrees(tables.settlements[k] for k in rural))))
        for k, distance in zip(rural, km, strict=True):
            areas[k] = REMOTE if distance > tables.remote_beyond_km else TOWN
    anchor = Message("region.anchor.bank" if banks else "region.anchor.town" if towns else "region.anchor.none")
    words = {"places": len(open_rows), "people": URBAN_PEOPLE, "km": tables.remote_beyond_km, "anchor": anchor}
    return areas, [Message(f"{ESTIMATED}.areas", words)]


def five_year_ages(rows: Iterable[AgeGroup]) -> tuple[Array, bool]:
    """Return people by five-year age, and whether a band had to be split by the profile of China in 2020.

    Returns
    -------
    ages : array of int64, shape (18,)
    is_split : bool
    """
    profile = np.asarray(CHINA_FIVE_YEAR_AGES)
    starts = 5 * np.arange(N_FIVE_YEAR_AGES)
    ages = np.zeros(N_FIVE_YEAR_AGES, dtype=np.int64)
    is_split = False
    for row in rows:
        years = np.clip(np.minimum(starts + 5, row.age_max + 1) - np.maximum(starts, row.age_min), 0, 5) / 5.0
        # Whoever has turned 85 has the last band, which is open.
        years[-1] = float(row.age_max >= LAST_FIVE_YEAR_AGE)
        weights = years * profile
        ages += largest_remainder(weights, row.population)
        is_split = is_split or bool(np.count_nonzero(weights) > 1)
    return ages, is_split


def ages_by_area(tables: RegionTables, people_by_area: Array) -> tuple[Array, list[Message]]:
    """Return the people of every area by five-year age: the tables' ages, scaled to the people of settlements.

    Ages given for rural people hold for towns and remote places together, in the same proportions. Where the
    ages do not say all areas people live in, those of all areas hold everywhere.

    Parameters
    ----------
    people_by_area : array of int64, shape (3,)

    Returns
    -------
    array of int64, shape (3, 18)
        Rows sum to `people_by_area`.
    """
    rows = tables.age_structure
    lived_in = [area for area in AREA_NAMES if people_by_area[AREA_NAMES.index(area)]]
    given = {row.area for row in rows if row.area}
    row_of = {area: TOWN if area == REMOTE and REMOTE not in given else area for area in lived_in}
    groups = [
        ([area for area in lived_in if row_of[area] == group], [row for row in rows if row.area == group])
        for group in sorted(given)
    ]
    if set(row_of.values()) != given:
        groups = [(lived_in, [row for row in rows if row.area is None] or list(rows))]

    result = np.zeros((len(AREA_NAMES), N_FIVE_YEAR_AGES), dtype=np.int64)
    estimated = []
    for members, own in groups:
        ages, is_split = five_year_ages(own)
        codes = [AREA_NAMES.index(area) for area in members]
        people = people_by_area[codes]
        result[codes] = round_table(people, largest_remainder(ages, int(people.sum())))
        estimated += [Message(f"{ESTIMATED}.five_year")] if is_split else []
        if len(members) > 1:
            areas = [Message(f"label.area.{area}") for area in members]
            estimated.append(Message(f"{ESTIMATED}.ages_shared", {"areas": areas}))
    once = [message for k, message in enumerate(estimated) if message not in estimated[:k]]
    return result, [*once, Message(f"{ESTIMATED}.ages_settlement")]


def household_sizes(tables: RegionTables) -> tuple[tuple[HouseholdSizes, ...], list[Message]]:
    """Return the sizes of households in every area.

    Bands of sizes are split by `SIZE_DECAY`, up to 12 people. Without a table China's sizes of 2020 are tilted
    to the region's people a household, or taken as they are where these are unknown.
    """
    sizes = np.arange(1, MAX_SIZE + 1)
    if not tables.household_size:
        shares = np.zeros(MAX_SIZE)
        shares[: 1 + len(CHINA_HOUSEHOLD_SIZES)] = (CHINA_ONE_PERSON, *CHINA_HOUSEHOLD_SIZES)
        mean = tables.mean_household_size or CHINA_MEAN_SIZE
        shares = tilt_to_mean(np.maximum(shares / shares.sum(), RAREST_SIZE), sizes, mean)
        sizes_everywhere = HouseholdSizes(float(shares @ sizes), float(shares[0]), tuple(shares[1:].tolist()))
        words = {"mean": round(sizes_everywhere.mean, 2)}
        return (sizes_everywhere,) * len(AREA_NAMES), [Message(f"{ESTIMATED}.sizes", words)]
    found = []
    for area in AREA_NAMES:
        shares = np.zeros(MAX_SIZE)
        for row in rows_for(tables.household_size, area):
            first, last = min(row.size_min, MAX_SIZE), min(row.size_max, MAX_SIZE)
            weights = SIZE_DECAY ** np.arange(last - first + 1)
            shares[first - 1 : last] += row.share_of_households * weights / weights.sum()
        shares = np.maximum(shares / max(shares.sum(), RAREST_SIZE), RAREST_SIZE)
        shares /= shares.sum()
        found.append(HouseholdSizes(float(shares @ sizes), float(shares[0]), tuple(shares[1:].tolist())))
    is_split = any(row.size_max > row.size_min for row in tables.household_size)
    return tuple(found), [Message(f"{ESTIMATED}.size_bands", {"most": MAX_SIZE})] if is_split else []


def income_by_area(tables: RegionTables, households: Array) -> tuple[tuple[float, ...], ...]:
    """Return which share of each area's households belongs to each third of the region's.

    Levels of all areas are ordered from low to high and cut where a third and two thirds of the region's
    households are reached; a level that is cut is cut in the same proportion in every area.

    Parameters
    ----------
    households : array of float64, shape (3,)
        Households by area.

    Returns
    -------
    tuple
        Three shares for each area; empty where the tables do not tell areas apart.
    """
    if not any(row.area for row in tables.income):
        return ()
    shares = np.array([[row.share_of_households for row in rows_for(tables.income, area)] for area in AREA_NAMES])
    shares /= shares.sum(axis=1, keepdims=True)
    region = households @ shares / households.sum()
    ends = np.cumsum(region)
    cuts = np.arange(N_INCOMES + 1) / N_INCOMES
    inside = np.minimum(ends[:, None], cuts[1:]) - np.maximum((ends - region)[:, None], cuts[:-1])
    part = np.clip(inside, 0.0, None) / np.maximum(region, RAREST_SIZE)[:, None]
    return tuple(tuple(row) for row in (shares @ part).tolist())


def contacts_by_band(rows: Sequence[ContactRate], ages: Array) -> tuple[tuple[float, ...], ...]:
    """Return contacts a day between the network's bands, from a matrix of finer bands and the region's ages.

    Parameters
    ----------
    rows : sequence of ContactRate
        Those for all areas are used where there are any, else each area's for its own people.
    ages : array of int64, shape (3, 18)
        People by area and five-year age.

    Returns
    -------
    tuple
        Shape (4, 4), rows the people asked; empty without rows.
    """
    if not rows:
        return ()
    whole = [row for row in rows if row.area is None]
    groups = (
        [(whole, ages.sum(axis=0))] if whole else [(rows_for(rows, area), ages[k]) for k, area in enumerate(AREA_NAMES)]
    )
    band = band_of_five_year_age(CONTACT_AGES)
    adult = band >= 0
    contacts = np.zeros((N_BANDS, N_BANDS))
    for own, people in groups:
        if not own:
            continue
        bands = sorted({row.age_individual for row in own})
        index = {each: k for k, each in enumerate(bands)}
        rates = np.zeros((len(bands), len(bands)))
        for row in own:
            rates[index[row.age_individual], index[row.age_contact]] = row.contacts_per_day
        given = band_of_five_year_age(tuple(low for low, _ in bands))
        of_band = np.bincount(given, weights=people, minlength=len(bands))
        # Contacts with a band are shared out over its ages by people.
        share = people / np.maximum(of_band, 1.0)[given]
        table = people[:, None] * rates[np.ix_(given, given)] * share
        np.add.at(contacts, (band[adult][:, None], band[adult]), table[np.ix_(adult, adult)])
    of_region = np.bincount(band[adult], weights=ages.sum(axis=0)[adult], minlength=N_BANDS)
    return tuple(tuple(row) for row in (contacts / np.maximum(of_region, 1.0)[:, None]).tolist())
