"""Awareness, access, attitude and the moves between NEVER, USER and LAPSED (ODD 7.1-7.3, 7.6; A7, A8)."""

import math

from simulation.core.codes import FEN_PER_YUAN, Age, HelpKind
from simulation.core.exponential import exponential
from simulation.core.jit import njit

# ln(1 + yuan/10): ten yuan is where the incentive's curve bends (ODD 7.6)
INCENTIVE_SCALE_FEN = 10.0 * FEN_PER_YUAN
FIRST_OLD_AGE = int(Age.A60_74)
TRAINING, KIOSK, CLASS = int(HelpKind.TRAINING), int(HelpKind.KIOSK), int(HelpKind.CLASS)
CHILD, PHONE = int(HelpKind.CHILD), int(HelpKind.PHONE)


@njit
def logistic(value):
    """Return Lam(v) = 1 / (1 + e^-v)."""
    return 1.0 / (1.0 + exponential(-value))


@njit
def share_among_ties(n_user_peers, n_peers):
    """Return the share of ties who use the service, xa in [0, 1] (ODD 7.1, A9); no ties count as no users.

    Parameters
    ----------
    n_user_peers, n_peers : int
        Ties whose word of mouth carries, and all ties.
    """
    return n_user_peers / n_peers if n_peers > 0 else 0.0


@njit
def peer_share(among_ties, user_share, mean_field_share):
    """Return the share of others who use the service, x in [0, 1] (ODD 7.1).

    x = (1 - mix) xa + mix x users / population

    Parameters
    ----------
    among_ties : float
        Users among ties, xa.
    user_share : float
        Users among all citizens at last week's end.
    mean_field_share : float
        Weight of the population signal (a structural switch for the Bass limit).
    """
    return (1.0 - mean_field_share) * among_ties + mean_field_share * user_share


@njit
def expected_acceptance(regular_share, regular_accepts, pool_acceptance):
    """Return the chance that a payment in one sector could be electronic (a term of U, ODD 7.1)."""
    return regular_share * regular_accepts + (1.0 - regular_share) * pool_acceptance


@njit
def overall_usefulness(at_tills, user_peer_share, person_payments_ratio):
    """Return U with payments between people (A9): (1 - wP) U + wP xa, wP = lamP / (lam + lamP).

    Parameters
    ----------
    at_tills : float
        Expected share of payments to merchants that could be electronic.
    user_peer_share : float
        Users among ties: a payment to a person can be electronic where the other side is a user.
    person_payments_ratio : float
        Payments to people per payment to a merchant, lamP / lam.
    """
    weight = person_payments_ratio / (1.0 + person_payments_ratio)
    return (1.0 - weight) * at_tills + weight * user_peer_share


@njit
def face_share_felt(offered, refuses):
    """Return the share of one's payments that could be made by face: none for those who refuse it (R4)."""
    return 0.0 if refuses else offered


@njit
def channel_share(has_device, face_share):
    """Return the share of accepting merchants a citizen can pay at electronically (A3, R4).

    All with an own device; without one those who take payments by face.
    """
    return 1.0 if has_device else face_share


@njit
def happens(draw, hazard):
    """Return whether what has a weekly hazard happens: u < 1 - exp(-h) (ODD 7.2, 7.3).

    1 - exp(-h) never passes h, so that one comparison spares most draws the exponential.
    """
    return draw < hazard and draw < 1.0 - math.exp(-hazard)


@njit
def awareness_hazard(media, peers, external, by_media, by_word_of_mouth):
    """Return the weekly hazard of becoming aware (Bass 1969; ODD 7.2): h = p_a + m_a media + q_a x."""
    return external + by_media * media + by_word_of_mouth * peers


@njit
def access_hazard(peers, hazard, peer_hazard):
    """Return the weekly hazard of getting what is missing of device and account (ODD 7.3): h = lam_d + q_d x."""
    return hazard + peer_hazard * peers


@njit
def help_access_probability(kind, face_share, p):
    """Return the probability that personal help opens an account (ODD 7.3; A3, A11).

    min(1, a_help + a_face L_face) where it is offered in person; a_kin by a child; none with a telephone
    """
    if kind == PHONE:
        return 0.0
    if kind == CHILD:
        return p.child_account_probability
    return min(1.0, p.access_help_probability + p.access_face_probability * face_share)


@njit
def assisted_use_probability(kind, p):
    """Return the probability that help makes a user there and then: pi1 by kind of help (A2, A11)."""
    if kind == TRAINING:
        return p.first_use_training
    if kind == KIOSK:
        return p.first_use_kiosk
    if kind == CLASS:
        return p.first_use_class
    if kind == CHILD:
        return p.first_use_child
    return 0.0


@njit
def effort(skill, age, interface_share, voice_share):
    """Return the effort of paying electronically, E in [0, 1] (ODD 7.6).

    E = (1 - k)(1 - L_fric), and for ages 60 and over also x (1 - L_voice)
    """
    friction = 1.0 - interface_share
    if age >= FIRST_OLD_AGE:
        friction *= 1.0 - voice_share
    return (1.0 - skill) * friction


@njit
def incentive(fen, weight):
    """Return the pull of money on a choice, in logits: b ln(1 + yuan / 10) (ODD 7.6, 7.7)."""
    if fen == 0:  # mostly; a logarithm costs as much as a payment
        return 0.0
    return weight * math.log(1.0 + fen / INCENTIVE_SCALE_FEN)


@njit
def attitude(constant, taste, usefulness, peers, effort_felt, risk, prefers_cash, cash_shortage, p):
    """Return the attitude towards using the service, V in logits (ODD 7.6, A8).

    V = alpha + xi + b_u U + b_n x - b_e E - b_r r - b_pc pc + L_cashshock

    Parameters
    ----------
    constant : float
        Segment constant alpha[age, area], solved from the baseline.
    p : Params
        Weights (UTAUT2 constructs; sources in `scenario/behaviour.py`).
    """
    return (
        constant
        + taste
        + p.weight_usefulness * usefulness
        + p.weight_peers * peers
        - p.weight_effort * effort_felt
        - p.weight_risk * risk
        - p.weight_cash_preference * prefers_cash
        + cash_shortage
    )


@njit
def evaluation_ceiling(rate, media, media_weight):
    """Return the weekly chance that the question is considered at all: min(1, mu (1 + psi media)) (ODD 7.6).

    A draw at or above the ceiling cannot lead to a move, whatever the attitude; that is why the
    attitude, the dearest quantity of the week, is worked out for the few below it only.
    """
    return min(1.0, rate * (1.0 + media_weight * media))


@njit
def takes_up(draw, ceiling, attitude_logit):
    """Return whether a trial or a return happens: u < ceiling Lam(V + inc1) (ODD 7.6)."""
    return draw < ceiling * logistic(attitude_logit)


@njit
def lapse_ceiling(repetition, late, early):
    """Return the weekly hazard at which a user reconsiders: lam_0 + lam_L (1 - G)^3 (A7).

    Lapse uses the repetition habit G, not the method habit H: paying faster must not by itself keep people.
    """
    gap = 1.0 - repetition
    return late + early * gap * gap * gap


@njit
def lapses(draw, ceiling, attitude_logit):
    """Return whether a user stops: u < ceiling Lam(-V - inc2) (ODD 7.6, A7)."""
    return draw < ceiling * logistic(-attitude_logit)


@njit
def has_return_coupon(weeks_lapsed, coupon_fen, return_weeks):
    """Return whether a lapsed user is offered the first-use coupon again (after coup_win weeks; ODD 7.6)."""
    return coupon_fen > 0 and weeks_lapsed > return_weeks


@njit
def is_counted_by_peers(is_user, weeks_in_stage, word_of_mouth_weeks):
    """Return whether ties hear of this user: a user for at most wom_win weeks (ODD 7.1)."""
    return is_user and weeks_in_stage <= word_of_mouth_weeks
