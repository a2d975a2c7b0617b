"""Layouts are told apart by their intervals, and where there is none by nothing."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.analysis.best_of_several import compare_with_leader
from simulation.analysis.placement.ranking import Ranking
from simulation.outcomes.intervals import Interval
from simulation.report.placement import _against

NOTHING = float("nan")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (Interval(0.3, 0.1, 0.5), "more than"),
        (Interval(-0.3, -0.5, -0.1), "adds less than"),
        (Interval(0.3, -0.1, 0.7), "too small to rank"),
        (Interval(0.3, NOTHING, NOTHING), "one replicate has no interval, so that this may be chance"),
        (Interval(-0.3, NOTHING, NOTHING), "one replicate has no interval, so that this may be chance"),
    ],
)
def test_a_layout_is_held_against_another_only_with_an_interval(more, words):
    ranking = SimpleNamespace(layouts={"largest_first": SimpleNamespace(against_chosen=more)})
    assert words in _against(ranking, "largest_first", "en")
    assert "()" not in _against(ranking, "largest_first", "en") and "（）" not in _against(
        ranking, "largest_first", "zh"
    )


@pytest.mark.parametrize(("gains", "beaten_by"), [((0.02,), None), ((0.02, 0.021, 0.019), "alternative 1")])
def test_one_replicate_never_shows_that_a_layout_surely_adds_more(gains, beaten_by):
    values = {"alternative 1": np.array(gains), "optimised": np.array(gains) - 0.01}
    against = compare_with_leader(values, "alternative 1", 0.001).get
    layouts = {name: SimpleNamespace(against_leader=against(name)) for name in values}
    assert Ranking(layouts, "optimised", values, 0.001, {}).beaten_by == beaten_by
