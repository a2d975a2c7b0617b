"""Where a difference changes its sign, against lines and circles whose crossings are known."""

import numpy as np
import pytest

from simulation.analysis.sensitivity.flip import find_flips
from simulation.analysis.sensitivity.nearest_flip import confirmed, joint_flips
from simulation.analysis.sensitivity.words import flip_sentences, joint_sentences
from tests.analysis.sensitivity.functions import Model, factor

T = 4.302653  # of the 95% interval with three replicates
AROUND = np.array([-1.0, 0.0, 1.0])


def half(spread):
    """Return half the interval of three replicates at -spread, 0 and spread around their mean."""
    return T * spread / np.sqrt(3)


def by_name(search):
    return {flip.factor.name: flip for flip in search.flips}


def test_a_line_flips_where_it_crosses_zero_and_its_interval_leaves_zero_as_far_beyond_as_it_touched_it_before():
    a = factor("a", 0, 10, 2)  # 6 - a: zero at 6
    search = find_flips(Model(lambda p: 6 - p[:, 0], worlds=0.2 * AROUND), (a,), range(3))
    (flip,) = search.flips
    assert flip.verdict == "certain"
    assert flip.value == pytest.approx(6)
    assert (flip.possible_from, flip.certain_from) == pytest.approx((6 - half(0.2), 6 + half(0.2)))
    assert search.at_default.mean == pytest.approx(4)


def test_a_crossing_too_near_the_end_to_be_certain_is_possible_and_none_is_none():
    a, b, c = factor("a", 0, 10, 2), factor("b", 0, 1, 0), factor("c", 0, 1, 0)

    def difference(p):
        return 9.8 - p[:, 0] - 7.5 * p[:, 1]  # at the default 7.8: a crosses at 9.8, b only comes near at 1

    search = find_flips(Model(difference, worlds=0.2 * AROUND), (a, b, c), range(3))
    found = by_name(search)
    assert half(0.2) == pytest.approx(0.497, abs=0.001)
    assert (found["a"].verdict, found["a"].value) == ("possible", pytest.approx(9.8))
    assert found["a"].possible_from == pytest.approx(9.8 - half(0.2)) and np.isnan(found["a"].certain_from)
    assert found["b"].verdict == "possible" and np.isnan(found["b"].value)
    assert found["b"].possible_from == pytest.approx((7.8 - half(0.2)) / 7.5)
    assert found["c"].verdict == "none" and np.isnan(found["c"].possible_from)
    assert [flip.factor.name for flip in search.flips] == ["a", "b", "c"]


def test_a_difference_below_zero_flips_upwards_to_the_left():
    a = factor("a", 0, 1, 0.9)
    (flip,) = find_flips(Model(lambda p: 0.25 - p[:, 0], worlds=[0, 0, 0]), (a,), range(3)).flips
    assert (flip.verdict, flip.value) == ("certain", pytest.approx(0.25))


def test_a_curve_is_followed_to_within_a_hundredth_of_the_range():
    a = factor("a", 0, 2, 0.1)
    model = Model(lambda p: np.exp(-3 * p[:, 0]) - 0.05, worlds=[0, 0])
    search = find_flips(model, (a,), range(2))
    assert search.flips[0].value == pytest.approx(np.log(20) / 3, abs=0.01 * 2)
    assert search.n_runs == model.n_runs


def test_of_two_crossings_the_nearer_one_is_told():
    a = factor("a", 0, 1, 0.45)
    (flip,) = find_flips(Model(lambda p: (p[:, 0] - 0.2) * (0.9 - p[:, 0]), worlds=[0, 0]), (a,), range(2)).flips
    assert flip.value == pytest.approx(0.2, abs=0.01)


def test_without_a_conclusion_every_factor_may_flip_it_where_it_stands():
    a = factor("a", 0, 1, 0.5)
    search = find_flips(Model(lambda p: 0.1 + 0 * p[:, 0], worlds=AROUND), (a,), range(3))
    assert search.at_default.sign == 0
    assert (search.flips[0].verdict, search.flips[0].possible_from) == ("possible", 0.5)
    assert flip_sentences(search)[0].startswith("In the scenario as it is, the difference cannot be told from zero")


def test_one_replicate_is_never_certain():
    a, b = factor("a", 0, 1, 0), factor("b", 0, 1, 0)
    search = find_flips(Model(lambda p: 0.5 - p[:, 0]), (a, b), range(1))
    assert [flip.verdict for flip in search.flips] == ["possible", "none"]
    assert all("with one world" in sentence for sentence in flip_sentences(search))


def test_sentences_give_value_range_and_unit():
    search = find_flips(Model(lambda p: 6 - p[:, 0], worlds=[0, 0, 0]), (factor("a", 0, 10, 2),), range(3))
    assert flip_sentences(search) == [
        "“weight of a” flips the conclusion within its range: at 6 the difference is zero, and certainly of the other "
        "sign from 6 on (now 2, range 0 to 10, logit)."
    ]


def test_the_nearest_joint_flip_is_the_foot_of_the_perpendicular_on_a_line():
    a, b, c = factor("a", 0, 10, 0), factor("b", 0, 1, 0), factor("c", 0, 1, 0.5)
    # in positions: .6 - .6 u - .8 v, at a distance of .6 from the corner (0, 0), at (.36, .48)
    found = joint_flips(lambda u: 0.6 - 0.6 * u[:, 0] - 0.8 * u[:, 1], (a, b, c))
    first = found.pairs[0]
    assert [f.name for f in first.factors] == ["a", "b"]
    assert first.distance == pytest.approx(0.6, abs=1e-4)
    assert first.values == pytest.approx((3.6, 0.48), abs=1e-3)
    # alone, a crosses at 1 and b at .75: with c, which does nothing, that is the nearest
    assert [round(p.distance, 3) for p in found.pairs] == [0.6, 0.75, 1.0]
    assert found.together.distance == pytest.approx(0.6, abs=1e-4)
    assert found.together.values == pytest.approx((3.6, 0.48, 0.5), abs=1e-3)


def test_three_factors_together_flip_nearer_than_any_pair():
    factors = [factor(name) for name in "abc"]
    # a plane at a distance of .5 from the corner, along (1, 1, 1) / sqrt(3); for pairs at .5 sqrt(3 / 2)
    found = joint_flips(lambda u: 0.5 - u.sum(axis=1) / np.sqrt(3), factors)
    assert [p.distance for p in found.pairs] == pytest.approx([0.5 * np.sqrt(1.5)] * 3, abs=1e-4)
    assert found.together.distance == pytest.approx(0.5, abs=1e-4)


def test_a_flip_at_nothing_but_a_corner_is_found():
    a, b = factor("a"), factor("b")
    found = joint_flips(lambda u: 1.99 - u[:, 0] - u[:, 1], (a, b))
    assert found.pairs[0].distance == pytest.approx(0.995 * np.sqrt(2), abs=1e-4)


def test_where_nothing_flips_none_is_told():
    found = joint_flips(lambda u: 3 - u.sum(axis=1), (factor("a"), factor("b")))
    assert found.pairs == () and found.together is None
    assert joint_sentences(found) == [
        "No joint change of factors within their ranges is predicted to flip the conclusion."
    ]


def test_a_predicted_flip_is_confirmed_by_real_runs():
    factors = (factor("a", 0, 10, 0), factor("b"))
    model = Model(lambda p: 0.6 - 0.06 * p[:, 0] - 0.8 * p[:, 1], worlds=0.1 * AROUND)
    found = joint_flips(lambda u: 0.6 - 0.6 * u[:, 0] - 0.8 * u[:, 1], factors)
    real = confirmed(model, factors, found.pairs[0], range(3))
    assert real.mean == pytest.approx(0, abs=1e-4) and real.sign == 0
    assert joint_sentences(found)[0] == (
        "Nearest predicted flip with 2 factors free to move, at a distance of 0.60 ranges from the scenario: "
        "weight of b 0.48 (logit), weight of a 3.6 (logit)."
    )
