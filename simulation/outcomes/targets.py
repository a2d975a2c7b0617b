"""Which targets of a scenario hold at the run's end, and by how much the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import xarray as xr

from simulation.outcomes.catalogue import CELL
from simulation.outcomes.indicators import (
    coverage,
    coverage_by_place,
    merchant_cost_per_payment,
    payment_weights,
    repeat_use,
    seconds_per_payment,
)
from simulation.outcomes.intervals import estimate, estimate_share

if TYPE_CHECKING:
    from simulation.scenario.schema import Target

Status = Literal["met", "missed", "open", "unknown"]
COVERAGE_CODES = ("T1", "T2")
PAIRED_CODES = ("T5", "T7")  # about a change, so they need a paired baseline


@dataclass(frozen=True, slots=True)
class Judgement:
    """A target against what a run reached at its end.

    Attributes
    ----------
    name, code : str
        Name in the scenario, and row of the promotion plan.
    segment : mapping
        Of "age", "area" and "income", the categories it is about; empty is everyone.
    target : float
        Share wanted.
    reached, low, high : float
        Mean over replicates and its 95% interval; NaN where unknown. T1 and T2: coverage at the end. T5: payments
        a till second, programme / baseline - 1, over the last whole quarter. T6: repeat use of the last whole
        quarter. T7: fall of merchants' gross cost per payment at the baseline's weights, last whole quarter.
    status : str
        "met" where the whole interval is at or above the target, "missed" where it is below, "open" between;
        with one replicate the mean alone decides. "unknown" where the run is shorter than a quarter or has no
        baseline to be compared with.
    """

    name: str
    code: str
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


def judge(name: str, target: "Target", programme: xr.Dataset, baseline: xr.Dataset | None = None) -> Judgement:
    """Hold one target against a run and, where it is about a change, against the paired baseline."""
    wanted = {"age": target.ages, "area": target.areas, "income": target.incomes}
    segment = {dim: tuple(names) for dim, names in wanted.items() if names}
    values = _reached(target.code, segment, programme, baseline)
    if values is None:
        nan = float("nan")
        return Judgement(name, target.code, segment, target.share, nan, nan, nan, "unknown")
    interval = estimate(values) if target.code in PAIRED_CODES else estimate_share(values)
    mean, low, high = (float(interval[k]) for k in ("mean", "low", "high"))
    worst, best = (mean, mean) if interval.attrs["n_replicates"] == 1 else (low, high)
    status: Status = "met" if worst >= target.share else "missed" if best < target.share else "open"
    return Judgement(name, target.code, segment, target.share, mean, low, high, status)


def _reached(
    code: str, segment: Mapping[str, tuple[str, ...]], programme: xr.Dataset, baseline: xr.Dataset | None
) -> xr.DataArray | None:
    """Return what a target is about, dims (replicate,)."""
    here = {dim: list(names) for dim, names in segment.items()}
    if code in COVERAGE_CODES:
        return coverage(programme[["n_active", "n_residents"]].isel(week=slice(-1, None)).sel(here)).isel(week=-1)
    if programme.sizes["quarter"] == 0:
        return None
    if code == "T6":
        return repeat_use(programme[["n_payers", "n_repeat_payers", "initial_n_payers"]].sel(here)).isel(quarter=-1)
    if baseline is None:
        return None
    if code == "T5":
        return (seconds_per_payment(baseline) / seconds_per_payment(programme) - 1).isel(quarter=-1)
    weights = payment_weights(baseline)
    before, after = (merchant_cost_per_payment(d, weights=weights) for d in (baseline, programme))
    return (1 - after / before).isel(quarter=-1)


def judge_all(
    targets: Mapping[str, "Target"], programme: xr.Dataset, baseline: xr.Dataset | None = None
) -> list[Judgement]:
    """Judge every target of a scenario, in its order."""
    return [judge(name, target, programme, baseline) for name, target in targets.items()]


def main_target(targets: Mapping[str, "Target"]) -> float | None:
    """Return the coverage wanted of everyone, or None where no target is about everyone."""
    return segment_target(targets, {})


def segment_target(targets: Mapping[str, "Target"], segment: Mapping[str, str]) -> float | None:
    """Return the coverage wanted of exactly one category (such as {"age": "75+"}), or of everyone for {}.

    Where several targets are about the same segment the highest counts.
    """
    wanted = {dim: segment.get(dim) for dim in CELL}
    shares = []
    for target in targets.values():
        named = {"age": target.ages, "area": target.areas, "income": target.incomes}
        if target.code in COVERAGE_CODES and all(named[dim] == ((wanted[dim],) if wanted[dim] else ()) for dim in CELL):
            shares.append(target.share)
    return max(shares, default=None)


def places_below(dataset: xr.Dataset, share: float) -> tuple[int, int]:
    """Return how many inhabited places end below a share in the mean over replicates, and how many there are."""
    mean = coverage_by_place(dataset).isel(week=-1).mean("replicate")
    return int((mean < share).sum()), int(mean.notnull().sum())
