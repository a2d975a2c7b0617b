"""Traits and the state at the start, of what is assumed by age.

A share of n draws is held against four standard errors: a right program fails one such comparison in 16,000.
"""

import numpy as np
import pytest

from simulation.core.codes import N_AGES, Stage
from simulation.core.state import World, check
from simulation.engine.initialise import LONG_AGO, draw_traits, set_initial_acceptance, set_initial_use
from simulation.region import build_world, builtin
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey

N = 20_000


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world whose changing fields held something before."""
    survey, p = Survey(), Behaviour().params()
    world = build_world(builtin("lishui"), survey, p, N, 3)
    world.citizens.turned_away[:] = 7
    world.citizens.weeks_since_merchant[:] = 9
    for name in ("trained", "unified", "integrated", "quarter_payments", "quarter_unified", "weeks_integrated"):
        getattr(world.merchants, name)[:] = 1
    draw_traits(world, survey, p)
    set_initial_use(world, survey, p, np.full((N_AGES, 3), 0.1))
    set_initial_acceptance(world, survey)
    return world


@pytest.mark.parametrize(
    ("trait", "shares"),
    [("old_device", (0.05, 0.08, 0.15, 0.30, 0.40)), ("refuses_face", (0.16,) * N_AGES)],
)
def test_traits_have_the_shares_of_the_survey_by_age(world: World, trait: str, shares: tuple[float, ...]) -> None:
    c = world.citizens
    for age, share in enumerate(shares):
        drawn = getattr(c, trait)[c.age == age]
        assert abs(drawn.mean() - share) <= 4.0 * np.sqrt(share * (1.0 - share) / len(drawn))


def test_old_devices_and_refusals_are_drawn_apart(world: World) -> None:
    c = world.citizens
    both = (c.old_device & c.refuses_face).mean()
    expected = 0.16 * c.old_device.mean()
    assert abs(both - expected) <= 4.0 * np.sqrt(expected * (1.0 - expected) / N)


def test_users_paid_a_merchant_this_week_and_others_long_ago_or_never(world: World) -> None:
    c = world.citizens
    assert (c.weeks_since_merchant == np.where(c.stage == Stage.USER, 0, LONG_AGO)).all()
    assert (c.turned_away == 0).all()


def test_merchants_start_without_training_interface_services_or_payments(world: World) -> None:
    check(world.citizens)
    check(world.merchants)
    for name in ("trained", "unified", "integrated", "quarter_payments", "quarter_unified", "weeks_integrated"):
        assert (getattr(world.merchants, name) == 0).all()
