"""Where every number comes from: value, unit, range, source and grade of all that has a default in a scenario."""

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.levers.base import Lever
from simulation.messages import Message, WordedError, language
from simulation.quantities import Grade
from simulation.scenario.checks import nearest
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import LEVERS, Scenario

PACKAGE = Path(__file__).resolve().parents[1]
CHINESE = PACKAGE / "messages" / "evidence_words.zh.json"
READ_BY = ("core", "levers", "engine", "outcomes", "region")  # rooms that make use of numbers
SURVEY_FILE = "scenario/survey.py"  # its methods hand the tables on
GROUPS = ("behaviour", "levers", "survey", "monitor", "plan")
SHARED_BY_LEVERS = ("schedule", "eligibility")  # the same for every kind
PLAN_FILES = ("engine/adjustment.py", "engine/plan.py", "engine/runner.py", "engine/start.py")
Value = float | Mapping[str, Any]


class UnknownNumberError(WordedError):
    """A name no number of a scenario has."""

    more = "error.more"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one number, or of one table of numbers.

    Attributes
    ----------
    name : str
        Part and field: `behaviour.weight_usefulness`, `coupon.first_use_yuan`, `survey.use_by_age`.
    symbol : str
        Symbol in MODEL.md, or empty.
    meaning, unit, source : str
        In English; `in_language` gives meaning and unit in Chinese.
    value : float or mapping
        The default; of a table by category.
    low, high : float
        Range within which studies vary it.
    grade : {"seen", "recalled", "tuned", "assumption", "definition"}
        How far the source carries the number (`quantities.sourced`).
    """

    name: str
    symbol: str
    meaning: str
    value: Value
    unit: str
    low: float
    high: float
    source: str
    grade: Grade

    @property
    def field(self) -> str:
        """Name of the field without its part."""
        return self.name.rpartition(".")[2]

    @property
    def group(self) -> str:
        """Which of `GROUPS` it belongs to."""
        part = self.name.partition(".")[0]
        return part if part in GROUPS else "levers" if part in LEVERS else "plan"


def evidence(parameter: str | None = None) -> tuple[Evidence, ...]:
    """Return what every default of a scenario rests on, or all that goes by one name.

    Parameters
    ----------
    parameter : str, optional
        A symbol of MODEL.md (`b_u`), a field (`weight_usefulness`), or part and field (`coupon.first_use_yuan`).

    Raises
    ------
    UnknownNumberError
        If nothing goes by that name.
    """
    numbers = _numbers()
    if parameter is None:
        return numbers
    asked = parameter.strip()
    for key in (str, str.lower):
        found = tuple(e for e in numbers if key(asked) in (key(e.name), key(e.field), key(e.symbol)))
        if asked and found:
            return found
    known = [name for e in numbers for name in (e.name, e.field, e.symbol) if name]
    match = nearest(asked, known)
    suggestion = Message("error.suggestion", {"name": match}) if match else ""
    raise UnknownNumberError([Message("evidence.unknown", {"name": asked, "suggestion": suggestion})])


@cache
def _numbers() -> tuple[Evidence, ...]:
    """Return every number once, in the order of the parts."""
    found = {e.name: e for e in _of_model(Scenario, "")}
    return tuple(sorted(found.values(), key=lambda e: GROUPS.index(e.group)))


def _of_model(model: type[BaseModel], part: str) -> Iterator[Evidence]:
    """Yield the numbers of a part of a scenario and of the parts in it."""
    facts = {name: info.json_schema_extra for name, info in setting_fields(model)}
    for name, info in model.model_fields.items():
        extra = facts.get(name)
        if isinstance(extra, dict) and "low" in extra:
            yield _of_field(f"{part or 'scenario'}.{name}", info, extra)
        for inner in _models_in(info.annotation):
            if inner is not model:
                yield from _of_model(inner, _part(model, part, name, inner))


def _part(model: type[BaseModel], part: str, field: str, inner: type[BaseModel]) -> str:
    """Return what a part is called that stands under a field: levers and events by their kinds."""
    kind = inner.model_fields.get("kind")
    if kind is not None and get_args(kind.annotation):
        return str(get_args(kind.annotation)[0])
    if not part or (issubclass(model, Lever) and field in SHARED_BY_LEVERS):
        return field
    return f"{part}.{field}"


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models an annotation names, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    arguments = get_args(annotation)
    for argument in arguments[:1] if get_origin(annotation) is Annotated else arguments:
        yield from _models_in(argument)


def _of_field(name: str, info: FieldInfo, facts: Mapping[str, Any]) -> Evidence:
    return Evidence(
        name=name,
        symbol=str(facts.get("symbol", "")),
        meaning=info.description or str(facts["unit"]),
        value=info.get_default(call_default_factory=True, validated_data={}),
        unit=str(facts["unit"]),
        low=facts["low"],
        high=facts["high"],
        source=str(facts["source"]),
        grade=facts["grade"],
    )


def in_language(entry: Evidence, lang: str) -> tuple[str, str]:
    """Return meaning and unit in "en" or "zh"; what has no Chinese words stays English."""
    if language(lang) != "zh":
        return entry.meaning, entry.unit
    words = _chinese()
    unit = words["units"].get(entry.unit, entry.unit)
    return words["meanings"].get(entry.name, unit if entry.meaning == entry.unit else entry.meaning), unit


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    return dict(json.loads(CHINESE.read_text(encoding="utf-8")))


def used_in(entry: Evidence) -> tuple[str, ...]:
    """Return the functions that make use of a number, each as `core/rules/adoption.py: attitude`.

    They are read off the source: every function of `READ_BY` in which the field's name is taken off an object. A
    table of the survey is used where a method of `Survey` that reads it is; settings of a lever in its own files.
    """
    names = {entry.field}
    if entry.group == "survey":
        names |= {f"{function}()" for file, function in _readers().get(entry.field, ()) if file == SURVEY_FILE}
    files = _files_of(entry)
    uses = {use for name in names for use in _readers().get(name, ()) if use[0] in files or not files}
    uses = {use for use in uses if use[0] != SURVEY_FILE}
    if not uses and entry.group == "levers":
        return (f"levers/{entry.name.partition('.')[0]}.py",)
    return tuple(f"{file}: {function}" for file, function in sorted(uses))


def _files_of(entry: Evidence) -> Collection[str]:
    """Return the files in which a number is used; none where its name is clear enough anywhere."""
    part = entry.name.partition(".")[0]
    if part in LEVERS:
        own = (cls.__module__ for cls in LEVERS[part].__mro__ if issubclass(cls, Lever))
        return {f"{module.removeprefix('simulation.').replace('.', '/')}.py" for module in own}
    if entry.group == "plan":
        return PLAN_FILES if part not in SHARED_BY_LEVERS else ("levers/base.py",)
    return ()


@cache
def _readers() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return file and function of every place where an attribute is read, by its name; `name()` where it is called."""
    found: dict[str, list[tuple[str, str]]] = {}
    files = [path for room in READ_BY for path in sorted((PACKAGE / room).rglob("*.py"))]
    for path in (PACKAGE / SURVEY_FILE, *files):
        file = path.relative_to(PACKAGE).as_posix()
        functions = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for function in (node for node in functions if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                if name := _read(node):
                    found.setdefault(name, []).append((file, function.name))
    return {name: tuple(uses) for name, uses in found.items()}


def _read(node: ast.AST) -> str:
    """Return the attribute a piece of source reads, as `name`, or calls, as `name()`; else nothing."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return f"{node.func.attr}()"
    return ""
