"""A real district as its tables are; they are no part of the project: EPAY_REGION_DIR names their folder."""

import os
from time import process_time

import numpy as np
import pytest

from simulation.core.codes import N_SECTORS, Area
from simulation.core.state import World, check
from simulation.region import Region, build_world, find_region
from simulation.region.households import Households, form_households
from simulation.region.margins import area_codes, count_people, populations
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey

FOLDER = os.environ.get("EPAY_REGION_DIR", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="EPAY_REGION_DIR does not name the folder of Pithoragarh's tables")
PEOPLE = 483_439
BY_AREA = [69_605, 338_536, 75_298]
CPU_SECONDS = 3.0


@pytest.fixture(scope="module")
def region() -> Region:
    return find_region(FOLDER)


@pytest.fixture(scope="module")
def everybody(region: Region) -> Households:
    return form_households(region, count_people(region, region.n_eligible), 1)


@pytest.fixture(scope="module")
def world(region: Region) -> World:
    return build_world(region, Survey(), Behaviour().params(), 50_000, 1)


def test_people_and_areas_are_the_census_s(region: Region) -> None:
    assert region.n_residents == PEOPLE
    assert len(region.places) == 1563 and len(region.sites) == 1225 and len(region.counties) == 8
    assert np.bincount(area_codes(region), weights=populations(region)).tolist() == BY_AREA
    assert np.array(region.ages_by_area).sum(axis=1).tolist() == BY_AREA


def test_every_one_of_1563_settlements_has_its_people(region: Region, everybody: Households) -> None:
    size = np.diff(everybody.first)
    assert size.sum() == PEOPLE
    assert np.array_equal(np.bincount(everybody.place, weights=size), populations(region))
    people = count_people(region, region.n_eligible)
    part = np.repeat(everybody.county * 3 + everybody.part, size)
    table = np.zeros((8 * 3, 18), dtype=int)
    np.add.at(table, (part, everybody.five_year_age), 1)
    assert np.array_equal(table.reshape(people.shape), people)


def test_households_have_the_census_s_sizes(everybody: Households) -> None:
    size = np.diff(everybody.first)
    for part, one, five in ((Area.URBAN, 0.073, 0.175), (Area.TOWN, 0.077, 0.197), (Area.REMOTE, 0.077, 0.197)):
        own = size[everybody.part == part]
        assert (own == 1).mean() == pytest.approx(one, abs=0.002)
        assert (own == 5).mean() == pytest.approx(five, abs=0.004)
    assert everybody.adults().min() >= 1


def test_a_world_is_valid_and_quick(region: Region, world: World) -> None:
    check(world.citizens)
    check(world.merchants)
    assert np.diff(world.zones.first_citizen).min() >= 1
    weights = np.add.reduceat(world.zones.huff_weight.astype(float), world.zones.huff_start[:-1])
    assert weights == pytest.approx(np.ones(len(weights)), abs=1e-6)
    assert np.diff(world.peer_start).mean() == pytest.approx(8.0, abs=0.3)
    assert np.bincount(world.merchants.sector, minlength=N_SECTORS).min() >= 1
    start = process_time()  # what is compiled was compiled for `world`
    build_world(region, Survey(), Behaviour().params(), 50_000, 2)
    assert process_time() - start < CPU_SECONDS


def test_a_sampled_settlement_has_its_share(region: Region) -> None:
    households = form_households(region, count_people(region, 50_000), 1)
    size = np.diff(households.first)
    share = populations(region) * (size.sum() / PEOPLE)
    there = np.bincount(households.place, weights=size, minlength=len(share))
    assert np.abs(there - share).max() <= 13
    assert abs((there - share).mean()) < 1e-9


def test_with_everybody_simulated_all_182_mapped_merchants_are_there(region: Region) -> None:
    world = build_world(region, Survey(), Behaviour().params(), None, 1)
    assert len(region.merchants) == 182
    assert len(world.citizens.age) == region.n_eligible
    # Rates by area, per 1,000: retail 19 / 9.5 / 5.6 and so on; public services from the survey.
    rates = {1: (3.0, 1.5, 0.6), 2: (19.0, 9.5, 5.6), 3: (6.0, 2.0, 0.8), 4: (6.0, 2.5, 1.2), 5: (4.0, 1.5, 0.6)}
    counts = np.bincount(world.merchants.sector, minlength=N_SECTORS)
    for sector, per_1000 in rates.items():
        assert counts[sector] == round(float(np.dot(per_1000, BY_AREA)) / 1000.0)
