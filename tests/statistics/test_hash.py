"""The keyed hash behaves like independent uniform draws; figures of one run are in RECORD.md."""

import pytest

from tests.statistics.record import BATTERY

pytestmark = [pytest.mark.statistics, pytest.mark.slow]


@pytest.mark.parametrize("name", BATTERY)
def test_hash_cannot_be_told_from_uniform_draws(name: str) -> None:
    """False alarm: at most 1e-6 for each measurement; seeds are fixed, so a pass stays a pass."""
    failed = [m for m in BATTERY[name]() if not m.passed]
    assert not failed, "\n".join(map(str, failed))
