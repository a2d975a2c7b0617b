"""What the folders of analyses have in common: a page in each language, its tables as CSV, and JSON."""

import csv
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from simulation.outcomes.wording import say
from simulation.report import html
from simulation.report.page import OWN_NAME
from simulation.report.tables import Table


def analysis_page(
    title: str,
    told: Sequence[str],
    figures: Sequence[go.Figure],
    tables: Sequence[Table],
    illustrative: bool,
    footer: str,
    names: Mapping[str, str],
    lang: str,
) -> str:
    """Return a page that asks no server for anything: the answer, the figures, the tables.

    Parameters
    ----------
    title : str
        Heading.
    told : sequence of str
        Sentences; the first is the answer.
    figures, tables : sequence
    illustrative : bool
        Whether who pays electronically at the start is made up, which the page then says first.
    footer : str
    names : mapping of str to str
        File of the page in each language.
    lang : str
        "en" or "zh".
    """
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    switch = f'<p class="switch"><a href="{names[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    label = f'<p class="label" role="note">{escape(say("report.illustrative", lang))}</p>' if illustrative else ""
    first, *rest = told
    answer = html.paragraph(first, "answer") + "".join(html.paragraph(text) for text in rest)
    charts = "".join(html.chart(figure, f"chart-{k}", lang) for k, figure in enumerate(figures, start=1))
    main = (
        f"<h2>{escape(say('compare.heading.figures', lang))}</h2>{charts}"
        f"<h2>{escape(say('compare.heading.tables', lang))}</h2>" + "".join(html.table(table) for table in tables)
    )
    header = f"{label}{switch}<h1>{escape(title)}</h1>{answer}"
    return html.document(title, lang, header, main, html.paragraph(footer, "note"))


def write_tables(folder: Path, tables: Sequence[Table]) -> None:
    """Write tables as `table_1.csv` and so on, each below its caption."""
    for number, table in enumerate(tables, start=1):
        with (folder / f"table_{number}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[table.caption], table.columns, *table.rows])


def write_json(path: Path, content: Any) -> None:
    """Write plain values as JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
