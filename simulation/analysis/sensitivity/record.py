"""Findings of sensitivity analyses as plain data, to be kept beside the runs they are about."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from simulation.analysis.sensitivity.factors import Factor
from simulation.analysis.sensitivity.flip import Flip, FlipSearch
from simulation.analysis.sensitivity.morris import Effect, MorrisScreen
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.over_budget import OverBudget
from simulation.analysis.sensitivity.scatter import Followed, Scatter
from simulation.analysis.sensitivity.seed_share import SeedShare
from simulation.analysis.sensitivity.sobol import Index, Sobol
from simulation.analysis.sensitivity.tornado import Bar, Tornado
from simulation.messages import Message
from simulation.outcomes.intervals import Interval

KNOWN = {
    kind.__name__: kind
    for kind in (
        Bar, Effect, Factor, Flip, FlipSearch, Followed, Index, Interval, Message, MorrisScreen, OutcomeName,
        OverBudget, Scatter, SeedShare, Sobol, Tornado,
    )
}  # fmt: skip
FORMAT = 1
KIND, ARRAY, NUMBER = "is", "array", "number"


@dataclass(frozen=True, slots=True)
class SensitivityRecord:
    """What sensitivity analyses of one difference found.

    Attributes
    ----------
    outcome : OutcomeName
        What was looked at.
    size : mapping of str to int
        `citizens`, `weeks` and `replicates` of the runs.
    illustrative : bool
        Whether the baseline of adoption is made up.
    tornado, morris, sobol, scatter, flips
        Findings; None where an analysis was not made.
    over_budget : tuple of OverBudget
        Ends of ranges at which the plan cannot pay for what it owes.
    """

    outcome: OutcomeName
    size: Mapping[str, int]
    illustrative: bool = True
    tornado: Tornado | None = None
    morris: MorrisScreen | None = None
    sobol: Sobol | None = None
    scatter: Scatter | None = None
    flips: FlipSearch | None = None
    over_budget: tuple[OverBudget, ...] = ()


def to_plain(record: SensitivityRecord) -> dict[str, Any]:
    """Return a record as data that JSON can hold; floats keep their bits."""
    found = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return {"format": FORMAT, **found}


def from_plain(data: Mapping[str, Any]) -> SensitivityRecord:
    """Return the record that `to_plain` wrote.

    Raises
    ------
    ValueError
        If the data are of another format.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"a sensitivity record of format {data.get('format')} cannot be read; known is {FORMAT}")
    return SensitivityRecord(**{name: _read(value) for name, value in data.items() if name != "format"})


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {KIND: type(value).__name__, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, np.ndarray):
        return {ARRAY: _plain(value.tolist())}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else {NUMBER: str(float(value))}
    return value.item() if isinstance(value, np.generic) else value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    if not isinstance(value, dict):
        return value
    if KIND in value:
        return KNOWN[value[KIND]](**{name: _read(each) for name, each in value.items() if name != KIND})
    if ARRAY in value:
        return np.array(_read(value[ARRAY]), np.float64)
    if NUMBER in value:
        return float(value[NUMBER])
    return {name: _read(each) for name, each in value.items()}
