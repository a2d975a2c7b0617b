"""Visits at home in the engines: who is visited when, what a visit does and costs, and what rules and money change."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.core.codes import HelpKind, Stage
from simulation.core.offers import Use
from simulation.core.rng import Stream, name_hash, uniforms
from simulation.core.rules import learning
from simulation.engine.plan import Plan
from simulation.engine.removal import standing_plan
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.home_visit import HomeVisit
from simulation.levers.kiosk import Kiosk
from simulation.levers.ledger import LINES
from simulation.scenario.budget import Budget
from tests.counterfactual.test_levers import CITIZEN_HISTORY, histories
from tests.worlds import default_params, engine_of, ring_ties, toy_world

N = 1_000
TAUGHT = 1 << HelpKind.TRAINING - 1


def visits(**settings):
    return HomeVisit(kind="home_visit", **{"visits": 60, "schedule": Schedule(end_week=6), **settings})


def engine(levers, n_weeks=10, budget=None, **world):
    made = toy_world(N, accepting_share=0.4, **{"user_share": 0.0, **world})
    return engine_of(made, gamma=-2.0).fork(Plan(levers=levers, n_weeks=n_weeks, budget=budget))


def run(it, weeks):
    return [it.step() for _ in range(weeks)]


def test_everybody_chosen_is_visited_once_in_the_order_they_were_chosen():
    it = engine({"v": visits()})
    ranked = it.plan.levers["v"].chosen(it.world, "v").tolist()
    who = [it.allotment.visits.due(it.week).who.tolist() for _ in [it.programme.open_week(0)]]
    assert who == [ranked[:10]]
    it = engine({"v": visits(let_in_share=1.0)})
    order = []
    for totals in run(it, 8):
        order.append(int(totals.n_uses[0, Use.HELP]))
        assert totals.n_helps[HelpKind.TRAINING - 1] <= totals.n_seats[HelpKind.TRAINING - 1] == order[-1]
    assert order == [10] * 6 + [0, 0]
    assert sorted(ranked) == np.flatnonzero(it.c.ever_helped & TAUGHT).tolist()


def test_a_visit_teaches_whoever_lets_the_visitor_in_and_costs_either_way():
    """Of 60 visits some doors stay shut; each is 50 yuan, and 7 more where somebody is taught."""
    it = engine({"v": visits(visit_yuan=50, materials_yuan=7, let_in_share=0.6)})
    totals = run(it, 10)
    who = it.plan.levers["v"].chosen(it.world, "v")
    opens = uniforms(it.world.seed, Stream.HOME_VISIT_DOOR, name_hash("v"), who) < 0.6
    assert 20 < opens.sum() < 50
    assert np.flatnonzero(it.c.ever_helped & TAUGHT).tolist() == sorted(who[opens].tolist())
    assert sum(int(t.n_helps[HelpKind.TRAINING - 1]) for t in totals) == opens.sum()
    assert it.programme.treasury.ledger.total_fen(line="trainers") == 60 * 5_000 + opens.sum() * 700


def test_a_visit_teaches_as_a_training_event_does():
    """Skill .5 rises by eta_T of what lacks, and risk falls by its relief; then the week goes on as for anybody."""
    p = default_params()
    skill, risk = learning.after_help(int(HelpKind.TRAINING), 0.5, 0.3, p)
    assert (skill, risk) == (0.5 + p.learning_training * 0.5, 0.3 * (1 - p.training_risk_relief))
    it = engine({"v": visits(visits=1, let_in_share=1.0, schedule=Schedule(end_week=1))})
    (who,) = it.plan.levers["v"].chosen(it.world, "v")
    it.step()
    others = np.delete(np.arange(N), who)
    assert it.c.skill[who] > it.c.skill[others].max() and it.c.perceived_risk[who] < it.c.perceived_risk[others].min()


def test_people_who_never_come_to_help_are_reached_and_skilled_users_are_not_taught():
    it = engine({"v": visits(let_in_share=1.0)})
    it.c.attends_help[:] = 0
    run(it, 6)
    assert np.count_nonzero(it.c.ever_helped & TAUGHT) == 60
    skilled = engine({"v": visits(let_in_share=1.0)}, user_share=1.0)
    skilled.c.skill[:] = skilled.c.innate_skill[:] = 0.99
    totals = run(skilled, 6)
    assert np.count_nonzero(skilled.c.ever_helped & TAUGHT) == 0
    assert sum(int(t.n_uses[0, Use.HELP]) for t in totals) == 60  # the visitor has come all the same


def test_a_visit_to_one_citizen_reaches_only_that_citizen_in_its_week():
    """A week later their ties may have heard of it, and nobody else."""
    lucky = 1_234

    def first():
        world = toy_world(3_000, user_share=0.4, accepting_share=0.4, merchants_per_zone_sector=8)
        c = world.citizens
        c.age[lucky], c.stage[lucky], c.counted_by_peers[lucky] = 4, Stage.NEVER, 0  # nobody else is as old
        c.weeks_since_use[lucky] = c.weeks_since_merchant[lucky] = 255
        return engine_of(world, default_params(fraud_probability=1e-3, first_use_training=1.0), gamma=-2.0)

    lever = visits(
        visits=1, let_in_share=1.0, eligibility=Eligibility(ages=("75+",)), schedule=Schedule(end_week=1)
    )  # fmt: skip
    without, visited = histories({}, 2, first), histories({"v": lever}, 2, first)
    changed = []
    for before, after in zip(without, visited, strict=True):
        differs = [before[name] != after[name] for name in CITIZEN_HISTORY if name != "n_user_peers"]
        changed.append(np.flatnonzero(np.any(differs, axis=0)).tolist())
    assert changed[0] == [lucky]
    assert visited[0]["stage"][lucky] == Stage.USER and without[0]["stage"][lucky] == Stage.NEVER
    start_of, peer = ring_ties(3_000)
    assert set(changed[1]) <= {lucky, *peer[start_of[lucky] : start_of[lucky + 1]].tolist()}


def test_another_lever_changes_nobody_who_is_visited():
    """Not a kiosk, nor other visits, which go to some of the same people."""
    alone, beside = engine({"v": visits()}), engine(
        {"v": visits(), "a": visits(strategy="degree", visits=300), "k": Kiosk(kind="kiosk", places="all")}
    )  # fmt: skip
    for it in (alone, beside):
        run(it, 6)
    ranked = [it.allotment.visits._ranked["v"].ranked.tolist() for it in (alone, beside)]
    assert ranked[0] == ranked[1]
    seen = [np.flatnonzero(it.allotment.visits._is_visited["v"]).tolist() for it in (alone, beside)]
    assert seen[0] == seen[1] == sorted(ranked[0])


def test_nobody_is_taught_by_two_visitors_in_a_week():
    both = {name: visits(visits=N, let_in_share=1.0, schedule=Schedule(end_week=1)) for name in ("a", "b")}
    it = engine(both)
    totals = it.step()
    assert totals.n_helps[HelpKind.TRAINING - 1] == N
    assert totals.n_uses[:, Use.HELP].tolist() == [N, N]


def test_where_money_does_not_reach_visits_do_not_take_place_and_are_counted():
    """30 visits a week at 50 yuan, 40 in all: 2,000 yuan are 40 visits."""
    lever = visits(visits=60, visit_yuan=50, materials_yuan=0, let_in_share=1.0, schedule=Schedule(end_week=2))
    it = engine({"v": lever}, budget=Budget(total_yuan=2_000))
    totals = run(it, 4)
    assert [int(t.n_uses[0, Use.HELP]) for t in totals] == [30, 10, 0, 0]
    assert [int(t.n_unpaid[0]) for t in totals] == [0, 20, 0, 0]
    assert np.count_nonzero(it.c.ever_helped & TAUGHT) == 40


def test_interviews_that_cannot_be_paid_leave_everybody_unvisited():
    lever = visits(strategy="degree", interview_yuan=10)
    assert LINES.index("operations") >= 0
    poor, rich = (engine({"v": lever}, budget=Budget(total_yuan=yuan)) for yuan in (9_999, 20_000))
    assert [sum(int(t.n_uses[0, Use.HELP]) for t in run(it, 6)) for it in (poor, rich)] == [0, 60]
    assert rich.programme.treasury.ledger.total_fen(line="operations") == N * 1_000


@pytest.mark.parametrize(("factor", "weekly"), [(2.0, 20), (0.5, 5)])
def test_a_rule_that_multiplies_visits_changes_the_pace_from_then_on_and_visits_nobody_twice(factor, weekly):
    it = engine({"v": visits(let_in_share=1.0)})
    first = run(it, 3)
    it.programme.apply(SimpleNamespace(lever="v", change="scale", factor=factor, effect_week=3, envelope_yuan=None))
    after = run(it, 4)
    assert [int(t.n_uses[0, Use.HELP]) for t in (*first, *after)] == [10] * 3 + [weekly] * 3 + [0]
    assert np.count_nonzero(it.c.ever_helped & TAUGHT) == 30 + 3 * weekly


def test_a_rule_that_stops_visits_leaves_the_rest_unvisited():
    it = engine({"v": visits()})
    run(it, 2)
    it.programme.apply(SimpleNamespace(lever="v", change="stop", factor=None, effect_week=2, envelope_yuan=None))
    assert [int(t.n_uses[0, Use.HELP]) for t in run(it, 4)] == [0] * 4


def test_visits_all_made_do_not_go_on_when_the_plan_stands():
    """A kiosk goes on; visits that acted in the last week are used up."""
    it = engine({"v": visits(schedule=Schedule()), "k": Kiosk(kind="kiosk", places="all")}, n_weeks=4)
    run(it, 4)
    plan = standing_plan(it, 8)
    assert plan.levers["k"].schedule.end_week is None
    assert plan.levers["v"].schedule.end_week == 4
