"""How many payments, how, how fast: against arithmetic done by hand (from the equations in MODEL.md)."""

import math

import numpy as np
import pytest
from scipy import stats

from simulation.core.rules import payment
from tests.worlds import default_params


def test_a_payment_word_has_five_separate_fields():
    assert payment.payment_fields(np.uint64(2**64 - 1)) == (2**12 - 1, 2**11 - 1, 2**12 - 1, 2**10 - 1, 2**11 - 1)
    assert payment.payment_fields(np.uint64(1 << 12)) == (0, 1, 0, 0, 0)
    assert payment.payment_fields(np.uint64(1 << 23)) == (0, 0, 1, 0, 0)
    assert payment.payment_fields(np.uint64(1 << 35)) == (0, 0, 0, 1, 0)
    assert payment.payment_fields(np.uint64(1 << 45)) == (0, 0, 0, 0, 1)
    assert payment.payment_fields(np.uint64(1 << 56)) == (0, 0, 0, 0, 0)


def test_a_word_holds_three_payments_to_people_of_two_fields_each():
    """Amendment A9: 11 bits who, 10 bits whether it is asked for; the last bit of 64 is left over."""
    for ordinal in range(3):
        assert payment.person_fields(np.uint64(2**64 - 1), ordinal) == (2**11 - 1, 2**10 - 1)
        assert payment.person_fields(np.uint64(1 << 21 * ordinal), ordinal) == (1, 0)
        assert payment.person_fields(np.uint64(1 << 21 * ordinal + 11), ordinal) == (0, 1)
        assert payment.person_fields(np.uint64(1 << 21 * (ordinal + 1)), ordinal) == (0, 0)


def test_a_threshold_is_the_share_of_a_fields_values():
    assert payment.threshold(0.25, 2048) == 512
    assert payment.threshold(0.0, 2048) == 0
    assert payment.threshold(1.0, 2048) == 2048


def test_a_payer_who_reaches_half_of_a_quarter_of_merchants_reaches_an_eighth():
    """In 2048ths, rounded up: whoever reaches all meets acceptance as it is, whoever reaches none nothing."""
    n_reached = {
        (accepting, channel): sum(payment.is_reached(draw, accepting, channel) for draw in range(2048))
        for accepting, channel in ((512, 1024), (1, 1), (512, 2048), (512, 0))
    }
    assert list(n_reached.values()) == [256, 1, 512, 0]


def test_slow_networks_and_old_devices_add_seconds_that_work_on_them_takes_away():
    p = default_params(seconds_old_device=3.0)
    assert payment.friction_seconds(1.5, 0.0, 0.0, p) == 1.5
    assert payment.friction_seconds(1.5, 1.0, 0.0, p) == 4.5
    assert payment.friction_seconds(1.5, 1.0, 0.5, p) == 2.25


def test_attempts_fail_in_outages_or_else_on_a_weak_network_or_an_old_device():
    p = default_params(old_device_failure=0.02, staff_failure_relief=0.3)
    assert payment.failure_share(0.1, 0.0, 0.0, 0.0, 0.0, p) == pytest.approx(0.1)
    assert payment.failure_share(0.0, 0.03, 1.0, 0.0, 0.0, p) == pytest.approx(0.05)
    # 1 - 0.9 x (1 - 0.05)
    assert payment.failure_share(0.1, 0.03, 1.0, 0.0, 0.0, p) == pytest.approx(0.145)
    # half of the declines by work on them, 0.3 of the rest by staff that is trained everywhere
    assert payment.failure_share(0.0, 0.03, 1.0, 0.5, 1.0, p) == pytest.approx(0.05 * 0.5 * 0.7)
    assert payment.failure_share(0.0, 0.99, 1.0, 0.0, 0.0, default_params(old_device_failure=0.5)) == 1.0


def test_seconds_at_the_till():
    p = default_params(seconds_electronic=12.0, seconds_unskilled=12.0, seconds_verification=8.0)
    assert payment.seconds_without_verification(0.5, 0.0, 0.0, 0.0, p) == pytest.approx(18.0)
    assert payment.seconds_without_verification(0.5, 0.2, 0.5, 0.0, p) == pytest.approx(18.0 * 0.9 * 0.85)
    assert payment.seconds_without_verification(0.5, 0.2, 0.5, 2.0, p) == pytest.approx(18.0 * 0.9 * 0.85 + 2.0)
    assert payment.verification_seconds(0.5, 0.0, p) == pytest.approx(6.0)


def test_biometrics_shorten_the_verification_step_in_proportion_to_the_dose():
    """S5: T_bio = -3 s at the full dose of 0.5 and above it; the step never takes less than no time."""
    p = default_params(seconds_verification=8.0, seconds_biometric=-3.0)
    assert payment.verification_seconds(0.0, 0.25, p) == pytest.approx(6.5)
    assert payment.verification_seconds(0.0, 0.5, p) == pytest.approx(5.0)
    assert payment.verification_seconds(0.0, 0.7, p) == pytest.approx(5.0)
    assert payment.verification_seconds(1.0, 0.5, p._replace(seconds_biometric=-5.0)) == 0.0


def test_seconds_are_summed_as_whole_milliseconds():
    assert payment.milliseconds(18.0004) == 18_000
    assert payment.milliseconds(18.0006) == 18_001


def test_the_wish_to_pay_electronically_adds_its_terms():
    p = default_params(
        method_constant=0.1, method_habit=2.3, method_scale=0.5, weight_effort=2.4, weight_risk=1.6,
        weight_cash_preference=2.5, method_incentive=1.0,
    )  # fmt: skip
    value = payment.method_base(0.5, 0.5, 0.2, 0.0, 0, 0.0, p)
    assert value == pytest.approx(0.1 + 1.15 - 0.5 * (1.2 + 0.32))
    assert payment.method_base(0.5, 0.5, 0.2, 1.0, 0, 0.0, p) == pytest.approx(value - 1.25)
    pull = payment.method_pull(1_000, p)  # ten yuan
    assert payment.method_base(0.5, 0.5, 0.2, 0.0, pull, 0.0, p) == pytest.approx(value + math.log(2.0))
    assert payment.method_base(0.5, 0.5, 0.2, 0.0, 0, 2.5, p) == pytest.approx(value + 2.5)


def test_ten_seconds_saved_at_the_till_pull_as_the_weight_of_time():
    p = default_params(method_time=0.35, seconds_cash=18.1)
    assert payment.ask_logit(0.4, 8.1, p) == pytest.approx(0.75)
    assert payment.ask_logit(0.4, 28.1, p) == pytest.approx(0.05)


def test_a_number_of_payments_is_its_column_or_the_alias():
    assert payment.rate_row(12.625, np.uint64(2**64 - 1)) == payment.rate_row(12.625, np.uint64(0)) == 101
    bits = np.uint64((5 << 57) | (1_000 << 33))  # column 5, draw 1,000 of 2^24
    assert payment.number_field(bits) == 5
    assert payment.number_of_payments(bits, 1_001 << 8 | 9) == 5
    assert payment.number_of_payments(bits, 1_000 << 8 | 9) == 9


def test_a_rate_between_two_rows_goes_to_either_in_proportion():
    """0.03125 a week is a quarter of the first row: a quarter of the values of 32 bits leads there, the rest to 0."""
    below, above = np.uint64(3 * 2**30 - 1), np.uint64(3 * 2**30)
    assert payment.rate_row(0.03125, below) == 0
    assert payment.rate_row(0.03125, above) == 1


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


@pytest.mark.parametrize("rate", [0.7, 30.0, 800.0])
def test_large_poisson_inverts_the_distribution(rate):
    for draw in (0.0005, 0.01, 0.37, 0.5, 0.9, 0.9995):
        assert payment.poisson_large(rate, draw) == stats.poisson.ppf(draw, rate)


def test_a_little_more_rate_gives_a_little_more_payments_on_the_same_draw():
    """Monotone in the rate: common random numbers hold for non-users' cash."""
    for draw in np.linspace(0.001, 0.999, 200):
        numbers = [payment.poisson_large(rate, draw) for rate in (495.0, 500.0, 505.0)]
        assert numbers == sorted(numbers)
        assert numbers[2] - numbers[0] <= 14  # 10 expected; the quantile's own spread does not change with the draw


@pytest.mark.parametrize("number", [0, 1, 5, 15, 16, 40, 3_000])
def test_log_factorial(number):
    assert payment.log_factorial(number) == pytest.approx(math.lgamma(number + 1), abs=1e-10, rel=1e-13)
