"""Rules against arithmetic done by hand (values worked out on paper from the equations in MODEL.md)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from simulation.core.rules import adoption, learning, merchant, payment, trust
from tests.worlds import default_params

share = st.floats(0.0, 1.0)


def test_peer_share_mixes_ties_and_population():
    assert adoption.peer_share(3, 4, 0.5, 0.0) == 0.75
    assert adoption.peer_share(3, 4, 0.5, 1.0) == 0.5
    assert adoption.peer_share(3, 4, 0.5, 0.4) == pytest.approx(0.6 * 0.75 + 0.4 * 0.5)
    assert adoption.peer_share(0, 0, 0.5, 0.0) == 0.0


def test_awareness_is_a_bass_hazard():
    # 1 - e^-(0.004 + 0.03 x 0.5 + 0.02 x 0.25) = 1 - e^-0.024
    assert adoption.awareness_probability(0.5, 0.25, 0.004, 0.03, 0.02) == pytest.approx(1 - math.exp(-0.024))


def test_access_hazard_of_odd_7_3():
    assert adoption.access_probability(0.5, 0.0012, 0.0024) == pytest.approx(1 - math.exp(-0.0024))
    assert adoption.help_access_probability(0.45, 0.25, 0.4) == pytest.approx(0.55)
    assert adoption.help_access_probability(0.9, 0.5, 1.0) == 1.0


def test_voice_payment_spares_effort_to_the_old_only():
    assert adoption.effort(0.4, 2, 0.2, 0.5) == pytest.approx(0.6 * 0.8)
    assert adoption.effort(0.4, 3, 0.2, 0.5) == pytest.approx(0.6 * 0.8 * 0.5)


def test_ten_yuan_pull_as_hard_as_ln_two():
    assert adoption.incentive(1_000, 0.8) == pytest.approx(0.8 * math.log(2.0))
    assert adoption.incentive(0, 0.8) == 0.0


def test_attitude_adds_its_terms():
    p = default_params(
        weight_usefulness=3.5, weight_peers=2.0, weight_effort=2.4, weight_risk=1.6, weight_cash_preference=2.5
    )
    value = adoption.attitude(-3.0, 0.3, 0.5, 0.25, 0.5, 0.2, 1.0, 0.0, p)
    assert value == pytest.approx(-3.0 + 0.3 + 1.75 + 0.5 - 1.2 - 0.32 - 2.5)
    assert adoption.attitude(-3.0, 0.3, 0.5, 0.25, 0.5, 0.2, 1.0, 2.5, p) == pytest.approx(value + 2.5)


def test_lapse_ceiling_separates_early_attrition_from_mature_churn():
    assert adoption.lapse_ceiling(0.0, 0.0025, 0.15) == pytest.approx(0.1525)
    assert adoption.lapse_ceiling(1.0, 0.0025, 0.15) == 0.0025
    assert adoption.lapse_ceiling(0.5, 0.0025, 0.15) == pytest.approx(0.0025 + 0.15 / 8)


@given(draw=share, media=st.floats(0, 1), logit=st.floats(-30, 30))
def test_no_move_at_or_above_the_ceiling(draw, media, logit):
    """The kernel works out the attitude below the ceiling only; above it no attitude can matter."""
    ceiling = adoption.evaluation_ceiling(0.06, media, 0.3)
    if draw >= ceiling:
        assert not adoption.takes_up(draw, ceiling, logit)
        assert not adoption.lapses(draw, ceiling, logit)


def test_return_coupon_waits_for_half_a_year_of_lapse():
    assert not adoption.has_return_coupon(26, 2_000, 26.0)
    assert adoption.has_return_coupon(27, 2_000, 26.0)
    assert not adoption.has_return_coupon(27, 0, 26.0)


def test_skill_and_habits_move_by_a_share_of_the_gap():
    assert learning.skill_after_week(0.5, 0.3, True, 0.06, 0.015) == pytest.approx(0.53)
    assert learning.skill_after_week(0.5, 0.3, False, 0.06, 0.015) == pytest.approx(0.3 + 0.2 * 0.985)
    assert learning.habit_after_week(0.5, 3, 4, 0.1) == pytest.approx(0.525)
    assert learning.habit_after_week(0.5, 0, 0, 0.1) == pytest.approx(0.45)
    assert learning.repetition_after_week(0.5, True, 0.1) == pytest.approx(0.55)
    assert learning.repetition_after_week(0.5, False, 0.1) == pytest.approx(0.45)


def test_attendance_frailty_keeps_early_attendance():
    """h_att of the people come 1/h_att times as often (A4), and distance decays by 1/e in ell."""
    rate = learning.attendance_probability(0.02, 0.4, 0.0, 5.0)
    assert 0.4 * rate == pytest.approx(0.02)
    assert learning.attendance_probability(0.02, 0.4, 5.0, 5.0) == pytest.approx(rate / math.e)


def test_skilled_users_do_not_come_for_help():
    assert learning.wants_help(True, False, 0.9, 0.6)
    assert learning.wants_help(True, True, 0.6, 0.6)
    assert not learning.wants_help(True, True, 0.61, 0.6)
    assert not learning.wants_help(False, False, 0.1, 0.6)


def test_seconds_at_the_till():
    p = default_params(seconds_electronic=12.0, seconds_unskilled=12.0, seconds_verification=8.0)
    assert payment.seconds_without_verification(0.5, 0.0, 0.0, p) == pytest.approx(18.0)
    assert payment.seconds_without_verification(0.5, 0.2, 0.5, p) == pytest.approx(18.0 * 0.9 * 0.85)
    assert payment.verification_seconds(0.5, p) == pytest.approx(6.0)


def test_a_payment_word_has_five_separate_fields():
    assert payment.payment_fields(np.uint64(2**64 - 1)) == (2**12 - 1, 2**11 - 1, 2**12 - 1, 2**10 - 1, 2**11 - 1)
    assert payment.payment_fields(np.uint64(1 << 12)) == (0, 1, 0, 0, 0)
    assert payment.payment_fields(np.uint64(1 << 23)) == (0, 0, 1, 0, 0)
    assert payment.payment_fields(np.uint64(1 << 35)) == (0, 0, 0, 1, 0)
    assert payment.payment_fields(np.uint64(1 << 45)) == (0, 0, 0, 0, 1)
    assert payment.payment_fields(np.uint64(1 << 56)) == (0, 0, 0, 0, 0)


def test_a_number_of_payments_is_its_column_or_the_alias():
    assert payment.rate_row(12.625) == 101
    bits = np.uint64((5 << 57) | (1_000 << 33))  # column 5, draw 1,000 of 2^24
    assert payment.number_field(bits) == 5
    assert payment.number_of_payments(bits, 1_001 << 8 | 9) == 5
    assert payment.number_of_payments(bits, 1_000 << 8 | 9) == 9


@pytest.mark.parametrize("rate", [0.3, 4.0, 12.0, 45.0])
def test_small_poisson_inverts_the_distribution(rate):
    inverses = np.zeros(payment.MAX_PAYMENTS + 1)
    inverses[1:] = 1.0 / np.arange(1, payment.MAX_PAYMENTS + 1)
    for draw in (0.0, 0.001, 0.37, 0.5, 0.9, 0.9999):
        assert payment.poisson_small(rate, draw, inverses) == stats.poisson.ppf(np.nextafter(draw, 1), rate)


@pytest.mark.parametrize("rate", [0.0, 0.7, 30.0, 800.0, 5_000.0])
def test_large_poisson_has_the_right_law(rate):
    """Chi-square of 20,000 evenly spread draws against the distribution; even spacing leaves no chance."""
    n = 20_000
    drawn = np.array([payment.poisson_large(rate, (k + 0.5) / n) for k in range(n)])
    assert drawn.mean() == pytest.approx(rate, abs=0.02 * math.sqrt(rate) + 1e-9)
    if rate:
        assert drawn.var() == pytest.approx(rate, rel=0.02)
        values, counts = np.unique(drawn, return_counts=True)
        assert np.abs(counts / n - stats.poisson.pmf(values, rate)).max() < 2.5 / n


@pytest.mark.parametrize("number", [0, 1, 5, 15, 16, 40, 3_000])
def test_log_factorial(number):
    assert payment.log_factorial(number) == pytest.approx(math.lgamma(number + 1), abs=1e-10, rel=1e-13)


@given(st.floats(1e-12, 1 - 1e-12))
def test_normal_quantile_agrees_with_scipy(value):
    assert trust.normal_quantile(value) == pytest.approx(float(ndtri(value)), abs=1e-8, rel=2e-9)


def test_incident_probability_of_odd_7_11():
    p = default_params(fraud_probability=2e-5, fraud_old_factor=1.5, fraud_unverified_factor=1.3)
    young = trust.incident_probability_per_payment(1, 0.5, 0.0, 0.0, p)
    assert young == pytest.approx(2e-5)
    old = trust.incident_probability_per_payment(3, 0.5, 0.5, 0.5, p)
    assert old == pytest.approx(2e-5 * 1.5 * 0.5 * 1.15)


@given(age=st.integers(0, 4), skill=share, unverified=share, n=st.integers(1, 200), draw=share)
def test_no_incident_above_the_bound(age, skill, unverified, n, draw):
    p = default_params()
    per_payment = trust.incident_probability_per_payment(age, skill, unverified, 0.0, p)
    if draw >= n * trust.incident_bound_per_payment(p):
        assert not trust.incident_happens(draw, per_payment, n)


def test_risk_jumps_and_reverts():
    assert trust.risk_jump(0.2, 0.6) == pytest.approx(0.68)
    assert trust.risk_after_week(0.68, 0.2, 0.06) == pytest.approx(0.2 + 0.48 * 0.94)
    assert trust.risk_target(0.4, 0.5, 1.0, 0.2) == pytest.approx(0.32)
    assert trust.risk_from_peers(0.2, 2, 0.08) == pytest.approx(0.2 + (1 - 0.92**2) * 0.8)


def test_five_outage_weeks_a_year_of_two_hours():
    p = default_params(outage_weeks_per_year=5.0, outage_median_hours=2.0, waking_hours_per_week=112.0)
    assert trust.outage_share(5.0 / 52.0, 0.5, 0.0, p) == 0.0
    assert trust.outage_share(0.0, 0.5, 0.0, p) == pytest.approx(2.0 / 112.0)
    assert trust.outage_share(0.0, 0.5, 0.5, p) == pytest.approx(1.0 / 112.0)


def test_merchant_benefit_is_cash_saved_plus_sales_not_lost_minus_fee():
    p = default_params(
        cash_handling_share=0.005, lost_sale_share=0.03, gross_margin_share=0.2, merchant_fee_share=0.0038
    )
    # 0.5 x 100 payments x 40 yuan x (0.005 + 0.006 - 0.0038)
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.0, 0.0, p) == pytest.approx(2_000 * 0.0072)
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.5, 0.0, p) == pytest.approx(2_000 * 0.0091)
    shock = default_params(
        cash_handling_share=0.005, lost_sale_share=0.03, gross_margin_share=0.2, merchant_fee_share=0.0038,
        cash_shock_merchants=0.05,
    )  # fmt: skip
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.0, 2.0, shock) == pytest.approx(2_000 * (0.0072 + 0.1 * 0.2))


def test_merchants_review_sooner_in_a_cash_shortage():
    p = default_params(merchant_review_rate=0.04, cash_shock_merchants=0.05)
    assert merchant.review_rate(0.0, p) == 0.04
    assert merchant.review_rate(2.0, p) == pytest.approx(0.08)


def test_readiness_of_amendment_a6():
    p = default_params(
        merchant_weight_asking=2.0, merchant_weight_benefit=1.0, merchant_weight_local=1.5, merchant_weight_staff=0.4,
        benefit_reference_yuan=20.0,
    )  # fmt: skip
    value = merchant.readiness(-4.0, 0.5, 0.3, 20.0, 0.4, 0.5, p)
    assert value == pytest.approx(-4.0 + 0.5 + 0.6 + math.asinh(1.0) + 0.6 + 0.2)


def test_rent_subsidy_lasts_52_weeks():
    assert merchant.subsidised_cost(20.0, 0.75, 51, 52.0) == pytest.approx(5.0)
    assert merchant.subsidised_cost(20.0, 0.75, 52, 52.0) == 20.0


def test_ask_share_is_smoothed_and_bounded():
    assert merchant.ask_share_after_week(0.35, 10.0, 20.0, 0.05) == pytest.approx(0.35 + 0.05 * 0.15)
    assert merchant.ask_share_after_week(0.35, 99.0, 20.0, 0.05) == pytest.approx(0.35 + 0.05 * 0.65)
    assert merchant.ask_share_after_week(0.4, 0.0, 0.0, 0.05) == pytest.approx(0.38)


def test_a_little_more_rate_gives_a_little_more_payments_on_the_same_draw():
    """Monotone in the rate: common random numbers hold for non-users' cash."""
    for draw in np.linspace(0.001, 0.999, 200):
        numbers = [payment.poisson_large(rate, draw) for rate in (495.0, 500.0, 505.0)]
        assert numbers == sorted(numbers)
        assert numbers[2] - numbers[0] <= 14  # 10 expected; the quantile's own spread does not change with the draw


@pytest.mark.parametrize("rate", [0.7, 30.0, 800.0])
def test_large_poisson_inverts_the_distribution(rate):
    for draw in (0.0005, 0.01, 0.37, 0.5, 0.9, 0.9995):
        assert payment.poisson_large(rate, draw) == stats.poisson.ppf(draw, rate)


def test_no_incident_above_the_bound_when_a_factor_lowers_the_risk():
    p = default_params(fraud_old_factor=0.0, fraud_unverified_factor=0.0)
    young = trust.incident_probability_per_payment(1, 0.0, 0.0, 0.0, p)
    assert young <= trust.incident_bound_per_payment(p)
