"""Households hold everybody, have the census sizes, and look like families."""

import numpy as np
import pytest

from simulation.core.codes import Income
from simulation.region import Region
from simulation.region.households import CHILD, ELDER, PARTNER, Households, form_households, income_thirds, share_sizes
from simulation.region.margins import FIRST_ADULT_AGE, count_people

SEED = 3


@pytest.fixture(scope="module")
def people(lishui: Region) -> np.ndarray:
    return count_people(lishui, 100_000)


@pytest.fixture(scope="module")
def households(lishui: Region, people: np.ndarray) -> Households:
    return form_households(lishui, people, SEED)


def test_households_partition_the_people_of_every_county(households: Households, people: np.ndarray) -> None:
    size = np.diff(households.first)
    assert size.min() >= 1
    assert size.sum() == people.sum() == len(households.five_year_age)
    part = np.repeat(2 * households.county + households.rural, size)
    table = np.zeros((2 * len(people), people.shape[2]), dtype=int)
    np.add.at(table, (part, households.five_year_age), 1)
    assert np.array_equal(table.reshape(people.shape), people)


def test_every_household_has_an_adult_head(households: Households) -> None:
    assert households.head_age().min() >= FIRST_ADULT_AGE
    assert households.adults().min() >= 1


def test_mean_size_and_one_person_share_are_the_county_s(lishui: Region, households: Households) -> None:
    size = np.diff(households.first)
    for row, county in enumerate(lishui.counties):
        here = size[households.county == row]
        assert here.mean() == pytest.approx(county.mean_household_size, rel=0.002)
        assert (here == 1).mean() == pytest.approx(county.one_person_households / county.households, abs=0.002)


@pytest.mark.parametrize(
    ("n_people", "n_households", "n_ones"), [(1, 1, 0), (2, 1, 1), (10, 10, 3), (60, 2, 1), (235, 100, 31)]
)
def test_sizes_add_up_even_where_the_shares_cannot_hold(n_people: int, n_households: int, n_ones: int) -> None:
    sizes = share_sizes(n_people, n_households, n_ones, (3.0, 2.0, 1.0))
    assert sizes.sum() == n_people
    assert sizes.min() >= 1
    assert sizes.max() <= 12


def test_members_stand_at_the_distance_of_their_generation(households: Households) -> None:
    size = np.diff(households.first)
    years = 5 * (households.five_year_age.astype(int) - np.repeat(households.head_age().astype(int), size))
    role = households.role
    assert np.abs(np.median(years[role == PARTNER])) <= 5
    assert np.median(years[role == CHILD]) == pytest.approx(-27, abs=5)
    assert np.median(years[role == ELDER]) == pytest.approx(27, abs=5)


def test_nearly_all_children_live_with_an_adult_twenty_years_older(households: Households) -> None:
    size = np.diff(households.first)
    oldest = np.maximum.reduceat(households.five_year_age, households.first[:-1])
    gap = np.repeat(oldest.astype(int), size) - households.five_year_age
    children = households.five_year_age < FIRST_ADULT_AGE
    assert (gap[children] >= 3).mean() > 0.97


def test_a_third_of_households_has_each_income(lishui: Region, households: Households) -> None:
    thirds = income_thirds(lishui, households, SEED)
    counts = np.bincount(thirds)
    assert counts.sum() == households.count
    assert np.ptp(counts) <= 1


def test_urban_households_and_younger_heads_are_better_off(lishui: Region, households: Households) -> None:
    poor = income_thirds(lishui, households, SEED) == Income.LOW
    old = households.head_age() >= 12
    assert poor[households.rural == 1].mean() > poor[households.rural == 0].mean() + 0.2
    assert poor[old].mean() > poor[~old].mean() + 0.1
