"""Every number that has a default says what it rests on, and can be looked up by any of its names."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import simulation
from simulation.messages import render
from simulation.quantities import Grade
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.evidence import UnknownNumberError, evidence, in_language, used_in
from simulation.scenario.schema import LEVERS, Scenario

PACKAGE = Path(simulation.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]")


def models_of(annotation: Any, found: set) -> set:
    """Return the models a type is made of, those in them included."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
        found.add(annotation)
        for info in annotation.model_fields.values():
            models_of(info.annotation, found)
    for argument in get_args(annotation):
        models_of(argument, found)
    return found


def numbers_in(value: Any) -> list:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in numbers_in(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def defaults() -> list:
    """Return model, field and its numbers of everything in a scenario that has a number without being asked."""
    found = []
    for model in sorted(models_of(Scenario, set()), key=lambda m: m.__name__):
        for name, info in model.model_fields.items():
            numbers = numbers_in(info.get_default(call_default_factory=True, validated_data={}))
            if numbers:
                found.append(pytest.param(info, numbers, id=f"{model.__name__}.{name}"))
    return found


@pytest.mark.parametrize(("info", "numbers"), defaults())
def test_no_number_has_a_default_without_unit_range_source_and_grade(info, numbers):
    facts = info.json_schema_extra
    assert facts["unit"].strip()
    assert facts["source"].strip()
    assert facts["grade"] in get_args(Grade)
    assert all(facts["low"] <= number <= facts["high"] for number in numbers)


def test_the_walk_reaches_every_room_of_the_schema():
    """A walk that found nothing would find nothing wrong: these parts lie deepest."""
    ids = {str(param.id) for param in defaults()}
    assert {
        "Behaviour.weight_peers",
        "Survey.payments_by_age_and_sector",
        "Monitor.reason_noise",
        "When.quarters",
    } < ids
    assert {"Course.trainers", "Site.capacity_per_week", "CashShortage.intensity", "Coordination.delay_weeks"} < ids
    assert {f"{lever.__name__}.{name}" for lever in LEVERS.values() for name, info in lever.model_fields.items()
            if info.annotation in (int, float)} < ids  # fmt: skip
    assert len(models_of(Scenario, set())) >= 40


def test_every_default_can_be_looked_up():
    walked = {str(param.id).partition(".")[2] for param in defaults()}
    assert walked == {entry.field for entry in evidence()} - {"freeze_peers", "freeze_acceptance"}


def test_names_are_used_once():
    names = [entry.name for entry in evidence()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["b_u", "weight_usefulness", "behaviour.weight_usefulness", "B_U", " b_u "])
def test_a_number_is_found_by_symbol_field_or_full_name(name):
    (found,) = evidence(name)
    assert found.name == "behaviour.weight_usefulness"
    assert (found.value, found.low, found.high, found.grade) == (3.5, 1.5, 6, "tuned")
    assert "Higgins" in found.source


def test_a_field_of_several_levers_gives_all_of_them():
    assert [entry.name for entry in evidence("trainers")] == [
        "training_event.events.trainers", "training_event.placement.trainers", "training_event.trainers",
        "senior_university.events.trainers", "senior_university.placement.trainers", "senior_university.trainers",
        "workshop.trainers",
    ]  # fmt: skip
    assert [entry.name for entry in evidence("kiosk.set_up_yuan")] == ["kiosk.set_up_yuan"]


def test_a_table_of_the_survey_has_its_values_by_category():
    (found,) = evidence("use_by_age")
    assert found.value["75+"] == 0.08


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("weight_useful", "weight_usefulness"), ("coupon.first_use", "coupon.first_use_yuan"), ("b_uu", "b_u")],
)
def test_for_an_unknown_name_the_nearest_is_suggested(asked, meant):
    with pytest.raises(UnknownNumberError, match=f"is called {re.escape(asked)}. Did you mean {meant}\\?") as caught:
        evidence(asked)
    for lang in ("en", "zh"):
        assert meant in render(caught.value.messages[0], lang)


@pytest.mark.parametrize("asked", ["", "  ", "q", "数", "." * 500])
def test_what_is_like_no_name_is_refused_all_the_same(asked):
    with pytest.raises(UnknownNumberError, match="epay evidence lists all"):
        evidence(asked)


def test_every_meaning_has_chinese_words():
    for entry in evidence():
        meaning, unit = in_language(entry, "zh-Hans")
        assert HAN.search(meaning), entry.name
        assert HAN.search(unit) or unit in ("1",), (entry.name, unit)
        assert in_language(entry, "en") == (entry.meaning, entry.unit)


def test_where_a_coefficient_is_used_is_read_off_the_rules():
    (found,) = evidence("b_n")
    assert used_in(found) == ("core/rules/adoption.py: attitude",)
    (found,) = evidence("use_by_age")
    assert "engine/initialise.py: set_initial_use" in used_in(found)
    (found,) = evidence("outage_response.saved_share")
    assert used_in(found) == ("levers/outage_response.py",)


def test_no_coefficient_is_left_without_use():
    unused = [entry.name for entry in evidence() if entry.group != "plan" and not used_in(entry)]
    assert unused == []
    for entry in evidence():
        for use in used_in(entry):
            assert (PACKAGE / use.partition(": ")[0]).is_file()


def test_symbols_are_used_once_among_coefficients_and_levers():
    symbols = [entry.symbol for entry in evidence() if entry.symbol]
    assert len(symbols) == len(set(symbols))
    assert {entry.name for entry in evidence() if entry.group == "behaviour"} == {
        f"behaviour.{name}" for name in Behaviour.model_fields
    }


def test_the_package_offers_it():
    assert simulation.evidence("b_u") == evidence("b_u")
