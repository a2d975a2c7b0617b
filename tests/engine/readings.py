"""Weeks and readings put together by hand."""

import math
from dataclasses import fields

import numpy as np

from simulation.core.codes import N_CELLS, N_SECTORS
from simulation.core.observed import N_CELL_COLUMNS, N_SECTOR_COLUMNS
from simulation.engine.recorder import WeekTotals
from simulation.outcomes.monitoring import Reading
from simulation.scenario.adjustment import MONITOR_INDICATORS


def week_totals(**given: object) -> WeekTotals:
    """Return one week's totals in which nothing happened but what is given."""
    nothing: dict[str, object] = {spec.name: 0 for spec in fields(WeekTotals)}
    for name in ("n_electronic", "n_failed", "electronic_fen"):
        nothing[name] = np.zeros(N_SECTORS, np.int64)
    nothing["cells"] = np.zeros((N_CELLS, N_CELL_COLUMNS), np.int64)
    nothing["sectors"] = np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64)
    nothing["n_person"] = np.zeros(2, np.int64)
    return WeekTotals(**nothing | given)


def reading(quarter: int = 0, **values: float) -> Reading:
    """Return a reading that shows what is given and nothing else."""
    survey = {name for name, indicator in MONITOR_INDICATORS.items() if indicator.source == "survey"}
    return Reading(
        quarter=quarter,
        week=13 * quarter + 12,
        values=dict.fromkeys(MONITOR_INDICATORS, math.nan) | values,
        errors=dict.fromkeys(survey, 0.02),
        answers=dict.fromkeys(survey, 600),
        n_asked=1_000,
        n_answered=600,
    )


def readings(indicator: str, values: list[float]) -> list[Reading]:
    """Return readings of consecutive quarters."""
    return [reading(quarter, **{indicator: value}) for quarter, value in enumerate(values)]
