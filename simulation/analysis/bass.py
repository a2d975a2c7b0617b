"""A Bass diffusion curve fitted to coverage: a simpler rival beside the agents' forecast."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

Floats = NDArray[np.float64]
Status = Literal["fitted", "flat", "declining", "too_short"]
Parameter = Literal["p", "q", "m"]

PARAMETERS: tuple[Parameter, ...] = ("p", "q", "m")
LEAST_WEEKS = 8  # values for three parameters and something to judge them by
LEAST_RISE = 0.005  # share; below half a percentage point the shape of a rise cannot be seen
RATES_P = (1e-5, 1e-3, 1e-2)  # starts of the search, per week; Bass's yearly 0.03 is 0.0006 a week
RATES_Q = (1e-3, 2e-2, 1e-1)  # his yearly 0.38 is 0.007 a week
ROOMS = (0.2, 0.8)  # starts of the ceiling m, as a share of the room above the highest value
MOST_RATE = 2.0  # per week; nothing diffuses faster
TOLERANCE = 1e-14  # of the search
AT_BOUND = 1e-6  # closer to the end of a range counts as there


@dataclass(frozen=True, slots=True)
class BassFit:
    """A Bass curve through the first value of a series.

    Attributes
    ----------
    status : str
        "fitted"; "flat" where the series rises by less than half a percentage point, "declining" where it falls by as
        much or more, "too_short" where it has fewer than eight weeks. Then there is no curve.
    p, q : float
        Coefficients of innovation and imitation, per week; NaN unless fitted.
    m : float
        Share of residents that will ever use it; NaN unless fitted.
    fitted : array, shape (weeks,)
        The curve in the weeks of the series; NaN unless fitted.
    residual_rms : float
        Root mean square of series minus curve over the weeks after the first, share; NaN unless fitted.
    at_bound : tuple of str
        Parameters that ended at the end of their range: the series does not determine them. Typically `m`, where the
        rise has not begun to slow, and p or q, where one of them explains it alone.
    """

    status: Status
    p: float
    q: float
    m: float
    fitted: Floats
    residual_rms: float
    at_bound: tuple[Parameter, ...] = ()

    def at(self, week: ArrayLike) -> Floats:
        """Return the curve in weeks counted from the first of the series; NaN unless fitted."""
        weeks = np.asarray(week, dtype=np.float64)
        if self.status != "fitted":
            return np.full_like(weeks, np.nan)
        return bass_curve(weeks, self.p, self.q, self.m, float(self.fitted[0]))


@dataclass(frozen=True, slots=True)
class BassForecast:
    """A Bass curve fitted to the first weeks and held against the rest.

    Attributes
    ----------
    fit : BassFit
        To the weeks before the holdout.
    observed, forecast : array, shape (holdout weeks,)
        The rest of the series, and the curve there; NaN unless fitted.
    error_rms, error_mean : float
        Root mean square and mean of forecast minus observed, share; NaN unless fitted. A mean above zero: too high.
    """

    fit: BassFit
    observed: Floats
    forecast: Floats
    error_rms: float
    error_mean: float


def bass_curve(week: ArrayLike, p: float, q: float, m: float, start: float) -> Floats:
    """Return the Bass curve that stands at `start` in week 0.

    Bass 1969 (Management Science 15:215-227): with F the share of the m who ever will, dF/dt = (p + q F) (1 - F). His
    curve starts at F = 0; from F0 = start / m its solution is, with B = p + q F0 and e = exp(-(p + q) t)::

        F(t) = (B - p (1 - F0) e) / (B + q (1 - F0) e)

    Parameters
    ----------
    week : array_like
        Time t, weeks.
    p, q : float
        Per week, 0 or more.
    m, start : float
        Share of residents, start <= m.
    """
    weeks = np.asarray(week, dtype=np.float64)
    first = start / m
    pressure = p + q * first
    if pressure == 0:
        return np.full_like(weeks, start)
    fading = (1 - first) * np.exp(-(p + q) * weeks)
    return m * (pressure - p * fading) / (pressure + q * fading)


def fit_bass(coverage: ArrayLike, ceiling: float = 1.0) -> BassFit:
    """Fit a Bass curve by nonlinear least squares, from the value in week 0.

    The first value is taken as it is and not fitted: the service is known at the start, and a start of its own would be
    a fourth parameter. The search starts from several places and the closest curve is kept.

    Parameters
    ----------
    coverage : array_like, shape (weeks,)
        Share of residents 0-1, by week; a mean over replicates or one of them.
    ceiling : float
        The largest m allowed, share.

    Raises
    ------
    ValueError
        If values are undefined, not shares, or above the ceiling.
    """
    series = _shares(coverage, ceiling)
    status = _status(series)
    if status != "fitted":
        return BassFit(status, math.nan, math.nan, math.nan, np.full_like(series, np.nan), math.nan)
    weeks, start, highest = np.arange(series.size), float(series[0]), float(series.max())
    room = ceiling - highest
    # m may lie below the highest value, which noise may have lifted; a hair of room lets a search start at the ceiling
    low, high = np.array([0.0, 0.0, start + AT_BOUND]), np.array([MOST_RATE, MOST_RATE, ceiling + AT_BOUND])

    def gaps(parameters: Floats) -> Floats:
        p, q, m = (float(value) for value in parameters)
        return bass_curve(weeks[1:], p, q, m, start) - series[1:]

    searches = [
        optimize.least_squares(
            gaps,
            np.array([p, q, highest + share * room]),
            bounds=(low, high),
            x_scale=np.array([RATES_P[1], RATES_Q[1], 1.0]),
            ftol=TOLERANCE,
            xtol=TOLERANCE,
            gtol=TOLERANCE,
        )
        for p in RATES_P
        for q in RATES_Q
        for share in ROOMS
    ]
    best = min(searches, key=lambda search: float(search.cost))
    p, q, m = float(best.x[0]), float(best.x[1]), min(ceiling, float(best.x[2]))
    curve = bass_curve(weeks, p, q, m, start)
    return BassFit("fitted", p, q, m, curve, _rms(curve[1:] - series[1:]), _at_bound(best.x, low, high))


def forecast_bass(coverage: ArrayLike, holdout: int, ceiling: float = 1.0) -> BassForecast:
    """Fit a Bass curve to the first weeks, forecast the rest and say by how much it was wrong.

    Parameters
    ----------
    coverage : array_like, shape (weeks,)
        As for `fit_bass`.
    holdout : int
        Weeks at the end that are kept from the fit.
    ceiling : float
        As for `fit_bass`.

    Raises
    ------
    ValueError
        As `fit_bass`, or if the holdout leaves nothing to fit.
    """
    series = _shares(coverage, ceiling)
    if not 0 < holdout < series.size:
        raise ValueError(f"a holdout of {holdout} of {series.size} weeks leaves nothing to fit or nothing to forecast")
    fit = fit_bass(series[:-holdout], ceiling)
    observed = series[-holdout:]
    forecast = fit.at(np.arange(series.size - holdout, series.size))
    errors = forecast - observed
    return BassForecast(fit, observed, forecast, _rms(errors), float(errors.mean()))


def _shares(coverage: ArrayLike, ceiling: float) -> Floats:
    series = np.asarray(coverage, dtype=np.float64)
    if series.ndim != 1 or series.size == 0:
        raise ValueError(f"one value a week is needed; the shape is {series.shape}")
    if not np.isfinite(series).all() or series.min() < 0 or series.max() > ceiling:
        raise ValueError(f"coverage must be defined in every week and lie between 0 and {ceiling}")
    return series


def _status(series: Floats) -> Status:
    """Return whether there is a rise to fit, by the straight line through the series, so that noise counts little."""
    if series.size < LEAST_WEEKS:
        return "too_short"
    slope = float(np.polyfit(np.arange(series.size), series, 1)[0])
    rise = slope * (series.size - 1)
    if rise <= -LEAST_RISE:
        return "declining"
    return "fitted" if min(rise, float(series.max() - series[0])) >= LEAST_RISE else "flat"


def _at_bound(found: Floats, low: Floats, high: Floats) -> tuple[Parameter, ...]:
    near = 2 * AT_BOUND
    return tuple(
        name for name, x, a, b in zip(PARAMETERS, found, low, high, strict=True) if x - a < near or b - x < near
    )


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))
