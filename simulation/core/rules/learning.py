"""Skill, habit and personal help (ODD 7.4, 7.5; A2-A4, A7)."""

import math

from simulation.core.codes import HelpKind
from simulation.core.jit import njit

TRAINING, KIOSK, CLASS = int(HelpKind.TRAINING), int(HelpKind.KIOSK), int(HelpKind.CLASS)
CHILD = int(HelpKind.CHILD)


@njit
def toward_one(value, rate):
    """Return value + rate (1 - value): one step of learning, a share of the gap."""
    return value + rate * (1.0 - value)


@njit
def after_help(kind, skill, risk, p):
    """Return skill and perceived risk of somebody helped in person (ODD 7.4, 7.5; A11).

    k += eta (1 - k), eta by kind of help (a telephone teaches nothing); training also r *= 1 - kap_T.
    """
    if kind == TRAINING:
        return toward_one(skill, p.learning_training), risk * (1.0 - p.training_risk_relief)
    if kind == KIOSK:
        return toward_one(skill, p.learning_kiosk), risk
    if kind == CLASS:
        return toward_one(skill, p.learning_class), risk
    if kind == CHILD:
        return toward_one(skill, p.learning_peer), risk
    return skill, risk


@njit
def attendance_rate(kind, p):
    """Return the weekly attendance at distance 0 of one kind of help, pi (ODD 7.4)."""
    if kind == TRAINING:
        return p.training_attendance
    return p.kiosk_attendance if kind == KIOSK else p.class_attendance


@njit
def peer_help_probability(peers, rate):
    """Return the weekly probability that someone near shows how it is done: pi_p x (ODD 7.5)."""
    return rate * peers


@njit
def skill_after_week(skill, innate, paid_electronically, by_doing, forgetting):
    """Return skill at the week's end (ODD 7.5): learning by doing, else decay towards the innate level.

    k += eta_u (1 - k) after an electronic payment, else k = k0 + (k - k0)(1 - del_k)
    """
    if paid_electronically:
        return toward_one(skill, by_doing)
    return innate + (skill - innate) * (1.0 - forgetting)


@njit
def habit_after_week(habit, n_electronic, n_possible, rate):
    """Return the method habit H of a user (ODD 7.7): H += eta_h (n_e / n_acc - H).

    A week without any payment leaves H unchanged (ODD 11); payments of which none could have been
    electronic count as a ratio of 0.

    Parameters
    ----------
    n_electronic, n_possible : int
        Electronic payments, and payments whose counterparty could accept (failures in outages included).
    """
    ratio = n_electronic / n_possible if n_possible > 0 else 0.0
    return habit + rate * (ratio - habit)


@njit
def repetition_after_week(repetition, paid_electronically, rate):
    """Return the repetition habit G (A7): G += eta_h (1[n_e > 0] - G)."""
    return repetition + rate * ((1.0 if paid_electronically else 0.0) - repetition)


@njit
def fades(value, rate):
    """Return a habit after a week of not being a user: x (1 - eta_h) (ODD 7.7)."""
    return value * (1.0 - rate)


@njit
def attendance_probability(attendance, attends_share, distance_km, decay_km):
    """Return the weekly chance that someone who ever comes seeks help (ODD 7.4, A4).

    P = pi / h_att x exp(-d / ell): the rate of those who come rises by 1 / h_att, so that attendance in
    the first weeks does not depend on h_att and the total saturates at it.
    """
    return attendance / attends_share * math.exp(-distance_km / decay_km)


@njit
def wants_help(attends, is_user, skill, skill_ceiling):
    """Return whether a citizen could be a candidate for help (ODD 7.4): skilled users do not come."""
    return attends and not (is_user and skill > skill_ceiling)


@njit
def is_taught_at_home(draw, let_in_share, is_user, skill, skill_ceiling):
    """Return whether a visit at home teaches somebody (ODD 7.4): let in, u < s_let, and not skilled already.

    **Assumption**: a visitor reaches those who never come to help offered elsewhere, too.

    Parameters
    ----------
    draw : float
        Keyed draw of the person and the lever.
    let_in_share : float
        Share of people who let the visitor in, s_let.
    """
    return draw < let_in_share and wants_help(True, is_user, skill, skill_ceiling)


@njit
def is_shown_by_child(draw, child_is_user, is_user, skill, p):
    """Return whether a grown-up child shows a parent how it is done this week: u < pi_kin (A11)."""
    return child_is_user and not (is_user and skill > p.help_skill_ceiling) and draw < p.child_help_rate


@njit
def takes_phone(draw, has_device, probability):
    """Return whether somebody without a smartphone takes the subsidised one offered (A3)."""
    return not has_device and draw < probability
