"""What people answer when asked: how content users are, why others do not pay electronically (ODD 7.13; plan E2)."""

import math
from typing import NamedTuple

import numpy as np

from simulation.core.jit import njit
from simulation.core.reasons import N_REASONS, Reason
from simulation.core.rng import nth_bits, to_uniform
from simulation.core.rules.adoption import logistic

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
SMALLEST_DRAW = 5.551115123125783e-17  # 2^-54: keeps a draw off 0, whose logarithm there is none of

UNAWARE, NO_ACCESS, SKILL = int(Reason.UNAWARE), int(Reason.NO_ACCESS), int(Reason.SKILL)
TRUST, NOT_ACCEPTED = int(Reason.TRUST), int(Reason.NOT_ACCEPTED)
PREFERS_CASH, NOTHING_TO_GAIN = int(Reason.PREFERS_CASH), int(Reason.NOTHING_TO_GAIN)


class Questionnaire(NamedTuple):
    """How answers follow from what people experience; values, ranges and sources: `scenario/adjustment.py`."""

    satisfaction_constant: float
    satisfaction_usefulness_reference: float
    satisfaction_risk_reference: float
    satisfaction_sd: float
    reason_unaware: float
    reason_no_access: float
    reason_nothing_to_gain: float
    reason_noise: float


@njit
def satisfaction(usefulness, effort_felt, risk, noise, p, q):
    """Return how content a user is, 1 to 5 (ODD 7.13).

    score = round(1 + 4 Lam(s_0 + b_u (U - U_s) - b_e E - b_r (r - r_s) + sigma_s z))

    Parameters
    ----------
    usefulness : float
        U, the share of one's own payments that could be electronic.
    effort_felt, risk : float
        E and r, both in [0, 1].
    noise : float
        z, a standard normal draw.
    p : Params
        Weights of the attitude.
    q : Questionnaire
        s_0, U_s, r_s and sigma_s.
    """
    content = (
        q.satisfaction_constant
        + p.weight_usefulness * (usefulness - q.satisfaction_usefulness_reference)
        - p.weight_effort * effort_felt
        - p.weight_risk * (risk - q.satisfaction_risk_reference)
        + q.satisfaction_sd * noise
    )
    return int(LOWEST_SCORE + (HIGHEST_SCORE - LOWEST_SCORE) * logistic(content) + 0.5)


@njit
def deficit(reason, aware, has_access, effort_felt, risk, usefulness, prefers_cash, taste, p, q):
    """Return how much one reason keeps somebody from paying electronically, D in logits (**Assumption**).

    Where the attitude has a term, the deficit is what that term takes away (b_e E, b_r r, b_u (1 - U), b_pc pc);
    who does not know the service, or lacks device or account, has a fixed deficit; that there is nothing to gain is
    d_0 - xi, so that it is named by those whom the innovation as such attracts least.
    """
    if reason == UNAWARE:
        return q.reason_unaware * (1.0 - aware)
    if reason == NO_ACCESS:
        return q.reason_no_access * (1.0 - has_access)
    if reason == SKILL:
        return p.weight_effort * effort_felt
    if reason == TRUST:
        return p.weight_risk * risk
    if reason == NOT_ACCEPTED:
        return p.weight_usefulness * (1.0 - usefulness)
    if reason == PREFERS_CASH:
        return p.weight_cash_preference * prefers_cash
    return q.reason_nothing_to_gain - taste


@njit
def main_reason(bits, aware, has_access, effort_felt, risk, usefulness, prefers_cash, taste, p, q):
    """Return the reason a non-user names: the largest of D_k + s g_k, g_k Gumbel (**Assumption**).

    In other words a logit choice among the reasons: P(k) = exp(D_k / s) / sum_j exp(D_j / s).

    Parameters
    ----------
    bits : uint64
        64 random bits of this person and quarter; each reason's noise is read off a word of its own.
    aware, has_access, prefers_cash : float
        0 or 1; access is a device and an account.
    effort_felt, risk, usefulness, taste : float
        E, r, U and xi.
    """
    best, largest = 0, -math.inf
    for reason in range(N_REASONS):
        draw = max(to_uniform(nth_bits(bits, reason)), SMALLEST_DRAW)
        value = deficit(
            reason, aware, has_access, effort_felt, risk, usefulness, prefers_cash, taste, p, q
        ) - q.reason_noise * math.log(-math.log(draw))
        if value > largest:
            best, largest = reason, value
    return np.int64(best)
