"""Survey and coefficients: every number has unit, range and source, and the arrays are the products they claim."""

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, SECTOR_NAMES
from simulation.core.params import Params
from simulation.quantities import Grade
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey, table_keys
from simulation.scenario.survey_table import read_survey_table
from simulation.scenario.tree import Leaf

GRADES = Grade.__args__


@pytest.mark.parametrize("name", Behaviour.model_fields)
def test_every_coefficient_has_unit_range_source_and_grade(name):
    info = Behaviour.model_fields[name]
    extra = info.json_schema_extra
    assert extra["unit"]
    assert extra["source"]
    assert extra["grade"] in GRADES
    assert extra["low"] <= info.default <= extra["high"]
    assert info.description
    assert name not in Params._fields or extra["symbol"]


def test_symbols_are_used_once():
    symbols = [info.json_schema_extra.get("symbol") for info in Behaviour.model_fields.values()]
    named = [symbol for symbol in symbols if symbol]
    assert len(named) == len(set(named)) == len(Params._fields)


def test_the_coefficients_are_those_the_rules_take():
    assert set(Params._fields) | {"freeze_peers", "freeze_acceptance"} == set(Behaviour.model_fields)
    assert Behaviour(trial_rate=0.5).params().trial_rate == 0.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lapse_early", 0.15), ("merchant_fee_share", 0.0038), ("merchant_weight_asking", 2.0), ("weight_peers", 0.3),
        ("method_time", 0.35), ("first_use_training", 0.7), ("first_use_kiosk", 0.4), ("attends_help_share", 0.4),
        ("cash_shock_merchants", 0.05), ("benefit_reference_yuan", 20.0),
    ],
)  # fmt: skip
def test_amended_values_win_over_the_first_ones(name, value):
    """The values of the last row of section 12 of the ODD."""
    assert getattr(Behaviour(), name) == value


@pytest.mark.parametrize("name", [n for n in Survey.model_fields if n not in ("illustrative", "source")])
def test_every_table_of_the_survey_has_unit_and_source(name):
    extra = Survey.model_fields[name].json_schema_extra
    assert extra["unit"]
    assert extra["source"]
    assert extra["grade"] in GRADES


def test_a_share_of_a_cell_is_age_times_area_times_income_clipped():
    survey = Survey()
    use = survey.use_share()
    assert use.shape == (5, 3, 3)
    assert use[3, 2, 0] == pytest.approx(0.24 * 0.66 * 0.90)
    assert use[0, 0, 2] == pytest.approx(0.70 * 1.18 * 1.10)
    assert use.max() <= 0.97
    assert survey.access_share()[0, 0, 2] == pytest.approx(0.92 * 1.04 * 1.04)
    assert survey.acceptance_share()[5, 1] == pytest.approx(0.30 * 0.95)


def test_who_uses_has_access_and_knows_in_every_cell_of_the_placeholders():
    survey = Survey()
    assert (survey.use_share() <= survey.access_share()).all()
    assert (survey.use_share().max(axis=2) <= survey.aware_share()).all()


def test_payments_of_an_adult_are_about_twelve_a_week():
    per_week = Survey().payments_per_week()
    assert per_week.shape == (len(AGE_NAMES), len(SECTOR_NAMES))
    assert per_week[4, 0] == pytest.approx(0.4 * 2.0)
    assert per_week.sum(axis=1) == pytest.approx([12.78, 12.8, 12.11, 11.59, 9.78])


def test_sector_shares_sum_to_one():
    assert Survey().merchant_sector_share().sum() == pytest.approx(1.0)
    assert np.all(Survey().median_ticket_yuan() > 0)


def test_what_is_assumed_of_families_devices_and_network():
    """The values of amendments A10 and A11 and of plan rows E4 and R4."""
    survey = Survey()
    assert survey.old_device().tolist() == [0.05, 0.08, 0.15, 0.30, 0.40]
    assert survey.refuses_face().tolist() == [0.16] * 5
    assert survey.family_phone().tolist() == [0.0, 0.0, 0.0, 0.3, 0.4]
    assert survey.network_seconds().tolist() == [0.0, 0.5, 1.5]
    assert survey.network_failure().tolist() == [0.002, 0.004, 0.010]
    assert (survey.child_same_zone_share, survey.child_same_area_share) == (0.45, 0.30)


def test_every_table_of_one_value_a_category_knows_its_categories():
    tables = {name for name, info in Survey.model_fields.items() if info.default_factory}
    assert tables == {name for name in Survey.model_fields if table_keys(name)}
    assert table_keys("network_seconds_by_area") == AREA_NAMES


def test_tables_by_area_and_shares_of_children_are_read_from_csv(tmp_path):
    rows = [
        "network_failure_by_area,,urban,,,0", "network_failure_by_area,,town,,,0.01",
        "network_failure_by_area,,remote,,,0.02", "family_phone_by_age,75+,,,,0.5", "child_same_zone_share,,,,,0.6",
    ]  # fmt: skip
    path = tmp_path / "survey.csv"
    path.write_text("table,age,area,income,sector,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    tables = {name: leaf.plain() for name, leaf in read_survey_table(path, Leaf("survey.csv", "plan.yaml", 1)).items()}
    assert tables["network_failure_by_area"] == {"urban": 0.0, "town": 0.01, "remote": 0.02}
    assert tables["family_phone_by_age"] == {"75+": 0.5}
    assert tables["child_same_zone_share"] == 0.6


def test_shares_of_children_near_and_farther_off_leave_nobody_with_two():
    exact = Survey(child_same_zone_share=0.45, child_same_area_share=0.55)
    assert exact.child_same_area_share == 0.55
    with pytest.raises(ValidationError, match=r"child_same_area_share[\s\S]*outside 0.0 to 0.55"):
        Survey(child_same_area_share=0.56)
    with pytest.raises(ValidationError, match=r"child_same_area_share[\s\S]*outside 0.0 to 0.2"):
        Survey(child_same_zone_share=0.8)  # the other share is .30 where nothing is said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"use_by_age": {"15-29": 0.5}}, "needs exactly 15-29, 30-44, 45-59, 60-74, 75\\+; wrong: 30-44"),
        ({"merchants_by_sector": dict.fromkeys(SECTOR_NAMES, 0.5)}, "sums to 3.0, not 1"),
        ({"residents_per_merchant": 0}, "not above 0"),
        ({"illustrative": False}, "needs use_by_age, access_by_age, acceptance_by_sector"),
        ({"lapsed_share_of_non_users": 18}, "outside 0 to 1"),
        ({"network_failure_by_area": {"urban": 0, "town": 0}}, "needs exactly urban, town, remote; wrong: remote"),
        ({"network_seconds_by_area": {"urban": -1, "town": 0, "remote": 0}}, "outside 0 to None"),
    ],
)
def test_a_survey_that_cannot_be_is_refused(change, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Survey(**change)
