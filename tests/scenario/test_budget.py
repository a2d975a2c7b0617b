"""Budgets, co-funders, phases, coordination and events in scenario files: what is taken, and what is refused."""

import re

import pytest

from simulation.scenario.errors import ScenarioError
from simulation.scenario.events import EVENTS
from simulation.scenario.explain import explain
from simulation.scenario.feasibility import budget_problems, owed_fen
from simulation.scenario.load import load_scenario, to_yaml
from simulation.scenario.schema import Scenario
from simulation.scenario.warnings import warnings

PLACES = {"all": ("gn1", "gn2"), "Bihu": ("gn1",), "gn1": ("gn1",), "Anren": ("gn2",), "gn2": ("gn2",)}
PLAN = """\
weeks: 156
phases:
  preparation: {start_week: 0, weeks: 13}
  rollout: {start_week: 13, weeks: 91}
coordination: {delay_weeks: 4}
levers:
  fees: {kind: fee_subsidy, schedule: {phase: rollout}}
  late: {kind: fee_subsidy, schedule: {phase: rollout, start_week: 20, delay_weeks: 0}}
  short: {kind: fee_subsidy, schedule: {phase: rollout, end_week: 30}}
  free: {kind: coupon, schedule: {start_week: 2}}
budget:
  total_yuan: 20_000_000
  lines: {trainers: 5_000_000}
  co_funding:
    operators:
      match_rate: 0.25
      cap_yuan: 1_000_000
      levers: [fees, late]
      condition: {indicator: merchants_accepting_share, at_least: 0.4}
    banks: {match_rate: 0.5, cap_yuan: 2_000_000}
events:
- {kind: cash_shortage, start_week: 26, end_week: 36}
- {kind: outage, start_week: 60, end_week: 62, share: 0.5}
- {kind: fraud_wave, start_week: 40, end_week: 53, factor: 5}
- {kind: budget_cut, start_week: 78, share: 0.5}
"""


@pytest.fixture
def load(tmp_path):
    def from_text(text, **options):
        path = tmp_path / "plan.yaml"
        path.write_text(text)
        return load_scenario(path, known_places=PLACES, **options)

    return from_text


def weeks_of(scenario, name):
    schedule = scenario.levers[name].schedule
    return schedule.start_week, schedule.opening_week, schedule.end_week


def test_a_lever_takes_from_its_phase_what_it_does_not_say_itself(load):
    scenario = load(PLAN)
    assert weeks_of(scenario, "fees") == (13, 17, 104)
    assert weeks_of(scenario, "late") == (20, 20, 104)
    assert weeks_of(scenario, "short") == (13, 17, 30)
    assert weeks_of(scenario, "free") == (2, 6, None)


def test_the_resolved_file_says_the_weeks_that_were_filled_in_and_is_equal(load):
    scenario = load(PLAN)
    assert load(to_yaml(scenario)) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_a_scenario_built_in_python_takes_its_weeks_from_phases_too():
    lever = {"kind": "fee_subsidy", "schedule": {"phase": "rollout"}}
    phases = {"rollout": {"start_week": 5, "weeks": 10}}
    scenario = Scenario(phases=phases, coordination={"delay_weeks": 2}, levers={"fees": lever})
    assert weeks_of(scenario, "fees") == (5, 7, 15)
    with pytest.raises(ValueError, match=r"fees\.schedule\.phase is rollout, which is no phase .* known are trial"):
        Scenario(phases={"trial": phases["rollout"]}, levers={"fees": lever})
    funder = {"match_rate": 1, "cap_yuan": 5, "levers": ["fee"]}
    with pytest.raises(
        ValueError, match=r"budget\.co_funding\.b\.levers\.0 is fee, which is no lever .* known are fees"
    ):
        Scenario(phases=phases, levers={"fees": lever}, budget={"total_yuan": 5, "co_funding": {"b": funder}})


def test_a_lever_without_phase_and_coordination_is_left_as_it_is():
    schedule = Scenario(levers={"a": {"kind": "coupon"}}).levers["a"].schedule
    assert (schedule.start_week, schedule.end_week, schedule.delay_weeks) == (0, None, None)


def test_a_shorter_run_cuts_phases_and_events(load):
    scenario = load(PLAN, weeks=50)
    assert scenario.phases["rollout"].end_week == 50
    assert weeks_of(scenario, "fees") == (13, 17, 50)
    assert [event.start_week for event in scenario.events] == [26, 50, 40, 50]


CO_FUNDER = "budget:\n  total_yuan: 5\n  co_funding:\n    banks: {}\n"
CONDITION = CO_FUNDER.format("{{match_rate: 1, cap_yuan: 5, condition: {}}}")
EVENT = "events:\n- {}\n"
BAD = {
    "unknown phase": (
        "phases: {rollout: {start_week: 1, weeks: 5}}\nlevers:\n  a: {kind: coupon, schedule: {phase: rolout}}\n",
        "line 3: levers.a.schedule.phase is rolout, which is no phase.*Did you mean rollout\\? Allowed: rollout",
    ),
    "phase without phases": (
        "levers:\n  a: {kind: coupon, schedule: {phase: rollout}}\n",
        "line 2: .*is no phase of this scenario. Allowed: -. For example: phases: {rollout: {start_week: 13",
    ),
    "phase without length": ("phases:\n  rollout: {start_week: 3}\n", "line 2: phases.rollout.weeks is missing"),
    "phase without start": ("phases:\n  rollout: {weeks: 3}\n", "start_week is missing. For example: start_week: 13"),
    "phase of negative length": (
        "phases:\n  rollout: {start_week: 3, weeks: -1}\n",
        "line 2: phases.rollout.weeks is -1; allowed: 0 to 1040 \\(weeks\\). For example: weeks: 91",
    ),
    "unknown key of a phase": (
        "phases:\n  rollout: {start_week: 3, weeks: 1, week: 1}\n",
        "line 2: phases.rollout.week is not known. Did you mean weeks\\?",
    ),
    "phase past the horizon": (
        "weeks: 52\nphases:\n  rollout: {start_week: 13, weeks: 91}\n",
        "line 3: phases.rollout.weeks leads to week 104, past the horizon of 52 weeks",
    ),
    "phases as a list": ("phases: [rollout]\n", "line 1: phases is .*allowed: lines `key: value`"),
    "delay of half a week": (
        "coordination: {delay_weeks: 0.5}\n",
        "line 1: coordination.delay_weeks is 0.5; allowed: a whole number 0 to 1040 \\(weeks\\)",
    ),
    "coordination as a number": ("coordination: 4\n", "line 1: coordination is 4; allowed: lines `key: value`"),
    "co-funder of an unknown lever": (
        "levers: {fees: {kind: fee_subsidy}}\n" + CO_FUNDER.format("{match_rate: 1, cap_yuan: 5, levers: [fees, fes]}"),
        "line 5: budget.co_funding.banks.levers\\[2\\] is fes, which is no lever.*Did you mean fees\\? Allowed: fees",
    ),
    "co-funder without a cap": (
        CO_FUNDER.format("{match_rate: 1}"),
        "line 4: budget.co_funding.banks.cap_yuan is missing. For example: cap_yuan: 10000000",
    ),
    "match rate above ten": (
        CO_FUNDER.format("{match_rate: 25, cap_yuan: 5}"),
        "line 4: budget.co_funding.banks.match_rate is 25; allowed: 0 to 10",
    ),
    "match rate with percent sign": (
        CO_FUNDER.format("{match_rate: 25%, cap_yuan: 5}"),
        "line 4: budget.co_funding.banks.match_rate is 25%.*For example: match_rate: 0.25",
    ),
    "negative cap": (CO_FUNDER.format("{match_rate: 1, cap_yuan: -5}"), "banks.cap_yuan is -5; allowed: 0 to"),
    "levers as one word": (
        CO_FUNDER.format("{match_rate: 1, cap_yuan: 5, levers: fees}"),
        "banks.levers is fees; allowed: a list",
    ),
    "condition on hidden state": (
        CONDITION.format("{indicator: trust, at_least: 0.4}"),
        "line 4: budget.co_funding.banks.condition.indicator is trust",
    ),
    "condition without threshold": (
        CONDITION.format("{indicator: merchants_accepting_share}"),
        "line 4: budget.co_funding.banks.condition.at_least is missing. For example: at_least: 0.4",
    ),
    "condition that cannot hold": (
        CONDITION.format("{indicator: merchants_accepting_share, at_least: 40}"),
        "condition.at_least is 40; allowed: 0 to 1.*write 0.4 for 40%",
    ),
    "event without kind": (
        EVENT.format("{start_week: 1, end_week: 2}"),
        "line 2: events\\[1\\] has no kind. Allowed: cash_shortage, outage, fraud_wave, budget_cut",
    ),
    "unknown event": (
        EVENT.format("{kind: outtage, start_week: 1, end_week: 2}"),
        "line 2: events\\[1\\] has kind outtage, which is not known. Did you mean outage\\?",
    ),
    "unknown key of an event": (
        EVENT.format("{kind: outage, start_week: 1, end_week: 2, share: 0.5, shar: 0.5}"),
        "line 2: events\\[1\\].shar is not known. Did you mean share\\? Allowed here: .*share. For example: share: 0.5",
    ),
    "outage of more than all the time": (
        EVENT.format("{kind: outage, start_week: 1, end_week: 2, share: 50}"),
        "line 2: events\\[1\\].share is 50; allowed: 0 to 1.*write 0.5 for 50%",
    ),
    "outage past the horizon": (
        EVENT.format("{kind: outage, start_week: 1, end_week: 157, share: 1}"),
        "line 2: events\\[1\\].end_week leads to week 157, past the horizon of 156 weeks",
    ),
    "fraud wave without factor": (
        EVENT.format("{kind: fraud_wave, start_week: 1, end_week: 2}"),
        "line 2: events\\[1\\].factor is missing. For example: factor: 5",
    ),
    "negative fraud": (
        EVENT.format("{kind: fraud_wave, start_week: 1, end_week: 2, factor: -1}"),
        "factor is -1; allowed: 0 or more",
    ),
    "budget cut past the horizon": (
        EVENT.format("{kind: budget_cut, start_week: 200, share: 0.5}"),
        "line 2: events\\[1\\].start_week leads to week 200, past the horizon",
    ),
    "budget cut with an end": (
        EVENT.format("{kind: budget_cut, start_week: 2, end_week: 5, share: 0.5}"),
        "events\\[1\\].end_week is not known. Allowed here: kind, start_week, share. For example: kind: budget_cut",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_in_a_sentence_with_file_line_and_example(name, load):
    text, sentence = BAD[name]
    with pytest.raises(ScenarioError, match=sentence) as caught:
        load(text)
    assert len(caught.value.messages) == 1
    assert "plan.yaml" in str(caught.value)
    assert "plan.yaml" in caught.value.text("zh")
    assert re.search("示例|例如", caught.value.text("zh"))


FIELDS = (
    "phases: {a", "phases: {a: {start_week: 1, weeks", "coordination", "coordination: {delay_weeks",
    "levers: {a: {kind: coupon, schedule: {phase", "levers: {a: {kind: coupon, schedule: {delay_weeks",
    "budget: {total_yuan: 9, co_funding", "budget: {total_yuan: 9, co_funding: {a",
    "budget: {total_yuan: 9, co_funding: {a: {cap_yuan: 1, match_rate",
    "budget: {total_yuan: 9, co_funding: {a: {<, levers",
    "budget: {total_yuan: 9, co_funding: {a: {<, condition",
    "budget: {total_yuan: 9, co_funding: {a: {<, condition: {at_least: 1, indicator",
    "budget: {total_yuan: 9, co_funding: {a: {<, condition: {indicator: new_merchants, at_least",
    "events", "events: [", "events: [{kind", "events: [{kind: outage, start_week: 1, end_week: 2, share",
    "events: [{kind: fraud_wave, start_week: 1, end_week: 2, factor",
    "events: [{kind: budget_cut, share: 1, start_week",
)  # fmt: skip
VALUES = (
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
    "[a]",
    "{}",
    "{a: 1}",
    "''",
)


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_in_any_field_ends_in_anything_but_sentences(field, load):
    field = field.replace("<", "cap_yuan: 1, match_rate: 1")
    closing = "".join({"{": "}", "[": "]"}[c] for c in reversed(field) if c in "{[")
    for value in VALUES:
        try:
            load(f"{field}{'' if field.endswith('[') else ':'} {value}{closing}\n")
        except ScenarioError as error:
            error.text("zh")


KIOSKS = """\
weeks: 10
levers:
  kiosks: {kind: kiosk, places: all}
  school:
    kind: training_event
    events: [{place: Bihu, start_week: 0, weeks: 4, seats_per_week: 40, trainers: 1}]
"""
# two kiosks: 10,000 yuan each to set up and 1,100 a week; a trainer for 4 weeks of 5 days at 500 yuan
DEVICES, OPERATIONS, TRAINERS = 20_000, 22_000, 10_000
OWED = DEVICES + OPERATIONS + TRAINERS


def test_what_a_plan_owes_is_told_by_line_and_lever(load):
    assert owed_fen(load(KIOSKS), PLACES) == {
        "trainers": {"school": 100 * TRAINERS},
        "devices": {"kiosks": 100 * DEVICES},
        "operations": {"kiosks": 100 * OPERATIONS},
    }


def test_a_budget_that_reaches_for_what_is_owed_to_the_fen_is_taken(load):
    lines = f"{{devices: {DEVICES}, operations: {OPERATIONS}, trainers: {TRAINERS}}}"
    assert load(KIOSKS + f"budget: {{total_yuan: {OWED}, lines: {lines}}}\n").budget.total_yuan == OWED


def test_a_plan_that_owes_more_than_its_budget_is_refused_naming_lines_and_amounts(load):
    with pytest.raises(ScenarioError) as caught:
        load(KIOSKS + f"budget:\n  total_yuan: {OWED - 0.01}\n")
    (message,) = caught.value.messages
    sentence = str(message)
    assert "plan.yaml, line 8: budget.total_yuan is 51,999.99 yuan" in sentence
    assert "owes 52,000 yuan" in sentence
    assert "0.01 yuan too much" in sentence
    for line, yuan, lever in (("devices", "20,000", "kiosks"), ("trainers", "10,000", "school")):
        assert f"{line} {yuan} yuan for {lever}" in sentence
    assert sentence.endswith("for example: budget: {total_yuan: 52000}")
    assert "devices 支出 20,000 元" in caught.value.text("zh")


def test_a_cap_of_a_line_below_what_is_owed_on_it_is_refused(load):
    with pytest.raises(ScenarioError) as caught:
        load(KIOSKS + "budget:\n  total_yuan: 100000\n  lines:\n    materials: 7\n    trainers: 9000\n")
    (message,) = caught.value.messages
    assert "line 11: budget.lines.trainers is 9000 yuan" in str(message)
    assert "owes 10,000 yuan" in str(message)
    assert "1000 yuan too much" in str(message)
    assert "trainers 10,000 yuan (cap 9000 yuan) for school" in str(message)
    assert "budget: {total_yuan: 100000, lines: {materials: 7, trainers: 10000}}" in str(message)


@pytest.mark.parametrize("budget", ["{total_yuan: 3}", "{total_yuan: 60000, lines: {trainers: 0, operations: 21999}}"])
def test_the_budget_of_the_example_fits(budget, load):
    with pytest.raises(ScenarioError) as caught:
        load(KIOSKS + f"budget: {budget}\n")
    for message in caught.value.messages:
        load(KIOSKS + message.params["example"] + "\n")


def test_private_money_is_not_counted_on(load):
    funders = "co_funding: {banks: {match_rate: 10, cap_yuan: 1000000}}"
    with pytest.raises(ScenarioError, match="yuan of public money"):
        load(KIOSKS + f"budget: {{total_yuan: {OWED - 1}, {funders}}}\n")


def test_levers_on_standby_owe_nothing(load):
    text = KIOSKS.replace("places: all}", "places: all, standby: true}")
    assert load(text + f"budget: {{total_yuan: {TRAINERS}}}\n").levers["kiosks"].standby


def test_a_plan_built_in_python_can_be_held_against_its_budget():
    levers = {"kiosks": {"kind": "kiosk", "places": ["Bihu"]}}
    scenario = Scenario(weeks=10, levers=levers, budget={"total_yuan": 20_999})
    ((where, code, params),) = budget_problems(scenario, PLACES)
    assert (where, code) == (("budget", "total_yuan"), "plan_over_budget")
    assert (params["owed"], params["excess"]) == (21_000, 1)
    assert budget_problems(scenario) == []  # without knowing the places, nothing is known to be owed


def test_phases_coordination_money_and_events_are_told_in_words(load):
    text = explain(load(PLAN), "en", PLACES)
    for sentence in (
        "Phase rollout: weeks 13 to 103, 2026-04-06 to 2028-01-03 (exclusive).",
        "takes effect 4 weeks later",
        "weeks 17 to 103",
        "Decided for week 13; coordination takes 4 weeks.",
        "20,000,000 yuan of public money",
        "operators adds 0.25 yuan to each public yuan, at most 1,000,000 yuan, for: fees, late; only while",
        "at least 40% for “merchants that accept electronic payment”",
        "banks adds 0.5 yuan to each public yuan, at most 2,000,000 yuan, for: all levers.",
        "electronic payment fails 50% of the time in weeks 60 to 62",
        "fraud is 5 times as frequent as usual in weeks 40 to 53",
        "in week 78 (2027-07-05), 50% of the public money",
    ):
        assert sentence in text
    chinese = explain(load(PLAN), "zh", PLACES)
    assert not re.search(r"[{}]|explain\.|label\.|None", chinese.replace("{table: survey.csv}", ""))


def codes(**settings):
    scenario = Scenario.model_validate(settings)
    return [message.code for message in warnings(scenario) if message.code != "warning.illustrative"]


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "cash_shortage", "start_week": 9, "end_week": 9},
        {"kind": "cash_shortage", "start_week": 1, "end_week": 9, "intensity": 0},
        {"kind": "outage", "start_week": 1, "end_week": 9, "share": 0},
        {"kind": "fraud_wave", "start_week": 1, "end_week": 9, "factor": 1},
        {"kind": "budget_cut", "start_week": 1, "share": 0},
        {"kind": "budget_cut", "start_week": 156, "share": 1},
    ],
)
def test_events_without_effect_are_warned_about(event):
    assert codes(events=[event], budget={"total_yuan": 1}) == ["warning.event_without_effect"]


def test_every_kind_of_event_is_tried_here():
    assert set(EVENTS) == set(re.findall(r"kind: (\w+), start_week", PLAN))


def test_odd_budgets_are_warned_about():
    cut = {"kind": "budget_cut", "start_week": 9, "share": 0.5}
    assert codes(events=[cut]) == ["warning.cut_without_budget"]
    funders = {"a": {"match_rate": 0, "cap_yuan": 5}, "b": {"match_rate": 1, "cap_yuan": 0}}
    assert codes(budget={"total_yuan": 5, "co_funding": funders}) == ["warning.co_funder_idle"] * 2
    lines = {"trainers": 6, "devices": 5}
    assert codes(budget={"total_yuan": 10, "lines": lines}) == ["warning.lines_over_budget"]
