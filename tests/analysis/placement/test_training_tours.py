"""Tours of trainers: values by hand, bounds against every choice there is, events as the lever has them."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.placement.in_scenario import find_places, placed
from simulation.analysis.placement.touring import events_of
from simulation.analysis.placement.training_tour import TourProblem, plan_tours, tours_to
from simulation.levers.teaching import Teaching
from simulation.region import find_region
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario
from tests.analysis.placement.regions import make_region

NEAR_MISS = 1e-9


def problem(weekly, people, stays, weeks=1, seats=1e9, trainers=1, x=None) -> TourProblem:
    """Return a problem from a table of weekly chances, spots by points."""
    table = np.asarray(weekly, np.float64)
    spot, point = np.nonzero(table > 0)
    x_km = np.arange(len(table), dtype=float) if x is None else np.asarray(x, float)
    return TourProblem(
        point.astype(np.int32), spot.astype(np.int32), table[spot, point], np.asarray(people, float), x_km,
        np.zeros(len(table)), stays, weeks, seats, trainers,
    )  # fmt: skip


def test_a_stay_teaches_those_who_come_or_as_many_as_there_are_seats():
    # 100 people, of whom each comes in a week with chance .1: in 2 weeks 1 - .9^2 = .19 do
    assert plan_tours(problem([[0.1]], [100], 1, weeks=2)).value == pytest.approx(19)
    assert plan_tours(problem([[0.1]], [100], 1, weeks=2, seats=5)).value == pytest.approx(10)
    # a second stay finds 81 left, of whom .19 come
    twice = plan_tours(problem([[0.1]], [100], 2, weeks=2))
    assert [stay.taught for stay in twice.stays] == pytest.approx([19, 0.19 * 81])
    assert [stay.first_week for stay in twice.stays] == [0, 2]
    # no more can be taught than live there
    assert plan_tours(problem([[1.0]], [7], 3)).value == pytest.approx(7)


def test_people_taught_at_one_place_do_not_come_to_another():
    found = tours_to(problem([[0.5, 0], [0.5, 0.25]], [100, 40], 2), np.array([0, 1]))
    assert found.value == pytest.approx(50 + (25 + 10))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 3), st.sampled_from([1e9, 30.0, 8.0]))
def test_no_choice_passes_the_bound_and_the_one_found_is_near_the_best(seed, n_spots, stays, seats):
    rng = np.random.default_rng(seed)
    weekly = rng.uniform(0, 0.6, (n_spots, 4)) * (rng.random((n_spots, 4)) < 0.7)
    weekly[0, 0] = 0.3
    asked = problem(weekly, rng.integers(1, 60, 4), stays, seats=seats)
    found = plan_tours(asked)
    values = [tours_to(asked, np.array(choice)).value for choice in itertools.product(range(n_spots), repeat=stays)]
    assert max(values) <= found.bound * (1 + NEAR_MISS)
    assert found.value <= found.bound * (1 + NEAR_MISS)
    assert found.value >= (1 - 1 / math.e) * max(values) - NEAR_MISS
    assert sum(stay.taught for stay in found.stays) == pytest.approx(found.value)


def test_trainers_go_to_neighbours_one_after_the_other():
    weekly = np.eye(6) * 0.5
    found = plan_tours(problem(weekly, [10] * 6, 6, trainers=2, x=[0, 30, 1, 31, 2, 32]))
    ways = [[stay.spot for stay in found.stays if stay.trainer == k] for k in (0, 1)]
    assert [sorted(way) for way in ways] == [[0, 2, 4], [1, 3, 5]]
    assert found.km == pytest.approx(4)  # 0-1-2 and 30-31-32 km


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    settlements = [("A", "rural", 0.0, 0.0, 4000), ("B", "rural", 30.0, 0.0, 2000), ("C", "rural", 60.0, 0.0, 40)]
    sites = [("sA", 0.0, 0.0, ""), ("sB", 30.0, 0.0, ""), ("sC", 60.0, 0.0, "")]
    return make_region(tmp_path_factory.mktemp("tour") / "region", settlements, sites)


def training(region: str, placement: dict, **more) -> Scenario:
    lever = {"kind": "training_event", "placement": placement, **more}
    return Scenario.model_validate({"region": region, "weeks": 26, "levers": {"training": lever}})


def test_events_say_where_trainers_are(places):
    scenario = training(places, {"trainers": 2, "weeks_per_stay": 4}, schedule={"start_week": 2})
    found = find_places(scenario, find_region(places))["training"]
    assert found.problem.stays == 2 * 6  # 24 weeks of 2 trainers
    lever = placed(scenario).levers["training"]
    assert isinstance(lever, Teaching)
    assert sum(event.weeks * event.trainers for event in lever.events) == 48
    assert all(event.seats_per_week == 40 * event.trainers for event in lever.events)
    assert {event.place for event in lever.events} <= {"sA", "sB", "sC"}
    assert min(event.start_week for event in lever.events) == 2
    assert max(event.start_week + event.weeks for event in lever.events) <= 26
    taught = {}
    for stay in found.tours.stays:
        taught[stay.spot] = taught.get(stay.spot, 0) + 1
    assert taught[0] > taught[1]  # the larger place has more stays
    assert 2 not in taught or taught[2] <= 1
    assert lever.events == events_of(scenario.levers["training"], found)
    assert lever.commitments(26, 0) == {"trainers": 48 * 5 * 500 * 100}


def test_a_part_time_trainer_s_seats_are_those_of_a_full_one(places):
    scenario = training(places, {"trainers": 1, "weeks_per_stay": 4}, seats_per_week=16, trainers=0.4)
    assert find_places(scenario, find_region(places))["training"].problem.seats_per_week == pytest.approx(40)


def test_money_and_weeks_bound_the_stays(places):
    region = find_region(places)
    stay = 4 * 5 * 500
    found = find_places(training(places, {"trainers": 9, "weeks_per_stay": 4, "budget_yuan": 3.5 * stay}), region)
    assert len(found["training"].tours.stays) == 3
    with pytest.raises(ScenarioError, match="do not reach for one stay"):
        find_places(training(places, {"trainers": 9, "weeks_per_stay": 4, "budget_yuan": stay - 1}), region)
    with pytest.raises(ScenarioError, match="do not reach for one stay"):
        find_places(training(places, {"weeks_per_stay": 20}, schedule={"start_week": 10}), region)
    with pytest.raises(ScenarioError, match="no candidate is left"):
        find_places(training(places, {"never_open": ["sA", "sB", "sC"]}), region)
    with pytest.raises(ScenarioError, match="nobody counts"):
        find_places(training(places, {"serve": "remote"}), region)
