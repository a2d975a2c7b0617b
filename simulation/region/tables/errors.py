"""What stops a folder of tables from being used, and what is worth knowing about one that can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.messages import Message, WordedError


class RegionTablesError(WordedError):
    """A folder of region tables that cannot be used, with everything that is wrong with it."""

    more = "tables.more"


@dataclass(slots=True)
class Findings:
    """Problems and notes gathered while tables are read."""

    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names of the tables that have a problem

    def problem(self, table: str, code: str, params: Mapping[str, Any]) -> None:
        """Enter a problem of a table, which makes the table broken."""
        self.problems.append(Message(code, params))
        self.broken.add(table)

    def note(self, code: str, params: Mapping[str, Any]) -> None:
        """Enter something that was read otherwise than written, assumed, or looks odd."""
        self.notes.append(Message(code, params))


def at_file(file: str) -> Message:
    """Return the words for a whole file."""
    return Message("tables.at.file", {"file": file})


def at_line(file: str, line: int) -> Message:
    """Return the words for a line of a file, counted from 1."""
    return Message("tables.at.line", {"file": file, "line": line})


def at_feature(file: str, line: int) -> Message:
    """Return the words for a feature of a GeoJSON file, counted from 1."""
    return Message("tables.at.feature", {"file": file, "line": line})


def shortened(text: str, most: int = 40) -> str:
    """Return a value as it can be shown in a sentence: one line, printable, not long."""
    line = "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))
    return line if len(line) <= most else f"{line[:most]}..."
