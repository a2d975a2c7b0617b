"""Which targets of a scenario hold at the run's end, and by how much the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
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
    seconds_per_payment,
    spending,
    ticket_weights,
)
from simulation.outcomes.indicators_merchants import COSTS
from simulation.outcomes.intervals import estimate, estimate_share, ratio_of_means
from simulation.outcomes.outreach import conversion_of_outreach
from simulation.outcomes.sums import ratio

if TYPE_CHECKING:
    from simulation.scenario.schema import Target

Status = Literal["met", "missed", "open", "unknown", "undefined"]
Reason = Literal[
    "", "short_run", "no_baseline", "no_incidents", "no_reference", "unequal_spending", "nobody_reached",
    "reference_without_effect",
]  # fmt: skip
COVERAGE_CODES = ("T1", "T2")
PAIRED_CODES = ("T4", "T5", "T7", "T8")  # about a change, so they need a paired baseline
RATIO_CODES = ("T4", "T8")  # ratios of means over replicates, because single replicates have too few events
UNKNOWN = ("short_run", "no_baseline")  # a longer run, or one against business as usual, would tell
UNEQUAL = 0.05  # a reference outreach that spends more or less than this share beside is nothing to hold T8 against
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
    segment = segment_of(target)
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


def segment_of(target: "Target") -> dict[str, tuple[str, ...]]:
    """Return the categories a target is about."""
    wanted = {"age": target.ages, "area": target.areas, "income": target.incomes}
    return {dim: tuple(names) for dim, names in wanted.items() if names}


Found = tuple[xr.Dataset | None, Reason]


def _reached(
    target: "Target",
    segment: Mapping[str, tuple[str, ...]],
    programme: xr.Dataset,
    baseline: xr.Dataset | None,
    reference: xr.Dataset | None,
) -> Found:
    """Return the interval of what a target is about, or why there is none."""
    if reason := _unknown(target.code, programme, baseline):
        return None, reason
    if target.code in RATIO_CODES:
        assert baseline is not None
        return _ratio(target.code, programme, baseline, reference)
    values = _values(target, segment, programme, baseline)
    return (estimate(values) if target.code in PAIRED_CODES else estimate_share(values)), ""


def _unknown(code: str, programme: xr.Dataset, baseline: xr.Dataset | None) -> Reason:
    """Return why a longer run or another one is needed, or nothing."""
    if code not in COVERAGE_CODES and programme.sizes["quarter"] == 0:
        return "short_run"
    return "no_baseline" if code in PAIRED_CODES and baseline is None else ""


def _values(
    target: "Target",
    segment: Mapping[str, tuple[str, ...]],
    programme: xr.Dataset,
    baseline: xr.Dataset | None,
) -> xr.DataArray:
    """Return what a target is about, by replicate."""
    here = {dim: list(names) for dim, names in segment.items()}
    if target.code in COVERAGE_CODES:
        last = programme[["n_active", "n_residents"]].isel(week=slice(-1, None)).sel(here)
        return coverage(last).isel(week=-1)
    if target.code == "T6":
        payers = programme[["n_payers", "n_repeat_payers", "initial_n_payers"]].sel(here)
        return repeat_use(payers).isel(quarter=-1)
    if target.code == "T3":
        through = _last_quarter(programme, "n_payments_unified", "n_payments_electronic", "n_payments_family")
        return payments_through_share(through, period="all")
    if target.code == "T9":
        return active_merchants_share(programme, target.what).isel(quarter=-1)
    assert baseline is not None
    if target.code == "T5":
        tickets = ticket_weights(baseline)
        before, after = (
            seconds_per_payment(_last_quarter(d, "till_seconds", "n_payments_ticket"), "all", tickets)
            for d in (baseline, programme)
        )
        return 1 / ratio(after, before) - 1
    weights, names = payment_weights(baseline), (*COSTS.values(), "n_payments_electronic", "n_payments_cash")
    before, after = (
        merchant_cost_per_payment(_last_quarter(d, *names), "all", weights=weights) for d in (baseline, programme)
    )
    return 1 - after / before


def _last_quarter(d: xr.Dataset, *names: str) -> xr.Dataset:
    """Return some variables in the weeks of the last whole quarter."""
    end = d.sizes["quarter"] * WEEKS_PER_QUARTER
    return d[list(names)].isel(week=slice(end - WEEKS_PER_QUARTER, end))


def values_by_replicate(
    target: "Target",
    programme: xr.Dataset,
    baseline: xr.Dataset | None = None,
    reference: xr.Dataset | None = None,
) -> xr.DataArray | None:
    """Return what a target is about in every replicate; None where it is unknown or undefined in all.

    T4 and T8 are ratios of rare events: in a replicate they scatter more than the ratio of means that `judge` states,
    and are NaN where a replicate has nothing to divide by.

    Parameters
    ----------
    target : Target
        What is wanted.
    programme, baseline, reference : xarray.Dataset
        As of `judge`.

    Returns
    -------
    xarray.DataArray or None
        Dims (replicate,), share, in the terms of `Judgement.reached`.
    """
    if _unknown(target.code, programme, baseline):
        return None
    if target.code not in RATIO_CODES:
        return _values(target, segment_of(target), programme, baseline)
    assert baseline is not None
    if target.code == "T4":
        left, usual = _fraud(programme, baseline)
        return 1 - left / usual.where(usual > 0)
    if reference is None or not spends_alike(programme, reference):
        return None
    mine, theirs = (conversion_of_outreach(d, baseline) for d in (programme, reference))
    return mine / theirs.where(theirs > 0) - 1


def _fraud(programme: xr.Dataset, baseline: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Return incidents per million payments over the last 52 weeks, of the run and of business as usual."""
    names = ["n_incidents", "n_payments_electronic", "n_payments_family", "n_person_payments_electronic"]
    last = (d[names].isel(week=slice(-FRAUD_WEEKS, None)) for d in (programme, baseline))
    mine, usual = (fraud_per_million(d, "all") for d in last)
    return mine, usual


def _ratio(code: str, programme: xr.Dataset, baseline: xr.Dataset, reference: xr.Dataset | None) -> Found:
    """Return the interval of a ratio of means: fall of fraud, or rise of conversion over the reference."""
    if code == "T4":
        left = ratio_of_means(*_fraud(programme, baseline))
        return (None, "no_incidents") if left is None else (_fall(left), "")
    return conversion_rise(programme, baseline, reference)


def spends_alike(programme: xr.Dataset, reference: xr.Dataset) -> bool:
    """Return whether a reference outreach costs what the programme does, to 5%."""
    mine, theirs = (float(spending(d).mean()) for d in (programme, reference))
    return abs(theirs - mine) <= UNEQUAL * mine


def conversion_rise(programme: xr.Dataset, baseline: xr.Dataset, reference: xr.Dataset | None) -> Found:
    """Return how far conversion of outreach rises over that of a reference outreach (T8), or why it is undefined.

    Returns
    -------
    (interval, reason)
        Interval of conversion / conversion of the reference - 1, both less business as usual; None with the reason.
    """
    if reference is None:
        return None, "no_reference"
    if not spends_alike(programme, reference):
        return None, "unequal_spending"
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
