"""Coverage over time: programme against baseline, whole region and by group."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage
from simulation.outcomes.intervals import estimate_share
from simulation.outcomes.result import Result
from simulation.outcomes.targets import COVERAGE_CODES, judge_all, main_target, segment_target
from simulation.outcomes.wording import label, say
from simulation.plots.style import (
    BAND_OPACITY,
    BASE,
    BASE_TEXT,
    BLUE,
    FONT_SIZE,
    PERCENT_TICKS,
    SMALL_SIZE,
    TEXT,
    finish,
    sentences,
    spread_labels,
)

HEIGHT, PANEL_HEIGHT = 400, 300
LABEL_GAP = 0.055  # least distance of two labels, as a share of the axis
ROLES = {"baseline": (BASE, BASE_TEXT, "dash"), "programme": (BLUE, BLUE, "solid")}
MONTHS_BETWEEN_TICKS = 6


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _runs(programme: Result, baseline: Result | None) -> list[tuple[str, Result]]:
    """Return roles in drawing order, the baseline below."""
    return [("baseline", baseline), ("programme", programme)] if baseline else [("programme", programme)]


def line_and_band(
    dates: Any, interval: xr.Dataset, role: str, name: str, axes: dict[str, str] | None = None
) -> list[go.Scatter]:
    """Return a mean line and, with more than one replicate, its band.

    Parameters
    ----------
    dates : array of datetime64
        x values.
    interval : xarray.Dataset
        From `intervals.estimate` of a share over weeks.
    role : str
        "baseline" or "programme": colour and dash.
    name : str
        Name on hovering.
    axes : dict, optional
        `xaxis` and `yaxis` of a panel.
    """
    colour, _, dash = ROLES[role]
    axes = axes or {}
    traces = []
    if interval.attrs["n_replicates"] > 1:
        low, high = interval.low.values, interval.high.values
        traces.append(
            go.Scatter(
                x=np.concatenate([dates, dates[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                mode="lines",
                line=dict(width=0),
                fillcolor=_rgba(colour, BAND_OPACITY),
                hoverinfo="skip",
                **axes,
            )
        )
    traces.append(
        go.Scatter(
            x=dates,
            y=interval["mean"].values,
            mode="lines",
            name=name,
            line=dict(color=colour, dash=dash, width=2.5),
            hovertemplate="%{x|%Y-%m-%d}: %{y:.1%}<extra>" + name + "</extra>",
            **axes,
        )
    )
    return traces


def interval_note(result: Result, lang: str) -> str:
    """Return what the bands and ranges of a figure are."""
    n = result.dataset.sizes["replicate"]
    return say("plot.interval.one" if n == 1 else "plot.interval.many", lang, {"n": n})


def month_axis(dates: Any) -> dict[str, Any]:
    """Return an axis with year-month ticks, which read the same in both languages."""
    return dict(
        type="date", tickformat="%Y-%m", dtick=f"M{MONTHS_BETWEEN_TICKS}", range=[str(dates[0]), str(dates[-1])]
    )


def coverage_over_time(programme: Result, baseline: Result | None = None, lang: str = "en") -> go.Figure:
    """Draw coverage of all residents by week, with the target.

    Parameters
    ----------
    programme : Result
        Drawn solid; its scenario's targets are drawn.
    baseline : Result, optional
        Paired run without the programme, drawn dashed.
    lang : str
        "en" or "zh".
    """
    dates = programme.dataset.date.values
    figure = go.Figure()
    ends: list[tuple[str, float]] = []
    columns, rows = [say("table.week_ending", lang)], [[str(d)[:10]] for d in dates[12::13]]
    for role, result in _runs(programme, baseline):
        interval = estimate_share(coverage(result.dataset))
        name = say(f"plot.role.{role}", lang)
        figure.add_traces(line_and_band(dates, interval, role, name))
        ends.append((role, float(interval["mean"][-1])))
        columns += [name, say("table.interval", lang)]
        for row, week in zip(rows, range(12, len(dates), 13), strict=True):
            at = interval.isel(week=week)
            row += [numbers.percent(float(at["mean"])), numbers.interval(float(at.low), float(at.high), lang)]
    target = main_target(programme.scenario.targets)
    if target is not None:
        figure.add_hline(y=target, line=dict(color=TEXT, dash="dot", width=1.5))
        text = say("plot.target", lang, {"target": numbers.percent(target, 0)})
        figure.add_annotation(
            x=0,
            xref="paper",
            y=target,
            text=text,
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font=dict(size=SMALL_SIZE, color=TEXT),
        )
    for (role, value), height in zip(ends, spread_labels([v for _, v in ends], LABEL_GAP), strict=True):
        text = f"{say(f'plot.role.{role}', lang)} {numbers.percent(value)}"
        figure.add_annotation(
            x=1.0,
            xref="paper",
            y=height,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font=dict(size=FONT_SIZE, color=ROLES[role][1]),
        )
    figure.update_xaxes(**month_axis(dates))
    figure.update_yaxes(**PERCENT_TICKS, title=say("plot.axis.coverage", lang))
    note = sentences(lang, say("plot.coverage.definition", lang), interval_note(programme, lang))
    return finish(
        figure,
        _coverage_finding(programme, baseline, lang),
        note,
        programme.scenario.survey.illustrative,
        lang,
        (columns, rows),
        HEIGHT,
        right=205,
    )


def _coverage_finding(programme: Result, baseline: Result | None, lang: str) -> str:
    """Return what coverage at the end means for the target that is about everyone."""
    reached = float(estimate_share(coverage(programme.dataset))["mean"][-1])
    params = {"reached": numbers.percent(reached), "date": numbers.day(programme.dataset.date.values[-1], lang)}
    start = "plot.coverage.reaches"
    if baseline:
        params["without"] = numbers.percent(float(estimate_share(coverage(baseline.dataset))["mean"][-1]))
        start = "plot.coverage.reaches_against"
    sentence = say(start, lang, params)
    judged = judge_all(programme.scenario.targets, programme.dataset)
    everyone = [j for j in judged if j.code in COVERAGE_CODES and not j.segment]
    if not everyone:
        return sentence
    worst = max(everyone, key=lambda j: j.target)
    params = {
        "target": numbers.percent(worst.target, 0),
        "gap": numbers.points(abs(worst.shortfall), lang, signed=False),
    }
    return sentence + say(f"plot.coverage.{worst.status}", lang, params)


def coverage_by_group(programme: Result, baseline: Result | None, dim: str, lang: str = "en") -> go.Figure:
    """Draw coverage by week in one panel a group, all on one scale.

    Parameters
    ----------
    programme, baseline : Result
        As in `coverage_over_time`.
    dim : str
        "age", "area" or "income".
    lang : str
        "en" or "zh".
    """
    dates = programme.dataset.date.values
    groups = [str(g) for g in programme.dataset[dim].values]
    runs = [(role, estimate_share(coverage(result.dataset, (dim,)))) for role, result in _runs(programme, baseline)]
    figure = go.Figure()
    gap = 0.025
    width = (1 - gap * (len(groups) - 1)) / len(groups)
    ends: dict[str, float] = {}
    rows = []
    for k, group in enumerate(groups):
        suffix = "" if k == 0 else str(k + 1)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        left = k * (width + gap)
        figure.update_layout(
            {
                f"xaxis{suffix}": dict(
                    domain=[left, left + width],
                    anchor=f"y{suffix}",
                    type="date",
                    tickformat="%Y",
                    dtick="M12",
                    tick0=f"{str(dates[0])[:4]}-01-01",
                    range=[str(dates[0]), str(dates[-1])],
                ),
                f"yaxis{suffix}": dict(anchor=f"x{suffix}", **PERCENT_TICKS, showticklabels=k == 0),
            }
        )
        values = []
        for role, interval in runs:
            here = interval.sel({dim: group})
            figure.add_traces(line_and_band(dates, here, role, say(f"plot.role.{role}", lang), axes))
            values.append(float(here["mean"][-1]))
        ends[group] = values[-1]
        target = segment_target(programme.scenario.targets, {dim: group})
        if target is not None:
            figure.add_shape(
                type="line",
                x0=str(dates[0]),
                x1=str(dates[-1]),
                y0=target,
                y1=target,
                xref=axes["xaxis"],
                yref=axes["yaxis"],
                line=dict(color=TEXT, dash="dot", width=1.5),
            )
        for (role, _), value, height in zip(runs, values, spread_labels(values, 0.085), strict=True):
            # above the line's end for the higher one, below for the lower, so that neither lies on a line
            above = len(values) == 1 or value == max(values)
            figure.add_annotation(
                x=1.0,
                xref=f"{axes['xaxis']} domain",
                y=height,
                yref=axes["yaxis"],
                text=numbers.percent(value),
                showarrow=False,
                xanchor="right",
                yanchor="bottom" if above else "top",
                yshift=3 if above else -6,
                bgcolor="rgba(255,255,255,0.75)",
                borderpad=0,
                font=dict(size=SMALL_SIZE, color=ROLES[role][1]),
            )
        figure.add_annotation(
            x=0.5,
            xref=f"{axes['xaxis']} domain",
            y=1.0,
            yref="paper",
            text=f"<b>{label(dim, group, lang)}</b>",
            showarrow=False,
            yanchor="bottom",
            yshift=4,
            font=dict(size=FONT_SIZE, color=TEXT),
        )
        cells = [label(dim, group, lang)]
        for _, interval in runs:
            at = interval.sel({dim: group}).isel(week=-1)
            cells += [numbers.percent(float(at["mean"])), numbers.interval(float(at.low), float(at.high), lang)]
        target_text = numbers.NO_VALUE if target is None else numbers.percent(target, 0)
        rows.append([*cells, target_text])
    columns = [say(f"table.{dim}", lang)]
    for role, _ in runs:
        columns += [say(f"plot.role.{role}", lang), say("table.interval", lang)]
    low, high = min(ends, key=lambda g: ends[g]), max(ends, key=lambda g: ends[g])
    finding = say(
        f"plot.groups.{dim}",
        lang,
        {
            "low": label(dim, low, lang),
            "low_value": numbers.percent(ends[low]),
            "high": label(dim, high, lang),
            "high_value": numbers.percent(ends[high]),
        },
    )
    figure.update_layout(yaxis_title_text=say("plot.axis.coverage", lang))
    key = say("plot.groups.key" if baseline else "plot.groups.key_single", lang)
    note = sentences(lang, key, interval_note(programme, lang))
    figure = finish(
        figure,
        finding,
        note,
        programme.scenario.survey.illustrative,
        lang,
        ([*columns, say("table.target", lang)], rows),
        PANEL_HEIGHT,
        right=24,
    )
    return figure.update_layout(margin_t=figure.layout.margin.t + 18, height=figure.layout.height + 18)
