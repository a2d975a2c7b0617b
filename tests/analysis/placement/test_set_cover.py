import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.placement.cover import cover_of_pairs
from simulation.analysis.placement.problem import CoveringProblem, PlacementError
from simulation.analysis.placement.set_cover import solve_set_cover
from tests.analysis.placement import brute

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=20, deadline=None)
# greedy takes site 0, which reaches 4 of 6, and then needs both others
TRAP = cover_of_pairs([0, 1, 3, 4, 0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 1, 1, 1, 2, 2, 2], 6, 3)


def test_fewest_sites_are_found_where_greedy_takes_one_too_many() -> None:
    answer = solve_set_cover(CoveringProblem(TRAP, np.ones(6)))
    assert answer.sites == (1, 2) and answer.value == 2 and answer.is_proved and not answer.maximises
    assert solve_set_cover(CoveringProblem(TRAP, np.ones(6)), prove=False).sites == (1, 2)


def test_cheapest_sites_need_not_be_the_fewest() -> None:
    cover = cover_of_pairs([0, 1, 0, 1], [0, 0, 1, 2], 2, 3)
    answer = solve_set_cover(CoveringProblem(cover, np.ones(2), costs=np.array([5.0, 2, 2])))
    assert answer.sites == (1, 2) and answer.value == 4


@FEW
@given(SEEDS)
def test_answer_is_the_cheapest_of_all_layouts(seed: int) -> None:
    costs = np.random.default_rng(seed).uniform(1, 3, 9)
    problem = brute.scattered(seed, radius=5.0, costs=costs, existing=[0], must=[1], never=[2])
    best = brute.cheapest_cover(problem)
    if best is None:
        with pytest.raises(PlacementError) as caught:
            solve_set_cover(problem, 60.0)
        assert caught.value.code == "points_out_of_reach"
        return
    answer, quick = solve_set_cover(problem, 60.0), solve_set_cover(problem, 60.0, prove=False)
    assert answer.is_proved and answer.value == pytest.approx(best) == pytest.approx(answer.bound)
    assert 1 in answer.sites and not {0, 2} & set(answer.sites)
    assert quick.value >= best * (1 - 1e-9)
    is_left = not problem.cover.reached_by([0, 1]).all()  # something is left to choose beside what exists and must open
    assert quick.is_proved is not is_left
    assert (quick.bound is None) is is_left
    assert problem.covered(quick.sites) == pytest.approx(problem.weights.sum())


@pytest.mark.parametrize("seed", range(40))
def test_quick_answer_is_within_six_percent(seed: int) -> None:
    costs = np.random.default_rng(seed).uniform(1, 3, 9)
    problem = brute.scattered(seed, radius=5.0, costs=costs, existing=[0], must=[1], never=[2])
    best = brute.cheapest_cover(problem)
    if best is not None:
        assert solve_set_cover(problem, 60.0, prove=False).value <= 1.06 * best


def test_points_no_site_reaches_are_named_or_left_out_when_asked() -> None:
    problem = CoveringProblem(cover_of_pairs([0], [0], 3, 1), np.array([1.0, 2.0, 0.0]))
    with pytest.raises(PlacementError) as caught:
        solve_set_cover(problem)
    assert caught.value.code == "points_out_of_reach"
    assert caught.value.params == {"n_points": 1, "weight": 2.0, "points": [1]}
    assert solve_set_cover(problem, leave_out=True).sites == (0,)
