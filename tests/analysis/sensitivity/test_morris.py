"""The Morris screen finds what matters, holds it against the dummy and against chance, and says what it cost."""

import numpy as np
import pytest

from simulation.analysis.sensitivity.morris import morris_screen, most_runs
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.words import morris_sentences
from tests.analysis.sensitivity.functions import Model, factor

A, B, C = factor("a", 0, 10), factor("b"), factor("c")
POINTS = OutcomeName("Gain", "增加", "points", "个百分点")


def screened(function, replicates=2, noise=0.0, factors=(A, B, C), **given):
    model = Model(function, worlds=np.arange(replicates), noise=noise)
    return morris_screen(model, factors, range(replicates), **given), model


def test_effects_of_a_straight_line_are_its_slopes_over_the_whole_range_and_do_not_spread():
    screen, _ = screened(lambda p: 0.3 * p[:, 0] - 2 * p[:, 1])
    assert [e.factor.name for e in screen.effects] == ["a", "b", "c"]
    assert [e.mean for e in screen.effects] == pytest.approx([3, -2, 0])
    assert [e.size for e in screen.effects] == pytest.approx([3, 2, 0])
    assert [e.spread for e in screen.effects] == pytest.approx([0, 0, 0], abs=1e-12)
    assert [e.is_told for e in screen.effects] == [True, True, False]


def test_a_product_spreads_the_effects_of_both_its_factors():
    screen, _ = screened(lambda p: p[:, 1] * p[:, 2], n_trajectories=400)
    by_name = {e.factor.name: e for e in screen.effects}
    # the other factor is 0, 1/3, 2/3 or 1, equally often: mean 1/2, variance 5/36
    for name in ("b", "c"):
        assert by_name[name].size == pytest.approx(1 / 2, abs=0.05)
        assert by_name[name].spread == pytest.approx(np.sqrt(5 / 36), abs=0.03)
        assert by_name[name].low < 1 / 2 < by_name[name].high


def test_the_model_never_sees_the_dummy_and_its_steps_cost_no_run():
    screen, model = screened(lambda p: p[:, 0], n_trajectories=10)
    assert all(len(point) == 3 for point in model.points)
    assert screen.n_runs == model.n_runs <= most_runs(3, 2, 10) == 10 * 4 * 2
    assert screen.dummy.size == screen.dummy.high == 0


def test_a_factor_that_only_reshuffles_chance_is_not_told_from_the_dummy():
    screen, _ = screened(lambda p: p[:, 0], replicates=6, noise=0.3)
    by_name = {e.factor.name: e for e in screen.effects}
    assert by_name["a"].is_told
    assert not by_name["b"].is_told and not by_name["c"].is_told
    # a step of 2/3 with noise .3 at both ends: standard error .3 sqrt(2 / 6) / (2/3), mean size sqrt(2/pi) of it
    expected = np.sqrt(2 / np.pi) * 0.3 * np.sqrt(2 / 6) * 1.5
    assert by_name["b"].chance == pytest.approx(expected, rel=0.1)
    assert by_name["b"].size == pytest.approx(expected, rel=0.25)


def test_a_screen_says_its_runs_and_which_factors_are_not_told():
    screen, _ = screened(lambda p: 3 * p[:, 1], n_trajectories=10)
    first, *effects = morris_sentences(screen, POINTS)
    assert first.startswith(f"{screen.n_runs} runs: 10 trajectories of 3 factors")
    assert "1 of the factors are told" in first
    assert effects[0] == "weight of b: 3.0 points over its range (3.0 to 3.0)."
    assert effects[1:] == ["weight of a: not told from the dummy.", "weight of c: not told from the dummy."]


def test_with_one_world_chance_is_not_known_and_the_screen_says_so():
    screen, _ = screened(lambda p: p[:, 1], replicates=1)
    assert all(np.isnan(e.chance) for e in screen.effects)
    assert morris_sentences(screen, POINTS)[1].startswith("One world a point")


def test_the_same_seed_gives_the_same_screen():
    one, two = (screened(lambda p: p[:, 0] ** 2 * p[:, 1], seed=3)[0] for _ in range(2))
    assert one == two
