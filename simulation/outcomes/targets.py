"""Which targets of a scenario hold at the run's end, and by how much the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import xarray as xr

from simulation.core.codes import WEEKS_PER_YEAR
from simulation.outcomes.catalogue import CELL
from simulation.outcomes.indicators import (
    active_merchants_share,
    coverage,
    coverage_by_place,
    fraud_per_million,
    merchant_cost_per_payment,
    payment_weights,
    payments_through_share,
    repeat_use,
    seconds_ratio,
)
from simulation.outcomes.intervals import estimate, estimate_share, ratio_of_means
from simulation.outcomes.outreach import conversion_of_outreach

if TYPE_CHECKING:
    from simulation.scenario.schema import Target

Status = Literal["met", "missed", "open", "unknown", "undefined"]
Reason = Literal[
    "", "short_run", "no_baseline", "no_incidents", "no_reference", "nobody_reached", "reference_without_effect"
]
COVERAGE_CODES = ("T1", "T2")
PAIRED_CODES = ("T4", "T5", "T7", "T8")  # about a change, so they need a paired baseline
UNKNOWN = ("short_run", "no_baseline")  # a longer run, or one against business as usual, would tell
FRAUD_WEEKS = WEEKS_PER_YEAR  # incidents are rare: a quarter of a small world has too few to compare


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
        Mean over replicates and its 95% interval; NaN where unknown. T1 and T2: coverage at the end. T3: share of
        payments through the unified interface, T9: share of merchants active on it (or with integrated services),
        T6: repeat use, all in the last whole quarter. T4: fall of incidents per million against business as usual,
        over the last 52 weeks. T5: payments a till second, baseline's seconds / programme's - 1, and T7: fall of
        merchants' gross cost per payment, both at the baseline's weights in the last whole quarter. T8: rise of the
        conversion of outreach over that of the reference.
    status : str
        "met" where the whole interval is at or above the target, "missed" where it is below, "open" between;
        with one replicate the mean alone decides. "unknown" where the run is too short or has no baseline,
        "undefined" where there is nothing to hold it against.
    reason : str
        Why it is unknown or undefined.
    what : str
        Of T9, "unified" or "integrated".
    """

    name: str
    code: str
    segment: Mapping[str, tuple[str, ...]]
    target: float
    reached: float
    low: float
    high: float
    status: Status
    reason: Reason = ""
    what: str = ""

    @property
    def shortfall(self) -> float:
        """Return target minus mean, share; negative where the mean is above."""
        return self.target - self.reached


def judge(
    name: str,
    target: "Target",
    programme: xr.Dataset,
    baseline: xr.Dataset | None = None,
    reference: xr.Dataset | None = None,
) -> Judgement:
    """Hold one target against a run.

    Parameters
    ----------
    name : str
        Name of the target in the scenario.
    target : Target
        What is wanted.
    programme : xarray.Dataset
        The run judged.
    baseline : xarray.Dataset, optional
        Paired business as usual, for targets about a change.
    reference : xarray.Dataset, optional
        Paired run of the reference outreach, for T8.
    """
    wanted = {"age": target.ages, "area": target.areas, "income": target.incomes}
    segment = {dim: tuple(names) for dim, names in wanted.items() if names}
    what = target.what if target.code == "T9" else ""
    found, reason = _reached(target, segment, programme, baseline, reference)
    if found is None:
        nan = float("nan")
        status: Status = "unknown" if reason in UNKNOWN else "undefined"
        return Judgement(name, target.code, segment, target.share, nan, nan, nan, status, reason, what)
    mean, low, high = (float(found[k]) for k in ("mean", "low", "high"))
    worst, best = (mean, mean) if found.attrs["n_replicates"] == 1 else (low, high)
    status = "met" if worst >= target.share else "missed" if best < target.share else "open"
    return Judgement(name, target.code, segment, target.share, mean, low, high, status, "", what)


Found = tuple[xr.Dataset | None, Reason]


def _reached(
    target: "Target",
    segment: Mapping[str, tuple[str, ...]],
    programme: xr.Dataset,
    baseline: xr.Dataset | None,
    reference: xr.Dataset | None,
) -> Found:
    """Return the interval of what a target is about, or why there is none."""
    here = {dim: list(names) for dim, names in segment.items()}
    if target.code in COVERAGE_CODES:
        last = programme[["n_active", "n_residents"]].isel(week=slice(-1, None)).sel(here)
        return estimate_share(coverage(last).isel(week=-1)), ""
    if programme.sizes["quarter"] == 0:
        return None, "short_run"
    if target.code in PAIRED_CODES:
        return (None, "no_baseline") if baseline is None else _change(target.code, programme, baseline, reference)
    if target.code == "T6":
        payers = programme[["n_payers", "n_repeat_payers", "initial_n_payers"]].sel(here)
        return estimate_share(repeat_use(payers).isel(quarter=-1)), ""
    if target.code == "T3":
        return estimate_share(payments_through_share(programme).isel(quarter=-1)), ""
    return estimate_share(active_merchants_share(programme, target.what).isel(quarter=-1)), ""


def _change(code: str, programme: xr.Dataset, baseline: xr.Dataset, reference: xr.Dataset | None) -> Found:
    """Return the interval of a change against the paired baseline, or of conversion against the reference."""
    if code == "T5":
        return estimate((1 / seconds_ratio(programme, baseline) - 1).isel(quarter=-1)), ""
    if code == "T7":
        weights = payment_weights(baseline)
        before, after = (merchant_cost_per_payment(d, weights=weights) for d in (baseline, programme))
        return estimate((1 - after / before).isel(quarter=-1)), ""
    if code == "T4":
        last = [d.isel(week=slice(-FRAUD_WEEKS, None)) for d in (programme, baseline)]
        left = ratio_of_means(*(fraud_per_million(d, "all") for d in last))
        return (None, "no_incidents") if left is None else (_fall(left), "")
    return conversion_rise(programme, baseline, reference)


def conversion_rise(programme: xr.Dataset, baseline: xr.Dataset, reference: xr.Dataset | None) -> Found:
    """Return how far conversion of outreach rises over that of a reference outreach (T8), or why it is undefined.

    Returns
    -------
    (interval, reason)
        Interval of conversion / conversion of the reference - 1, both less business as usual; None with the reason.
    """
    if reference is None:
        return None, "no_reference"
    mine, theirs = (conversion_of_outreach(d, baseline) for d in (programme, reference))
    if bool(mine.isnull().any()):
        return None, "nobody_reached"
    times = ratio_of_means(mine, theirs)
    return (
        (None, "reference_without_effect")
        if times is None
        else (times.map(lambda value: value - 1).assign_attrs(times.attrs), "")
    )


def _fall(left: xr.Dataset) -> xr.Dataset:
    """Return the fall that leaves a share of what was before; the interval's ends change places."""
    return xr.Dataset({"mean": 1 - left["mean"], "low": 1 - left.high, "high": 1 - left.low}, attrs=left.attrs)


def judge_all(
    targets: Mapping[str, "Target"],
    programme: xr.Dataset,
    baseline: xr.Dataset | None = None,
    reference: xr.Dataset | None = None,
) -> list[Judgement]:
    """Judge every target of a scenario, in its order; arguments as of `judge`."""
    return [judge(name, target, programme, baseline, reference) for name, target in targets.items()]


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
