"""A barrier that was put in people's way is found, by name."""

import numpy as np
import pytest

from simulation.analysis.barriers.naming import CLASS_NAMES, NOT_IN_GAP, ON_THE_WAY, SEVERAL
from simulation.core.codes import Stage
from simulation.engine.removal import Barrier
from tests.analysis.barriers.planted import WILLING, N, favourable, lapsed, named, plant, share_named

ALL = pytest.mark.parametrize("barrier", list(Barrier), ids=lambda barrier: barrier.name.lower())
LEAST = 0.99


@ALL
def test_a_planted_barrier_is_named_for_at_least_99_percent(barrier):
    world = favourable()
    found = named(world, *plant(world, barrier))
    assert (found.code >= 0).sum() == N
    assert share_named(found, barrier.name.lower()) >= LEAST


@ALL
def test_a_barrier_planted_for_people_who_stopped_paying_is_named_too(barrier):
    world = lapsed(favourable())
    found = named(world, *plant(world, barrier))
    assert share_named(found, barrier.name.lower()) >= LEAST


def test_barriers_planted_side_by_side_are_each_named():
    world = favourable()
    third = np.arange(N) % 3
    coefficients = {}
    for k, barrier in enumerate((Barrier.UNAWARE, Barrier.SKILL)):
        coefficients |= plant(world, barrier, third == k)[0]
    found = named(world, coefficients, WILLING)
    expected = np.array([Barrier.UNAWARE, Barrier.SKILL, CLASS_NAMES.index(ON_THE_WAY)])[third]
    assert (found.code == expected).mean() >= LEAST


def test_whoever_has_nothing_in_the_way_is_on_the_way():
    assert share_named(named(favourable(), {}, WILLING), ON_THE_WAY) >= LEAST


def test_whoever_learns_of_the_service_by_themselves_is_on_the_way_as_often_as_they_learn():
    world = favourable()
    plant(world, Barrier.UNAWARE)
    found = named(world, {"awareness_external": 0.01}, WILLING)
    # the last of two questions is put in week 19 (from 0), so 20 weeks count; 4 sd of the share at N = 2,000 are .035
    assert share_named(found, ON_THE_WAY) == pytest.approx(1 - np.exp(-0.01 * 20), abs=0.035)
    assert share_named(found, ON_THE_WAY) + share_named(found, "unaware") >= LEAST


def test_a_registered_person_who_cannot_pay_anywhere_is_held_by_shops():
    world = favourable()
    world.citizens.stage[:] = Stage.USER
    world.citizens.weeks_since_use[:] = world.citizens.weeks_since_merchant[:] = 10
    found = named(world, *plant(world, Barrier.NOWHERE_ACCEPTS))
    assert share_named(found, "nowhere_accepts") >= LEAST


def test_whoever_pays_has_no_barrier():
    world = favourable()
    payers = np.arange(N) % 2 == 0
    world.citizens.stage[payers] = Stage.USER
    world.citizens.weeks_since_use[payers] = 3
    found = named(world, *plant(world, Barrier.UNAWARE, ~payers))
    assert (found.code[payers] == NOT_IN_GAP).all() and (found.code[~payers] == Barrier.UNAWARE).mean() >= LEAST
    assert not (found.sufficient | found.necessary)[:, payers].any()


def test_of_two_barriers_that_are_both_necessary_the_first_is_named():
    world = favourable()
    coefficients = plant(world, Barrier.NO_ACCESS)[0] | plant(world, Barrier.SKILL)[0]
    # where money moves nobody: a gain that suffices would make up for missing skill
    found = named_without_gain(world, coefficients)
    assert not found.sufficient.any()
    both = found.necessary[[Barrier.NO_ACCESS, Barrier.SKILL]].all(axis=0)
    assert both.mean() >= LEAST
    assert share_named(found, "no_access") >= LEAST


def named_without_gain(world, coefficients):
    """Name barriers where money moves nobody."""
    return named(world, coefficients | {"weight_incentive": 0.0, "method_incentive": 0.0}, WILLING)


def test_of_two_feelings_that_are_both_necessary_the_first_is_named():
    world = favourable()
    plant(world, Barrier.SKILL)
    plant(world, Barrier.TRUST)
    # attitude 4 + 3.5 x .8, less 14 each: too little as long as either is left
    found = named_without_gain(world, {"weight_effort": 14.0, "weight_risk": 14.0})
    assert found.necessary[[Barrier.SKILL, Barrier.TRUST]].all(axis=0).mean() >= LEAST
    assert not found.sufficient.any()
    assert share_named(found, "skill") >= LEAST


def test_of_three_barriers_any_two_of_which_must_go_none_is_named():
    world = favourable()
    plant(world, Barrier.SKILL)
    plant(world, Barrier.TRUST)
    # attitude 6.8 less 12 each; a gain of a million yuan brings 12, too: two removals give 6.8, one gives -5.2
    found = named(
        world, {"weight_effort": 12.0, "weight_risk": 12.0, "weight_incentive": 12 / np.log(100_001)}, WILLING
    )
    assert found.sufficient.mean() < 1 - LEAST and not found.necessary.any()
    assert share_named(found, SEVERAL) >= 0.98


def test_where_no_removal_helps_nobody_is_blamed():
    world = favourable()
    found = named_without_gain(world, {"trial_rate": 0.06, "weight_usefulness": -20.0})
    assert share_named(found, SEVERAL) >= LEAST


def test_help_at_the_door_wins_as_many_as_help_succeeds_with_on_one_visit():
    world = favourable()
    _, constant = plant(world, Barrier.HELP_TOO_FAR)
    found = named(world, {"first_use_training": 0.7}, constant)
    assert share_named(found, "help_too_far") == pytest.approx(0.7, abs=0.041)  # 4 sd at N = 2,000
