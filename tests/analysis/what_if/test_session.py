"""A what-if gives, bit for bit, what a run of the changed scenario gives, and can be given up at any week."""

import numpy as np
import pytest

from simulation.analysis.what_if.session import WhatIf
from simulation.engine import runner
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.runner import run_many
from simulation.levers.base import Schedule
from simulation.outcomes.indicators import coverage, coverage_by_place, spending
from simulation.outcomes.intervals import cost_per_additional_user, estimate, estimate_share, paired_difference
from simulation.outcomes.targets import judge_all
from simulation.scenario.budget import Budget
from simulation.scenario.events import CashShortage
from simulation.scenario.schema import Scenario, Target
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

WEEKS, REPLICATES = 30, 3
STARTS = {"news": 2, "coupon": 8, "kiosks": 11, "seats": 11, "terminals": 17}
KINDS = {
    "news": "campaign", "coupon": "coupon", "kiosks": "kiosk", "seats": "training_event",
    "terminals": "terminal_subsidy",
}  # fmt: skip
COMMON = {"citizens": 400, "weeks": WEEKS, "replicates": REPLICATES}
TARGETS = {name: Target(code=code, share=0.5) for name, code in {"all": "T1", "time": "T5", "repeat": "T6"}.items()}
BASELINE = Scenario(**COMMON)


def lever(name, **settings):
    schedule = Schedule(start_week=STARTS[name])
    return EXAMPLES[KINDS[name]].model_copy(update={"schedule": schedule} | settings)


LEVERS = {name: lever(name) for name in STARTS}
PROGRAMME = Scenario(**COMMON, levers=LEVERS, targets=TARGETS)


def with_levers(**changed):
    return PROGRAMME.model_copy(update={"levers": LEVERS | changed})


MOVES = {
    "coupon": with_levers(coupon=lever("coupon", first_use_yuan=60.0)),
    "kiosks": with_levers(kiosks=LEVERS["kiosks"].scaled(1.7)),
    "seats": with_levers(seats=LEVERS["seats"].scaled(0.5)),
    "campaign": with_levers(news=LEVERS["news"].scaled(0.5)),
    "earlier terminals": with_levers(terminals=lever("terminals", schedule=Schedule(start_week=5))),
    "coupon ends": with_levers(coupon=lever("coupon", schedule=Schedule(start_week=8, end_week=19))),
    "no kiosks": PROGRAMME.model_copy(update={"levers": {k: v for k, v in LEVERS.items() if k != "kiosks"}}),
    "new lever": with_levers(a_hotline=EXAMPLES["hotline"].model_copy(update={"schedule": Schedule(start_week=20)})),
    "shortage": PROGRAMME.model_copy(
        update={"events": (CashShortage(kind="cash_shortage", start_week=14, end_week=20, intensity=2.0),)}
    ),
    "budget": PROGRAMME.model_copy(update={"budget": Budget(total_yuan=200_000.0)}),
    "nothing": PROGRAMME,
}  # fmt: skip


@pytest.fixture(scope="module")
def constants():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "solved", lambda *_, **__: FIXED)
        yield


@pytest.fixture(scope="module")
def session(constants):
    with WhatIf(PROGRAMME, BASELINE, n_workers=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def alone(constants):
    return run_many(MOVES | {"baseline": BASELINE}, n_workers=1)


def settled(session, scenario, **how):
    return list(session.answer(scenario, **how))[-1]


@pytest.mark.parametrize("name", MOVES)
def test_an_answer_has_the_digest_of_a_run(session, alone, name):
    answer = settled(session, MOVES[name])
    assert answer.is_settled
    assert session.result(answer).digest == alone[name].digest


def test_no_two_moves_of_these_have_the_same_digest(alone):
    assert len({result.digest for result in alone.values()}) == len(MOVES) + 1


def test_the_start_and_the_baseline_are_runs_too(session, alone):
    assert session.result(session.start).digest == alone["nothing"].digest
    assert session.baseline().digest == alone["baseline"].digest


def test_the_order_of_moves_does_not_matter(session):
    names = ["coupon", "budget", "kiosks", "new lever"]
    there = [session.result(settled(session, MOVES[name])).digest for name in names]
    back = [session.result(settled(session, MOVES[name])).digest for name in reversed(names)]
    assert there == back[::-1]


def test_a_zero_move_simulates_no_week_and_changes_nothing(session, monkeypatch):
    monkeypatch.setattr(ArrayEngine, "step", lambda engine: pytest.fail(f"week {engine.week} was simulated"))
    answer = settled(session, MOVES["nothing"])
    assert session.result(answer).digest == session.result(session.start).digest
    assert np.array_equal(answer.summary.programme.coverage.mean, session.start.summary.programme.coverage.mean)


def test_a_lever_is_run_from_the_week_it_acts(session, monkeypatch):
    weeks = []
    step = ArrayEngine.step
    monkeypatch.setattr(ArrayEngine, "step", lambda engine: weeks.append(engine.week) or step(engine))
    settled(session, MOVES["kiosks"])
    assert sorted(weeks) == sorted([*range(STARTS["kiosks"], WEEKS)] * REPLICATES)


def test_answers_come_as_replicates_are_done(session):
    assert [answer.n_replicates for answer in session.answer(MOVES["coupon"])] == [2, 3]
    assert [answer.n_replicates for answer in session.answer(MOVES["coupon"], replicates=1)] == [1]


def test_the_first_replicates_are_those_of_a_shorter_run(session, constants):
    first = next(session.answer(MOVES["seats"]))
    shorter = MOVES["seats"].model_copy(update={"replicates": 2})
    assert session.result(first).digest == run_many({"x": shorter}, n_workers=1)["x"].digest


@pytest.mark.parametrize("weeks", [0, 1, 25])
def test_a_question_given_up_leaves_the_session_usable(session, alone, weeks):
    looks = iter(range(1000))
    assert list(session.answer(MOVES["coupon"], cancelled=lambda: next(looks) >= weeks)) == []
    assert session.result(settled(session, MOVES["coupon"])).digest == alone["coupon"].digest


def test_a_summary_says_what_the_indicators_say(session, alone):
    answer = settled(session, MOVES["kiosks"])
    summary, run, usual = answer.summary, alone["kiosks"].dataset, alone["baseline"].dataset
    for side, d in ((summary.programme, run), (summary.baseline, usual)):
        assert np.array_equal(side.coverage.mean, coverage(d).mean("replicate"))
        by_week = estimate_share(coverage(d))
        assert np.array_equal([side.coverage.low, side.coverage.high], [by_week.low, by_week.high])
        for name, values in (("age", side.by_age), ("area", side.by_area)):
            assert np.array_equal(values, coverage(d, (name,)).isel(week=-1).mean("replicate"))
        assert np.array_equal(side.by_segment, coverage(d, ("age", "area")).isel(week=-1).mean("replicate"))
        assert np.array_equal(side.by_place, coverage_by_place(d).isel(week=-1).mean("replicate", skipna=False), True)
        assert side.spending.mean == float(spending(d).mean())
    added = estimate(paired_difference(coverage(usual).isel(week=-1), coverage(run).isel(week=-1)))
    assert (summary.added.mean, summary.added.low) == (float(added["mean"]), float(added.low))
    assert repr(summary.cost) == repr(cost_per_additional_user(usual, run))  # equal where there is no number, too
    assert answer.judgements == judge_all(TARGETS, run, usual)


def test_another_world_is_refused(session):
    other = PROGRAMME.model_copy(update={"seed": 2})
    with pytest.raises(ValueError, match="seed would make another world"):
        next(session.answer(other))
    with pytest.raises(ValueError, match="replicates=4; the session holds 3"):
        next(session.answer(PROGRAMME, replicates=4))
    with pytest.raises(ValueError, match="programme and baseline differ"):
        WhatIf(PROGRAMME, BASELINE.model_copy(update={"seed": 2}), n_workers=1)


def test_processes_give_the_same_and_can_be_interrupted(constants, alone):
    """A question is left after its first answer, the next after a look; the third is answered as ever."""
    held = []
    with WhatIf(PROGRAMME, BASELINE, n_workers=2, progress=lambda done, total: held.append((done, total))) as session:
        assert held == [(k + 1, REPLICATES) for k in range(REPLICATES)]
        next(session.answer(MOVES["coupon"]))
        assert list(session.answer(MOVES["seats"], cancelled=lambda: True)) == []
        for name in ("kiosks", "budget", "nothing"):
            assert session.result(settled(session, MOVES[name])).digest == alone[name].digest


def test_a_session_whose_process_died_says_so(constants):
    with WhatIf(PROGRAMME, BASELINE, n_workers=2) as session:
        session._crew._processes[0].kill()
        with pytest.raises(RuntimeError, match="has died"):
            list(session.answer(MOVES["coupon"]))
