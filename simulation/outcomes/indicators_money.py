"""What a programme spends, on what and out of whose purse, and what its money did not reach."""

from collections.abc import Sequence

import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.outcomes.catalogue import CELL
from simulation.outcomes.sums import PERIOD_WEEKS

SPENDING_DIMS = ("lever", "line", "payer", "zone")
INCENTIVES = "incentives"  # the budget line of coupons, points, discounts and shares of fees


def spending(d: xr.Dataset, by: Sequence[str] = ()) -> xr.DataArray:
    """Return programme spending, public and private, in yuan of constant prices.

    Parameters
    ----------
    d : xarray.Dataset
        A run.
    by : sequence of str
        Of "lever", "line", "payer", "zone", and "year" or "quarter", those to keep. Zones are recorded by lever
        only, without line and payer. A last year or quarter of fewer weeks counts, because money must not go missing.

    Returns
    -------
    xarray.DataArray, dims (replicate, *by)
        Yuan.

    Raises
    ------
    ValueError
        If something is asked for that is not recorded.
    """
    known = (*SPENDING_DIMS, *PERIOD_WEEKS)
    if set(by) - set(known):
        raise ValueError(f"by={tuple(by)} is not among {known}")
    if ("zone" in by and {"line", "payer"} & set(by)) or set(PERIOD_WEEKS) <= set(by):
        raise ValueError(f"by={tuple(by)}: zones have neither line nor payer, and a year or a quarter is one of two")
    recorded = d.spending_zone_yuan if "zone" in by else d.spending_yuan
    yuan = recorded.sum([x for x in SPENDING_DIMS if x in recorded.dims and x not in by])
    period = next((name for name in PERIOD_WEEKS if name in by), None)
    if period is None:
        return yuan.sum("week")
    labels = xr.DataArray(d.week.values // PERIOD_WEEKS[period], dims="week", name=period)
    return yuan.assign_coords({period: labels}).groupby(period).sum()


def incentives_at_end(d: xr.Dataset) -> xr.DataArray:
    """Return what is paid on the line of incentives in the run's last 13 weeks, dims (replicate,), yuan.

    Targets are meant to be read in a quarter without incentives (A12).
    """
    last = d.spending_yuan.sel(line=INCENTIVES).isel(week=slice(-WEEKS_PER_QUARTER, None))
    return last.sum(("week", "lever", "payer"))


def unpaid_claims(d: xr.Dataset) -> xr.DataArray:
    """Return the claims that a lever's money did not reach over the run, dims (replicate, lever)."""
    return d.n_unpaid_claims.sum("week")


def coupon_takers(d: xr.Dataset) -> xr.DataArray:
    """Return the coupons paid over the run; dims (replicate)."""
    return d.n_uses.sel(use="coupon").sum(("week", "lever"))


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
