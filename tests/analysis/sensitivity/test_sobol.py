"""Sobol' indices through the emulator are those of the closed form, and are refused where it is too poor."""

import numpy as np
import pytest
from SALib.sample import sobol as sample

from simulation.analysis.sensitivity.emulator import LEAST_Q2, fit_emulator, train
from simulation.analysis.sensitivity.sobol import shares, sobol
from simulation.analysis.sensitivity.words import sobol_sentences
from tests.analysis.sensitivity.functions import ISHIGAMI, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, Model, factor, ishigami

N_POINTS = 256
WITHIN = 0.03
LINE = (factor("a"), factor("b"), factor("c"))


@pytest.fixture(scope="module")
def ishigami_emulator():
    return fit_emulator(train(Model(ishigami), ISHIGAMI, range(1), N_POINTS))


@pytest.fixture(scope="module")
def ishigami_sobol(ishigami_emulator):
    return sobol(ishigami_emulator)


def line(points):
    """Return 3a + 4b: variances 9/12 and 16/12, so shares 9/25 and 16/25."""
    return 3 * points[:, 0] + 4 * points[:, 1]


def test_shares_of_ishigamis_function_itself_are_those_of_the_closed_form():
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[-np.pi, np.pi]] * 3}
    points = sample.sample(problem, 4096, calc_second_order=False, seed=1)
    (first, total), _ = shares(problem, ishigami(points), 10, 1)
    assert first == pytest.approx(ISHIGAMI_FIRST, abs=WITHIN)
    assert total == pytest.approx(ISHIGAMI_TOTAL, abs=WITHIN)


@pytest.mark.slow
def test_shares_of_ishigamis_function_through_the_emulator_are_those_of_the_closed_form(ishigami_sobol):
    by_name = {index.factor.name: index for index in ishigami_sobol.indices}
    for name, first, total in zip("xyz", ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        assert by_name[name].first.mean == pytest.approx(first, abs=WITHIN)
        assert by_name[name].total.mean == pytest.approx(total, abs=WITHIN)
        assert by_name[name].first.low < first < by_name[name].first.high
        assert by_name[name].total.low < total < by_name[name].total.high
    assert [index.factor.name for index in ishigami_sobol.indices] == ["x", "y", "z"]
    assert ishigami_sobol.together == pytest.approx(1 - 0.3139 - 0.4424, abs=WITHIN)


@pytest.mark.slow
def test_the_dummy_gets_next_to_nothing_and_every_factor_is_told_from_it(ishigami_sobol):
    assert ishigami_sobol.dummy.total.mean == pytest.approx(0, abs=0.01)
    assert all(index.is_told for index in ishigami_sobol.indices)


@pytest.mark.slow
def test_quality_is_that_at_points_the_emulator_was_not_trained_on(ishigami_emulator):
    fresh = np.random.default_rng(7).random((2000, 3))
    truth = ishigami((2 * fresh - 1) * np.pi)
    real = 1 - ((ishigami_emulator.predict(fresh) - truth) ** 2).mean() / truth.var()
    assert real > 0.98
    assert ishigami_emulator.q2 == pytest.approx(real, abs=0.03)


def test_shares_of_a_product_through_the_emulator_are_those_of_the_closed_form():
    # of ab: variance 1/9 - 1/16 = 7/144, of its mean over b 1/48, so 3/7 alone and 4/7 in all; together 1/7
    emulator = fit_emulator(train(Model(lambda p: p[:, 0] * p[:, 1]), LINE, range(1), 32))
    fresh = np.random.default_rng(7).random((2000, 3))
    truth = fresh[:, 0] * fresh[:, 1]
    real = 1 - ((emulator.predict(fresh) - truth) ** 2).mean() / truth.var()
    assert real > 0.98 and emulator.q2 == pytest.approx(real, abs=WITHIN)
    found = sobol(emulator)
    by_name = {index.factor.name: index for index in found.indices}
    for name, first, total in (("a", 3 / 7, 4 / 7), ("b", 3 / 7, 4 / 7), ("c", 0, 0)):
        assert by_name[name].first.mean == pytest.approx(first, abs=WITHIN)
        assert by_name[name].total.mean == pytest.approx(total, abs=WITHIN)
        assert by_name[name].is_told == (name != "c")
    assert found.together == pytest.approx(1 / 7, abs=WITHIN)
    assert found.dummy.total.mean == pytest.approx(0, abs=0.01)


def test_the_model_never_sees_the_dummy_and_half_a_design_is_the_design_of_half_the_length():
    model = Model(line)
    large, small = (train(model, LINE, range(1), n) for n in (32, 16))
    assert all(len(point) == 3 for point in model.points)
    assert large.positions.shape == (32, 4) and large.n_runs == 32
    np.testing.assert_array_equal(large.positions[:16], small.positions)


def test_points_that_are_no_power_of_two_are_refused():
    with pytest.raises(ValueError, match="no power of 2"):
        train(Model(line), LINE, range(1), 100)


def test_noise_is_the_seeds_and_shares_of_the_factors_stay_those_of_the_line():
    # var 25/12 between points; worlds add .5, 0, -.5, 0 everywhere and noise of variance .36
    model = Model(line, worlds=[0.5, 0, -0.5, 0], noise=0.6)
    found = sobol(fit_emulator(train(model, LINE, range(4), 128)))
    by_name = {index.factor.name: index for index in found.indices}
    assert found.refusal is None
    assert by_name["a"].total.mean == pytest.approx(9 / 25, abs=0.05)
    assert by_name["b"].total.mean == pytest.approx(16 / 25, abs=0.05)
    assert not by_name["c"].is_told
    seed = 0.5 / 3 + 0.36
    assert found.seed.share == pytest.approx(seed / (seed + 25 / 12), abs=0.05)
    # a perfect emulator misses the noise of the mean of four
    assert found.reachable_q2 == pytest.approx(1 - 0.09 / (25 / 12 + 0.09), abs=0.02)
    assert LEAST_Q2 < found.q2 <= 1
    sentences = sobol_sentences(found)
    assert "weight of c: not told from the dummy." in sentences
    assert sentences[0].startswith(f"The emulator predicts points it was not trained on with Q2 = {found.q2:.2f}")
    assert f"from {128 * 4} runs: 128 points in 4 worlds each" in sentences[0]


def test_an_outcome_that_is_all_noise_is_refused_because_of_chance():
    model = Model(lambda p: 0 * p[:, 0], worlds=[0, 0, 0], noise=1.0)
    found = sobol(fit_emulator(train(model, LINE, range(3), 64)))
    assert found.indices == () and found.dummy is None and np.isnan(found.together)
    assert found.seed.share > 0.8
    assert "too poorly" in sobol_sentences(found)[0] and "More replicates" in sobol_sentences(found)[0]
    assert "更多" not in sobol_sentences(found, "zh")[0] and "重复运行" in sobol_sentences(found, "zh")[0]


def test_an_outcome_too_rough_for_the_points_is_refused_and_more_points_are_asked_for():
    found = sobol(fit_emulator(train(Model(lambda p: np.sin(40 * p).sum(axis=1), [0, 0]), LINE, range(2), 32)))
    assert found.q2 < LEAST_Q2 and found.indices == ()
    assert "More points" in str(found.refusal)


def test_an_outcome_that_never_varies_is_refused_in_words():
    found = sobol(fit_emulator(train(Model(lambda p: 0 * p[:, 0]), LINE, range(1), 16)))
    assert str(found.refusal).startswith("The outcome is the same at every point")


def test_the_same_seeds_give_the_same_indices():
    one, two = (sobol(fit_emulator(train(Model(line), LINE, range(1), 32))) for _ in range(2))
    assert one.indices == two.indices
