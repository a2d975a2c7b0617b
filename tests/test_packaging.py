"""What a user meets first: a light import, a declared command, a lock that fits every machine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("h5netcdf", "mesa", "networkx", "numba", "pandas", "plotly", "pydantic", "pyproj", "scipy", "xarray")
SERVER = ("orjson", "starlette", "uvicorn", "websockets")
LOCKS = ("requirements.lock", "requirements-dev.lock")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, simulation; print(*(name for name in {(*HEAVY, *SERVER)!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pattern = re.compile(r"[a-z0-9.-]+==\S+ (; [^#]*?)?( *--hash=sha256:[0-9a-f]{64})+ *$")
    assert len(lines) > 20
    assert [line for line in lines if not pattern.match(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    wanted = [*project()["dependencies"], *project()["optional-dependencies"]["notebook"]]
    if lock == "requirements-dev.lock":
        wanted += project()["optional-dependencies"]["dev"]
    names = {re.split(r"[><=\[ ]", requirement)[0].replace(".", "-") for requirement in wanted}
    assert {name for name in names if not re.search(rf"^{name}==", text, re.MULTILINE)} == set()


def test_both_locks_name_the_same_versions() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9.-]+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_versions_agree_in_project_citation_and_package() -> None:
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert citation
    assert citation[1] == project()["version"]
