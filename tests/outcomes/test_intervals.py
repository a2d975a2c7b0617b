"""Intervals, pairing and cost per additional user against hand-worked cases."""

import numpy as np
import pytest
import xarray as xr

from simulation.outcomes.dataset import build_dataset
from simulation.outcomes.intervals import (
    cost_per_additional_user,
    estimate,
    excludes_zero,
    paired_difference,
    ratio_of_means,
)

T_3 = 3.182446  # 97.5% point of Student's t with 3 degrees of freedom (printed tables: 3.182)


def replicates(*values, seeds=None):
    coords = {"seed": ("replicate", list(seeds))} if seeds else {}
    return xr.DataArray(np.array(values, float), dims="replicate", coords=coords)


def test_interval_is_mean_and_t_times_standard_error():
    # 1, 2, 3, 4: mean 2.5, variance 5/3, standard error sqrt(5/12)
    interval = estimate(replicates(1, 2, 3, 4))
    assert interval["mean"].item() == 2.5
    assert interval.high.item() - 2.5 == pytest.approx(T_3 * np.sqrt(5 / 12), rel=1e-6)
    assert 2.5 - interval.low.item() == pytest.approx(T_3 * np.sqrt(5 / 12), rel=1e-6)


def test_one_replicate_has_a_mean_and_no_interval():
    interval = estimate(replicates(7))
    assert interval["mean"].item() == 7
    assert np.isnan(interval.low.item()) and not excludes_zero(interval).item()


def test_pairing_removes_what_the_worlds_share():
    base, plan = replicates(10, 20, 30, 40), replicates(11, 21, 31, 41)
    interval = estimate(paired_difference(base, plan))
    assert (interval.low.item(), interval["mean"].item(), interval.high.item()) == (1, 1, 1)
    assert excludes_zero(interval).item()


def test_unlike_replicates_are_not_paired():
    with pytest.raises(ValueError, match="2 and 3 replicates"):
        paired_difference(replicates(1, 2), replicates(1, 2, 3))
    with pytest.raises(ValueError, match="different seeds"):
        paired_difference(replicates(1, 2, seeds=(1, 2)), replicates(1, 2, seeds=(1, 3)))


def test_a_ratio_of_means_has_the_interval_of_its_top_where_the_bottom_is_certain():
    interval = ratio_of_means(replicates(2, 4, 6, 8), replicates(2, 2, 2, 2))
    # half of 2, 4, 6, 8 is 1, 2, 3, 4
    assert interval["mean"].item() == 2.5
    assert interval.high.item() - 2.5 == pytest.approx(T_3 * np.sqrt(5 / 12), rel=1e-6)
    assert interval.attrs["n_replicates"] == 4


def test_there_is_no_ratio_to_what_may_be_zero():
    assert ratio_of_means(replicates(1, 2, 3, 4), replicates(-1, 1, 2, 0)) is None
    assert ratio_of_means(replicates(1, 2, 3, 4), replicates(-1, -1, -1, -1)) is None
    assert ratio_of_means(replicates(1), replicates(0)) is None
    one = ratio_of_means(replicates(3), replicates(2))
    assert one["mean"].item() == 1.5 and np.isnan(one.low.item())


def with_end(recorder, labels, active, yuan):
    """Return a run whose active users at the end and spending are given replicate by replicate."""
    n = len(active)
    d = build_dataset([recorder(r, n_weeks=2, levers=("coupon",)) for r in range(n)], labels(n, ("coupon",)))
    d = d.copy(deep=True)
    d["n_active"][:] = 0.0
    d["spending_yuan"][:] = 0.0
    d["n_active"][:, -1, 0, 0, 0] = np.array(active, float)
    d["spending_yuan"][:, 0, 0, 0, 0] = np.array(yuan, float)
    return d


def test_cost_per_additional_user_is_extra_spending_over_extra_users(recorder, labels):
    base = with_end(recorder, labels, (100, 200, 300, 400), (0, 0, 0, 0))
    plan = with_end(recorder, labels, (150, 250, 350, 450), (9_000, 11_000, 9_000, 11_000))
    cost = cost_per_additional_user(base, plan)
    assert cost.status == "estimated"
    assert cost.yuan == pytest.approx(200.0)
    # every replicate gains 50 users, so the interval is that of the mean spending, divided by 50:
    # standard deviation sqrt(4/3) * 1000, standard error sqrt(1/3) * 1000
    half = T_3 * 1_000 * np.sqrt(1 / 3) / 50
    assert (cost.low, cost.high) == pytest.approx((200 - half, 200 + half), rel=1e-6)


def test_no_cost_per_user_where_the_effect_may_be_zero_or_is_negative(recorder, labels):
    base = with_end(recorder, labels, (100, 200, 300, 400), (0, 0, 0, 0))
    noisy = with_end(recorder, labels, (160, 140, 360, 340), (9_000,) * 4)
    assert cost_per_additional_user(base, noisy).status == "uncertain"
    worse = with_end(recorder, labels, (90, 190, 290, 390), (9_000,) * 4)
    assert cost_per_additional_user(base, worse).status == "fewer_users"
    assert np.isnan(cost_per_additional_user(base, worse).yuan)
    one = with_end(recorder, labels, (100,), (0,))
    assert cost_per_additional_user(one, with_end(recorder, labels, (150,), (9_000,))).status == "one_replicate"
