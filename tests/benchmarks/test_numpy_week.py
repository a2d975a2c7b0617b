"""The NumPy week is a fair yardstick only if it moves the same world to the same place as the engine."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from simulation.core.codes import N_AGES, N_AREAS, N_SECTORS, Stage
from simulation.core.rng import Stream, uniforms
from simulation.engine.runner import world_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario
from tests.benchmarks.numpy_week import NumpyWeek, Totals

N_WEEKS = 30
# in 30 weeks of 2,000 citizens as they are, hardly anybody would meet fraud, a shop would seldom think again, and word
# of mouth would never run out
EVENTFUL = {
    "fraud_probability": 0.002,
    "lapse_after_incident": 0.5,
    "outage_weeks_per_year": 26.0,
    "word_of_mouth_weeks": 10.0,
    "mean_field_share": 0.3,
    "merchant_review_rate": 0.5,
    "merchant_withdrawal_rate": 0.5,
}


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


@pytest.mark.parametrize("changes", [{}, EVENTFUL], ids=["as_usual", "eventful"])
def test_numpy_moves_a_world_as_the_engine_does(changes):
    engine = engine_of_2000(**changes)
    by_hand = NumpyWeek(engine)
    seen = []
    for week in range(N_WEEKS):
        mine, (theirs, _) = by_hand.step(), engine.step()
        seen.append(mine)
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
    assert (np.sum([week.sectors for week in seen], axis=0).sum(axis=0) > 0).all()
    assert any(week.n_failed.sum() for week in seen)
    assert not changes or sum(week.n_incidents for week in seen) > N_WEEKS


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
