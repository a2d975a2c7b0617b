"""What a rule may add to spending."""

import pytest

from simulation.engine.programme import _most_from_now_on
from simulation.outcomes.monitoring import Firing


def firing(change: str, factor: float | None) -> Firing:
    """Return a rule with an envelope of 100 yuan that acts in week 20."""
    return Firing(
        "rule", "lever", change, factor, 12, 20, "survey_use_share", 0.4, 0.5, True, 1, envelope_yuan=100.0
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "factor", "fen"),
    [("start", None, 10_000), ("scale", 2.0, 20_000), ("scale", 1.25, 50_000), ("scale", 0.5, None)],
)
def test_what_a_rule_adds_stays_within_its_envelope(change, factor, fen):
    """Of what a lever scaled by 2 spends, half is added: 200 yuan in all; by 1.25 a fifth: 500 yuan."""
    assert _most_from_now_on(firing(change, factor)) == fen
