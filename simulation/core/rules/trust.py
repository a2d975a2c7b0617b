"""Fraud incidents, outages and perceived risk (ODD 7.11)."""

import math

from simulation.core.codes import WEEKS_PER_YEAR
from simulation.core.jit import njit
from simulation.core.rules.adoption import FIRST_OLD_AGE
from simulation.core.rules.payment import FULL_FRAUD_CONTROL

SKILL_EXPOSURE = 1.5  # pf falls in (1.5 - k): the unskilled are hit up to three times as often (ODD 7.11)


@njit
def incident_probability_per_payment(age, skill, unverified_share, fraud_control_share, fraud_factor, staff_share, p):
    """Return the chance that one electronic payment goes wrong (ODD 7.11; P4).

    pf = f_0 wave (f_old if 60+)(1.5 - k)(1 - L_fraud)(1 - s_Wr L_staff)(1 + (f_nv - 1) share without verification)
    """
    old = p.fraud_old_factor if age >= FIRST_OLD_AGE else 1.0
    unverified = 1.0 + (p.fraud_unverified_factor - 1.0) * unverified_share
    attacks = min(1.0, p.fraud_probability * fraud_factor) * old * (SKILL_EXPOSURE - skill)
    prevented = (1.0 - fraud_control_share) * (1.0 - p.staff_fraud_relief * staff_share)
    return min(1.0, attacks * prevented * unverified)


@njit
def incident_bound_per_payment(fraud_factor, p):
    """Return a bound no citizen's incident probability per payment passes; draws above n_e x bound are safe."""
    old, unverified = max(1.0, p.fraud_old_factor), max(1.0, p.fraud_unverified_factor)
    return min(1.0, p.fraud_probability * fraud_factor) * old * SKILL_EXPOSURE * unverified


@njit
def incident_happens(draw, per_payment, n_electronic):
    """Return whether at least one of the week's payments goes wrong: u < 1 - (1 - pf)^n_e (ODD 7.11)."""
    return draw < 1.0 - math.pow(1.0 - per_payment, n_electronic)


@njit
def settlement_probability(settlement_share, hotline_share):
    """Return the chance that an incident is settled within the week: rho_H L_hot (ODD 7.11)."""
    return settlement_share * hotline_share


@njit
def risk_jump(risk, size):
    """Return perceived risk after an event: r += s (1 - r) (ODD 7.11)."""
    return risk + size * (1.0 - risk)


@njit
def failure_jump(outage_share, p):
    """Return how far a week with failed payments raises perceived risk: s_out in an outage, else s_dec (ODD 7.11)."""
    return p.risk_outage if outage_share > 0.0 else p.risk_decline


@njit
def risk_target(baseline, fraud_control_share, hotline_share, assurance):
    """Return the level risk reverts to (structural assurance; ODD 7.11).

    rt = r0 (1 - k_S (L_fraud / 0.5 + L_hot) / 2)
    """
    return baseline * (1.0 - assurance * (fraud_control_share / FULL_FRAUD_CONTROL + hotline_share) / 2.0)


@njit
def risk_after_week(risk, target, reversion):
    """Return perceived risk after a week of calm: rt + (r - rt)(1 - del_r) (ODD 7.11)."""
    return target + (risk - target) * (1.0 - reversion)


@njit
def risk_from_peers(risk, n_incident_peers, per_peer):
    """Return perceived risk after hearing of others' incidents: r += (1 - (1 - s_nb)^n)(1 - r) (ODD 7.11)."""
    return risk + (1.0 - math.pow(1.0 - per_peer, n_incident_peers)) * (1.0 - risk)


@njit
def normal_quantile(share):
    """Return the standard normal quantile of a share in (0, 1).

    Rational approximation of Acklam (2003, relative error below 1.2e-9); used for lognormal draws inside
    rules, where SciPy cannot be called.
    """
    low, high = 0.02425, 1.0 - 0.02425
    if share < low:
        q = math.sqrt(-2.0 * math.log(share))
        return _tail(q)
    if share > high:
        q = math.sqrt(-2.0 * math.log(1.0 - share))
        return -_tail(q)
    q = share - 0.5
    r = q * q
    top = -3.969683028665376e01
    for c in (2.209460984245205e02, -2.759285104469687e02, 1.383577518672690e02):
        top = top * r + c
    for c in (-3.066479806614716e01, 2.506628277459239):
        top = top * r + c
    bottom = -5.447609879822406e01
    for c in (1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01, 1.0):
        bottom = bottom * r + c
    return top * q / bottom


@njit
def _tail(q):
    """Return the quantile in the lower tail, q = sqrt(-2 ln share)."""
    top = -7.784894002430293e-03
    for c in (-3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783):
        top = top * q + c
    bottom = 7.784695709041462e-03
    for c in (3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1.0):
        bottom = bottom * q + c
    return top / bottom


@njit
def lognormal(median, sigma, draw):
    """Return the lognormal value at a uniform draw; the draw is kept off 0 by 2^-54."""
    return median * math.exp(sigma * normal_quantile(max(draw, 5.551115123125783e-17)))


@njit
def outage_share(event_draw, hours_draw, event_share, response_share, p):
    """Return the share of the week's electronic attempts that fail everywhere (ODD 7.11; R5).

    With probability outages a year / 52 the week has one, of lognormal hours out of the waking hours; beside
    it a scenario's event may take a share of the week. The response lever saves `response_share` of either
    (0.5 where it is on).
    """
    lost = 0.0
    if event_draw < p.outage_weeks_per_year / WEEKS_PER_YEAR:
        hours = lognormal(p.outage_median_hours, p.outage_sigma, hours_draw)
        lost = min(1.0, hours / p.waking_hours_per_week)
    return (1.0 - (1.0 - lost) * (1.0 - event_share)) * (1.0 - response_share)
