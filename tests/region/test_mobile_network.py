"""The mobile network of a zone is what was measured where its people live, else what is assumed of its area."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.core.codes import Area
from simulation.core.state import World
from simulation.region import Region, build_world
from simulation.region.from_tables import region_of_tables
from simulation.region.tables.model import NetworkQuality, RegionTables
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey
from tests.region.toy import PLACES, toy_tables

# The town T1 is all there is of urban; E1 has no delay; E3 is one of four remote places.
MEASURED = (NetworkQuality("T1", 0.97, 80.0), NetworkQuality("E1", 0.9), NetworkQuality("E3", 0.5, 2_000.0))
SECONDS, FAILURE = (0.0, 0.5, 1.5), (0.002, 0.004, 0.010)


def world_of(tables: RegionTables, survey: Survey | None = None) -> World:
    return build_world(region_of_tables(tables), survey or Survey(), Behaviour().params(), None, 3)


@pytest.fixture(scope="module")
def measured() -> World:
    return world_of(toy_tables(network_quality=MEASURED))


def test_without_measurements_zones_have_what_is_assumed_of_their_area(world: World) -> None:
    assert np.array_equal(world.zones.network_seconds, np.array(SECONDS)[world.zones.area])
    assert np.array_equal(world.zones.network_failure, np.array(FAILURE)[world.zones.area])
    assert world.zones.network_seconds.dtype == world.zones.network_failure.dtype == np.float64


def test_a_survey_may_say_otherwise() -> None:
    seconds, failure = ({"urban": k, "town": 2 * k, "remote": 3 * k} for k in (1.0, 0.01))
    zones = world_of(toy_tables(), Survey(network_seconds_by_area=seconds, network_failure_by_area=failure)).zones
    assert zones.network_seconds == pytest.approx(zones.area + 1.0)
    assert zones.network_failure == pytest.approx(0.01 * (zones.area + 1.0))


def test_milliseconds_become_seconds_and_reliability_failures(measured: World) -> None:
    urban = measured.zones.area == Area.URBAN
    assert measured.zones.network_seconds[urban] == pytest.approx(0.08)
    assert measured.zones.network_failure[urban] == pytest.approx(0.03)


def test_a_zone_has_the_mean_over_its_residents(measured: World) -> None:
    citizens, zones = measured.citizens, measured.zones
    row = {key: index for index, (key, *_) in enumerate(PLACES)}
    mixed = 0
    for zone in range(len(zones.area)):
        here = citizens.place[citizens.zone == zone]
        failure = np.full(len(here), FAILURE[zones.area[zone]])
        seconds = np.full(len(here), SECONDS[zones.area[zone]])
        for place, lost, delay in (("T1", 0.03, 0.08), ("E1", 0.1, None), ("E3", 0.5, 2.0)):
            failure[here == row[place]] = lost
            if delay is not None:
                seconds[here == row[place]] = delay
        mixed += len(set(failure)) > 1
        assert zones.network_failure[zone] == pytest.approx(failure.mean(), rel=1e-12)
        assert zones.network_seconds[zone] == pytest.approx(seconds.mean(), rel=1e-12)
    assert mixed > 0


def test_a_delay_that_is_not_given_is_the_area_s(measured: World) -> None:
    towns = (measured.zones.area == Area.TOWN) & (measured.zones.network_failure > 0.004)
    assert towns.any()
    assert (measured.zones.network_seconds[towns] == 0.5).all()


def test_measurements_change_the_network_and_nothing_else(measured: World) -> None:
    plain = world_of(toy_tables())
    assert np.array_equal(plain.citizens.zone, measured.citizens.zone)
    assert np.array_equal(plain.peer, measured.peer)
    assert not np.array_equal(plain.zones.network_seconds, measured.zones.network_seconds)


def test_what_is_measured_is_part_of_what_worlds_depend_on() -> None:
    region = region_of_tables(toy_tables())
    other = replace(region, network_quality=MEASURED)
    assert region.content_key() != other.content_key()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((), "Mobile network: seconds and failures assumed by kind of area."),
        (MEASURED, "Mobile network at settlements without a row"),
        (tuple(NetworkQuality(key, 0.99, 50.0) for key, *_ in PLACES), None),
    ],
)
def test_what_is_assumed_of_the_network_is_said(rows, sentence) -> None:
    said = [line for line in region_of_tables(toy_tables(network_quality=rows)).estimated if "Mobile" in line]
    assert len(said) == (sentence is not None)
    assert all(line.startswith(sentence) for line in said)


def test_accounts_are_counties_by_kind_of_area(world: World, lishui: Region, measured: World) -> None:
    for each, n_counties in ((world, len(lishui.counties)), (measured, 2)):
        zones = each.zones
        assert each.n_accounts == 3 * n_counties
        assert np.array_equal(zones.account, 3 * zones.county + zones.area)
        assert zones.account.dtype == np.int32
        assert zones.account.max() < each.n_accounts
