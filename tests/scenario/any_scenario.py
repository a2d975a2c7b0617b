"""Strategies for any valid scenario, as plain data, derived from the fields of the schema.

Types and bounds come from pydantic; what holds between fields is said here once more: weeks within the horizon, names
that exist, budgets that reach for what is owed.
"""

import json
import math
from collections.abc import Mapping
from datetime import date
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, SECTOR_NAMES
from simulation.levers.base import APPLICABLE, Eligibility
from simulation.levers.ledger import LINES
from simulation.levers.placement import NOT_FOR, SitePlacement, TourPlacement, left_open
from simulation.quantities import MAX_YUAN, Bounds
from simulation.scenario.adjustment import BUDGET_SPENT, MONITOR_INDICATORS, RELATIVE_UNITS, Monitor
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.budget import CoFunder
from simulation.scenario.events import EVENTS
from simulation.scenario.feasibility import owed_fen
from simulation.scenario.schema import LEVERS, OF_RESIDENTS, SCALABLE, Scenario, Target
from simulation.scenario.survey import NEEDED_OF_A_REAL_SURVEY, Survey, table_keys

SETTLEMENTS = ("Bihu", "碧湖", "gn1", "Huzhen", "gn2")
PLACES = {"Bihu": ("gn1",), "碧湖": ("gn1",), "gn1": ("gn1",), "Huzhen": ("gn2",), "gn2": ("gn2",), "bank": ("s1",)}
PLACES |= {"all": ("gn1", "gn2"), "county_seats": ("gn1",)}
LARGEST, SMALLEST = 1e15, 1e-9  # where a number has no bound; above 0 where a rule divides
LONGEST = 1040  # weeks
POSITIVE = ("attends_help_share", "help_distance_km", "benefit_reference_yuan", "waking_hours_per_week")
KEYS = {"_by_area": AREA_NAMES, "_by_age": AGE_NAMES, "_by_sector": SECTOR_NAMES, "_by_income": INCOME_NAMES}
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=6)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=12)


def numbers(low: float | None, high: float | None) -> st.SearchStrategy[float]:
    """Draw numbers within bounds, the bounds themselves often."""
    least, most = -LARGEST if low is None else low, LARGEST if high is None else high
    return st.sampled_from([float(least), float(most)]) | st.floats(least, most)


def any_of(annotation: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Draw a value of a type, within the bounds of its annotations."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    bounds = next((item for item in metadata if isinstance(item, Bounds)), Bounds(""))
    if origin is Annotated:
        return any_of(arguments[0], (*arguments[1:], *metadata))
    if annotation is float:
        return numbers(bounds.low, bounds.high)
    if annotation is int:
        return st.integers(math.ceil(bounds.low or 0), math.floor(LARGEST if bounds.high is None else bounds.high))
    simple = {bool: st.booleans(), str: TEXTS, date: st.dates().map(date.isoformat)}
    if annotation in simple:
        return simple[annotation]
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(any_of(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(any_of(arguments[0]), any_of(arguments[1]), max_size=3)
    if origin is not None and NoneType in arguments:  # a value that may be missing is left out, not written as null
        return any_of(Union[tuple(a for a in arguments if a is not NoneType)], metadata)  # noqa: UP007
    assert isinstance(annotation, type) and issubclass(annotation, BaseModel), annotation
    return part(annotation)


def of_field(info: FieldInfo) -> st.SearchStrategy[Any]:
    """Draw a value of a field."""
    return any_of(info.annotation, tuple(info.metadata))


def part(
    model: type[BaseModel], most: int | None = None, **instead: st.SearchStrategy[Any] | None
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw some of the fields of a part of a scenario, and all it must have.

    Parameters
    ----------
    most : int, optional
        Most of the fields it may do without; what is large takes long to write and to read.
    instead : strategy or None
        In place of what a field's type would give; None leaves the field out.
    """
    fields = {name: info for name, info in model.model_fields.items() if instead.get(name, info) is not None}
    drawn = {name: instead[name] if name in instead else of_field(info) for name, info in fields.items()}
    required = {name: drawn[name] for name, info in fields.items() if info.is_required()}
    rest = {name: drawn[name] for name in drawn if name not in required}
    if most is None:
        return st.fixed_dictionaries(required, optional=rest)
    chosen = st.lists(st.sampled_from(list(rest)), max_size=most, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries(required | {name: rest[name] for name in names}))


def weeks_until(end: int) -> st.SearchStrategy[tuple[int, int]]:
    """Draw the first week and the length of a stretch that ends by a week."""
    return st.integers(0, end).flatmap(lambda first: st.tuples(st.just(first), st.integers(0, end - first)))


# levers


def schedules(weeks: int, phases: tuple[str, ...], may_ramp: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Draw when a lever acts, within the horizon."""
    optional = {name: st.integers(0, weeks) for name in ("start_week", "end_week")}
    optional |= {name: st.integers(0, LONGEST) for name in ("delay_weeks", "ramp_weeks")[: 1 + may_ramp]}
    if phases:
        optional["phase"] = st.sampled_from(phases)
    return st.fixed_dictionaries({}, optional=optional)


def eligibilities(target: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw whom a lever may reach, by what its kind can be limited by."""
    if target == "region":
        return st.just({})
    out = {name: None for name in Eligibility.model_fields if name not in (*APPLICABLE[target], "share")}
    places = {"places": st.lists(st.sampled_from((*SETTLEMENTS, "all", "county_seats")), max_size=3)}
    return part(Eligibility, **(places | out))


@st.composite
def where(draw: Any, entry: type[BaseModel], weeks: int) -> dict[str, Any]:
    """Draw places for a lever that helps people in person: everywhere alike, or entry by entry."""
    is_kiosk = "opening_week" in entry.model_fields
    if draw(st.booleans()):
        one = st.sampled_from((*SETTLEMENTS, "bank", "all", "county_seats"))
        return {"places": draw(one | st.lists(one, min_size=1, max_size=4))}
    entries = []
    for place in draw(st.lists(st.sampled_from((*SETTLEMENTS, "bank")), min_size=1, max_size=3, unique=True)):
        first, length = draw(weeks_until(weeks))
        when = {"opening_week": first} if is_kiosk else {"start_week": first, "weeks": length}
        entries.append(draw(part(entry, place=st.just(place), **dict.fromkeys(when, None))) | when)
    found = {"sites" if is_kiosk else "events": entries}
    how = draw(st.sampled_from(["listed", "listed", "as chosen", "left open", "optimise"]))
    if how == "listed":
        return found
    placement = {"placement": draw(placements(SitePlacement if is_kiosk else TourPlacement))}
    return placement | {"as chosen": found, "left open": {}, "optimise": dict.fromkeys(found, "optimise")}[how]


def _usable(drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a placement without what its method has no use for, and with a number where it needs one."""
    method = drawn.get("method", "maximal_covering")
    found = {"number": 1, **drawn}
    return {name: value for name, value in found.items() if name not in NOT_FOR[method]}


def placements(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw how places are to be chosen."""
    named = st.lists(st.sampled_from((*SETTLEMENTS, "bank", "sites", "settlements", "county_seats")), max_size=3)
    taken = {"candidates": named, "never_open": st.lists(st.just("Huzhen"), max_size=1)}
    if model is SitePlacement:
        taken |= {"must_open": st.lists(st.just("Bihu"), max_size=1), "number": st.integers(1, 1000)}
        taken |= {"existing": st.lists(st.sampled_from((*SETTLEMENTS, "access_points")), max_size=2)}
        return part(model, **taken).map(_usable)
    return part(model, trainers=st.integers(1, 100), weeks_per_stay=st.integers(1, 52), **taken)


@st.composite
def levers(draw: Any, weeks: int, phases: tuple[str, ...], kind: str | None = None) -> dict[str, Any]:
    """Draw a lever of one kind or of any."""
    chosen = LEVERS[kind or draw(st.sampled_from(list(LEVERS)))]
    fields = chosen.model_fields
    entry = next((get_args(fields[n].annotation)[0] for n in ("events", "sites") if n in fields), None)
    out = dict.fromkeys(("places", "events", "sites", "placement"), None)
    own = draw(
        part(
            chosen,
            schedule=schedules(weeks, phases, chosen.ramps),
            eligibility=eligibilities(chosen.target),
            **out,
        )
    )
    return own | (draw(where(entry, weeks)) if entry else {})


# the plan around them


@st.composite
def phases_of(draw: Any, weeks: int) -> dict[str, Any]:
    found = {}
    for name in draw(st.lists(NAMES, max_size=3, unique=True)):
        first, length = draw(weeks_until(weeks))
        found[name] = {"start_week": first, "weeks": length}
    return found


@st.composite
def events(draw: Any, weeks: int) -> dict[str, Any]:
    model = EVENTS[draw(st.sampled_from(list(EVENTS)))]
    first, length = draw(weeks_until(weeks))
    end = {"end_week": st.just(first + length)} if "end_week" in model.model_fields else {}
    return draw(part(model, start_week=st.just(first), **end))


def thresholds(indicator: str) -> st.SearchStrategy[float]:
    """Draw a value an indicator of the monitor can have."""
    bounds = MONITOR_INDICATORS[indicator].bounds
    return numbers(bounds.low, bounds.high)


@st.composite
def rules(draw: Any, bought: Mapping[str, Any], has_budget: bool) -> dict[str, Any]:
    """Draw a rule that does something to one of the levers bought."""
    indicator = draw(st.sampled_from([name for name in MONITOR_INDICATORS if has_budget or name != BUDGET_SPENT]))
    name = draw(st.sampled_from(list(bought)))
    changes = ["stop"]
    changes += ["scale"] if bought[name]["kind"] in SCALABLE else []
    changes += ["start"] if bought[name].get("standby") else []
    change = draw(st.sampled_from(changes))
    action = {"lever": name, "change": change}
    if change == "scale":
        action["factor"] = draw(numbers(0.01, 100))
    when = {"indicator": indicator, draw(st.sampled_from(["below", "above"])): draw(thresholds(indicator))}
    is_relative = MONITOR_INDICATORS[indicator].unit in RELATIVE_UNITS
    optional = {
        "hysteresis": numbers(0, 1 if is_relative else 1e12),
        "lag_weeks": st.integers(0, LONGEST),
        "most_firings": st.integers(1, 40),
        **({} if change == "stop" else {"envelope_yuan": numbers(0, MAX_YUAN)}),
    }
    return draw(st.fixed_dictionaries({"when": st.just(when), "action": st.just(action)}, optional=optional))


@st.composite
def co_funders(draw: Any, bought: tuple[str, ...]) -> dict[str, Any]:
    indicator = draw(st.sampled_from(list(MONITOR_INDICATORS)))
    condition = st.fixed_dictionaries({"indicator": st.just(indicator), "at_least": thresholds(indicator)})
    named = st.lists(st.sampled_from(bought), max_size=3) if bought else st.just([])
    return draw(part(CoFunder, levers=named, condition=condition))


@st.composite
def budgets(draw: Any, data: dict[str, Any]) -> dict[str, Any] | None:
    """Draw a budget that reaches for what a scenario owes whatever happens, or None where none could."""
    owed = {line: sum(fen.values()) for line, fen in owed_fen(validated(data), PLACES).items()}
    if sum(owed.values()) / 100 > MAX_YUAN / 2:
        return None
    least = {line: math.ceil(owed.get(line, 0) / 100) for line in LINES}
    spare = numbers(0, MAX_YUAN / 100)
    lines = draw(st.lists(st.sampled_from(LINES), max_size=3, unique=True))
    found: dict[str, Any] = {"total_yuan": sum(least.values()) + draw(spare)}
    if lines:
        found["lines"] = {line: least[line] + draw(spare) for line in lines}
    if draw(st.booleans()):
        found["co_funding"] = draw(st.dictionaries(NAMES, co_funders(tuple(data["levers"])), max_size=2))
    return found


def table(name: str, lowest: float = 0.0) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a table of the survey, complete."""
    info = Survey.model_fields[name]
    inner = any_of(get_args(info.annotation)[1])
    if name == "payments_by_age_and_sector":
        inner = st.fixed_dictionaries(dict.fromkeys(SECTOR_NAMES, any_of(get_args(get_args(info.annotation)[1])[1])))
    elif lowest:
        inner = numbers(lowest, 1e6)
    return st.fixed_dictionaries(dict.fromkeys(table_keys(name) or (), inner))


@st.composite
def surveys(draw: Any) -> dict[str, Any]:
    positive = ("payments_by_sector", "ticket_by_sector")
    tables = {n: table(n, SMALLEST if n in positive else 0.0) for n in Survey.model_fields if table_keys(n)}
    weights = draw(st.lists(st.integers(1, 100), min_size=len(SECTOR_NAMES), max_size=len(SECTOR_NAMES)))
    shares = {name: weight / sum(weights) for name, weight in zip(SECTOR_NAMES, weights, strict=True)}
    tables |= {"merchants_by_sector": st.just(shares), "residents_per_merchant": numbers(SMALLEST, 1e9)}
    out = {"cells": None, "illustrative": None, "child_same_zone_share": None, "child_same_area_share": None}
    found = draw(part(Survey, 4, **(tables | out)))
    if draw(st.booleans()):
        near = draw(numbers(0, 1))
        found |= {"child_same_zone_share": near, "child_same_area_share": draw(numbers(0, round(1 - near, 9)))}
    if draw(st.booleans()):
        found |= {name: draw(tables[name]) for name in NEEDED_OF_A_REAL_SURVEY}
        found |= {"illustrative": False, "source": draw(TEXTS.filter(bool))}
    return found


MONITORS = part(Monitor, response_share_by_age=st.fixed_dictionaries(dict.fromkeys(AGE_NAMES, numbers(0, 1))))
BEHAVIOURS = part(Behaviour, 8, **{name: numbers(SMALLEST, 1) for name in POSITIVE})
SEGMENTS = ("ages", "areas", "incomes")
CITIZENS = st.just("all") | st.integers(300, 10**8)


@st.composite
def targets(draw: Any) -> dict[str, Any]:
    """Draw a target, of a segment where there can be one."""
    code = draw(of_field(Target.model_fields["code"]))
    out = {} if code in OF_RESIDENTS else dict.fromkeys(SEGMENTS)
    out |= {} if code == "T9" else {"what": st.just("unified")}
    return draw(part(Target, code=st.just(code), **out)) | {"code": code}


@st.composite
def scenarios(draw: Any) -> dict[str, Any]:
    """Draw any valid scenario as plain data."""
    weeks = draw(st.integers(1, LONGEST))
    phases = draw(phases_of(weeks))
    bought = draw(st.dictionaries(NAMES, levers(weeks, tuple(phases)), max_size=4))
    data = draw(
        part(
            Scenario,
            region=st.just("lishui"),
            citizens=CITIZENS,
            weeks=None,
            phases=None,
            levers=None,
            events=st.lists(events(weeks), max_size=3),
            targets=st.dictionaries(NAMES, targets(), max_size=2),
            behaviour=BEHAVIOURS,
            survey=surveys(),
            monitor=MONITORS,
            budget=None,
            adjustment=None,
        )
    )
    data |= {"weeks": weeks, "phases": phases, "levers": bought}
    budget = draw(budgets(data)) if draw(st.booleans()) else None
    if budget is not None:
        data["budget"] = budget
    if bought:
        data["adjustment"] = draw(st.dictionaries(NAMES, rules(bought, budget is not None), max_size=2))
    return data


def validated(data: Mapping[str, Any]) -> Scenario:
    """Return plain data as a scenario, with what a file may leave open taken as loading takes it."""
    levers = {name: left_open(lever) for name, lever in data["levers"].items()}
    return Scenario.model_validate({**data, "levers": levers})


def as_yaml(data: Any) -> str:
    """Return plain data as the text of a scenario file: JSON, which is YAML, but for numbers that are none."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text.replace(": NaN", ": .nan").replace(": Infinity", ": .inf").replace(": -Infinity", ": -.inf")
