"""A user's tables become people, households and areas without losing anybody."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.core.codes import AREA_NAMES, Area, Income
from simulation.core.state import check
from simulation.messages import render
from simulation.region import Region, build_world, builtin, find_region
from simulation.region.estimates import (
    SIZE_DECAY,
    URBAN_PEOPLE,
    areas_of_places,
    contacts_by_band,
    five_year_ages,
    household_sizes,
    income_by_area,
    people_of_places,
)
from simulation.region.from_tables import region_of_tables
from simulation.region.geography import locate_places
from simulation.region.households import Households, form_households, income_thirds
from simulation.region.margins import FIRST_ADULT_AGE, area_codes, count_people, populations, round_table
from simulation.region.sources import SEAT, SETTLEMENT
from simulation.region.tables.model import (
    AccessPoint,
    AgeGroup,
    ContactRate,
    HouseholdSize,
    IncomeLevel,
    ParentTotal,
    Settlement,
    Trip,
)
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey
from tests.region.toy import AGES, LAT, LON, MEAN_SIZE, N_ADULTS, PLACES, toy_tables, with_places

SEED = 11


@pytest.fixture(scope="module")
def toy() -> Region:
    return region_of_tables(toy_tables())


@pytest.fixture(scope="module")
def everybody(toy: Region) -> Households:
    return form_households(toy, count_people(toy, toy.n_eligible), SEED)


def people_at(region: Region, households: Households) -> np.ndarray:
    """Return simulated people of all ages by place."""
    return np.bincount(households.place, weights=np.diff(households.first), minlength=len(region.places))


def test_whole_tables_keep_the_sums_of_rows_and_columns() -> None:
    rows, columns = np.array([1, 1, 1, 0]), np.array([2, 0, 1])
    table = round_table(rows, columns)
    assert table.sum(axis=1).tolist() == rows.tolist() and table.sum(axis=0).tolist() == columns.tolist()
    # Independence by hand: 6 x 4 / 12 and so on need no rounding.
    assert round_table(np.array([6, 6]), np.array([4, 8])).tolist() == [[2, 4], [2, 4]]


@pytest.mark.parametrize("seed", range(20))
def test_rounded_tables_lie_within_one_of_independence(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows = draw.integers(0, 4, 30)
    columns = draw.multinomial(rows.sum(), np.ones(18) / 18)
    table = round_table(rows, columns)
    assert np.array_equal(table.sum(axis=1), rows) and np.array_equal(table.sum(axis=0), columns)
    assert table.min() >= 0
    assert np.abs(table - np.outer(rows, columns) / max(rows.sum(), 1)).max() <= 1.0


def test_counts_are_those_of_the_tables(toy: Region) -> None:
    assert toy.n_residents == 5300
    assert toy.n_eligible == N_ADULTS
    assert [county.population for county in toy.counties] == [3850, 1450]
    assert [county.urban_population for county in toy.counties] == [3000, 0]


def test_with_everybody_simulated_every_settlement_has_its_people(toy: Region, everybody: Households) -> None:
    assert people_at(toy, everybody).tolist() == [people for _, people, *_ in PLACES]
    assert np.array_equal(everybody.part, area_codes(toy)[everybody.place])


def test_with_everybody_simulated_the_ages_of_every_area_are_those_of_the_table(everybody: Households) -> None:
    part = np.repeat(everybody.part, np.diff(everybody.first))
    urban = np.bincount(everybody.five_year_age[part == Area.URBAN], minlength=18)
    rural = np.bincount(everybody.five_year_age[part != Area.URBAN], minlength=18)
    assert [urban[:3].sum(), urban[3:12].sum(), urban[12:].sum()] == [800, 1900, 300]
    assert [rural[:3].sum(), rural[3:5].sum(), rural[5:12].sum(), rural[12:].sum()] == [700, 400, 900, 300]


def test_towns_and_remote_places_share_the_ages_of_rural_people(everybody: Households) -> None:
    part = np.repeat(everybody.part, np.diff(everybody.first))
    for code, people in ((Area.TOWN, 1939), (Area.REMOTE, 361)):
        ages = everybody.five_year_age[part == code]
        assert len(ages) == people
        # 700 of 2,300 rural people are children; controlled rounding of three bands.
        assert (ages < FIRST_ADULT_AGE).sum() == pytest.approx(people * 700 / 2300, abs=3)


def test_ages_are_scaled_to_the_people_of_the_settlements_of_their_area() -> None:
    doubled = tuple(replace(row, population=2 * row.population) if row.area == "urban" else row for row in AGES)
    region = region_of_tables(toy_tables(age_structure=doubled))
    ages = np.array(region.ages_by_area)
    assert ages.sum(axis=1).tolist() == [3000, 1939, 361]
    assert [ages[0, :3].sum(), ages[0, 3:12].sum(), ages[0, 12:].sum()] == pytest.approx([800, 1900, 300], abs=2)


def test_ages_of_areas_nobody_lives_in_hold_for_all() -> None:
    rural = with_places(toy_tables(), area="town")
    region = region_of_tables(toy_tables(settlements=rural))
    urban, town, remote = (np.array(row) for row in region.ages_by_area)
    assert urban.sum() == remote.sum() == 0
    assert [town[:3].sum(), town[3:12].sum(), town[12:].sum()] == [1500, 3200, 600]


@pytest.mark.parametrize("n_citizens", [100, 379, 1000, N_ADULTS - 1])
def test_a_sample_has_the_citizens_asked_for_and_every_settlement_its_share(toy: Region, n_citizens: int) -> None:
    households = form_households(toy, count_people(toy, n_citizens), SEED)
    assert households.adults().sum() == n_citizens
    assert households.adults().min() >= 1
    size = np.diff(households.first)
    share = populations(toy) * (size.sum() / toy.n_residents)
    # A settlement loses or gains at most half a household at either end, and its county's area one person.
    assert np.abs(people_at(toy, households) - share).max() <= size.max() + 1


def test_in_the_mean_over_seeds_a_settlement_has_exactly_its_share(toy: Region) -> None:
    """A hamlet of one person too; four standard errors of 400 worlds."""
    people = count_people(toy, 200)
    worlds = np.array([people_at(toy, form_households(toy, people, seed)) for seed in range(400)])
    parts = 3 * np.array([["East", "West"].index(block) for *_, block, _, _ in PLACES]) + area_codes(toy)
    of_part = np.bincount(parts, weights=populations(toy), minlength=6)
    expected = people.sum(axis=2).ravel()[parts] * populations(toy) / of_part[parts]
    error = np.maximum(worlds.std(axis=0) / np.sqrt(len(worlds)), 1e-9)
    assert (np.abs(worlds.mean(axis=0) - expected) <= 4 * error).all()


def test_households_have_the_sizes_of_the_table(toy: Region, everybody: Households) -> None:
    size = np.diff(everybody.first)
    assert size.mean() == pytest.approx(MEAN_SIZE, rel=0.01)
    assert np.bincount(size, minlength=6)[1:6] / len(size) == pytest.approx([0.2, 0.3, 0.2, 0.2, 0.1], abs=0.01)
    sampled = np.diff(form_households(toy, count_people(toy, 1000), SEED).first)
    assert sampled.mean() == pytest.approx(MEAN_SIZE, rel=0.01)
    assert (sampled == 1).mean() == pytest.approx(0.2, abs=0.01)


def test_bands_of_sizes_fall_by_the_stated_share_from_one_to_the_next() -> None:
    tables = toy_tables(household_size=(HouseholdSize(1, 5, 0.9), HouseholdSize(6, 15, 0.1)))
    sizes, _ = household_sizes(tables)
    for each in sizes:
        assert each.larger[1] / each.larger[0] == pytest.approx(SIZE_DECAY)
        assert sum(each.larger[4:]) == pytest.approx(0.1, abs=1e-4)
        assert len(each.larger) == 11


def test_without_sizes_the_mean_is_that_of_people_and_households() -> None:
    sizes, _ = household_sizes(toy_tables(household_size=(), mean_household_size=3.4))
    assert [each.mean for each in sizes] == pytest.approx([3.4] * 3)
    sizes, _ = household_sizes(toy_tables(household_size=()))
    assert sizes[0].mean == pytest.approx(2.62)
    assert sizes[0].one_person_share == pytest.approx(0.254, abs=0.01)


def test_households_by_area_and_rural_rows_for_remote_people() -> None:
    rows = (HouseholdSize(1, 1, 1.0, "urban"), HouseholdSize(1, 1, 0.5, "town"), HouseholdSize(3, 3, 0.5, "town"))
    sizes, _ = household_sizes(toy_tables(household_size=rows))
    assert [each.mean for each in sizes] == pytest.approx([1.0, 2.0, 2.0], abs=1e-3)
    region = region_of_tables(toy_tables(household_size=rows))
    households = form_households(region, count_people(region, 500), SEED)
    # Children do not live alone: 500 households of one and the rest with as many as there are adults.
    assert households.adults().sum() == 500


def test_bands_are_split_by_a_national_profile_and_kept_where_they_are_five_years() -> None:
    ages, is_split = five_year_ages([AgeGroup(5 * k, 5 * k + 4, k + 1) for k in range(17)] + [AgeGroup(85, 130, 18)])
    assert ages.tolist() == list(range(1, 19))
    assert not is_split
    ages, is_split = five_year_ages([AgeGroup(0, 79, 0), AgeGroup(80, 120, 358)])
    # China 2020: 20.4 million of 80 to 84 and 15.4 million of 85 and over.
    assert ages[16:].tolist() == [204, 154]
    assert is_split
    ages, _ = five_year_ages([AgeGroup(0, 17, 0), AgeGroup(18, 21, 100), AgeGroup(22, 130, 0)])
    # Two years of 15-19 at 72.7 million and two of 20-24 at 74.9 million.
    assert ages[3:5].tolist() == [49, 51]


def test_a_parent_s_total_is_spread_over_its_places() -> None:
    own = (
        Settlement("a", "A", LAT, LON, None, None, "", "town", "", "p"),
        Settlement("b", "B", LAT, LON + 0.01, None, "town", "", "", "", "p"),
        Settlement("c", "C", LAT + 0.01, LON, None, "remote", "", "", "", "p"),
        Settlement("d", "D", LAT + 0.02, LON, 300, "town", "", "", "", "p"),
    )
    tables = toy_tables(settlements=own, parents=(ParentTotal("p", "P", 1500),))
    people, estimated = people_of_places(tables)
    # 1,200 are left: ten parts for the town, one for each village.
    assert people == [1000, 100, 100, 300]
    assert len(estimated) == 1
    assert region_of_tables(tables).n_residents == 1500
    tight = replace(tables, parents=(ParentTotal("p", "P", 303),))
    assert people_of_places(tight)[0] == [1, 1, 1, 300]


def test_areas_follow_the_rule_where_none_is_given() -> None:
    own = (
        Settlement("town", "Town", LAT, LON, 800, kind="Town"),
        Settlement("large", "Large", LAT, LON + 0.5, URBAN_PEOPLE),
        Settlement("near", "Near", LAT + 0.03, LON, 100),  # 3.3 km
        Settlement("far", "Far", LAT + 0.06, LON, 100),  # 6.7 km
        Settlement("given", "Given", LAT, LON + 0.9, 100, "town"),
    )
    tables = toy_tables(settlements=own)
    assert areas_of_places(tables, [800, URBAN_PEOPLE, 100, 100, 100])[0] == [
        "urban",
        "urban",
        "town",
        "remote",
        "town",
    ]
    bank = AccessPoint("b", "bank", LAT + 0.06, LON)
    post = AccessPoint("p", "post_office", LAT + 0.03, LON)
    with_bank = areas_of_places(replace(tables, access_points=(bank, post)), [800, URBAN_PEOPLE, 100, 100, 100])[0]
    assert with_bank == ["urban", "urban", "town", "town", "town"]
    hamlets = replace(tables, settlements=own[2:4])
    assert areas_of_places(hamlets, [100, 100])[0] == ["town", "town"]


def test_areas_that_are_given_are_kept_without_an_estimate() -> None:
    tables = toy_tables()
    areas, estimated = areas_of_places(tables, [people for _, people, *_ in PLACES])
    assert areas == [area for _, _, area, *_ in PLACES]
    assert estimated == []


def test_the_seat_of_a_block_is_its_largest_place_an_urban_one_first(toy: Region) -> None:
    assert {place.place_id for place in toy.places if place.kind == SEAT} == {"T1", "W1"}
    small_town = toy_tables(
        settlements=tuple(
            replace(place, area="urban", population=50) if place.settlement_id == "E5" else place
            for place in with_places(toy_tables(), block="")
            if place.settlement_id != "T1"
        )
    )
    region = region_of_tables(small_town)
    assert [county.seat for county in region.counties] == ["E5"]
    assert region.counties[0].name == "Toy district"
    assert sum(place.kind == SETTLEMENT for place in region.places) == len(region.places) - 1


def test_incomes_are_cut_into_thirds_of_the_region() -> None:
    # Urban: 20 low, 80 high; elsewhere 70 low, 30 high; as many households in both.
    rows = tuple(
        IncomeLevel(level, share, area)
        for area, shares in (("urban", (0.2, 0.8)), ("town", (0.7, 0.3)))
        for level, share in zip(("low", "high"), shares, strict=True)
    )
    shares = income_by_area(toy_tables(income=rows), np.array([50.0, 50.0, 0.0]))
    # 45% of all are low: a third of the region is 33.3 / 45 of the low, the middle third the rest of them and
    # 21.7 / 55 of the high.
    low, high = 1 / 3 / 0.45, 1 / 3 / 0.55
    assert shares[0] == pytest.approx((0.2 * low, 0.2 * (1 - low) + 0.8 * (1 - high), 0.8 * high))
    assert shares[1] == pytest.approx((0.7 * low, 0.7 * (1 - low) + 0.3 * (1 - high), 0.3 * high))
    assert shares[2] == shares[1]
    assert np.array(shares)[:2].mean(axis=0) == pytest.approx([1 / 3] * 3)


def test_households_of_an_area_have_its_incomes() -> None:
    rows = (IncomeLevel("l", 0.0, "urban"), IncomeLevel("h", 1.0, "urban"), IncomeLevel("l", 1.0, "town"))
    region = region_of_tables(toy_tables(income=(*rows, IncomeLevel("h", 0.0, "town"))))
    households = form_households(region, count_people(region, 1500), SEED)
    thirds = income_thirds(region, households, SEED)
    for area, share in enumerate(region.income_by_area):
        own = thirds[households.part == area]
        assert np.bincount(own, minlength=3) == pytest.approx(np.array(share) * len(own), abs=1)
    assert not (thirds[households.part == Area.URBAN] == Income.LOW).any()


def test_contacts_are_aggregated_by_people() -> None:
    ages = np.zeros((3, 18), dtype=int)
    ages[0, [3, 4]] = 300, 100  # 15-19, 20-24
    ages[1, 5] = 200  # 25-29
    bands = ((0, 14), (15, 19), (20, 24), (25, 39), (40, 59), (60, 130))
    rates = {(1, 1): 4.0, (1, 2): 2.0, (2, 1): 1.0, (2, 2): 3.0, (1, 3): 0.5, (2, 3): 1.5, (3, 1): 0.25, (3, 3): 7.0}
    rows = [
        ContactRate(one, other, rates.get((i, j), 0.0)) for i, one in enumerate(bands) for j, other in enumerate(bands)
    ]
    contacts = np.array(contacts_by_band(rows, ages))
    assert contacts[0, 0] == pytest.approx((300 * (4 + 2) + 100 * (1 + 3)) / 400)
    assert contacts[0, 1] == pytest.approx((300 * 0.5 + 100 * 1.5) / 400)
    assert contacts[1, 0] == pytest.approx(0.25)
    assert contacts[1, 1] == pytest.approx(7.0)
    assert contacts_by_band([], ages) == ()


def test_contacts_of_a_wide_band_are_shared_by_people() -> None:
    ages = np.zeros((3, 18), dtype=int)
    ages[0, 4:6] = 100, 300  # 20-24 and 25-29 in one band
    rows = [ContactRate((0, 130), (0, 130), 8.0)]
    contacts = np.array(contacts_by_band(rows, ages))
    assert contacts[:2, :2].tolist() == [[2.0, 6.0], [2.0, 6.0]]


def test_contacts_by_area_are_those_of_its_people() -> None:
    ages = np.zeros((3, 18), dtype=int)
    ages[0, 5], ages[1, 5], ages[2, 5] = 100, 200, 100
    rows = [ContactRate((0, 130), (0, 130), 4.0, "urban"), ContactRate((0, 130), (0, 130), 8.0, "town")]
    # Rural contacts hold for remote people too.
    assert np.array(contacts_by_band(rows, ages))[1, 1] == pytest.approx((100 * 4 + 300 * 8) / 400)


def test_people_live_near_their_settlement(toy: Region) -> None:
    world = build_world(toy, Survey(), Behaviour().params(), None, SEED)
    places, citizens = world.places, world.citizens
    assert np.array_equal(citizens.area, area_codes(toy)[citizens.place])
    zones = world.zones
    urban = zones.area == Area.URBAN
    # 3,000 people at 8,000 per km2 fill a disc of 345 m; the outermost zones hold a few of the farthest.
    people = np.diff(zones.first_citizen)[urban]
    km = np.hypot(zones.x_km[urban] - places.x_km[0], zones.y_km[urban] - places.y_km[0])
    assert np.average(km, weights=people) < 0.6 and km.max() < 1.2


@pytest.mark.parametrize("n_citizens", [100, 1000, None])
def test_worlds_of_tables_are_valid_at_any_size(toy: Region, n_citizens: int | None) -> None:
    world = build_world(toy, Survey(), Behaviour().params(), n_citizens, SEED)
    check(world.citizens)
    check(world.merchants)
    assert len(world.citizens.age) == (n_citizens or N_ADULTS)
    assert np.diff(world.zones.first_citizen).min() >= 1
    assert np.isfinite(world.zones.x_km).all()
    assert world.expansion_factor * len(world.citizens.age) == pytest.approx(N_ADULTS)


def test_a_region_of_one_hamlet_s_people_per_place_still_has_its_citizens() -> None:
    alone = tuple(
        Settlement(f"h{k}", f"H{k}", LAT + 0.01 * k, LON, 1, "remote" if k % 2 else "town", block=f"b{k % 7}")
        for k in range(400)
    )
    ages = (AgeGroup(0, 14, 120), AgeGroup(15, 59, 200), AgeGroup(60, 130, 80))
    region = region_of_tables(toy_tables(settlements=alone, age_structure=ages, household_size=()))
    for n_citizens in (100, 280):
        world = build_world(region, Survey(), Behaviour().params(), n_citizens, SEED)
        assert len(world.citizens.age) == n_citizens
        assert np.isfinite(world.zones.x_km).all()


def test_kilometres_hold_across_zones_and_the_date_line() -> None:
    wide = tuple(
        replace(place, lon=lon)
        for place, lon in zip(with_places(toy_tables(), lat=0.0), np.linspace(175.0, 186.0, 12), strict=True)
    )
    wide = tuple(replace(place, lon=place.lon - 360.0 if place.lon > 180.0 else place.lon) for place in wide)
    places = locate_places(region_of_tables(toy_tables(settlements=wide)))
    # One degree on the equator is 111.32 km.
    assert np.diff(places.x_km) == pytest.approx(np.full(11, 111.32), rel=0.002)


def test_what_is_estimated_is_said_in_both_languages(toy: Region) -> None:
    assert len(toy.estimated) == len(toy.estimated_zh) > 5
    assert len(toy.sources) == len(toy.sources_zh) == 2
    assert toy.sources[0] == "Invented"
    assert any("China, 2020" in sentence for sentence in toy.estimated)
    assert toy.estimated != toy.estimated_zh


def test_ways_that_join_nothing_are_told() -> None:
    tables = toy_tables(travel=(Trip("T1", "bank", 3.0), Trip("T1", "E1", 2.0)))
    notes = [render(note, "en") for note in region_of_tables(tables).notes]
    assert notes == ["travel.csv: 1 ways that join no settlement with a settlement or site are not used."]


def test_the_content_key_follows_facts_and_not_words(toy: Region) -> None:
    assert toy.content_key() == region_of_tables(toy_tables()).content_key()
    assert replace(toy, title_en="Other", notes=(), sources=()).content_key() == toy.content_key()
    assert replace(toy, detour=1.4).content_key() != toy.content_key()
    assert region_of_tables(toy_tables(settlements=toy_tables().settlements[::-1])).content_key() != toy.content_key()


def test_a_region_is_found_by_name_or_folder(tmp_path) -> None:
    assert find_region("lishui") == builtin("lishui")
    with pytest.raises(KeyError, match="atlantis"):
        find_region("atlantis")
    with pytest.raises(ValueError, match="settlements"):
        find_region(str(tmp_path))
    areas = "settlement_id,name,lat,lon,population,area\nA,Naini,29.75,80.25,1204,rural\n"
    (tmp_path / "settlements.csv").write_text(areas)
    ages = "age_min,age_max,population\n0,14,300\n15,59,704\n60,,200\n"
    (tmp_path / "age_structure.csv").write_text(ages)
    region = find_region(str(tmp_path))
    assert (region.n_residents, region.n_eligible) == (1204, 904)
    assert region.places[0].area == AREA_NAMES[Area.TOWN]
