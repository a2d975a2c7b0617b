import numpy as np
import pytest

from simulation.analysis.placement.cover import cover_of_pairs
from simulation.analysis.placement.maximal_covering import solve_maximal_covering
from simulation.analysis.placement.problem import CoveringProblem, PlacementError

COVER = cover_of_pairs([0, 1, 2], [0, 1, 1], 4, 3)  # point 3 is out of reach, site 2 reaches nobody
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])


def code_of(**settings):
    settings = {"weights": WEIGHTS, "number": 1} | settings
    with pytest.raises(PlacementError) as caught:
        solve_maximal_covering(CoveringProblem(COVER, **settings), 1.0)
    return caught.value


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("zero_weights", {"weights": np.zeros(4)}),
        ("weights_not_valid", {"weights": np.array([1, -1, 1, 1.0])}),
        ("wrong_shape", {"weights": np.ones(3)}),
        ("number_not_positive", {"number": 0}),
        ("no_limit", {"number": None}),
        ("must_and_never", {"must": [0], "never": [0, 1]}),
        ("must_over_number", {"must": [0, 1]}),
        ("must_over_budget", {"must": [0], "costs": np.full(3, 5.0), "budget": 4.0}),
        ("budget_below_cheapest", {"costs": np.array([5.0, 6, 7]), "budget": 4.0}),
        ("budget_without_costs", {"budget": 4.0}),
        ("no_candidate", {"never": [0, 1, 2]}),
        ("no_candidate_in_reach", {"never": [0, 1]}),
        ("unknown_site", {"must": [3]}),
        ("floors_without_groups", {"floors": np.array([0.5])}),
        ("floor_not_a_share", {"groups": np.zeros(4, int), "floors": np.array([1.5])}),
    ],
)
def test_problem_nobody_can_solve_is_refused_with_its_code(code: str, settings: dict) -> None:
    assert code_of(**settings).code == code


def test_floor_all_sites_together_miss_says_how_much_they_reach() -> None:
    error = code_of(groups=np.array([0, 0, 1, 1]), floors=np.array([1.0, 0.5]))
    assert error.code == "floor_unreachable"
    assert error.params == {"group": 1, "floor": 0.5, "reachable": pytest.approx(3 / 7)}


def test_floor_one_site_cannot_meet_is_refused_as_certain() -> None:
    error = code_of(groups=np.array([0, 1, 1, 1]), floors=np.array([1.0, 0.2]))
    assert error.code == "floors_not_met" and error.params == {"is_certain": True}
