"""Answers to the questionnaire follow from what people experience, by hand arithmetic."""

import math

import numpy as np
import pytest

from simulation.core.reasons import N_REASONS, REASON_NAMES, Reason
from simulation.core.rng import Stream, draw_bits, key_of
from simulation.core.rules.survey import Questionnaire, deficit, main_reason, satisfaction
from simulation.scenario.adjustment import Monitor
from simulation.scenario.behaviour import Behaviour

P = Behaviour().params()._replace(weight_usefulness=3.5, weight_effort=2.4, weight_risk=1.6, weight_cash_preference=2.5)
Q = Questionnaire(*(float(getattr(Monitor(), name)) for name in Questionnaire._fields))


def test_reasons_have_names_in_the_order_of_their_codes():
    assert [reason.name.lower() for reason in Reason] == list(REASON_NAMES)
    assert N_REASONS == 7


@pytest.mark.parametrize(
    ("usefulness", "effort", "risk", "noise", "score"),
    [
        # Lam(1) = .731: 1 + 4 x .731 = 3.92
        (0.6, 0.0, 0.2, 0.0, 4),
        # 1 + 3.5 x .4 - 0 + 1.6 x .2 = 2.72, Lam = .938: 4.75
        (1.0, 0.0, 0.0, 0.0, 5),
        # 1 - 3.5 x .6 - 2.4 - 1.6 x .8 = -4.78, Lam = .008: 1.03
        (0.0, 1.0, 1.0, 0.0, 1),
        # 1 - .7 x 2 = -.4, Lam = .401: 2.61
        (0.6, 0.0, 0.2, -2.0, 3),
        # 1 - 2.4 x .5 = -.2, Lam = .450: 2.80
        (0.6, 0.5, 0.2, 0.0, 3),
    ],
)
def test_satisfaction_is_the_stated_curve_rounded(usefulness, effort, risk, noise, score):
    assert satisfaction(usefulness, effort, risk, noise, P, Q) == score


@pytest.mark.parametrize("noise", [-1e9, 1e9])
def test_satisfaction_never_leaves_one_to_five(noise):
    assert satisfaction(0.5, 0.5, 0.5, noise, P, Q) in (1, 5)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.UNAWARE, 5.0),
        (Reason.NO_ACCESS, 3.0),
        (Reason.SKILL, 2.4 * 0.5),
        (Reason.TRUST, 1.6 * 0.25),
        (Reason.NOT_ACCEPTED, 3.5 * 0.75),
        (Reason.PREFERS_CASH, 2.5),
        (Reason.NOTHING_TO_GAIN, 0.5 + 1.25),
    ],
)
def test_a_deficit_is_what_the_attitude_loses(reason, expected):
    somebody = {
        "aware": 0.0, "has_access": 0.0, "effort_felt": 0.5, "risk": 0.25, "usefulness": 0.25, "prefers_cash": 1.0,
        "taste": -1.25,
    }  # fmt: skip
    assert deficit(int(reason), *somebody.values(), P, Q) == pytest.approx(expected)


def test_who_knows_and_has_everything_does_not_lack_it():
    for reason in (Reason.UNAWARE, Reason.NO_ACCESS, Reason.SKILL, Reason.TRUST, Reason.NOT_ACCEPTED):
        assert deficit(int(reason), 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, P, Q) == 0.0


def test_without_noise_the_largest_deficit_is_named():
    calm = Q._replace(reason_noise=0.0)
    bits = np.uint64(12345)
    assert main_reason(bits, 0.0, 0.0, 0.5, 0.5, 0.5, 1.0, 0.0, P, calm) == Reason.UNAWARE
    assert main_reason(bits, 1.0, 0.0, 0.5, 0.5, 0.5, 0.0, 0.0, P, calm) == Reason.NO_ACCESS
    assert main_reason(bits, 1.0, 1.0, 1.0, 0.5, 0.9, 0.0, 0.0, P, calm) == Reason.SKILL
    assert main_reason(bits, 1.0, 1.0, 0.0, 1.0, 0.9, 0.0, 0.0, P, calm) == Reason.TRUST
    assert main_reason(bits, 1.0, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0, P, calm) == Reason.NOT_ACCEPTED
    assert main_reason(bits, 1.0, 1.0, 0.5, 0.5, 0.9, 1.0, 0.0, P, calm) == Reason.PREFERS_CASH
    assert main_reason(bits, 1.0, 1.0, 0.1, 0.1, 0.9, 0.0, -2.0, P, calm) == Reason.NOTHING_TO_GAIN


def test_with_noise_reasons_are_named_as_a_logit_choice_says():
    """Of 20,000 draws; a share leaves its four standard errors with probability below 7 in 10^5, seven shares."""
    n, somebody = 20_000, (1.0, 1.0, 0.5, 0.25, 0.25, 0.0, 0.5)
    weight = np.exp([deficit(k, *somebody, P, Q) for k in range(N_REASONS)])
    expected = weight / weight.sum()
    key = key_of(3, Stream.SURVEY_REASON, 12)
    named = [main_reason(np.uint64(draw_bits(key, i)), *somebody, P, Q) for i in range(n)]
    shares = np.bincount(named, minlength=N_REASONS) / n
    assert np.all(np.abs(shares - expected) < 4 * np.sqrt(expected * (1 - expected) / n))


def test_one_persons_reason_depends_on_that_persons_word_only():
    key = key_of(3, Stream.SURVEY_REASON, 12)
    words = [np.uint64(draw_bits(key, i)) for i in range(200)]
    somebody = (1.0, 1.0, 0.5, 0.25, 0.25, 0.0, 0.5)
    once = [main_reason(w, *somebody, P, Q) for w in words]
    assert once == [main_reason(w, *somebody, P, Q) for w in words]
    assert len(set(once)) > 2 and math.isfinite(sum(once))
