"""Rounding and fitting keep every total they promise."""

import numpy as np
import pytest

from simulation.region import Region
from simulation.region.margins import (
    FIRST_ADULT_AGE,
    URBAN,
    band_of_five_year_age,
    count_people,
    fit_margins,
    largest_remainder,
    round_to_total,
)


def test_largest_remainder_gives_the_textbook_seats() -> None:
    # Hare quota by hand: 47, 16, 15.8, 12, 6.1, 3.1 thousand votes for ten seats.
    seats = largest_remainder([47_000, 16_000, 15_800, 12_000, 6_100, 3_100], 10)
    assert seats.tolist() == [5, 2, 1, 1, 1, 0]


def test_counts_that_need_no_rounding_come_back_unchanged() -> None:
    counts = np.array([[429_633, 132_483], [270_319, 238_734]])
    assert np.array_equal(largest_remainder(counts, int(counts.sum())), counts)


def test_rounding_respects_upper_limits_and_repays_generous_quotas() -> None:
    assert round_to_total([2.6, 0.4], 3, upper=[2, 5]).tolist() == [2, 1]
    assert round_to_total([2.0, -0.4, 1.4], 2).tolist() == [1, 0, 1]


def test_rounding_refuses_a_total_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        round_to_total([1.0, 2.0], 4, upper=[1, 2])


def test_fitting_keeps_odds_ratios_and_meets_both_margins() -> None:
    seed = np.array([[4.0, 1.0], [1.0, 1.0]])
    table = fit_margins(seed, [60, 40], [50, 50])
    assert table.sum(axis=1) == pytest.approx([60, 40])
    assert table.sum(axis=0) == pytest.approx([50, 50])
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(4.0)


def test_census_rows_add_up(lishui: Region) -> None:
    for county in lishui.counties:
        assert sum(county.by_band) == county.population
        assert county.urban_population + county.rural_population == county.population
    # The prefecture's own row of the census.
    assert lishui.n_residents == 2_507_396
    assert lishui.n_eligible == 2_507_396 - 400_417
    assert sum(county.households for county in lishui.counties) == 997_947


def test_every_census_margin_is_exact_one_to_one(lishui: Region) -> None:
    people = count_people(lishui, lishui.n_eligible)
    bands = band_of_five_year_age(lishui.band_starts)
    for row, county in enumerate(lishui.counties):
        by_band = np.bincount(bands, weights=people[row].sum(axis=0), minlength=len(county.by_band))
        assert tuple(by_band.astype(int)) == county.by_band
        assert people[row].sum(axis=1).tolist() == [county.urban_population, county.rural_population]
    assert people.min() >= 0


@pytest.mark.parametrize("n_citizens", [100, 300, 50_000])
def test_a_sample_has_exactly_the_citizens_asked_for_and_rounds_margins(lishui: Region, n_citizens: int) -> None:
    people = count_people(lishui, n_citizens)
    factor = lishui.n_eligible / n_citizens
    assert people[:, :, FIRST_ADULT_AGE:].sum() == n_citizens
    bands = band_of_five_year_age(lishui.band_starts)
    for row, county in enumerate(lishui.counties):
        by_band = np.bincount(bands, weights=people[row].sum(axis=0), minlength=len(county.by_band))
        assert np.abs(by_band - np.array(county.by_band) / factor).max() < 1.0
    urban = sum(county.urban_population for county in lishui.counties) / lishui.n_residents
    assert people[:, URBAN].sum() == pytest.approx(urban * people.sum(), abs=1.0)


def test_rural_people_are_older_as_in_the_country(lishui: Region) -> None:
    people = count_people(lishui, lishui.n_eligible).sum(axis=0)
    old = people[:, 12:].sum(axis=1) / people.sum(axis=1)
    odds = old / (1.0 - old)
    # National odds ratio of being 60 or over, rural against urban: 23.8% against 15.8%.
    assert odds[1] / odds[0] == pytest.approx((0.238 / 0.762) / (0.158 / 0.842), rel=0.08)


def test_the_national_profile_agrees_with_published_band_shares(lishui: Region) -> None:
    shares = np.bincount(band_of_five_year_age(lishui.band_starts), weights=lishui.five_year_profile)
    assert 100 * shares / shares.sum() == pytest.approx([18.0, 10.5, 22.3, 30.5, 10.5, 8.3], abs=0.1)
