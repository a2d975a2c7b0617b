"""What payments cost merchants in time and money, and who uses the unified interface (T3, T5, T7, T9)."""

from collections.abc import Sequence
from typing import Literal

import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.outcomes.sums import Period, at_weights, over_period, over_sectors, ratio

What = Literal["unified", "integrated"]
COSTS = {"cash_handling": "cash_handling_yuan", "fee": "merchant_fees_yuan", "terminal": "terminal_costs_yuan"}
SUBSIDIES = {"fee": "fee_subsidy", "terminal": "terminal_subsidy"}  # kinds of levers that pay a part of the cost


def payments(d: xr.Dataset, by: Sequence[str] = (), period: Period = "quarter") -> xr.DataArray:
    """Return all payments to merchants, cash and electronic, dims (replicate, period, *by)."""
    return over_period(over_sectors(d.n_payments_electronic + d.n_payments_cash, by), period)


def own_merchant_payments(d: xr.Dataset) -> xr.DataArray:
    """Return electronic payments to merchants without those a child makes for a parent, dims (replicate, week)."""
    return (d.n_payments_electronic - d.n_payments_family).sum("sector")


def payment_weights(d: xr.Dataset, weeks: int = WEEKS_PER_QUARTER) -> xr.DataArray:
    """Return sectors' shares of payments over the first weeks, dims (replicate, sector)."""
    first = (d.n_payments_electronic + d.n_payments_cash).isel(week=slice(0, weeks)).sum("week")
    return ratio(first, first.sum("sector"))


def ticket_weights(d: xr.Dataset, weeks: int = WEEKS_PER_QUARTER) -> xr.DataArray:
    """Return shares of payments by sector and ticket class over the first weeks, dims (replicate, sector, ticket)."""
    first = d.n_payments_ticket.isel(week=slice(0, weeks)).sum("week")
    return ratio(first, first.sum(("sector", "ticket")))


def seconds_per_payment(d: xr.Dataset, period: Period = "quarter", weights: xr.DataArray | None = None) -> xr.DataArray:
    """Return mean till seconds over all payments to merchants, cash and failed attempts included (T5).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    period : {"week", "quarter", "year", "all"}
        Over which seconds and payments are summed.
    weights : xarray.DataArray, dims (sector, ticket) or (replicate, sector, ticket), optional
        Fixed shares of payments from `ticket_weights` of the baseline, so that a shift to smaller amounts or other
        sectors does not look like speed (A12). Without them the run's own payments weigh.

    Returns
    -------
    xarray.DataArray, dims (replicate, period)
        Seconds a payment.
    """
    cell = ("sector", "ticket")
    seconds, number = (over_period(d[name], period) for name in ("till_seconds", "n_payments_ticket"))
    if weights is None:
        return ratio(seconds.sum(cell), number.sum(cell))
    return at_weights(ratio(seconds, number), weights, cell)


def seconds_ratio(programme: xr.Dataset, baseline: xr.Dataset, period: Period = "quarter") -> xr.DataArray:
    """Return seconds a payment of a run / those of the paired baseline, both at the baseline's weights (A12, T5).

    Returns
    -------
    xarray.DataArray, dims (replicate, period)
        Below one where the programme saves time; 30% more efficient is 1 / 1.30 or less.
    """
    weights = ticket_weights(baseline)
    after, before = (seconds_per_payment(d, period, weights) for d in (programme, baseline))
    return ratio(after, before)


def merchant_cost_parts(
    d: xr.Dataset, period: Period = "quarter", net: bool = False, weights: xr.DataArray | None = None
) -> xr.DataArray:
    """Return merchants' cost per payment by part: cash handling, fee, terminal and connection (T7).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    period : {"week", "quarter", "year", "all"}
        Over which costs and payments are summed.
    net : bool
        Subtract from fee and terminal what the programme pays of them; gross otherwise. Which sectors got it is
        not recorded, so subsidies are spread over all payments whatever the weights.
    weights : xarray.DataArray, dims (sector,) or (replicate, sector), optional
        Fixed shares of payments by sector, from `payment_weights` of the baseline, so that a shift between
        sectors does not look like a saving (A12). Without them the run's own payments weigh.

    Returns
    -------
    xarray.DataArray, dims (part, replicate, period)
        Yuan a payment, constant prices; all merchants count, accepting or not.
    """
    cost = xr.concat([d[name] for name in COSTS.values()], "part").assign_coords(part=list(COSTS))
    gross = _per_payment(d, cost, period, weights)
    if not net:
        return gross
    subsidy = xr.concat([merchant_subsidy_yuan(d, part) for part in COSTS], "part").assign_coords(part=list(COSTS))
    return gross - ratio(over_period(subsidy, period), payments(d, (), period))


def _per_payment(d: xr.Dataset, yuan: xr.DataArray, period: Period, weights: xr.DataArray | None) -> xr.DataArray:
    """Return an amount by week and sector per payment to merchants."""
    if weights is None:
        return ratio(over_period(yuan.sum("sector"), period), payments(d, (), period))
    by_sector = ratio(over_period(yuan, period), payments(d, ("sector",), period))
    return at_weights(by_sector, weights, ("sector",))


def merchant_cost_per_payment(
    d: xr.Dataset, period: Period = "quarter", net: bool = False, weights: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the sum of `merchant_cost_parts`, dims (replicate, period), yuan a payment."""
    return merchant_cost_parts(d, period, net, weights).sum("part", skipna=False)


def merchant_subsidy_yuan(d: xr.Dataset, part: str = "") -> xr.DataArray:
    """Return what the programme pays each week of merchants' cost, dims (replicate, week), yuan.

    Parameters
    ----------
    part : {"", "cash_handling", "fee", "terminal"}
        Part of the cost it is paid of; "" is all. Sites of an acceptance drive and integrated services are no part
        of the cost counted, so what is paid for them is none of it.
    """
    kinds = [kind for name, kind in SUBSIDIES.items() if part in ("", name)]
    return d.spending_yuan.where(d.lever_kind.isin(kinds), 0.0).sum(("lever", "line", "payer"))


def merchant_lost_margin_per_payment(
    d: xr.Dataset,
    lost_sale_share: float,
    gross_margin_share: float,
    period: Period = "quarter",
    weights: xr.DataArray | None = None,
) -> xr.DataArray:
    """Return the margin merchants lose on sales that were asked for electronically in vain (T7, apart).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    lost_sale_share, gross_margin_share : float
        Coefficients of the run's behaviour: refused payers who buy elsewhere, and margin on a sale. What a cash
        shortage adds to the first is left out.
    period, weights
        As in `merchant_cost_parts`.

    Returns
    -------
    xarray.DataArray, dims (replicate, period)
        Yuan a payment.
    """
    lost = d.value_asked_in_vain_yuan * lost_sale_share * gross_margin_share
    return _per_payment(d, lost, period, weights)


def active_merchants_share(d: xr.Dataset, what: What = "unified", by: Sequence[str] = ()) -> xr.DataArray:
    """Return merchants active on the unified interface, or with integrated services, / all merchants (A12, T9).

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    what : {"unified", "integrated"}
        Interface or services.
    by : sequence of str
        ("sector",) to keep sectors, () for all together.

    Returns
    -------
    xarray.DataArray, dims (replicate, quarter, *by)
        Shares 0-1 by count; active is 50 electronic payments or more in more than one week of the quarter.
    """
    return ratio(over_sectors(d[f"n_merchants_{what}_active"], by), over_sectors(d.n_merchants, by))


def payments_through_share(d: xr.Dataset, what: What = "unified", period: Period = "quarter") -> xr.DataArray:
    """Return electronic payments through the unified interface, or with integrated services, / all (T3, T9).

    Payments between people, and those a child makes for a parent, count neither above nor below the line.

    Returns
    -------
    xarray.DataArray, dims (replicate, period)
        Shares 0-1 by count.
    """
    return ratio(over_period(d[f"n_payments_{what}"], period), over_period(own_merchant_payments(d), period))
