"""Coefficients as the rules take them: a flat tuple of floats, or a record of the same names.

Names, units, ranges and sources stand in `scenario/behaviour.py`, whose fields carry these names.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import JIT_DISABLED, njit


class Params(NamedTuple):
    """All behavioural coefficients; the comment gives the ODD symbol."""

    awareness_external: float  # p_a
    awareness_word_of_mouth: float  # q_a
    awareness_media: float  # m_a
    word_of_mouth_weeks: float  # wom_win
    mean_field_share: float  # mix
    access_hazard: float  # lam_d
    access_peer_hazard: float  # q_d
    access_help_probability: float  # a_help
    access_face_probability: float  # a_face
    learning_by_doing: float  # eta_u
    learning_peer: float  # eta_p
    peer_help_rate: float  # pi_p
    learning_training: float  # eta_T
    learning_kiosk: float  # eta_K
    forgetting: float  # del_k
    training_risk_relief: float  # kap_T
    training_attendance: float  # pi_T
    kiosk_attendance: float  # pi_K
    help_distance_km: float  # ell
    help_skill_ceiling: float  # users above this skill do not come
    attends_help_share: float  # h_att
    first_use_training: float  # pi1_T
    first_use_kiosk: float  # pi1_K
    learning_class: float  # eta_C
    class_attendance: float  # pi_C
    first_use_class: float  # pi1_C
    child_help_rate: float  # pi_kin
    child_account_probability: float  # a_kin
    first_use_child: float  # pi1_kin
    child_payment_share: float  # s_prx, share of a parent's payments the child makes
    person_payments_ratio: float  # lamP / lam
    person_ticket_yuan: float
    risk_reversion: float  # del_r
    risk_own_incident: float  # s_own
    risk_peer_incident: float  # s_nb
    risk_outage: float  # s_out
    risk_decline: float  # s_dec
    settlement_share: float  # rho_H
    settled_risk_share: float  # 0.25 of ODD 7.11
    lapse_after_incident: float  # s_ab
    structural_assurance: float  # k_S
    trial_rate: float  # mu
    return_rate: float  # mu_R
    media_trial: float  # psi
    weight_usefulness: float  # b_u
    weight_peers: float  # b_n
    weight_effort: float  # b_e
    weight_risk: float  # b_r
    weight_incentive: float  # b_c
    weight_cash_preference: float  # b_pc
    taste_sd: float  # sigma_xi
    lapse_early: float  # lam_L
    lapse_late: float  # lam_0
    habit_rate: float  # eta_h
    method_constant: float  # c_0
    method_habit: float  # c_H
    method_scale: float  # rho
    method_time: float  # c_T
    method_incentive: float  # c_c
    regular_share: float  # om
    seconds_cash: float  # T_c
    seconds_electronic: float  # T_e
    seconds_verification: float  # T_v
    seconds_unskilled: float  # T_k
    seconds_old_device: float  # T_old
    seconds_biometric: float  # T_bio, added to the verification step at full biometric dose
    cash_seconds_small: float  # times T_c
    cash_seconds_large: float  # times T_c
    old_device_failure: float  # f_old_dev
    fraud_probability: float  # f_0
    fraud_old_factor: float  # f_old
    fraud_unverified_factor: float  # f_nv
    fraud_loss_median_yuan: float
    fraud_loss_sigma: float
    coupon_return_weeks: float  # coup_win
    cashback_weeks: float  # 8
    merchant_review_rate: float  # nu
    merchant_withdrawal_rate: float  # nu_d
    merchant_weight_benefit: float  # g_b
    merchant_weight_local: float  # g_p
    merchant_weight_staff: float  # g_t
    merchant_weight_asking: float  # g_q
    merchant_inertia: float  # g_s
    workshop_attendance: float  # pi_W
    staff_turnover: float  # del_W
    staff_failure_relief: float  # s_Wf
    staff_fraud_relief: float  # s_Wr
    interface_join_rate: float  # j_I
    service_constant: float  # gamma_I
    service_review_rate: float  # nu_I
    service_gain_share: float  # s_I
    service_price_yuan_per_week: float  # R_I
    merchant_readiness_sd: float  # sigma_zeta
    benefit_reference_yuan: float  # Rref
    cash_handling_share: float  # kc
    lost_sale_share: float  # phi
    gross_margin_share: float  # mar
    merchant_fee_share: float  # fee
    pos_rent_yuan_per_week: float  # R0
    qr_cost_yuan_per_week: float  # QR plate and sound box
    rent_subsidy_weeks: float  # 52
    ask_smoothing: float  # a_q
    cash_shock_merchants: float  # sigma_m
    outage_weeks_per_year: float
    outage_median_hours: float
    outage_sigma: float
    waking_hours_per_week: float
    ticket_sigma: float


RECORD = np.dtype([(name, np.float64) for name in Params._fields])


def packed(p: Params) -> NDArray[Any]:
    """Return coefficients as an array of one record, structured array of shape (1,).

    A compiled function that is called from outside looks at every element of a tuple, 8 us for this one, but at an
    array as a whole. Kernels take the array and `unpack` it; rules read either by the same names.
    """
    return np.array([tuple(p)], RECORD)


if JIT_DISABLED:

    def unpack(coefficients):  # type: ignore[no-untyped-def]
        """Return the record of an array from `packed`."""
        return Params(*coefficients[0])
else:

    @njit
    def unpack(coefficients):  # type: ignore[no-untyped-def]
        """Return the record of an array from `packed`."""
        return coefficients[0]
