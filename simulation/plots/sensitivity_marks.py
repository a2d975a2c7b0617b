"""What an outcome depends on, as marks: the Morris screen, and the runs themselves against each factor."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from simulation.analysis.sensitivity.morris import Effect, MorrisScreen
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.scatter import Followed, Scatter
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import say
from simulation.plots.sensitivity import MOST_SHOWN, error_bars, label_lines, range_text
from simulation.plots.style import BASE, BLUE, ORANGE, QUIET, SMALL_SIZE, TEXT, finish

HEIGHT = 460
LIST_WIDTH = 330  # of the names beside the screen, pixels
MARK_SIZE = 11
ROOM, SMALL = 1.12, 1e-3  # of an axis beyond the last mark; spread beside size that is none
MOST_PANELS, PANEL_COLUMNS, PANEL_HEIGHT = 9, 3, 210
AXIS_ROOM, MIDDLE = 44, 0.5  # of the numbers on the axis, pixels; of the axis
PANEL_GAP = {"horizontal_spacing": 0.07, "vertical_spacing": 0.16}


def morris_figure(
    screen: MorrisScreen, outcome: OutcomeName, illustrative: bool, lang: str = "en", most: int = MOST_SHOWN
) -> go.Figure:
    """Draw size and spread of the elementary effects, numbered by size, with their names beside.

    Parameters
    ----------
    screen : MorrisScreen
        With one factor or more.
    outcome : OutcomeName
        How the outcome is written.
    illustrative : bool
        Whether the baseline of adoption is made up.
    lang : str
        "en" or "zh".
    most : int
        Factors named, of those told from the dummy; all are drawn, and the table has all.
    """
    figure = go.Figure()
    told = [effect for effect in screen.effects if effect.is_told]
    rest = [effect for effect in screen.effects if not effect.is_told]
    rank = {effect.factor.name: str(k + 1) for k, effect in enumerate(told[:most])}
    end = outcome.scale * max(e.high for e in (*screen.effects, screen.dummy))
    figure.add_scatter(x=[0, end], y=[0, end], mode="lines", line=dict(color=QUIET, dash="dot"), hoverinfo="skip")
    for effects, symbol, colour in (
        (told, "circle", BLUE),
        (rest, "circle-open", BASE),
        ([screen.dummy], "diamond", ORANGE),
    ):
        figure.add_scatter(
            x=[outcome.scale * e.size for e in effects],
            y=[outcome.scale * e.spread for e in effects],
            mode="markers+text",
            text=[rank.get(e.factor.name, "") for e in effects],
            textposition="top center",
            cliponaxis=False,
            textfont=dict(size=SMALL_SIZE, color=TEXT),
            customdata=[e.factor.label_in(lang) for e in effects],
            hovertemplate="%{customdata}<extra></extra>",
            marker=dict(symbol=symbol, color=colour, size=MARK_SIZE, line=dict(width=2, color=colour)),
            error_x=error_bars([Interval(e.size, e.low, e.high) for e in effects], outcome.scale),
        )
    _list_names(figure, told[:most], lang)
    for axis, update in (("mu_star", figure.update_xaxes), ("sigma", figure.update_yaxes)):
        update(title=say(f"plot.axis.{axis}", lang, {"unit": outcome.unit_in(lang)}))
    top = outcome.scale * max(e.spread for e in screen.effects)
    figure.update_xaxes(range=[0, ROOM * end or 1])
    figure.update_yaxes(range=[0, ROOM * top if top > SMALL * end else end or 1])
    params = {"told": len(told), "n": len(screen.effects)}
    if told:
        finding = say("plot.morris", lang, {**params, "label": told[0].factor.label_in(lang)})
    else:
        finding = say("plot.morris.none", lang, params)
    note = say("plot.morris.note", lang, {"runs": screen.n_runs})
    return finish(
        figure, finding, note, illustrative, lang, _morris_table(screen, outcome, lang), HEIGHT, right=LIST_WIDTH
    )


def _list_names(figure: go.Figure, effects: list[Effect], lang: str) -> None:
    """Write the numbered names in the right margin, from the top."""
    for k, effect in enumerate(effects):
        first, *more = label_lines(effect.factor, lang)
        figure.add_annotation(
            x=1.0,
            xref="paper",
            y=1 - k / MOST_SHOWN,
            yref="paper",
            text=f"{k + 1}  {first}{'…' if more else ''}",
            showarrow=False,
            xanchor="left",
            yanchor="top",
            xshift=12,
            font=dict(size=SMALL_SIZE, color=TEXT),
        )


def _morris_table(screen: MorrisScreen, outcome: OutcomeName, lang: str) -> tuple[list[str], list[list[str]]]:
    names = ("factor", "range", "mu_star", "interval", "sigma", "told")
    rows = []
    for effect in (*screen.effects, screen.dummy):
        size, spread = (numbers.decimal(outcome.scale * v, outcome.digits) for v in (effect.size, effect.spread))
        between = numbers.interval(effect.low, effect.high, lang, outcome.digits, outcome.scale)
        is_told = say("table.yes" if effect.is_told else "table.no", lang)
        rows.append([effect.factor.label_in(lang), range_text(effect.factor, lang), size, between, spread, is_told])
    return [say(f"table.{name}", lang) for name in names], rows


def scatter_figure(
    scatter: Scatter, outcome: OutcomeName, illustrative: bool, lang: str = "en", most: int = MOST_PANELS
) -> go.Figure:
    """Draw the outcome of every point against each factor, the most closely followed first, all on one scale.

    Parameters
    ----------
    scatter : Scatter
        With one factor or more.
    outcome, illustrative, lang
        As in `morris_figure`.
    most : int
        Factors drawn; the table has all.
    """
    followed = scatter.followed[:most]
    n_rows = -(-len(followed) // PANEL_COLUMNS)
    figure = make_subplots(n_rows, PANEL_COLUMNS, shared_yaxes=True, **PANEL_GAP)
    y, bars = [outcome.scale * i.mean for i in scatter.outcomes], error_bars(scatter.outcomes, outcome.scale)
    for k, one in enumerate(followed):
        row, column = 1 + k // PANEL_COLUMNS, 1 + k % PANEL_COLUMNS
        figure.add_scatter(
            x=one.values,
            y=y,
            mode="markers",
            hoverinfo="skip",
            marker=dict(color=BLUE, size=5, opacity=0.7),
            error_y={**bars, "thickness": 1, "width": 0, "color": BASE},
            row=row,
            col=column,
        )
        figure.add_vline(x=one.factor.default, line=dict(color=TEXT, dash="dash", width=1.5), row=row, col=column)
        lines = [*label_lines(one.factor, lang), one.factor.unit_in(lang)]
        figure.update_xaxes(title=dict(text="<br>".join(lines)), row=row, col=column)
    figure.add_annotation(
        x=0,
        xref="paper",
        y=MIDDLE,
        yref="paper",
        text=f"{outcome.label_in(lang)}<br>{outcome.unit_in(lang)}",
        textangle=-90,
        showarrow=False,
        xanchor="right",
        xshift=-AXIS_ROOM,
        font=dict(size=SMALL_SIZE, color=QUIET),
    )
    note = "plot.scatter.note_one" if scatter.n_replicates == 1 else "plot.scatter.note"
    figure = finish(
        figure,
        _scatter_finding(scatter, outcome, lang),
        say(note, lang, {"points": len(y), "n": scatter.n_replicates}),
        illustrative,
        lang,
        _scatter_table(scatter.followed, lang),
        PANEL_HEIGHT * n_rows,
        bottom=96,
        left=96,
    )
    return figure.update_xaxes(title_font_size=SMALL_SIZE).update_yaxes(title_font_size=SMALL_SIZE)


def _scatter_finding(scatter: Scatter, outcome: OutcomeName, lang: str) -> str:
    means = np.array([i.mean for i in scatter.outcomes])
    top, unit = scatter.followed[0], outcome.unit_in(lang)
    low, high = (numbers.decimal(outcome.scale * v, outcome.digits) for v in (means.min(), means.max()))
    params = {"low": low, "high": f"{high} {unit}", "n": len(scatter.followed), "label": top.factor.label_in(lang)}
    return say("plot.scatter", lang, {**params, "rho": numbers.decimal(top.rank_correlation, 2, True)})


def _scatter_table(followed: tuple[Followed, ...], lang: str) -> tuple[list[str], list[list[str]]]:
    columns = [say(f"table.{name}", lang) for name in ("factor", "range", "rank_correlation")]
    rows = [
        [one.factor.label_in(lang), range_text(one.factor, lang), numbers.decimal(one.rank_correlation, 2, True)]
        for one in followed
    ]
    return columns, rows
