"""A world is what its region, size and seed say, and nothing else."""

from dataclasses import fields

import numpy as np
import pytest

from simulation.core.codes import AGE_NAMES
from simulation.core.state import World, check
from simulation.region import Region, build_world, builtin, names
from simulation.region.synthesise import age_codes
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey


def arrays(world: World) -> dict[str, np.ndarray]:
    """Return every array of a world by name."""
    found = {"peer_start": world.peer_start, "peer": world.peer}
    for part in (world.citizens, world.merchants, world.zones, world.places, world.family):
        for spec in fields(part):
            value = getattr(part, spec.name)
            if isinstance(value, np.ndarray):
                found[f"{type(part).__name__}.{spec.name}"] = value
    return found


@pytest.mark.parametrize("n_citizens", [300, 50_000])
def test_worlds_of_any_size_are_valid(lishui: Region, survey: Survey, n_citizens: int) -> None:
    world = build_world(lishui, survey, Behaviour().params(), n_citizens, 7)
    check(world.citizens)
    check(world.merchants)
    assert len(world.citizens.age) == n_citizens
    assert world.expansion_factor * n_citizens == pytest.approx(lishui.n_eligible)
    assert world.citizens.five_year_age.min() >= 3


def test_the_same_seed_gives_the_same_world(lishui: Region, survey: Survey, tiny_world: World) -> None:
    again = build_world(lishui, survey, Behaviour().params(), 300, tiny_world.seed)
    for name, values in arrays(tiny_world).items():
        assert np.array_equal(values, arrays(again)[name]), name


def test_another_seed_gives_another_world_of_the_same_people(lishui: Region, survey: Survey, tiny_world: World) -> None:
    other = build_world(lishui, survey, Behaviour().params(), 300, tiny_world.seed + 1)
    before, after = tiny_world.citizens, other.citizens
    assert np.array_equal(np.bincount(before.five_year_age), np.bincount(after.five_year_age))
    assert not np.array_equal(tiny_world.peer, other.peer)
    assert not np.array_equal(before.payments_per_week, after.payments_per_week)
    assert np.array_equal(tiny_world.places.x_km, other.places.x_km)


def test_five_year_ages_fall_into_the_model_s_bands() -> None:
    for band, name in enumerate(AGE_NAMES):
        first = int(name.rstrip("+").split("-")[0])
        last = 89 if name.endswith("+") else int(name.split("-")[1])
        assert (age_codes()[first // 5 : last // 5 + 1] == band).all()


def test_a_size_out_of_range_is_refused(lishui: Region, survey: Survey) -> None:
    with pytest.raises(ValueError, match="citizens must be 100 to 2106979"):
        build_world(lishui, survey, Behaviour().params(), 3_000_000, 1)


def test_built_in_regions_are_named_and_others_refused() -> None:
    assert [builtin(name).name for name in names()] == list(names())
    with pytest.raises(KeyError, match="lishui"):
        builtin("atlantis")
