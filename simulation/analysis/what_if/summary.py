"""What a page needs of an answer: curves, what the programme adds, who gains, where, and at what cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.outcomes.catalogue import VARIABLES
from simulation.outcomes.indicators import coverage, coverage_by_place, spending
from simulation.outcomes.intervals import (
    CostPerUser,
    Interval,
    cost_per_additional_user,
    estimate,
    estimate_share,
    paired_difference,
)

Values = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]

OF_SUMMARY = ("n_active", "n_residents", "n_active_place", "n_residents_place", "spending_yuan")
LABELLED = ("age", "area", "income", "sector", "ticket")  # what targets are about parts of
BY_LEVER = ("n_uses", "n_unpaid_claims", "spending_zone_yuan")  # large, and no target is about them


@dataclass(frozen=True, slots=True)
class Band:
    """Means over replicates with their 95% intervals, along one axis; the ends are NaN where there is one replicate."""

    mean: Values
    low: Values
    high: Values


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs that are held against each other.

    Attributes
    ----------
    at_end : xarray.DataArray, dims (replicate,)
        Coverage of everyone at the end.
    coverage : Band
        Coverage of everyone at each week's end.
    by_segment : array of float64, shape (ages, areas)
        Mean coverage at the end.
    by_age, by_area : array of float64
        The same by age band alone, and by kind of area alone.
    by_place : array of float64, shape (places,)
        The same by settlement; NaN where nobody lives.
    spending : Interval
        Public and private money over the run, yuan of constant prices.
    """

    at_end: xr.DataArray
    coverage: Band
    by_segment: Values
    by_age: Values
    by_area: Values
    by_place: Values
    spending: Interval


@dataclass(frozen=True, slots=True)
class Summary:
    """A programme against business as usual, over the same replicates.

    Attributes
    ----------
    programme, baseline : Side
        What either came to.
    added : Interval
        Coverage the programme adds at the end, share, paired.
    cost : CostPerUser
        Extra spending per additional active user at the end.
    """

    programme: Side
    baseline: Side
    added: Interval
    cost: CostPerUser


def summary_of(programme: xr.Dataset, baseline: xr.Dataset, side_of_baseline: Side) -> Summary:
    """Return the summary of two paired runs.

    Parameters
    ----------
    side_of_baseline : Side
        Of `side_of`, which need not be worked out again for every programme.
    """
    side = side_of(programme)
    added = _interval(estimate(paired_difference(side_of_baseline.at_end, side.at_end)))
    return Summary(side, side_of_baseline, added, cost_per_additional_user(baseline, programme))


def side_of(d: xr.Dataset) -> Side:
    """Return what one run came to."""
    of_everyone = coverage(d)
    week, last = estimate_share(of_everyone), d.isel(week=slice(-1, None))

    def at_end(values: xr.DataArray) -> Values:
        return np.asarray(values.isel(week=-1).mean("replicate", skipna=False).values)

    return Side(
        at_end=of_everyone.isel(week=-1),
        coverage=Band(*(np.asarray(week[name].values) for name in ("mean", "low", "high"))),
        by_segment=at_end(coverage(last, ("age", "area"))),
        by_age=at_end(coverage(last, ("age",))),
        by_area=at_end(coverage(last, ("area",))),
        by_place=at_end(coverage_by_place(last)),
        spending=_interval(estimate(spending(d))),
    )


def _interval(found: xr.Dataset) -> Interval:
    return Interval(*(float(found[name]) for name in ("mean", "low", "high")))


def bare_dataset(recorded: Sequence[Arrays], seeds: NDArray[Any]) -> xr.Dataset:
    """Return the variables of a summary without labels, which would be held against each other in every sum.

    Parameters
    ----------
    recorded : sequence of mappings name -> array
        One a replicate.
    seeds : array of int
        Of the replicates, in their order.
    """
    data = _stacked(recorded, OF_SUMMARY)
    return xr.Dataset(data, {"seed": ("replicate", seeds[: len(recorded)])})


def light_dataset(recorded: Sequence[Arrays], names: Sequence[str], like: xr.Dataset) -> xr.Dataset:
    """Return some variables of replicates, without the checks of a whole Dataset and with few labels.

    Parameters
    ----------
    recorded : sequence of mappings name -> array
        One a replicate.
    names : sequence of str
        Which variables.
    like : xarray.Dataset
        A run of the same world, with as many replicates or more, for its labels and seeds.
    """
    n = len(recorded)
    data = _stacked(recorded, names)
    coords = {name: like[name].variable for name in LABELLED}
    return xr.Dataset(data, coords | {"seed": ("replicate", like.seed.values[:n])})


def _stacked(recorded: Sequence[Arrays], names: Sequence[str]) -> dict[str, tuple[tuple[str, ...], NDArray[Any]]]:
    """Return variables as a Dataset takes them."""
    return {
        name: (("replicate", *VARIABLES[name].dims), np.stack([np.asarray(arrays[name]) for arrays in recorded]))
        for name in names
    }


def judged_variables() -> tuple[str, ...]:
    """Return the variables a target can be about."""
    return tuple(name for name in VARIABLES if name not in BY_LEVER)
