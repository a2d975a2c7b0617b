"""Factors are the uncertain numbers of a scenario, with their declared ranges, and can be set."""

import numpy as np
import pytest

from simulation.analysis.sensitivity.errors import SensitivityError
from simulation.analysis.sensitivity.factors import DUMMY, Factor, default_positions, factors_of, values_at, with_values
from simulation.analysis.sensitivity.outcome import outcomes_at
from simulation.levers.face_pilot import FacePilot
from simulation.levers.kiosk import Kiosk
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.schema import Scenario
from tests.analysis.sensitivity.functions import factor

KIOSK = Kiosk(kind="kiosk", places=("Bihu",))
SCENARIO = Scenario(levers={"my_kiosks": KIOSK, "faces": FacePilot(kind="face_pilot")})


def by_name(scenario, *names):
    return {f.name: f for f in factors_of(scenario, names or None)}


def test_a_coefficient_keeps_its_declared_range_unit_source_and_meaning():
    (found,) = factors_of(SCENARIO, ["behaviour.forgetting"])
    assert (found.low, found.high, found.default) == (0.005, 0.05, 0.015)
    assert (found.unit, found.label) == ("1/week", "decay of skill that is not used")
    assert found.source == "forgetting curves; half of it is gone after 46 weeks"
    assert (found.unit_in("zh"), found.label_in("zh")) == ("每周", found.label_zh)
    assert found.label_zh and found.label_zh != found.label


def test_symbols_and_fields_of_behaviour_name_the_same_factor_in_the_order_asked_for():
    names = [f.name for f in factors_of(SCENARIO, ["del_k", "levers.my_kiosks.yuan_per_week", "learning_kiosk"])]
    assert names == ["behaviour.forgetting", "levers.my_kiosks.yuan_per_week", "behaviour.learning_kiosk"]


def test_what_is_decided_or_true_by_definition_is_left_out_unless_named():
    found = by_name(SCENARIO)
    assert "behaviour.forgetting" in found and "levers.my_kiosks.set_up_yuan" in found
    for name in ("behaviour.mean_field_share", "behaviour.benefit_reference_yuan", "behaviour.freeze_peers"):
        assert name not in found
    assert factors_of(SCENARIO, ["behaviour.waking_hours_per_week"])[0].high == 126


def test_every_default_lies_in_its_range_and_the_scenario_stays_the_same_at_the_defaults():
    factors = factors_of(SCENARIO)
    assert len(factors) > 100
    positions = default_positions(factors)
    assert ((positions >= 0) & (positions <= 1)).all()
    assert with_values(SCENARIO, factors, values_at(factors, positions[None, :])[0]) == SCENARIO


def test_both_ends_of_every_range_are_values_a_scenario_can_have():
    factors = factors_of(SCENARIO)
    for position in (0.0, 1.0):
        with_values(SCENARIO, factors, values_at(factors, np.full((1, len(factors)), position))[0])


def test_a_price_of_twice_the_size_has_a_range_of_twice_the_size_and_a_dose_keeps_its_own():
    large = Scenario(levers={"k": KIOSK.scaled(2)})
    found = by_name(large, "levers.k.yuan_per_week", "levers.k.capacity_per_week")
    price, dose = found.values()
    assert (price.low, price.default, price.high) == (1200, 2200, 4000)
    assert (dose.low, dose.default, dose.high) == (20, 100, 150)


def test_a_value_outside_its_range_widens_it():
    far = Scenario(behaviour=Behaviour(forgetting=0.08))
    (found,) = factors_of(far, ["forgetting"])
    assert (found.low, found.high) == (0.005, 0.08)


def test_values_are_set_where_they_stand_and_nowhere_else():
    factors = factors_of(SCENARIO, ["forgetting", "levers.my_kiosks.yuan_per_week", "levers.faces.terminals"])
    moved = with_values(SCENARIO, factors, [0.03, 900.0, 1234.4])
    assert moved.behaviour == SCENARIO.behaviour.model_copy(update={"forgetting": 0.03})
    assert moved.levers["my_kiosks"] == KIOSK.model_copy(update={"yuan_per_week": 900.0})
    assert moved.levers["faces"].terminals == 1234  # whole numbers are rounded


def test_a_value_a_scenario_cannot_have_is_refused_by_name():
    factors = factors_of(SCENARIO, ["forgetting"])
    with pytest.raises(SensitivityError, match=r"behaviour\.forgetting cannot be 2: is outside 0(\.0)? to 1"):
        with_values(SCENARIO, factors, [2.0])


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(SensitivityError, match=r"forgeting is no number .* Did you mean forgetting\?"):
        factors_of(SCENARIO, ["forgeting"])
    strange = factor("levers.no_such_lever.yuan")
    with pytest.raises(SensitivityError, match="no_such_lever"):
        with_values(SCENARIO, [strange], [1.0])


def test_a_default_outside_its_range_is_no_factor():
    with pytest.raises(ValueError, match="does not lie"):
        Factor("x", 0, 1, 2, "", "", "")


def test_the_dummy_says_that_it_changes_nothing_in_both_languages():
    assert "changes nothing" in DUMMY.label_in("en") and "无任何影响" in DUMMY.label_in("zh")


def test_equal_points_are_run_once_and_outcomes_stand_in_their_order():
    asked = []

    def evaluate(points, replicates):
        asked.append(len(points))
        return np.repeat(points[:, :1], len(replicates), axis=1)

    found = outcomes_at(evaluate, np.array([[3.0], [1.0], [3.0]]), range(2))
    assert asked == [2]
    np.testing.assert_array_equal(found, [[3, 3], [1, 1], [3, 3]])


def test_outcomes_of_another_shape_or_no_numbers_are_refused():
    with pytest.raises(ValueError, match="shape"):
        outcomes_at(lambda points, replicates: np.zeros(len(points)), np.zeros((1, 1)), range(2))
    with pytest.raises(ValueError, match="no numbers"):
        outcomes_at(lambda points, replicates: np.full((1, 2), np.nan), np.zeros((1, 1)), range(2))
