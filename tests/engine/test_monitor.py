"""The quarterly monitor shows what can be counted or asked, by hand arithmetic, and hides everything else."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.codes import AGE_NAMES, N_SECTORS
from simulation.core.observed import ACCEPTING, ACTIVE, INTEGRATED, STARTED, UNIFIED
from simulation.engine.adjustment import Adjuster
from simulation.engine.monitor import QuarterlyMonitor
from simulation.engine.survey import answering, drawn
from simulation.scenario.adjustment import MONITOR_INDICATORS, Action, Monitor, Rule, When
from tests.engine.readings import week_totals
from tests.worlds import default_params, toy_world

EVEN = np.full((5, N_SECTORS), 1 / N_SECTORS)
SEED = 5


def monitor_of(size: int = 200, **settings: object) -> QuarterlyMonitor:
    return QuarterlyMonitor(Monitor(survey_size=size, **settings), default_params(), EVEN, SEED)


def quarter(monitor, world, end=12, totals=None, **close):
    for _ in range(13):
        monitor.observe_week(totals or week_totals())
    return monitor.close_quarter(end, world, **close)


def by_sector(**columns: int) -> np.ndarray:
    sectors = week_totals().sectors
    for column, value in columns.items():
        sectors[2, {"accepting": ACCEPTING, "unified": UNIFIED, "integrated": INTEGRATED, "new": STARTED}[column]] = (
            value
        )
    return sectors


def test_every_indicator_is_shown_every_quarter():
    reading = quarter(monitor_of(), toy_world(500, 1, user_share=0.5))
    assert set(reading.values) == set(MONITOR_INDICATORS)
    survey = {name for name, indicator in MONITOR_INDICATORS.items() if indicator.source == "survey"}
    assert set(reading.errors) == set(reading.answers) == survey
    assert (reading.quarter, reading.week) == (0, 12)


def test_payments_of_thirteen_weeks_are_added_and_stand_for_all_residents():
    world = toy_world(500, 1)
    world.expansion_factor = 40.0
    totals = week_totals(
        n_electronic=np.array([0, 0, 90, 0, 0, 0]),
        electronic_fen=np.array([0, 0, 250_000, 0, 0, 0]),
        n_failed=np.array([0, 10, 0, 0, 0, 0]),
        n_person=np.array([35, 99]),
        n_incidents=1,
        sectors=by_sector(new=2),
    )
    values = quarter(monitor_of(), world, totals=totals).values
    assert values["electronic_payments"] == 13 * 90 * 40
    assert values["electronic_value_yuan"] == 13 * 2_500 * 40
    assert values["failed_payments_share"] == pytest.approx(10 / 100)
    assert values["fraud_reports_per_million"] == pytest.approx(1e6 / 125)
    assert values["new_merchants"] == 13 * 2 * 40


def test_growth_is_against_the_quarter_before_and_the_first_has_none():
    world, monitor = toy_world(500, 1), monitor_of()
    cells = week_totals().cells
    cells[:, ACTIVE] = 2
    more = cells.copy()
    more[:, ACTIVE] = 3
    first = quarter(monitor, world, 12, week_totals(n_electronic=np.full(6, 10), cells=cells))
    second = quarter(monitor, world, 25, week_totals(n_electronic=np.full(6, 12), cells=more))
    assert math.isnan(first.values["electronic_payments_growth"])
    assert second.values["electronic_payments_growth"] == pytest.approx(0.2)
    assert second.values["active_accounts_growth"] == pytest.approx(0.5)
    assert math.isnan(second.values["electronic_value_growth"])  # nothing was paid before


def test_accounts_are_shares_of_the_residents_they_could_belong_to():
    world = toy_world(500, 1)
    c = world.citizens
    c.age[:100], c.area[400:] = 3, 2  # a hundred of 60-74 in town, a hundred of 30-44 in remote places
    c.has_account[:125] = 0
    cells = week_totals().cells.reshape(5, 3, 3, -1)
    cells[3, 0, 1, ACTIVE], cells[1, 0, 1, ACTIVE], cells[1, 2, 0, ACTIVE] = 20, 150, 10
    values = quarter(monitor_of(), world, totals=week_totals(cells=cells.reshape(45, -1))).values
    assert values["active_accounts_share"] == pytest.approx(180 / 500)
    assert values["active_accounts_share_60_plus"] == pytest.approx(20 / 100)
    assert values["active_accounts_share_urban"] == pytest.approx(170 / 400)
    assert values["active_accounts_share_remote"] == pytest.approx(10 / 100)
    assert math.isnan(values["active_accounts_share_town"])  # nobody lives there
    assert values["registered_accounts_share"] == pytest.approx(375 / 500)


def test_merchants_are_shares_of_all_that_are_registered():
    world = toy_world(500, 1, merchants_per_zone_sector=5)  # 30 merchants
    totals = week_totals(sectors=by_sector(accepting=12, unified=6, integrated=3))
    values = quarter(monitor_of(), world, totals=totals, n_merchants_paid=9).values
    assert values["merchants_accepting_share"] == pytest.approx(12 / 30)
    assert values["merchants_active_share"] == pytest.approx(9 / 30)
    assert values["unified_interface_share"] == pytest.approx(6 / 30)
    assert values["integrated_services_share"] == pytest.approx(3 / 30)


def test_what_is_not_known_is_missing():
    values = quarter(monitor_of(), toy_world(500, 1)).values
    for name in ("merchants_active_share", "budget_spent_share", "failed_payments_share", "survey_satisfaction"):
        assert math.isnan(values[name])
    assert quarter(monitor_of(), toy_world(500, 1), spent_share=0.25).values["budget_spent_share"] == 0.25


def test_a_census_with_full_response_finds_the_truth():
    world = toy_world(500, 1)
    world.citizens.age[:200] = 3
    world.citizens.area[300:] = 2
    world.citizens.weeks_since_use[:50] = 0
    world.citizens.weeks_since_use[400:450] = 2
    everybody = dict.fromkeys(AGE_NAMES, 1.0)
    reading = quarter(monitor_of(1_000, response_share_by_age=everybody), world)
    assert (reading.n_asked, reading.n_answered) == (500, 500)
    assert reading.values["survey_use_share"] == pytest.approx(100 / 500)
    assert reading.values["survey_use_share_60_plus"] == pytest.approx(50 / 200)
    assert reading.values["survey_use_share_remote"] == pytest.approx(50 / 200)
    assert reading.errors["survey_use_share"] == 0.0
    assert reading.answers["survey_satisfaction"] == 100 and reading.answers["survey_reason_skill"] == 400
    reasons = [value for name, value in reading.values.items() if name.startswith("survey_reason_")]
    assert len(reasons) == 7 and sum(reasons) == pytest.approx(1.0)


def test_a_sample_stands_for_residents_and_has_an_error():
    world = toy_world(2_000, 2, user_share=0.4)
    reading = quarter(monitor_of(200), world)
    assert reading.n_asked == 200 and 80 < reading.n_answered < 160
    assert 0.02 < reading.errors["survey_use_share"] < 0.07
    truth = (world.citizens.weeks_since_use < 4).mean()
    assert abs(reading.values["survey_use_share"] - truth) < 4 * reading.errors["survey_use_share"]


def test_a_quarter_is_closed_at_its_end_and_once():
    world, monitor = toy_world(500, 1), monitor_of()
    with pytest.raises(ValueError, match="week 12 cannot close a quarter of 0 observed weeks"):
        monitor.close_quarter(12, world)
    for _ in range(13):
        monitor.observe_week(week_totals())
    with pytest.raises(ValueError, match="week 11 cannot close"):
        monitor.close_quarter(11, world)
    monitor.close_quarter(12, world)
    with pytest.raises(ValueError, match="cannot close"):
        monitor.close_quarter(12, world)


# the information barrier, at the level of monitor and rules

RULES = {
    "voice": Rule(
        when=When(indicator="survey_reason_skill", above=0.1), action=Action(lever="voice", change="start"), lag_weeks=3
    ),
    "more": Rule(
        when=When(indicator="survey_satisfaction", below=4.5), hysteresis=0.1, most_firings=3,
        action=Action(lever="training", change="scale", factor=1.5),
    ),
    "less": Rule(when=When(indicator="survey_use_share", above=0.3), action=Action(lever="gift", change="stop")),
}  # fmt: skip
HIDDEN = ("skill", "innate_skill", "taste", "perceived_risk", "baseline_risk", "habit", "repetition")
HIDDEN_FLAGS = ("prefers_cash", "attends_help", "aware", "refuses_face", "incident")


def history(world, n_quarters=3):
    """Return the readings of some quarters and what the rules made of them."""
    monitor, adjuster, readings, firings = monitor_of(150), Adjuster(RULES, 4), [], []
    for k in range(n_quarters):
        readings.append(quarter(monitor, world, 13 * k + 12))
        firings += adjuster.decide(13 * k + 12, readings)
    return readings, firings


def respondents(world, n_quarters=3):
    """Return everybody who answers the questionnaire in some quarter."""
    found = []
    for k in range(n_quarters):
        asked, week = drawn(len(world.citizens.age), 150, SEED, 13 * k + 12), 13 * k + 12
        found.append(answering(asked, world.citizens.age[asked], Monitor().response_share_by_age, SEED, week))
    return np.unique(np.concatenate(found))


def in_bits(readings):
    """Return readings as text that tells any two floats apart."""
    return repr([asdict(r) for r in readings])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), share=st.floats(0.05, 1.0))
def test_worlds_that_differ_in_hidden_state_and_show_the_same_readings_are_treated_alike(seed, share):
    world = toy_world(1_200, 2, user_share=0.5)
    readings, firings = history(world)
    rng = np.random.default_rng(seed)
    others = np.setdiff1d(np.arange(1_200), respondents(world))
    changed = others[rng.random(len(others)) < share]
    for name in HIDDEN:
        getattr(world.citizens, name)[changed] = rng.random(len(changed))
    for name in HIDDEN_FLAGS:
        getattr(world.citizens, name)[changed] = rng.integers(0, 2, len(changed))
    world.merchants.readiness_taste[:] = rng.normal(size=len(world.merchants.sector))
    world.merchants.ask_share[:] = rng.random(len(world.merchants.sector))
    again, fired_again = history(world)
    assert in_bits(again) == in_bits(readings)
    assert fired_again == firings and {firing.rule for firing in firings} == set(RULES)


def test_what_respondents_feel_is_what_the_monitor_can_see():
    world = toy_world(1_200, 2, user_share=0.5)
    readings, _ = history(world)
    asked = respondents(world)
    world.citizens.skill[asked], world.citizens.perceived_risk[asked] = 0.0, 1.0
    again, _ = history(world)
    assert again[0].values["survey_satisfaction"] < readings[0].values["survey_satisfaction"]
    assert in_bits(again) != in_bits(readings)
