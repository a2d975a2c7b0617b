"""The Bass curve beside the agents' forecast: how close it comes, and what it cannot say."""

from dataclasses import dataclass

import numpy as np

from simulation.analysis.bass import BassFit, BassForecast, fit_bass, forecast_bass
from simulation.core.codes import WEEKS_PER_YEAR
from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage, coverage_at_start
from simulation.outcomes.result import Result
from simulation.report.chapters.given import Given
from simulation.report.tables import Table

PARTS = 3  # of a run shorter than two years, the last of three parts is held out
PER_MILLE_DIGITS = 4  # of coefficients per week
WEAK = ("p", "q", "m")


@dataclass(frozen=True, slots=True)
class Rival:
    """A Bass curve fitted to the mean coverage of one run, from the start.

    Attributes
    ----------
    role : str
        "baseline" or "programme".
    series : array, shape (weeks + 1,)
        Mean coverage over replicates, share; the first value is that at the start.
    fit : BassFit
        To all of it.
    forecast : BassForecast or None
        Fitted to all but the last `holdout` weeks; None where the run is too short for that.
    holdout : int
        Weeks.
    """

    role: str
    series: np.ndarray
    fit: BassFit
    forecast: BassForecast | None
    holdout: int


def rivals(programme: Result, baseline: Result | None) -> list[Rival]:
    """Return the Bass curves of a pair of runs, business as usual first."""
    runs = {"baseline": baseline, "programme": programme}
    return [_rival(role, result) for role, result in runs.items() if result is not None]


def _rival(role: str, result: Result) -> Rival:
    start = float(coverage_at_start(result.dataset).mean())
    series = np.array([start, *coverage(result.dataset).mean("replicate").values])
    n = len(series)
    holdout = WEEKS_PER_YEAR if n > 2 * WEEKS_PER_YEAR else n // PARTS
    return Rival(role, series, fit_bass(series), forecast_bass(series, holdout) if holdout else None, holdout)


def rival_sentences(given: Given, found: list[Rival]) -> list[str]:
    """Return how far the curve is off, where it is not determined, and what it cannot say."""
    sentences = []
    for one in found:
        role = given.say(f"plot.role.{one.role}")
        if one.fit.status != "fitted":
            sentences.append(given.say(f"report.bass.{one.fit.status}", role=role))
            continue
        error = numbers.points(one.fit.residual_rms, given.lang, 2, False)
        sentences.append(given.say("report.bass.fitted", role=role, error=error))
        if one.fit.at_bound:
            names = given.say("report.list_comma").join(one.fit.at_bound)
            sentences.append(given.say("report.bass.weak", role=role, names=names))
        if one.forecast is not None and one.forecast.fit.status == "fitted":
            off = numbers.points(one.forecast.error_mean, given.lang)
            sentences.append(given.say("report.bass.forecast", role=role, weeks=one.holdout, error=off))
    return [*sentences, given.say("report.bass.cannot")]


def rival_table(given: Given, found: list[Rival]) -> Table:
    """Return the coefficients of each curve, its errors, and the ceiling it ends at."""
    rows = []
    for one in found:
        forecast = one.forecast if one.forecast is not None and one.forecast.fit.status == "fitted" else None
        rows.append(
            (
                given.say(f"plot.role.{one.role}"),
                given.say(f"report.bass.status.{one.fit.status}"),
                *(_coefficient(one.fit, name) for name in WEAK),
                _points(one.fit.residual_rms),
                numbers.NO_VALUE if forecast is None else _points(forecast.error_rms),
                numbers.NO_VALUE if forecast is None else numbers.decimal(100 * forecast.error_mean, 2, True),
            )
        )
    names = ("run", "fit", "p", "q", "m", "rms", "forecast_rms", "forecast_mean")
    columns = tuple(given.say(f"report.bass.column.{name}") for name in names)
    holdout = max((one.holdout for one in found), default=0)
    note = given.say("report.bass.note", weeks=holdout)
    return Table(given.say("report.bass.caption"), columns, tuple(rows), note)


def _coefficient(fit: BassFit, name: str) -> str:
    value = float(getattr(fit, name))
    text = numbers.percent(value) if name == "m" else numbers.decimal(value, PER_MILLE_DIGITS)
    return f"{text} *" if name in fit.at_bound else text


def _points(share: float) -> str:
    return numbers.decimal(100 * share, 2)
