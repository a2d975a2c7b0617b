"""Search files: what they may say, and every mistake told with its line and a correct example."""

import pytest

from simulation.analysis.mix.search_file import is_search, read_search
from simulation.analysis.mix.settings import own_mix, scenario_at
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario

PLAN = """\
title: {en: Plan, zh: 计划}
citizens: 1000
weeks: 26
targets: {everyone: {code: T1, share: 0.6}, conversion: {code: T8, share: 0.1}}
budget:
  total_yuan: 50_000_000
  co_funding: {operators: {match_rate: 0.2, cap_yuan: 1_000_000, levers: [terminals]}}
levers:
  coupon: {kind: coupon, cashback_yuan: 1}
  terminals: {kind: terminal_subsidy}
  kiosks: {kind: kiosk, places: county_seats, capacity_per_week: 60}
  more: {kind: kiosk, places: [Bihu], standby: true}
adjustment:
  more_help:
    when: {indicator: survey_use_share_60_plus, below: 0.3}
    action: {lever: more, change: start}
"""
BASELINE = "title: {en: As usual, zh: 维持现状}\ncitizens: 1000\nweeks: 26\n"
HEAD = "programme: plan.yaml\nbaseline: usual.yaml\n"


@pytest.fixture
def search(tmp_path):
    def read(text, **options):
        (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
        (tmp_path / "usual.yaml").write_text(BASELINE, encoding="utf-8")
        path = tmp_path / "search.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_search(path, load_scenario, **options)

    return read


def test_without_variables_every_dose_is_varied(search):
    problem = search("goal: cheapest\n")
    assert [s.variable.name for s in problem.settings] == [
        "levers.coupon.dose", "levers.terminals.dose", "levers.kiosks.dose", "levers.more.dose"
    ]  # fmt: skip
    assert {(s.variable.low, s.variable.high) for s in problem.settings} == {(0.0, 1.5)}
    assert problem.wanted.probability == 0.9


def test_target_that_needs_a_reference_is_left_out_unless_named(search):
    problem = search("goal: cheapest\n")
    assert problem.targets == ("everyone",)
    assert problem.left_out == ("conversion",)
    with pytest.raises(ScenarioError, match="line 3: targets names conversion, which is held against a reference"):
        search("targets: [conversion]\n")


def test_share_of_a_target_can_be_given(search):
    problem = search("targets: {everyone: 0.7}\n")
    assert problem.programme.targets["everyone"].share == 0.7
    with pytest.raises(ScenarioError, match="everyone is 70; allowed: 0 to 1"):
        search("targets: {everyone: 70}\n")


def test_every_kind_of_variable_reaches_its_scenario(search):
    problem = search(
        """\
variables:
  levers.coupon.dose: {low: 0, high: 2}
  levers.kiosks.start_week: {low: 0, high: 20}
  levers.kiosks.capacity_per_week: {low: 20, high: 150}
  levers.kiosks.places: {choices: [all, county_seats]}
  levers.terminals.bought: {choices: [true, false]}
  adjustment.more_help.when.below: {low: 0.2, high: 0.5}
  budget.total_yuan: {low: 10_000_000, high: 60_000_000}
"""
    )
    own = own_mix(problem.programme, problem.settings)
    assert own[:2] == (1.0, 0) and own[3:5] == ("county_seats", "true")
    assert own[2] == pytest.approx(60, abs=0.13) and own[6] == 50_000_000.0  # on a thousandth of the range
    made = scenario_at(problem.programme, problem.settings, (2.0, 13, 100.0, "all", "false", 0.4, 20_000_000.0))
    assert made.levers["coupon"].cashback_yuan == 2
    assert made.levers["kiosks"].schedule.start_week == 13
    assert made.levers["kiosks"].capacity_per_week == 100
    assert made.levers["kiosks"].places == ("all",)
    assert "terminals" not in made.levers
    assert made.adjustment["more_help"].when.below == 0.4
    assert made.budget.total_yuan == 20_000_000


def test_lever_without_dose_takes_its_rules_and_funders_with_it(search):
    problem = search("goal: cheapest\n")
    made = scenario_at(problem.programme, problem.settings, (1.0, 0.0, 1.0, 0.0))
    assert set(made.levers) == {"coupon", "kiosks"}
    assert made.adjustment == {}
    assert made.budget.co_funding == {}  # an empty list of levers would mean all


def test_options_take_the_place_of_the_file(search):
    problem = search("goal: cheapest\n", goal="best_coverage", budget_yuan=5e6)
    assert problem.wanted.goal == "best_coverage"
    assert problem.wanted.budget == 5e6
    assert problem.targets == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gaol: cheapest\n", r"line 3: gaol is not known. .*goal.*For example: goal: cheapest"),
        ("goal: cheap\n", r"line 3: goal is cheap, which is not known.*cheapest, best_coverage"),
        ("goal: best_coverage\n", r"line 3: goal is best_coverage, which needs a budget.*budget_yuan: 40_000_000"),
        ("budget_yuan: 5\n", r"line 3: budget_yuan is 5, but the cheapest programme"),
        ("goal: best_coverage\nbudget_yuan: -5\n", r"line 4: budget_yuan is -5; allowed: 1 or more"),
        ("probability: 90\n", r"line 3: probability is 90; allowed: 0.5 to 0.99"),
        ("targets: [everybody]\n", r"line 3: targets is everybody, which is not known.*everyone"),
        ("targets: everyone\n", r"line 3: targets is everyone; allowed: a list"),
        ("variables:\n  levers.coupn.dose: {low: 0, high: 1}\n", r"line 4: .*levers.coupn.dose is not known.*coupon"),
        ("variables:\n  levers.coupon.cashbak_yuan: {low: 0, high: 1}\n", r"line 4: .*not known.*cashback_yuan"),
        ("variables:\n  levers.coupon.dose: {low: 1, high: 0.5}\n", r"line 4: .*low is 1, .*not below high, 0.5"),
        ("variables:\n  levers.coupon.dose: {low: -1, high: 1}\n", r"line 4: .*low is -1; allowed: 0 to 100"),
        ("variables:\n  levers.coupon.cashback_yuan: {low: 0, high: 1e14}\n", r"high is 1e\+?14|100,000,000,000,000"),
        ("variables:\n  levers.coupon.dose: {low: 0}\n", r"line 4: .*high is missing. For example: high: 1.5"),
        ("variables:\n  levers.kiosks.places: {low: 0, high: 1}\n", r"line 4: .*two or more different choices"),
        ("variables:\n  levers.kiosks.places: {choices: [all]}\n", r"line 4: .*two or more different choices"),
        ("variables:\n  levers.kiosks.start_week: {low: 0, high: 60}\n", r"cannot have the value 60"),
        ("variables:\n  levers.kiosks.rationing: {choices: [lottery, first]}\n", r"cannot have the value first"),
        ("variables: {}\n", r"line 3: variables is .*allowed: lines"),
    ],
)  # fmt: skip
def test_mistake_is_told_with_line_and_example(search, text, words):
    with pytest.raises(ScenarioError, match=words):
        search(text)


def test_missing_scenario_is_told_with_one_named_alike(search, tmp_path):
    search("")
    (tmp_path / "bare.yaml").write_text("baseline: usual.yaml\n")
    with pytest.raises(ScenarioError, match=r"programme is missing. For example: programme: full_plan.yaml"):
        read_search(tmp_path / "bare.yaml", load_scenario)
    (tmp_path / "other.yaml").write_text("programme: plam.yaml\nbaseline: usual.yaml\n")
    with pytest.raises(ScenarioError, match=r"programme is plam.yaml, but there is no file .*plan.yaml"):
        read_search(tmp_path / "other.yaml", load_scenario)
    assert is_search(tmp_path / "other.yaml")
    assert not is_search(tmp_path / "plan.yaml")


def test_lever_that_cannot_be_scaled_is_refused_with_what_can_be_done(search, monkeypatch):
    from simulation.levers.coupon import Coupon

    monkeypatch.setattr(Coupon, "scales", False)
    with pytest.raises(ScenarioError, match=r"dose of a coupon cannot be scaled.*levers.coupon.bought"):
        search("variables:\n  levers.coupon.dose: {low: 0, high: 1}\n")
    assert search("").settings[0].variable.choices == ("true", "false")
