"""The solved constants: what they are kept under, how they are read back, what they reach on the real region."""

import numpy as np
import pytest

from simulation.engine.constants import Constants, content_key, from_json, solved, to_json
from simulation.region import builtin
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey


@pytest.fixture(scope="module")
def lishui() -> Constants:
    return solved(builtin("lishui"), Survey(), Behaviour().params(), n_workers=2)


def test_every_equation_is_met_on_the_reference_worlds(lishui):
    """ODD 5: growth of segments and sectors within .003 a year, or within one shop where shops are few."""
    assert lishui.converged
    assert np.abs(lishui.growth - lishui.growth_target).max() < 0.003
    assert lishui.max_residual() < 0.004


def test_active_share_of_the_registered_stands_still(lishui):
    """Amendment A8: under one point a year."""
    assert abs(lishui.active_of_registered[1] - lishui.active_of_registered[0]) / 2 < 0.01


def test_constants_survive_the_file_bit_for_bit(lishui):
    again = from_json(to_json(lishui))
    for name in Constants.__slots__:
        assert np.array_equal(getattr(again, name), getattr(lishui, name)), name


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"alpha": [1]}'])
def test_a_broken_file_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(text)


def test_the_key_changes_with_what_matters_and_only_with_that():
    region, p = builtin("lishui"), Behaviour().params()
    key = content_key(region, Survey(), p)
    assert content_key(region, Survey(growth_per_year=0.02), p) != key
    assert content_key(region, Survey(), p._replace(trial_rate=0.05)) != key
    assert content_key(region, Survey(source="asked again"), p) == key
