"""Factors: the uncertain numbers of a scenario, the range of each, and a scenario with other values of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

from simulation.analysis.prices import at_bound, lever_prices
from simulation.analysis.sensitivity.errors import SensitivityError
from simulation.analysis.sensitivity.outcome import Array
from simulation.levers.base import Lever
from simulation.messages import Message, language
from simulation.outcomes.wording import label as word
from simulation.outcomes.wording import own_name, say
from simulation.scenario.checks import nearest
from simulation.scenario.evidence import Evidence, evidence, in_language
from simulation.scenario.schema import Scenario

BEHAVIOUR, LEVERS = "behaviour", "levers"
DECIDED = "definition"  # grade of what is decided or true by definition: nobody is unsure of it


@dataclass(frozen=True, slots=True)
class Factor:
    """A number that is not known, and the range it may lie in.

    Attributes
    ----------
    name : str
        Where it stands: `behaviour.weight_peers`, `levers.my_kiosks.yuan_per_week`.
    low, high : float
        Range within which it is varied, evenly.
    default : float
        Its value in the scenario, within the range.
    unit, source, label : str
        In English.
    label_zh, unit_zh : str
        In Chinese; the English ones stand where there are none.
    """

    name: str
    low: float
    high: float
    default: float
    unit: str
    source: str
    label: str
    label_zh: str = ""
    unit_zh: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high or not self.low <= self.default <= self.high:
            raise ValueError(f"{self.name}: {self.default} does not lie in a range from {self.low} to {self.high}")

    def label_in(self, lang: str) -> str:
        """Return what it is called, in "en" or "zh"."""
        return self.label_zh or self.label if language(lang) == "zh" else self.label

    def unit_in(self, lang: str) -> str:
        """Return its unit, in "en" or "zh"."""
        return self.unit_zh or self.unit if language(lang) == "zh" else self.unit

    @property
    def position(self) -> float:
        """Where in its range the default lies, 0 to 1."""
        return (self.default - self.low) / (self.high - self.low)


# Changes nothing: what an analysis makes of it is the analysis's own error.
DUMMY = Factor(
    "dummy", 0.0, 1.0, 0.0, "", "changes nothing", say("sensitivity.dummy", "en"), say("sensitivity.dummy", "zh")
)


def factors_of(scenario: Scenario, names: Sequence[str] | None = None) -> tuple[Factor, ...]:
    """Return the numbers of a scenario that its sources leave uncertain.

    They are the coefficients of `behaviour` and the settings and prices of its levers. What is decided or true by
    definition is left out unless named. A price of another size than the default's moves in proportion, as
    `prices.at_bound` says; any other range is widened where needed to hold the scenario's own value.

    Parameters
    ----------
    names : sequence of str, optional
        Those wanted, in this order: as `Factor.name`, or a field of `behaviour`, or a symbol of MODEL.md.

    Raises
    ------
    SensitivityError
        If a name means none of them.
    """
    known = _known(scenario)
    if names is None:
        return tuple(factor for factor, facts in known.values() if facts.grade != DECIDED)
    short = {key: name for name, (_, facts) in known.items() for key in (facts.field, facts.symbol)}
    short = {key: name for key, name in short.items() if key and name.startswith(f"{BEHAVIOUR}.")}
    wanted = [name if name in known else short.get(name, "") for name in names]
    unknown = [name for name, found in zip(names, wanted, strict=True) if not found]
    if unknown:
        raise SensitivityError([_unknown(name, [*known, *short]) for name in unknown])
    return tuple(known[name][0] for name in dict.fromkeys(wanted))


def _unknown(name: str, known: Sequence[str]) -> Message:
    match = nearest(name, known)
    suggestion = Message("error.suggestion", {"name": match}) if match else ""
    return Message("sensitivity.unknown_factor", {"name": name, "suggestion": suggestion})


def _known(scenario: Scenario) -> dict[str, tuple[Factor, Evidence]]:
    """Return every number of a scenario that has a range, by name."""
    holders: list[tuple[str, str, BaseModel]] = [(BEHAVIOUR, BEHAVIOUR, scenario.behaviour)]
    holders += [(f"{LEVERS}.{name}", lever.kind, lever) for name, lever in scenario.levers.items()]
    found = {}
    kinds: list[str] = [lever.kind for lever in scenario.levers.values()]
    for path, part, holder in holders:
        own = path.partition(".")[2] if kinds.count(part) > 1 else ""
        for field in type(holder).model_fields:
            facts = _facts().get(f"{part}.{field}")
            value = getattr(holder, field)
            if facts is not None and facts.low < facts.high and not isinstance(value, bool):
                found[f"{path}.{field}"] = _factor(f"{path}.{field}", holder, field, float(value), facts, own), facts
    return found


@cache
def _facts() -> Mapping[str, Evidence]:
    return {entry.name: entry for entry in evidence()}


def _factor(name: str, holder: BaseModel, field: str, value: float, facts: Evidence, own: str = "") -> Factor:
    """Return a factor; `own` is the lever's name where several are of its kind."""
    ends = [facts.low, facts.high]
    if isinstance(holder, Lever) and field in lever_prices(type(holder)):
        ends = [at_bound(value, float(type(holder).model_fields[field].default), end) for end in ends]
    labels = {}
    for lang in ("en", "zh"):
        meaning, unit = in_language(facts, lang)
        if isinstance(holder, Lever):
            kind = word("lever", holder.kind, lang)
            kind = say("plot.lever_of_kind", lang, {"kind": kind, "name": own_name(own, lang)}) if own else kind
            meaning = say("plot.lever_of_kind", lang, {"kind": kind, "name": meaning})
        labels[lang] = meaning, unit
    return Factor(
        name=name,
        low=min(*ends, value),
        high=max(*ends, value),
        default=value,
        unit=labels["en"][1],
        source=facts.source,
        label=labels["en"][0],
        label_zh=labels["zh"][0],
        unit_zh=labels["zh"][1],
    )


def with_values(scenario: Scenario, factors: Sequence[Factor], point: Sequence[float] | Array) -> Scenario:
    """Return a scenario with other values of some of its numbers; whole numbers are rounded.

    A value of `behaviour` holds for everybody: such a scenario is to be held against a baseline of the same
    `behaviour`.

    Parameters
    ----------
    factors : sequence of Factor
        As `factors_of` returns them.
    point : sequence of float, shape (factors,)
        Their values, in their units.

    Raises
    ------
    SensitivityError
        If the scenario cannot have such a value.
    """
    changes: dict[str, dict[str, Any]] = {}
    for factor, value in zip(factors, point, strict=True):
        path, _, field = factor.name.rpartition(".")
        changes.setdefault(path, {})[field] = float(value)
    behaviour = _changed(scenario.behaviour, BEHAVIOUR, changes.pop(BEHAVIOUR, {}))
    levers = dict(scenario.levers)
    for path, values in changes.items():
        part, _, name = path.partition(".")
        if part != LEVERS or name not in levers:
            raise SensitivityError([_unknown(f"{path}.{field}", list(_known(scenario))) for field in values])
        levers[name] = _changed(levers[name], path, values)
    return scenario.model_copy(update={"behaviour": behaviour, "levers": levers})


def _changed(holder: Any, path: str, values: Mapping[str, float]) -> Any:
    """Return a part of a scenario with some values replaced, checked as if it had been read from a file."""
    if not values:
        return holder
    whole = {name: round(v) if type(holder).model_fields[name].annotation is int else v for name, v in values.items()}
    try:
        return type(holder).model_validate({**holder.model_dump(), **whole})
    except ValidationError as error:
        raise SensitivityError(
            [
                Message("sensitivity.value_refused", {"name": f"{path}.{name}", "value": value, "why": str(e["msg"])})
                for e in error.errors(include_url=False)
                for name, value in values.items()
                if e["loc"][:1] in ((name,), ())
            ]
        ) from error


def defaults(factors: Sequence[Factor]) -> Array:
    """Return the scenario's own values; shape (factors,)."""
    return np.array([factor.default for factor in factors], np.float64)


def default_positions(factors: Sequence[Factor]) -> Array:
    """Return where in their ranges the scenario's own values lie, 0 to 1; shape (factors,)."""
    return np.array([factor.position for factor in factors], np.float64)


def values_at(factors: Sequence[Factor], positions: Array) -> Array:
    """Return values in the factors' units at positions 0 to 1 of their ranges; both of shape (n, factors).

    The position of a default gives that very value, so that the scenario as it is runs once.
    """
    low = np.array([factor.low for factor in factors])
    high = np.array([factor.high for factor in factors])
    values = np.clip(low + positions * (high - low), low, high)
    return np.where(positions == default_positions(factors), defaults(factors), values)
