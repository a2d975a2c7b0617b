"""Sums kept by changes alone equal a count of everybody, and the short loop of payments equals the long one."""

import numpy as np
import pytest

from simulation.core.codes import N_CELLS, Stage
from simulation.core.observed import ACTIVE, ACTIVE_13W, AT_RISK, AWARE, LAPSED, USERS, WITH_ACCESS
from simulation.core.state import Citizens
from simulation.engine.initialise import cell_of
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.kiosk import Kiosk
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from tests.worlds import default_params, engine_of, toy_world

LEVERS = {
    "coupon": Coupon(kind="coupon"),
    "campaign": Campaign(kind="campaign"),
    "training": TrainingEvent(kind="training_event", places="all", seats_per_week=30),
    "kiosk": Kiosk(kind="kiosk", places="all", capacity_per_week=30),
}


def lively_world():
    """Return a world in which people hear, get access, start, lapse and suffer every week."""
    world = toy_world(3_000, user_share=0.4, accepting_share=0.5)
    c = world.citizens
    c.age[::3], c.area[::2], c.income[::5] = 3, 2, 0
    idle = c.stage == Stage.NEVER
    c.aware[idle & (np.arange(3_000) % 2 == 0)] = 0
    c.has_device[idle & (np.arange(3_000) % 3 == 0)] = 0
    c.has_account[idle & (np.arange(3_000) % 4 == 0)] = 0
    c.payments_per_week[::7] = 0.125
    return world


def counted(c: Citizens, flag) -> list[int]:
    return np.bincount(cell_of(c), weights=flag, minlength=N_CELLS).astype(int).tolist()


def test_stocks_kept_by_changes_equal_a_count_of_everybody():
    p = default_params(fraud_probability=5e-3, lapse_after_incident=0.5, outage_weeks_per_year=20.0, lapse_early=0.3)
    engine = engine_of(lively_world(), p, gamma=-2.0).fork(LEVERS, {5: 3.0})
    c = engine.world.citizens
    for week in range(60):
        ready = (c.stage == Stage.NEVER) & (c.aware & c.has_device & c.has_account == 1)
        totals, _ = engine.step()
        assert totals.cells[:, AT_RISK].tolist() == counted(c, ready), week
        for column, flag in (
            (ACTIVE, c.weeks_since_use < 4),
            (ACTIVE_13W, c.weeks_since_use < 13),
            (USERS, c.stage == Stage.USER),
            (LAPSED, c.stage == Stage.LAPSED),
            (AWARE, c.aware == 1),
            (WITH_ACCESS, c.has_device & c.has_account == 1),
        ):
            assert totals.cells[:, column].tolist() == counted(c, flag), (week, column)
        assert totals.place_active.sum() == (c.weeks_since_use < 4).sum()


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
    totals, _ = engine.step()
    assert totals.cells[:, USERS].tolist() == counted(c, c.stage == Stage.USER)
    assert totals.cells[:, ACTIVE].tolist() == counted(c, c.weeks_since_use < 4)


def test_a_limit_nobody_pays_under_changes_no_payment():
    """The loop for weeks with a limit asks two questions more; where all answers are no it agrees with the other."""
    histories = []
    for levers in ({}, {"limit": VerificationLimit(kind="verification_limit", limit_yuan=0.01)}):
        engine = engine_of(lively_world(), default_params(outage_weeks_per_year=0.0)).fork(levers)
        weeks = [engine.step()[0] for _ in range(10)]
        histories.append([(w.till_seconds, w.n_electronic.tolist(), w.cash_fen.tolist()) for w in weeks])
    assert histories[0] == histories[1]


def test_a_world_with_a_user_who_has_no_account_is_refused():
    world = toy_world(1_000, user_share=0.5)
    world.citizens.has_account[:] = 0
    with pytest.raises(ValueError, match=r"users, .* without device, account or awareness"):
        engine_of(world)
