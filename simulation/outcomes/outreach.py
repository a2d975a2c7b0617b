"""Conversion of outreach: who comes of those reached, beyond those of them who would have come anyway (A12, T8)."""

import numpy as np
import xarray as xr

WINDOW_WEEKS = 13  # from the week a person is first reached


def reached_in_time(d: xr.Dataset) -> xr.DataArray:
    """Return which simulated citizens were first reached early enough for 13 weeks to pass within the run.

    Returns
    -------
    xarray.DataArray of bool, dims (replicate, citizen)
        Only people who had never used the service are ever counted as reached, each once.
    """
    return (d.reached_week >= 0) & (d.reached_week + WINDOW_WEEKS <= d.sizes["week"])


def first_use_of_reached(d: xr.Dataset, programme: xr.Dataset) -> xr.DataArray:
    """Return the share of those a programme reached who pay electronically for the first time within 13 weeks.

    Parameters
    ----------
    d : xarray.Dataset
        The run in which they pay or do not: the programme's own, or the paired business as usual.
    programme : xarray.Dataset
        The run in which they are reached.

    Returns
    -------
    xarray.DataArray, dims (replicate,)
        Shares 0-1; the week of being reached is the first of the 13, and payments made with help in person do not
        count. NaN where nobody was reached in time.

    Raises
    ------
    ValueError
        If the two do not hold the same citizens of the same worlds, or are not of one length.
    """
    _check_paired(d, programme)
    counted = reached_in_time(programme)
    came = (d.first_payment_week >= 0) & (d.first_payment_week < programme.reached_week + WINDOW_WEEKS)
    n = counted.sum("citizen")
    return (came & counted).sum("citizen") / n.where(n > 0)


def conversion_of_outreach(programme: xr.Dataset, baseline: xr.Dataset) -> xr.DataArray:
    """Return `first_use_of_reached` less that of the same people in the paired business as usual (T8).

    Returns
    -------
    xarray.DataArray, dims (replicate,)
        Share of those reached whom the programme won; NaN where nobody was reached in time.
    """
    return first_use_of_reached(programme, programme) - first_use_of_reached(baseline, programme)


def _check_paired(d: xr.Dataset, programme: xr.Dataset) -> None:
    unlike = [name for name in ("replicate", "citizen", "week") if d.sizes[name] != programme.sizes[name]]
    if unlike:
        raise ValueError(f"not paired: unlike numbers of {', '.join(unlike)}")
    if not np.array_equal(d.seed.values, programme.seed.values):
        raise ValueError("not paired: the replicates start from different seeds")
