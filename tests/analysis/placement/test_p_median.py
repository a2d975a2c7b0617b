import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.placement.distances import distances_of_pairs, distances_of_table
from simulation.analysis.placement.p_median import MedianProblem, solve_p_median
from simulation.analysis.placement.problem import PlacementError
from tests.analysis.placement import brute

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def table_of(seed, n_points=25, n_sites=9):
    rng = np.random.default_rng(seed)
    points, sites = rng.random((n_points, 2)) * 10, rng.random((n_sites, 2)) * 10
    return np.linalg.norm(points[:, None] - sites[None], axis=-1), rng.random(n_points)


def test_two_medians_on_a_line() -> None:
    places = np.array([0.0, 1, 2, 10, 11, 12])
    table = np.abs(places[:, None] - places[None])
    answer = solve_p_median(MedianProblem(distances_of_table(table), np.ones(6), 2))
    assert answer.sites == (1, 4) and answer.value == 4 and answer.is_proved and answer.gap == 0


@FEW
@given(SEEDS, st.integers(1, 4), st.sampled_from([2.0, 5.0, 30.0]))
def test_answer_is_the_best_of_all_layouts(seed: int, number: int, penalty: float) -> None:
    table, weights = table_of(seed)
    problem = MedianProblem(distances_of_table(table), weights, number, penalty=penalty)
    answer = solve_p_median(problem, 60.0)
    assert answer.is_proved and answer.value == pytest.approx(brute.shortest_ways(table, problem))
    assert answer.value == pytest.approx(problem.total(answer.sites)) and len(answer.sites) <= number


@FEW
@given(SEEDS)
def test_existing_must_and_never_are_honoured(seed: int) -> None:
    table, weights = table_of(seed)
    problem = MedianProblem(distances_of_table(table), weights, 3, existing=[0], must=[1], never=[2])
    answer, quick = solve_p_median(problem, 60.0), solve_p_median(problem, 60.0, prove=False)
    best = brute.shortest_ways(table, problem)
    assert answer.is_proved and answer.value == pytest.approx(best)
    assert 1 in answer.sites and not {0, 2} & set(answer.sites) and len(answer.sites) <= 3
    assert quick.bound <= best * (1 + 1e-9) and quick.value <= 1.01 * best


def test_one_more_site_never_lengthens_ways() -> None:
    table, weights = table_of(11, 60, 20)
    ways = [solve_p_median(MedianProblem(distances_of_table(table), weights, p), 60.0).value for p in range(1, 8)]
    assert ways == sorted(ways, reverse=True)


def test_whoever_knows_no_open_site_is_charged_the_penalty() -> None:
    ways = distances_of_pairs([0, 1], [0, 1], [1.0, 2.0], 3, 2)
    answer = solve_p_median(MedianProblem(ways, np.array([1.0, 5.0, 1.0]), 1, penalty=10.0))
    assert answer.sites == (1,) and answer.value == 10 + 5 * 2 + 10


def test_penalty_left_out_is_twice_the_longest_way() -> None:
    assert MedianProblem(distances_of_table([[1.0, 3.0]]), np.ones(1), 1).penalty == 6


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("number_not_positive", {"number": 0}),
        ("penalty_not_valid", {"penalty": -1.0}),
        ("no_candidate", {"never": [0]}),
    ],
)
def test_problem_nobody_can_solve_is_refused_with_its_code(code: str, changed: dict) -> None:
    with pytest.raises(PlacementError) as caught:
        MedianProblem(**({"distances": distances_of_table([[1.0]]), "weights": np.ones(1), "number": 1} | changed))
    assert caught.value.code == code


def test_pair_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        distances_of_pairs([0, 0], [0, 0], [1, 2], 1, 1)
