"""A folder of results as planners have them, and the service that shows it."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.result import Result
from simulation.report.tables import write_coverage_csv
from simulation.viewer.app import make_app

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def stored(tmp_path_factory, programme, baseline) -> Path:
    """Return a results folder with one paired run; tests that change it take a copy."""
    root = tmp_path_factory.mktemp("viewer") / "results"
    root.mkdir()
    write_pair(root / "plan", programme, baseline)
    return root


def write_pair(folder: Path, programme: Result, baseline: Result) -> None:
    """Write what `epay run` does, without the report's pages, which take most of the time and are only downloaded."""
    runs = {"programme": programme, "baseline": baseline}
    for name, result in runs.items():
        (folder / name).mkdir(parents=True)
        result.write_into(folder / name)
    (folder / "report.html").write_text("<p>report</p>", encoding="utf-8")
    write_coverage_csv(folder / "coverage.csv", programme, baseline)
    write_manifest(folder, "run", runs)


@pytest.fixture
def results(stored, tmp_path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "results"))


def client_of(root: Path, **given) -> TestClient:
    return TestClient(make_app(root, **given), base_url=ADDRESS)


@pytest.fixture(scope="session")
def client(stored) -> TestClient:
    return client_of(stored)
