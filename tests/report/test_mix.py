"""A search says in words whether what it recommends beats the plan as it stands, or that it cannot be told."""

from types import SimpleNamespace

import pytest

from simulation.analysis.mix.frontier import Difference, Landscape, Point
from simulation.outcomes.intervals import Interval
from simulation.report.mix import _against_plan

PLAN = (1.0, 1.0)
NOTHING = Interval(0.0, 0.0, 0.0)
POINT = Point(PLAN, 1, Interval(30e6, 29e6, 31e6), Interval(0.61, 0.6, 0.62), NOTHING, True)


def told(cost, coverage, lang="en"):
    landscape = Landscape((POINT,), (), (), Difference(Interval(*cost), Interval(*coverage)))
    return _against_plan(SimpleNamespace(plan=PLAN, landscape=landscape), lang)


@pytest.mark.parametrize(
    ("cost", "coverage", "words"),
    [
        (
            (-2e6, -3e6, -1e6), (0.012, 0.004, 0.02),
            "it reaches 1.20 points (0.40–2.00) more, and it costs 2.0 million yuan (1.0 million yuan to 3.0 million "
            "yuan) less. The plan itself is expected to cost 30.0 million yuan and to reach 61.0% (60.0–62.0).",
        ),
        (
            (2e6, 1e6, 3e6), (-0.012, -0.02, -0.004),
            "it reaches 1.20 points (0.40–2.00) less, and it costs 2.0 million yuan (1.0 million yuan to 3.0 million "
            "yuan) more.",
        ),
        (
            (1e6, -1e6, 3e6), (0.001, -0.01, 0.012),
            "whether it reaches more cannot be told (difference −1.00 to +1.20 points), and which costs less cannot be "
            "told (difference −1.0 million yuan to 3.0 million yuan).",
        ),
    ],
)  # fmt: skip
def test_a_winner_is_held_against_the_plan_with_intervals(cost, coverage, words):
    assert words.split(". The")[0] in told(cost, coverage) and "Against the plan as it stands, " in told(cost, coverage)
    assert "与原计划相比" in told(cost, coverage, "zh")
    assert "61.0% (60.0–62.0)" in told(cost, coverage)


def test_a_plan_that_wins_or_was_not_searched_is_said_to_be_so():
    alone = Landscape((POINT,), (), ())
    assert "nothing that was searched is shown to be better" in _against_plan(
        SimpleNamespace(plan=PLAN, landscape=alone), "en"
    )
    assert "not known" in _against_plan(SimpleNamespace(plan=None, landscape=alone), "en")
    assert "尚不清楚" in _against_plan(SimpleNamespace(plan=None, landscape=alone), "zh")
