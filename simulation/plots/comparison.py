"""Programmes side by side: what each adds, what that costs, and when the money is needed."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.comparison import ProgrammeComparison
from simulation.outcomes import numbers
from simulation.outcomes.wording import say
from simulation.plots.style import (
    BASE,
    BASE_TEXT,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SMALL_SIZE,
    TEXT,
    finish,
    room_for,
    spread_labels,
)

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, BASE_TEXT)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "triangle-down", "star", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
ROW_HEIGHT = 40
ROOM_RIGHT = 190  # for labels beside lines, pixels
LABEL_GAP = 0.055  # of the height of the plot


def added_figure(c: ProgrammeComparison, titles: Mapping[str, str], lang: str = "en") -> go.Figure:
    """Draw the coverage that each programme adds at the end, with its paired 95% interval.

    Parameters
    ----------
    c : ProgrammeComparison
        Finished.
    titles : mapping of str to str
        How each run is called.
    lang : str
        "en" or "zh".
    """
    order = list(c.order)
    found = [c.main.added(name) for name in order]
    mean, low, high = (np.array([100 * getattr(v, end) for v in found if v]) for end in ("mean", "low", "high"))
    names = [titles[name] for name in order]
    close = set(c.not_told_apart) | {order[0]}
    figure = go.Figure(
        go.Scatter(
            x=mean, y=names, mode="markers", hoverinfo="skip",
            marker=dict(
                size=11, color=[BLUE if name in close else BASE for name in order],
                symbol=["circle" if name in close else "circle-open" for name in order],
            ),
            error_x=dict(
                type="data", symmetric=False, array=np.nan_to_num(high - mean),
                arrayminus=np.nan_to_num(mean - low), color=TEXT, thickness=1.5, width=6,
            ),
        )
    )  # fmt: skip
    for k, name in enumerate(names):
        between = numbers.interval(low[k], high[k], lang, scale=1.0)
        figure.add_annotation(
            x=max(0.0, float(np.nan_to_num(np.fmax(high[k], mean[k])))), y=name,  # never across the line of zero
            showarrow=False, xanchor="left", xshift=10,
            text=numbers.decimal(mean[k], 1, True) + (f" ({between})" if between else ""),
            font=dict(size=SMALL_SIZE, color=TEXT),
        )  # fmt: skip
    ends = np.concatenate([np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=0.0), mean, [0.0]])
    span = max(float(ends.max() - ends.min()), 1.0)
    figure.update_xaxes(
        title=say("plot.axis.added", lang), range=[float(ends.min()) - 0.05 * span, float(ends.max()) + 0.4 * span],
        zeroline=True, zerolinecolor=TEXT,
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    tied = [titles[name] for name in c.not_told_apart]
    code = "plot.compare.added_tied" if tied else "plot.compare.added_first"
    within = numbers.points(c.indifference, lang, signed=False)
    params = {"first": names[0], "value": numbers.points(mean[0] / 100, lang), "within": within, "n": len(tied)}
    columns = [say("compare.column.programme", lang), say("table.added", lang), say("table.interval", lang)]
    rows = [
        [name, numbers.decimal(m, 2, True), numbers.interval(a, b, lang, 2, 1.0)]
        for name, m, a, b in zip(names, mean, low, high, strict=True)
    ]
    n = c.n_replicates[order[0]]
    note = say("plot.compare.added_note" if n > 1 else "plot.compare.added_note_one", lang, {"n": n})
    return finish(
        figure, say(code, lang, params), note,
        _is_illustrative(c), lang, (columns, rows), ROW_HEIGHT * len(order) + 40, left=room_for(names),
    )  # fmt: skip


def plane_figure(c: ProgrammeComparison, titles: Mapping[str, str], lang: str = "en") -> go.Figure:
    """Draw added cost against added users: a point a replicate, the mean filled, and the frontier of the efficient.

    Parameters
    ----------
    c, titles, lang
        As for `added_figure`.
    """
    largest = max(float(np.abs(c.planes[name].added_cost).max()) for name in c.names)
    unit = numbers.money_unit(largest, lang, numbers.currency_of(c.results[c.baseline].dataset))
    figure, heights, points = go.Figure(), [], []
    for k, name in enumerate(c.order):
        plane, colour = c.planes[name], COLOURS[k % len(COLOURS)]
        users, cost = plane.added_effect / 1000, plane.added_cost / unit.yuan
        style = dict(color=colour, symbol=SYMBOLS[k % len(SYMBOLS)])
        figure.add_scatter(
            x=users, y=cost, mode="markers", hoverinfo="skip", marker=dict(size=7, opacity=0.35, **style)
        )  # fmt: skip
        figure.add_scatter(
            x=[users.mean()], y=[cost.mean()], mode="markers", hoverinfo="skip",
            marker=dict(size=14, line=dict(color=TEXT, width=1.5), **style),
        )  # fmt: skip
        heights.append(float(cost.mean()))
        points.append((float(users.mean()), float(cost.mean()), titles[name], colour))
    efficient = [name for name, standing in c.standings.items() if standing.status == "efficient"]
    figure.add_scatter(
        x=[c.standings[name].effect / 1000 for name in efficient],
        y=[c.standings[name].cost / unit.yuan for name in efficient],
        mode="lines", hoverinfo="skip", line=dict(color=TEXT, width=1.5, dash="dot"),
    )  # fmt: skip
    span = max(*heights, 1e-9) - min(*heights, 0.0)
    for (x, _, title, colour), y in zip(points, spread_labels(heights, LABEL_GAP * span), strict=True):
        figure.add_annotation(
            x=x, y=y, text=title, showarrow=False, xanchor="left", xshift=12,
            font=dict(size=SMALL_SIZE, color=TEXT if colour == BASE_TEXT else colour),
        )  # fmt: skip
    right = max(x for x, *_ in points)
    figure.update_xaxes(
        title=say("plot.compare.users", lang), range=[min(0.0, *(p[0] for p in points)) * 1.1, right * 1.45],
        zeroline=True, zerolinecolor=TEXT,
    )  # fmt: skip
    cost_axis = say("plot.compare.cost", lang, {"unit": unit.name(lang)})
    figure.update_yaxes(title=cost_axis, zeroline=True, zerolinecolor=TEXT)
    best = [titles[name] for name in efficient if name != c.baseline]
    code = "plot.compare.plane" if best else "plot.compare.plane_none"
    finding = say(code, lang, {"names": say("report.list_comma", lang).join(best)})
    columns = [say("compare.column.programme", lang), say("plot.compare.users", lang), cost_axis]
    rows = [[title, numbers.decimal(x, 1), numbers.decimal(y, 1)] for x, y, title, _ in points]
    note = say("plot.compare.plane_note", lang)
    return finish(figure, finding, note, _is_illustrative(c), lang, (columns, rows), 420, left=96)


def impact_figure(c: ProgrammeComparison, titles: Mapping[str, str], lang: str = "en") -> go.Figure:
    """Draw what every programme spends by quarter, public and private money, mean over replicates.

    Parameters
    ----------
    c, titles, lang
        As for `added_figure`.
    """
    largest = max(float(impact.yuan.sum(axis=0).max()) for impact in c.impacts.values())
    unit = numbers.money_unit(largest, lang, numbers.currency_of(c.results[c.baseline].dataset))
    figure, last, most = go.Figure(), [], ("", 0, 0.0)
    rows: list[list[str]] = []
    for k, name in enumerate(c.order):
        spent = c.impacts[name].yuan.sum(axis=0) / unit.yuan
        quarters = np.arange(1, len(spent) + 1)
        figure.add_scatter(
            x=quarters, y=spent, mode="lines+markers", hoverinfo="skip",
            line=dict(color=COLOURS[k % len(COLOURS)], dash=DASHES[k % len(DASHES)], width=2),
            marker=dict(size=6, symbol=SYMBOLS[k % len(SYMBOLS)]),
        )  # fmt: skip
        last.append(float(spent[-1]))
        peak = int(spent.argmax())
        if spent[peak] > most[2]:
            most = (titles[name], peak + 1, float(spent[peak]))
        rows += [[titles[name], str(q), numbers.decimal(y, 2)] for q, y in zip(quarters, spent, strict=True)]
    top = max(float(y) for trace in figure.data for y in trace.y)
    for k, y in enumerate(spread_labels(last, LABEL_GAP * max(top, 1e-9))):
        figure.add_annotation(
            x=1.0, xref="paper", y=y, text=_short(titles[c.order[k]]), showarrow=False, xanchor="left", xshift=8,
            font=dict(size=SMALL_SIZE, color=COLOURS[k % len(COLOURS)]),
        )  # fmt: skip
    figure.update_xaxes(title=say("plot.compare.quarter", lang), dtick=1, range=[0.7, None])
    figure.update_yaxes(title=say("plot.compare.spent", lang, {"unit": unit.name(lang)}), rangemode="tozero")
    params = {"name": most[0], "quarter": most[1], "amount": numbers.decimal(most[2], 1), "unit": unit.name(lang)}
    columns = [
        say("compare.column.programme", lang), say("plot.compare.quarter", lang),
        say("plot.compare.spent", lang, {"unit": unit.name(lang)}),
    ]  # fmt: skip
    note = say("plot.compare.impact_note", lang)
    finding = say("plot.compare.impact", lang, params)
    return finish(figure, finding, note, _is_illustrative(c), lang, (columns, rows), 380, right=ROOM_RIGHT, left=84)


def _short(title: str, letters: int = 26) -> str:
    """Return a title on lines short enough to stand beside a figure."""
    words: Sequence[str] = title.split(" ")
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _is_illustrative(c: ProgrammeComparison) -> bool:
    return c.results[c.baseline].scenario.survey.illustrative
