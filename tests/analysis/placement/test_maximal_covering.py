from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.placement import maximal_covering
from simulation.analysis.placement.cover import cover_of_pairs, cover_within
from simulation.analysis.placement.maximal_covering import solve_maximal_covering
from simulation.analysis.placement.near_optimal import near_optimal_layouts
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from tests.analysis.placement import brute

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def test_greedy_is_caught_in_its_trap_and_swap_leaves_it() -> None:
    # site 0 reaches 3 + 3, more than any other; 1 and 2 together reach all 10
    cover = cover_of_pairs([0, 0, 1, 1, 2, 3], [0, 1, 0, 2, 1, 2], 4, 3)
    answer = solve_maximal_covering(CoveringProblem(cover, np.array([3.0, 3, 2, 2]), number=2))
    assert answer.sites == (1, 2) and answer.value == 10 and answer.bound == 10
    assert answer.is_proved and answer.gap == 0 and answer.seconds >= 0


@FEW
@given(SEEDS, st.integers(1, 5))
def test_answer_is_the_best_of_all_layouts(seed: int, number: int) -> None:
    problem = brute.scattered(seed, number=number)
    answer = solve_maximal_covering(problem, 60.0)
    assert answer.is_proved and answer.value == pytest.approx(brute.best_cover(problem))
    assert answer.value == pytest.approx(problem.covered(answer.sites)) and len(answer.sites) <= number


def _stated(seed: int, settings: dict) -> CoveringProblem | PlacementError:
    try:
        return brute.scattered(seed, **settings)
    except PlacementError as refused:
        return refused


@FEW
@given(SEEDS)
def test_budget_existing_must_never_and_floors_are_honoured(seed: int) -> None:
    rng = np.random.default_rng(seed)
    settings = {
        "number": 4, "costs": rng.uniform(1, 4, 9), "budget": 8.0, "existing": [0], "must": [1], "never": [2],
        "groups": rng.integers(0, 2, 30), "floors": rng.random(2) * 0.3,
    }  # fmt: skip
    problem = _stated(seed, settings)
    if isinstance(problem, PlacementError):  # not even all sites together meet a floor
        assert problem.code == "floor_unreachable"
        assert problem.params["reachable"] < problem.params["floor"]
        return
    best = brute.best_cover(problem)
    if best is None:
        with pytest.raises(PlacementError) as caught:
            solve_maximal_covering(problem, 60.0)
        assert caught.value.code == "floors_not_met"
        return
    answer = solve_maximal_covering(problem, 60.0)
    assert answer.is_proved and answer.value == pytest.approx(best)
    assert brute.is_allowed(problem, answer.sites)
    assert 1 in answer.sites and not {0, 2} & set(answer.sites)


@FEW
@given(SEEDS)
def test_bounds_of_relaxations_hold_and_what_they_settle_is_right(seed: int) -> None:
    problem = brute.scattered(seed, number=3)
    direct, linear = maximal_covering.DIRECT_COLUMNS, maximal_covering.LINEAR_PAIRS
    best = brute.best_cover(problem)
    try:
        for maximal_covering.DIRECT_COLUMNS, maximal_covering.LINEAR_PAIRS in ((0, 10**9), (0, 0)):
            answer = solve_maximal_covering(problem, 60.0)
            assert answer.is_proved and answer.value == pytest.approx(best) and answer.bound >= best - 1e-6
    finally:
        maximal_covering.DIRECT_COLUMNS, maximal_covering.LINEAR_PAIRS = direct, linear


@FEW
@given(SEEDS)
def test_one_more_site_more_budget_or_a_wider_radius_never_lowers_coverage(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, sites = rng.random((40, 2)) * 10, rng.random((12, 2)) * 10
    weights, costs = rng.random(40), rng.uniform(1, 3, 12)

    def value(radius, number, budget):
        problem = CoveringProblem(cover_within(points, sites, radius), weights, costs, number, budget)
        return solve_maximal_covering(problem, 60.0).value

    least = value(4.0, 3, 5.0)
    for more in ((5.0, 3, 5.0), (4.0, 4, 5.0), (4.0, 3, 6.0)):
        assert value(*more) >= least - 1e-9


def test_search_alone_is_near_the_best_and_never_below_the_layout_it_begins_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maximal_covering, "EXACT_PAIRS", 0)
    for seed in range(10):
        problem, last = brute.scattered(seed, number=1), ()
        for number in range(1, 6):
            answer = solve_maximal_covering(replace(problem, number=number), 0.5, start=last)
            assert answer.value >= problem.covered(last)
            assert answer.value >= 0.99 * brute.best_cover(replace(problem, number=number))
            assert answer.bound >= brute.best_cover(replace(problem, number=number)) - 1e-6
            last = answer.sites


def test_same_seed_gives_the_same_layout() -> None:
    problem = brute.scattered(3, n_points=400, n_sites=60, radius=1.5, number=8)
    assert solve_maximal_covering(problem, 20.0, 7).sites == solve_maximal_covering(problem, 20.0, 7).sites


def test_nothing_left_to_reach_opens_nothing_but_what_must() -> None:
    cover = cover_of_pairs([0, 1, 0], [0, 0, 1], 2, 2)
    answer = solve_maximal_covering(CoveringProblem(cover, np.ones(2), number=2, existing=[0], must=[1]))
    assert answer.sites == (1,) and answer.value == 2 and answer.is_proved


def test_near_optimal_layouts_are_distinct_allowed_and_within_the_loss() -> None:
    problem = brute.scattered(1, n_points=300, n_sites=40, radius=2.0, number=6, must=[3], never=[5])
    answer = solve_maximal_covering(problem, 60.0)
    found = near_optimal_layouts(problem, answer, within=0.03, most=8)
    assert len({a.sites for a in found}) == len(found) == 8
    assert answer.sites in {a.sites for a in found}
    assert [a.value for a in found] == sorted((a.value for a in found), reverse=True)
    for layout in found:
        assert layout.value == pytest.approx(problem.covered(layout.sites))
        assert layout.value >= 0.97 * answer.value - 1e-9
        assert len(layout.sites) <= 6 and 3 in layout.sites and 5 not in layout.sites


def test_only_layout_is_its_own_alternative() -> None:
    cover = cover_of_pairs([0, 1], [0, 1], 2, 2)
    problem = CoveringProblem(cover, np.array([5.0, 1.0]), number=1)
    assert [a.sites for a in near_optimal_layouts(problem, solve_maximal_covering(problem))] == [(0,)]
