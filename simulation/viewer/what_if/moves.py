"""What a reader may move: the size of the worlds, and of each lever whether it acts, its dose and its first week."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from simulation.levers.base import Lever
from simulation.scenario.checks import KnownPlaces, shorten
from simulation.scenario.feasibility import budget_problems
from simulation.scenario.load import resolve, to_yaml
from simulation.scenario.schema import FEWEST_CITIZENS, Scenario, Title

CITIZENS, WEEKS, REPLICATES = 10_000, 156, 8
FEWEST_WEEKS = 4
MOST_WEEKS = 520
MOST_REPLICATES = 16
MOST_CITIZENS = 50_000
MOST_PEOPLE = CITIZENS * REPLICATES * 5  # citizens of all worlds together: what they take of the memory
ON, DOSE, START = "on", "dose", "start"
MOST_DOSE, DOSE_STEP = 2.0, 0.05
MOST_CHANGES = 500
TITLE = {"en": "{title}, changed", "zh": "{title}（已调整）"}
Moves = tuple[tuple[str, float], ...]


class RefusedError(ValueError):
    """Something that cannot be asked for.

    Parameters
    ----------
    code : str
        Why, for the page to word.
    params : mapping
        What the sentence names, such as the allowed range.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the worlds of a what-if are."""

    citizens: int
    weeks: int
    replicates: int


def size_of(scenario: Scenario, asked: Mapping[str, str]) -> Size:
    """Return the size asked for in an address; by default that of a what-if, and never more than the run's own.

    Raises
    ------
    RefusedError
        If it is no number, or out of range.
    """
    own = scenario.citizens if isinstance(scenario.citizens, int) else CITIZENS
    limits = {
        "citizens": (min(own, CITIZENS), FEWEST_CITIZENS, MOST_CITIZENS),
        "weeks": (min(scenario.weeks, WEEKS), min(FEWEST_WEEKS, scenario.weeks), min(scenario.weeks, MOST_WEEKS)),
        "replicates": (min(scenario.replicates, REPLICATES), 1, MOST_REPLICATES),
    }
    found = {}
    for name, (usual, low, high) in limits.items():
        text = asked.get(name) or str(usual)
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise RefusedError("size", name=name, low=low, high=high)
        found[name] = int(text)
    if found["citizens"] * found["replicates"] > MOST_PEOPLE:
        raise RefusedError("size", name="citizens", low=FEWEST_CITIZENS, high=MOST_PEOPLE // found["replicates"])
    return Size(**found)


def sized(scenario: Scenario, size: Size) -> Scenario:
    """Return a scenario in worlds of another size; a shorter horizon cuts what lies past it."""
    data = resolve(scenario)
    if size.weeks != scenario.weeks:
        shorten(data, size.weeks)
    data |= {"citizens": size.citizens, "weeks": size.weeks, "replicates": size.replicates}
    return _scenario_of(json.dumps(data))


def _scenario_of(text: str) -> Scenario:
    """Return a scenario from JSON.

    Raises
    ------
    RefusedError
        If it is none.
    """
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        raise RefusedError("no_scenario", reason=str(error.errors(include_url=False)[0]["msg"])) from error


def last_start(lever: Lever, weeks: int) -> int:
    """Return the last week a lever may be decided for: later it would not act within the run."""
    end = min(weeks, lever.schedule.closing_week) - (lever.schedule.delay_weeks or 0)
    return max(lever.schedule.start_week, end - 1)


def own_values(plan: Scenario) -> dict[str, tuple[float, float, float]]:
    """Return the plan's value of everything that can be moved, and the range it may be moved in."""
    found: dict[str, tuple[float, float, float]] = {}
    for name, lever in plan.levers.items():
        found[f"{name}.{ON}"] = 1.0, 0.0, 1.0
        if lever.scales:
            found[f"{name}.{DOSE}"] = 1.0, 0.0, MOST_DOSE
        found[f"{name}.{START}"] = float(lever.schedule.start_week), 0.0, float(last_start(lever, plan.weeks))
    return found


def moves_of(plan: Scenario, changes: Any) -> Moves:
    """Return what differs from the plan, in one order whatever order it was asked in.

    Raises
    ------
    RefusedError
        With the allowed range, if something cannot be moved, or not so far.
    """
    if not isinstance(changes, Mapping) or len(changes) > MOST_CHANGES:
        raise RefusedError("changes")
    known = own_values(plan)
    found = {}
    for key, given in changes.items():
        if key not in known:
            raise RefusedError("unknown", key=str(key)[:80])
        own, low, high = known[key]
        value = _number(given)
        whole = not key.endswith(f".{DOSE}")
        if not low <= value <= high or (whole and value != int(value)):
            raise RefusedError("range", key=key, low=low, high=high)
        if value != own:
            found[key] = value
    return tuple(sorted(found.items()))


def _number(given: Any) -> float:
    """Return a value as a number, NaN where it is none; text stands in addresses."""
    if isinstance(given, bool | int | float) and abs(given) < 1e15:
        return float(given)
    try:
        value = float(given) if isinstance(given, str) else math.nan
    except ValueError:
        return math.nan
    return value


def changed(plan: Scenario, moves: Moves) -> Scenario:
    """Return the plan with some moves made.

    Raises
    ------
    RefusedError
        If the whole would be no scenario.
    """
    if not moves:
        return plan
    asked = dict(moves)
    levers: dict[str, Any] = {}
    for name, lever in plan.levers.items():
        if not asked.get(f"{name}.{ON}", 1.0):
            continue
        dose, start = asked.get(f"{name}.{DOSE}"), asked.get(f"{name}.{START}")
        moved = lever if dose is None else lever.scaled(dose)
        if start is not None:
            moved = moved.model_copy(update={"schedule": moved.schedule.model_copy(update={"start_week": int(start)})})
        levers[name] = moved
    return _scenario_of(_without_names(plan.model_copy(update={"levers": levers})).model_dump_json())


def _without_names(plan: Scenario) -> Scenario:
    """Return a plan without the rules and funders of levers it no longer has."""
    rules = {name: rule for name, rule in plan.adjustment.items() if rule.action.lever in plan.levers}
    budget = plan.budget
    if budget is not None and budget.co_funding:
        funders = {}
        for name, funder in budget.co_funding.items():
            left = tuple(lever for lever in funder.levers if lever in plan.levers)
            if left or not funder.levers:  # one that named levers would pay for all where it names none
                funders[name] = funder.model_copy(update={"levers": left})
        budget = budget.model_copy(update={"co_funding": funders})
    return plan.model_copy(update={"adjustment": rules, "budget": budget})


def over_budget(scenario: Scenario, known: KnownPlaces | None) -> list[dict[str, Any]]:
    """Return the caps for which a run would refuse the scenario: its money does not reach for what it owes anyway.

    Each has its budget line ("" for the whole budget), and in yuan the cap, what is owed, and the excess.
    """
    return [
        {"line": path[-1] if len(path) > 2 else "", **{name: params[name] for name in ("cap", "owed", "excess")}}
        for path, _, params in budget_problems(scenario, known)
    ]


def as_file(plan: Scenario, moves: Moves) -> str:
    """Return the changed plan as a scenario file with every default filled in."""
    scenario = changed(plan, moves)
    if moves:
        given = scenario.title
        titles = {lang: _as_changed(text, lang) for lang in TITLE if (text := getattr(given, lang))}
        scenario = scenario.model_copy(update={"title": Title(**titles)})
    return to_yaml(scenario)


def _as_changed(title: str, lang: str) -> str:
    """Return a title that says so of a changed plan; of one that was changed before, it says so already."""
    return title if title.endswith(TITLE[lang].format(title="")) else TITLE[lang].format(title=title)
