"""Rules act on readings alone: thresholds, quarters in a row, hysteresis, lag and delay, by hand and at random."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.adjustment import Adjuster, Firing
from simulation.messages import render
from simulation.outcomes.provenance import as_plain
from simulation.scenario.adjustment import Action, Rule, When
from tests.engine.readings import reading, readings

USE = "survey_use_share_60_plus"


def rule(below=0.5, quarters=1, **rest):
    when = When(indicator=USE, below=below, quarters=quarters)
    return Rule(when=when, **{"action": Action(lever="voice", change="start"), **rest})


def weeks_of(the_rule, values, delay=0):
    """Return the weeks in which a rule decides to act when its indicator reads so, quarter by quarter."""
    adjuster, shown, decided = Adjuster({"mine": the_rule}, delay), readings(USE, values), []
    for k, one in enumerate(shown):
        decided += [firing.decided_week for firing in adjuster.decide(one.week, shown[: k + 1])]
    return decided


def test_a_rule_acts_when_the_reading_is_beyond_the_threshold():
    assert weeks_of(rule(), [0.6, 0.5, 0.49, 0.6]) == [38]
    above = Rule(when=When(indicator=USE, above=0.5), action=Action(lever="gift", change="stop"))
    assert weeks_of(above, [0.4, 0.5, 0.51]) == [38]


def test_it_acts_once_if_not_told_otherwise():
    assert weeks_of(rule(), [0.4, 0.6, 0.4, 0.6, 0.4]) == [12]
    assert weeks_of(rule(most_firings=2), [0.4, 0.6, 0.4, 0.6, 0.4]) == [12, 38]


def test_it_waits_for_as_many_quarters_in_a_row():
    assert weeks_of(rule(quarters=3), [0.4, 0.4, 0.6, 0.4, 0.4, 0.4, 0.4]) == [77]
    assert weeks_of(rule(quarters=2), [0.4]) == []


def test_it_acts_again_only_when_the_reading_has_gone_back_past_the_hysteresis():
    back = rule(hysteresis=0.1, most_firings=5)
    assert weeks_of(back, [0.4, 0.55, 0.4, 0.59, 0.4]) == [12]
    assert weeks_of(back, [0.4, 0.6, 0.4]) == [12, 38]


def test_a_missing_reading_neither_sets_off_a_rule_nor_sets_it_back():
    nan = math.nan
    assert weeks_of(rule(), [nan, 0.4]) == [25]
    assert weeks_of(rule(quarters=2), [0.4, nan, 0.4, 0.4]) == [51]
    assert weeks_of(rule(most_firings=3), [0.4, nan, 0.4]) == [12]


def test_the_effect_comes_after_lag_and_coordination():
    shown = [reading(**{USE: 0.4})]
    assert Adjuster({"mine": rule(lag_weeks=4)}, 6).decide(12, shown)[0].effect_week == 12 + 1 + 4 + 6
    assert Adjuster({"mine": rule(lag_weeks=4)}, {"voice": 2}).decide(12, shown)[0].effect_week == 12 + 1 + 4 + 2
    assert Adjuster({"mine": rule()}, {"gift": 2}).decide(12, shown)[0].effect_week == 13


def test_rules_go_by_name_and_each_remembers_for_itself():
    shown = [reading(**{USE: 0.4})]
    rules = {"b": rule(), "a": rule(below=0.3), "c": rule(lag_weeks=1)}
    assert [firing.rule for firing in Adjuster(rules).decide(12, shown)] == ["b", "c"]


def test_nothing_shown_and_no_rules_decide_nothing():
    assert Adjuster({"mine": rule()}).decide(12, []) == []
    assert Adjuster({}).decide(12, [reading()]) == []


def test_a_firing_is_told_in_words_a_planner_can_read():
    scale = Action(lever="training", change="scale", factor=1.5)
    (firing,) = Adjuster({"old": rule(quarters=1, lag_weeks=4, action=scale)}).decide(12, [reading(**{USE: 0.43217})])
    assert render(firing.message(), "en") == (
        'Week 12: rule old fired. The monitor showed "say they paid electronically in the last 4 weeks, residents aged '
        '60 and over" at 43.22%, below the threshold of 50%; so: multiply the dose of training by 1.5, in effect from '
        "week 17."
    )
    assert "规则 old 触发" in render(firing.message(), "zh") and "43.22%" in render(firing.message(), "zh")


values = st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), min_size=1, max_size=30)


@given(values, st.floats(0, 1), st.floats(0, 0.3), st.integers(1, 4), st.integers(1, 5), st.booleans())
def test_between_two_firings_the_reading_went_back_past_the_hysteresis(shown, threshold, hysteresis, n, most, below):
    when = When(indicator=USE, quarters=n, **{"below" if below else "above": threshold})
    action = Action(lever="voice", change="start")
    quarters = [
        w // 13 for w in weeks_of(Rule(when=when, action=action, hysteresis=hysteresis, most_firings=most), shown)
    ]
    assert len(quarters) <= most
    for k in quarters:
        assert all(v < threshold if below else v > threshold for v in shown[k - n + 1 : k + 1])
    for one, other in pairwise(quarters):
        between = shown[one + 1 : other]
        back = threshold + hysteresis if below else threshold - hysteresis
        assert any(v >= back if below else v <= back for v in between)


@given(values, st.floats(0, 1))
def test_a_rule_without_memory_of_its_own_misses_nothing(shown, threshold):
    """With one quarter and no hysteresis a rule acts at every crossing and at the first reading beyond."""
    quarters = [w // 13 for w in weeks_of(rule(threshold, most_firings=40), shown)]
    expected, armed = [], True
    for k, value in enumerate(shown):
        if armed and value < threshold:
            expected.append(k)
            armed = False
        elif value >= threshold:
            armed = True
    assert quarters == expected


@given(values, st.integers(0, 60), st.integers(0, 30), st.integers(1, 3))
def test_the_lag_moves_the_effect_and_nothing_else(shown, lag, delay, n):
    def fired(lag_weeks, delay_weeks):
        adjuster, found = Adjuster({"mine": rule(lag_weeks=lag_weeks, quarters=n, most_firings=9)}, delay_weeks), []
        all_shown = readings(USE, shown)
        for k, one in enumerate(all_shown):
            found += adjuster.decide(one.week, all_shown[: k + 1])
        return found

    at_once, late = fired(0, 0), fired(lag, delay)
    assert [f.decided_week for f in late] == [f.decided_week for f in at_once]
    assert [f.effect_week for f in late] == [f.effect_week + lag + delay for f in at_once]
    assert all(f.effect_week > f.decided_week for f in late)


@given(values)
def test_the_same_readings_give_the_same_firings(shown):
    rules = {"a": rule(0.3, most_firings=5), "b": rule(0.6, 2, hysteresis=0.1, most_firings=5)}
    first, second, all_shown = Adjuster(rules), Adjuster(dict(reversed(rules.items()))), readings(USE, shown)
    for k, one in enumerate(all_shown):
        assert first.decide(one.week, all_shown[: k + 1]) == second.decide(one.week, all_shown[: k + 1])


def test_a_firing_survives_as_plain_data():
    (firing,) = Adjuster({"mine": rule()}).decide(12, [reading(**{USE: 0.4})])
    assert Firing(**as_plain(firing)) == firing


@pytest.mark.parametrize("week", [12, 25])
def test_the_week_of_the_decision_is_the_one_it_is_taken_in(week):
    (firing,) = Adjuster({"mine": rule()}).decide(week, [reading(**{USE: 0.4})])
    assert (firing.decided_week, firing.effect_week) == (week, week + 1)
