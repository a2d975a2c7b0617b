"""A folder of results as planners have them, and the service that shows it."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from simulation.report.folder import write_results
from simulation.viewer.app import make_app

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def stored(tmp_path_factory, programme, baseline) -> Path:
    """Return a results folder with one paired run; tests that change it take a copy."""
    root = tmp_path_factory.mktemp("viewer") / "results"
    root.mkdir()
    write_results(root / "plan", programme, baseline)
    return root


@pytest.fixture
def results(stored, tmp_path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "results"))


def client_of(root: Path, **given) -> TestClient:
    return TestClient(make_app(root, **given), base_url=ADDRESS)


@pytest.fixture(scope="session")
def client(stored) -> TestClient:
    return client_of(stored)
