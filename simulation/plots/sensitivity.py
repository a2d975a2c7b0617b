"""What an outcome depends on, as bars: one factor at a time, and shares of its variance."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.sensitivity.factors import Factor
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.sobol import Index, Sobol
from simulation.analysis.sensitivity.tornado import Bar, Tornado
from simulation.analysis.sensitivity.words import sobol_sentences, value_text
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import say
from simulation.plots.style import BASE, BLUE, PURPLE, TEXT, finish, room_for, sentences

ROW_HEIGHT = 46
MOST_SHOWN = 15  # factors; the table has all
LETTERS_PER_LABEL = {"en": 38, "zh": 20}
SOLID, HATCHED, DOTTED = "solid", "/", "."


def label_lines(factor: Factor, lang: str) -> list[str]:
    """Return a factor's label in lines short enough to stand beside a figure."""
    return textwrap.wrap(factor.label_in(lang), LETTERS_PER_LABEL["zh" if numbers.is_chinese(lang) else "en"])


def sensitivity_interval_note(n_replicates: int, lang: str) -> str:
    """Return what the intervals over replicates are."""
    code = "plot.sensitivity.interval.one" if n_replicates == 1 else "plot.sensitivity.interval.many"
    return say(code, lang, {"n": n_replicates})


def error_bars(intervals: Sequence[Interval], scale: float = 1.0) -> dict[str, Any]:
    """Return the bars of intervals as Plotly takes them; none where there is no interval."""
    mean, low, high = (np.array([getattr(i, end) for i in intervals]) for end in ("mean", "low", "high"))
    return dict(
        type="data",
        symmetric=False,
        array=np.nan_to_num(scale * (high - mean)),
        arrayminus=np.nan_to_num(scale * (mean - low)),
        color=TEXT,
        thickness=1.5,
        width=4,
    )


def shown(value: Interval, outcome: OutcomeName, lang: str) -> tuple[str, str]:
    """Return a change of an outcome and its interval as text, in the outcome's scale."""
    mean = numbers.decimal(outcome.scale * value.mean, outcome.digits, True)
    return mean, numbers.interval(value.low, value.high, lang, outcome.digits, outcome.scale)


def tornado_figure(
    found: Tornado, outcome: OutcomeName, illustrative: bool, lang: str = "en", most: int = MOST_SHOWN
) -> go.Figure:
    """Draw what each factor does to the outcome when moved alone to the ends of its range, the largest on top.

    Parameters
    ----------
    found : Tornado
        With one factor or more.
    outcome : OutcomeName
        How the outcome is written.
    illustrative : bool
        Whether the baseline of adoption is made up.
    lang : str
        "en" or "zh".
    most : int
        Factors drawn; the table has all.
    """
    bars = found.bars[:most]
    figure = go.Figure()
    for end, pattern in (("high", ""), ("low", HATCHED)):
        ends = [getattr(bar, end) for bar in bars]
        sure = [bool(value.sign) for value in ends]
        _add_bars(figure, [outcome.scale * v.mean for v in ends], sure, pattern, error_bars(ends, outcome.scale))
    _name_rows(figure, [label_lines(bar.factor, lang) for bar in bars])
    params = {"label": outcome.label_in(lang), "unit": outcome.unit_in(lang)}
    figure.update_xaxes(title=say("plot.axis.change", lang, params), zeroline=True, zerolinecolor=TEXT)
    usual = numbers.decimal(outcome.scale * found.at_default.mean, outcome.digits)
    note = say("plot.tornado.note", lang, {"value": f"{usual} {outcome.unit_in(lang)}"})
    return finish(
        figure,
        _tornado_finding(found, outcome, lang),
        sentences(lang, note, sensitivity_interval_note(found.n_replicates, lang)),
        illustrative,
        lang,
        _tornado_table(found.bars, outcome, lang),
        ROW_HEIGHT * len(bars) + 30,
        left=_room([label_lines(bar.factor, lang) for bar in bars]),
    )


def _tornado_finding(found: Tornado, outcome: OutcomeName, lang: str) -> str:
    sure = [bar for bar in found.bars if bar.is_sure]
    if not sure and found.n_replicates > 1:
        return say("plot.tornado.none", lang)
    top = (sure or list(found.bars))[0]
    unit = outcome.unit_in(lang)
    ends = {end: f"{shown(getattr(top, end), outcome, lang)[0]} {unit}" for end in ("low", "high")}
    return say("plot.tornado", lang, {"label": top.factor.label_in(lang), **ends})


def _tornado_table(bars: Sequence[Bar], outcome: OutcomeName, lang: str) -> tuple[list[str], list[list[str]]]:
    interval = say("table.interval", lang)
    columns = [say(f"table.{name}", lang) for name in ("factor", "range", "at_low")]
    columns += [interval, say("table.at_high", lang), interval]
    rows = [
        [
            bar.factor.label_in(lang),
            range_text(bar.factor, lang),
            *shown(bar.low, outcome, lang),
            *shown(bar.high, outcome, lang),
        ]
        for bar in bars
    ]
    return columns, rows


def range_text(factor: Factor, lang: str) -> str:
    """Return a factor's range with its unit: "0.005 to 0.05 1/week"."""
    between = say("plot.range", lang, {"low": value_text(factor.low), "high": value_text(factor.high)})
    return f"{between} {factor.unit_in(lang)}".strip()


def sobol_figure(found: Sobol, illustrative: bool, lang: str = "en", most: int = MOST_SHOWN) -> go.Figure:
    """Draw which share of the variance each factor causes, the dummy and the seed's own share below.

    Where the emulator is too poor the figure says so and shows the seed's share alone.

    Parameters
    ----------
    found : Sobol
    illustrative, lang, most
        As in `tornado_figure`.
    """
    indices = [*found.indices[:most], *([found.dummy] if found.dummy else [])]
    figure = go.Figure()
    told = [index.is_told for index in indices]
    for order, pattern in (("total", ""), ("first", HATCHED)):
        shares = [getattr(index, order) for index in indices]
        _add_bars(figure, [100 * share.mean for share in shares], told, pattern, error_bars(shares, 100))
    rows = [label_lines(index.factor, lang) for index in indices]
    if np.isfinite(found.seed.share):
        seed = Interval(found.seed.share, found.seed.low, found.seed.high)
        figure.add_bar(
            x=[100 * seed.mean],
            y=[len(rows)],
            orientation="h",
            offsetgroup=SOLID,
            hoverinfo="skip",
            marker=dict(color=PURPLE, pattern=dict(shape=DOTTED, fgcolor="white", fillmode="overlay")),
            error_x=error_bars([seed], 100),
        )
        rows.append([say("plot.sobol.seed", lang)])
    _name_rows(figure, rows)
    figure.update_xaxes(title=say("plot.axis.variance", lang), zeroline=True, zerolinecolor=TEXT)
    return finish(
        figure,
        _sobol_finding(found, lang),
        _sobol_note(found, lang),
        illustrative,
        lang,
        _sobol_table(found, lang),
        ROW_HEIGHT * max(1, len(rows)) + 30,
        left=_room(rows),
    )


def _sobol_finding(found: Sobol, lang: str) -> str:
    if not found.indices:
        return say("plot.sobol.refused", lang)
    top = found.indices[0]
    params = {"label": top.factor.label_in(lang), "total": numbers.percent(top.total.mean, 0)}
    if not np.isfinite(found.seed.share):
        return say("plot.sobol.unknown_seed", lang, params)
    return say("plot.sobol", lang, {**params, "seed": numbers.percent(found.seed.share, 0)})


def _sobol_note(found: Sobol, lang: str) -> str:
    if found.refusal is not None:
        return sentences(lang, *sobol_sentences(found, lang))
    return say("plot.sobol.note", lang, {"q2": numbers.decimal(found.q2, 2), "points": found.n_points})


def _sobol_table(found: Sobol, lang: str) -> tuple[list[str], list[list[str]]]:
    interval = say("table.interval", lang)
    columns = [say(f"table.{name}", lang) for name in ("factor", "range", "total")]
    columns += [interval, say("table.first", lang), interval]
    rows = [_index_row(index, lang) for index in (*found.indices, *([found.dummy] if found.dummy else []))]
    if np.isfinite(found.seed.share):
        share = Interval(found.seed.share, found.seed.low, found.seed.high)
        rows.append([say("plot.sobol.seed", lang), "", *_share_cells(share, lang), "", ""])
    return columns, rows


def _index_row(index: Index, lang: str) -> list[str]:
    label, between = index.factor.label_in(lang), range_text(index.factor, lang)
    return [label, between, *_share_cells(index.total, lang), *_share_cells(index.first, lang)]


def _share_cells(share: Interval, lang: str) -> list[str]:
    return [numbers.percent(share.mean, 1), numbers.interval(share.low, share.high, lang)]


def _add_bars(figure: go.Figure, lengths: list[float], sure: list[bool], pattern: str, bars: dict[str, Any]) -> None:
    """Add a bar a row, blue where sure and grey elsewhere."""
    colours = [BLUE if is_sure else BASE for is_sure in sure]
    figure.add_bar(
        x=lengths,
        y=list(range(len(lengths))),
        orientation="h",
        offsetgroup=pattern or SOLID,  # a row has room for two bars, whatever other traces there are
        hoverinfo="skip",
        marker=dict(color=colours, pattern=dict(shape=pattern, fgcolor="white", fillmode="overlay")),
        error_x=bars,
    )


def _name_rows(figure: go.Figure, rows: list[list[str]]) -> None:
    """Name rows that stand at 0, 1, ... from the top; two factors of one label stay two rows."""
    figure.update_layout(barmode="group", bargap=0.3)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=["<br>".join(lines) for lines in rows],
        range=[len(rows) - 0.5, -0.5],
    )


def _room(rows: list[list[str]]) -> int:
    return room_for([line for lines in rows for line in lines])
