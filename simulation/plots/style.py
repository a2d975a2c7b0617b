"""Colours, type and layout every figure shares, and the traces figures may use offline."""

import math
import re
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from simulation.outcomes.numbers import is_chinese
from simulation.outcomes.wording import say

# Darkened Okabe-Ito hues: each passes 4.5:1 as text on white except BASE, which is for lines only; told apart
# in grey and by colour-blind readers through dash, pattern and a direct label, never by colour alone.
BASE, BLUE, ORANGE, GREEN, PURPLE = "#7B8794", "#0072B2", "#B34700", "#00734F", "#8F3F71"
TEXT, QUIET, GRID, PAPER = "#1F2933", "#52606D", "#E4E7EB", "#FFFFFF"
BASE_TEXT = "#5A6673"  # BASE dark enough for letters
BAND_OPACITY = 0.18
BEHIND_LABELS = "rgba(255,255,255,0.85)"
SEQUENTIAL = "Cividis"
DIVERGING = [[0.0, "#8C510A"], [0.5, "#F7F7F7"], [1.0, "#01579B"]]  # brown loses, blue gains, white is no change
FONT = 'system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
FONT_SIZE, TITLE_SIZE, SMALL_SIZE = 14, 17, 13
LINE_HEIGHT = 1.35
ALLOWED_TRACES = ("scatter", "bar", "heatmap", "box", "histogram")  # others ask servers for maps or tiles
WIDTH = 960
LETTERS_PER_LINE = {"en": 92, "zh": 50}
LETTERS_PER_SMALL_LINE = {"en": 128, "zh": 66}
HALF_WIDTH = 0.55  # of a Latin letter, in Chinese ones
CLOSING = "\uff0c\u3002\uff1b\uff1a\u3001\uff09\uff1f\uff01\u201d"  # never first on a line
PERCENT_TICKS = dict(
    range=[0, 1], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1.0], ticktext=["0", "20", "40", "60", "80", "100%"]
)


def lines_of(text: str, lang: str, small: bool = False) -> list[str]:
    """Break a sentence into as few lines as fit the figure's width, of about equal length."""
    key = "zh" if is_chinese(lang) else "en"
    limit = (LETTERS_PER_SMALL_LINE if small else LETTERS_PER_LINE)[key]
    wrap = _wrap_chinese if key == "zh" else textwrap.wrap
    lines = wrap(text, limit)
    while limit > 8 and len(narrower := wrap(text, limit - 1)) == len(lines) > 1:
        lines, limit = narrower, limit - 1
    return lines or [""]


def _wrap_chinese(text: str, limit: int) -> list[str]:
    """Break Chinese between any two letters but before closing punctuation and within Latin words and numbers."""
    lines, line, width = [], "", 0.0
    for piece in re.findall(rf"(?:[!-~]+|.)[{CLOSING}]*", text):
        step = sum(HALF_WIDTH if letter.isascii() else 1.0 for letter in piece)
        if line and width + step > limit:
            lines.append(line)
            line, width = "", 0.0
        line, width = line + piece, width + step
    return [*lines, line] if line else lines


def sentences(lang: str, *parts: str) -> str:
    """Put sentences one after another, which Chinese does without a space."""
    return ("" if is_chinese(lang) else " ").join(parts)


def finish(
    figure: go.Figure,
    finding: str,
    note: str,
    illustrative: bool,
    lang: str,
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
    height: int = 420,
    right: int = 40,
    left: int = 64,
    bottom: int = 56,
) -> go.Figure:
    """Give a figure its title, type, margins and the table that says the same in numbers.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Traces and axes; changed in place.
    finding : str
        Title: what the figure shows, as a sentence.
    note : str
        Under the title: what is drawn, and what its intervals mean.
    illustrative : bool
        Whether the baseline of adoption is made up, which the figure then says first.
    lang : str
        "en" or "zh".
    table : (columns, rows)
        The figure's numbers as text, for readers who cannot see it; kept in `layout.meta`.
    height, right, left, bottom : int
        Height of the plotting area and margins, pixels.
    """
    lines, top = [], 0.0
    if illustrative:
        lines.append(
            f'<span style="font-size:{SMALL_SIZE}px;color:{ORANGE}"><b>{say("plot.illustrative", lang)}</b></span>'
        )
        top += SMALL_SIZE
    for line in lines_of(finding, lang):
        lines.append(f"<b>{line}</b>")
        top += TITLE_SIZE
    for line in lines_of(note, lang, small=True):
        lines.append(f'<span style="font-size:{SMALL_SIZE}px;color:{QUIET}">{line}</span>')
        top += SMALL_SIZE
    margin_top = int(top * LINE_HEIGHT) + 34
    figure.update_layout(
        title=dict(
            text="<br>".join(lines),
            x=0.0,
            xref="container",
            xanchor="left",
            y=1.0,
            yref="container",
            yanchor="top",
            pad=dict(l=12, t=18),
            font=dict(size=TITLE_SIZE, color=TEXT),
        ),
        font=dict(family=FONT, size=FONT_SIZE, color=TEXT),
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        width=WIDTH,
        height=height + margin_top + bottom,
        margin=dict(t=margin_top, r=right, l=left, b=bottom),
        showlegend=False,
        hoverlabel=dict(font=dict(family=FONT, size=SMALL_SIZE)),
        meta={"finding": finding, "note": note, "columns": list(table[0]), "rows": [list(r) for r in table[1]]},
    )
    axis = dict(gridcolor=GRID, linecolor=GRID, automargin=False, title_font_size=FONT_SIZE, title_font_color=QUIET)
    figure.update_xaxes(**axis, title_standoff=8)
    figure.update_yaxes(**axis)
    _clear_labels(figure)
    return figure


def _clear_labels(figure: go.Figure) -> None:
    """Let no line strike a label through: none runs along names, and one behind a value beside its mark is dimmed."""
    for trace in figure.data:
        y = trace.y if "y" in trace else None
        if y is not None and len(y) and isinstance(y[0], str):
            figure.layout["yaxis" + str(trace.yaxis or "y")[1:]].showgrid = False
    for one in figure.layout.annotations:
        is_beside_mark = one.xanchor == "left" and one.xref in (None, "x")
        if is_beside_mark and one.bgcolor is None and one.font.color != PAPER:
            one.bgcolor = BEHIND_LABELS


def room_for(names: Sequence[str]) -> int:
    """Return the left margin, in pixels, that category names need."""
    widths = [sum(HALF_WIDTH if letter.isascii() else 1.0 for letter in name) for name in names]
    return int(max(widths, default=0.0) * FONT_SIZE * 1.08) + 24


def spread_labels(heights: Sequence[float], gap: float) -> list[float]:
    """Push labels apart that would overlap, keeping their order and moving them as little as needed.

    Parameters
    ----------
    heights : sequence of float
        Where labels want to stand.
    gap : float
        Least distance, same unit.
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    # blocks of labels that touch: each is (indices, wanted centre of its first label)
    blocks: list[tuple[list[int], float]] = []
    for i in order:
        members, first = [i], heights[i]
        while blocks and first - (blocks[-1][1] + gap * (len(blocks[-1][0]) - 1)) < gap:
            earlier, _ = blocks.pop()
            members = earlier + members
            first = math.fsum(heights[j] - gap * k for k, j in enumerate(members)) / len(members)
        blocks.append((members, first))
    placed = [0.0] * len(heights)
    for members, first in blocks:
        for k, j in enumerate(members):
            placed[j] = first + gap * k
    return placed


def check_traces(figure: go.Figure) -> None:
    """Refuse a figure with a trace that would ask a server for something.

    Raises
    ------
    ValueError
        Naming the trace.
    """
    for trace in figure.data:
        if trace.type not in ALLOWED_TRACES:
            raise ValueError(f"trace {trace.type!r} is not among {ALLOWED_TRACES}")
