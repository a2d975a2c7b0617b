"""Sums over cells, sectors and periods, and the ratios indicators are made of."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from simulation.outcomes.catalogue import CELL

Period = Literal["week", "quarter", "year", "all"]
PERIOD_WEEKS = {"quarter": WEEKS_PER_QUARTER, "year": WEEKS_PER_YEAR}


def over_cells(values: xr.DataArray, by: Sequence[str]) -> xr.DataArray:
    """Sum residents over the dimensions of a cell that are not asked for."""
    unknown = set(by) - set(CELL)
    if unknown:
        raise ValueError(f"by={sorted(unknown)} is not among {CELL}")
    return values.sum([d for d in CELL if d not in by])


def over_sectors(values: xr.DataArray, by: Sequence[str]) -> xr.DataArray:
    """Sum over sectors unless they are asked for."""
    if set(by) - {"sector"}:
        raise ValueError(f"by={tuple(by)}; only 'sector' is recorded")
    return values if "sector" in by else values.sum("sector")


def over_period(values: xr.DataArray, period: Period) -> xr.DataArray:
    """Sum weekly flows over each whole quarter or year, or over the run.

    Weeks after the last whole quarter or year are left out, because a sum over fewer weeks would look like a fall.
    """
    if period == "week":
        return values
    if period == "all":
        return values.sum("week")
    length = PERIOD_WEEKS[period]
    n = values.sizes["week"] // length
    whole = values.isel(week=slice(0, n * length))
    whole = whole.drop_vars([name for name, coord in whole.coords.items() if "week" in coord.dims])
    # weeks of a period side by side, where a group-by would sum period by period
    axis = whole.dims.index("week")
    by_period = whole.values.reshape(*whole.shape[:axis], n, length, *whole.shape[axis + 1 :])
    dims = (*whole.dims[:axis], period, "week", *whole.dims[axis + 1 :])
    coords = dict(whole.coords) | ({period: np.arange(n)} if n else {})
    return xr.DataArray(by_period, coords, dims, name=values.name).sum("week")


def ratio(top: xr.DataArray, bottom: xr.DataArray) -> xr.DataArray:
    """Divide, leaving NaN where there is nothing to divide by."""
    return top / bottom.where(bottom > 0)


def at_weights(values: xr.DataArray, weights: xr.DataArray, dims: Sequence[str]) -> xr.DataArray:
    """Return the weighted mean over dims; weights count only where there is a value.

    Parameters
    ----------
    values : xarray.DataArray
        Missing where there was nothing to measure.
    weights : xarray.DataArray
        Fixed weights, 0 or more, with at least `dims`.
    dims : sequence of str
        Dimensions averaged over.
    """
    here = weights.where(values.notnull())
    return ratio((values * here).sum(dims), here.sum(dims))
