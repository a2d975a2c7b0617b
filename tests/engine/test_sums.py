"""Sums kept by changes alone equal a count of everybody, and sums of payments add up."""

import numpy as np
import pytest

from simulation.core.codes import N_AGES, N_CELLS, Stage
from simulation.core.observed import ACTIVE, ACTIVE_13W, ACTIVE_MERCHANT, AT_RISK, AWARE, LAPSED, USERS, WITH_ACCESS
from simulation.core.state import Citizens, Family
from simulation.engine.initialise import cell_of
from simulation.engine.plan import Plan
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.face_pilot import FacePilot
from simulation.levers.kiosk import Kiosk
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from tests.worlds import default_params, engine_of, toy_world

LEVERS = {
    "coupon": Coupon(kind="coupon"),
    "campaign": Campaign(kind="campaign"),
    "training": TrainingEvent(kind="training_event", places="all", seats_per_week=30),
    "kiosk": Kiosk(kind="kiosk", places="all", capacity_per_week=30),
    "phone": PhoneSubsidy(kind="phone_subsidy", subsidy_share=1.0),
    "face": FacePilot(kind="face_pilot"),
}


def lively_world():
    """Return a world in which people hear, get access, start, lapse, suffer and show their parents every week."""
    world = toy_world(3_000, user_share=0.4, accepting_share=0.5)
    c = world.citizens
    c.age[::3], c.area[::2], c.income[::5] = 3, 2, 0
    idle = c.stage == Stage.NEVER
    c.aware[idle & (np.arange(3_000) % 2 == 0)] = 0
    c.has_device[idle & (np.arange(3_000) % 3 == 0)] = 0
    c.has_account[idle & (np.arange(3_000) % 4 == 0)] = 0
    c.payments_per_week[::7] = 0.125
    parent = np.arange(0, 3_000, 3, dtype=np.int32)
    world.family = Family(parent, parent + 1, (parent % 2).astype(np.uint8))
    return world


def counted(c: Citizens, flag) -> list[int]:
    return np.bincount(cell_of(c), weights=flag, minlength=N_CELLS).astype(int).tolist()


def test_stocks_kept_by_changes_equal_a_count_of_everybody():
    p = default_params(fraud_probability=5e-3, lapse_after_incident=0.5, outage_weeks_per_year=20.0, lapse_early=0.3)
    engine = engine_of(lively_world(), p, gamma=-2.0).fork(Plan(LEVERS, cash_shortage={5: 3.0}))
    c = engine.world.citizens
    for week in range(60):
        ready = (c.stage == Stage.NEVER) & (c.aware & c.has_device & c.has_account == 1)
        totals = engine.step()
        assert totals.cells[:, AT_RISK].tolist() == counted(c, ready), week
        for column, flag in (
            (ACTIVE, c.weeks_since_use < 4),
            (ACTIVE_13W, c.weeks_since_use < 13),
            (ACTIVE_MERCHANT, c.weeks_since_merchant < 4),
            (USERS, c.stage == Stage.USER),
            (LAPSED, c.stage == Stage.LAPSED),
            (AWARE, c.aware == 1),
            (WITH_ACCESS, c.has_device & c.has_account == 1),
        ):
            assert totals.cells[:, column].tolist() == counted(c, flag), (week, column)
        assert totals.place_active.sum() == (c.weeks_since_use < 4).sum()
        rates = np.where(c.stage == Stage.USER, 0.0, c.payments_per_week.astype(float))
        row = c.zone.astype(int) * N_AGES + c.age
        assert engine._standing.non_user_rate.ravel().tolist() == np.bincount(row, rates, 6 * N_AGES).tolist()


def test_ties_are_told_what_a_look_at_all_of_them_would_tell():
    p = default_params(fraud_probability=5e-3, lapse_after_incident=0.5, word_of_mouth_weeks=6.0)
    engine = engine_of(lively_world(), p, gamma=-2.0).fork(LEVERS)
    world, c = engine.world, engine.world.citizens
    owner = np.repeat(np.arange(3_000), np.diff(world.peer_start))
    for _ in range(40):
        engine.step()
        counts_now = (c.stage == Stage.USER) & (c.weeks_in_stage <= 6)
        assert (c.counted_by_peers == counts_now).all()
        assert (c.n_user_peers == np.bincount(owner, weights=counts_now[world.peer], minlength=3_000)).all()
        assert (c.n_incident_peers == np.bincount(owner, weights=c.incident[world.peer], minlength=3_000)).all()


def test_people_changed_from_outside_are_counted_after_taking_stock():
    engine = engine_of(lively_world(), default_params(word_of_mouth_weeks=6.0)).fork({})
    world, c = engine.world, engine.world.citizens
    engine.step()
    chosen = np.flatnonzero(c.stage == Stage.NEVER)[::3]
    c.aware[chosen] = c.has_device[chosen] = c.has_account[chosen] = 1
    c.stage[chosen], c.weeks_in_stage[chosen], c.weeks_since_use[chosen] = Stage.USER, 0, 0
    engine.take_stock()
    owner = np.repeat(np.arange(3_000), np.diff(world.peer_start))
    assert c.counted_by_peers[chosen].all()
    assert (c.n_user_peers == np.bincount(owner, weights=c.counted_by_peers[world.peer], minlength=3_000)).all()
    totals = engine.step()
    assert totals.cells[:, USERS].tolist() == counted(c, c.stage == Stage.USER)
    assert totals.cells[:, ACTIVE].tolist() == counted(c, c.weeks_since_use < 4)


def test_a_limit_nobody_pays_under_changes_no_payment():
    """Where no amount is small, the draws and times of all payments are those of weeks without a limit."""
    histories = []
    for levers in ({}, {"limit": VerificationLimit(kind="verification_limit", limit_yuan=0.01)}):
        engine = engine_of(lively_world(), default_params(outage_weeks_per_year=0.0)).fork(levers)
        weeks = [engine.step() for _ in range(10)]
        histories.append([(w.seconds.tolist(), w.n_electronic.tolist(), w.cash_fen.tolist()) for w in weeks])
    assert histories[0] == histories[1]


def test_payments_by_ticket_class_add_up_to_all_payments():
    """Those of users are counted, those of others spread by their sector's shares."""
    engine = engine_of(lively_world(), default_params()).fork(LEVERS)
    for _ in range(5):
        totals = engine.step()
        assert totals.n_tickets.sum(axis=1) == pytest.approx(totals.n_electronic + totals.n_cash, rel=1e-12)


def test_seconds_at_tills_are_those_of_the_methods():
    """Nobody but skilled users, all merchants accept: 12 s and 8 s of verification, and cash by its ticket class."""
    world = toy_world(2_000, user_share=1.0)
    world.citizens.skill[:] = world.citizens.innate_skill[:] = 1.0
    p = default_params(
        seconds_electronic=12.0, seconds_verification=8.0, outage_weeks_per_year=0.0, lapse_early=0.0, lapse_late=0.0,
        fraud_probability=0.0, peer_help_rate=0.0,
    )  # fmt: skip
    engine = engine_of(world, p)
    tables = engine.model.tables
    totals = engine.step()
    n_electronic = totals.n_electronic.sum()
    in_cash = totals.seconds.sum() - 20.0 * n_electronic
    assert 0 < n_electronic < totals.n_tickets.sum()
    # cash payments of each class: all less the electronic ones, which are asked for whatever the amount
    share = totals.n_cash[:, None] * tables.ticket_share
    expected = float((share * tables.cash_seconds).sum())
    spread = np.sqrt(float((share * tables.cash_seconds**2).sum()))
    assert abs(in_cash - expected) < 5.0 * spread


def test_a_world_with_a_user_who_has_no_account_is_refused():
    world = toy_world(1_000, user_share=0.5)
    world.citizens.has_account[:] = 0
    with pytest.raises(ValueError, match=r"users, .* without device, account or awareness"):
        engine_of(world)
