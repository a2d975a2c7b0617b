"""Constants typed in, so that nothing is solved."""

import pytest

from simulation.engine import runner
from tests.analysis.experiment.studies import COUNT_IN
from tests.parity.engines import FIXED


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    monkeypatch.setattr(runner, "solved", lambda *_, **__: FIXED)


@pytest.fixture
def computed(tmp_path_factory, monkeypatch):
    """Return a function that tells how many tasks were computed since the last call, in all processes."""
    folder = tmp_path_factory.mktemp("computed")
    monkeypatch.setenv(COUNT_IN, str(folder))

    def count() -> int:
        marks = list(folder.iterdir())
        for mark in marks:
            mark.unlink()
        return len(marks)

    return count
