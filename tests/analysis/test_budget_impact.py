"""Spending by quarter, by hand."""

import numpy as np
import pytest

from simulation.analysis.budget_impact import budget_impact


def test_weeks_are_added_up_by_thirteen_and_the_rest_is_called_incomplete():
    found = budget_impact(np.arange(1.0, 31.0))
    # 1 + ... + 13 = 91; 14 + ... + 26 = 91 + 13 x 13; 27 + ... + 30
    assert found.yuan.tolist() == [91, 260, 114]
    assert found.weeks == (13, 13, 4) and found.is_complete == (True, True, False)


def test_whole_quarters_leave_no_rest():
    found = budget_impact(np.ones((3, 26)))
    assert found.yuan.tolist() == [[13, 13]] * 3 and found.is_complete == (True, True)


def test_a_short_run_is_one_incomplete_quarter():
    found = budget_impact([5.0])
    assert found.yuan.tolist() == [5.0] and found.is_complete == (False,)


def test_no_week_is_refused_in_words():
    with pytest.raises(ValueError, match="no week of spending"):
        budget_impact([])
