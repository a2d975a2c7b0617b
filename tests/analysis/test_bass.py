"""The Bass curve and its fit: closed forms, exact series and series without a curve."""

import math

import numpy as np
import pytest

from simulation.analysis.bass import bass_curve, fit_bass, forecast_bass

WEEKS = np.arange(156)


def test_without_imitation_those_outside_dwindle_exponentially():
    # dF/dt = p (1 - F) from F0 = 1/2: 1 - F = exp(-p t) / 2
    assert bass_curve([0, 10], p=0.1, q=0.0, m=0.8, start=0.4) == pytest.approx([0.4, 0.8 * (1 - math.exp(-1) / 2)])


def test_without_innovation_the_curve_is_logistic():
    # odds F / (1 - F) grow by exp(q t): from 1/3 to e/3 when q t = 1
    assert bass_curve(20, p=0.0, q=0.05, m=0.8, start=0.2) == pytest.approx(0.8 * (math.e / 3) / (1 + math.e / 3))


def test_from_nothing_it_is_the_curve_of_the_paper():
    p, q, t = 0.03, 0.38, 5.0
    e = math.exp(-(p + q) * t)
    assert bass_curve(t, p, q, 1.0, 0.0) == pytest.approx((1 - e) / (1 + q / p * e))


def test_the_slope_obeys_the_differential_equation():
    p, q, m, h = 0.001, 0.05, 0.8, 1e-4
    before, now, after = bass_curve([30 - h, 30, 30 + h], p, q, m, 0.3) / m
    assert (after - before) / (2 * h) == pytest.approx((p + q * now) * (1 - now), rel=1e-6)


def test_where_nobody_is_and_nobody_innovates_nothing_moves():
    assert bass_curve([0, 50], p=0.0, q=0.1, m=0.8, start=0.0).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("p", "q", "m", "start"),
    [(0.001, 0.05, 0.8, 0.3), (0.0006, 0.007, 0.9, 0.5), (0.003, 0.03, 0.7, 0.01), (0.002, 0.06, 0.95, 0.0)],
)
def test_an_exact_series_gives_its_parameters_back(p, q, m, start):
    series = bass_curve(WEEKS, p, q, m, start)
    found = fit_bass(series)
    assert found.status == "fitted" and found.at_bound == ()
    assert (found.p, found.q, found.m) == pytest.approx((p, q, m), rel=1e-4)
    assert found.fitted == pytest.approx(series, abs=1e-9) and found.residual_rms < 1e-9
    assert found.fitted[0] == pytest.approx(start, abs=1e-12)


def test_a_series_of_imitation_alone_says_that_innovation_is_at_its_bound():
    found = fit_bass(bass_curve(WEEKS, 0.0, 0.04, 0.85, 0.1))
    assert found.at_bound == ("p",) and (found.q, found.m) == pytest.approx((0.04, 0.85), rel=1e-4)


def test_a_rise_that_does_not_slow_puts_the_ceiling_at_its_bound():
    found = fit_bass(0.1 + 0.002 * WEEKS[:52])
    assert "m" in found.at_bound and found.m == 1.0


def test_the_residual_is_the_root_mean_square_of_what_the_curve_misses():
    # a curve plus an error of 0.002 that changes sign every week, which no curve can follow
    found = fit_bass(bass_curve(WEEKS, 0.001, 0.05, 0.8, 0.3) + 0.002 * (-1.0) ** WEEKS * (WEEKS > 0))
    assert found.residual_rms == pytest.approx(0.002, rel=0.02)


def test_noise_above_the_ceiling_does_not_lift_it():
    noise = np.random.default_rng(1).normal(0, 0.003, WEEKS.size) * (WEEKS > 0)
    found = fit_bass(bass_curve(WEEKS, 0.001, 0.08, 0.8, 0.3) + noise)
    assert found.m == pytest.approx(0.8, abs=0.001)  # 156 values of 0.003 determine it to about 0.0003


@pytest.mark.parametrize(
    ("series", "status"),
    [
        (np.full(52, 0.6), "flat"),
        (0.6 + 0.004 * WEEKS / 155, "flat"),
        (0.6 - 0.004 * WEEKS / 155, "flat"),
        (0.6 - 0.1 * WEEKS / 155, "declining"),
        (np.linspace(0.1, 0.5, 7), "too_short"),
        ([1.0, *np.linspace(0.1, 0.9, 60)], "flat"),  # nothing rises above the start
    ],
)
def test_a_series_that_does_not_rise_has_no_curve_and_a_word_says_so(series, status):
    found = fit_bass(series)
    assert found.status == status
    assert math.isnan(found.p) and math.isnan(found.m) and math.isnan(found.residual_rms)
    assert np.isnan(found.fitted).all() and np.isnan(found.at([0, 200])).all()


def test_a_forecast_of_an_exact_series_is_right_and_keeps_the_holdout_from_the_fit():
    series = bass_curve(WEEKS, 0.001, 0.05, 0.8, 0.3)
    lifted = series.copy()
    lifted[-52:] += 0.01
    exact, low = forecast_bass(series, 52), forecast_bass(lifted, 52)
    assert exact.error_rms < 1e-6 and exact.forecast == pytest.approx(series[-52:], abs=1e-6)
    assert (low.error_rms, low.error_mean) == pytest.approx((0.01, -0.01), abs=1e-6)
    assert low.fit.p == exact.fit.p and low.observed.tolist() == lifted[-52:].tolist()


def test_there_is_no_forecast_where_there_is_no_curve():
    found = forecast_bass(np.full(60, 0.5), 20)
    assert found.fit.status == "flat" and np.isnan(found.forecast).all() and math.isnan(found.error_rms)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fit_bass([0.1, math.nan]), "defined in every week"),
        (lambda: fit_bass([0.1, 1.2]), "between 0 and 1.0"),
        (lambda: fit_bass([]), "one value a week"),
        (lambda: forecast_bass([0.1, 0.2], 2), "holdout of 2 of 2 weeks"),
    ],
)
def test_what_is_no_coverage_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
