"""Places, distances, kinds of area and zones."""

import numpy as np
import pytest

from simulation.core.codes import Area
from simulation.core.state import World
from simulation.region import Region, builtin
from simulation.region.geography import locate_places, place_weights, split_in_half
from simulation.region.sources import SEAT


def test_kilometres_agree_with_the_great_circle(lishui: Region) -> None:
    places = locate_places(lishui)
    a, b = places.place_id.index("gn1803245"), places.place_id.index("gn1793952")
    lat, lon = np.radians(places.lat[[a, b]]), np.radians(places.lon[[a, b]])
    half = np.sin((lat[1] - lat[0]) / 2) ** 2 + np.cos(lat[0]) * np.cos(lat[1]) * np.sin((lon[1] - lon[0]) / 2) ** 2
    great_circle = 2 * 6371.0 * np.arcsin(np.sqrt(half))
    plane = np.hypot(places.x_km[a] - places.x_km[b], places.y_km[a] - places.y_km[b])
    assert plane == pytest.approx(great_circle, rel=0.005)


def test_every_seat_lies_in_its_own_county(lishui: Region) -> None:
    places = locate_places(lishui)
    for row, county in enumerate(lishui.counties):
        assert places.county[places.place_id.index(county.seat)] == row
    assert sum(place.kind == SEAT for place in lishui.places) == len(lishui.counties)
    assert len(set(places.place_id)) == len(places.place_id)


def test_unknown_population_is_never_zero(lishui: Region) -> None:
    assert all(place.population is None or place.population > 0 for place in lishui.places)
    assert any("Residents of every place" in sentence for sentence in lishui.estimated)


def test_the_weights_of_a_county_s_places_sum_to_one(lishui: Region) -> None:
    places = locate_places(lishui)
    for row in place_weights(lishui, places):
        assert np.bincount(places.county, weights=row) == pytest.approx(np.ones(len(lishui.counties)))


def test_urban_citizens_are_those_of_the_census(lishui: Region, world: World) -> None:
    urban = sum(county.urban_population for county in lishui.counties) / lishui.n_residents
    # Rural people are older and have more elders but also more children: adults may differ by a point or two.
    assert (world.citizens.area == Area.URBAN).mean() == pytest.approx(urban, abs=0.02)
    assert (world.citizens.area == Area.REMOTE).mean() > 0.03


def test_a_sample_of_20_000_has_400_zones_each_of_one_county_and_area(world: World) -> None:
    citizens, zones = world.citizens, world.zones
    assert np.array_equal(citizens.area, zones.area[citizens.zone])
    assert np.array_equal(world.places.county[citizens.place], zones.county[citizens.zone])
    size = np.diff(zones.first_citizen)
    assert len(size) == pytest.approx(400, rel=0.02)
    assert np.median(size) == pytest.approx(50, rel=0.2)
    # The rounding of n / 50 allows up to 75 citizens and a household.
    assert size.max() < 85
    assert size.min() >= 1


def test_citizens_are_stored_zone_by_zone_and_household_by_household(world: World) -> None:
    citizens = world.citizens
    assert (np.diff(citizens.zone) >= 0).all()
    assert citizens.starts_household[0] == 1
    assert citizens.starts_household[1:][np.diff(citizens.zone) > 0].all()
    first = world.zones.first_citizen
    assert np.array_equal(np.repeat(np.arange(len(first) - 1), np.diff(first)), citizens.zone)


def test_members_of_a_household_share_zone_place_and_income(world: World) -> None:
    citizens = world.citizens
    together = citizens.starts_household[1:] == 0
    for column in (citizens.zone, citizens.place, citizens.area, citizens.income):
        assert np.array_equal(column[1:][together], column[:-1][together])


def test_halving_gives_equal_parts() -> None:
    x = np.arange(100.0)
    zone = split_in_half(x, np.zeros(100), np.ones(100), 4)
    assert np.bincount(zone).tolist() == [25, 25, 25, 25]
    assert (np.diff(zone) >= 0).all()


def test_no_zone_is_empty_when_there_are_as_many_as_households() -> None:
    zone = split_in_half(np.arange(7.0), np.zeros(7), np.array([9, 1, 1, 1, 1, 1, 1]), 7)
    assert sorted(zone.tolist()) == list(range(7))


def test_the_region_says_in_both_languages_what_is_estimated() -> None:
    region = builtin("lishui")
    assert len(region.sources) == len(region.sources_zh)
    assert len(region.estimated) == len(region.estimated_zh)
