"""What a page needs of an answer: curves, what the programme adds, who gains, where, and at what cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.outcomes.catalogue import VARIABLES
from simulation.outcomes.intervals import CostPerUser, Interval, cost_per_user, interval_of, mean_and_ends

Values = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]

LABELLED = ("age", "area", "income", "sector", "ticket")  # what targets are about parts of
BY_LEVER = ("n_uses", "n_unpaid_claims", "spending_zone_yuan")  # large, and no target is about them


@dataclass(frozen=True, slots=True)
class Band:
    """Means over replicates with their 95% intervals, along one axis; the ends are NaN where there is one replicate."""

    mean: Values
    low: Values
    high: Values


@dataclass(frozen=True, slots=True)
class Course:
    """What a summary needs of one replicate; shares are NaN where nobody lives.

    Attributes
    ----------
    coverage : array of float64, shape (weeks,)
        Of everyone at each week's end.
    by_segment : array of float64, shape (ages, areas)
        Coverage at the end.
    by_age, by_area, by_place : array of float64
        The same by age band alone, by kind of area alone, and by settlement.
    users : float
        Active users at the end.
    spending : float
        Public and private money over the run, yuan of constant prices.
    """

    coverage: Values
    by_segment: Values
    by_age: Values
    by_area: Values
    by_place: Values
    users: float
    spending: float


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs that are held against each other, over its replicates.

    Attributes
    ----------
    at_end, users, yuan : array of float64, shape (replicates,)
        Coverage of everyone at the end, active users at the end, and money over the run.
    coverage : Band
        Coverage of everyone at each week's end.
    by_segment, by_age, by_area, by_place : array of float64
        Mean coverage at the end, as in `Course`.
    spending : Interval
        Money over the run.
    """

    at_end: Values
    users: Values
    yuan: Values
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


def summary_of(programme: Side, baseline: Side) -> Summary:
    """Return the summary of two sides whose replicates are pairs."""
    added = interval_of(programme.at_end - baseline.at_end)
    cost = cost_per_user(programme.users - baseline.users, programme.yuan - baseline.yuan)
    return Summary(programme, baseline, added, cost)


def side_of(courses: Sequence[Course]) -> Side:
    """Return what replicates came to together."""
    by_week, yuan = np.stack([each.coverage for each in courses]), np.array([each.spending for each in courses])
    mean, low, high = mean_and_ends(by_week)

    def at_end(name: str) -> Values:
        return np.asarray(np.stack([getattr(each, name) for each in courses]).mean(axis=0))

    return Side(
        at_end=by_week[:, -1],
        users=np.array([each.users for each in courses]),
        yuan=yuan,
        coverage=Band(mean, low.clip(0, 1), high.clip(0, 1)),
        by_segment=at_end("by_segment"),
        by_age=at_end("by_age"),
        by_area=at_end("by_area"),
        by_place=at_end("by_place"),
        spending=interval_of(yuan),
    )


def course_of(arrays: Arrays) -> Course:
    """Return what a summary needs of one replicate.

    The indicators of `outcomes` are asked for everywhere else; here a dozen of them are waited for within
    milliseconds, and labels would take ten times as long as the sums. A test holds both against each other.

    Parameters
    ----------
    arrays : mapping of str to array
        What the replicate recorded, shaped as in `outcomes.catalogue`.
    """
    active, residents = arrays["n_active"], arrays["n_residents"]  # (week, age, area, income), (age, area, income)
    last = active[-1]
    return Course(
        coverage=_share(active.sum(axis=(1, 2, 3)), residents.sum()),
        by_segment=_share(last.sum(axis=2), residents.sum(axis=2)),
        by_age=_share(last.sum(axis=(1, 2)), residents.sum(axis=(1, 2))),
        by_area=_share(last.sum(axis=(0, 2)), residents.sum(axis=(0, 2))),
        by_place=_share(arrays["n_active_place"][-1], arrays["n_residents_place"]),
        users=float(last.sum()),
        spending=float(arrays["spending_yuan"].sum(axis=(1, 2, 3)).sum()),
    )


def _share(part: Values, whole: Values) -> Values:
    """Divide, leaving NaN where nobody lives."""
    return np.asarray(part / np.where(whole > 0, whole, np.nan))


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
    data = {
        name: (("replicate", *VARIABLES[name].dims), np.stack([np.asarray(arrays[name]) for arrays in recorded]))
        for name in names
    }
    coords = {name: like[name].variable for name in LABELLED}
    return xr.Dataset(data, coords | {"seed": ("replicate", like.seed.values[: len(recorded)])})


def judged_variables() -> tuple[str, ...]:
    """Return the variables a target can be about."""
    return tuple(name for name in VARIABLES if name not in BY_LEVER)
