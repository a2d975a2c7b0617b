"""Variance of single runs is shared between seed and factors as by hand."""

import numpy as np
import pytest

from simulation.analysis.sensitivity.seed_share import seed_share
from simulation.analysis.sensitivity.words import seed_sentence


def test_worlds_that_move_all_points_alike_take_nothing_off_the_variance_of_points():
    # variances within points 2 and 2; means 1 and 5 have variance 8, and no noise of their own
    found = seed_share(np.array([[0.0, 2.0], [4.0, 6.0]]))
    assert (found.seed_variance, found.factor_variance, found.depends_on_point) == (2, 8, 0)
    assert found.share == pytest.approx(2 / 10)


def test_noise_of_point_and_world_is_taken_off_the_variance_of_points():
    # within: (2 + 2) / 2 = 2; residuals are +-1 with 1 degree of freedom: 4; means 1, 5: variance 8 - 4 / 2 = 6
    found = seed_share(np.array([[0.0, 2.0], [6.0, 4.0]]))
    assert (found.seed_variance, found.factor_variance, found.depends_on_point) == (2, 6, 4)
    assert found.share == pytest.approx(2 / 8)


def test_points_that_differ_less_than_their_noise_leave_all_variance_to_the_seed():
    # means are both 1: variance 0, less 4 / 2 is below zero
    found = seed_share(np.array([[0.0, 2.0], [2.0, 0.0]]))
    assert (found.share, found.factor_variance) == (1, 0)


def test_over_many_points_and_worlds_the_shares_are_those_drawn():
    rng = np.random.default_rng(5)
    points, worlds, both = rng.normal(0, 2, (400, 1)), rng.normal(0, 1, (1, 400)), rng.normal(0, 1, (400, 400))
    found = seed_share(points + worlds + both)
    # 1 + 1 of 4 + 1 + 1; the standard error of a variance of 400 draws is 7% of it
    assert found.share == pytest.approx(2 / 6, abs=0.05)
    assert found.low < found.share < found.high


def test_one_world_says_nothing_of_the_seed_and_two_give_no_interval():
    assert np.isnan(seed_share(np.zeros((3, 1))).share)
    assert "not known" in seed_sentence(seed_share(np.zeros((3, 1))))
    two = seed_share(np.array([[0.0, 2.0], [4.0, 6.0]]))
    assert np.isnan(two.low)
    assert seed_sentence(two) == "20% of the variance of single runs is due to the seed."


def test_an_outcome_that_never_varies_has_no_shares():
    assert np.isnan(seed_share(np.ones((3, 4))).share)
