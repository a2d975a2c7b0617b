"""An engine forked in the middle of a programme goes on as if it had run the other plan from week 0."""

import copy
import dataclasses

import numpy as np
import pytest

from simulation.core.offers import Use
from simulation.core.state import Citizens, Merchants
from simulation.engine.parting import parting_week
from simulation.engine.plan import Plan
from simulation.engine.recorder import Recorder
from simulation.levers.base import Schedule
from simulation.scenario.adjustment import Rule
from simulation.scenario.budget import Budget
from simulation.scenario.schema import LEVERS
from tests.counterfactual.test_levers import FULL, KINDS, start

PARTING, END = 9, 20
EARLY = {f"a_{kind}": lever for kind, lever in FULL.items()}  # act from week 0, and sort before the others
RULES = {
    "more": Rule.model_validate(
        {
            "when": {"indicator": "active_accounts_share", "below": 0.99, "quarters": 1},
            "action": {"lever": "a_campaign", "change": "scale", "factor": 0.5},
        }
    )
}


def at(lever, **schedule):
    """Return a lever with another schedule."""
    return lever.model_copy(update={"schedule": Schedule(**schedule)})


def recorder_of(engine, n_weeks=END):
    world = engine.world
    n_places, n_levers = len(world.places.place_id), len(engine.programme.levers)
    return Recorder(
        n_weeks, n_places, n_levers, len(world.citizens.age), world.expansion_factor, engine.model.params
    )  # fmt: skip


def run(engine, recorder, weeks):
    for week in range(engine.week, weeks):
        recorder.record(week, engine.step())


def from_zero(plan):
    engine = start().fork(plan)
    recorder = recorder_of(engine)
    run(engine, recorder, END)
    return engine, recorder


def by_fork(past, plan, week=PARTING):
    engine = start().fork(past)
    recorder = recorder_of(engine)
    run(engine, recorder, week)
    twin = engine.fork(plan)
    mine = recorder.fork(engine.programme.names, twin.programme.names)
    before = copy.deepcopy([engine.programme.treasury.ledger.fen, recorder.arrays()["n_uses"]])
    run(twin, mine, END)
    after = [engine.programme.treasury.ledger.fen, recorder.arrays()["n_uses"]]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))  # the past is left as it is
    return twin, mine


def unlike(one, other):
    """Return what differs between two engines and their recorders."""
    (a, recorded_a), (b, recorded_b) = one, other
    found = []
    for kind, state in (("citizens", Citizens), ("merchants", Merchants)):
        for f in dataclasses.fields(state):
            if f.metadata["changes"]:
                left, right = (getattr(getattr(engine.world, kind), f.name) for engine in (a, b))
                found += [] if np.array_equal(left, right) else [f"{kind}.{f.name}"]
    found += [
        name for name, values in recorded_a.arrays().items() if not np.array_equal(values, recorded_b.arrays()[name])
    ]
    treasuries = [engine.programme.treasury for engine in (a, b)]
    found += [] if np.array_equal(*(each.ledger.fen for each in treasuries)) else ["ledger"]
    found += [] if treasuries[0].free_fen() == treasuries[1].free_fen() else ["free money"]
    found += [] if a.office.readings == b.office.readings else ["readings"]
    found += [] if a.office.firings == b.office.firings else ["firings"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_lever_that_starts_after_the_fork_acts_as_from_zero(kind):
    """Every other kind is on from week 0; the new one sorts before them, so that all rows shift."""
    later = {f"0_{kind}": at(FULL[kind], start_week=PARTING)}
    past, plan = Plan(levers=EARLY, n_weeks=END), Plan(levers=EARLY | later, n_weeks=END)
    assert parting_week(past, plan) == PARTING
    assert unlike(from_zero(plan), by_fork(past, plan)) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not LEVERS[kind].is_used_up])
def test_a_lever_that_ends_at_the_fork_acts_as_from_zero(kind):
    past = Plan(levers=EARLY, n_weeks=END)
    plan = Plan(levers=EARLY | {f"a_{kind}": at(FULL[kind], start_week=0, end_week=PARTING)}, n_weeks=END)
    assert parting_week(past, plan) == PARTING
    assert unlike(from_zero(plan), by_fork(past, plan)) == []


def test_visits_that_end_earlier_are_made_faster_from_the_start():
    """3,000 visits over 20 weeks are 150 a week, over 10 weeks 300: the plans part when the first is made."""
    early, late = (at(FULL["home_visit"], start_week=3, end_week=end) for end in (10, 20))
    assert parting_week(Plan(levers={"v": early}, n_weeks=END), Plan(levers={"v": late}, n_weeks=END)) == 3


def test_a_fork_among_the_visits_goes_on_with_those_not_yet_visited():
    """Another lever opens in the middle of them; nobody is visited twice, and none is left out."""
    visits = {"v": at(FULL["home_visit"], start_week=0, end_week=18)}
    past, plan = (
        Plan(levers=visits, n_weeks=END),
        Plan(levers=visits | {"0_coupon": at(FULL["coupon"], start_week=PARTING)}, n_weeks=END),
    )
    assert parting_week(past, plan) == PARTING
    whole, forked = from_zero(plan), by_fork(past, plan)
    assert unlike(whole, forked) == []
    ranked, seen = forked[0].allotment.visits._ranked["v"].ranked, forked[0].allotment.visits._is_visited["v"]
    assert sorted(ranked) == np.flatnonzero(seen).tolist()
    assert forked[1].arrays()["n_uses"].sum(axis=0)[1, Use.HELP] == len(ranked)


def test_events_after_the_fork_act_as_from_zero_under_a_budget_and_rules():
    """Money that runs short, a rule that fires at the first quarter's end, and a cut, a shortage and a fraud wave."""
    common = {"levers": EARLY, "n_weeks": END, "budget": Budget(total_yuan=60_000.0), "adjustment": RULES}
    late = PARTING + 6
    past = Plan(**common)
    plan = Plan(
        **common, cash_shortage={late: 2.0}, fraud_factor={late: 9.0}, outage={late + 1: 0.5}, budget_cut={late: 0.5}
    )
    assert parting_week(past, plan) == late
    whole = from_zero(plan)
    assert unlike(whole, by_fork(past, plan, late)) == []
    assert len(whole[0].office.firings) == 1
    assert whole[1].arrays()["n_unpaid_claims"].any()


def test_a_fork_of_a_fork_acts_as_from_zero():
    first = Plan(levers=EARLY, n_weeks=END)
    second = Plan(levers=EARLY | {"0_coupon": at(FULL["coupon"], start_week=5)}, n_weeks=END)
    third = Plan(levers=dict(second.levers) | {"00_kiosk": at(FULL["kiosk"], start_week=PARTING)}, n_weeks=END)
    engine = start().fork(first)
    recorder = recorder_of(engine)
    run(engine, recorder, 5)
    twin = engine.fork(second)
    mine = recorder.fork(engine.programme.names, twin.programme.names)
    run(twin, mine, PARTING)
    last = twin.fork(third)
    its = mine.fork(twin.programme.names, last.programme.names)
    run(last, its, END)
    assert unlike(from_zero(third), (last, its)) == []


def test_plans_part_at_once_where_money_is_capped_or_rules_act():
    """What the new lever will owe is kept for it from week 0 on; a rule may change any lever."""
    later = EARLY | {"0_kiosk": at(FULL["kiosk"], start_week=PARTING)}
    for common in ({"budget": Budget(total_yuan=1e6)}, {"adjustment": RULES}):
        assert parting_week(Plan(levers=EARLY, **common), Plan(levers=later, **common)) == 0
    assert parting_week(Plan(levers=EARLY), Plan(levers=EARLY, budget=Budget(total_yuan=1e6))) == 0


def test_equal_plans_never_part():
    assert parting_week(Plan(levers=FULL, n_weeks=30), Plan(levers=dict(FULL), n_weeks=30)) == 30


def test_another_dose_parts_plans_where_the_lever_opens():
    """Week 4 is decided for, 3 weeks of coordination come on top."""
    coupon = at(FULL["coupon"], start_week=4, delay_weeks=3)
    assert parting_week(Plan(levers={"c": coupon}), Plan(levers={"c": coupon.scaled(2.0)})) == 7


def with_places_later(kind):
    """Return a lever that opens at once and whose first place does in PARTING, and the same with a double dose."""
    later = {"training_event": "events", "senior_university": "events", "kiosk": "sites"}[kind]
    name = "opening_week" if kind == "kiosk" else "start_week"
    weeks = {} if kind == "kiosk" else {"weeks": 6}
    entries = [
        {"place": place, name: PARTING + k, **weeks} for k, place in enumerate(start().world.places.place_id[:2])
    ]
    lever = LEVERS[kind].model_validate({"kind": kind, later: entries, "eligibility": {"ages": ["60-74", "75+"]}})
    return lever, lever.scaled(2.0)


@pytest.mark.parametrize("kind", ["training_event", "senior_university", "kiosk"])
def test_places_that_open_after_the_fork_act_as_from_zero(kind):
    once, twice = with_places_later(kind)
    past, plan = (Plan(levers=EARLY | {"0_later": lever}, n_weeks=END) for lever in (once, twice))
    assert parting_week(past, plan) == PARTING
    whole = from_zero(plan)
    assert unlike(whole, by_fork(past, plan)) == []
    assert unlike(whole, from_zero(past)) != []
    assert parting_week(past, Plan(levers=EARLY, n_weeks=END)) == 0  # one is known to its own programme from week 0 on


def test_switches_cannot_be_thrown_under_way():
    engine = start().fork(FULL)
    engine.step()
    with pytest.raises(ValueError, match="frozen up to week 0"):
        engine.fork(engine.plan, dataclasses.replace(engine.model, freeze_peers=True))
