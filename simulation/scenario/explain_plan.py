"""The frame of a plan in plain language: its phases, what happens meanwhile, and whose money it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from simulation.messages import Message
from simulation.scenario.adjustment import indicator_label, shown_value
from simulation.scenario.budget import CoFunder
from simulation.scenario.events import AnyEvent, BudgetCut, CashShortage, FraudWave
from simulation.scenario.schema import Scenario

PERCENT = 100


def date_of(scenario: Scenario, week: int) -> str:
    """Return the first day of a week; weeks count from the scenario's start."""
    try:
        return (scenario.start_date + timedelta(weeks=week)).isoformat()
    except OverflowError:
        return "-"


def plan_sentences(scenario: Scenario) -> Iterator[Message]:
    """Tell the phases of a plan by their weeks, and how long coordination takes."""
    for name, phase in sorted(scenario.phases.items(), key=lambda item: item[1].start_week):
        weeks = {"start": phase.start_week, "last": phase.end_week - 1}
        dates = {"start_date": date_of(scenario, phase.start_week), "end_date": date_of(scenario, phase.end_week)}
        yield Message("explain.phase", {"name": name, **weeks, **dates})
    if scenario.coordination.delay_weeks:
        yield Message("explain.coordination", {"weeks": scenario.coordination.delay_weeks})


def event_sentence(event: AnyEvent, scenario: Scenario) -> Message:
    """Tell what happens, when and how strongly."""
    params: dict[str, Any] = {"start": event.start_week, "start_date": date_of(scenario, event.start_week)}
    if isinstance(event, BudgetCut):
        return Message("explain.budget_cut", {**params, "percent": _percent(event.share)})
    params["end"] = event.end_week
    if isinstance(event, CashShortage):
        return Message("explain.cash_shortage", {**params, "intensity": event.intensity})
    if isinstance(event, FraudWave):
        return Message("explain.fraud_wave", {**params, "factor": event.factor})
    return Message("explain.outage", {**params, "percent": _percent(event.share)})


def budget_sentences(scenario: Scenario) -> Iterator[Message]:
    """Tell what may be spent, in all and by line, and who adds what to it."""
    budget = scenario.budget
    if budget is None:
        if scenario.levers:
            yield Message("explain.no_budget")
        return
    yield Message("explain.budget", {"yuan": budget.total_yuan})
    for line, yuan in budget.lines.items():
        yield Message("explain.budget_line", {"line": Message(f"label.line.{line}"), "yuan": yuan})
    for name, funder in sorted(budget.co_funding.items()):
        yield _co_funder(name, funder)


def _co_funder(name: str, funder: CoFunder) -> Message:
    levers = list(funder.levers) or Message("explain.every_lever")
    condition: Message | str = ""
    if funder.condition is not None:
        reading = funder.condition.indicator
        shown = shown_value(reading, funder.condition.at_least)
        condition = Message("explain.co_funder_condition", {"indicator": indicator_label(reading), "value": shown})
    params = {"name": name, "rate": funder.match_rate, "yuan": funder.cap_yuan}
    return Message("explain.co_funder", {**params, "levers": levers, "condition": condition})


def _percent(share: float) -> float:
    return round(PERCENT * share, 6)
