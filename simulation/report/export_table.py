"""One table of an export: numbers as numbers, with names for programs and headings for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

Kind = Literal["text", "share", "points", "yuan", "count", "whole", "decimal", "date", "by_unit"]
DTYPES: Mapping[Kind, Any] = {"text": object, "date": object, "whole": "Int64"}  # others are float


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export.

    Attributes
    ----------
    name : str
        For programs; its heading for people is the message `export.column.<name>`.
    kind : str
        What it holds: "points" is a difference of shares, 0-1 too, that people read in percentage points; "count" may
        be a mean and "whole" not; of "by_unit" the column `unit` tells it row by row.
    """

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table of an export.

    Attributes
    ----------
    name : str
        File and sheet; its title is the message `export.sheet.<name>`, what to know of it `export.note.<name>`.
    columns : tuple of Column
        In order.
    frame : pandas.DataFrame
        Their values; names of codes as in scenarios.
    words : mapping of str to mapping of str to str
        By column: how a value is written for people in the language the table was made in.
    """

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def made(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> ExportTable:
    """Return a table of rows, each a mapping of column names to values; what a row lacks is unknown."""
    frame = pd.DataFrame(list(rows), columns=[column.name for column in columns])
    for column in columns:
        frame[column.name] = frame[column.name].astype(DTYPES.get(column.kind, float))
    return ExportTable(name, tuple(columns), frame, words or {})
