"""Help can stand at candidate sites, and measured ways replace straight lines."""

import numpy as np
import pytest

from simulation.core.state import World
from simulation.levers.kiosk import Kiosk
from simulation.levers.places import place_rows
from simulation.levers.training_event import TrainingEvent
from simulation.region import Region, build_world
from simulation.region.from_tables import region_of_tables
from simulation.region.geography import locate_places
from simulation.region.tables.model import CandidateSite, Trip
from simulation.region.travel import travel_km, trips_of
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.load import place_names
from simulation.scenario.survey import Survey
from tests.region.toy import LAT, LON, PLACES, toy_tables

SITES = (
    CandidateSite("s1", "school", LAT + 0.05, LON + 0.05, "Hill school"),
    CandidateSite("s2", "school", LAT + 0.06, LON + 0.05, "Primary school"),
    CandidateSite("s3", "school", LAT + 0.07, LON + 0.05, "Primary school"),
    CandidateSite("s4", "post_office", LAT, LON + 0.03, "Place E1"),  # as a settlement is called
    CandidateSite("s5", "post_office", LAT, LON + 0.04),
)
WAYS = (
    Trip("W1", "s1", 40.0),
    Trip("s2", "E1", 9.0),
    Trip("T1", "E1", 5.0),
    Trip("E1", "T1", 7.0),
    Trip("bank", "T1", 1.0),
)


@pytest.fixture(scope="module")
def region() -> Region:
    return region_of_tables(toy_tables(candidate_sites=SITES, travel=WAYS))


@pytest.fixture(scope="module")
def world(region: Region) -> World:
    return build_world(region, Survey(), Behaviour().params(), None, 3)


def test_sites_are_found_by_identifier_and_by_a_name_of_their_own(world: World) -> None:
    n_places = len(PLACES)
    assert place_rows(("s1",), world).tolist() == [n_places]
    assert place_rows(("Hill school", "E1"), world).tolist() == [1, n_places]
    assert place_rows(("Place E1",), world).tolist() == [1]
    with pytest.raises(ValueError, match="s2, s3"):
        place_rows(("Primary school",), world)
    with pytest.raises(ValueError, match="none"):
        place_rows(("Nowhere",), world)


def test_keywords_mean_settlements_only(world: World, region: Region) -> None:
    assert place_rows(("all",), world).tolist() == list(range(len(PLACES)))
    assert place_rows(("county_seats",), world).tolist() == [0, 6]
    known = place_names((*region.places, *region.sites))
    assert known["all"] == tuple(key for key, *_ in PLACES)
    assert known["county_seats"] == ("T1", "W1")


def test_scenarios_know_sites_as_worlds_do(region: Region) -> None:
    known = place_names((*region.places, *region.sites))
    assert known["s5"] == ("s5",)
    assert known["Hill school"] == ("s1",)
    assert known["Primary school"] == ("s2", "s3")
    assert known["Place E1"] == ("E1",)
    assert "" not in known


def test_kiosks_and_events_stand_at_the_site_s_point(world: World) -> None:
    site = np.array([world.places.site_x_km[0], world.places.site_y_km[0]])
    kiosk = Kiosk(kind="kiosk", places=("Hill school", "T1"))
    town, school = kiosk.help_points(world, "kiosks", 0)
    assert (town.x_km, town.y_km) == (world.places.x_km[0], world.places.y_km[0])
    assert [school.x_km, school.y_km] == pytest.approx(site)
    assert school.name == "kiosks/s1/0"
    event = {"place": "s1", "start_week": 2, "weeks": 3}
    training = TrainingEvent(kind="training_event", events=[event])
    assert [training.help_points(world, "t", 0)[0].x_km] == pytest.approx(site[:1])
    # One degree of latitude is 110.9 km at 30 degrees north.
    assert world.places.site_y_km[0] - world.places.y_km[0] == pytest.approx(0.05 * 110.9, rel=0.01)


def test_ways_hold_in_both_directions_unless_both_are_listed(region: Region) -> None:
    trips = trips_of(region)
    n_places = len(PLACES)
    found = {(int(p), int(s)): float(km) for p, s, km in zip(trips.place, trips.spot, trips.km, strict=True)}
    assert found == {(6, n_places): 40.0, (1, n_places + 1): 9.0, (0, 1): 5.0, (1, 0): 7.0}
    assert list(found) == sorted(found)


def test_a_region_without_ways_has_none(lishui: Region) -> None:
    assert len(trips_of(lishui).km) == 0


def test_measured_ways_replace_straight_lines_for_those_who_live_there(world: World) -> None:
    zones, places = world.zones, world.places
    school, n_places = len(PLACES), len(PLACES)
    km = travel_km(world, [school, n_places + 4])
    straight = np.hypot(zones.x_km - places.site_x_km[0], zones.y_km - places.site_y_km[0]) * world.detour
    share = np.array([np.mean(world.citizens.place[world.citizens.zone == zone] == 6) for zone in range(len(straight))])
    assert 0.0 < share.max() <= 1.0
    assert km[:, 0] == pytest.approx(share * 40.0 + (1.0 - share) * straight + zones.intra_km)
    plain = np.hypot(zones.x_km - places.site_x_km[4], zones.y_km - places.site_y_km[4]) * world.detour
    assert km[:, 1] == pytest.approx(plain + zones.intra_km)


def test_sites_lie_in_the_plane_of_the_places(region: Region) -> None:
    places = locate_places(region)
    assert places.site_x_km[3] - places.x_km[0] == pytest.approx(0.03 * 96.5, rel=0.01)
    assert places.site_id == tuple(site.site_id for site in SITES)
