"""Which files may leave the machine's disk: regular ones inside the results folder, reached through no link."""

import stat
from pathlib import Path, PurePosixPath

DATA = (".csv", ".nc", ".yaml", ".json", ".html", ".xlsx", ".parquet", ".pdf", ".geojson")


class OutsideError(ValueError):
    """A path that does not stay inside the results folder, or goes through a link."""


def inside(root: Path, name: str) -> Path:
    """Return a path below a folder, or refuse it.

    Parameters
    ----------
    root : path
        The results folder.
    name : str
        With "/" between its parts; "." or "" is the folder itself.

    Raises
    ------
    OutsideError
        If the name is absolute, climbs out, holds what no name of ours holds, or passes through a link.
    FileNotFoundError
        If nothing is there.
    """
    if "\\" in name or "\0" in name or name.startswith("/") or ":" in name:
        raise OutsideError(name)
    parts = PurePosixPath(name).parts
    if any(part == ".." or part.startswith(".") for part in parts):
        raise OutsideError(name)
    path = root
    for part in parts:
        path = path / part
        if stat.S_ISLNK(path.lstat().st_mode):
            raise OutsideError(name)
    return path


def data_file(root: Path, name: str) -> Path:
    """Return a file that may be downloaded, or refuse it as `inside` does."""
    path = inside(root, name)
    if path.suffix not in DATA or not stat.S_ISREG(path.lstat().st_mode):
        raise OutsideError(name)
    return path
