"""Points of a GeoJSON file as rows of text, under the same column names as in a CSV file."""

import json
import math
import re
from typing import Any

from simulation.messages import Message
from simulation.region.tables.errors import Findings, at_feature, at_file, at_line, shortened

Rows = tuple[tuple[Message, tuple[str, ...]], ...]
_POINT = "Point"
_WGS84 = re.compile(r"crs84|4326", re.IGNORECASE)
_FROM_GEOMETRY = ("lat", "lon")
_COORDINATES = len(_FROM_GEOMETRY)
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonError(ValueError):
    """Text that is no JSON; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def parse_json(text: str) -> Any:
    """Return JSON as Python values.

    Raises
    ------
    JsonError
        If it is none, holds NaN, infinities or half of a character, or is nested too deeply.
    """
    try:
        value = json.loads(text)
        # Refuses NaN and infinities, which Python reads although JSON has none.
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except json.JSONDecodeError as error:
        raise JsonError(error.lineno) from None
    except (RecursionError, ValueError):
        raise JsonError(1) from None
    if _SURROGATE.search(written):
        raise JsonError(1)
    return value


def read_features(table: str, file: str, text: str, findings: Findings) -> tuple[tuple[str, ...], Rows]:
    """Return column names and rows of a collection of points; features that are no points are problems."""
    try:
        data = parse_json(text)
    except JsonError as error:
        findings.problem(table, "tables.not_json", {"at": at_line(file, error.line)})
        return (), ()
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        findings.problem(table, "tables.not_features", {"at": at_file(file)})
        return (), ()
    system = json.dumps(data.get("crs") or "CRS84")
    if not _WGS84.search(system):
        findings.problem(table, "tables.not_wgs84", {"at": at_file(file), "value": shortened(system)})
        return (), ()
    names: dict[str, None] = {}
    read: list[tuple[Message, dict[str, str]]] = []
    for count, feature in enumerate(features, start=1):
        at = at_feature(file, count)
        cells = _cells(feature, at, table, findings)
        if cells is not None:
            names |= dict.fromkeys(cells)
            read.append((at, cells))
    columns = tuple(names)
    return columns, tuple((at, tuple(cells.get(name, "") for name in columns)) for at, cells in read)


def _cells(feature: Any, at: Message, table: str, findings: Findings) -> dict[str, str] | None:
    geometry = (feature.get("geometry") if isinstance(feature, dict) else None) or {}
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind != _POINT:
        findings.problem(table, "tables.not_a_point", {"at": at, "value": shortened(str(kind or "null"))})
        return None
    where = geometry.get("coordinates")
    if not isinstance(where, list) or len(where) < _COORDINATES or not all(_is_number(x) for x in where[:_COORDINATES]):
        findings.problem(table, "tables.no_coordinates", {"at": at})
        return None
    properties = feature.get("properties") or {}
    cells: dict[str, str] = {}
    for name, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict | list):
            findings.problem(table, "tables.nested_property", {"at": at, "column": shortened(name)})
            return None
        if name.lower() not in _FROM_GEOMETRY:
            cells[name] = _written(value)
    cells["lon"], cells["lat"] = (_written(x) for x in where[:_COORDINATES])
    return cells


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf


def _written(value: Any) -> str:
    """Return a value of JSON as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return format(value, "f") if isinstance(value, float) and "e" in repr(value) else str(value)
