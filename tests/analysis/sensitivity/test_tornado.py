"""One factor at a time, paired by replicate, the largest change first."""

import numpy as np
import pytest

from simulation.analysis.sensitivity.tornado import tornado
from tests.analysis.sensitivity.functions import Model, factor

T = 4.302653  # of the 95% interval with three replicates
A, B = factor("a", 0, 10, 4), factor("b", -1, 1, 0)


def test_changes_are_paired_with_the_scenario_as_it_is():
    model = Model(lambda p: p[:, 0] + 20 * p[:, 1], worlds=[5, 50, 500])
    found = tornado(model, (A, B), range(3))
    assert [bar.factor for bar in found.bars] == [B, A]
    b, a = found.bars
    assert (b.low.mean, b.high.mean, b.swing.mean) == pytest.approx((-20, 20, 40))
    assert (a.low.mean, a.high.mean, a.swing.mean) == pytest.approx((-4, 6, 10))
    assert (a.low.low, a.low.high) == pytest.approx((-4, -4))  # what worlds add everywhere cancels
    assert found.at_default.mean == pytest.approx(4 + 555 / 3)


def test_intervals_are_students_over_the_differences():
    slopes = np.array([1.0, 2.0, 3.0])  # by replicate
    found = tornado(lambda p, r: p[:, :1] * slopes[list(r)], (A,), range(3))
    (bar,) = found.bars
    # differences at the high end: 6, 12, 18; their standard error is 6 / sqrt(3)
    assert (bar.high.mean, bar.high.low) == pytest.approx((12, 12 - T * 6 / np.sqrt(3)))
    assert not bar.is_sure


def test_a_default_at_an_end_of_its_range_is_not_run_again():
    model = Model(lambda p: p[:, 0], worlds=[0, 0])
    found = tornado(model, (factor("a", 0, 1, 0), B), range(2))
    assert found.n_runs == model.n_runs == 4 * 2  # the scenario, one end of a, both ends of b
    assert found.bars[0].low.mean == 0 and found.bars[0].high.mean == 1


def test_the_larger_of_both_changes_decides_the_order():
    small_then_large = factor("c", -1, 10, 0)
    found = tornado(Model(lambda p: p[:, 0] - p[:, 1]), (factor("d", -5, 5, 0), small_then_large), range(1))
    assert [bar.size for bar in found.bars] == [10, 5]
    assert not found.bars[0].is_sure  # one replicate is never sure
