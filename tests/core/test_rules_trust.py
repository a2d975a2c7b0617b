"""Fraud, outages and perceived risk against arithmetic done by hand (from the equations in MODEL.md)."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from simulation.core.rules import trust
from tests.worlds import default_params

share = st.floats(0.0, 1.0)
USUAL, NO_STAFF, NO_CONTROL = 1.0, 0.0, 0.0


def test_incident_probability_of_odd_7_11():
    p = default_params(fraud_probability=2e-5, fraud_old_factor=1.5, fraud_unverified_factor=1.3)
    young = trust.incident_probability_per_payment(1, 0.5, 0.0, NO_CONTROL, USUAL, NO_STAFF, p)
    assert young == pytest.approx(2e-5)
    old = trust.incident_probability_per_payment(3, 0.5, 0.5, 0.5, USUAL, NO_STAFF, p)
    assert old == pytest.approx(2e-5 * 1.5 * 0.5 * 1.15)
    unskilled = trust.incident_probability_per_payment(1, 0.0, 0.0, NO_CONTROL, USUAL, NO_STAFF, p)
    assert unskilled == pytest.approx(3e-5)


def test_a_wave_multiplies_attacks_and_trained_staff_prevents_some():
    """1 - 0.2 x 0.5 of incidents are left where half of the expected payments are made at trained merchants (P4)."""
    p = default_params(fraud_probability=2e-5, staff_fraud_relief=0.2)
    wave = trust.incident_probability_per_payment(1, 0.5, 0.0, NO_CONTROL, 5.0, NO_STAFF, p)
    assert wave == pytest.approx(1e-4)
    prevented = trust.incident_probability_per_payment(1, 0.5, 0.0, NO_CONTROL, 5.0, 0.5, p)
    assert prevented == pytest.approx(0.9e-4)
    certain = trust.incident_probability_per_payment(1, 0.0, 1.0, NO_CONTROL, 1e6, NO_STAFF, p)
    assert certain == 1.0


@given(
    age=st.integers(0, 4), skill=share, unverified=share, n=st.integers(1, 200), draw=share, control=share, staff=share,
    wave=st.floats(0.0, 1e5),
)  # fmt: skip
@settings(deadline=None)  # the first example compiles
def test_no_incident_above_the_bound(age, skill, unverified, n, draw, control, staff, wave):
    p = default_params()
    per_payment = trust.incident_probability_per_payment(age, skill, unverified, control, wave, staff, p)
    if draw >= n * trust.incident_bound_per_payment(wave, p):
        assert not trust.incident_happens(draw, per_payment, n)


def test_no_incident_above_the_bound_when_a_factor_lowers_the_risk():
    p = default_params(fraud_old_factor=0.0, fraud_unverified_factor=0.0)
    young = trust.incident_probability_per_payment(1, 0.0, 0.0, NO_CONTROL, USUAL, NO_STAFF, p)
    assert young <= trust.incident_bound_per_payment(USUAL, p)


def test_one_of_two_payments_going_wrong_is_an_incident():
    # 1 - 0.9^2 = 0.19
    assert trust.incident_happens(0.189, 0.1, 2)
    assert not trust.incident_happens(0.191, 0.1, 2)


def test_a_hotline_settles_its_share():
    assert trust.settlement_probability(0.6, 0.5) == pytest.approx(0.3)


def test_risk_jumps_and_reverts():
    assert trust.risk_jump(0.2, 0.6) == pytest.approx(0.68)
    assert trust.risk_after_week(0.68, 0.2, 0.06) == pytest.approx(0.2 + 0.48 * 0.94)
    assert trust.risk_target(0.4, 0.5, 1.0, 0.2) == pytest.approx(0.32)
    assert trust.risk_from_peers(0.2, 2, 0.08) == pytest.approx(0.2 + (1 - 0.92**2) * 0.8)


def test_a_failed_payment_alarms_more_in_an_outage():
    p = default_params(risk_outage=0.1, risk_decline=0.02)
    assert trust.failure_jump(0.01, p) == 0.1
    assert trust.failure_jump(0.0, p) == 0.02


@given(st.floats(1e-12, 1 - 1e-12))
@settings(deadline=None)  # the first example compiles
def test_normal_quantile_agrees_with_scipy(value):
    assert trust.normal_quantile(value) == pytest.approx(float(ndtri(value)), abs=1e-8, rel=2e-9)


def test_half_of_all_losses_lie_below_the_median():
    assert trust.lognormal(420.0, 1.0, 0.5) == pytest.approx(420.0)
    assert trust.lognormal(420.0, 0.5, 0.8413447460685429) == pytest.approx(420.0 * math.exp(0.5))
    assert 0.0 < trust.lognormal(420.0, 1.0, 0.0) < 1.0


def test_five_outage_weeks_a_year_of_two_hours():
    p = default_params(outage_weeks_per_year=5.0, outage_median_hours=2.0, waking_hours_per_week=112.0)
    assert trust.outage_share(5.0 / 52.0, 0.5, 0.0, 0.0, p) == 0.0
    assert trust.outage_share(0.0, 0.5, 0.0, 0.0, p) == pytest.approx(2.0 / 112.0)
    assert trust.outage_share(0.0, 0.5, 0.0, 0.5, p) == pytest.approx(1.0 / 112.0)


def test_an_event_takes_its_share_beside_the_usual_outage_and_the_response_saves_of_both():
    p = default_params(outage_weeks_per_year=5.0, outage_median_hours=28.0, waking_hours_per_week=112.0)
    assert trust.outage_share(0.9, 0.5, 0.4, 0.0, p) == pytest.approx(0.4)
    # a quarter of the week lost, then four tenths of the rest: 1 - 0.75 x 0.6
    assert trust.outage_share(0.0, 0.5, 0.4, 0.0, p) == pytest.approx(0.55)
    assert trust.outage_share(0.0, 0.5, 0.4, 0.5, p) == pytest.approx(0.275)
    endless = p._replace(outage_median_hours=1e6)
    assert trust.outage_share(0.0, 0.5, 0.0, 0.0, endless) == 1.0
