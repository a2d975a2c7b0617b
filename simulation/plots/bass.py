"""A Bass curve beside the agents' forecast."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.bass import BassFit
from simulation.outcomes import numbers
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.plots.curves import LABEL_GAP, ROLES, month_axis
from simulation.plots.style import FONT_SIZE, ORANGE, PERCENT_TICKS, finish, spread_labels

HEIGHT = 360
WEEKS_BETWEEN_ROWS = 13


def bass_figure(programme: Result, curves: Sequence[tuple[str, np.ndarray, BassFit]], lang: str = "en") -> go.Figure:
    """Draw mean coverage of each run as a line and its Bass curve as dots.

    Parameters
    ----------
    programme : Result
        Gives the weeks' dates.
    curves : sequence of (role, series, fit)
        Role "baseline" or "programme"; series of mean coverage, share, the first value that at the start.
    lang : str
        "en" or "zh".
    """
    d = programme.dataset
    dates = d.date.values
    figure = go.Figure()
    ends = []
    columns, rows = [say("table.week_ending", lang)], [[str(day)[:10]] for day in dates[12::WEEKS_BETWEEN_ROWS]]
    worst = (0.0, "")
    for role, series, fit in curves:
        colour, text_colour, dash = ROLES[role]
        agents, fitted = series[1:], fit.fitted[1:]
        figure.add_scatter(
            x=dates, y=agents, mode="lines", hoverinfo="skip", line=dict(color=colour, dash=dash, width=2.5)
        )
        name = say(f"plot.role.{role}", lang)
        ends.append((f"{name} {numbers.percent(float(agents[-1]))}", float(agents[-1]), text_colour))
        columns += [name, say("plot.bass.curve", lang, {"role": name})]
        for row, week in zip(rows, range(12, len(dates), WEEKS_BETWEEN_ROWS), strict=True):
            row += [numbers.percent(float(agents[week])), numbers.percent(float(fitted[week]))]
        if fit.status == "fitted":
            figure.add_scatter(
                x=dates[::4], y=fitted[::4], mode="markers", hoverinfo="skip",
                marker=dict(color=ORANGE, size=6, symbol="circle-open", line=dict(width=1.5)),
            )  # fmt: skip
            worst = max(worst, (fit.residual_rms, name))
    for (text, _, colour), height in zip(ends, spread_labels([v for _, v, _ in ends], LABEL_GAP), strict=True):
        figure.add_annotation(
            x=1.0, xref="paper", y=height, text=text, showarrow=False, xanchor="left", xshift=6,
            font=dict(size=FONT_SIZE, color=colour),
        )  # fmt: skip
    figure.update_xaxes(**month_axis(dates))
    figure.update_yaxes(**PERCENT_TICKS, title=say("plot.axis.coverage", lang))
    error = numbers.points(worst[0], lang, 2, False)
    finding = (
        say("plot.bass.finding", lang, {"error": error, "role": worst[1]}) if worst[1] else say("plot.bass.none", lang)
    )
    return finish(
        figure, finding, say("plot.bass.note", lang), programme.scenario.survey.illustrative, lang, (columns, rows),
        HEIGHT, right=205,
    )  # fmt: skip
