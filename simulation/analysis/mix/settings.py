"""What of a programme may be varied: doses, whether a lever is bought at all, and any number or choice of its file."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from simulation.analysis.mix.variables import Mix, Value, Variable
from simulation.levers.base import Lever, Schedule
from simulation.quantities import Bounds
from simulation.scenario.schema import Scenario

LEVERS, ADJUSTMENT, BUDGET, SCHEDULE = "levers", "adjustment", "budget", "schedule"
ROOTS = (LEVERS, ADJUSTMENT, BUDGET)
DOSE, BOUGHT = "dose", "bought"
YES, NO = "true", "false"
LOWEST_DOSE, HIGHEST_DOSE, USUAL_HIGHEST_DOSE = 0.0, 100.0, 1.5  # times the plan's own
Kind = Literal["dose", "bought", "number", "choice"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing of a programme that is varied.

    Attributes
    ----------
    path : tuple of str
        Where it stands in the scenario.
    kind : str
        "dose": times the plan's own dose, 0 is without the lever; "bought": whether the lever is there at all;
        "number" or "choice" of a field.
    variable : Variable
        Its name as in the file, and its bounds or choices.
    values : tuple
        What each choice stands for, as a scenario file would have it.
    """

    path: Path
    kind: Kind
    variable: Variable
    values: tuple[Any, ...] = ()

    @property
    def lever(self) -> str:
        """Return the lever it is about; empty where it is about none."""
        return self.path[1] if self.path[0] == LEVERS else ""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a path leads in a programme.

    Attributes
    ----------
    path : tuple of str
        As it stands in the scenario: `schedule` is put in where it was left out.
    is_whole, is_number : bool
        What may stand there.
    bounds : Bounds or None
        Of a number.
    value : Any
        What stands there now.
    """

    path: Path
    is_whole: bool
    is_number: bool
    bounds: Bounds | None
    value: Any


class UnknownPathError(LookupError):
    """A path that leads nowhere: the step that is not known, and what is known there."""

    def __init__(self, depth: int, known: Sequence[str]) -> None:
        self.depth, self.known = depth, tuple(known)
        super().__init__(depth)


def field_at(programme: Scenario, path: Path) -> Field:
    """Return where a path of names leads.

    Raises
    ------
    UnknownPathError
        If a step is not known.
    """
    holder: Any = programme
    info: FieldInfo | None = None
    steps: list[str] = []
    for depth, step in enumerate(path):
        known = _names(holder) if depth else list(ROOTS)
        if isinstance(holder, Lever) and step not in known and step in Schedule.model_fields:
            holder = holder.schedule
            steps.append(SCHEDULE)
            known = _names(holder)
        if step not in known:
            shown = [*known, *([DOSE, BOUGHT] if isinstance(holder, Lever) else [])]
            raise UnknownPathError(depth, shown)
        steps.append(step)
        if isinstance(holder, BaseModel):
            info, holder = type(holder).model_fields[step], getattr(holder, step)
        else:
            info, holder = None, holder[step]
    if info is None:
        if not isinstance(holder, int | float):
            raise UnknownPathError(len(path), _names(holder))
        return Field(tuple(steps), False, True, None, holder)
    kind, bounds = _plain(info.annotation, [item for item in info.metadata if isinstance(item, Bounds)])
    return Field(tuple(steps), kind is int, kind in (int, float), bounds[0] if bounds else None, holder)


def _names(holder: Any) -> list[str]:
    if isinstance(holder, BaseModel):
        return [name for name in type(holder).model_fields if name != "kind"]
    return list(holder) if isinstance(holder, dict) else []


def _plain(annotation: Any, bounds: list[Bounds]) -> tuple[Any, list[Bounds]]:
    """Return an annotation without bounds and None, and the bounds."""
    while True:
        if get_origin(annotation) is Annotated:
            bounds = [*bounds, *(item for item in get_args(annotation)[1:] if isinstance(item, Bounds))]
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation):
            rest = [option for option in get_args(annotation) if option is not NoneType]
            if len(rest) > 1:
                return annotation, bounds
            annotation = rest[0]
        else:
            return annotation, bounds


def usual_settings(programme: Scenario) -> list[Setting]:
    """Return what is varied where a file names nothing: the dose of every lever, and which of the others are bought."""
    return [
        dose_of(name, LOWEST_DOSE, USUAL_HIGHEST_DOSE) if lever.scales else bought_of(name)
        for name, lever in programme.levers.items()
    ]


def dose_of(lever: str, low: float, high: float) -> Setting:
    """Return the dose of a lever as a setting."""
    return Setting((LEVERS, lever, DOSE), "dose", Variable(f"{LEVERS}.{lever}.{DOSE}", low, high))


def bought_of(lever: str) -> Setting:
    """Return whether a lever is bought as a setting."""
    variable = Variable(f"{LEVERS}.{lever}.{BOUGHT}", choices=(YES, NO))
    return Setting((LEVERS, lever, BOUGHT), "bought", variable, (True, False))


def scenario_at(programme: Scenario, settings: Sequence[Setting], mix: Mix) -> Scenario:
    """Return the programme with a mix's values, checked as if it had been read from a file.

    Rules that act on a lever which is not bought are left out with it, as are co-funders who would pay for such alone.

    Parameters
    ----------
    settings : sequence of Setting
    mix : tuple
        A value for each.

    Raises
    ------
    pydantic.ValidationError
        If no scenario has such values.
    """
    data = programme.model_dump(mode="json")
    doses: dict[str, float] = {}
    without: set[str] = set()
    for setting, value in zip(settings, mix, strict=True):
        if setting.kind == "dose":
            doses[setting.lever] = float(value)
        elif setting.kind == "bought":
            without |= set() if value == YES else {setting.lever}
        else:
            holder = data
            for step in setting.path[:-1]:
                holder = holder[step]
            is_choice = setting.kind == "choice"
            chosen = setting.values[setting.variable.choices.index(str(value))] if is_choice else value
            holder[setting.path[-1]] = copy.deepcopy(chosen)
    set_so = Scenario.model_validate(data)
    without |= {lever for lever, dose in doses.items() if dose == 0}
    levers = {
        name: lever.scaled(doses[name]) if doses.get(name, 1.0) != 1.0 else lever
        for name, lever in set_so.levers.items()
        if name not in without
    }
    data = set_so.model_copy(update={LEVERS: levers}).model_dump(mode="json")
    _without(data, without)
    return Scenario.model_validate(data)


def _without(data: dict[str, Any], without: set[str]) -> None:
    """Take out what would be left of levers that are gone, in place."""
    if not without:
        return
    rules = data[ADJUSTMENT]
    data[ADJUSTMENT] = {name: rule for name, rule in rules.items() if rule["action"]["lever"] not in without}
    if not data[BUDGET]:
        return
    funders = {}
    for name, funder in data[BUDGET]["co_funding"].items():
        left = [lever for lever in funder[LEVERS] if lever not in without]
        if left or not funder[LEVERS]:  # an empty list means all levers, which nobody promised
            funders[name] = {**funder, LEVERS: left}
    data[BUDGET]["co_funding"] = funders


def own_mix(programme: Scenario, settings: Sequence[Setting]) -> Mix | None:
    """Return the plan as it stands as a mix; None where one of its values is not among those that may be varied."""
    values: list[Value] = []
    for setting in settings:
        variable = setting.variable
        own: Any = (
            1.0 if setting.kind == "dose" else setting.kind == "bought" or field_at(programme, setting.path).value
        )
        if variable.choices:
            plain: Any = programme.model_dump(mode="json")
            for step in setting.path if setting.kind == "choice" else ():
                plain = plain[step]
            meant = [own] if setting.kind == "bought" else [plain, *plain] if isinstance(plain, list) else [plain]
            found = [c for c, value in zip(variable.choices, setting.values, strict=True) if value in meant]
            if not found:
                return None
            values.append(found[0])
        elif not isinstance(own, int | float) or not variable.low <= own <= variable.high:
            return None
        else:
            values.append(variable.at(variable.position(own)))
    return tuple(values)


def refusals(programme: Scenario, settings: Sequence[Setting], setting: Setting, value: Any) -> str:
    """Return why a scenario cannot have a value of one setting, the others as in the plan; empty where it can."""
    try:
        scenario_at(programme, [setting], (value,))
    except (ValidationError, ValueError) as error:
        if isinstance(error, ValidationError):
            return "; ".join(str(found["msg"]) for found in error.errors(include_url=False))
        return str(error)
    return ""
