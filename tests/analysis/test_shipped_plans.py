"""The strategies, the full plan and its stress set that are shipped for Lishui."""

from pathlib import Path

import pytest

from simulation.analysis.strategies import common_budget
from simulation.region.sources import find_region
from simulation.scenario.feasibility import owed_fen
from simulation.scenario.load import load_scenario, place_names
from simulation.scenario.schema import LEVERS
from simulation.scenario.warnings import warnings

LISHUI = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
STRATEGIES = ("subsidy_led", "outreach_led", "kiosk_led")
STRESS = ("stress_long_outage", "stress_fraud_wave", "stress_cash_shortage", "stress_budget_cut")
NOT_IN_THE_PLAN = {"phone_subsidy", "home_visit"}  # a lever of amendment A3; visits in place of training events


@pytest.fixture(scope="module")
def known():
    region = find_region("lishui")
    return place_names((*region.places, *region.sites))


def load(name, known):
    return load_scenario(LISHUI / f"{name}.yaml", known_places=known)


def test_the_three_strategies_have_one_budget_and_owe_no_more(known):
    plans = {name: load(name, known) for name in STRATEGIES}
    budget = common_budget(plans)
    owed = {name: sum(sum(by.values()) for by in owed_fen(plan, known).values()) for name, plan in plans.items()}
    assert all(fen <= 100 * budget for fen in owed.values())


@pytest.mark.parametrize("name", [*STRATEGIES, "full_plan", "full_plan_adjusted", "reference_outreach", *STRESS])
def test_nothing_is_odd_about_them_but_the_placeholder_survey(name, known):
    assert [message.code for message in warnings(load(name, known), known)] == ["warning.illustrative"]


def test_the_full_plan_buys_every_lever_the_plan_names_and_judges_every_target(known):
    plan = load("full_plan", known)
    assert {lever.kind for lever in plan.levers.values()} == set(LEVERS) - NOT_IN_THE_PLAN
    assert not any(lever.standby or lever.is_idle() for lever in plan.levers.values())
    assert {target.code for target in plan.targets.values()} == {f"T{k}" for k in range(1, 10)}
    assert set(plan.phases) == {"preparation", "rollout", "evaluation"}
    assert all(lever.schedule.delay_weeks == 4 for lever in plan.levers.values())


def test_incentives_and_campaigns_end_with_the_roll_out(known):
    plan = load("full_plan", known)
    paid = {"coupon", "points", "discount_days", "terminal_subsidy", "fee_subsidy", "campaign"}
    ends = {lever.schedule.end_week for lever in plan.levers.values() if lever.kind in paid}
    assert ends == {plan.phases["evaluation"].start_week}


def test_what_stands_by_in_the_adjusted_plan_is_started_by_a_rule_with_an_envelope(known):
    plan = load("full_plan_adjusted", known)
    starts = {rule.action.lever: rule for rule in plan.adjustment.values() if rule.action.change == "start"}
    assert set(starts) == {name for name, lever in plan.levers.items() if lever.standby}
    assert all(rule.envelope_yuan for rule in starts.values())


@pytest.mark.parametrize("name", STRESS)
def test_a_stress_is_the_full_plan_and_one_event(name, known):
    plan, stress = load("full_plan", known), load(name, known)
    assert len(stress.events) == 1 and not plan.events
    assert stress.model_copy(update={"events": (), "title": plan.title}) == plan
