"""Barriers and the levers against them as plain data, to be kept beside the runs they explain."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from simulation.analysis.barriers.cheapest import Cheapest, Clearing
from simulation.analysis.barriers.find import Barriers
from simulation.outcomes.intervals import Interval

OF_CITIZENS = "code"  # one number a simulated citizen: needed to find levers, not to tell what was found
ENDS = ("mean", "low", "high")


def barriers_to_plain(found: Barriers) -> dict[str, Any]:
    """Return barriers as data that JSON can hold, without the barrier of every single citizen."""
    return dict(found.dataset.drop_vars(OF_CITIZENS, errors="ignore").to_dict())


def barriers_from_plain(data: Mapping[str, Any]) -> Barriers:
    """Return the barriers that `barriers_to_plain` wrote."""
    return Barriers(xr.Dataset.from_dict(dict(data)))


def cheapest_to_plain(found: Mapping[str, Cheapest]) -> list[dict[str, Any]]:
    """Return what levers do against barriers as data that JSON can hold, one entry a barrier and lever."""
    return [
        {
            "barrier": barrier, "lever": one.lever, "status": one.status, "users": _plain(one.users),
            "yuan": _plain(one.yuan), "users_for_money": _plain(one.users_for_money),
        }
        for barrier, of_barrier in found.items()
        for one in of_barrier.levers
    ]  # fmt: skip


def cheapest_from_plain(data: list[dict[str, Any]]) -> dict[str, Cheapest]:
    """Return what `cheapest_to_plain` wrote."""
    found: dict[str, tuple[Clearing, ...]] = {}
    for given in data:
        values = [_read(given[name]) for name in ("users", "yuan", "users_for_money")]
        clearing = Clearing(given["lever"], given["barrier"], given["status"], *values)
        found[given["barrier"]] = (*found.get(given["barrier"], ()), clearing)
    return {barrier: Cheapest(barrier, levers) for barrier, levers in found.items()}


def _plain(value: Interval) -> list[float | None]:
    ends = (float(getattr(value, end)) for end in ENDS)
    return [end if abs(end) < float("inf") else None for end in ends]  # false of NaN too


def _read(ends: list[float | None]) -> Interval:
    return Interval(*(float("nan") if end is None else end for end in ends))
