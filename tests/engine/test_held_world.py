"""A world that is kept after its warm-up runs plan after plan as if each were run alone."""

import numpy as np
import pytest

from simulation.engine.array_engine import ArrayEngine
from simulation.engine.held_world import HeldWorld, weeks_to_keep
from simulation.engine.plan import plan_of
from simulation.engine.shared_past import record_all
from simulation.levers.base import Schedule
from simulation.scenario.budget import Budget
from simulation.scenario.events import CashShortage
from simulation.scenario.schema import Scenario
from tests.levers.examples import EXAMPLES
from tests.parity.engines import start

LEVERS = {
    "coupon": EXAMPLES["coupon"].model_copy(update={"schedule": Schedule(start_week=4, end_week=9)}),
    "kiosks": EXAMPLES["kiosk"].model_copy(update={"schedule": Schedule(start_week=2)}),
}
KEPT = Scenario(weeks=14, levers=LEVERS)
OTHERS = {
    "longer": KEPT.model_copy(update={"weeks": 17}),
    "scaled": KEPT.model_copy(update={"levers": LEVERS | {"kiosks": LEVERS["kiosks"].scaled(2.0)}}),
    "poor": KEPT.model_copy(update={"budget": Budget(total_yuan=30_000.0)}),
    "frozen": KEPT.model_copy(update={"behaviour": KEPT.behaviour.model_copy(update={"freeze_peers": True})}),
    "nothing": Scenario(weeks=14),
}


@pytest.fixture(scope="module")
def made():
    """Return an engine at week 0, the totals of week -1, and a world that keeps a plan on it."""
    begun = start(300)
    engine = ArrayEngine(begun.world, begun.model, begun.seed)
    last = engine.warm_up()
    world = HeldWorld(engine, last)
    world.keep(KEPT)
    return engine, last, world


def same(one, other):
    return one.arrays.keys() == other.arrays.keys() and all(
        np.array_equal(one.arrays[name], other.arrays[name], equal_nan=True) for name in one.arrays
    )


@pytest.mark.parametrize("name", OTHERS)
def test_a_plan_is_run_as_if_it_were_alone(made, name):
    """Another horizon, another dose, too little money, other switches, no lever at all."""
    engine, last, world = made
    alone = record_all(engine, [(name, OTHERS[name])], last)[name]
    assert same(world.run(OTHERS[name]), alone)
    assert same(world.run(OTHERS[name]), alone)


def test_another_plan_can_be_kept_instead(made):
    engine, last, _ = made
    world = HeldWorld(engine, last)
    world.keep(KEPT)
    kept = world.keep(OTHERS["scaled"])
    assert same(kept, record_all(engine, [("scaled", OTHERS["scaled"])], last)["scaled"])
    assert same(world.run(KEPT), record_all(engine, [("kept", KEPT)], last)["kept"])


def test_a_plan_is_kept_where_levers_and_events_begin_and_end(made):
    assert made[2].kept_weeks == (0, 2, 4, 9, 14)
    shortage = CashShortage(kind="cash_shortage", start_week=6, end_week=8, intensity=2.0)
    assert weeks_to_keep(plan_of(KEPT.model_copy(update={"events": (shortage,)}))) == [0, 2, 4, 6, 9, 14]


def test_with_a_budget_other_levers_part_at_once_so_that_only_the_end_is_kept():
    assert weeks_to_keep(plan_of(OTHERS["poor"])) == [0, 14]


def test_programmes_that_differ_in_one_lever_share_the_rest(made):
    """What the others reach, where they help and what they owe is worked out once a world."""
    one = made[0].fork(plan_of(KEPT))
    other = one.fork(plan_of(OTHERS["scaled"]))
    mine, theirs = one.programme.foreseen, other.programme.foreseen
    assert theirs["coupon"] is mine["coupon"] and theirs["kiosks"] is not mine["kiosks"]
    assert other.programme.citizen_group is one.programme.citizen_group
