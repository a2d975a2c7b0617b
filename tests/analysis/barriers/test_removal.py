"""People who go on from a run's last week: alone, by the same draws, under the programme as it stands."""

import dataclasses

import numpy as np
import pytest

from simulation.analysis.barriers.naming import ask, name_barriers
from simulation.analysis.barriers.replicate import GAIN_YUAN
from simulation.core.codes import Stage
from simulation.core.state import Citizens, Family, Merchants
from simulation.engine.plan import Plan
from simulation.engine.removal import NOT_PAID, Barrier, Removal, scheduled, standing_plan
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.training_event import TrainingEvent
from simulation.scenario.budget import Budget
from tests.worlds import default_params, engine_of, make_users, toy_world

HORIZON = 26
EVERY_AGE = Eligibility(ages=("15-29", "30-44", "45-59", "60-74", "75+"))
PROGRAMME = {
    "campaign": Campaign(kind="campaign", intensity=1.0),
    "coupon": Coupon(kind="coupon", first_use_yuan=20.0),
    "training": TrainingEvent(
        kind="training_event", places="all", seats_per_week=5.0, trainers=1.0, eligibility=EVERY_AGE
    ),
}


def mixed_world(n=2_000, seed=3):
    """Return people of all sorts: some pay, some stopped, some know nothing, some have nothing to pay with."""
    world = toy_world(n, accepting_share=0.5, user_share=0.4, seed=seed)
    rng, c = np.random.default_rng(seed), world.citizens
    other = c.stage != Stage.USER
    c.stage[other & (rng.random(n) < 0.3)] = Stage.LAPSED
    c.aware[other & (rng.random(n) < 0.2)] = 0
    c.has_account[other & (rng.random(n) < 0.3)] = 0
    c.skill[:] = c.innate_skill[:] = rng.random(n).astype(np.float32)
    c.attends_help[:] = rng.random(n) < 0.4
    parent = np.arange(0, n, 4, dtype=np.int32)
    world.family = Family(parent, parent + 1, np.zeros(len(parent), np.uint8))
    return world


def after_a_year(plan=None, n=2_000, n_threads=1, weeks=52, **coefficients):
    """Return an engine that has run a year of a programme."""
    start = engine_of(mixed_world(n), default_params(**coefficients), alpha=-3.5, n_threads=n_threads)
    engine = start.fork(plan or Plan(PROGRAMME, n_weeks=weeks))
    while engine.week < weeks:
        engine.step()
    return engine


@pytest.fixture(scope="module")
def engine():
    return after_a_year()


@pytest.fixture(scope="module")
def removal(engine):
    return Removal(engine, HORIZON, GAIN_YUAN)


def state(engine):
    pairs = ((engine.world.citizens, Citizens), (engine.world.merchants, Merchants))
    return {f.name: getattr(held, f.name).copy() for held, kind in pairs for f in dataclasses.fields(kind)}


@pytest.mark.parametrize("barrier", list(Barrier), ids=lambda barrier: barrier.name.lower())
def test_taking_a_barrier_from_one_person_changes_nobody_else(removal, barrier):
    of_all = removal.next_payment((barrier,))
    moved = np.flatnonzero((of_all != removal.by_themselves) & removal.gap)[:5]
    assert len(moved) > 0
    alone = np.zeros(len(of_all), bool)
    alone[moved] = True
    of_few = removal.next_payment((barrier,), alone)
    assert np.array_equal(of_few[moved], of_all[moved])  # nor does it matter who else is freed
    assert (of_few[~alone] == NOT_PAID).all()


def test_the_engine_is_left_as_it_is_and_goes_on_as_if_nobody_had_asked():
    engine = after_a_year(Plan(PROGRAMME, n_weeks=60))
    other = engine.fork(engine.plan)
    before = state(engine)
    ask(Removal(engine, HORIZON, GAIN_YUAN))
    assert all(np.array_equal(values, before[name]) for name, values in state(engine).items())
    for _ in range(8):
        engine.step()
        other.step()
    after = state(other)
    assert all(np.array_equal(values, after[name]) for name, values in state(engine).items())


def test_names_are_the_same_again(engine, removal):
    one, other = (name_barriers(ask(each)) for each in (removal, Removal(engine, HORIZON, GAIN_YUAN)))
    for field in dataclasses.fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name))


@pytest.mark.slow
def test_any_number_of_threads_gives_the_same_names():
    codes = []
    for n_threads in (1, 3):
        big = after_a_year(n=140_000, n_threads=n_threads, weeks=2)
        codes.append(name_barriers(ask(Removal(big, HORIZON, GAIN_YUAN))).code)
    assert len(np.unique(codes[0])) > 5
    assert np.array_equal(*codes)


def test_taking_more_away_keeps_nobody_from_paying_who_would_have_paid_otherwise(removal):
    everything = removal.next_payment(tuple(Barrier))
    assert (everything[removal.gap] != NOT_PAID).mean() > 0.99
    for barrier in Barrier:
        lost = (removal.next_payment((barrier,)) != NOT_PAID) & (everything == NOT_PAID)
        assert lost.sum() == 0


def test_the_question_comes_up_as_often_as_on_average_in_the_middle_of_equal_parts():
    assert scheduled(0.06, 26).tolist() == [6, 19]  # 1.56 times: twice, in the middle of 13 weeks each
    assert scheduled(0.04, 26).tolist() == [13]
    assert scheduled(0.001, 26).tolist() == [13]  # once at least
    assert scheduled(1.0, 4).tolist() == [0, 1, 2, 3]


def test_levers_that_acted_last_week_go_on_and_others_do_not_begin():
    levers = {
        "acts": Coupon(kind="coupon", schedule=Schedule(start_week=2, end_week=6)),
        "ended": Coupon(kind="coupon", schedule=Schedule(end_week=5)),
        "planned": Coupon(kind="coupon", schedule=Schedule(start_week=6)),
    }
    engine = after_a_year(Plan(levers, n_weeks=6), weeks=6)
    plan = standing_plan(engine, HORIZON)
    acting = [name for name, lever in plan.levers.items() if any(lever.schedule.is_on(week) for week in range(6, 32))]
    assert acting == ["acts"] and all(plan.levers["acts"].schedule.is_on(week) for week in range(6, 32))
    assert plan.n_weeks == 32


def test_a_lever_without_money_in_the_last_week_is_not_there_afterwards():
    plan = Plan(PROGRAMME, budget=Budget(total_yuan=1.0, lines={}), n_weeks=6)
    engine = after_a_year(plan, weeks=6)
    assert not engine.programme.open_week_levers[engine.programme.names.index("training")]
    assert not standing_plan(engine, HORIZON).levers["training"].schedule.is_on(6)


def test_seats_go_to_those_who_get_them_where_nothing_is_taken_away(removal):
    helped = [around.helped for around in removal._weeks]
    assert len(helped) == HORIZON and all((marks > 0).any() for marks in helped)
    seats = [int((marks == 1).sum()) for marks in helped]
    assert max(seats) <= 5


def test_who_pays_is_not_asked(engine, removal):
    assert np.array_equal(removal.gap, engine.c.weeks_since_use >= 4)
    assert (removal.next_payment(tuple(Barrier))[~removal.gap] == NOT_PAID).all()


def test_users_who_have_not_paid_for_long_are_in_the_gap():
    world = toy_world(500, accepting_share=0.0)
    make_users(world, np.ones(500, bool))
    world.citizens.weeks_since_use[:] = world.citizens.weeks_since_merchant[:] = 4
    engine = engine_of(world, default_params(person_payments_ratio=0.0))
    assert Removal(engine, HORIZON, GAIN_YUAN).gap.all()
