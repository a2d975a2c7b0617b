"""Turn what pydantic found into sentences: file, line, field, value, what is allowed, a correct example."""

import json
import math
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.messages import Message, number
from simulation.quantities import OUT_OF_RANGE, Bounds
from simulation.scenario.adjustment import MONITOR_INDICATORS, UNMONITORED
from simulation.scenario.checks import Path, Problem, nearest
from simulation.scenario.events import EVENTS
from simulation.scenario.schema import LEVERS, Scenario
from simulation.scenario.tree import Leaf, leaf_at

YAML_1_1_BOOLEANS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
KINDS: dict[Any, Mapping[str, type[BaseModel]]] = {"levers": LEVERS, "events": EVENTS}
SHARE_UNITS = ("share", "probability")
HIGHEST_PERCENT = 100
SHOWN_CHARACTERS = 60
_TYPE_WORDS = ("int", "float", "bool", "string", "list", "tuple", "dict", "model", "date")
_CUSTOM = frozenset(
    {
        "table_keys", "shares_do_not_sum", "must_be_positive", "survey_not_measured", "coefficient_must_be_positive",
        "eligibility_not_for_target", "lever_cannot_ramp", "lever_without_place", "places_given_twice",
        "entry_needs_one_place", "event_repeated", "site_repeated", "lever_is_regional", "citizens",
        "past_the_horizon", "threshold_not_one", "scale_without_factor", "factor_without_scale",
        "envelope_without_spending", "target_without_choice", "placement_without_size", "must_and_never",
        "placement_not_for_method",
    }
)  # fmt: skip


def messages_of(errors: list[Any], root: Leaf) -> list[Message]:
    """Return one message for each error pydantic reported.

    Parameters
    ----------
    errors : list of dict
        As `ValidationError.errors()` gives them.
    root : Leaf
        The file's values, with their lines.
    """
    return [_message(error, root) for error in errors]


def message_of(problem: Problem, root: Leaf) -> Message:
    """Return the message of a check that looks at several fields."""
    path, code, params = problem
    found = dict(params)
    if "nearest" in found:
        found["suggestion"] = _suggestion(found.pop("nearest"))
    return Message(f"error.{code}", {**_where(path, root), **found})


def _message(error: Any, root: Leaf) -> Message:
    path = _path(error["loc"], root)
    where = _where(path, root)
    kind, context = str(error["type"]), error.get("ctx", {})
    where["value"] = show(error.get("input"))
    if kind == "extra_forbidden":
        return _unknown_key(path, where, root)
    if kind == "missing":
        return Message("error.missing", {**where, "example": example(path, root)})
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _unknown_kind(path[0], where, error.get("input"))
    if kind == "literal_error":
        return _unknown_choice(path, where, error.get("input"), root)
    if kind == UNMONITORED:
        return _unmonitored(path, where, error.get("input"), root)
    if kind == OUT_OF_RANGE:
        return _out_of_range(path, where, error.get("input"), context, root)
    if kind in _CUSTOM:
        return Message(f"error.{kind}", {**where, **context, "example": example(path, root)})
    if kind.split("_")[0] in _TYPE_WORDS:
        return _wrong_type(path, where, error.get("input"), root)
    return Message("error.not_allowed", {**where, "example": example(path, root)})


def _path(loc: tuple[Any, ...], root: Leaf) -> Path:
    """Return where an error stands in the file; pydantic also names the kind of a lever, which is no key."""
    steps = [step for step in loc if step != "[key]"]
    if len(steps) > 2 and steps[2] in KINDS.get(steps[0], ()):
        kind = leaf_at(root, (*steps[:2], "kind")).value
        if kind == steps[2]:
            del steps[2]
    return tuple(steps)


def _where(path: Path, root: Leaf) -> dict[str, Any]:
    leaf = leaf_at(root, path)
    return {"file": leaf.file, "line": leaf.line, "field": field_name(path)}


def field_name(path: Path) -> str:
    """Return a path as people write it: levers.kiosks.sites[2].place, counted from 1."""
    name = ""
    for step in path:
        name += f"[{step + 1}]" if isinstance(step, int) else (f".{step}" if name else str(step))
    return name


def show(value: Any) -> str:
    """Return a value as it would stand in the file, shortened."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return number(value)
        except (OverflowError, ValueError):
            return "..."
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        text = str(type(value).__name__)
    text = text.strip('"')
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "..."


def _plain(annotation: Any) -> Any:
    """Strip `Annotated` and `None` off an annotation."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation):
            rest = [option for option in get_args(annotation) if option is not NoneType]
            annotation = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007
        else:
            return annotation


def _descend(path: Path, root: Leaf) -> tuple[Any, FieldInfo | None]:
    """Return the annotation at a path and the field it belongs to."""
    annotation: Any = Scenario
    info: FieldInfo | None = None
    for depth, step in enumerate(path):
        annotation = _plain(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            info = annotation.model_fields.get(str(step))
            annotation = info.annotation if info else None
        elif get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
        elif get_origin(annotation) is tuple:
            annotation = get_args(annotation)[0]
        else:
            return None, info
        if depth == 1 and path[0] in KINDS:
            kind = leaf_at(root, (*path[:2], "kind")).value
            annotation = KINDS[path[0]].get(kind) if isinstance(kind, str) else None
    return _plain(annotation), info


def example(path: Path, root: Leaf) -> str:
    """Return a correct line for a field."""
    annotation, info = _descend(path, root)
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if info is None:
        return f"{name}: ..."
    if info.examples:
        value = info.examples[0]
    elif info.is_required():
        value = next(iter(_choices(annotation)), None)
    else:
        value = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel) or value is None:
        return f"{name}: ..."
    return f"{name}: {_yaml(value)}"


def _yaml(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_yaml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    return str(value)


def _suggestion(name: str | None) -> Message | str:
    return Message("error.suggestion", {"name": name}) if name else ""


def _unknown_key(path: Path, where: dict[str, Any], root: Leaf) -> Message:
    holder, _ = _descend(path[:-1], root)
    known: list[str] = []
    if isinstance(holder, type) and issubclass(holder, BaseModel):
        known = list(holder.model_fields)
    if len(path) == 1:
        known.insert(0, "extends")
    if path[:-1] == ("survey",):
        known.insert(0, "table")
    match = nearest(path[-1], known)
    right = example((*path[:-1], match or next((name for name in known if name != "extends"), "...")), root)
    params = {**where, "suggestion": _suggestion(match), "known": known, "example": right}
    return Message("error.unknown_key", params)


def _unknown_kind(holder: Any, where: dict[str, Any], value: Any) -> Message:
    kind = value.get("kind") if isinstance(value, Mapping) else None
    known = list(KINDS[holder])
    params = {**where, "known": known, "example": f"kind: {known[0]}"}
    if kind is None:
        return Message(f"error.without_kind.{holder}", params)
    found = {"value": show(kind), "suggestion": _suggestion(nearest(kind, known))}
    return Message(f"error.unknown_kind.{holder}", {**params, **found})


def _choices(annotation: Any) -> list[str]:
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []


def _unknown_choice(path: Path, where: dict[str, Any], value: Any, root: Leaf) -> Message:
    annotation, _ = _descend(path, root)
    known = _choices(annotation)
    is_key = not known and len(path) > 1  # a wrong key of a mapping whose keys are given
    if is_key:
        holder, _ = _descend(path[:-1], root)
        known = _choices(get_args(holder)[0]) if get_origin(holder) is dict else []
        value = path[-1]
    right = nearest(value, known) or (known[0] if known else "...")
    if isinstance(path[-1], int):
        shown_right = f"{path[-2]}: [{right}]"
    else:
        shown_right = f"{right}: ..." if is_key else f"{path[-1]}: {right}"
    found = {"value": show(value), "suggestion": _suggestion(nearest(value, known)), "known": known}
    return Message("error.unknown_choice", {**where, **found, "example": shown_right})


def _unmonitored(path: Path, where: dict[str, Any], value: Any, root: Leaf) -> Message:
    known = list(MONITOR_INDICATORS)
    params = {**where, "suggestion": _suggestion(nearest(value, known)), "known": known, "example": example(path, root)}
    return Message("error.unmonitored_indicator", params)


def _out_of_range(path: Path, where: dict[str, Any], value: Any, bounds: Mapping[str, Any], root: Leaf) -> Message:
    params = {**where, "allowed": _range(bounds), "example": example(path, root)}
    if bounds["unit"] in SHARE_UNITS and isinstance(value, int | float) and 1 < value <= HIGHEST_PERCENT:
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        percent = {"percent": number(value), "share": number(value / HIGHEST_PERCENT), "name": name}
        return Message("error.percent_for_share", {**params, **percent})
    return Message("error.out_of_range", params)


def _range(bounds: Mapping[str, Any]) -> Message:
    unit = Message(f"unit.{bounds['unit']}")
    low, high = bounds["low"], bounds["high"]
    if low is None or high is None:
        return Message("allowed.at_least", {"low": low, "unit": unit})
    return Message("allowed.range", {"low": low, "high": high, "unit": unit})


def _bounds(annotation: Any, info: FieldInfo | None) -> Bounds | None:
    for source in (get_args(annotation) if get_origin(annotation) is Annotated else (), info.metadata if info else ()):
        for item in source:
            if isinstance(item, Bounds):
                return item
    return None


def _wrong_type(path: Path, where: dict[str, Any], value: Any, root: Leaf) -> Message:
    annotation, info = _descend(path, root)
    params = {**where, "example": example(path, root)}
    if annotation is bool and isinstance(value, str) and value.lower() in YAML_1_1_BOOLEANS:
        name = str(path[-1])
        return Message("error.yaml_boolean", {**params, "correct": f"{name}: {YAML_1_1_BOOLEANS[value.lower()]}"})
    percent = _as_percent(value)
    if annotation is float and percent is not None:
        name = str(path[-1])
        return Message("error.percent_sign", {**params, "correct": f"{name}: {number(percent / HIGHEST_PERCENT)}"})
    bounds = _bounds(annotation, info)
    if annotation in (int, float):
        whole = "allowed.whole_number" if annotation is int else "allowed.number"
        allowed = Message(whole, {"range": _range(_bounds_dict(bounds)) if bounds else ""})
    else:
        allowed = Message(_ALLOWED.get(_shape(annotation), "allowed.other"))
    return Message("error.wrong_type", {**params, "allowed": allowed})


_ALLOWED = {
    "bool": "allowed.bool",
    "str": "allowed.text",
    "list": "allowed.list",
    "map": "allowed.map",
    "date": "allowed.date",
}


def _shape(annotation: Any) -> str:
    if get_origin(annotation) is tuple:
        return "list"
    if get_origin(annotation) is dict or annotation is None:
        return "map"
    if isinstance(annotation, type):
        return "map" if issubclass(annotation, BaseModel) else annotation.__name__
    return "str" if get_origin(annotation) is Literal else "map"


def _bounds_dict(bounds: Bounds) -> dict[str, Any]:
    return {"unit": bounds.unit, "low": bounds.low, "high": bounds.high}


def _as_percent(value: Any) -> float | None:
    """Return the number of a text like "50%" (also with the full-width sign)."""
    if isinstance(value, str) and value.rstrip().endswith(("%", "％")):
        try:
            percent = float(value.rstrip()[:-1])
        except ValueError:
            return None
        return percent if math.isfinite(percent) else None
    return None


def setting_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the fields of a model that are sourced numbers."""
    for name, info in model.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and "grade" in info.json_schema_extra:
            yield name, info
