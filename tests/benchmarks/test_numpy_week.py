"""The NumPy week is a fair yardstick only if it moves the same world to the same place as the engine."""

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.core.codes import N_AGES, N_AREAS, N_SECTORS, HelpKind, Stage
from simulation.core.observed import ACCEPTING, PAID_THIS_QUARTER, STARTED, STOPPED, TERMINAL_FEN
from simulation.core.rng import Stream, uniforms
from simulation.engine.recorder import WeekTotals
from simulation.engine.runner import world_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario
from tests.benchmarks.numpy_week import NumpyWeek, Totals

N_WEEKS = 30
# in 30 weeks of 2,000 citizens as they are, hardly anybody would meet fraud or be led to use by a child, a shop would
# seldom think again, and word of mouth would never run out
EVENTFUL = {
    "fraud_probability": 0.002,
    "lapse_after_incident": 0.5,
    "outage_weeks_per_year": 26.0,
    "word_of_mouth_weeks": 10.0,
    "mean_field_share": 0.3,
    "child_help_rate": 0.2,
    "old_device_failure": 0.05,
    "merchant_review_rate": 0.5,
    "merchant_withdrawal_rate": 0.5,
}
# much is decided, by people of whom many have ties to users and all hear of the region's
TALKATIVE = {
    "mean_field_share": 0.5,
    "trial_rate": 0.5,
    "return_rate": 0.5,
    "lapse_early": 0.8,
    "peer_help_rate": 0.5,
    "person_payments_ratio": 0.5,
}
# sums that nothing but a lever moves
OF_LEVERS = {"merchant_payments", "n_seats", "n_turned_away", "reached", "n_uses", "n_unpaid"}
MOVED_WITHOUT_LEVERS = [ACCEPTING, STARTED, STOPPED, TERMINAL_FEN, PAID_THIS_QUARTER]
CHILD = HelpKind.CHILD - 1


def engine_of_2000(**changes):
    """Constants are made up, near the solved ones: solving them would take half a minute."""
    scenario = Scenario(title={"en": "Week", "zh": "一周"}, region="lishui", citizens=2_000, replicates=1, seed=1)
    constants = SimpleNamespace(
        alpha=np.full((N_AGES, N_AREAS), -2.5),
        gamma=np.full(N_SECTORS, -5.0),
        lapsed_share=np.full((N_AGES, N_AREAS), 0.3),
    )
    engine = world_of(scenario, builtin(scenario.region), constants, replicate=0)
    engine.warm_up()
    return engine.fork({}, model=replace(engine.model, params=engine.model.params._replace(**changes)))


def assert_same(mine, theirs, what):
    if np.asarray(theirs).dtype.kind == "f":
        # np.exp and math.exp may differ in the last bit; the state is float32
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, err_msg=what)
    else:
        np.testing.assert_array_equal(mine, theirs, err_msg=what)


@pytest.mark.parametrize("changes", [{}, EVENTFUL, TALKATIVE], ids=["as_usual", "eventful", "talkative"])
def test_numpy_moves_a_world_as_the_engine_does(changes):
    engine = engine_of_2000(**changes)
    by_hand = NumpyWeek(engine)
    seen = []
    assert set(Totals._fields) | OF_LEVERS == {spec.name for spec in fields(WeekTotals)}
    for week in range(N_WEEKS):
        mine, theirs = by_hand.step(), engine.step()
        seen.append(mine)
        assert not any(np.any(getattr(theirs, name)) for name in OF_LEVERS)
        for name in Totals._fields:
            assert_same(getattr(mine, name), getattr(theirs, name), f"{name}, week {week}")
        pairs = (by_hand.citizens, engine.world.citizens), (by_hand.merchants, engine.world.merchants)
        for my_state, their_state in pairs:
            for name in their_state.__slots__:
                assert_same(getattr(my_state, name), getattr(their_state, name), f"{name}, week {week}")
        assert by_hand.user_share == pytest.approx(engine.user_share, rel=1e-12)
        np.testing.assert_allclose(by_hand.acceptance, engine.acceptance, rtol=1e-12)
        np.testing.assert_allclose(by_hand.zone_acceptance, engine.zone_acceptance, rtol=1e-12)
    # every kind of move was made, or the comparison would say less than it seems to
    assert (np.sum([week.cells for week in seen], axis=0).sum(axis=0) > 0).all()
    assert (np.sum([week.sectors for week in seen], axis=0).sum(axis=0)[MOVED_WITHOUT_LEVERS] > 0).all()
    assert all(week.n_failed.sum() and week.n_family.sum() and week.n_person.all() for week in seen)
    assert any(len(week.first_payers) for week in seen)
    if changes is EVENTFUL:
        assert sum(week.n_incidents for week in seen) > N_WEEKS
        assert sum(week.n_helps[CHILD] for week in seen) > sum(week.n_assisted[CHILD] for week in seen) > 0


def test_the_engine_stays_where_it_was():
    engine = engine_of_2000()
    stages, accepts = engine.world.citizens.stage.copy(), engine.world.merchants.accepts.copy()
    ties = engine.world.citizens.n_user_peers.copy()
    by_hand = NumpyWeek(engine)
    for _ in range(5):
        by_hand.step()
    assert not np.array_equal(by_hand.citizens.stage, stages)
    np.testing.assert_array_equal(engine.world.citizens.stage, stages)
    np.testing.assert_array_equal(engine.world.merchants.accepts, accepts)
    np.testing.assert_array_equal(engine.world.citizens.n_user_peers, ties)


def test_a_world_without_users_makes_no_electronic_payment():
    engine = engine_of_2000()
    engine.world.citizens.stage[:] = Stage.NEVER
    engine.world.citizens.aware[:] = 0
    totals = NumpyWeek(engine).step()
    assert totals.n_electronic.sum() == 0
    assert totals.n_cash.sum() > 0


def test_an_engine_past_week_0_is_refused():
    engine = engine_of_2000()
    engine.step()
    with pytest.raises(ValueError, match="stands at week 1"):
        NumpyWeek(engine)


def test_draws_below_a_bound_are_the_keyed_draws():
    by_hand = NumpyWeek(engine_of_2000())
    everyone = np.arange(2_000)
    draws = uniforms(by_hand.seed, Stream.TRIAL, 0, everyone)
    who, draw = by_hand._below(Stream.TRIAL, everyone, 0.06)
    np.testing.assert_array_equal(who, np.flatnonzero(draws < 0.06))
    np.testing.assert_array_equal(draw, draws[who])
