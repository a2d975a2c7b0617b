"""Files that appear whole or not at all, and stay after the power fails."""

import contextlib
import os
from pathlib import Path

from simulation.analysis.experiment.errors import NotWrittenError
from simulation.messages import Message
from simulation.outcomes.damage import of_system

PART = ".part"  # end of the names of files that are being written
_BINARY = getattr(os, "O_BINARY", 0)  # of Windows
_MODE = 0o666  # less the user's mask


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file beside its place, flush it to the disk and rename it; an older one is replaced.

    Raises
    ------
    NotWrittenError
        If the disk is full or refuses. Nothing of the file is left, and an older one is as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, _MODE)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file; half a line left by a killed writer is closed first.

    Raises
    ------
    NotWrittenError
        If the disk is full or refuses.
    """
    try:
        with open(path, "a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> NotWrittenError:
    """Return in words that a file could not be written."""
    why = of_system(error) or error.strerror or str(error)
    return NotWrittenError([Message("experiment.not_written", {"file": path, "why": why})])


def clear_parts(folder: Path) -> int:
    """Remove what killed writers left in a folder and its sub-folders; returns how many files there were."""
    parts = list(folder.rglob(f".*{PART}"))
    for path in parts:
        path.unlink(missing_ok=True)
    return len(parts)
