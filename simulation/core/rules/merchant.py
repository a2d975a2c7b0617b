"""Merchants: what customers ask for, what acceptance is worth, adoption and withdrawal (ODD 7.10; A5, A6)."""

import math

from simulation.core.codes import Sector
from simulation.core.jit import njit
from simulation.core.rules.adoption import logistic

FIRST_WITHDRAWING_SECTOR = int(Sector.RETAIL)  # public services and transport never withdraw (ODD 7.10)
INTERFACE_RENT_SHARE = 0.25  # share of the terminal's cost one interface instead of several saves (ODD 7.10)
SHOCK_REVIEW_FACTOR = 10.0  # a cash shortage makes merchants review sooner: nu (1 + 10 sigma_m L_shock) (A6)


@njit
def ask_share_after_week(ask_share, asks, expected_payments, smoothing):
    """Return the smoothed share of payments asked for electronically, q (ODD 7.10).

    q += a_q (min(1, asks / n_m) - q)
    """
    observed = min(1.0, asks / expected_payments) if expected_payments > 0.0 else 0.0
    return ask_share + smoothing * (observed - ask_share)


@njit
def terminal_cost(is_pos, interface_share, p):
    """Return the weekly cost of terminal and connection in yuan, before subsidy (ODD 7.10, A5).

    A POS costs its rent, a QR plate next to nothing; one interface instead of several saves a quarter.
    """
    cost = p.pos_rent_yuan_per_week if is_pos else p.qr_cost_yuan_per_week
    return cost * (1.0 - INTERFACE_RENT_SHARE * interface_share)


@njit
def gross_benefit(ask_share, expected_payments, mean_ticket_yuan, fee_subsidy_share, cash_shortage, p):
    """Return what acceptance is worth to a merchant in yuan a week, before the terminal (ODD 7.10, A6).

    net = q n_m vbar (kc + (phi + sigma_m L_shock) mar - fee (1 - L_feesub)): cash handling saved, sales not
    lost, fee paid.
    """
    lost_sales = p.lost_sale_share + p.cash_shock_merchants * cash_shortage
    per_yuan = (
        p.cash_handling_share + lost_sales * p.gross_margin_share - p.merchant_fee_share * (1.0 - fee_subsidy_share)
    )
    return ask_share * expected_payments * mean_ticket_yuan * per_yuan


@njit
def readiness(constant, taste, ask_share, benefit_yuan, local_acceptance, staff_share, p):
    """Return a merchant's readiness to accept, in logits (A6).

    gamma_s + g_q q + g_b asinh(benefit / Rref) + g_p y_z + g_t L_staff + zeta

    Parameters
    ----------
    constant : float
        Sector constant gamma[s], solved from the baseline.
    benefit_yuan : float
        Weekly benefit net of fee and of the terminal as the merchant would pay it.
    local_acceptance : float
        Payment-weighted acceptance in the zone, y_z in [0, 1].
    """
    return (
        constant
        + p.merchant_weight_asking * ask_share
        + p.merchant_weight_benefit * math.asinh(benefit_yuan / p.benefit_reference_yuan)
        + p.merchant_weight_local * local_acceptance
        + p.merchant_weight_staff * staff_share
        + taste
    )


@njit
def review_rate(cash_shortage, p):
    """Return the weekly chance that a merchant who does not accept reconsiders (ODD 7.10, A6)."""
    return min(1.0, p.merchant_review_rate * (1.0 + SHOCK_REVIEW_FACTOR * p.cash_shock_merchants * cash_shortage))


@njit
def starts_accepting(draw, rate, ready):
    """Return whether a merchant starts to accept: u < nu Lam(readiness) (ODD 7.10)."""
    return draw < rate * logistic(ready)


@njit
def stops_accepting(draw, ready, p):
    """Return whether a merchant withdraws: u < nu_d Lam(-readiness - g_s) (ODD 7.10)."""
    return draw < p.merchant_withdrawal_rate * logistic(-ready - p.merchant_inertia)


@njit
def subsidised_cost(cost_yuan, subsidy_share, weeks_accepting, subsidy_weeks):
    """Return what an accepting merchant pays for the terminal: subsidised while accw < 52 (ODD 7.10, 11)."""
    if weeks_accepting < subsidy_weeks:
        return cost_yuan * (1.0 - subsidy_share)
    return cost_yuan
