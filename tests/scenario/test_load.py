"""Loading, extending, overriding and writing out scenarios."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.region.sources import builtin, find_region, names
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario, place_names, resolve, to_yaml
from simulation.scenario.schema import LEVERS, Scenario
from simulation.scenario.template import json_schema, template

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SEARCH = "\nprogramme:"  # the beginning of a file for `epay optimise`, which is no scenario
SHIPPED = sorted(path for path in SCENARIOS.rglob("*.yaml") if SEARCH not in path.read_text(encoding="utf-8"))
LISHUI = SCENARIOS / "lishui"
BASE = """\
title: {en: Base, zh: 基准}
weeks: 100
levers:
  coupon: {kind: coupon, first_use_yuan: 10, schedule: {start_week: 3, end_week: 50}}
  kiosks: {kind: kiosk, places: [Bihu, Huzhen]}
"""


@pytest.fixture
def write(tmp_path):
    def _write(text: str | bytes, name: str = "plan.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write


def region_places(region: str) -> dict[str, tuple[str, ...]]:
    found = find_region(region)
    return place_names((*found.places, *found.sites))


def test_a_file_is_read_as_it_says(write):
    scenario = load_scenario(write(BASE + "start_date: 2027-03-01\nseed: 7\nreplicates: 0x10\n"))
    assert scenario.weeks == 100
    assert scenario.start_date == date(2027, 3, 1)
    assert scenario.replicates == 16
    assert scenario.levers["coupon"].first_use_yuan == 10
    assert scenario.levers["kiosks"].places == ("Bihu", "Huzhen")
    assert scenario.title.zh == "基准"


def test_numbers_follow_yaml_1_2(write):
    text = "behaviour: {fraud_probability: 1e-3, trial_rate: .5, forgetting: 2E-2}\nweeks: 012\nseed: 1_000\n"
    scenario = load_scenario(write(text))
    behaviour = scenario.behaviour
    assert (behaviour.fraud_probability, behaviour.trial_rate, behaviour.forgetting) == (0.001, 0.5, 0.02)
    assert (scenario.weeks, scenario.seed) == (12, 1000)


def test_a_mark_of_byte_order_is_no_error(write):
    assert load_scenario(write(b"\xef\xbb\xbfweeks: 12\n")).weeks == 12


def test_what_a_file_extends_is_merged_deeply(write):
    write(BASE, "base.yaml")
    child = "extends: base.yaml\nlevers:\n  coupon: {first_use_yuan: 30, schedule: {end_week: 60}}\n"
    scenario = load_scenario(write(child))
    coupon = scenario.levers["coupon"]
    assert (coupon.first_use_yuan, coupon.schedule.start_week, coupon.schedule.end_week) == (30, 3, 60)
    assert "kiosks" in scenario.levers


def test_null_removes_what_was_taken_over(write):
    write(BASE, "base.yaml")
    child = "extends: base.yaml\nlevers:\n  kiosks: null\n  coupon: {schedule: {end_week: ~}}\n"
    scenario = load_scenario(write(child))
    assert set(scenario.levers) == {"coupon"}
    assert scenario.levers["coupon"].schedule.end_week is None


def test_lists_replace_and_do_not_add_up(write):
    write(BASE, "base.yaml")
    scenario = load_scenario(write("extends: base.yaml\nlevers: {kiosks: {places: [Anren]}}\n"))
    assert scenario.levers["kiosks"].places == ("Anren",)


def test_a_region_that_is_a_folder_becomes_an_absolute_path_seen_from_the_file_that_names_it(write, tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "district").mkdir()
    write("region: ../district\n", "plans/base.yaml")
    scenario = load_scenario(write("extends: plans/base.yaml\n"), known_regions=names())
    assert scenario.region == (tmp_path / "district").as_posix()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert load_scenario(write(to_yaml(scenario), "elsewhere/again.yaml"), known_regions=names()) == scenario


@pytest.mark.parametrize("known", [None, names()])
def test_the_name_of_a_builtin_region_wins_over_a_folder(write, tmp_path, known):
    (tmp_path / "lishui").mkdir()
    assert load_scenario(write("region: lishui\n"), known_regions=known).region == "lishui"


@pytest.mark.parametrize("region", ["nowhere", "../nowhere", "/nowhere", '"\\0"', '""', "a" * 300])
def test_a_region_that_is_neither_is_refused_with_where_it_was_looked_for(write, region):
    with pytest.raises(ScenarioError, match="neither a built-in region nor a folder with") as caught:
        load_scenario(write(f"weeks: 12\nregion: {region}\n"), known_regions=names())
    assert caught.value.messages[0].params["line"] == 2


def test_a_site_can_have_a_kiosk_but_no_residents(write):
    known = {"all": ("H1",), "H1": ("H1",), "Mill": ("H1",), "S1": ("S1",)}
    kiosk = "levers:\n  kiosks: {kind: kiosk, sites: [{place: S1}]}\n"
    assert load_scenario(write(kiosk), known_places=known).levers["kiosks"].sites[0].place == "S1"
    wrong = kiosk.replace("sites:", "eligibility: {places: [Mill, S1]}, sites:")
    with pytest.raises(ScenarioError, match=r"levers.kiosks.eligibility.places\[2\] is S1, a candidate site") as caught:
        load_scenario(write(wrong), known_places=known)
    assert len(caught.value.messages) == 1


def test_cells_cannot_be_given_in_a_table_of_single_values(write):
    write("table,age,area,income,sector,value\ncells,,,,,0.5\n", "survey.csv")
    with pytest.raises(ScenarioError, match="there is no table called cells"):
        load_scenario(write("survey: {table: survey.csv}\n"))


def test_a_lever_of_another_kind_replaces_the_one_of_its_name(write):
    write(BASE, "base.yaml")
    scenario = load_scenario(write("extends: base.yaml\nlevers: {coupon: {kind: campaign}}\n"))
    assert scenario.levers["coupon"].kind == "campaign"


def test_bases_extend_bases_and_are_found_beside_the_file_that_names_them(write):
    write(BASE, "shared/base.yaml")
    write("extends: base.yaml\nseed: 5\n", "shared/middle.yaml")
    scenario = load_scenario(write("extends: shared/middle.yaml\nreplicates: 2\n"))
    assert (scenario.weeks, scenario.seed, scenario.replicates) == (100, 5, 2)


def test_options_replace_what_the_file_says(write):
    scenario = load_scenario(write(BASE), citizens="all", replicates=2, seed=9, same_world=True)
    assert (scenario.citizens, scenario.replicates, scenario.seed, scenario.same_world) == ("all", 2, 9, True)
    with pytest.raises(ScenarioError, match="--citizens, line 1: citizens is -1; allowed: a whole number"):
        load_scenario(write(BASE), citizens=-1)


def test_a_shorter_run_cuts_levers_and_events_to_it(write):
    text = (
        "weeks: 100\nevents: [{kind: cash_shortage, start_week: 10, end_week: 90}]\nlevers:\n"
        "  coupon: {kind: coupon, schedule: {start_week: 3, end_week: 50}}\n"
        "  late: {kind: coupon, schedule: {start_week: 60}}\n"
        "  school: {kind: training_event, events: [{place: Bihu, start_week: 20, weeks: 30}]}\n"
        "  kiosks: {kind: kiosk, sites: [{place: Bihu, opening_week: 40}]}\n"
    )
    scenario = load_scenario(write(text), weeks=26)
    assert scenario.levers["coupon"].schedule.end_week == 26
    assert scenario.levers["late"].schedule.start_week == 26
    assert scenario.levers["school"].events[0].weeks == 6
    assert scenario.levers["kiosks"].sites[0].opening_week == 26
    assert scenario.events[0].end_week == 26


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_survey_table_is_read_from_csv_in_utf_8_and_in_the_encoding_of_chinese_excel(write, encoding):
    ages = ("15-29", "30-44", "45-59", "60-74", "75+")
    rows = [f"use_by_age,{age},,,,0.{k + 1},备注" for k, age in enumerate(ages)]
    text = "table,age,area,income,sector,value,注\n" + "\n".join(rows) + "\nlapsed_share_of_non_users,,,,,0.1,\n"
    write(text.encode(encoding), "survey.csv")
    scenario = load_scenario(write("survey: {table: survey.csv}\n"))
    assert scenario.survey.use_by_age["75+"] == 0.5
    assert scenario.survey.lapsed_share_of_non_users == 0.1
    assert scenario.survey.illustrative
    assert scenario.survey.source.endswith("survey.csv")
    assert load_scenario(write(to_yaml(scenario), "again.yaml")) == scenario


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_loads_and_its_resolved_file_is_equal(path, write):
    scenario = load_scenario(path, known_places=region_places, known_regions=names())
    again = load_scenario(write(to_yaml(scenario)))
    assert again == scenario
    assert resolve(again) == resolve(scenario)
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert scenario.title.en
    assert scenario.title.zh


def test_the_programme_and_every_single_lever_are_shipped():
    assert {path.stem for path in SHIPPED} >= {*LEVERS, "baseline", "programme"}
    for kind in LEVERS:
        assert {lever.kind for lever in load_scenario(LISHUI / f"{kind}.yaml").levers.values()} == {kind}


def test_the_acceptance_drive_in_phases_goes_from_public_services_to_catering():
    levers = load_scenario(LISHUI / "acceptance_drive_in_phases.yaml").levers.values()
    by_week = sorted(levers, key=lambda lever: lever.schedule.start_week)
    assert [lever.eligibility.sectors for lever in by_week] == [("public",), ("transport",), ("retail",), ("catering",)]


def test_reference_doses_are_those_of_the_specification():
    """ODD 7.12: seats for .30% of people aged 60+, kiosks for .25% of people, a week."""
    region = builtin("lishui")
    n_places, n_old = len(region.places), sum(sum(county.by_band[-2:]) for county in region.counties)
    training = load_scenario(LISHUI / "training_event.yaml").levers["training"]
    kiosks = load_scenario(LISHUI / "kiosk.yaml").levers["kiosks"]
    assert training.seats_per_week * n_places / n_old == pytest.approx(0.0030, rel=0.01)
    assert kiosks.capacity_per_week * n_places / region.n_eligible == pytest.approx(0.0025, rel=0.01)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_template_is_a_scenario(lang, write):
    scenario = load_scenario(write(template(lang)), known_places=region_places, known_regions=names())
    assert len(scenario.levers) == 6
    assert "<" not in template(lang)


def test_place_names_tell_places_of_one_name_apart():
    known = place_names(builtin("lishui").places)
    assert len(known["county_seats"]) == 9
    assert len(known["all"]) == len(builtin("lishui").places)
    assert known["碧湖"] == known["Bihu"] == ("gn1816384",)
    assert len(known["Sanxi"]) == 2


def test_the_json_schema_knows_every_lever_and_how_to_extend():
    schema = json_schema()
    assert "extends" in schema["properties"]
    assert set(schema["properties"]["levers"]["additionalProperties"]["discriminator"]["mapping"]) == set(LEVERS)
    assert schema["$defs"]["FeeSubsidy"]["properties"]["fee_share"]["maximum"] == 1
    assert schema["$defs"]["FeeSubsidy"]["additionalProperties"] is False


def test_a_scenario_built_in_python_keeps_within_its_horizon():
    levers = {"a": {"kind": "coupon", "schedule": {"end_week": 60}}}
    with pytest.raises(ValueError, match=r"levers\.a\.schedule\.end_week is 60, past the horizon of 52 weeks"):
        Scenario(weeks=52, levers=levers)


PROGRAMME = (LISHUI / "programme.yaml").read_bytes().replace(b"extends: baseline.yaml\n", b"")
WORDS = st.sampled_from(
    ["levers", "kind", "coupon", "kiosk", "places", "survey", "weeks", "budget", "extends", "no", "50%", "1e400",
     "-1", "~", "[", "]", "{", "}", ":", "- ", "\n", "\n  ", "\t", "&a", "*a", "!!x", "'", '"', "|", "---", "#",
     "\ud7ff", "丽水", "é"]
)  # fmt: skip


def only_refuses(path: Path) -> None:
    refused = None
    try:
        load_scenario(path, known_places=region_places, known_regions=names())
    except ScenarioError as error:
        refused = error
    if refused is not None:
        assert refused.text("en")
        assert refused.text("zh")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", ": ", "", "\n"])), max_size=25))
def test_no_text_of_yaml_pieces_ends_in_anything_but_sentences(write, pieces):
    only_refuses(write("".join(word + gap for word, gap in pieces)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.integers(0, len(PROGRAMME)), st.integers(0, 60), st.binary(max_size=6))
def test_no_damage_to_a_good_file_ends_in_anything_but_sentences(write, start, length, junk):
    only_refuses(write(PROGRAMME[:start] + junk + PROGRAMME[start + length :]))


VALUES = st.sampled_from(
    [
        "null",
        "true",
        "no",
        "-1",
        "0",
        "1e400",
        ".nan",
        "5",
        "0.5",
        "text",
        "[]",
        "[1]",
        "{}",
        "{a: 1}",
        "''",
        "2026-13-01",
    ]
)
FIELDS = st.sampled_from(
    ["title", "region", "citizens", "weeks", "replicates", "seed", "same_world", "start_date", "price_year", "currency",
     "behaviour", "survey", "levers", "events", "targets", "budget", "extends", "survey: {table", "budget: {total_yuan",
     "levers: {a", "targets: {a", "levers: {a: {kind: kiosk, places", "levers: {a: {kind: kiosk, sites",
     "levers: {a: {kind: training_event, events: [{place: Bihu, weeks", "behaviour: {trial_rate", "title: {en",
     "survey: {use_by_age", "levers: {a: {kind: coupon, eligibility: {ages", "levers: {a: {kind"]
)  # fmt: skip
CLOSING = {"{": "}", "[": "]"}


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(FIELDS, VALUES)
def test_no_value_in_any_field_ends_in_anything_but_sentences(write, field, value):
    closing = "".join(CLOSING[c] for c in reversed(field) if c in CLOSING)
    only_refuses(write(f"{field}: {value}{closing}\n"))
