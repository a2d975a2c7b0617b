"""What is in the results folder, read anew where it changed and kept where it did not."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.outcomes.manifest import HERE
from simulation.outcomes.result import DATASET_FILE, PROVENANCE_FILE, SCENARIO_FILE, Result
from simulation.outcomes.results_folders import ResultsFolder, find_results
from simulation.report.findings import Findings, load_findings
from simulation.viewer.paths import OutsideError, inside

ROLES = ("programme", "baseline", "reference")
MOST_BYTES = 200_000_000  # on disk, of the runs kept in memory; the one used longest ago goes first
MOST_PARTS = 64
LARGE_BYTES = 400_000_000  # of a run's data on disk: opening it takes several times that in memory

Key = tuple[Hashable, ...]


class DamagedRunError(Exception):
    """A run that cannot be read.

    Parameters
    ----------
    reason : str
        In English, from the exception that said so.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one results folder.

    Attributes
    ----------
    name : str
        The folder seen from the results folder.
    key : tuple
        Changes with any of its files that were read.
    programme, baseline, reference : Result
        As in a report; the last two may be missing.
    findings : Findings
        What analyses found about the run.
    """

    name: str
    key: Key
    programme: Result
    baseline: Result | None
    reference: Result | None
    findings: Findings

    def by_role(self) -> dict[str, Result]:
        """Return the runs that are there, the run judged first."""
        found = {role: getattr(self, role) for role in ROLES}
        return {role: result for role, result in found.items() if result is not None}


class Kept:
    """Values by key, the most recently used ones, up to a sum of their sizes.

    Parameters
    ----------
    most : int
        Of the sum; the value used last is kept whatever its size.
    """

    def __init__(self, most: int) -> None:
        self._most, self._values = most, OrderedDict[Key, tuple[int, Any]]()
        self._lock = threading.RLock()

    def get(self, key: Key, make: Callable[[], Any], size: int = 1) -> Any:
        """Return the value of a key, made where it is not kept; one at a time, because making one takes memory."""
        with self._lock:
            if key not in self._values:
                self._values[key] = (size, make())
            self._values.move_to_end(key)
            while len(self._values) > 1 and sum(one for one, _ in self._values.values()) > self._most:
                self._values.popitem(last=False)
            return self._values[key][1]


class Room:
    """A folder of results.

    Parameters
    ----------
    root : path
        Read, never written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._runs, self._parts = Kept(MOST_BYTES), Kept(MOST_PARTS)

    def folders(self) -> list[ResultsFolder]:
        """Return every results folder, the newest first."""
        found = find_results(self.root) if self.root.is_dir() else []
        return sorted(found, key=lambda one: (one.written_at, self.name_of(one)), reverse=True)

    def name_of(self, folder: ResultsFolder) -> str:
        """Return a folder as seen from the results folder; "." for that itself."""
        return folder.path.relative_to(self.root).as_posix()

    def words_of(self, name: str) -> str:
        """Return how a folder is written: the results folder itself by its own name."""
        return self.root.name if name == HERE else name

    def with_runs(self) -> list[ResultsFolder]:
        """Return the folders that hold runs a page can show."""
        return [one for one in self.folders() if self.folders_of_runs(self.name_of(one))]

    def folders_of_runs(self, name: str) -> dict[str, Path]:
        """Return the folder of each run of a results folder, by role; a saved run alone is the programme.

        Raises
        ------
        OutsideError
            If it is no folder of the room.
        """
        try:
            folder = inside(self.root, name)
        except FileNotFoundError:
            return {}
        if (folder / PROVENANCE_FILE).is_file():
            return {ROLES[0]: folder}
        there = {role: folder / role for role in ROLES if (folder / role / PROVENANCE_FILE).is_file()}
        return there if ROLES[0] in there else {}

    def size_of_data(self, name: str) -> int:
        """Return the bytes of the runs' data on disk."""
        files = [folder / DATASET_FILE for folder in self.folders_of_runs(name).values()]
        return sum(file.stat().st_size for file in files if file.is_file())

    def open(self, name: str) -> Runs:
        """Return the runs of a results folder.

        Raises
        ------
        FileNotFoundError
            If there is no run.
        DamagedRunError
            If one cannot be read, or its numbers are not those that were saved.
        """
        folders = self.folders_of_runs(name)
        if not folders:
            raise FileNotFoundError(name)
        key = (name, *(_stamp(path) for folder in folders.values() for path in _read(folder)))
        return self._runs.get(key, lambda: self._load(name, key, folders), self.size_of_data(name))

    def _load(self, name: str, key: Key, folders: dict[str, Path]) -> Runs:
        try:
            for folder in folders.values():  # a link inside a run would lead out of the room
                for path in _read(folder):
                    inside(self.root, path.relative_to(self.root).as_posix())
            found = {role: Result.load(folder) for role, folder in folders.items()}
        except (ValueError, OSError, KeyError, TypeError, AttributeError) as error:
            first = (str(error).strip().splitlines() or [""])[0]
            raise DamagedRunError(f"{type(error).__name__}: {first}") from error
        top = next(iter(folders.values()))
        top = top if name == HERE or top == inside(self.root, name) else top.parent
        return Runs(name, key, found["programme"], found.get("baseline"), found.get("reference"), _findings(top, found))

    def part(self, key: Key, make: Callable[[], Any]) -> Any:
        """Return something made from runs, once for each key."""
        return self._parts.get(key, make)


def _findings(folder: Path, found: dict[str, Result]) -> Findings:
    """Return what stands beside a run and in the report made of it."""
    digest, findings = found[ROLES[0]].digest, Findings()
    for place in (folder, folder.with_name(f"{folder.name}-report")):
        try:
            findings = findings.filled_from(load_findings(place, digest))
        except (ValueError, OSError):
            continue  # damaged findings are told on the page of runs; the run itself is whole
    return findings


def _read(folder: Path) -> list[Path]:
    return [folder / name for name in (DATASET_FILE, SCENARIO_FILE, PROVENANCE_FILE)]


def _stamp(path: Path) -> tuple[str, int, int]:
    """Return what changes when a file does."""
    try:
        facts = path.stat()
    except OSError:
        return (str(path), -1, -1)
    return (str(path), facts.st_mtime_ns, facts.st_size)


__all__ = ["LARGE_BYTES", "DamagedRunError", "OutsideError", "Room", "Runs"]
