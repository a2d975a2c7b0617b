"""Which coverage targets of a scenario hold at the run's end, and by how much the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import xarray as xr

from simulation.outcomes.catalogue import CELL
from simulation.outcomes.indicators import coverage, coverage_by_place
from simulation.outcomes.intervals import estimate

if TYPE_CHECKING:
    from simulation.scenario.schema import Target

Status = Literal["met", "missed", "open"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A coverage target against what a run reached at its end.

    Attributes
    ----------
    name : str
        Name in the scenario.
    segment : dict
        Of "age", "area" and "income", the categories it is about; empty is everyone.
    target : float
        Share 0-1.
    reached, low, high : float
        Mean over replicates and its 95% interval.
    status : str
        "met" where the whole interval is at or above the target, "missed" where it is below, "open" between;
        with one replicate the mean alone decides.
    """

    name: str
    segment: Mapping[str, tuple[str, ...]]
    target: float
    reached: float
    low: float
    high: float
    status: Status

    @property
    def shortfall(self) -> float:
        """Return target minus mean, share; negative where the mean is above."""
        return self.target - self.reached


def judge(dataset: xr.Dataset, name: str, target: "Target") -> Judgement:
    """Hold coverage of a target's segment at the run's end against it."""
    wanted = {"age": target.ages, "area": target.areas, "income": target.incomes}
    segment = {dim: tuple(names) for dim, names in wanted.items() if names}
    cells = dataset[["n_active", "n_residents"]].isel(week=slice(-1, None))
    cells = cells.sel({dim: list(names) for dim, names in segment.items()})
    interval = estimate(coverage(cells).isel(week=-1))
    mean, low, high = (float(interval[k]) for k in ("mean", "low", "high"))
    worst, best = (mean, mean) if interval.attrs["n_replicates"] == 1 else (low, high)
    status: Status = "met" if worst >= target.share else "missed" if best < target.share else "open"
    return Judgement(name, segment, target.share, mean, low, high, status)


def judge_all(dataset: xr.Dataset, targets: Mapping[str, "Target"]) -> list[Judgement]:
    """Judge every target of a scenario, in its order."""
    return [judge(dataset, name, target) for name, target in targets.items()]


def main_target(targets: Mapping[str, "Target"]) -> float | None:
    """Return the share wanted of everyone, or None where no target is about everyone."""
    return segment_target(targets, {})


def segment_target(targets: Mapping[str, "Target"], segment: Mapping[str, str]) -> float | None:
    """Return the share wanted of exactly one category (such as {"age": "75+"}), or of everyone for {}.

    Where several targets are about the same segment the highest counts.
    """
    wanted = {dim: segment.get(dim) for dim in CELL}
    shares = []
    for target in targets.values():
        named = {"age": target.ages, "area": target.areas, "income": target.incomes}
        if all(named[dim] == ((wanted[dim],) if wanted[dim] else ()) for dim in CELL):
            shares.append(target.share)
    return max(shares, default=None)


def places_below(dataset: xr.Dataset, share: float) -> tuple[int, int]:
    """Return how many inhabited places end below a share in the mean over replicates, and how many there are."""
    mean = coverage_by_place(dataset).isel(week=-1).mean("replicate")
    return int((mean < share).sum()), int(mean.notnull().sum())
