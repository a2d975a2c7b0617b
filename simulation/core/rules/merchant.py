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

    R = R0 (1 - 0.25 L_fric): a POS costs its rent, a QR plate next to nothing; a merchant on the unified
    interface saves, others (interface_share 0) do not.
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
def readiness(constant, taste, ask_share, benefit_yuan, local_acceptance, is_trained, p):
    """Return a merchant's readiness to accept, in logits (A6, P4).

    gamma_s + g_q q + g_b asinh(benefit / Rref) + g_p y_z + g_t trained + zeta

    Parameters
    ----------
    constant : float
        Sector constant gamma[s], solved from the baseline.
    benefit_yuan : float
        Weekly benefit net of fee and of the terminal as the merchant would pay it.
    local_acceptance : float
        Payment-weighted acceptance in the zone, y_z in [0, 1].
    is_trained : float
        1 where the staff went to a workshop.
    """
    return (
        constant
        + p.merchant_weight_asking * ask_share
        + p.merchant_weight_benefit * math.asinh(benefit_yuan / p.benefit_reference_yuan)
        + p.merchant_weight_local * local_acceptance
        + p.merchant_weight_staff * is_trained
        + taste
    )


@njit
def review_rate(cash_shortage, is_visited, p):
    """Return the weekly chance that a merchant who does not accept reconsiders (ODD 7.10, A6; R3).

    min(1, nu (1 + 10 sigma_m L_shock)); whoever the acceptance drive visits decides in that week
    """
    if is_visited:
        return 1.0
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


@njit
def is_mandated(sector):
    """Return whether the acceptance drive directs a sector: public services and transport; others are visited (R3)."""
    return sector < FIRST_WITHDRAWING_SECTOR


@njit
def is_drawn(draw, probability):
    """Return whether something that happens with a weekly probability happens: u < P."""
    return draw < probability


@njit
def service_gain(expected_payments, mean_ticket_yuan, subsidy_share, p):
    """Return what integrated services bring a merchant, net of their price, yuan a week (T9).

    s_I n_m vbar mar - R_I (1 - subsidy): the margin on turnover they add, less the subscription
    """
    margin = p.service_gain_share * expected_payments * mean_ticket_yuan * p.gross_margin_share
    return margin - p.service_price_yuan_per_week * (1.0 - subsidy_share)


@njit
def service_readiness(gain_yuan, p):
    """Return a merchant's readiness for integrated services, logits (T9): gamma_I + g_b asinh(gain / Rref)."""
    return p.service_constant + p.merchant_weight_benefit * math.asinh(gain_yuan / p.benefit_reference_yuan)


@njit
def takes_service(draw, ready, p):
    """Return whether an accepting merchant subscribes to integrated services: u < nu_I Lam(readiness) (T9)."""
    return draw < p.service_review_rate * logistic(ready)


@njit
def drops_service(draw, ready, p):
    """Return whether a merchant gives integrated services up: u < nu_I Lam(-readiness - g_s) (T9)."""
    return draw < p.service_review_rate * logistic(-ready - p.merchant_inertia)


@njit
def service_benefit(has_service, is_offered, gain_yuan):
    """Return what integrated services add to the benefit of accepting, yuan a week (T9).

    The gain where they are used; where they are only on offer, the gain if there is one.
    """
    if has_service:
        return gain_yuan
    return max(0.0, gain_yuan) if is_offered else 0.0
