"""Layouts are told apart by their intervals, and where there is none by nothing."""

from types import SimpleNamespace

import pytest

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
