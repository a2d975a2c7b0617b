"""Finished cells: one file each, written once, believed only after its checksums."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from simulation.analysis.experiment.atomic import append_line, clear_parts, write_atomically
from simulation.analysis.experiment.cell_file import check, decode
from simulation.analysis.experiment.errors import DamagedCellError
from simulation.analysis.experiment.keys import canonical
from simulation.engine.shared_past import Recorded
from simulation.outcomes.sealed import sealed, unsealed

CELLS, DAMAGED, TIMINGS = "cells", "damaged", "timings.jsonl"
CELL, ERROR = ".cell", ".error.json"
KEY_DIGITS = 64
PREFIX = 2  # digits of a key that name its sub-folder
IN_MEMORY = Path("memory")


@dataclass(frozen=True, slots=True)
class CellError:
    """Why a cell has no outcome.

    Attributes
    ----------
    exception : str
        Type of what was raised, or "WorkerDied".
    message, traceback : str
        As raised; a worker that died leaves no traceback.
    attempts : int
        Times it was tried, over all starts.
    """

    exception: str
    message: str
    traceback: str
    attempts: int


class Store(Protocol):
    """Where an experiment keeps its cells; `CellStore` and `MemoryStore`."""

    def keys(self) -> set[str]: ...  # noqa: D102
    def check(self, key: str) -> str: ...  # noqa: D102
    def read(self, key: str) -> Recorded: ...  # noqa: D102
    def write(self, key: str, data: bytes) -> None: ...  # noqa: D102
    def put_aside(self, key: str) -> None: ...  # noqa: D102
    def read_error(self, key: str) -> CellError | None: ...  # noqa: D102
    def write_error(self, key: str, error: CellError) -> None: ...  # noqa: D102
    def note_time(self, facts: Mapping[str, Any]) -> None: ...  # noqa: D102


class CellStore:
    """Cells in a folder.

    Parameters
    ----------
    folder : Path
        Gets `cells/ab/<key>.cell`, `cells/ab/<key>.error.json`, `damaged/` and `timings.jsonl`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Return where a cell's file is, or will be."""
        return self._path(key, CELL)

    def error_path(self, key: str) -> Path:
        """Return where the failure of a cell is recorded, or will be."""
        return self._path(key, ERROR)

    def _path(self, key: str, suffix: str) -> Path:
        return self.folder / CELLS / key[:PREFIX] / f"{key}{suffix}"

    def keys(self) -> set[str]:
        """Return the keys of all cells that have a file, unverified."""
        found = set()
        with contextlib.suppress(FileNotFoundError):
            for sub in os.scandir(self.folder / CELLS):
                if sub.is_dir():
                    names = (entry.name for entry in os.scandir(sub.path))
                    found |= {name.removesuffix(CELL) for name in names if name.endswith(CELL)}
        return {key for key in found if len(key) == KEY_DIGITS}

    def check(self, key: str) -> str:
        """Verify a cell's file and return the digest of its content.

        Raises
        ------
        DamagedCellError
            If the file is missing, or not that cell.
        """
        return check(key, self._bytes(key), self.path(key))

    def read(self, key: str) -> Recorded:
        """Return a cell.

        Raises
        ------
        DamagedCellError
            If the file is missing, or not that cell.
        """
        return decode(key, self._bytes(key), self.path(key))

    def _bytes(self, key: str) -> bytes:
        try:
            return self.path(key).read_bytes()
        except OSError as error:
            raise DamagedCellError(self.path(key), "unreadable") from error

    def write(self, key: str, data: bytes) -> None:
        """Write a cell's file and forget earlier failures of it.

        Parameters
        ----------
        data : bytes
            From `cell_file.encode`; verified first.

        Raises
        ------
        NotWrittenError
            If the disk is full or refuses; nothing of the cell is left.
        """
        check(key, data, self.path(key))
        write_atomically(self.path(key), data)
        self.error_path(key).unlink(missing_ok=True)

    def put_aside(self, key: str) -> None:
        """Move a damaged file into `damaged/`, where people can look at it; none of an earlier one is lost."""
        path = self.path(key)
        if not path.exists():
            return
        folder = self.folder / DAMAGED
        folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while (target := folder / f"{path.name}.{number}").exists():
            number += 1
        os.replace(path, target)

    def read_error(self, key: str) -> CellError | None:
        """Return the recorded failure of a cell, None where there is none that can be read."""
        try:
            return CellError(**unsealed(self.error_path(key).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write_error(self, key: str, error: CellError) -> None:
        """Record that a cell failed."""
        write_atomically(self.error_path(key), sealed(asdict(error)))

    def note_time(self, facts: Mapping[str, Any]) -> None:
        """Add a line to the timings, which no cell depends on."""
        append_line(self.folder / TIMINGS, canonical(facts))

    def clear_parts(self) -> int:
        """Remove what killed writers left half-written; returns how many files there were."""
        return clear_parts(self.folder)


class MemoryStore:
    """Cells in memory, compressed as in a file."""

    def __init__(self) -> None:
        self._cells: dict[str, bytes] = {}
        self._errors: dict[str, CellError] = {}
        self.times: list[Mapping[str, Any]] = []

    def keys(self) -> set[str]:
        """Return the keys of all cells."""
        return set(self._cells)

    def check(self, key: str) -> str:
        """Return the digest of a cell's content."""
        return check(key, self._bytes(key), IN_MEMORY)

    def read(self, key: str) -> Recorded:
        """Return a cell."""
        return decode(key, self._bytes(key), IN_MEMORY)

    def _bytes(self, key: str) -> bytes:
        try:
            return self._cells[key]
        except KeyError as error:
            raise DamagedCellError(IN_MEMORY, "unreadable") from error

    def write(self, key: str, data: bytes) -> None:
        """Keep a cell."""
        check(key, data, IN_MEMORY)
        self._cells[key] = data
        self._errors.pop(key, None)

    def put_aside(self, key: str) -> None:
        """Forget a cell."""
        self._cells.pop(key, None)

    def read_error(self, key: str) -> CellError | None:
        """Return the failure of a cell, None where there is none."""
        return self._errors.get(key)

    def write_error(self, key: str, error: CellError) -> None:
        """Record that a cell failed."""
        self._errors[key] = error

    def note_time(self, facts: Mapping[str, Any]) -> None:
        """Keep a line of timings."""
        self.times.append(facts)
