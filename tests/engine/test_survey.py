"""The questionnaire: drawn by lot without replacement, weighted by age, with errors from hand arithmetic."""

import math

import numpy as np
import pytest

from simulation.core.codes import AGE_NAMES, N_SECTORS
from simulation.core.rules.survey import Questionnaire
from simulation.engine.survey import NO_ANSWER, Felt, Strata, answering, ask, drawn, estimate, usefulness_at_tills
from simulation.scenario.adjustment import Monitor
from tests.worlds import default_params, toy_world

P = default_params()
Q = Questionnaire(*(float(getattr(Monitor(), name)) for name in Questionnaire._fields))
EVEN = np.full((5, N_SECTORS), 1 / N_SECTORS)
RESIDENTS = np.array([600.0, 0.0, 0.0, 400.0, 0.0])
AGE = np.array([0, 0, 0, 3])  # three young answers, one old
ALL = np.ones(4, bool)


def test_the_sample_is_drawn_without_replacement_and_is_the_same_again():
    people = drawn(5_000, 300, seed=4, week=12)
    assert len(set(people)) == 300 and np.all(np.diff(people) > 0) and people[-1] < 5_000
    assert np.array_equal(people, drawn(5_000, 300, seed=4, week=12))
    assert not np.array_equal(people, drawn(5_000, 300, seed=4, week=25))
    assert not np.array_equal(people, drawn(5_000, 300, seed=5, week=12))


def test_a_larger_sample_contains_the_smaller_one():
    assert set(drawn(5_000, 300, 4, 12)) < set(drawn(5_000, 500, 4, 12))


def test_where_fewer_live_than_should_be_asked_everybody_is():
    assert drawn(40, 1_000, 4, 12).tolist() == list(range(40))


def test_everybody_is_drawn_equally_often():
    """100 of 1,000 in 400 quarters: each 40 times, standard deviation 6; five of them fail once in 10^6 persons."""
    times = np.bincount(np.concatenate([drawn(1_000, 100, 4, week) for week in range(400)]), minlength=1_000)
    assert np.abs(times - 40).max() < 5 * 6


def test_each_age_answers_with_its_own_share():
    people, age = np.arange(20_000), np.arange(20_000) % 5
    share = dict(zip(AGE_NAMES, (0.0, 0.25, 0.5, 0.75, 1.0), strict=True))
    who = answering(people, age, share, seed=1, week=12)
    assert np.bincount(age[who], minlength=5) / 4_000 == pytest.approx([0, 0.25, 0.5, 0.75, 1.0], abs=0.03)


def test_answers_are_weighted_by_age():
    # one of three young pays electronically, the old one does not: .6 x 1/3 + .4 x 0
    found = estimate(np.array([1.0, 0, 0, 0]), ALL, Strata.of(AGE, RESIDENTS))
    assert found.value == pytest.approx(0.2) and found.n_answers == 4


def test_the_standard_error_is_that_of_stratified_sampling():
    # two young (1, 0) of 600, two old (1, 1) of 400: .36 x (1/2) / 2 x (1 - 2/600) + 0
    found = estimate(np.array([1.0, 0, 1, 1]), ALL, Strata.of(np.array([0, 0, 3, 3]), RESIDENTS))
    assert found.value == pytest.approx(0.6 * 0.5 + 0.4)
    assert found.error == pytest.approx(math.sqrt(0.36 * 0.25 * (1 - 2 / 600)))


def test_a_band_with_one_answer_is_held_against_the_mean_of_all():
    # mean .4 (young none, old one); influence of the old one 400 x .6 / 1000; the young all alike
    found = estimate(np.array([0.0, 0, 0, 1]), ALL, Strata.of(AGE, RESIDENTS))
    assert found.value == pytest.approx(0.4)
    assert found.error == pytest.approx(math.sqrt((0.4 * 0.6) ** 2 * (1 - 1 / 400)))


def test_a_census_has_no_error():
    residents = np.array([3.0, 0, 0, 1, 0])
    found = estimate(np.array([1.0, 0, 1, 0]), ALL, Strata.of(AGE, residents))
    assert found.value == pytest.approx(0.5) and found.error == 0.0


def test_a_mean_over_some_is_a_ratio_of_weighted_sums():
    # weights 200, 200, 200, 400; of the second young and the old one: (200 x 5 + 400 x 2) / 600
    found = estimate(np.array([1.0, 5, 3, 2]), np.array([False, True, False, True]), Strata.of(AGE, RESIDENTS))
    assert found.value == pytest.approx(3.0) and found.n_answers == 2
    # influence 200 x 2 / 600 = 2/3 of one of three young, whose mean is 2/9; 400 x -1 / 600 = -2/3 of the old one
    young = ((2 / 9) ** 2 * 2 + (4 / 9) ** 2) * 3 / 2 * (1 - 3 / 600)
    assert found.error == pytest.approx(math.sqrt(young + (2 / 3) ** 2 * (1 - 1 / 400)))


def test_nobody_gives_no_figure_and_one_gives_no_error():
    nobody = estimate(np.zeros(4), np.zeros(4, bool), Strata.of(AGE, RESIDENTS))
    assert math.isnan(nobody.value) and math.isnan(nobody.error) and nobody.n_answers == 0
    one = estimate(np.array([1.0, 0, 0, 0]), np.array([True, False, False, False]), Strata.of(AGE, RESIDENTS))
    assert one.value == 1.0 and math.isnan(one.error) and one.n_answers == 1


def test_the_standard_error_tells_how_far_samples_scatter():
    """500 samples of 200 out of 4,000, of whom 40% of the young and 10% of the old use it."""
    rng = np.random.default_rng(1)
    age = np.repeat([0, 3], [2_400, 1_600])
    uses = (rng.random(4_000) < np.where(age == 0, 0.4, 0.1)).astype(float)
    share = dict(zip(AGE_NAMES, (0.5, 0.5, 0.5, 0.9, 0.9), strict=True))
    residents = np.array([2_400.0, 0, 0, 1_600, 0])
    found = []
    for week in range(500):
        people = answering(asked := drawn(4_000, 200, 3, week), age[asked], share, 3, week)
        found.append(estimate(uses[people], np.ones(len(people), bool), Strata.of(age[people], residents)))
    values, errors = np.array([f.value for f in found]), np.array([f.error for f in found])
    assert values.mean() == pytest.approx(uses.mean(), abs=0.006)  # four standard errors of the mean
    assert values.std() == pytest.approx(errors.mean(), rel=0.15)


def one_zone(accepts: list[int]):
    """Return a world of one zone with two merchants a sector; everybody's regular one is the first."""
    world = toy_world(n=100, n_zones=1, merchants_per_zone_sector=2)
    world.citizens.regular_merchant[:] = 0
    world.merchants.accepts[:] = accepts
    return world


def test_usefulness_is_the_share_of_payments_that_could_be_electronic():
    # first sector: the regular one accepts, half the pool does; second: the other one; third: both; others: none
    world = one_zone([1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    weights = np.tile([0.5, 0.3, 0.2, 0, 0, 0], (5, 1))
    useful = usefulness_at_tills(world, np.array([7]), weights, regular_share=0.6)
    assert useful == pytest.approx([0.5 * (0.6 + 0.4 * 0.5) + 0.3 * 0.4 * 0.5 + 0.2])


def test_users_are_asked_how_content_they_are_and_others_why_they_do_not_pay():
    world = one_zone([1] * 12)
    c = world.citizens
    c.weeks_since_use[:50] = 3
    c.weeks_since_use[50:] = 4
    answers = ask(world, np.arange(100), EVEN, P, Q, Felt(), seed=1, week=12)
    assert answers.uses.tolist() == [True] * 50 + [False] * 50
    assert set(answers.score[:50]) <= {1, 2, 3, 4, 5} and np.all(answers.score[50:] == NO_ANSWER)
    assert set(answers.reason[50:]) <= set(range(7)) and np.all(answers.reason[:50] == NO_ANSWER)


def test_an_answer_depends_on_the_person_and_not_on_who_else_is_asked():
    world = toy_world(n=200, n_zones=2, user_share=0.5)
    everybody = ask(world, np.arange(200), EVEN, P, Q, Felt(), 1, 12)
    few = ask(world, np.array([3, 50, 151]), EVEN, P, Q, Felt(), 1, 12)
    for name in ("age", "uses", "score", "reason"):
        assert getattr(few, name).tolist() == getattr(everybody, name)[[3, 50, 151]].tolist()


def test_the_interface_and_voice_payment_are_felt():
    world = one_zone([1] * 12)
    c = world.citizens
    c.weeks_since_use[:], c.skill[:], c.age[:] = 0, 0.0, 3
    people = np.arange(100)
    plain = ask(world, people, EVEN, P, Q, Felt(), 1, 12).score
    on_interface = ask(world, people, EVEN, P, Q, Felt(interface_share=1.0), 1, 12).score
    by_voice = ask(world, people, EVEN, P, Q, Felt(voice_share=np.ones(1)), 1, 12).score
    assert plain.mean() < on_interface.mean() == by_voice.mean()
