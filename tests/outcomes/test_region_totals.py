"""What was understood of a region adds up, and differs from what is stated by what the tables leave open."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulation.outcomes.region_totals import age_totals, household_totals, merchant_counts, people_totals
from simulation.region import builtin
from simulation.region.from_tables import region_of_tables
from simulation.region.tables import read_region_tables

DISTRICT = Path(__file__).resolve().parents[1] / "region_tables" / "district"


@pytest.fixture(scope="module")
def tables():
    return read_region_tables(DISTRICT)


@pytest.fixture(scope="module")
def region(tables):
    return region_of_tables(tables)


def test_people_by_area_are_those_of_the_settlements_against_the_table_of_ages(region, tables):
    totals = {total.name: total for total in people_totals(region, tables)}
    assert (totals["all"].used, totals["all"].stated) == (30_000, 30_000)
    assert (totals["urban"].used, totals["urban"].stated) == (9_000, 9_000)
    # the ages of rural people hold for town and remote together
    assert totals["rural"].used == totals["town"].used + totals["remote"].used == totals["rural"].stated == 21_000
    assert totals["remote"].stated is None and totals["remote"].difference is None


def test_a_gap_between_settlements_and_ages_is_shown(tables):
    more = replace(tables.settlements[0], population=9_300)
    changed = replace(tables, settlements=(more, *tables.settlements[1:]))
    totals = {total.name: total for total in people_totals(region_of_tables(changed), changed)}
    assert totals["all"].difference == totals["urban"].difference == 300


def test_ages_add_up_to_everybody(region, tables):
    totals = age_totals(region, tables)
    assert [total.name for total in totals] == ["0-14", "15-29", "30-44", "45-59", "60-74", "75+"]
    assert sum(total.used for total in totals) == 30_000
    assert sum(total.used for total in totals[1:]) == region.n_eligible
    assert not any(total.is_estimated for total in totals)


def test_ages_of_wide_bands_are_marked_where_they_had_to_be_split(tables):
    group = replace(tables.age_structure[0], area=None, sex="")
    wide = tuple(
        replace(group, age_min=low, age_max=high, population=people)
        for low, high, people in ((0, 14, 5_000), (15, 59, 18_000), (60, 130, 7_000))
    )
    changed = replace(tables, age_structure=wide)
    totals = age_totals(region_of_tables(changed), changed)
    assert [total.is_estimated for total in totals] == [False, True, True, True, True, True]
    assert (totals[0].used, totals[0].stated) == (5_000, 5_000)


def test_households_are_held_against_the_number_in_region_json(region, tables):
    total = household_totals(region, tables)
    assert total.stated == 11_300
    assert total.used == sum(county.households for county in region.counties)
    assert household_totals(region, replace(tables, mean_household_size=None)).stated is None


def test_merchants_are_mapped_or_generated_to_the_number_a_rate_gives(region, tables):
    counts = {count.sector: count for count in merchant_counts(region)}
    assert sum(count.mapped for count in counts.values()) == len(tables.merchants) == 40
    people = {total.name: total.used for total in people_totals(region, tables)}
    # grocery: 9, 6 and 4 for 1,000 residents
    expected = (9 * people["urban"] + 6 * people["town"] + 4 * people["remote"]) / 1000
    assert counts["retail"].mapped + counts["retail"].generated == round(expected)
    assert counts["market"].generated == 0  # mapped, and no rate


def test_the_builtin_region_has_exactly_its_census():
    region = builtin("lishui")
    totals = [*people_totals(region, None), *age_totals(region, None), household_totals(region, None)]
    assert all(total.difference == 0 for total in totals)
    assert totals[0].used == 2_507_396
    assert sum(count.generated for count in merchant_counts(region)) == pytest.approx(region.n_eligible / 30, rel=1e-3)
