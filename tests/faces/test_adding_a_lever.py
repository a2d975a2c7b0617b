"""The page on adding a lever does what it says, and every lever there is has all it asks for."""

import json
import re
import string
import sys
import types
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import simulation
from simulation.messages import catalogue
from simulation.scenario.load import load_scenario
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import LEVERS
from tests.levers.examples import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(simulation.__file__).parent
PAGES = ("adding-a-lever.md", "adding-a-lever.zh-CN.md")
TESTS_OF_LEVERS = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "levers").glob("test_*.py"))
)
OF_BEHAVIOUR = {"cashback_weeks", "rent_subsidy_weeks", "service_price_yuan_per_week"}  # sentences may name these too


def blocks(page: str) -> list[tuple[str, str]]:
    """Return language and text of every block of code on a page."""
    return re.findall(r"```(\w*)\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


# every lever there is


@pytest.mark.parametrize("kind", LEVERS)
def test_every_kind_has_a_file_of_its_name(kind):
    assert (PACKAGE / "levers" / f"{kind}.py").is_file()
    assert LEVERS[kind].__module__ == f"simulation.levers.{kind}"


@pytest.mark.parametrize("kind", LEVERS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_is_named_and_explained(kind, lang):
    sentences = catalogue(lang)
    known = {name for name, _ in setting_fields(LEVERS[kind])} | OF_BEHAVIOUR
    assert sentences[f"label.lever.{kind}"]
    for code in (f"explain.what.{kind}", f"explain.cost.{kind}"):
        assert placeholders(sentences[code]) <= known, code


@pytest.mark.parametrize("kind", LEVERS)
def test_every_kind_has_a_scenario_of_its_own(kind):
    scenario = load_scenario(ROOT / "scenarios" / "lishui" / f"{kind}.yaml")
    assert {lever.kind for lever in scenario.levers.values()} == {kind}
    assert scenario.title.en and scenario.title.zh


@pytest.mark.parametrize("kind", LEVERS)
def test_every_kind_has_an_example_and_is_tested_by_name(kind):
    assert EXAMPLES[kind].kind == kind
    assert re.search(rf"\b{LEVERS[kind].__name__}\b", TESTS_OF_LEVERS)


@pytest.mark.parametrize("kind", LEVERS)
def test_the_model_tells_every_kind(kind):
    assert f"`{kind}`" in (ROOT / "MODEL.md").read_text(encoding="utf-8")


# the page


def test_both_languages_show_the_same_code():
    english, chinese = ([text for language, text in blocks(page) if language] for page in PAGES)
    assert english == chinese
    assert len(english) == 5


@pytest.fixture
def example(monkeypatch):
    """Return the module of the page's lever, under the name it would have."""
    (_, source), *_ = blocks(PAGES[0])
    module = types.ModuleType("simulation.levers.prize_draw")
    exec(compile(source, "docs/adding-a-lever.md", "exec"), vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_the_lever_of_the_page_is_one(example):
    lever = example.PrizeDraw(kind="prize_draw")
    assert not lever.is_idle()
    for _, info in setting_fields(example.PrizeDraw):
        facts = info.json_schema_extra
        assert facts["low"] <= info.default <= facts["high"]
        assert facts["unit"] and facts["source"] and info.description


def test_the_test_of_the_page_passes(example):
    _, _, _, _, (_, source), _ = blocks(PAGES[0])
    names: dict = {}
    exec(compile(source, "docs/adding-a-lever.md", "exec"), names)
    tests = [value for name, value in names.items() if name.startswith("test_")]
    assert len(tests) == 1
    for test in tests:
        test()


def test_the_words_of_the_page_are_those_a_lever_needs(example):
    english, chinese = (json.loads(text) for language, text in blocks(PAGES[0]) if language == "json")
    assert (
        set(english)
        == set(chinese)
        == {f"{code}.prize_draw" for code in ("label.lever", "explain.what", "explain.cost")}
    )
    settings = {name for name, _ in setting_fields(example.PrizeDraw)}
    for code, sentence in english.items():
        assert placeholders(sentence) == placeholders(chinese[code]) <= settings


def test_the_scenario_of_the_page_fits_the_lever(example):
    (text,) = (text for language, text in blocks(PAGES[0]) if language == "yaml")
    data = YAML(typ="safe").load(text)
    assert data["extends"] == "baseline.yaml"
    lever = example.PrizeDraw.model_validate(data["levers"]["prizes"])
    assert (lever.prize_yuan, lever.schedule.end_week) == (50, 130)
