"""Payments between people, and those a child makes for a parent: cases with a known answer (amendments A9, A10)."""

import math

import numpy as np
import pytest

from simulation.core.codes import Stage
from simulation.core.observed import ACTIVE, ACTIVE_MERCHANT, PERSON_CASH, PERSON_ELECTRONIC
from simulation.core.state import Family
from tests.worlds import default_params, engine_of, make_users, toy_world

RATE = 12.0  # payments a week to merchants in the toy world
STEADY = {
    "lapse_early": 0.0, "lapse_late": 0.0, "fraud_probability": 0.0, "outage_weeks_per_year": 0.0, "trial_rate": 0.0,
    "return_rate": 0.0, "peer_help_rate": 0.0,
}  # fmt: skip


def nobody_known(n):
    return np.zeros(n + 1, np.int64), np.zeros(0, np.int32)


def asks(p):
    """Return how likely a user of the toy world asks to pay electronically with verification: Lam(base + time)."""
    skill, habit, risk = 0.5, 0.75, 0.3
    base = p.method_constant + p.method_habit * habit
    base -= p.method_scale * (p.weight_effort * (1.0 - skill) + p.weight_risk * risk)
    seconds = p.seconds_electronic + p.seconds_unskilled * (1.0 - skill) + p.seconds_verification
    return 1.0 / (1.0 + math.exp(-(base + p.method_time * (p.seconds_cash - seconds) / 10.0)))


def test_among_users_only_the_wish_of_the_payer_decides():
    """20,000 users at a quarter of 12 payments a week; the wish is met in steps of 1/1024."""
    n, p = 20_000, default_params(person_payments_ratio=0.25, **STEADY)
    electronic, cash = engine_of(toy_world(n, user_share=1.0), p).step().n_person
    expected = n * RATE * 0.25 * asks(p)
    assert abs(electronic - expected) < 5.0 * math.sqrt(expected) + n * RATE * 0.25 / 1024
    total = n * RATE * 0.25
    assert abs(electronic + cash - total) < 5.0 * math.sqrt(total)


def test_a_payment_is_electronic_as_often_as_ties_are_users():
    """Every other one on a ring of eight ties is a user, and so are four of the eight."""
    n, p = 20_000, default_params(person_payments_ratio=0.25, **STEADY)
    world = toy_world(n)
    make_users(world, np.arange(0, n, 2))
    electronic = engine_of(world, p).step().n_person[PERSON_ELECTRONIC]
    payments = n / 2 * RATE * 0.25 * 0.5
    assert abs(electronic - payments * asks(p)) < 5.0 * math.sqrt(payments * asks(p)) + payments / 1024


def test_whoever_knows_nobody_pays_people_in_cash():
    n = 5_000
    p = default_params(method_constant=60.0, **STEADY)
    totals = engine_of(toy_world(n, user_share=1.0, ties=nobody_known(n)), p).step()
    assert totals.n_person[PERSON_ELECTRONIC] == 0
    expected = n * RATE * p.person_payments_ratio
    assert abs(totals.n_person[PERSON_CASH] - expected) < 5.0 * math.sqrt(expected)


def test_without_a_telephone_nobody_is_paid_by_telephone():
    engine = engine_of(toy_world(2_000, user_share=1.0), default_params(method_constant=60.0, **STEADY))
    engine.c.has_device[:] = 0
    assert engine.step().n_person[PERSON_ELECTRONIC] == 0


def test_all_payments_to_people_are_poisson_whoever_makes_them_and_however_rare():
    """Users and others, rates at every eighth of a payment, a quarter of which no row of the table meets."""
    n, weeks = 20_000, 50
    world = toy_world(n, user_share=0.6, accepting_share=0.5)
    world.citizens.payments_per_week[:] = 0.125 * (np.arange(n) % 128)
    engine = engine_of(world, default_params(person_payments_ratio=0.25))
    rate = 0.25 * float(world.citizens.payments_per_week.sum(dtype=np.float64))
    volume = sum(int(engine.step().n_person.sum()) for _ in range(weeks))
    assert abs(volume - rate * weeks) < 5.0 * math.sqrt(rate * weeks)


def test_payments_to_people_keep_people_active_but_not_as_customers():
    """No merchant accepts, everybody knows users: activity of any kind goes on, that at merchants ends (A9)."""
    world = toy_world(2_000, user_share=1.0, accepting_share=0.0)
    p = default_params(method_constant=60.0, person_payments_ratio=2.0, merchant_review_rate=0.0, **STEADY)
    engine = engine_of(world, p)
    totals = [engine.step() for _ in range(5)]
    assert [t.cells[:, ACTIVE].sum() for t in totals] == [2_000] * 5
    assert [t.cells[:, ACTIVE_MERCHANT].sum() for t in totals] == [2_000] * 3 + [0, 0]
    assert all(t.n_electronic.sum() == 0 for t in totals)
    assert engine.c.habit.min() > 0.75  # all that could be electronic was


def test_payments_to_people_change_nothing_at_tills_in_their_week():
    """Draws of their own: with and without them the tills of the first week are the same to the fen."""

    def week(ratio):
        world = toy_world(3_000, user_share=0.5, accepting_share=0.5)
        totals = engine_of(world, default_params(**STEADY | {"person_payments_ratio": ratio})).step()
        return [getattr(totals, name).tolist() for name in ("n_electronic", "electronic_fen", "asked_in_vain_fen")]

    assert week(0.0) == week(0.25)


# a child pays for a parent (A10)


def parents_and_children(n=20_000, child_pays=1, **settings):
    """Return a world of couples: a parent who never used the service and a child who uses it."""
    world = toy_world(n, **settings)
    parent = np.arange(0, n, 2, dtype=np.int32)
    make_users(world, parent + 1)
    world.family = Family(parent, parent + 1, np.full(len(parent), child_pays, np.uint8))
    return world


@pytest.mark.parametrize("accepting_share", [1.0, 0.5])
def test_a_child_makes_its_share_of_a_parents_payments_where_merchants_accept(accepting_share):
    """10,000 parents at 12 payments a week, a fifth of them by the child; the rest in cash."""
    world = parents_and_children(accepting_share=accepting_share)
    p = default_params(child_payment_share=0.2, child_help_rate=0.0, **STEADY)
    engine = engine_of(world, p)
    accepted = world.merchants.accepts.reshape(-1, 6).mean(axis=0) @ engine.model.tables.sector_share[1]
    totals = engine.step()
    expected = 10_000 * RATE * 0.2 * accepted
    assert abs(totals.n_family.sum() - expected) < 5.0 * math.sqrt(expected)
    everything = 20_000 * RATE
    assert abs(totals.n_electronic.sum() + totals.n_cash.sum() - everything) < 5.0 * math.sqrt(everything)
    # volume, never coverage
    assert (world.citizens.weeks_since_use[::2] == 255).all()
    assert totals.cells[:, ACTIVE].sum() == (world.citizens.weeks_since_use < 4).sum() <= 10_000


def test_no_child_pays_who_does_not_use_the_service_or_does_not_pay_for_its_parents():
    p = default_params(child_payment_share=0.2, child_help_rate=0.0, **STEADY)
    assert engine_of(parents_and_children(child_pays=0), p).step().n_family.sum() == 0
    strangers = parents_and_children()
    strangers.citizens.stage[:] = Stage.NEVER
    assert engine_of(strangers, p).step().n_family.sum() == 0


def test_no_child_pays_for_a_parent_who_pays():
    world = parents_and_children()
    world.citizens.stage[:] = Stage.USER
    p = default_params(child_payment_share=0.2, child_help_rate=0.0, **STEADY)
    assert engine_of(world, p).step().n_family.sum() == 0
