"""Rows of text as rows of values: names of columns are matched, every cell is read."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from simulation.messages import Message
from simulation.region.tables.cells import CellError, plain_number, read_cell
from simulation.region.tables.columns import HIGHEST_LAT, Column, Form, Table
from simulation.region.tables.errors import Findings, at_file, at_line, shortened
from simulation.region.tables.reading import RawTable

_LIKE = 0.8  # of difflib: a letter or two differ
_SEPARATORS = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Columns that are absent or empty are None; cells that could not be read are lacking."""

    at: Message  # where it stands, in words
    values: dict[str, Any]
    whole: bool  # every cell could be read

    @property
    def line(self) -> int:
        """Number of its line or feature."""
        return int(self.at.params["line"])


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table whose columns are known; rows with a problem are among `rows` but not in `whole`."""

    spec: Table
    file: str
    rows: tuple[Row, ...]
    complete: bool  # no row of the file was left out

    @property
    def whole(self) -> list[Row]:
        """Rows of which every cell could be read."""
        return [row for row in self.rows if row.whole]


def read_rows(raw: RawTable, findings: Findings) -> ReadTable | None:
    """Return a table's rows, or None where columns are missing or named twice."""
    places = _columns(raw, findings)
    if places is None:
        return None
    spec = raw.spec
    found = [(column, places.get(column.name)) for column in spec.columns]
    complete = spec.name not in findings.broken
    rows = tuple(_row(spec, found, at, cells, findings) for at, cells in raw.rows)
    return ReadTable(spec, raw.file, rows, complete)


def _columns(raw: RawTable, findings: Findings) -> dict[str, int] | None:
    """Return the position of each of the table's columns that is there."""
    spec, at = raw.spec, at_line(raw.file, 1)
    headed = [_SEPARATORS.sub("_", name.strip().lower()) for name in raw.columns]
    twice = sorted(name for name, number in Counter(headed).items() if name and number > 1)
    if twice:
        findings.problem(spec.name, "tables.column_twice", {"at": at, "columns": twice})
        return None
    places: dict[str, int] = {}
    renamed: list[Message] = []
    for column in spec.columns:
        names = [name for name in (column.name, *column.aliases) if name in headed]
        if names:
            places[column.name] = headed.index(names[0])
            if names[0] != column.name:
                renamed.append(Message("tables.read_as", {"written": names[0], "name": column.name}))
    others = [name for place, name in enumerate(headed) if place not in places.values() and name]
    absent = [column for column in spec.columns if column.name not in places]
    for column in absent:
        if column.required:
            near = get_close_matches(column.name, others, n=1, cutoff=_LIKE)
            hint = Message("tables.rename", {"file": near[0], "name": column.name}) if near else ""
            words = {"at": at, "column": column.name, "suggestion": hint, "meaning": Message(column.meaning_code)}
            findings.problem(spec.name, "tables.column_missing", words)
    if any(column.required for column in absent):
        return None
    if renamed:
        findings.note("tables.aliases", {"at": at_file(raw.file), "renamed": renamed})
    if others:
        absent_names = [column.name for column in absent]
        findings.note(
            "tables.columns_not_used",
            {"at": at_file(raw.file), "columns": [_with_suggestion(name, absent_names) for name in others]},
        )
    return places


def _with_suggestion(name: str, absent: list[str]) -> str | Message:
    near = get_close_matches(name, absent, n=1, cutoff=_LIKE)
    name = shortened(name)
    return Message("tables.not_read_but", {"file": name, "name": near[0]}) if near else name


def _row(
    spec: Table, found: list[tuple[Column, int | None]], at: Message, cells: tuple[str, ...], findings: Findings
) -> Row:
    values: dict[str, Any] = {}
    whole = True
    for column, place in found:
        if place is None:
            values[column.name] = None
            continue
        try:
            values[column.name] = read_cell(column, cells[place])
        except CellError as bad:
            whole = False
            code, params = bad.code, bad.params
            if column.name == "lat" and code == "tables.range":
                code, params = _perhaps_swapped(found, cells, code, params)
            words = {"at": at, "column": column.name, "value": shortened(cells[place])}
            findings.problem(spec.name, code, words | params)
    return Row(at, values, whole)


def _perhaps_swapped(
    found: list[tuple[Column, int | None]], cells: tuple[str, ...], code: str, params: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the message for a latitude out of range: with the pair the other way round where that is allowed."""
    lat, lon = (
        plain_number(cells[place]) for column, place in found if column.form is Form.DEGREES and place is not None
    )  # fmt: skip
    if lat and lon and abs(float(lon)) <= HIGHEST_LAT and abs(float(lat)) <= 2 * HIGHEST_LAT:
        return "tables.swapped_range", {"lat": lat, "lon": lon}
    return code, params
