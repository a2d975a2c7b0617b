"""Runs of 1 replicate and 26 weeks, all zero, to be filled by hand."""

import pytest

from simulation.outcomes.dataset import build_dataset
from tests.outcomes.tiny import emptied


@pytest.fixture
def two_by_two(recorder, labels):
    """Return a run without levers."""
    return emptied(build_dataset([recorder(1)], labels(1)))


@pytest.fixture
def with_levers(recorder, labels):
    """Return a run with a coupon, kiosks and a terminal subsidy."""
    levers = ("coupon", "kiosks", "terminals")
    return emptied(build_dataset([recorder(1, levers=levers)], labels(1, levers)))
