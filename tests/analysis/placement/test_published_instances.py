"""Published optima; their instances are no part of the project: EPAY_SITING_DIR names their folder."""

import pytest

from simulation.analysis.placement.distances import distances_of_table
from simulation.analysis.placement.maximal_covering import solve_maximal_covering
from simulation.analysis.placement.p_median import MedianProblem, solve_p_median
from simulation.analysis.placement.set_cover import solve_set_cover
from tests.benchmarks import siting_instances as instances

pytestmark = pytest.mark.skipif(
    not instances.is_there(), reason="EPAY_SITING_DIR does not name the folder of the published siting problems"
)
SECONDS = 60.0


@pytest.mark.parametrize("name", [f"pmed{k}" for k in range(1, 6)])
def test_p_median_is_proved_to_be_the_published_optimum(name: str) -> None:
    answer = solve_p_median(instances.read_median(name), SECONDS)
    assert answer.is_proved and answer.value == instances.optima()["pmed"][name]["optimum"]


@pytest.mark.slow
def test_p_medians_without_proof_are_within_one_percent() -> None:
    gaps = []
    for name, known in instances.optima()["pmed"].items():
        answer = solve_p_median(instances.read_median(name), SECONDS, prove=False)
        assert answer.bound <= known["optimum"] * (1 + 1e-9)
        gaps.append(answer.value / known["optimum"] - 1)
    assert max(gaps) <= 0.01 and sum(gaps) / len(gaps) <= 0.003


@pytest.mark.parametrize("name", ["scp41", pytest.param("scp49", marks=pytest.mark.slow), "scp410"])
def test_set_cover_is_proved_to_be_the_published_optimum(name: str) -> None:
    answer = solve_set_cover(instances.read_set_cover(name), SECONDS)
    assert answer.is_proved and answer.value == instances.optima()["scp"][name]["optimum"]


@pytest.mark.slow
def test_set_covers_without_proof_are_within_six_percent() -> None:
    for name, known in instances.optima()["scp"].items():
        assert solve_set_cover(instances.read_set_cover(name), SECONDS, prove=False).value <= 1.06 * known["optimum"]


def test_stores_of_san_francisco() -> None:
    known, (table, people) = instances.optima()["spopt_sf"], instances.read_san_francisco()
    assert people.sum() == known["total_demand"]
    within = {metres: instances.san_francisco_cover(table, people, metres, 4) for metres in (5000, 8000)}
    cover = solve_maximal_covering(within[5000], SECONDS)
    assert cover.is_proved and cover.value == known["mclp_radius5000_p4"]
    median = solve_p_median(MedianProblem(distances_of_table(table), people, 4), SECONDS)
    assert median.is_proved and median.value == pytest.approx(known["pmedian_p4"], rel=1e-12)
    assert [solve_set_cover(within[m], SECONDS).value for m in (5000, 8000)] == [8, 3]
