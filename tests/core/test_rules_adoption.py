"""Awareness, access, attitude and moves against arithmetic done by hand (from the equations in MODEL.md)."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.codes import HelpKind
from simulation.core.rules import adoption
from tests.worlds import default_params

share = st.floats(0.0, 1.0)


def test_logistic_of_nothing_is_a_half_and_of_ln_three_three_quarters():
    assert adoption.logistic(0.0) == 0.5
    assert adoption.logistic(math.log(3.0)) == pytest.approx(0.75)


def test_peer_share_mixes_ties_and_population():
    assert adoption.peer_share(0.75, 0.5, 0.0) == 0.75
    assert adoption.peer_share(0.75, 0.5, 1.0) == 0.5
    assert adoption.peer_share(0.75, 0.5, 0.4) == pytest.approx(0.6 * 0.75 + 0.4 * 0.5)


def test_whoever_knows_nobody_knows_no_users():
    assert adoption.share_among_ties(3, 4) == 0.75
    assert adoption.share_among_ties(0, 0) == 0.0


def test_expected_acceptance_weighs_the_regular_merchant_and_the_pool():
    assert adoption.expected_acceptance(0.6, 1.0, 0.25) == pytest.approx(0.6 + 0.4 * 0.25)
    assert adoption.expected_acceptance(0.6, 0.0, 0.25) == pytest.approx(0.1)


def test_payments_between_people_weigh_as_their_share_of_all_payments():
    """Amendment A9: wP = 0.25 / 1.25 = 0.2."""
    assert adoption.overall_usefulness(0.5, 1.0, 0.25) == pytest.approx(0.8 * 0.5 + 0.2)
    assert adoption.overall_usefulness(0.5, 0.25, 0.25) == pytest.approx(0.8 * 0.5 + 0.2 * 0.25)
    assert adoption.overall_usefulness(0.5, 1.0, 0.0) == 0.5


def test_whoever_refuses_faces_feels_no_face_payment():
    assert adoption.face_share_felt(0.3, False) == 0.3
    assert adoption.face_share_felt(0.3, True) == 0.0


def test_without_a_device_only_faces_pay():
    """Amendment A3: an app needs a telephone, a face does not."""
    assert adoption.channel_share(True, 0.3) == 1.0
    assert adoption.channel_share(False, 0.3) == 0.3
    assert adoption.channel_share(False, 0.0) == 0.0


def test_awareness_is_a_bass_hazard():
    # 0.004 + 0.03 x 0.5 + 0.02 x 0.25
    assert adoption.awareness_hazard(0.5, 0.25, 0.004, 0.03, 0.02) == pytest.approx(0.024)


def test_access_hazard_of_odd_7_3():
    assert adoption.access_hazard(0.5, 0.0012, 0.0024) == pytest.approx(0.0024)


@pytest.mark.parametrize("hazard", [0.0, 1e-12, 0.0024, 0.5, 3.0])
def test_a_hazard_happens_below_one_minus_its_exponential(hazard: float):
    chance = 1 - math.exp(-hazard)
    assert not adoption.happens(chance, hazard) and not adoption.happens(chance + 1e-9, hazard)
    assert adoption.happens(chance * 0.999, hazard) == (hazard > 0.0)
    assert not adoption.happens(hazard, hazard)


def test_help_opens_an_account_by_its_kind():
    """In person a_help + a_face L_face, at most 1; a child with a_kin; a telephone opens none (A3, A11)."""
    p = default_params(access_help_probability=0.45, access_face_probability=0.25, child_account_probability=0.3)
    for kind in (HelpKind.TRAINING, HelpKind.KIOSK, HelpKind.CLASS):
        assert adoption.help_access_probability(kind, 0.0, p) == 0.45
        assert adoption.help_access_probability(kind, 0.4, p) == pytest.approx(0.55)
    assert adoption.help_access_probability(HelpKind.CHILD, 0.4, p) == 0.3
    assert adoption.help_access_probability(HelpKind.PHONE, 0.4, p) == 0.0
    certain = default_params(access_help_probability=0.9, access_face_probability=0.5)
    assert adoption.help_access_probability(HelpKind.KIOSK, 1.0, certain) == 1.0


def test_help_leads_to_a_first_use_by_its_kind():
    """Amendments A2 and A11; a telephone alone makes nobody pay."""
    p = default_params(first_use_training=0.7, first_use_kiosk=0.4, first_use_class=0.35, first_use_child=0.3)
    kinds = (HelpKind.TRAINING, HelpKind.KIOSK, HelpKind.CLASS, HelpKind.CHILD, HelpKind.PHONE)
    assert [adoption.assisted_use_probability(kind, p) for kind in kinds] == [0.7, 0.4, 0.35, 0.3, 0.0]


def test_voice_payment_spares_effort_to_the_old_only():
    assert adoption.effort(0.4, 2, 0.2, 0.5) == pytest.approx(0.6 * 0.8)
    assert adoption.effort(0.4, 3, 0.2, 0.5) == pytest.approx(0.6 * 0.8 * 0.5)


def test_ten_yuan_pull_as_hard_as_ln_two():
    assert adoption.incentive(1_000, 0.8) == pytest.approx(0.8 * math.log(2.0))
    assert adoption.incentive(0, 0.8) == 0.0


def test_attitude_adds_its_terms():
    p = default_params(
        weight_usefulness=3.5, weight_peers=2.0, weight_effort=2.4, weight_risk=1.6, weight_cash_preference=2.5
    )
    value = adoption.attitude(-3.0, 0.3, 0.5, 0.25, 0.5, 0.2, 1.0, 0.0, p)
    assert value == pytest.approx(-3.0 + 0.3 + 1.75 + 0.5 - 1.2 - 0.32 - 2.5)
    assert adoption.attitude(-3.0, 0.3, 0.5, 0.25, 0.5, 0.2, 1.0, 2.5, p) == pytest.approx(value + 2.5)


def test_media_raise_the_rate_of_evaluation_up_to_certainty():
    assert adoption.evaluation_ceiling(0.06, 0.5, 0.3) == pytest.approx(0.06 * 1.15)
    assert adoption.evaluation_ceiling(0.9, 1.0, 0.3) == 1.0


def test_a_move_needs_a_draw_below_ceiling_times_logit():
    """Trial and return at Lam(ln 3) = 3/4 of the ceiling; a lapse at Lam(-ln 3) = 1/4."""
    assert adoption.takes_up(0.149, 0.2, math.log(3.0))
    assert not adoption.takes_up(0.151, 0.2, math.log(3.0))
    assert adoption.lapses(0.049, 0.2, math.log(3.0))
    assert not adoption.lapses(0.051, 0.2, math.log(3.0))


def test_lapse_ceiling_separates_early_attrition_from_mature_churn():
    assert adoption.lapse_ceiling(0.0, 0.0025, 0.15) == pytest.approx(0.1525)
    assert adoption.lapse_ceiling(1.0, 0.0025, 0.15) == 0.0025
    assert adoption.lapse_ceiling(0.5, 0.0025, 0.15) == pytest.approx(0.0025 + 0.15 / 8)


@given(draw=share, media=st.floats(0, 1), logit=st.floats(-30, 30))
@settings(deadline=None)  # the first example compiles
def test_no_move_at_or_above_the_ceiling(draw, media, logit):
    """The kernel works out the attitude below the ceiling only; above it no attitude can matter."""
    ceiling = adoption.evaluation_ceiling(0.06, media, 0.3)
    if draw >= ceiling:
        assert not adoption.takes_up(draw, ceiling, logit)
        assert not adoption.lapses(draw, ceiling, logit)


def test_return_coupon_waits_for_half_a_year_of_lapse():
    assert not adoption.has_return_coupon(26, 2_000, 26.0)
    assert adoption.has_return_coupon(27, 2_000, 26.0)
    assert not adoption.has_return_coupon(27, 0, 26.0)


def test_word_of_mouth_carries_for_its_weeks():
    assert adoption.is_counted_by_peers(True, 6, 6.0)
    assert not adoption.is_counted_by_peers(True, 7, 6.0)
    assert not adoption.is_counted_by_peers(False, 0, 6.0)
