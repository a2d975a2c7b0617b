"""Indicators of a run, one value a replicate: coverage, shares, costs, fraud and spending.

Every function takes a Dataset of `outcomes.dataset` and returns a DataArray that keeps `replicate`, so
that intervals and paired differences (`outcomes.intervals`) stand on the same numbers. Rates are ratios
of sums over a period, never means of ratios. Definitions: ODD 7.13 and amendment A12. What concerns
merchants and money stands in files of its own and is found here too.
"""

from collections.abc import Sequence

import xarray as xr

from simulation.core.codes import WEEKS_PER_YEAR
from simulation.outcomes.catalogue import INITIAL
from simulation.outcomes.indicators_merchants import (
    active_merchants_share,
    merchant_cost_parts,
    merchant_cost_per_payment,
    merchant_lost_margin_per_payment,
    merchant_subsidy_yuan,
    own_merchant_payments,
    payment_weights,
    payments,
    payments_through_share,
    seconds_per_payment,
    seconds_ratio,
    ticket_weights,
)
from simulation.outcomes.indicators_money import (
    coupon_deadweight,
    coupon_takers,
    incentives_at_end,
    spending,
    unpaid_claims,
)
from simulation.outcomes.sums import Period, over_cells, over_period, over_sectors, ratio

__all__ = [
    "Period",
    "acceptance",
    "acceptance_at_start",
    "acceptance_weighted",
    "active_merchants_share",
    "conversion",
    "coupon_deadweight",
    "coupon_takers",
    "coverage",
    "coverage_at_merchants",
    "coverage_at_start",
    "coverage_by_place",
    "coverage_gap",
    "electronic_share",
    "ever_used",
    "fraud_loss_basis_points",
    "fraud_per_million",
    "incentives_at_end",
    "merchant_cost_parts",
    "merchant_cost_per_payment",
    "merchant_lost_margin_per_payment",
    "merchant_subsidy_yuan",
    "payment_weights",
    "payments",
    "payments_through_share",
    "person_electronic_share",
    "person_share_of_electronic",
    "repeat_use",
    "seconds_per_payment",
    "seconds_ratio",
    "spending",
    "ticket_weights",
    "unpaid_claims",
    "year_end_weeks",
]

PER_MILLION = 1e6
BASIS_POINTS = 1e4
_ACTIVE = {4: "n_active", 13: "n_active_13w"}


def coverage(d: xr.Dataset, by: Sequence[str] = (), window_weeks: int = 4) -> xr.DataArray:
    """Return active users / residents aged 15+ at each week's end (T1).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    by : sequence of str
        Of "age", "area" and "income", those to keep; () is the whole region.
    window_weeks : int
        4 or 13: a user is active with at least one electronic payment in that many weeks, to merchants or people.

    Returns
    -------
    xarray.DataArray, dims (replicate, week, *by)
        Shares 0-1; NaN where nobody lives.
    """
    return ratio(over_cells(_active(d, window_weeks), by), over_cells(d.n_residents, by))


def _active(d: xr.Dataset, window_weeks: int) -> xr.DataArray:
    if window_weeks not in _ACTIVE:
        raise ValueError(f"window_weeks={window_weeks}; recorded windows are {sorted(_ACTIVE)}")
    return d[_ACTIVE[window_weeks]]


def coverage_at_merchants(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return residents who paid a merchant electronically in the last 4 weeks / residents (A9).

    Returns
    -------
    xarray.DataArray, dims (replicate, week, *by)
        Shares 0-1, at most `coverage`, which counts payments between people too.
    """
    return ratio(over_cells(d.n_active_merchant, by), over_cells(d.n_residents, by))


def coverage_gap(
    d: xr.Dataset, dim: str, of: Sequence[str], to: Sequence[str] = (), window_weeks: int = 4
) -> xr.DataArray:
    """Return coverage of some categories minus coverage of others (T2).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    dim : str
        "age", "area" or "income".
    of : sequence of str
        Categories taken together, such as ("60-74", "75+") or ("remote",).
    to : sequence of str
        Those they are held against, taken together; () is everybody else.
    window_weeks : int
        As in `coverage`.

    Returns
    -------
    xarray.DataArray, dims (replicate, week)
        Difference of two shares, below zero where the first lag behind.

    Raises
    ------
    ValueError
        If a category is unknown, or nobody is left to be held against.
    """
    known = [str(name) for name in d[dim].values]
    rest = list(to) or [name for name in known if name not in of]
    if {*of, *rest} - set(known) or not of or not rest:
        raise ValueError(f"of={tuple(of)}, to={tuple(to)}: {dim} has the categories {', '.join(known)}")
    active = _active(d, window_weeks)
    first, second = (
        ratio(over_cells(active.sel({dim: names}), ()), over_cells(d.n_residents.sel({dim: names}), ()))
        for names in (list(of), rest)
    )
    return first - second


def coverage_at_start(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return coverage (4 weeks) at the end of the warm-up, dims (replicate, *by)."""
    return ratio(over_cells(d[INITIAL + "n_active"], by), over_cells(d.n_residents, by))


def coverage_by_place(d: xr.Dataset) -> xr.DataArray:
    """Return coverage (4 weeks) of every place, dims (replicate, week, place); NaN where nobody lives."""
    return ratio(d.n_active_place, d.n_residents_place)


def ever_used(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return the share of residents who are or have been users: ever registered (T1), dims (replicate, week, *by)."""
    return ratio(over_cells(d.n_users + d.n_lapsed, by), over_cells(d.n_residents, by))


def conversion(d: xr.Dataset, by: Sequence[str] = (), period: Period = "quarter") -> xr.DataArray:
    """Return first uses per person-week of residents who could try, dims (replicate, period, *by).

    It is about everybody; conversion of those whom outreach reached (T8) is in `outcomes.outreach`.
    """
    top, bottom = (over_period(over_cells(d[name], by), period) for name in ("new_first_uses", "n_at_risk"))
    return ratio(top, bottom)


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
    top = over_period(over_sectors(d[electronic], by), period)
    return ratio(top, top + over_period(over_sectors(d[cash], by), period))


def person_electronic_share(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return electronic / all payments between people (A9), dims (replicate, period)."""
    electronic = over_period(d.n_person_payments_electronic, period)
    return ratio(electronic, electronic + over_period(d.n_person_payments_cash, period))


def person_share_of_electronic(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return payments between people / all electronic payments (A9), dims (replicate, period)."""
    between = over_period(d.n_person_payments_electronic, period)
    return ratio(between, between + over_period(d.n_payments_electronic.sum("sector"), period))


def repeat_use(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return the share of last quarter's payers who paid in at least two weeks of this quarter (A12, T6).

    Returns
    -------
    xarray.DataArray, dims (replicate, quarter, *by)
        Shares 0-1; the first quarter follows the warm-up's last.
    """
    before = d.n_payers.shift(quarter=1).fillna(d[INITIAL + "n_payers"])
    return ratio(over_cells(d.n_repeat_payers, by), over_cells(before, by))


def acceptance(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return accepting / all merchants at each week's end, dims (replicate, week, *by)."""
    return ratio(over_sectors(d.n_merchants_accepting, by), over_sectors(d.n_merchants, by))


def acceptance_at_start(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return accepting / all merchants at the end of the warm-up, dims (replicate, *by)."""
    return ratio(over_sectors(d[INITIAL + "n_merchants_accepting"], by), over_sectors(d.n_merchants, by))


def acceptance_weighted(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return acceptance weighted by payments, dims (replicate, week, *by); sectors weigh by the week's payments."""
    if "sector" in by:
        return over_sectors(d.acceptance_by_payments, by)
    weekly = payments(d, ("sector",), "week")
    return ratio((d.acceptance_by_payments * weekly).sum("sector"), weekly.sum("sector"))


def fraud_per_million(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return incidents per million electronic payments of one's own (T4), dims (replicate, period).

    Payments between people count, because incidents can follow from them; those a child makes for a parent do not.
    """
    own = own_merchant_payments(d) + d.n_person_payments_electronic
    return PER_MILLION * ratio(over_period(d.n_incidents, period), over_period(own, period))


def fraud_loss_basis_points(d: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return fraud losses per electronic value (T4) in basis points (1/10,000), dims (replicate, period).

    Value is that of the payments `fraud_per_million` counts; a child's payments for a parent are taken at the mean
    electronic amount of their sector and week.
    """
    by_children = ratio(d.n_payments_family, d.n_payments_electronic).fillna(0.0)
    own = (d.value_electronic_yuan * (1.0 - by_children)).sum("sector") + d.value_person_electronic_yuan
    return BASIS_POINTS * ratio(over_period(d.fraud_loss_yuan, period), over_period(own, period))


def year_end_weeks(d: xr.Dataset) -> list[int]:
    """Return the last week of every whole year, and the run's last week where it ends within a year."""
    n = d.sizes["week"]
    ends = list(range(WEEKS_PER_YEAR - 1, n, WEEKS_PER_YEAR))
    return ends if n % WEEKS_PER_YEAR == 0 else [*ends, n - 1]
