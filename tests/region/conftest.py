"""Worlds shared by the tests of the region's room."""

import pytest

from simulation.core.state import World
from simulation.region import Region, build_world, builtin
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey

SEED = 20_240_901


@pytest.fixture(scope="session")
def lishui() -> Region:
    return builtin("lishui")


@pytest.fixture(scope="session")
def survey() -> Survey:
    return Survey()


@pytest.fixture(scope="session")
def world(lishui: Region, survey: Survey) -> World:
    """Return 20,000 citizens of Lishui."""
    return build_world(lishui, survey, Behaviour().params(), 20_000, SEED)


@pytest.fixture(scope="session")
def tiny_world(lishui: Region, survey: Survey) -> World:
    """Return 300 citizens of Lishui."""
    return build_world(lishui, survey, Behaviour().params(), 300, SEED)
