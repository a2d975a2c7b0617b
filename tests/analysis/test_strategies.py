"""Whether prices decide the order of strategies: by hand on made-up gains, and once from end to end."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from simulation.analysis.prices import LEVELS
from simulation.analysis.strategies import (
    Interval,
    Pair,
    common_budget,
    interval_of,
    pairs_of,
    verdict_of,
)
from simulation.levers.coupon import Coupon
from simulation.report.strategies import pair_table, sentences, strategies_summary, strategy_table
from simulation.scenario.errors import ScenarioError
from tests.analysis.conftest import COUPONS, strategy

AROUND = np.array([-1.0, 0.0, 1.0])  # times a spread, added to a mean
T = 4.302653  # of the 95% interval with three replicates


def gains(spread=0.001, **means):
    """Return gains of three replicates by name and level; means are (low, default, high) in points."""
    return {
        (name, level): points / 100 + spread * AROUND * (1 + k)
        for k, (name, three) in enumerate(means.items())
        for level, points in zip(LEVELS, three, strict=True)
    }


@pytest.mark.parametrize(
    ("signs", "verdict"),
    [
        ([1, 1, 1], "holds"),
        ([-1, -1], "holds"),
        ([1, 0, 1], "uncertain"),
        ([0, 0], "uncertain"),
        ([1, 0, -1], "flips"),
        ([], "uncertain"),
    ],
)
def test_the_order_flips_where_each_is_certainly_ahead_somewhere(signs, verdict):
    assert verdict_of(signs) == verdict


@pytest.mark.parametrize(("low", "high", "sign"), [(0.1, 0.2, 1), (-0.2, -0.1, -1), (-0.1, 0.1, 0), (0, 0.1, 0)])
def test_a_difference_is_certain_where_its_interval_excludes_zero(low, high, sign):
    assert Interval((low + high) / 2, low, high).sign == sign


def test_one_replicate_is_never_certain():
    assert interval_of(np.array([0.03])).sign == 0
    assert math.isnan(interval_of(np.array([0.03])).low)


def test_the_interval_is_students_over_replicates():
    found = interval_of(0.02 + 0.003 * AROUND)
    half = T * 0.003 / math.sqrt(3)
    assert (found.mean, found.low, found.high) == pytest.approx((0.02, 0.02 - half, 0.02 + half), abs=1e-8)


def test_the_order_is_by_gain_at_default_prices_and_every_pair_is_compared_at_nine_price_levels():
    order, pairs = pairs_of(gains(a=(3, 2, 1), b=(6, 5, 4), c=(4, 3, 2)))
    assert order == ("b", "c", "a")
    assert [(pair.first, pair.second) for pair in pairs] == [("b", "c"), ("b", "a"), ("c", "a")]
    assert set(pairs[0].differences) == set(itertools.product(LEVELS, LEVELS))
    # b at its high prices against c at its low ones: 4 - 4; the spreads are 2 and 3 thousandths
    assert pairs[0].differences["high", "low"].mean == pytest.approx(0.0)
    assert pairs[0].at_default.mean == pytest.approx(0.02)


def test_pairs_are_paired_so_that_what_worlds_share_cancels():
    together = {(n, level): m + AROUND for n, m in (("a", 0.02), ("b", 0.01)) for level in LEVELS}
    _, pairs = pairs_of(together)
    assert pairs[0].at_default.low == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        ((3.0, 2.0, 1.0), "holds"),  # 5 - 3 at the least
        ((8.0, 2.0, 1.0), "flips"),  # 5 - 8 where the first is dear and the second cheap
        ((5.05, 2.0, 1.0), "uncertain"),  # 5 - 5.05 with half a width of 0.25 points
    ],
)
def test_prices_decide_an_order_or_not(second, verdict):
    _, (pair,) = pairs_of(gains(a=(7, 6, 5), b=second))
    assert pair.verdict == verdict


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"a": COUPONS}, r"one strategy only \(a\)"),
        ({"a": COUPONS, "b": strategy("B", Coupon(kind="coupon"), None)}, "b states no budget"),
        ({"a": COUPONS, "b": strategy("B", Coupon(kind="coupon"), 0.0)}, "b states no budget"),
        (
            {"a": COUPONS, "b": strategy("B", Coupon(kind="coupon"), 3e6)},
            r"not equal.*b: 3,000,000.*total_yuan: 2_000_000\}",
        ),
    ],
)
def test_strategies_without_equal_budget_are_refused_in_words(given, words):
    with pytest.raises(ScenarioError, match=words):
        common_budget(given)


def test_strategies_spend_their_budget_at_every_price_level(compared):
    assert set(compared.positions) == set(itertools.product(("coupons", "kiosks"), LEVELS))
    for position in compared.positions.values():
        assert position.scaling.is_spent
        assert position.public_yuan <= 2_000_000
        assert position.public_yuan == pytest.approx(position.total_yuan)  # nobody co-funds


def test_whoever_pays_less_buys_more(compared):
    low, default, high = (compared.positions["kiosks", level].scaling.factor for level in LEVELS)
    assert low > default > high
    # coupons are doses: they have no price to move, and one run serves all levels
    assert compared.positions["coupons", "low"] is compared.positions["coupons", "high"]


def test_the_first_sentence_says_whether_the_order_flips(compared):
    start = {"flips": "Within their price ranges the order", "holds": "The order of the strategies does not flip"}
    words = sentences(compared, "en")
    assert words[0].startswith(start.get(compared.verdict, "Whether the order of the strategies flips"))
    assert words[1].startswith("At default prices and 2.0 million yuan each:")
    assert "Coupons" in words[1] and "Kiosks" in words[1]
    assert all("策略" in sentence for sentence in sentences(compared, "zh")[:1])


def test_tables_and_data_hold_every_strategy_and_pair(compared):
    assert len(strategy_table(compared, "en").rows) == 6
    assert len(pair_table(compared, "zh").rows) == 1
    plain = strategies_summary(compared)
    assert plain["verdict"] == compared.verdict
    assert set(plain["strategies"]) == {"coupons", "kiosks"}
    assert len(plain["pairs"][0]["differences"]) == 9


def test_one_replicate_is_said_to_have_no_interval(compared):
    nothing = float("nan")
    positions = {
        key: replace(position, gains=position.gains[:1], gain=Interval(position.gain.mean, nothing, nothing))
        for key, position in compared.positions.items()
    }
    one = replace(compared, positions=positions)
    told = " ".join(sentences(one, "en"))
    assert "One replicate gives no interval" in told and "95%" not in told
    assert "One replicate: there is no interval" in strategy_table(one, "en").note


def test_sentences_name_flips_ties_and_certain_orders(compared):
    def told(signs):
        differences = dict(zip(itertools.product(LEVELS, LEVELS), (Interval(s, s, s) for s in signs), strict=True))
        first, second = compared.order
        pair = Pair(first, second, differences)
        return sentences(replace(compared, pairs=(pair,)), "en")

    flips = told([1, 1, 1, 1, 1, 1, -1, 1, 1])
    assert flips[0].startswith("Within their price ranges the order of the strategies flips:")
    assert flips[2].startswith("At default prices this order is certain")
    assert told([1] * 9)[0].startswith("The order of the strategies does not flip within their price ranges:")
    assert "at some prices" in told([1, 1, 1, 1, 0, 1, 1, 1, 1])[0]
    tied = told([0] * 9)
    assert "at no prices" in tied[0] and tied[2].startswith("At default prices these cannot be told apart")
