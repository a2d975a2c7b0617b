"""Shares of replicates in which targets hold: by hand, and how often their intervals hold."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from simulation.analysis.probabilities import probability_of, share_interval, target_probabilities

NAN = math.nan
FALSE_ALARM = 1e-4


def test_the_low_end_for_one_of_one_leaves_a_fortieth_below():
    # the distribution function of Beta(3/2, 1/2) is (2 / pi) (asin sqrt x - sqrt(x (1 - x)))
    low, high = share_interval(1, 1)
    assert high == 1.0
    assert 2 / math.pi * (math.asin(math.sqrt(low)) - math.sqrt(low * (1 - low))) == pytest.approx(0.025)


@pytest.mark.parametrize("n_held", [1, 4, 7])
def test_each_end_cuts_a_fortieth_off_the_density(n_held):
    def density(x):
        return x ** (n_held - 0.5) * (1 - x) ** (8 - n_held - 0.5)

    low, high = share_interval(n_held, 8)
    total = integrate.quad(density, 0, 1)[0]
    assert integrate.quad(density, 0, low)[0] / total == pytest.approx(0.025, rel=1e-5)
    assert integrate.quad(density, high, 1)[0] / total == pytest.approx(0.025, rel=1e-5)


def test_none_of_eight_leaves_a_probability_of_up_to_a_quarter():
    low, high = share_interval(0, 8)
    assert low == 0.0 and high == pytest.approx(0.262, abs=5e-4)


@pytest.mark.parametrize("n", [1, 8, 33])
def test_holding_and_missing_are_mirror_images(n):
    for held in range(n + 1):
        low, high = share_interval(held, n)
        assert share_interval(n - held, n) == pytest.approx((1 - high, 1 - low))


def test_undefined_replicates_are_counted_apart_and_bounded():
    found = probability_of([1, 1, 0, NAN, NAN])
    assert (found.n_held, found.n_defined, found.n_undefined) == (2, 3, 2)
    assert found.share == 2 / 3
    assert (found.lowest, found.highest) == (2 / 5, 4 / 5)
    assert (found.low, found.high) == share_interval(2, 3)


def test_a_target_undefined_everywhere_has_no_probability():
    found = probability_of([NAN, NAN])
    assert math.isnan(found.share) and math.isnan(found.low) and (found.lowest, found.highest) == (0, 1)


def test_targets_hold_together_in_the_replicates_where_each_holds():
    found = target_probabilities({"everyone": [True, True, False, False], "old": [True, False, True, False]})
    assert [p.share for p in found.each.values()] == [0.5, 0.5]
    assert found.together.share == 0.25 and found.together.n_defined == 4


def test_targets_that_rise_and_fall_together_are_not_multiplied():
    found = target_probabilities({"a": [1, 1, 0, 0], "b": [1, 1, 0, 0]})
    assert found.together.share == 0.5


@pytest.mark.parametrize(
    ("a", "b", "together"),
    [(1, NAN, NAN), (0, NAN, 0), (NAN, NAN, NAN), (1, 1, 1), (1, 0, 0)],
)
def test_a_missed_target_decides_and_an_undefined_one_leaves_it_open(a, b, together):
    found = target_probabilities({"a": [a], "b": [b]}).together
    assert found.n_undefined == int(math.isnan(together))
    assert math.isnan(found.share) if math.isnan(together) else found.share == together


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: probability_of([0.7, 1]), "cannot be counted"),
        (lambda: probability_of([]), "at least one replicate"),
        (lambda: target_probabilities({}), "no target"),
        (lambda: target_probabilities({"a": [1], "b": [1, 0]}), "not of the same replicates: a 1, b 2"),
        (lambda: share_interval(3, 2), "3 of 2"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("n", [8, 16, 30, 100])
def test_intervals_hold_95_percent_on_average_over_shares_and_88_at_the_worst(n):
    """Exact: chances of all counts summed, on shares a thousandth apart; no draw is made."""
    shares = np.linspace(0.0005, 0.9995, 1000)
    low, high = np.array([share_interval(k, n) for k in range(n + 1)]).T[..., None]
    chances = stats.binom.pmf(np.arange(n + 1)[:, None], n, shares)
    held = (chances * ((low <= shares) & (shares <= high))).sum(axis=0)
    assert held.mean() == pytest.approx(0.95, abs=0.005)
    assert held.min() > 0.875


@pytest.mark.statistics
def test_the_interval_of_all_targets_together_holds_where_targets_depend_on_each_other():
    # two targets of one shared and one own normal draw each; both hold with the chance of a bivariate normal quadrant,
    # 1/4 + asin(rho) / (2 pi) = 1/3 at rho 1/2. Exactly, intervals of 20 replicates hold 1/3 in 0.945 of trials.
    rng = np.random.default_rng(5)
    n_trials, n = 1000, 20
    held = 0
    for _ in range(n_trials):
        shared, own = rng.normal(size=n), rng.normal(size=(2, n))
        a, b = math.sqrt(0.5) * (shared + own) > 0
        found = target_probabilities({"a": a, "b": b}).together
        held += found.low <= 1 / 3 <= found.high
    exact = sum(
        stats.binom.pmf(k, n, 1 / 3)
        for k in range(n + 1)
        if share_interval(k, n)[0] <= 1 / 3 <= share_interval(k, n)[1]
    )
    assert stats.binom.ppf(FALSE_ALARM, n_trials, exact) <= held <= stats.binom.isf(FALSE_ALARM, n_trials, exact)
