"""Rules of a programme read the quarterly monitor alone; whatever is wrong with one is told in a sentence."""

import math
from pathlib import Path

import pytest
from pydantic import ValidationError

from simulation.levers.coupon import Coupon
from simulation.messages import catalogue, render
from simulation.scenario.adjustment import (
    MONITOR_INDICATORS,
    REASON_PREFIX,
    Action,
    Monitor,
    Rule,
    When,
    indicator_label,
    rule_sentence,
)
from simulation.scenario.checks import adjustment_problems
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario, to_yaml
from simulation.scenario.schema import Scenario

LEVERS = "levers:\n  voice: {kind: voice_payment, standby: true}\n  gift: {kind: coupon}\n"  # lines 1 to 3
RULE = LEVERS + "adjustment:\n  mine:\n    when: {when}\n    action: {action}\n"  # lines 4 to 7
WHEN, ACTION = "{indicator: survey_use_share_60_plus, below: 0.5}", "{lever: voice, change: start}"


def rule(when: str = WHEN, action: str = ACTION, more: str = "") -> str:
    return RULE.replace("{when}", when).replace("{action}", action) + (f"    {more}\n" if more else "")


CASES = {
    "hidden state": (
        rule("{indicator: skill, below: 0.5}"),
        r"line 6: adjustment.mine.when.indicator is skill, which the quarterly monitor does not show.*hidden state.*"
        r"Allowed: electronic_payments, .*survey_reason_nothing_to_gain. For example: indicator: survey_use_share_60",
    ),
    "hidden state in another guise": (
        rule("{indicator: n_active, below: 5}"),
        "indicator is n_active, which the quarterly monitor does not show",
    ),
    "misspelt indicator": (
        rule("{indicator: survey_use_share_60plus, below: 0.5}"),
        r"Did you mean survey_use_share_60_plus\?",
    ),
    "number for an indicator": (rule("{indicator: 5, below: 0.5}"), "indicator is 5, which the quarterly monitor"),
    "no indicator": (rule("{below: 0.5}"), "line 6: adjustment.mine.when.indicator is missing. For example: indicator"),
    "no threshold": (
        rule("{indicator: new_merchants}"),
        "line 6: adjustment.mine.when needs one threshold, either below or above, and not both",
    ),
    "two thresholds": (
        rule("{indicator: new_merchants, below: 5, above: 9}"),
        "adjustment.mine.when needs one threshold, either below or above, and not both",
    ),
    "percent for a share": (
        rule("{indicator: survey_use_share, below: 50}"),
        "line 6: adjustment.mine.when.below is 50; allowed: 0 to 1.*write 0.5 for 50%. For example: below: 0.5",
    ),
    "percent sign": (rule("{indicator: survey_use_share, below: 50%}"), "when.below is 50%; write shares without"),
    "score out of range": (
        rule("{indicator: survey_satisfaction, below: 7}"),
        "when.below is 7; allowed: 1 to 5 \\(points, 1 to 5\\)",
    ),
    "text for a threshold": (rule('{indicator: new_merchants, above: "9"}'), "when.above is 9; allowed: a number"),
    "no quarters": (rule(WHEN[:-1] + ", quarters: 0}"), "when.quarters is 0; allowed: 1 to 40 \\(quarters\\)"),
    "half a quarter": (rule(WHEN[:-1] + ", quarters: 1.5}"), "when.quarters is 1.5; allowed: a whole number"),
    "unknown key": (rule(WHEN[:-1] + ", quarter: 2}"), r"when.quarter is not known. Did you mean quarters\?"),
    "unknown key of a rule": (
        rule(more="lag_week: 2"),
        r"adjustment.mine.lag_week is not known. Did you mean lag_weeks\?",
    ),
    "no condition": (
        LEVERS + "adjustment:\n  mine:\n    action: {lever: voice, change: start}\n",
        "line 5: adjustment.mine.when is missing",
    ),
    "no action": (LEVERS + f"adjustment:\n  mine:\n    when: {WHEN}\n", "line 5: adjustment.mine.action is missing"),
    "unknown change": (
        rule(action="{lever: voice, change: begin}"),
        "line 7: adjustment.mine.action.change is begin, which is not known.* Allowed: start, stop, scale",
    ),
    "unknown lever": (
        rule(action="{lever: voise, change: stop}"),
        r"line 7: adjustment.mine.action.lever is voise, which is no lever of this scenario. Did you mean voice\? "
        "Allowed: voice, gift. For example: lever: voice",
    ),
    "rule without levers": (
        rule().replace(LEVERS, ""),
        "action.lever is voice, which is no lever of this scenario. Allowed: -. For example: lever: voice",
    ),
    "start of a lever that acts already": (
        rule(action="{lever: gift, change: start}"),
        "line 7: adjustment.mine.action.change is start, but gift acts by its own schedule already.*"
        "gift: {kind: coupon, standby: true}",
    ),
    "scale without factor": (
        rule(action="{lever: gift, change: scale}"),
        "line 7: adjustment.mine.action scales a lever and does not say by how much",
    ),
    "factor without scale": (
        rule(action="{lever: voice, change: start, factor: 2}"),
        "line 7: adjustment.mine.action has a factor, which belongs to change: scale; here change is start",
    ),
    "factor of nothing": (
        rule(action="{lever: gift, change: scale, factor: 0}"),
        "action.factor is 0; allowed: 0.01 to 100 \\(a factor\\). For example: factor: 1.5",
    ),
    "envelope of a stop": (
        rule(action="{lever: gift, change: stop}", more="envelope_yuan: 5"),
        "line 5: adjustment.mine only stops a lever, which adds no spending; delete envelope_yuan",
    ),
    "negative envelope": (rule(more="envelope_yuan: -1"), "adjustment.mine.envelope_yuan is -1; allowed: 0 to"),
    "negative lag": (rule(more="lag_weeks: -1"), "adjustment.mine.lag_weeks is -1; allowed: 0 to 1040 \\(weeks\\)"),
    "no firing": (rule(more="most_firings: 0"), "adjustment.mine.most_firings is 0; allowed: 1 to 40"),
    "hysteresis in percent": (
        rule(more="hysteresis: 2"),
        "line 8: adjustment.mine.hysteresis is 2; allowed: 0 to 1.*write 0.02 for 2%. For example: hysteresis: 0.02",
    ),
    "negative hysteresis": (rule(more="hysteresis: -0.1"), "adjustment.mine.hysteresis is -0.1; allowed: 0 to"),
    "budget that is not there": (
        rule("{indicator: budget_spent_share, above: 0.9}", "{lever: gift, change: stop}"),
        "line 6: adjustment.mine.when.indicator is budget_spent_share, but the scenario has no budget",
    ),
    "number for a rule": (LEVERS + "adjustment: {mine: 5}\n", "line 4: adjustment.mine is 5; allowed: lines"),
    "list of rules": (LEVERS + "adjustment: [5]\n", "line 4: adjustment is .*; allowed: lines"),
    "survey of nobody": ("monitor: {survey_size: 0}\n", "monitor.survey_size is 0; allowed: 10 to 1,000,000"),
    "part of a person": ("monitor: {survey_size: 1000.5}\n", "monitor.survey_size is 1,000.5; allowed: a whole number"),
    "response of one age": (
        "monitor: {response_share_by_age: {15-29: 0.5}}\n",
        "monitor.response_share_by_age needs exactly one value for each of: 15-29, 30-44, .*Missing or unknown: 30-44",
    ),
    "response above one": (
        "monitor: {response_share_by_age: {15-29: 0.5, 30-44: 60, 45-59: 0.5, 60-74: 0.5, 75+: 0.5}}\n",
        "monitor.response_share_by_age.30-44 is 60; allowed: 0 to 1.*write 0.6 for 60%",
    ),
    "unknown setting of the monitor": (
        "monitor: {size: 500}\n",
        "monitor.size is not known.*Allowed here: survey_size",
    ),
}


def refusal(folder: Path, text: str) -> ScenarioError:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_bad_rules_are_told_in_a_sentence(name, tmp_path):
    text, sentence = CASES[name]
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=sentence):
        load_scenario(path)


@pytest.mark.parametrize("name", CASES)
def test_every_refusal_of_a_rule_names_the_file_and_can_be_read_in_chinese(name, tmp_path):
    error = refusal(tmp_path, CASES[name][0])
    for lang in ("en", "zh"):
        for line in error.text(lang).splitlines():
            assert "plan.yaml" in line
    assert any(word in error.text("zh") for word in ("示例", "例如", "改写为"))


def test_all_problems_of_a_rule_are_told_at_once(tmp_path):
    error = refusal(tmp_path, rule("{indicator: skill, below: 0.5}", "{lever: voise, change: stop}"))
    assert [message.code for message in error.messages] == ["error.unmonitored_indicator", "error.rule_unknown_lever"]


def test_a_dose_that_cannot_be_multiplied_is_not_scaled():
    data = {
        "levers": {"gift": {"kind": "coupon"}, "voice": {"kind": "voice_payment"}},
        "adjustment": {"mine": {"action": {"lever": "gift", "change": "scale", "factor": 2}}},
    }
    assert adjustment_problems(data, scalable=("coupon",)) == []
    (where, code, params), *rest = adjustment_problems(data, scalable=("kiosk",))
    assert (where, code, rest) == (("adjustment", "mine", "action", "change"), "rule_cannot_scale", [])
    assert params["kind"] == "coupon" and params["known"] == "kiosk"


@pytest.mark.parametrize("data", [{}, {"adjustment": 5}, {"adjustment": {"mine": 5}}, {"adjustment": {"a": {}}}])
def test_the_check_passes_over_what_has_the_wrong_shape(data):
    assert adjustment_problems(data, ()) == []


def test_a_scenario_built_in_python_is_checked_too():
    mine = Rule(when=When(indicator="new_merchants", below=5), action=Action(lever="gift", change="start"))
    with pytest.raises(ValidationError, match=r"adjustment\.mine\.action\.change is start, but gift is not on standby"):
        Scenario(levers={"gift": Coupon(kind="coupon")}, adjustment={"mine": mine})
    with pytest.raises(ValidationError, match=r"adjustment\.mine\.action\.lever is gift, which is no lever"):
        Scenario(adjustment={"mine": mine})


def test_rules_survive_a_round_trip_through_yaml(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(rule(more="lag_weeks: 4") + "monitor: {survey_size: 400}\n", encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.adjustment["mine"].when.threshold == 0.5 and scenario.adjustment["mine"].lag_weeks == 4
    path.write_text(to_yaml(scenario), encoding="utf-8")
    assert load_scenario(path) == scenario


def test_a_threshold_is_passed_on_its_far_side_only_and_never_by_a_missing_reading():
    below, above = When(indicator="new_merchants", below=5), When(indicator="new_merchants", above=5)
    assert [below.holds(v) for v in (4.9, 5.0, 5.1, math.nan)] == [True, False, False, False]
    assert [above.holds(v) for v in (4.9, 5.0, 5.1, math.nan)] == [False, False, True, False]
    assert [below.is_back(v, 1.0) for v in (5.5, 6.0, math.nan)] == [False, True, False]
    assert [above.is_back(v, 1.0) for v in (4.5, 4.0, math.nan)] == [False, True, False]


def test_a_rule_is_told_in_both_languages():
    voice = Rule(
        when=When(indicator="survey_use_share_60_plus", below=0.5, quarters=2),
        lag_weeks=4,
        action=Action(lever="voice", change="start"),
        envelope_yuan=2_000_000,
    )
    assert render(rule_sentence("for_the_old", voice), "en") == (
        'for_the_old: when "say they paid electronically in the last 4 weeks, residents aged 60 and over" is below 50% '
        "for 2 quarters in a row, start voice, 4 weeks after the reading, adding at most 2,000,000 yuan. "
        "Firings allowed: 1."
    )
    assert "低于 50%（连续 2 个季度）时，启动 voice" in render(rule_sentence("for_the_old", voice), "zh")
    more = Rule(
        when=When(indicator="survey_reason_skill", above=0.25), action=Action(lever="t", change="scale", factor=2)
    )
    assert render(rule_sentence("more", more), "en").startswith(
        'more: when "non-users who say: finds it too difficult" is above 25%, multiply the dose of t by 2'
    )


def test_every_indicator_is_named_and_has_a_unit_with_words():
    for lang in ("en", "zh"):
        names = [render(indicator_label(name), lang) for name in MONITOR_INDICATORS]
        assert len(set(names)) == len(names)
        for indicator in MONITOR_INDICATORS.values():
            assert f"unit.{indicator.unit}" in catalogue(lang)
    assert sum(name.startswith(REASON_PREFIX) for name in MONITOR_INDICATORS) == 7


def test_every_number_of_the_questionnaire_has_a_unit_and_a_source():
    for name, info in Monitor.model_fields.items():
        assert {"unit", "source", "grade"} <= set(info.json_schema_extra), name
