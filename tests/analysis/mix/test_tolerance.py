"""Factors and intervals against published tables, and what a bound is worth."""

import numpy as np
import pytest

from simulation.analysis.mix.tolerance import clopper_pearson, evidence_of, pass_chance, tolerance_factor


# One-sided factors for normal populations: Odeh & Owen 1980, Tables for Normal Tolerance Limits, table 1.
@pytest.mark.parametrize(
    ("n", "probability", "confidence", "factor"),
    [
        (10, 0.90, 0.95, 2.355),
        (20, 0.90, 0.95, 1.926),
        (30, 0.90, 0.95, 1.777),
        (50, 0.90, 0.95, 1.646),
        (10, 0.95, 0.95, 2.911),
        (30, 0.95, 0.95, 2.220),
        (30, 0.99, 0.95, 3.064),
        (20, 0.90, 0.99, 2.276),
    ],
)
def test_tolerance_factors_are_those_of_the_table(n, probability, confidence, factor):
    assert tolerance_factor(n, probability, confidence) == pytest.approx(factor, abs=1e-3)


def test_clopper_pearson_has_its_closed_forms_at_the_ends():
    # none of n: (0, 1 - (alpha / 2) ** (1 / n)); all of n: its mirror
    low, high = clopper_pearson(0, 10)
    assert low == 0.0
    assert high == pytest.approx(1 - 0.025 ** (1 / 10))
    low, high = clopper_pearson(10, 10)
    assert low == pytest.approx(0.025 ** (1 / 10))
    assert high == 1.0


def test_clopper_pearson_of_a_textbook_case():
    # Clopper & Pearson 1934, Biometrika 26:404-413, chart for n = 10: 2 of 10
    assert clopper_pearson(2, 10) == pytest.approx((0.0252, 0.5561), abs=5e-5)


def test_mean_above_target_alone_is_not_enough():
    margins = np.array([0.05, -0.04] * 20)  # on average half a point above, and missed in every second run
    found = evidence_of(margins, 0.9, 0.95)
    assert found.mean > 0
    assert not found.passes


def test_share_counted_must_hold_too():
    # a bound above zero that one far outlier of a margin that is not normal would not show: 26 of 30
    margins = np.r_[np.full(26, 1.0), np.full(4, -1e-9)]
    found = evidence_of(margins, 0.5, 0.5)
    assert found.bound > 0
    assert found.passes
    assert not evidence_of(margins, 0.9, 0.5).passes


def test_margin_without_scatter_passes_by_its_sign():
    assert evidence_of(np.zeros(30), 0.9, 0.95).passes
    assert not evidence_of(np.full(30, -1e-3), 0.9, 0.95).passes


@pytest.mark.statistics
def test_mix_on_the_edge_passes_no_oftener_than_the_risk():
    # 20,000 samples of a mix whose margin holds with exactly 0.9: false alarm of this test below 1e-4
    rng = np.random.default_rng(5)
    margins = 1.2815515655446004 + rng.standard_normal((20_000, 30))
    k = tolerance_factor(30, 0.9, 0.95)
    share = float((margins.mean(axis=1) - k * margins.std(axis=1, ddof=1) >= 0).mean())
    assert share == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))


@pytest.mark.statistics
def test_chance_to_pass_is_what_samples_show():
    rng = np.random.default_rng(6)
    mean, noise, n = 0.09, 0.05, 50
    margins = mean + noise * rng.standard_normal((20_000, n))
    k = tolerance_factor(n, 0.9, 0.95)
    share = float((margins.mean(axis=1) - k * margins.std(axis=1, ddof=1) >= 0).mean())
    expected = pass_chance(np.array([mean]), np.zeros(1), noise, n, 0.9, 0.95)[0]
    assert share == pytest.approx(expected, abs=0.03)  # the normal approximation is good to a few hundredths
