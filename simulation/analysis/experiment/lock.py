"""One driver a folder: a lock that the system lets go of when its holder dies."""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from simulation.analysis.experiment.atomic import not_written
from simulation.analysis.experiment.errors import FolderInUseError
from simulation.messages import Message

LOCK_FILE = "driver.lock"
_MODE = 0o666
_LONGEST = 200  # bytes of who holds it


@contextlib.contextmanager
def only_driver(folder: Path) -> Iterator[None]:
    """Hold a folder's lock. One whose holder died is free, whatever its file says.

    Raises
    ------
    FolderInUseError
        If another driver holds it.
    """
    path = folder / LOCK_FILE
    handle = _taken(path)
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()} ({socket.gethostname()})\n".encode())
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows keeps a file that is open
            path.unlink()
        os.close(handle)


def _taken(path: Path) -> int:
    """Return the open file of a lock that is ours."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, _MODE)
        except OSError as error:
            raise not_written(path, error) from error
        if not _is_locked(handle):
            who = _holder(handle)
            os.close(handle)
            raise FolderInUseError([Message("experiment.in_use", {"folder": path.parent, "who": who})])
        # the holder before us may have removed the file between our opening and locking it
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        os.close(handle)


def _holder(handle: int) -> str:
    """Return process and machine of a lock's holder as it wrote them, as far as they can be read."""
    try:
        return os.read(handle, _LONGEST).decode(errors="replace").strip() or "?"
    except OSError:  # Windows locks what is in the file, too
        return "?"


def _is_locked(handle: int) -> bool:
    """Take the lock of an open file without waiting; returns whether it is ours."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
