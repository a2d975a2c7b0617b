import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.placement.capacitated import solve_capacitated
from simulation.analysis.placement.cover import cover_of_pairs
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from tests.analysis.placement import brute

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=12, deadline=None)


def test_people_move_on_so_that_a_later_site_serves_others() -> None:
    # site 0 serves 2; point 0 can go to either, point 1 to site 0 only
    problem = CoveringProblem(cover_of_pairs([0, 1, 0], [0, 0, 1], 2, 2), np.array([2.0, 2.0]), number=2)
    answer = solve_capacitated(problem, [2, 2])
    assert answer.value == 4 and answer.is_proved
    assert sorted(zip(answer.point, answer.site, answer.people, strict=True)) == [(0, 1, 2), (1, 0, 2)]


@FEW
@given(SEEDS)
def test_answer_is_near_the_best_of_all_layouts_and_its_bound_above(seed: int) -> None:
    rng = np.random.default_rng(seed)
    settings = {"number": 3, "existing": [0], "must": [1], "never": [2]}
    problem, capacities = brute.scattered(seed, n_points=15, n_sites=7, **settings), rng.integers(5, 50, 7)
    answer = solve_capacitated(problem, capacities, 10.0)
    best = brute.most_served(problem, capacities)
    assert 0.97 * best <= answer.value <= best + 1e-6 and answer.bound >= best - 1e-6
    assert brute.faults_of_assignment(problem, answer, capacities) == []
    assert answer.value == brute.flow_through(problem, [*answer.sites, 0], capacities)
    assert 1 in answer.sites and not {0, 2} & set(answer.sites)


@FEW
@given(SEEDS)
def test_budget_and_fractions_of_people_are_honoured(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = brute.scattered(seed, costs=rng.uniform(1, 3, 9), budget=6.0)
    problem = CoveringProblem(problem.cover, rng.random(30), problem.costs, budget=6.0)
    capacities = rng.random(9) * 4
    answer = solve_capacitated(problem, capacities, 10.0)
    assert problem.cost(answer.sites) <= 6.0 + 1e-9 and answer.bound >= answer.value
    assert brute.faults_of_assignment(problem, answer, capacities) == []


def test_verifier_finds_a_site_over_its_capacity() -> None:
    problem = CoveringProblem(cover_of_pairs([0], [0], 1, 1), np.array([4.0]), number=1)
    answer = solve_capacitated(problem, [4])
    assert brute.faults_of_assignment(problem, answer, [4]) == []
    assert brute.faults_of_assignment(problem, answer, [3]) == ["a site is over its capacity"]


def test_floors_are_refused() -> None:
    problem = CoveringProblem(
        cover_of_pairs([0], [0], 1, 1), np.ones(1), number=1, groups=np.zeros(1, int), floors=np.ones(1)
    )
    with pytest.raises(PlacementError) as caught:
        solve_capacitated(problem, [1])
    assert caught.value.code == "floors_with_capacities"
