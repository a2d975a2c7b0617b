"""A real district loads as its tables are; they are no part of the project: EPAY_REGION_DIR names their folder."""

import os
import time
from pathlib import Path

import pytest

from simulation.region.tables import RegionTables, read_region_tables

FOLDER = os.environ.get("EPAY_REGION_DIR", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="EPAY_REGION_DIR does not name the folder of Pithoragarh's tables")


@pytest.fixture(scope="module")
def tables() -> RegionTables:
    return read_region_tables(Path(FOLDER))


def test_everything_arrives(tables):
    assert len(tables.settlements) == 1563
    assert sum(place.population for place in tables.settlements) == 483_439
    assert (len(tables.access_points), len(tables.candidate_sites), len(tables.merchants)) == (316, 1225, 182)
    assert sum(group.population for group in tables.age_structure) == 482_760


def test_areas_are_told_apart(tables):
    people = {
        area: sum(p.population for p in tables.settlements if p.area == area) for area in ("urban", "town", "remote")
    }
    assert people == {"urban": 69_605, "town": 338_536, "remote": 75_298}


def test_the_money_is_rupees_and_the_household_as_counted(tables):
    assert (tables.currency, tables.currency_per_yuan) == ("INR", 11.7)
    assert tables.mean_household_size == pytest.approx(483_439 / 114_730)


def test_adoption_is_read_under_its_own_names(tables):
    assert [point.adopters for point in tables.adoption_history] == [21_378, 40_980, 67_024, 90_791, 111_983]


def test_no_word_of_its_trades_is_unknown(tables):
    assert [
        note.code for note in tables.notes if note.code in ("tables.sectors_unmapped", "tables.far_settlements")
    ] == []


def test_it_loads_in_under_a_second():
    start = time.process_time()
    read_region_tables(FOLDER)
    assert time.process_time() - start < 1.0
