"""Readings and firings become catalogued variables and lose nothing on the way."""

import math

import numpy as np
import pytest

from simulation.core.reasons import REASON_NAMES
from simulation.engine.adjustment import Adjuster
from simulation.outcomes.monitoring import MAY_BE_MISSING, READING_VARIABLES, arrays_of
from simulation.scenario.adjustment import MONITOR_INDICATORS, Action, Rule, When
from tests.engine.readings import reading

SIZES = {"quarter": 2, "reason": 7, "rule": 2}


def two_quarters():
    reasons = {f"survey_reason_{name}": 0.1 * k for k, name in enumerate(REASON_NAMES)}
    first = reading(0, survey_use_share=0.4, new_merchants=7.0, **reasons)
    return [first, reading(1, survey_use_share=0.5, electronic_payments_growth=-0.1)]


def test_arrays_have_the_names_and_shapes_of_the_variables():
    arrays = arrays_of(two_quarters(), [], ("a", "b"), 2)
    assert set(arrays) == {variable.name for variable in READING_VARIABLES}
    for variable in READING_VARIABLES:
        assert arrays[variable.name].shape == tuple(SIZES[dim] for dim in variable.dims), variable.name
        assert arrays[variable.name].dtype == np.float64


def test_every_figure_stands_where_it_belongs():
    arrays = arrays_of(two_quarters(), [], (), 2)
    assert arrays["monitor_survey_use_share"].tolist() == [0.4, 0.5]
    assert arrays["monitor_survey_use_share_se"].tolist() == [0.02, 0.02]
    assert arrays["monitor_survey_use_share_answers"].tolist() == [600, 600]
    assert arrays["monitor_new_merchants"][0] == 7 and math.isnan(arrays["monitor_new_merchants"][1])
    assert arrays["monitor_reason_share"][0] == pytest.approx(0.1 * np.arange(7))
    assert arrays["monitor_survey_asked"].tolist() == [1_000, 1_000]
    assert arrays["rule_fired"].shape == (2, 0)


def test_firings_are_counted_by_the_quarter_that_decided_them():
    use = When(indicator="survey_use_share", below=0.45)
    rules = {name: Rule(when=use, action=Action(lever="x", change="start")) for name in ("b", "a")}
    readings = two_quarters()
    firings = Adjuster(rules).decide(12, readings[:1])
    fired = arrays_of(readings, firings, ("a", "b", "c"), 2)["rule_fired"]
    assert fired.tolist() == [[1, 1, 0], [0, 0, 0]]


def test_a_run_shorter_than_a_quarter_has_no_reading():
    arrays = arrays_of([], [], ("a",), 0)
    assert arrays["monitor_reason_share"].shape == (0, 7) and arrays["rule_fired"].shape == (0, 1)


def test_a_quarter_without_reading_is_refused():
    with pytest.raises(ValueError, match="3 quarters need one reading each"):
        arrays_of(two_quarters(), [], (), 3)


def test_variables_are_named_in_both_languages_and_say_which_figures_are_samples():
    names = [variable.name for variable in READING_VARIABLES]
    assert len(names) == len(set(names))
    for variable in READING_VARIABLES:
        assert variable.en[0].isupper() and variable.zh and variable.description
    for name, indicator in MONITOR_INDICATORS.items():
        if indicator.source == "survey" and not name.startswith("survey_reason_"):
            (own,) = [variable for variable in READING_VARIABLES if variable.name == f"monitor_{name}"]
            assert own.en.endswith("(sample)") and "抽样" in own.zh
            assert {f"monitor_{name}_se", f"monitor_{name}_answers"} <= set(names)


def test_what_may_be_missing_is_told():
    arrays = arrays_of(two_quarters(), [], (), 2)
    for name, values in arrays.items():
        if name not in MAY_BE_MISSING and name not in ("monitor_new_merchants", "monitor_electronic_payments"):
            assert np.all(np.isfinite(values)) or name.startswith("monitor_electronic_value"), name
    assert "monitor_active_accounts_growth" in MAY_BE_MISSING and "rule_fired" not in MAY_BE_MISSING
