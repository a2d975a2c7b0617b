"""Small pieces of accessible HTML: every text is escaped, every table has a caption and heading cells."""

import json
import re
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from simulation.outcomes.wording import say
from simulation.plots.style import check_traces
from simulation.report.tables import Table

# nothing may be fetched, even by mistake: plotly.js needs inline script and style and blob images only
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
LONGEST_VALUE = 18  # characters; a cell with more holds words
WITH_INTERVAL = re.compile(r"([^()]*\d%?) \(([^()]*\d[^()]*)\)( \S.*)?")  # 54.4% (53.0-55.8)
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; color: #1F2933; background: #fff; font: 16px/1.55 system-ui, "Segoe UI", "PingFang SC",
  "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 20px; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .6rem 0 .4rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; border-top: 1px solid #CBD2D9; padding-top: 1.2rem; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p, li { max-width: 76ch; }
.label { border: 2px solid #B34700; color: #8A3600; background: #FFF6EF; padding: .6rem .9rem; border-radius: 4px;
  font-weight: 600; margin: 0; max-width: none; }
.answer { font-size: 1.2rem; line-height: 1.5; margin: .6rem 0; }
.answer + p { margin-top: 0; }
.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid #0072B2; outline-offset: 2px; }
table { border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0 .5rem; }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid #E4E7EB; text-align: right; vertical-align: top;
  white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; }
tbody th[scope=row] { white-space: normal; min-width: 12ch; max-width: 36ch; }
td.words { white-space: normal; min-width: 14ch; }
table.text td { text-align: left; white-space: normal; min-width: 8ch; overflow-wrap: break-word; }
table.text th { text-align: left; overflow-wrap: anywhere; } table.text tbody th[scope=row] { min-width: 20ch; }
table.text thead th { white-space: nowrap; }
thead th { white-space: normal; vertical-align: bottom; min-width: 6ch; }
td small { color: #52606D; font-size: .82rem; }
thead th { border-bottom: 2px solid #52606D; }
.note { color: #52606D; font-size: .88rem; margin-top: -.4rem; }
figure { margin: 1.6rem 0 .4rem; }
.chart { overflow-x: auto; min-height: 200px; }
summary { cursor: pointer; color: #0060A0; padding: .35rem 0; min-height: 24px; }
a { color: #0060A0; }
nav ul { list-style: none; padding: 0; columns: 2; max-width: 76ch; } nav li { break-inside: avoid; }
code { overflow-wrap: anywhere; }
.sheet { font-size: 14px; } .sheet main, .sheet header, .sheet footer { width: 680px; max-width: none; padding: 0; }
.sheet table.text:not(.assumptions) tbody th[scope=row] { min-width: 13ch; }
.sheet table.assumptions td:nth-child(2) { min-width: 18ch; }
.sheet table.assumptions td:last-child { min-width: 28ch; }
caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 44px); }
figcaption { display: none; }
@media screen and (max-width: 700px) { nav ul { columns: 1; } table.text { min-width: 660px; }
  table.text tbody th[scope=row] { min-width: 12ch; } figcaption { display: block; font-weight: 600; } }
@page { size: A4; margin: 15mm; }
@media print { main, header, footer { width: 680px; max-width: none; padding: 0; }
  .scroll, .chart { overflow: visible; min-height: 0; } .switch, .numbers, summary { display: none; }
  h1, h2, h3, caption, thead { break-after: avoid; } h2 { margin-top: 1.6rem; }
  figure, tr, li, caption, .note { break-inside: avoid; } thead { display: table-header-group; }
  p, li { orphans: 3; widows: 3; } .note { break-before: avoid; } a { color: inherit; text-decoration: none; } }
"""

DRAW = """
for (const holder of document.querySelectorAll('[data-chart]')) {
  const figure = JSON.parse(document.getElementById(holder.dataset.chart).textContent);
  Plotly.newPlot(holder, figure.data, figure.layout, {displayModeBar: false, showSendToCloud: false});
}
document.body.dataset.state = 'done';
"""

PAPER = """
// On paper figures are drawn as on a screen and made smaller, as are tables too wide, and what was folded is open.
const SHEET = 680, DRAWN = 960, charts = () => document.querySelectorAll('[data-chart]');
let unfolded = [];
addEventListener('beforeprint', () => {
  document.body.classList.add('sheet');
  unfolded = [...document.querySelectorAll('details:not([open]):not(.numbers)')];
  for (const part of unfolded) part.open = true;
  for (const holder of charts()) {
    Plotly.relayout(holder, {width: DRAWN});
    holder.style.zoom = SHEET / DRAWN;
  }
  for (const table of document.querySelectorAll('.scroll > table'))
    table.style.zoom = Math.min(1, SHEET / table.offsetWidth);
});
addEventListener('afterprint', () => {
  document.body.classList.remove('sheet');
  for (const part of unfolded) part.open = false;
  for (const holder of charts()) {
    holder.style.zoom = '';
    Plotly.relayout(holder, {width: null, autosize: true});
  }
  for (const table of document.querySelectorAll('.scroll > table')) table.style.zoom = '';
});
"""


def document(
    title: str, lang: str, header: str, main: str, footer: str, head: str = "", with_charts: bool = True
) -> str:
    """Return a whole page that asks no server for anything and works from a USB stick.

    Parameters
    ----------
    title : str
        Plain text.
    lang : str
        "en" or "zh".
    header, main, footer, head : str
        HTML; `head` is added to the page's head.
    with_charts : bool
        Whether the page carries what draws charts, some 5 MB.
    """
    scripts = f"<script>{get_plotlyjs()}</script>\n<script>{DRAW}{PAPER}</script>\n" if with_charts else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE_TAGS[lang]}">\n<head>\n<meta charset="utf-8">\n{head}'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>{header}</header>\n<main>{main}</main>\n<footer>{footer}</footer>\n"
        f"{scripts}</body>\n</html>\n"
    )


def paragraph(text: str, css: str = "") -> str:
    """Return a paragraph of plain text."""
    return f"<p{_class(css)}>{escape(text)}</p>"


def items(texts: Sequence[str]) -> str:
    """Return a list."""
    return "<ul>" + "".join(f"<li>{escape(t)}</li>" for t in texts) + "</ul>"


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""


def table(content: Table, css: str = "") -> str:
    """Return a table with caption and heading cells, in a box of its own that scrolls sideways and by keyboard."""
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in content.columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(_cell(cell) for cell in row[1:]) + "</tr>"
        for row in content.rows
    )
    note = paragraph(content.note, "note") if content.note else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(content.caption)}"><table{_class(css)}>'
        f"<caption><span>{escape(content.caption)}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
    )


def _cell(text: str) -> str:
    """Return a cell; its interval, if it has one, stands below its value, and sentences may be broken."""
    found = WITH_INTERVAL.fullmatch(text)
    if not found:
        words = ' class="words"' if len(text) > LONGEST_VALUE else ""
        return f"<td{words}>{escape(text)}</td>"
    value, between, mark = found.groups()
    return f"<td>{escape(value + (mark or ''))}<br><small>{escape(between)}</small></td>"


def details(summary: str, inside: str, css: str = "") -> str:
    """Return a part that is folded until asked for, and open on paper unless its class is "numbers"."""
    return f"<details{_class(css)}><summary>{escape(summary)}</summary>{inside}</details>"


def chart(figure: go.Figure, key: str, lang: str) -> str:
    """Return a figure as data for the page's plotly.js, and its numbers as a folded table.

    Raises
    ------
    ValueError
        If a trace would ask a server for something.
    """
    check_traces(figure)
    meta = figure.layout.meta
    finding = meta["finding"]
    numbers = Table(finding, tuple(meta["columns"]), tuple(tuple(row) for row in meta["rows"]))
    body = details(say("report.figure_numbers", lang), table(numbers), "numbers")
    caption = f'<figcaption aria-hidden="true">{escape(finding)}</figcaption>'  # shown where the figure is cut off
    return (
        f'<figure>{caption}<div class="chart" role="img" aria-label="{escape(finding)}" data-chart="{key}"></div>'
        f"</figure>{body}"
        f'<script type="application/json" id="{key}">{_json(figure)}</script>'
    )


def _json(figure: go.Figure) -> str:
    """Return a figure as JSON that cannot end the script element it stands in."""
    plain = json.loads(figure.to_json())
    plain["layout"].pop("template", None)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
