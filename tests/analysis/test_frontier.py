"""Dominance among programmes: a published table, and by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.frontier import frontier


def test_screening_for_hiv_is_ranked_as_published():
    # Paltiel et al. 2006, Annals of Internal Medicine 145:797-806, table 4 (high-risk population): dollars a person and
    # quality-adjusted months. Dollars a month by hand: 1000 / 0.32, 1020 / 0.21, 420 / 0.05; yearly testing costs more
    # than testing every three years and does less.
    costs = {"none": 26_000, "once": 27_000, "5 years": 28_020, "3 years": 28_440, "yearly": 29_440}
    effects = {"none": 277.25, "once": 277.57, "5 years": 277.78, "3 years": 277.83, "yearly": 277.76}
    found = frontier(costs, effects)
    assert [s.status for s in found.values()] == ["efficient"] * 4 + ["dominated"]
    assert math.isnan(found["none"].icer)
    assert [found[n].icer for n in ("once", "5 years", "3 years")] == pytest.approx([3125, 4857.142857, 8400], rel=1e-6)
    assert found["yearly"].by == ("3 years",)


def test_a_programme_dearer_than_a_mix_of_its_neighbours_is_extendedly_dominated():
    # usual -> b costs 100 / 1 a unit, b -> c 50 / 2: a third of c does the work of b for 50
    found = frontier({"usual": 0, "b": 100, "c": 150}, {"usual": 0, "b": 1, "c": 3})
    assert found["b"].status == "extendedly_dominated" and found["b"].by == ("usual", "c")
    assert list(found) == ["usual", "c", "b"] and found["c"].icer == 50


def test_two_in_a_row_may_be_extendedly_dominated_by_the_same_mix():
    # a costs 10 a unit, b 20 more a unit; d at 36 / 4 = 9 undercuts both
    found = frontier({"usual": 0, "a": 10, "b": 30, "d": 36}, {"usual": 0, "a": 1, "b": 2, "d": 4})
    assert [found[n].status for n in "abd"] == ["extendedly_dominated", "extendedly_dominated", "efficient"]
    assert found["a"].by == found["b"].by == ("usual", "d")


def test_one_on_the_line_between_two_others_stays_efficient():
    found = frontier({"a": 0, "b": 10, "c": 20}, {"a": 0, "b": 1, "c": 2})
    assert [s.status for s in found.values()] == ["efficient"] * 3


def test_of_two_with_the_same_cost_or_effect_the_better_dominates_and_equals_are_called_so():
    found = frontier({"a": 5, "b": 5, "c": 9, "d": 5}, {"a": 1, "b": 2, "c": 2, "d": 2})
    assert {name: (s.status, s.by) for name, s in found.items()} == {
        "b": ("efficient", ()),
        "a": ("dominated", ("b",)),
        "c": ("dominated", ("b",)),
        "d": ("equal", ("b",)),
    }


@pytest.mark.parametrize(
    ("costs", "effects", "words"),
    [
        ({}, {}, "at least one programme"),
        ({"a": 1}, {"b": 1}, "of each programme"),
        ({"a": math.nan}, {"a": 1}, "undefined: a"),
    ],
)
def test_programmes_without_cost_or_effect_are_refused_in_words(costs, effects, words):
    with pytest.raises(ValueError, match=words):
        frontier(costs, effects)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8))
def test_at_any_price_an_efficient_programme_is_worth_most(points):
    costs = {str(k): float(cost) for k, (cost, _) in enumerate(points)}
    effects = {str(k): float(effect) for k, (_, effect) in enumerate(points)}
    found = frontier(costs, effects)
    efficient = [name for name, standing in found.items() if standing.status == "efficient"]
    ratios = [found[name].icer for name in efficient[1:]]
    assert ratios == sorted(ratios) and set(found) == set(costs)
    for price in (0, 0.1, 0.7, 1, 1.5, 4, 50):
        worth = {name: price * effects[name] - costs[name] for name in costs}
        assert max(worth[name] for name in efficient) == pytest.approx(max(worth.values()))
