"""Skill, habit and help in person against arithmetic done by hand (from the equations in MODEL.md)."""

import math

import pytest

from simulation.core.codes import HelpKind
from simulation.core.rules import learning
from tests.worlds import default_params


def test_one_step_of_learning_closes_a_share_of_the_gap():
    assert learning.toward_one(0.4, 0.25) == pytest.approx(0.55)
    assert learning.toward_one(1.0, 0.25) == 1.0


@pytest.mark.parametrize(
    ("kind", "skill", "risk"),
    [
        (HelpKind.TRAINING, 0.7, 0.15),  # 0.4 + 0.5 x 0.6; 0.2 x (1 - 0.25)
        (HelpKind.KIOSK, 0.58, 0.2),
        (HelpKind.CLASS, 0.64, 0.2),
        (HelpKind.CHILD, 0.52, 0.2),
        (HelpKind.PHONE, 0.4, 0.2),
    ],
)
def test_what_is_learnt_goes_by_the_kind_of_help(kind, skill, risk):
    p = default_params(
        learning_training=0.5, learning_kiosk=0.3, learning_class=0.4, learning_peer=0.2, training_risk_relief=0.25
    )
    assert learning.after_help(kind, 0.4, 0.2, p) == (pytest.approx(skill), pytest.approx(risk))


def test_each_kind_of_point_has_its_attendance():
    p = default_params(training_attendance=0.01, kiosk_attendance=0.02, class_attendance=0.03)
    kinds = (HelpKind.TRAINING, HelpKind.KIOSK, HelpKind.CLASS)
    assert [learning.attendance_rate(kind, p) for kind in kinds] == [0.01, 0.02, 0.03]


def test_help_from_peers_is_as_frequent_as_users_among_them():
    assert learning.peer_help_probability(0.25, 0.02) == 0.005


def test_skill_and_habits_move_by_a_share_of_the_gap():
    assert learning.skill_after_week(0.5, 0.3, True, 0.06, 0.015) == pytest.approx(0.53)
    assert learning.skill_after_week(0.5, 0.3, False, 0.06, 0.015) == pytest.approx(0.3 + 0.2 * 0.985)
    assert learning.habit_after_week(0.5, 3, 4, 0.1) == pytest.approx(0.525)
    assert learning.habit_after_week(0.5, 0, 0, 0.1) == pytest.approx(0.45)
    assert learning.repetition_after_week(0.5, True, 0.1) == pytest.approx(0.55)
    assert learning.repetition_after_week(0.5, False, 0.1) == pytest.approx(0.45)
    assert learning.fades(0.5, 0.1) == pytest.approx(0.45)


def test_attendance_frailty_keeps_early_attendance():
    """h_att of the people come 1/h_att times as often (A4), and distance decays by 1/e in ell."""
    rate = learning.attendance_probability(0.02, 0.4, 0.0, 5.0)
    assert 0.4 * rate == pytest.approx(0.02)
    assert learning.attendance_probability(0.02, 0.4, 5.0, 5.0) == pytest.approx(rate / math.e)


def test_skilled_users_do_not_come_for_help():
    assert learning.wants_help(True, False, 0.9, 0.6)
    assert learning.wants_help(True, True, 0.6, 0.6)
    assert not learning.wants_help(True, True, 0.61, 0.6)
    assert not learning.wants_help(False, False, 0.1, 0.6)


def test_a_child_who_pays_electronically_shows_a_parent_who_does_not_know_how():
    """Amendment A11: u < pi_kin, whatever the parent's readiness to come for help."""
    p = default_params(child_help_rate=0.01, help_skill_ceiling=0.6)
    assert learning.is_shown_by_child(0.009, True, False, 0.9, p)
    assert not learning.is_shown_by_child(0.01, True, False, 0.9, p)
    assert not learning.is_shown_by_child(0.009, False, False, 0.9, p)
    assert learning.is_shown_by_child(0.009, True, True, 0.6, p)
    assert not learning.is_shown_by_child(0.009, True, True, 0.61, p)


def test_only_people_without_a_smartphone_take_one():
    assert learning.takes_phone(0.009, False, 0.01)
    assert not learning.takes_phone(0.01, False, 0.01)
    assert not learning.takes_phone(0.009, True, 0.01)
