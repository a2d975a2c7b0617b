"""What paired values say of the best, by hand."""

import math

import numpy as np
import pytest

from simulation.analysis.best_of_several import chance_of_loss, compare_with_leader, most_lost, refuse_unfit

T_3 = 3.182446  # 97.5% point of Student's t with 3 degrees of freedom
T_3_ONE_SIDED = 2.353363  # its 95% point
WORLDS = np.array([10.0, -7.0, 3.0, 100.0])  # what replicates share


def paired(**gaps):
    """Return values in common worlds by name."""
    return {name: WORLDS[: len(gap)] + np.array(gap, float) for name, gap in gaps.items()}


def test_two_alternatives_are_compared_by_the_paired_t_interval():
    found = compare_with_leader(paired(a=(1, 2, 3, 4), b=(0, 0, 0, 0)), "a", indifference=0.4)
    half = T_3 * math.sqrt(5 / 12)
    assert found["b"].advantage.low == pytest.approx(2.5 - half, rel=1e-6)
    assert found["b"].advantage.high == pytest.approx(2.5 + half, rel=1e-6)
    assert found["b"].verdict == "worse"  # 2.5 - 2.054 is above 0.4
    assert found["b"].n_replicates == 4


def test_of_three_alternatives_the_level_is_shared_out_over_three_pairs():
    # with one degree of freedom Student's t is Cauchy: its upper point at p is 1 / tan(pi p); the standard error is 1
    found = compare_with_leader(paired(a=(0, 2), b=(0, 0), c=(0, 0)), "a", indifference=0.5)
    assert found["b"].advantage.high - 1 == pytest.approx(1 / math.tan(math.pi * 0.05 / 6))


@pytest.mark.parametrize(
    ("gap", "verdict"),
    [
        ((1, 1, 1, 1), "worse"),
        ((0.5, 0.5, 0.5, 0.5), "same"),  # exactly what does not matter
        ((0.25, 0.25, 0.25, 0.25), "same"),
        ((0, 0, 0, 4), "open"),
    ],
)
def test_a_difference_is_worse_or_the_same_only_where_the_whole_interval_is(gap, verdict):
    # whole multiples of a quarter, so that worlds cancel to the last digit
    assert compare_with_leader(paired(a=gap, b=(0, 0, 0, 0)), "a", indifference=0.5)["b"].verdict == verdict


def test_where_lower_is_better_the_advantage_is_turned_round():
    found = compare_with_leader(paired(a=(0, 0, 0, 0), b=(1, 2, 3, 4)), "a", indifference=0.4, sign=-1)
    assert found["b"].advantage.mean == 2.5 and found["b"].verdict == "worse"


def test_two_are_compared_on_the_replicates_both_have():
    found = compare_with_leader(paired(a=(1, 3, 50, 60), b=(0, 0)), "a", indifference=0.1)
    assert found["b"].advantage.mean == 2.0 and found["b"].n_replicates == 2


def test_one_common_replicate_leaves_everything_open():
    values = paired(a=(1, 3), b=(0,))
    found = compare_with_leader(values, "a", indifference=0.1)["b"]
    assert found.verdict == "open" and math.isnan(found.advantage.low)
    assert math.isnan(most_lost(values, "a"))


def test_what_may_be_lost_is_the_one_sided_limit_of_the_lead():
    # lead -2, 0, 2, 4: mean 1, variance 20/3, standard error sqrt(20/12)
    lost = most_lost(paired(a=(-2, 0, 2, 4), b=(0, 0, 0, 0)), "a")
    assert lost == pytest.approx(T_3_ONE_SIDED * math.sqrt(20 / 12) - 1, rel=1e-6)


def test_nothing_is_lost_where_the_leader_is_certainly_the_best():
    assert most_lost(paired(a=(1, 2, 3, 4), b=(0, 0, 0, 0)), "a") == 0.0
    assert most_lost(paired(a=(1, 2)), "a") == 0.0


def test_the_chance_of_two_in_the_wrong_order_is_students():
    # gaps -1, 0, 1 deviate by 1; with two degrees of freedom P(T < -t) is 1/2 - t / (2 sqrt(2 + t^2)), t = 1 x sqrt(9)
    chance = chance_of_loss(paired(a=(-1, 0, 1), b=(0, 0, 0)), indifference=1.0, n=9, kept=1)
    assert chance == pytest.approx(0.5 - 3 / (2 * math.sqrt(11)))


def test_the_chance_is_the_sum_over_others_divided_by_those_kept():
    # gaps a - b: -1, 0, 1; b - c: 0, 1, -1; a - c: -1, 1, 0: all deviate by 1, each pair has the chance p: 2 p / 2
    values = paired(a=(-1, 0, 1), b=(0, 0, 0), c=(0, -1, 1))
    chance = chance_of_loss(values, indifference=1.0, n=9, kept=2)
    assert chance == pytest.approx(0.5 - 3 / (2 * math.sqrt(11)))


def test_alternatives_that_differ_by_the_same_in_every_world_cannot_be_confused():
    assert chance_of_loss(paired(a=(1, 1), b=(0, 0)), indifference=0.1, n=2, kept=1) == 0.0


@pytest.mark.parametrize(
    ("names", "indifference", "words"),
    [
        ((), 0.1, "nothing to choose from"),
        (("a", "b", "a"), 0.1, "a is named more than once"),
        (("a", "b"), 0.0, "above zero, not 0.0"),
        (("a", "b"), math.nan, "above zero, not nan"),
    ],
)
def test_what_nothing_can_be_chosen_from_is_refused_in_words(names, indifference, words):
    with pytest.raises(ValueError, match=words):
        refuse_unfit(names, indifference)
