"""Visits at home by hand: how many fall into a week, who is asked, what is owed, what a multiplied dose is."""

import numpy as np
import pytest

from simulation.core.offers import Use
from simulation.levers.base import Eligibility, Reach, Schedule
from simulation.levers.choosing.names import STRATEGIES
from simulation.levers.home_visit import HomeVisit
from simulation.levers.ledger import FixedCost, Price
from tests.levers.networks import random_network, world

WORLD = world(300, random_network(300, 6, 2))


def visits(**settings):
    return HomeVisit(kind="home_visit", **settings)


def reach(*of_places, is_set_up=False):
    """Return residents of several settlements, half of them in each of two accounts."""
    total = float(sum(of_places))
    return Reach(np.array([total / 2, total / 2]), np.zeros(2), (), is_set_up, np.array(of_places, float))


def test_visits_are_spread_evenly_over_the_weeks_it_acts():
    """7 visits in 4 weeks: 1 + 2 + 2 + 2; without an end they last to that of the run."""
    lever = visits(schedule=Schedule(start_week=3, end_week=7))
    assert [lever.visits_of_week(week, 100, 7) for week in range(2, 8)] == [0, 1, 2, 2, 2, 0]
    to_the_end = visits(schedule=Schedule(start_week=8))
    assert [to_the_end.visits_of_week(week, 10, 7) for week in (7, 8, 9, 10)] == [0, 3, 4, 0]


@pytest.mark.parametrize("n", [0, 1, 5, 52, 1_001])
def test_all_visits_are_made_by_the_end(n):
    lever = visits(schedule=Schedule(start_week=2, delay_weeks=3, end_week=40))
    assert sum(lever.visits_of_week(week, 30, n) for week in range(60)) == n


def test_in_a_sampled_world_visits_are_divided_by_what_a_citizen_stands_for():
    sampled = world(300, random_network(300, 6, 2))
    sampled.expansion_factor = 40.0
    assert visits(visits=400).number(sampled, "v") == 10
    assert visits(visits=410).number(sampled, "v") in (10, 11)
    numbers = [visits(visits=410).number(sampled, name) for name in map(str, range(400))]
    assert np.mean(numbers) == pytest.approx(10.25, abs=0.1)  # a quarter of them are 11: deviation .022
    assert numbers == [visits(visits=410).number(sampled, name) for name in map(str, range(400))]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_only_who_is_eligible_is_chosen_and_another_lever_changes_nothing(strategy):
    lever = visits(visits=30, strategy=strategy, eligibility=Eligibility(share=0.5))
    may = lever.eligibility.citizen_mask(WORLD, "v")
    who = lever.chosen(WORLD, "v")
    assert len(set(who.tolist())) == 30 and may[who].all()
    assert who.tolist() == lever.chosen(WORLD, "v").tolist()


def test_more_visits_than_people_are_visits_to_everybody():
    assert sorted(visits(visits=5_000).chosen(WORLD, "v")) == list(range(300))


@pytest.mark.parametrize(
    ("strategy", "number"),
    [("random", 0), ("random_friend", 90), ("degree", 1_000), ("k_core", 1_000), ("wide_reach", 1_000)],
)
def test_who_is_asked_follows_from_the_way_of_choosing(strategy, number):
    lever = visits(visits=90, strategy=strategy, interview_yuan=20)
    assert lever.interviews(np.array([600.0, 400.0])) == number
    assert lever.model_copy(update={"network_is_known": True}).interviews(np.array([600.0, 400.0])) == 0
    owed = [FixedCost("operations", number * 1_000, account) for account in (0, 1)] if number else []
    assert lever.fixed(0, reach(600, 400)) == owed
    assert lever.fixed(1, reach(600, 400, is_set_up=True)) == []


def test_a_settlement_is_asked_a_few_or_as_many_as_name_whom_to_visit():
    """900 + 90 + 10 residents, 300 visits: 270, 27 and 3 of them. 3 names each: 90, 17 and, there being no more, 10."""
    lever = visits(visits=300, strategy="gossip_nominees", interviews_per_place=17, names_per_interview=3)
    assert lever.interviews(np.array([900.0, 90.0, 10.0])) == 90 + 17 + 10
    assert lever.interviews(np.array([0.0, 0.0])) == 0


def test_interviews_are_owed_in_the_first_week_and_what_is_known_of_them_when_loading_is_told():
    lever = visits(visits=90, strategy="random_friend", interview_yuan=20, schedule=Schedule(start_week=4))
    assert lever.fixed(3, reach(600, 400)) == []
    assert sum(cost.fen for cost in lever.fixed(4, reach(600, 400))) == 90 * 2_000
    assert lever.commitments(20, 0) == {"operations": 90 * 2_000}
    assert lever.commitments(4, 0) == visits(strategy="degree").commitments(20, 0) == {}


def test_a_visit_is_charged_by_what_it_brings():
    lever = visits(visit_yuan=55, materials_yuan=8)
    assert lever.price(Use.HELP) == Price("trainers") and lever.price(Use.VISIT) is None
    assert (lever.visit_fen, lever.taught_fen) == (5_500, 800)


def test_a_multiplied_dose_is_more_visits_and_none_is_off():
    assert visits(visits=200).scaled(1.5).visits == 300
    off = visits(visits=200, strategy="degree").scaled(0.0)
    assert off.is_idle()
    assert off.fixed(0, reach(600, 400)) == [] and off.chosen(WORLD, "v").tolist() == []


def test_visits_cannot_ramp():
    with pytest.raises(ValueError, match="cannot build up"):
        visits(schedule=Schedule(ramp_weeks=4))
