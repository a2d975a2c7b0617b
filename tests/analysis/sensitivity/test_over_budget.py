"""Ends of ranges at which a plan cannot pay for what it owes are named, with what is owed and why."""

from simulation.analysis.sensitivity.factors import factors_of
from simulation.analysis.sensitivity.on_runs import ADDED
from simulation.analysis.sensitivity.over_budget import over_budget
from simulation.analysis.sensitivity.record import SensitivityRecord, from_plain, to_plain
from simulation.analysis.sensitivity.tornado import Bar, Tornado
from simulation.levers.kiosk import Kiosk
from simulation.outcomes.intervals import Interval
from simulation.report.sensitivity import sentences
from simulation.scenario.budget import Budget
from simulation.scenario.schema import Scenario

WEEKS = 10
KIOSK = Kiosk(kind="kiosk", places=("here",), set_up_yuan=10_000, yuan_per_week=2000)
ENOUGH = 10_000 + WEEKS * 2000  # for one kiosk at these prices, and for nothing more
NAMES = ("levers.desk.yuan_per_week", "levers.desk.yuan_per_help")
HERE = {"here": ("here",)}


def plan(**budget):
    return Scenario(weeks=WEEKS, levers={"desk": KIOSK}, budget=Budget(**budget) if budget else None)


def test_only_the_end_that_owes_more_than_there_is_is_over_budget():
    scenario = plan(total_yuan=ENOUGH)
    factors = factors_of(scenario, NAMES)
    found = over_budget((scenario, Scenario(weeks=WEEKS)), factors, HERE)
    assert [(f.factor.name, f.value, f.field, f.cap_yuan) for f in found] == [
        (NAMES[0], factors[0].high, "budget.total_yuan", ENOUGH)
    ]
    assert found[0].owed_yuan == 10_000 + WEEKS * round(factors[0].high, 2)


def test_a_plan_without_budget_is_never_over_it():
    assert over_budget((plan(),), factors_of(plan(), NAMES), HERE) == ()


def test_what_is_refused_is_told_with_its_amounts_in_both_languages():
    scenario = plan(total_yuan=ENOUGH)
    factors = factors_of(scenario, NAMES[:1])
    refused = over_budget((scenario,), factors, HERE)
    sure = Interval(-0.02, -0.03, -0.01)
    found = Tornado(Interval(0.03, 0.02, 0.04), (Bar(factors[0], sure, sure, sure),), 3, 9)
    record = SensitivityRecord(ADDED, {}, tornado=found, over_budget=refused)
    assert from_plain(to_plain(record)) == record
    first, *rest = sentences(record, "en")
    assert "(−2.00 / −2.00, over budget)" in first
    owed = f"{round(10_000 + WEEKS * factors[0].high):,}"
    assert f"owes {owed} yuan" in rest[0] and "budget.total_yuan is 30,000 yuan" in rest[0]
    assert "epay run refuses" in rest[1]
    assert f"须支付 {owed} 元" in sentences(record, "zh")[1]
    assert len(sentences(SensitivityRecord(ADDED, {}, tornado=found), "en")) == 1
