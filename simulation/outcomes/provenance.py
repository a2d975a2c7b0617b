"""Where a result comes from: code, settings, seeds, packages, machine, constants, time."""

import hashlib
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

DISTRIBUTION = "epay-adoption"
PACKAGES = ("numpy", "numba", "scipy", "xarray", "pandas", "pydantic", "networkx", "mesa", "plotly", "h5netcdf")
PACKAGE_FOLDER = Path(__file__).resolve().parent.parent


def collect(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record that JSON can hold of how a result was made.

    Parameters
    ----------
    facts : mapping
        What only the run knows (seeds, constants with residuals, wall seconds, ...); arrays and dataclasses
        become lists and mappings.

    Returns
    -------
    dict
        The facts, and the code's version and digest, package versions, platform and time of writing.
    """
    return {
        "code": code_version(),
        "packages": {name: _installed(name) for name in PACKAGES if _installed(name)},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **{name: as_plain(value) for name, value in facts.items()},
    }


def code_version() -> dict[str, Any]:
    """Return the release, the git commit where there is a checkout, and a digest of the package's source."""
    record: dict[str, Any] = {"version": package_version(), "source_digest": source_digest()}
    commit = _git("rev-parse", "HEAD")
    if commit:
        record |= {"commit": commit, "uncommitted_changes": bool(_git("status", "--porcelain", "--", "simulation"))}
    return record


def package_version() -> str:
    """Return the installed release, or "0+unknown" when run from a folder that was never installed."""
    return _installed(DISTRIBUTION) or "0+unknown"


def source_digest() -> str:
    """Return sha256 over every source and message file of the package."""
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE_FOLDER.rglob("*.py"), *PACKAGE_FOLDER.rglob("*.json")]):
        digest.update(path.relative_to(PACKAGE_FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    """Return git's answer in the package's own checkout, or None where it is not one."""
    root = PACKAGE_FOLDER.parent
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def as_plain(value: Any) -> Any:
    """Return a value made of mappings, lists, text and numbers only."""
    if hasattr(value, "tolist"):  # arrays and NumPy scalars, without loading NumPy to ask for the version
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(v) for v in value]
    return value
