"""Indicators of a run, one value a replicate: coverage, shares, costs, fraud and spending.

Every function takes a Dataset of `outcomes.dataset` and returns a DataArray that keeps `replicate`, so
that intervals and paired differences (`outcomes.intervals`) stand on the same numbers. Rates are ratios
of sums over a period, never means of ratios. Definitions: ODD 7.13 and amendment A12.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from simulation.outcomes.catalogue import CELL, INITIAL

Period = Literal["week", "quarter", "year", "all"]
PER_MILLION = 1e6
BASIS_POINTS = 1e4
PAID_TO_MERCHANTS = ("devices", "incentives")  # budget lines; what else their levers cost is administration
_PERIOD_WEEKS = {"quarter": WEEKS_PER_QUARTER, "year": WEEKS_PER_YEAR}


def _over_cells(values: xr.DataArray, by: Sequence[str]) -> xr.DataArray:
    """Sum residents over the dimensions of a cell that are not asked for."""
    unknown = set(by) - set(CELL)
    if unknown:
        raise ValueError(f"by={sorted(unknown)} is not among {CELL}")
    return values.sum([d for d in CELL if d not in by])


def _over_period(values: xr.DataArray, period: Period) -> xr.DataArray:
    """Sum weekly flows over each whole quarter or year, or over the run.

    Weeks after the last whole quarter or year are left out, because a sum over fewer weeks would look like a fall.
    """
    if period == "week":
        return values
    if period == "all":
        return values.sum("week")
    length = _PERIOD_WEEKS[period]
    n = values.sizes["week"] // length
    whole = values.isel(week=slice(0, n * length))
    labels = xr.DataArray(np.arange(n * length) // length, dims="week", name=period)
    if n == 0:
        return whole.drop_vars([c for c in whole.coords if c in ("week", "date")]).rename(week=period)
    return whole.assign_coords({period: labels}).groupby(period).sum()


def _ratio(top: xr.DataArray, bottom: xr.DataArray) -> xr.DataArray:
    """Divide, leaving NaN where there is nothing to divide by."""
    return top / bottom.where(bottom > 0)


def coverage(d: xr.Dataset, by: Sequence[str] = (), window_weeks: int = 4) -> xr.DataArray:
    """Return active users / residents aged 15+ at each week's end.

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    by : sequence of str
        Of "age", "area" and "income", those to keep; () is the whole region.
    window_weeks : int
        4 or 13: a user is active with at least one electronic payment in that many weeks.

    Returns
    -------
    xarray.DataArray, dims (replicate, week, *by)
        Shares 0-1; NaN where nobody lives.
    """
    names = {4: "n_active", 13: "n_active_13w"}
    if window_weeks not in names:
        raise ValueError(f"window_weeks={window_weeks}; recorded windows are {sorted(names)}")
    return _ratio(_over_cells(d[names[window_weeks]], by), _over_cells(d.n_residents, by))


def coverage_at_start(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return coverage (4 weeks) at the end of the warm-up, dims (replicate, *by)."""
    return _ratio(_over_cells(d[INITIAL + "n_active"], by), _over_cells(d.n_residents, by))


def coverage_by_place(d: xr.Dataset) -> xr.DataArray:
    """Return coverage (4 weeks) of every place, dims (replicate, week, place); NaN where nobody lives."""
    return _ratio(d.n_active_place, d.n_residents_place)


def ever_used(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return the share of residents who are or have been users, dims (replicate, week, *by)."""
    return _ratio(_over_cells(d.n_users + d.n_lapsed, by), _over_cells(d.n_residents, by))


def conversion(d: xr.Dataset, by: Sequence[str] = (), period: Period = "quarter") -> xr.DataArray:
    """Return first uses per person-week of residents who could try, dims (replicate, period, *by)."""
    top, bottom = (_over_period(_over_cells(d[name], by), period) for name in ("new_first_uses", "n_at_risk"))
    return _ratio(top, bottom)


def electronic_share(
    d: xr.Dataset, by: Sequence[str] = (), period: Period = "quarter", value: bool = False
) -> xr.DataArray:
    """Return electronic / all payments to merchants.

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    by : sequence of str
        ("sector",) to keep sectors, () for all together.
    period : {"week", "quarter", "year", "all"}
        Over which payments are summed.
    value : bool
        By value in yuan, else by count.

    Returns
    -------
    xarray.DataArray, dims (replicate, period, *by)
        Shares 0-1.
    """
    electronic, cash = (
        ("value_electronic_yuan", "value_cash_yuan") if value else ("n_payments_electronic", "n_payments_cash")
    )
    top = _over_period(_over_sectors(d[electronic], by), period)
    return _ratio(top, top + _over_period(_over_sectors(d[cash], by), period))


def _over_sectors(values: xr.DataArray, by: Sequence[str]) -> xr.DataArray:
    """Sum over sectors unless they are asked for."""
    if set(by) - {"sector"}:
        raise ValueError(f"by={tuple(by)}; only 'sector' is recorded")
    return values if "sector" in by else values.sum("sector")


def payments(d: xr.Dataset, by: Sequence[str] = (), period: Period = "quarter") -> xr.DataArray:
    """Return all payments to merchants, cash and electronic, dims (replicate, period, *by)."""
    return _over_period(_over_sectors(d.n_payments_electronic + d.n_payments_cash, by), period)


def seconds_per_payment(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return mean till seconds over all payments, failed attempts' time included (T5), dims (replicate, period).

    Weights are the run's own sectors, not the fixed ones of amendment A12: seconds are recorded for all
    sectors together.
    """
    return _ratio(_over_period(d.till_seconds, period), payments(d, (), period))


def repeat_use(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return the share of last quarter's payers who paid in at least two weeks of this quarter (A12, T6).

    Returns
    -------
    xarray.DataArray, dims (replicate, quarter, *by)
        Shares 0-1; the first quarter follows the warm-up's last.
    """
    before = d.n_payers.shift(quarter=1).fillna(d[INITIAL + "n_payers"])
    return _ratio(_over_cells(d.n_repeat_payers, by), _over_cells(before, by))


def merchant_subsidy_yuan(d: xr.Dataset) -> xr.DataArray:
    """Return what the programme pays to merchants each week, dims (replicate, week), yuan.

    It is what the levers whose target is merchants spend on terminals and incentives (rent and fee subsidies).
    """
    to_merchants = d.spending_yuan.where(d.lever_target == "merchants", 0.0)
    return to_merchants.where(d.line.isin(PAID_TO_MERCHANTS), 0.0).sum(("lever", "line"))


def merchant_cost_per_payment(
    d: xr.Dataset, period: Period = "quarter", net: bool = False, weights: xr.DataArray | None = None
) -> xr.DataArray:
    """Return (cash handling + fees + terminals) / all payments, merchants that do not accept included (T7).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    period : {"week", "quarter", "year", "all"}
        Over which costs and payments are summed.
    net : bool
        Subtract what the programme pays to merchants; gross otherwise.
    weights : xarray.DataArray, dims (sector,) or (replicate, sector), optional
        Fixed shares of payments by sector, from `payment_weights` of the baseline, so that a shift between
        sectors does not look like a saving (A12). Without them the run's own payments weigh.

    Returns
    -------
    xarray.DataArray, dims (replicate, period)
        Yuan a payment, constant prices.
    """
    cost = d.cash_handling_yuan + d.merchant_fees_yuan + d.terminal_costs_yuan
    if weights is None:
        gross = _ratio(_over_period(cost.sum("sector"), period), payments(d, (), period))
    else:
        by_sector = _ratio(_over_period(cost, period), payments(d, ("sector",), period))
        gross = (by_sector * weights).sum("sector")
    if not net:
        return gross
    return gross - _ratio(_over_period(merchant_subsidy_yuan(d), period), payments(d, (), period))


def payment_weights(d: xr.Dataset, weeks: int = WEEKS_PER_QUARTER) -> xr.DataArray:
    """Return sectors' shares of payments over the first weeks, dims (replicate, sector)."""
    first = (d.n_payments_electronic + d.n_payments_cash).isel(week=slice(0, weeks)).sum("week")
    return _ratio(first, first.sum("sector"))


def acceptance(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return accepting / all merchants at each week's end, dims (replicate, week, *by)."""
    return _ratio(_over_sectors(d.n_merchants_accepting, by), _over_sectors(d.n_merchants, by))


def acceptance_at_start(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return accepting / all merchants at the end of the warm-up, dims (replicate, *by)."""
    return _ratio(_over_sectors(d[INITIAL + "n_merchants_accepting"], by), _over_sectors(d.n_merchants, by))


def acceptance_weighted(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return acceptance weighted by payments, dims (replicate, week, *by); sectors weigh by the week's payments."""
    if "sector" in by:
        return _over_sectors(d.acceptance_by_payments, by)
    weekly = payments(d, ("sector",), "week")
    return _ratio((d.acceptance_by_payments * weekly).sum("sector"), weekly.sum("sector"))


def fraud_per_million(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return incidents per million electronic payments (T4), dims (replicate, period)."""
    electronic = _over_period(d.n_payments_electronic.sum("sector"), period)
    return PER_MILLION * _ratio(_over_period(d.n_incidents, period), electronic)


def fraud_loss_basis_points(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return fraud losses per electronic value (T4) in basis points (1/10,000), dims (replicate, period)."""
    value = _over_period(d.value_electronic_yuan.sum("sector"), period)
    return BASIS_POINTS * _ratio(_over_period(d.fraud_loss_yuan, period), value)


def spending(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return programme spending in yuan of constant prices.

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    by : sequence of str
        Of "lever", "line" and "year", those to keep; a last year of fewer than 52 weeks counts as a year,
        because money must not go missing.

    Returns
    -------
    xarray.DataArray, dims (replicate, *by)
        Yuan.
    """
    if set(by) - {"lever", "line", "year"}:
        raise ValueError(f"by={tuple(by)} is not among ('lever', 'line', 'year')")
    yuan = d.spending_yuan.sum([x for x in ("lever", "line") if x not in by])
    if "year" not in by:
        return yuan.sum("week")
    years = xr.DataArray(d.week.values // WEEKS_PER_YEAR, dims="week", name="year")
    return yuan.assign_coords(year=years).groupby("year").sum()


def coupon_takers(d: xr.Dataset) -> xr.DataArray:
    """Return the coupons paid over the run; dims (replicate)."""
    return d.n_coupons.sum(("week", "lever"))


def coupon_deadweight(programme: xr.Dataset, baseline: xr.Dataset) -> xr.DataArray:
    """Return the coupons paid to people who would have come anyway (amendment A8).

    Deadweight = takers - (first uses and returns with the programme - those without), paired. Where other
    levers act too, their newcomers lower it: read it on a scenario of coupons alone.

    Returns
    -------
    xarray.DataArray, dims (replicate)
        Coupons; negative where the programme brings more newcomers than coupons.
    """
    dims = ("week", *CELL)
    extra = (programme.new_first_uses + programme.new_returns - baseline.new_first_uses - baseline.new_returns).sum(
        dims
    )
    return coupon_takers(programme) - extra


def year_end_weeks(d: xr.Dataset) -> list[int]:
    """Return the last week of every whole year, and the run's last week where it ends within a year."""
    n = d.sizes["week"]
    ends = list(range(WEEKS_PER_YEAR - 1, n, WEEKS_PER_YEAR))
    return ends if n % WEEKS_PER_YEAR == 0 else [*ends, n - 1]
