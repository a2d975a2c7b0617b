"""Households with generations: sizes from the census, roles that give rough ages, exact ages by rank.

Ages inside a household come in two steps. Roles (one head, perhaps a partner, children, elders) give rough
ages; then the people of a county's urban or rural part are ranked by rough age and take the exact five-year
ages of that part in the same order. Margins stay exact, and couples and generations stay plausible.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from simulation.core.codes import Income
from simulation.core.rng import Stream, uniforms
from simulation.region.margins import FIRST_ADULT_AGE, N_FIVE_YEAR_AGES, URBAN, largest_remainder, round_to_total
from simulation.region.settlements import fill_settlements, settlements_of_parts
from simulation.region.sources import Region

Array = NDArray[Any]

HEAD, PARTNER, CHILD, ELDER = 0, 1, 2, 3
MAX_SIZE = 12
OLD_AGE = 60
SMALLEST_UNIFORM = 2.0**-54

# Assumption: household types by size, as (share, partners, children, elders, generations skipped). The last
# column is 1 where grandparents bring up children whose parents work elsewhere. Chosen so that rough ages lie
# near the census ages: mean difference 2.4 years.
HOUSEHOLD_TYPES = {
    1: ((1.0, 0, 0, 0, 0),),
    2: ((0.72, 1, 0, 0, 0), (0.16, 0, 1, 0, 0), (0.07, 0, 0, 1, 0), (0.05, 0, 1, 0, 1)),
    3: ((0.77, 1, 1, 0, 0), (0.05, 0, 2, 0, 0), (0.10, 1, 0, 1, 0), (0.08, 1, 1, 0, 1)),
    4: ((0.45, 1, 2, 0, 0), (0.40, 1, 1, 1, 0), (0.05, 1, 0, 2, 0), (0.10, 1, 2, 0, 1)),
}
# Larger households: a couple, two elders in half of them (one otherwise), the rest children.
TWO_ELDERS_SHARE = 0.5

# Assumption: first and last age of the head, and how much likelier heads from 50 are than the age structure says.
SINGLE, COUPLE, TWO, THREE, SKIPPED = range(5)  # generations
HEAD_AGES = {
    SINGLE: (20, 90, 1.5),
    COUPLE: (25, 85, 2.0),
    TWO: (25, 70, 0.35),
    THREE: (27, 62, 0.5),
    SKIPPED: (55, 80, 1.0),
}
GENERATION_YEARS = 27.0
GENERATION_SD = 4.0
PARTNER_GAP_SD = 3.0


@dataclass(slots=True)
class Households:
    """Households and their members; members of household h are rows first[h]:first[h+1], the head first."""

    first: Array  # i8 (H+1,)
    county: Array  # i4 (H,)
    part: Array  # u1 (H,) URBAN or RURAL; codes.Area where settlements are known
    place: Array  # i4 (H,) row of Region.places; -1 where it is not known yet
    five_year_age: Array  # u1 (P,)
    role: Array  # u1 (P,)

    @property
    def rural(self) -> Array:
        """Return whether each household lives outside urban areas, u1 (H,)."""
        return (self.part != URBAN).astype(np.uint8)

    @property
    def count(self) -> int:
        """Return the number of households."""
        return len(self.county)

    def adults(self) -> Array:
        """Return members aged 15 and over by household, int64 (H,)."""
        running = np.concatenate(([0], np.cumsum(self.five_year_age >= FIRST_ADULT_AGE)))
        return running[self.first[1:]] - running[self.first[:-1]]

    def head_age(self) -> Array:
        """Return the five-year age of the head by household, u1 (H,)."""
        return self.five_year_age[self.first[:-1]]


def share_sizes(n_people: int, n_households: int, n_one_person: int, profile: tuple[float, ...]) -> Array:
    """Return the size of every household: exact number of people, households and one-person households.

    Larger sizes follow `profile` times t**size, with t such that the mean is met (the distribution nearest to
    the profile among those with that mean); whatever rounding leaves is settled one person at a time.

    Parameters
    ----------
    n_people, n_households, n_one_person : int
        Totals; the one-person households give way where they cannot hold.
    profile : tuple of float
        Relative frequency of sizes 2, 3, ...; sizes beyond its end up to 12 halve from one to the next.

    Returns
    -------
    array of int64, shape (n_households,)
        Ascending.
    """
    n_households = min(max(n_households, -(-n_people // MAX_SIZE)), n_people)
    ones = min(max(n_one_person, 2 * n_households - n_people), n_households)
    # The others must hold everybody who is left.
    while ones > 0 and n_people - ones > MAX_SIZE * (n_households - ones):
        ones -= 1
    others, people = n_households - ones, n_people - ones
    counts = np.zeros(MAX_SIZE + 1, dtype=np.int64)
    counts[1] = ones
    if others:
        sizes = np.arange(2, MAX_SIZE + 1)
        base = np.asarray(profile, dtype=np.float64)[: len(sizes)]
        base = np.concatenate((base, base[-1] * 0.5 ** np.arange(1, len(sizes) - len(base) + 1)))
        counts[2:] = largest_remainder(tilt_to_mean(base, sizes, people / others), others)
        while (left := people - int(counts[2:] @ sizes)) != 0:
            step = 1 if left > 0 else -1
            movable = counts.copy()
            movable[[0, 1, MAX_SIZE if step > 0 else 2]] = 0
            size = int(movable.argmax())
            counts[size] -= 1
            counts[size + step] += 1
    return np.repeat(np.arange(MAX_SIZE + 1), counts)


def tilt_to_mean(weights: Array, sizes: Array, mean: float) -> Array:
    """Return the distribution of sizes with a given mean that is nearest to some weights: weights x t**size.

    Parameters
    ----------
    weights : array of float64, shape (n,)
        Relative frequencies.
    sizes : array of int64, shape (n,)
        Ascending.
    mean : float
        Kept between the smallest and the largest size.
    """

    def tilted(slope: float) -> Array:
        raised = weights * np.exp(slope * (sizes - sizes[0]))
        return raised / raised.sum()

    mean = min(max(mean, sizes[0] + 1e-6), sizes[-1] - 1e-6)
    return tilted(brentq(lambda slope: float(tilted(slope) @ sizes) - mean, -30.0, 30.0))


def _types_of(sizes: Array, draws: Array) -> tuple[Array, Array, Array, Array]:
    """Return partners, children, elders and whether a generation is skipped, by household."""
    partners, children, elders, skipped = (np.zeros(len(sizes), dtype=np.int64) for _ in range(4))
    for size, types in HOUSEHOLD_TYPES.items():
        here = sizes == size
        table = np.asarray(types)
        kind = np.searchsorted(np.cumsum(table[:, 0])[:-1], draws[here], side="right")
        partners[here], children[here], elders[here], skipped[here] = table[kind, 1:].astype(np.int64).T
    large = sizes > max(HOUSEHOLD_TYPES)
    partners[large] = 1
    elders[large] = np.where(draws[large] < TWO_ELDERS_SHARE, 2, 1)
    children[large] = sizes[large] - 2 - elders[large]
    return partners, children, elders, skipped


def _head_ages(kind_of: Array, people_by_age: Array, draws: Array) -> Array:
    """Return the rough age of heads in years: the age structure, between limits, tilted towards older heads.

    `kind_of` indexes HEAD_AGES; `people_by_age` has 18 five-year ages; `draws` are uniform.
    """
    ages = np.zeros(len(kind_of))
    lower_edges = 5.0 * np.arange(N_FIVE_YEAR_AGES)
    for kind, (first, last, tilt) in HEAD_AGES.items():
        here = kind_of == kind
        inside = np.clip(np.minimum(lower_edges + 5.0, last) - np.maximum(lower_edges, first), 0.0, 5.0) / 5.0
        # 1 person more in each band keeps the distribution defined in a county of a handful of people.
        weights = inside * (people_by_age + 1.0) * np.where(lower_edges >= 50.0, tilt, 1.0)
        cumulative = np.concatenate(([0.0], np.cumsum(weights) / weights.sum()))
        ages[here] = np.interp(draws[here], cumulative, np.append(lower_edges, 5.0 * N_FIVE_YEAR_AGES))
    return ages


def _people_of_part(
    people_by_age: Array, sizes: Array, seed: int, household_id: int, person_id: int
) -> tuple[Array, Array]:
    """Return five-year ages and roles of the people of one county's urban or rural part, household by household."""
    n_households, n_people = len(sizes), int(sizes.sum())
    ids = household_id + np.arange(n_households)
    partners, children, elders, skipped = _types_of(sizes, uniforms(seed, Stream.HOUSEHOLD_TYPE, 0, ids))
    kind = np.select(
        (sizes == 1, skipped > 0, (elders > 0) & (children > 0), children + elders > 0),
        (SINGLE, SKIPPED, THREE, TWO),
        COUPLE,
    )
    draws = uniforms(seed, Stream.ROUGH_AGE, 0, person_id + np.arange(n_people))
    first = np.concatenate(([0], np.cumsum(sizes)))
    rank = np.arange(n_people) - np.repeat(first[:-1], sizes)
    head_age = _head_ages(kind, people_by_age, draws[first[:-1]])
    partners_end = np.repeat(1 + partners, sizes)
    children_end = partners_end + np.repeat(children, sizes)
    role = np.full(n_people, ELDER, dtype=np.uint8)
    role[rank < children_end] = CHILD
    role[rank < partners_end] = PARTNER
    role[rank == 0] = HEAD

    noise = ndtri(np.maximum(draws, SMALLEST_UNIFORM))
    distance = np.zeros(n_people)
    distance[role == CHILD] = -GENERATION_YEARS
    distance[role == ELDER] = GENERATION_YEARS
    distance[(role == CHILD) & np.repeat(skipped > 0, sizes)] *= 2.0
    spread = np.array([0.0, PARTNER_GAP_SD, GENERATION_SD, GENERATION_SD])[role]
    rough = np.repeat(head_age, sizes) + distance + spread * noise

    # The youngest of those with a child's role become the children of the census, and where these are too few
    # others but never a head: every household keeps an adult.
    n_children = int(people_by_age[:FIRST_ADULT_AGE].sum())
    candidates = np.flatnonzero(rank > 0)
    young = candidates[np.lexsort((rough[candidates], role[candidates] != CHILD))[:n_children]]
    is_child = np.zeros(n_people, dtype=bool)
    is_child[young] = True
    grown = np.flatnonzero(~is_child)
    order = np.concatenate((young, grown[np.argsort(rough[grown], kind="stable")]))
    five_year_age = np.empty(n_people, dtype=np.uint8)
    five_year_age[order] = np.repeat(np.arange(N_FIVE_YEAR_AGES, dtype=np.uint8), people_by_age)
    return five_year_age, role


def _households_of_county(region: Region, row: int, totals: Array, adults: Array) -> tuple[Array, Array]:
    """Return households and, of these, one-person households of each part of a county, int64 (parts,) each."""
    lowest, most = np.count_nonzero(totals), int(adults.sum())
    if region.knows_settlements:
        quotas = totals / np.array([sizes.mean for sizes in region.household_sizes])
        wanted = quotas.sum()
        ones: Any = np.array([sizes.one_person_share for sizes in region.household_sizes])
    else:
        county = region.counties[row]
        quotas = totals / county.mean_household_size
        wanted = totals.sum() / county.mean_household_size
        ones = county.one_person_households / county.households
    n_households = round_to_total(quotas, min(max(round(wanted), lowest), most), upper=adults)
    ones = n_households * ones
    return n_households, round_to_total(ones, round(ones.sum()), upper=n_households)


def form_households(region: Region, people: Array, seed: int) -> Households:
    """Put everybody into a household.

    Parameters
    ----------
    region : Region
    people : array of int64, shape (counties, parts, 18)
        From `count_people`. Children in a part without a single adult (worlds of a few dozen) are left out.
    seed : int

    Returns
    -------
    Households
        County by county, urban before rural; settlement by settlement where these are known.
    """
    all_sizes, all_ages, all_roles, all_counties, all_parts, all_places = [], [], [], [], [], []
    household_id = person_id = 0
    settlements = settlements_of_parts(region) if region.knows_settlements else {}
    for row in range(len(region.counties)):
        totals = people[row].sum(axis=1)
        adults = people[row, :, FIRST_ADULT_AGE:].sum(axis=1)
        totals = np.where(adults > 0, totals, 0)
        if totals.sum() == 0:
            continue
        n_households, n_ones = _households_of_county(region, row, totals, adults)
        for part, total in enumerate(totals):
            if total == 0:
                continue
            larger = region.household_sizes[part].larger if region.knows_settlements else region.household_size_profile
            # A part with people has a household, even where rounding gave it none.
            sizes = share_sizes(int(total), max(int(n_households[part]), 1), int(n_ones[part]), larger)
            place = np.full(len(sizes), -1, dtype=np.int32)
            if region.knows_settlements:
                sizes, place = fill_settlements(sizes, settlements[row, part], int(adults[part]), seed, household_id)
            ages, roles = _people_of_part(people[row, part], sizes, seed, household_id, person_id)
            all_sizes.append(sizes)
            all_ages.append(ages)
            all_roles.append(roles)
            all_counties.append(np.full(len(sizes), row, dtype=np.int32))
            all_parts.append(np.full(len(sizes), part, dtype=np.uint8))
            all_places.append(place)
            household_id += len(sizes)
            person_id += len(ages)
    return Households(
        first=np.concatenate(([0], np.cumsum(np.concatenate(all_sizes)))),
        county=np.concatenate(all_counties),
        part=np.concatenate(all_parts),
        place=np.concatenate(all_places),
        five_year_age=np.concatenate(all_ages),
        role=np.concatenate(all_roles),
    )


def income_thirds(region: Region, households: Households, seed: int) -> Array:
    """Give every household an income third; thirds are exact over the region, or over each area where these are known.

    A household's score is a standard normal draw, plus `urban_income_tilt` in urban areas, plus
    `elder_income_tilt` where the head is 60 or over. Households are ranked by it in the whole region or, where
    `income_by_area` says what share of an area's households belongs to each third of the region, in their area.

    Returns
    -------
    array of u1, shape (H,)
        codes.Income.
    """
    draws = np.maximum(uniforms(seed, Stream.INCOME, 0, np.arange(households.count)), SMALLEST_UNIFORM)
    score = ndtri(draws)
    score += region.urban_income_tilt * (households.rural == 0)
    score += region.elder_income_tilt * (households.head_age() >= OLD_AGE // 5)
    thirds = np.empty(households.count, dtype=np.uint8)
    groups = [np.arange(households.count)]
    shares: tuple[Any, ...] = (np.ones(len(Income)),)
    if region.income_by_area:
        groups = [np.flatnonzero(households.part == area) for area in range(len(region.income_by_area))]
        shares = region.income_by_area
    for rows, share in zip(groups, shares, strict=True):
        counts = largest_remainder(share, len(rows))
        ranked = rows[np.argsort(score[rows], kind="stable")]
        thirds[ranked] = np.repeat(np.arange(len(Income), dtype=np.uint8), counts)
    return thirds
