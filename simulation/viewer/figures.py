"""Figures as data for the page: the finding is text of the page, the drawing is left to the browser."""

import json
from html import escape

import orjson
import plotly.graph_objects as go

from simulation.outcomes.wording import say
from simulation.plots.style import check_traces
from simulation.report import html
from simulation.report.chapters.given import Charts
from simulation.report.tables import Table

TOP, TOP_OF_PANELS = 22, 38  # names of panels stand above them


class Figures(Charts):
    """Writes figures under names of their own, which no other page of one file has.

    Parameters
    ----------
    prefix : str
        Of the names.
    """

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def draw(self, figure: go.Figure, lang: str) -> str:
        """Return a figure as HTML."""
        self._n += 1
        return chart(figure, f"{self._prefix}-{self._n}", lang)


def chart(figure: go.Figure, key: str, lang: str) -> str:
    """Return a figure with its finding, its note, its numbers as a table, and room for the drawing.

    Raises
    ------
    ValueError
        If a trace would ask a server for something.
    """
    check_traces(figure)
    meta = figure.layout.meta
    finding = str(meta["finding"])
    content = Table(finding, tuple(meta["columns"]), tuple(tuple(row) for row in meta["rows"]))
    height = int(figure.layout.height - figure.layout.margin.t + _top(figure))
    note = f'<p class="note">{escape(str(meta["note"]))}</p>' if meta["note"] else ""
    return (
        f'<figure class="plot"><figcaption>{escape(finding)}</figcaption>{note}'
        f'<div class="canvas scroll-x"><div class="chart" role="img" aria-label="{escape(finding)}" '
        f'data-chart="{key}" style="min-height:{height}px"></div></div>'
        f'<div class="tools" data-tools="{key}"></div>'
        f"{html.details(say('report.figure_numbers', lang), html.table(content), 'numbers')}</figure>"
        f'<script type="application/json" id="{key}">{data_of(figure)}</script>'
    )


def _top(figure: go.Figure) -> int:
    """Return the pixels above the plotting area, where the title is text of the page."""
    n_panels = sum(name.startswith("xaxis") for name in figure.layout.to_plotly_json())
    return TOP_OF_PANELS if n_panels > 1 else TOP


def data_of(figure: go.Figure) -> str:
    """Return a figure as JSON that cannot end the script element it stands in."""
    plain = json.loads(figure.to_json())
    plain["layout"].pop("template", None)
    plain["layout"]["meta"] = {"top": _top(figure)}  # its table stands in the page already
    return in_script(plain)


def in_script(plain: object) -> str:
    """Return a value as JSON that cannot end the script element it stands in."""
    return orjson.dumps(plain, option=orjson.OPT_SERIALIZE_NUMPY).decode().replace("<", "\\u003c")
