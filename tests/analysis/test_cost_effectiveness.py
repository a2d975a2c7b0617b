"""Cost against effect: by hand."""

import math

import numpy as np
import pytest

from simulation.analysis.cost_effectiveness import acceptability, icer, plane

T_3 = 3.182446  # 97.5% point of Student's t with 3 degrees of freedom


def test_quadrants_count_replicates_by_the_signs_of_cost_and_effect():
    found = plane(added_cost=[1, 2, -1, 3, -2, 0, 5, 1], added_effect=[1, 3, 1, -1, -1, 2, 0, 4])
    assert (found.more_for_more, found.more_for_less) == (3 / 8, 1 / 8)
    assert (found.less_for_more, found.less_for_less, found.on_axis) == (1 / 8, 1 / 8, 2 / 8)


def test_the_ratio_has_fiellers_interval():
    # effect 50 in every world, so the interval is that of the mean cost divided by 50: standard error 1000 sqrt(1/3)
    found = icer([9_000, 11_000, 9_000, 11_000], [50, 50, 50, 50])
    half = T_3 * 1_000 * math.sqrt(1 / 3) / 50
    assert found.status == "estimated" and found.ratio == 200.0
    assert (found.low, found.high) == pytest.approx((200 - half, 200 + half), rel=1e-6)


def test_fiellers_ends_solve_his_equation():
    # (a - r b)^2 = t^2 (saa - 2 r sab + r^2 sbb); a = 25, b = 10, squares of errors by hand below
    cost, effect = [20, 30, 22, 28], [8, 12, 11, 9]
    # deviations of cost -5 5 -3 3: 68 / 3 / 4; of effect -2 2 1 -1: 10 / 3 / 4; products 10 10 -3 -3: 14 / 3 / 4
    saa, sbb, sab = 68 / 12, 10 / 12, 14 / 12
    found = icer(cost, effect)
    assert found.ratio == 2.5
    for r in (found.low, found.high):
        assert (25 - r * 10) ** 2 == pytest.approx(T_3**2 * (saa - 2 * r * sab + r * r * sbb), rel=1e-6)


@pytest.mark.parametrize(
    ("cost", "effect", "status"),
    [
        ([9, 9, 9, 9], [2, -2, 1, 1], "uncertain"),
        ([9, 9, 9, 9], [0, 0, 0, 0], "uncertain"),
        ([9, 9, 9, 9], [-2, -3, -2, -3], "less_effect"),
        ([-9, -8, -9, -8], [2, 3, 2, 3], "saves"),
        ([9], [3], "one_replicate"),
    ],
)
def test_where_no_ratio_can_be_stated_a_word_says_why(cost, effect, status):
    found = icer(cost, effect)
    assert found.status == status and math.isnan(found.ratio) and math.isnan(found.low)


def test_a_programme_is_acceptable_in_the_worlds_where_its_effect_is_worth_its_cost():
    # ratios of 10, 20, 30 and 40 yuan a user; at 20 the second is level with business as usual and they share it
    found = acceptability({"a": [10, 20, 30, 40]}, {"a": [1, 1, 1, 1]}, [0, 15, 20, 100])
    assert found.shares["a"].tolist() == [0, 1 / 4, (1 + 1 / 2) / 4, 1]
    assert found.shares["baseline"].tolist() == [1, 3 / 4, (2 + 1 / 2) / 4, 0]
    assert found.optimal == ("baseline", "baseline", "baseline", "a")  # the mean ratio is 25


def test_the_likeliest_programme_need_not_be_the_one_worth_most():
    # at 1 yuan a user: a is worth 1, 1, 1, -9, on average -1.5; business as usual is worth 0
    found = acceptability({"a": [0, 0, 0, 10]}, {"a": [1, 1, 1, 1]}, 1)
    assert found.shares["a"][0] == 3 / 4 and found.optimal == ("baseline",)


def test_shares_of_several_programmes_and_business_as_usual_sum_to_one():
    rng = np.random.default_rng(1)
    cost, effect = ({name: rng.normal(1, 1, size=9) for name in "abc"} for _ in range(2))
    found = acceptability(cost, effect, np.linspace(0, 5, 6))
    assert sum(found.shares.values()) == pytest.approx(np.ones(6))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plane([1, 2], [1]), "same replicates"),
        (lambda: icer([1, 2], [1, math.nan]), "undefined in some replicates"),
        (lambda: acceptability({"a": [1]}, {"a": [1]}, [-1]), "prices of 0 or more"),
        (lambda: acceptability({"a": [1]}, {"b": [1]}, [1]), "same programmes"),
        (lambda: acceptability({"baseline": [1]}, {"baseline": [1]}, [1]), "none of them called 'baseline'"),
        (lambda: acceptability({"a": [1], "b": [1, 2]}, {"a": [1], "b": [1, 2]}, [1]), "same worlds: a 1, b 2"),
    ],
)
def test_what_cannot_be_set_against_each_other_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
