"""How many replicates a half-width needs: by hand, and how often intervals hold their mean."""

import math

import numpy as np
import pytest
from scipy import stats

from simulation.analysis.precision import half_width, replicates_for, until_precise

T = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447}  # printed 97.5% points of Student's t, by n = df + 1
FALSE_ALARM = 1e-4
WIDTHS = (0.5, 0.4, 0.3)  # of deviations: about 17, 25 and 43 replicates
SEQUENTIAL_BOUND = 0.91  # after a sequential stop 95% intervals hold at least this often


def drawn(values):
    """Return a source of these values, and the list of what it was asked for."""
    asked = []

    def more(replicates):
        asked.append((replicates.start, replicates.stop))
        return np.array(values[replicates.start : replicates.stop], float)

    return more, asked


@pytest.mark.parametrize("n", T)
def test_the_half_width_is_t_times_the_standard_error(n):
    assert half_width(1.0, n) == pytest.approx(T[n] / math.sqrt(n), rel=2e-4)


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        (1.0, 7),  # after 6: 2.571 / sqrt 6 = 1.050; after 7: 2.447 / sqrt 7 = 0.925
        (1.2, 6),  # after 5: 2.776 / sqrt 5 = 1.241
        (9.0, 2),  # after 2: 12.706 / sqrt 2 = 8.985
        (8.9, 3),
    ],
)
def test_replicates_are_the_fewest_whose_interval_is_short_enough(wanted, n):
    assert replicates_for([4.0, 5.0, 6.0], wanted) == n  # the pilot deviates by 1


def test_many_replicates_come_near_the_rule_of_the_normal_distribution():
    # (1.96 / 0.05)^2 = 1536.6; t_1538 is 1.9615: (1.9615 / 0.05)^2 = 1539.0
    assert replicates_for([4.0, 5.0, 6.0], 0.05) == pytest.approx(1539, abs=1)


def test_replicates_that_do_not_differ_need_no_more_than_two():
    assert replicates_for([3.0, 3.0, 3.0], 0.1) == 2


def test_drawing_stops_when_the_interval_with_the_cautious_variance_is_short_enough():
    # 0, 2, 1 then 1, 1, ...: squares about the mean sum to 2, so the variance is 2 / (n - 1). With 2.0 wanted the rule
    # is t sqrt((2 / (n - 1) + 4 / n) / n) <= 2. n = 3: 4.303 sqrt(2.333 / 3) = 3.79; 4: 3.182 sqrt(1.667 / 4) = 2.05;
    # 5: 2.776 sqrt(1.3 / 5) = 1.42. Without the 4 / n four replicates would have done: 3.182 sqrt(0.667 / 4) = 1.30.
    more, asked = drawn([0, 2, *[1] * 20])
    found = until_precise(more, 2.0, first=3)
    assert asked == [(0, 3), (3, 4), (4, 5)]
    assert found.is_reached and found.mean.mean == 1.0 and found.values.size == 5
    assert found.half_width == pytest.approx(2.776 * math.sqrt(0.5 / 5), rel=2e-4)  # of the variance met


def test_values_level_by_chance_do_not_stop_it_at_once():
    # t / n <= 1 is what is left: 4.303 / 3, 3.182 / 4
    more, _ = drawn([1] * 20)
    assert until_precise(more, 0.001, first=2).values.size == 4


def test_the_unit_of_the_values_does_not_matter():
    values = np.random.default_rng(1).normal(0.5, 0.02, size=100)
    shares, percent = (until_precise(drawn(values * unit)[0], 0.01 * unit) for unit in (1, 100))
    assert shares.values.size == percent.values.size and shares.is_reached


def test_it_says_when_the_most_replicates_did_not_do():
    more, asked = drawn([0, 10] * 10)
    found = until_precise(more, 0.1, first=4, most=9, batch=4)
    assert not found.is_reached and found.values.size == 9 and found.half_width > found.wanted
    assert asked == [(0, 4), (4, 8), (8, 9)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: replicates_for([1.0], 0.1), "pilot of one replicate"),
        (lambda: replicates_for([1.0, math.nan], 0.1), "not defined in 1 of 2 replicates"),
        (lambda: replicates_for([1.0, 2.0], 0.0), "above zero, not 0.0"),
        (lambda: until_precise(drawn([1, 2])[0], 0.1, first=3), "3 replicates were asked for"),
        (lambda: until_precise(drawn([1, 2])[0], 0.1, first=1), "2 <= first <= most"),
    ],
)
def test_what_has_no_precision_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def held_fixed(n_trials, n):
    """Return the share of trials whose 95% interval over n normal replicates holds the mean, 0."""
    values = np.random.default_rng(11).normal(size=(n_trials, n))
    halves = np.array([half_width(float(row.std(ddof=1)), n) for row in values])
    return float((np.abs(values.mean(axis=1)) <= halves).mean())


def held_after_stop(n_trials, wanted):
    """Return the same when drawing stopped by itself."""
    rng = np.random.default_rng(12)
    held = 0
    for _ in range(n_trials):
        found = until_precise(drawn(rng.normal(size=200))[0], wanted)
        assert found.is_reached
        held += found.mean.low <= 0 <= found.mean.high
    return held / n_trials


def test_intervals_hold_their_mean_in_a_few_trials():
    assert held_fixed(200, 8) >= stats.binom.ppf(FALSE_ALARM, 200, 0.95) / 200
    assert held_after_stop(100, 0.5) >= stats.binom.ppf(FALSE_ALARM, 100, SEQUENTIAL_BOUND) / 100


@pytest.mark.statistics
@pytest.mark.parametrize("n", [4, 8, 30])
def test_95_percent_intervals_hold_in_93_to_97_of_100_trials(n):
    # of 1,000 trials with 0.95 the deviation is 0.007: false alarm 0.004
    assert 0.93 <= held_fixed(1000, n) <= 0.97


@pytest.mark.statistics
@pytest.mark.parametrize("wanted", WIDTHS)
def test_after_a_sequential_stop_intervals_hold_nearly_as_often(wanted):
    # 10,000 trials gave 0.941, 0.936, 0.944; the bound lies 3 deviations of 1,000 trials below: false alarm 0.001
    assert SEQUENTIAL_BOUND <= held_after_stop(1000, wanted) <= 0.97
