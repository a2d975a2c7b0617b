"""Means, 95% intervals over replicates, paired differences, and cost per additional user."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from simulation.outcomes.indicators import spending

LEVEL = 0.95
Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replicates with its 95% interval; the ends are NaN where there is one replicate."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """Return 1 where the whole interval lies above zero, -1 where it lies below, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def estimate(values: xr.DataArray, level: float = LEVEL) -> xr.Dataset:
    """Return the mean over replicates and its Student t interval.

    Parameters
    ----------
    values : xarray.DataArray
        Any indicator with dimension `replicate`.
    level : float
        Confidence level 0-1.

    Returns
    -------
    xarray.Dataset
        `mean`, `low` and `high`, the other dims kept, unit of `values`. With one replicate `low` and `high`
        are NaN: one world says nothing about its neighbours. Attributes `n_replicates` and `level`.
    """
    n, axis = values.sizes["replicate"], values.get_axis_num("replicate")
    dims = [dim for dim in values.dims if dim != "replicate"]
    coords = {name: coord for name, coord in values.coords.items() if "replicate" not in coord.dims}
    ends = zip(("mean", "low", "high"), mean_and_ends(values.values, axis, level), strict=True)
    found = {name: (dims, each, values.attrs) for name, each in ends}
    return xr.Dataset(found, coords, {"n_replicates": n, "level": level})


def mean_and_ends(values: Values, axis: int = 0, level: float = LEVEL) -> tuple[Values, Values, Values]:
    """Return the means over replicates and the ends of their Student t intervals: `estimate` of bare arrays.

    Parameters
    ----------
    values : array of float
        Of any shape.
    axis : int
        Along which the replicates stand.
    level : float
        Confidence level 0-1.

    Returns
    -------
    tuple of arrays
        Mean, low and high, in the unit of `values`; the ends are NaN where there is one replicate.
    """
    n = values.shape[axis]
    mean = values.mean(axis=axis)
    half = np.full(np.shape(mean), np.nan)
    if n > 1:
        half = t_quantile(n - 1, level) * values.std(axis=axis, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def estimate_share(values: xr.DataArray, level: float = LEVEL) -> xr.Dataset:
    """Return `estimate` of a share 0-1, its interval cut to what a share can be."""
    found = estimate(values, level)
    return found.assign(low=found.low.clip(0, 1), high=found.high.clip(0, 1))


def interval_of(values: np.ndarray | xr.DataArray, level: float = LEVEL) -> Interval:
    """Return the mean over replicates of one number, and its Student t interval."""
    return Interval(*(float(end) for end in mean_and_ends(np.asarray(values), level=level)))


@cache
def t_quantile(freedom: int, level: float = LEVEL) -> float:
    """Return how many standard errors a two-sided interval reaches on either side, by Student's t.

    Parameters
    ----------
    freedom : int
        Degrees of freedom: replicates less one.
    level : float
        Confidence level 0-1.
    """
    return float(stats.t.ppf(0.5 + level / 2, freedom))


def paired_difference(baseline: xr.DataArray, programme: xr.DataArray) -> xr.DataArray:
    """Return programme minus baseline, replicate by replicate.

    Raises
    ------
    ValueError
        If the two do not hold the same replicates, started from the same seeds.
    """
    if baseline.sizes["replicate"] != programme.sizes["replicate"]:
        raise ValueError(f"not paired: {baseline.sizes['replicate']} and {programme.sizes['replicate']} replicates")
    seeds = [values.seed.values for values in (baseline, programme) if "seed" in values.coords]
    if len(seeds) == 2 and not np.array_equal(*seeds):
        raise ValueError("not paired: the replicates start from different seeds")
    return programme - baseline


def excludes_zero(difference: xr.Dataset) -> xr.DataArray:
    """Return where an interval of `estimate` lies wholly above or wholly below zero; False where there is none."""
    return (difference.low > 0) | (difference.high < 0)


def ratio_of_means(top: xr.DataArray, bottom: xr.DataArray) -> xr.Dataset | None:
    """Return mean(top) / mean(bottom) over paired replicates with Fieller's interval.

    Parameters
    ----------
    top, bottom : xarray.DataArray, dims (replicate,)

    Returns
    -------
    xarray.Dataset or None
        As `estimate`. None where the bottom cannot be told from zero, or is below it: then there is no ratio.
    """
    below = estimate(bottom)
    n = below.attrs["n_replicates"]
    if not float(below["mean"]) > 0.0 or (n > 1 and not bool(excludes_zero(below))):
        return None
    low, high = _fieller(top.values, bottom.values) if n > 1 else (np.nan, np.nan)
    values = {"mean": float(top.mean()) / float(below["mean"]), "low": low, "high": high}
    return xr.Dataset(values, attrs=below.attrs)


@dataclass(frozen=True, slots=True)
class CostPerUser:
    """Cost of one more active user at the run's end, or why there is none to state.

    Attributes
    ----------
    status : str
        "estimated"; "uncertain" where the interval of the added users holds zero; "fewer_users" where it lies
        below zero; "one_replicate" where no interval exists.
    yuan, low, high : float
        Estimate and 95% interval in constant prices; NaN unless estimated.
    """

    status: Literal["estimated", "uncertain", "fewer_users", "one_replicate"]
    yuan: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


def cost_per_additional_user(baseline: xr.Dataset, programme: xr.Dataset) -> CostPerUser:
    """Return the programme's extra spending over the run per extra active user (4 weeks) at its end.

    The interval is Fieller's for a ratio of paired means. It exists, and is bounded, exactly where the
    interval of the extra users excludes zero; elsewhere no ratio is stated. Active users at the end are
    counted, not user-weeks, so spending on people who will lapse later counts in full.

    Parameters
    ----------
    baseline, programme : xarray.Dataset
        Paired runs of equal length.
    """
    cells = ("age", "area", "income")
    last = [d.n_active.isel(week=-1).sum(cells) for d in (baseline, programme)]
    users = paired_difference(*last)
    return cost_per_user(users.values, paired_difference(spending(baseline), spending(programme)).values)


def cost_per_user(users: Values, yuan: Values) -> CostPerUser:
    """Return what one of these users cost, as `cost_per_additional_user` does of whole runs.

    Parameters
    ----------
    users, yuan : array, shape (replicates,)
        Extra active users at the end and extra spending of paired runs, in yuan of constant prices.
    """
    if len(users) < 2:
        return CostPerUser("one_replicate")
    sign = interval_of(users).sign
    if sign == 0:
        return CostPerUser("uncertain")
    if sign < 0:
        return CostPerUser("fewer_users")
    low, high = _fieller(yuan, users)
    return CostPerUser("estimated", float(yuan.mean() / users.mean()), low, high)


def _fieller(top: np.ndarray, bottom: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of mean(top) / mean(bottom) for pairs (Fieller 1954, J. R. Stat. Soc. B 16)."""
    n = len(top)
    t2 = t_quantile(n - 1, level) ** 2
    a, b = top.mean(), bottom.mean()
    (saa, sab), (_, sbb) = np.cov(top, bottom, ddof=1) / n
    # roots of (a - r b)^2 = t^2 (saa - 2 r sab + r^2 sbb); the leading term is positive where b excludes zero
    p, q, c = b * b - t2 * sbb, a * b - t2 * sab, a * a - t2 * saa
    root = np.sqrt(max(0.0, q * q - p * c))
    return float((q - root) / p), float((q + root) / p)
