"""Temporary folders that a killed run left behind, and which of them may be removed."""

import json
import os
import platform
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from simulation.outcomes.manifest import check_manifest
from simulation.outcomes.provenance import DISTRIBUTION
from simulation.outcomes.results_folders import size_of
from simulation.outcomes.store import OLD, PART, REPLACED, WHOLE, WRITER_FILE

NAME = re.compile(rf"\.(?P<of>.+)\.[a-z0-9_]{{8}}(?:{re.escape(PART)}|{re.escape(OLD)})")  # as tempfile makes them
QUIET_SECONDS = 24 * 60 * 60  # after which nobody writes any more, where the writer cannot be asked

Standing = Literal["removable", "in_use", "holds_result", "not_ours"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """One temporary folder.

    Attributes
    ----------
    path : path
        Where it is.
    size : int
        Bytes.
    standing : str
        "removable"; "in_use": its writer is at work; "holds_result": it holds the only copy of a result; "not_ours":
        nothing says that this project made it.
    target : path
        The results folder it was to become, or was.
    """

    path: Path
    size: int
    standing: Standing
    target: Path

    @property
    def result(self) -> Path:
        """Return where in it a result stands, or would."""
        return self.path / (WHOLE if self.path.name.endswith(PART) else REPLACED)


def find_leftovers(root: Path) -> list[Leftover]:
    """Return the temporary folders below a folder, by path; links are not followed."""
    return sorted(_leftovers(root), key=lambda leftover: str(leftover.path))


def _leftovers(root: Path) -> Iterator[Leftover]:
    for above, folders, _ in os.walk(root):
        for name in folders:
            found = NAME.fullmatch(name)
            path = Path(above, name)
            if found and not path.is_symlink():
                target = Path(above, found["of"])
                yield Leftover(path, size_of(path), _standing(path, target), target)
        folders[:] = [name for name in folders if not name.startswith(".")]


def _standing(path: Path, target: Path) -> Standing:
    writer = _writer(path)
    names = {entry.name for entry in path.iterdir()}
    if writer.get("program") != DISTRIBUTION or not names <= {WRITER_FILE, WHOLE, REPLACED}:
        return "not_ours"
    if _is_in_use(path, writer):
        return "in_use"
    if not target.exists():
        replaced, whole = path / REPLACED, path / WHOLE
        if replaced.exists() or (whole.is_dir() and not check_manifest(whole)):
            return "holds_result"
    return "removable"


def _writer(path: Path) -> dict[str, Any]:
    try:
        found = json.loads((path / WRITER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_in_use(path: Path, writer: dict[str, Any]) -> bool:
    """Return whether the writer is at work; on another machine, or where nobody can be asked, by the time."""
    process = writer.get("process")
    if os.name == "posix" and writer.get("host") == platform.node() and isinstance(process, int) and process > 0:
        try:
            os.kill(process, 0)  # asks only
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return not _has_ended(process)
    return time.time() - max(p.lstat().st_mtime for p in (path, *path.rglob("*"))) < QUIET_SECONDS


def _has_ended(process: int) -> bool:
    """Return whether a process that is still known has ended and only waits to be forgotten, where Linux tells."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[:1] in (["Z"], ["X"])
