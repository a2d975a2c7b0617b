"""What a scenario means, in words, and what is odd about it."""

import re

import pytest

from simulation.levers.kiosk import Kiosk
from simulation.region.sources import builtin
from simulation.scenario.explain import explain
from simulation.scenario.load import load_scenario, place_names
from simulation.scenario.schema import LEVERS, Scenario
from simulation.scenario.warnings import fixed_yuan, warnings
from tests.scenario.test_load import SHIPPED

KNOWN = place_names(builtin("lishui").places)


def scenario_of(**settings) -> Scenario:
    return Scenario.model_validate(settings)


def codes(scenario: Scenario) -> list[str]:
    return [message.code for message in warnings(scenario, KNOWN) if message.code != "warning.illustrative"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_can_be_told_in_both_languages(path):
    scenario = load_scenario(path)
    for lang in ("en", "zh"):
        text = explain(scenario, lang, KNOWN)
        assert not re.search(r"[{}]|explain\.|label\.|None", text.replace("{table: survey.csv}", ""))
        assert all(name in text for name in scenario.levers)
    assert codes(scenario) == []


def test_weeks_are_told_as_dates():
    levers = {"a": {"kind": "coupon", "schedule": {"start_week": 13, "end_week": 26}}}
    text = explain(scenario_of(levers=levers, weeks=52, start_date="2026-01-05"))
    assert "52 weeks, from 2026-01-05 to 2027-01-04 (exclusive)" in text
    assert "weeks 13 to 25, 2026-04-06 to 2026-07-06 (exclusive)" in text


def test_fixed_costs_are_told_before_anything_is_run():
    """Nine county seats: 10,000 yuan each to set up and 1,100 a week for 10 weeks."""
    scenario = scenario_of(levers={"k": {"kind": "kiosk", "places": "county_seats"}}, weeks=10)
    assert fixed_yuan(scenario, KNOWN) == {"k": 9 * (10_000 + 10 * 1_100)}
    assert "even if unused: 189,000 yuan" in explain(scenario, "en", KNOWN)
    assert "189,000 元" in explain(scenario, "zh", KNOWN)
    assert "depends on how many places" in explain(scenario, "en")


def test_every_kind_of_lever_has_words():
    for kind in LEVERS:
        settings = {
            "kind": kind,
            **({"places": ["Bihu"]} if kind in ("kiosk", "training_event", "senior_university") else {}),
        }
        for lang in ("en", "zh"):
            assert explain(scenario_of(levers={"mine": settings}), lang, KNOWN)


def test_placeholders_are_called_illustrative_and_a_survey_is_not():
    assert "illustrative, not measured" in explain(scenario_of())
    assert "并非实测" in explain(scenario_of(), "zh")
    data = scenario_of().survey.model_dump() | {"illustrative": False, "source": "household survey 2025"}
    assert "household survey 2025" in explain(scenario_of(survey=data))
    assert "illustrative" not in explain(scenario_of(survey=data))


def test_what_a_survey_left_out_of_families_devices_and_network_is_named():
    data = scenario_of().survey.model_dump() | {"illustrative": False, "source": "household survey 2025"}
    data["refuses_face_by_age"] = dict.fromkeys(data["refuses_face_by_age"], 0.3)
    text = explain(scenario_of(survey=data))
    assert "not surveyed but assumed, old_device_by_age, child_same_zone_share" in text
    assert "refuses_face_by_age" not in text
    assert "采用假定值" in explain(scenario_of(survey=data), "zh")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"kind": "coupon", "first_use_yuan": 0, "cashback_yuan": 0}, "warning.dose_zero"),
        ({"kind": "campaign", "intensity": 0}, "warning.dose_zero"),
        ({"kind": "verification_limit", "limit_yuan": 0}, "warning.dose_zero"),
        ({"kind": "kiosk", "places": "all", "capacity_per_week": 0}, "warning.dose_zero"),
        ({"kind": "coupon", "schedule": {"start_week": 156}}, "warning.never_starts"),
        ({"kind": "coupon", "schedule": {"start_week": 20, "end_week": 20}}, "warning.ends_before_start"),
        ({"kind": "coupon", "eligibility": {"share": 0}}, "warning.reaches_nobody"),
        ({"kind": "kiosk", "sites": [{"place": "Bihu", "opening_week": 156}]}, "warning.never_usable"),
        (
            {
                "kind": "training_event",
                "events": [{"place": "Bihu", "start_week": 5, "weeks": 5}],
                "schedule": {"end_week": 5},
            },
            "warning.never_usable",
        ),
        ({"kind": "training_event", "places": "all", "seats_per_week": 100}, "warning.few_trainers"),
        ({"kind": "coupon", "first_use_yuan": 500}, "warning.outside_range"),
    ],
)
def test_odd_but_legal_levers_are_warned_about(settings, code):
    assert codes(scenario_of(levers={"mine": settings})) == [code]


def test_odd_but_legal_scenarios_are_warned_about():
    assert codes(scenario_of(replicates=1)) == ["warning.one_replicate"]
    assert codes(scenario_of(behaviour={"trial_rate": 0.9})) == ["warning.outside_range"]
    assert codes(scenario_of(behaviour={"freeze_peers": True})) == ["warning.switch"]


def test_places_of_several_names_are_counted_once():
    lever = Kiosk(kind="kiosk", places=("Bihu", "碧湖", "gn1816384"))
    assert fixed_yuan(scenario_of(levers={"k": lever}, weeks=1), KNOWN) == {"k": 11_100}
