"""Skill, habit and personal help (ODD 7.4, 7.5; A2-A4, A7)."""

import math

from simulation.core.codes import HelpKind
from simulation.core.jit import njit

TRAINING = int(HelpKind.TRAINING)


@njit
def toward_one(value, rate):
    """Return value + rate (1 - value): one step of learning, a share of the gap."""
    return value + rate * (1.0 - value)


@njit
def after_help(kind, skill, risk, p):
    """Return skill and perceived risk of somebody helped in person (ODD 7.4, 7.5).

    Training: k += eta_T (1 - k), r *= 1 - kap_T; kiosk: k += eta_K (1 - k).
    """
    if kind == TRAINING:
        return toward_one(skill, p.learning_training), risk * (1.0 - p.training_risk_relief)
    return toward_one(skill, p.learning_kiosk), risk


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
