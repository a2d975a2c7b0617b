"""The folder of a comparison: a page in each language, the tables as CSV, and the answer as JSON."""

import csv
import json
from html import escape
from pathlib import Path

from simulation.analysis.comparison import ProgrammeComparison
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots.comparison import added_figure, impact_figure, plane_figure
from simulation.report import html
from simulation.report.comparison import comparison_summary, sentences, tables, title_of
from simulation.report.page import OWN_NAME

PAGES = {"en": "comparison.html", "zh": "comparison.zh.html"}
SUMMARY = "comparison.json"


def write_comparison(folder: Path, comparison: ProgrammeComparison) -> Path:
    """Write the pages, tables and summary of a comparison into `folder / report`, whole or not at all.

    Returns
    -------
    Path
        The folder written.
    """
    target = folder / REPORT_FOLDER
    with atomic_folder(target, PAGES["en"]) as fresh:
        for lang, name in PAGES.items():
            (fresh / name).write_text(page(comparison, lang), encoding="utf-8")
        summary = json.dumps(comparison_summary(comparison), ensure_ascii=False, indent=2)
        (fresh / SUMMARY).write_text(summary + "\n", encoding="utf-8")
        for number, table in enumerate(tables(comparison, "en"), start=1):
            with (fresh / f"table_{number}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([[table.caption], table.columns, *table.rows])
        others = {name: result for name, result in comparison.results.items() if name != comparison.baseline}
        write_manifest(fresh, "export", {**others, comparison.baseline: comparison.results[comparison.baseline]})
    return target


def page(comparison: ProgrammeComparison, lang: str) -> str:
    """Return a page that asks no server for anything."""
    titles = {name: title_of(comparison, name, lang) for name in comparison.results}
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    switch = f'<p class="switch"><a href="{PAGES[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    label = ""
    if comparison.results[comparison.baseline].scenario.survey.illustrative:
        label = f'<p class="label" role="note">{escape(say("report.illustrative", lang))}</p>'
    first, *rest = sentences(comparison, lang)
    answer = html.paragraph(first, "answer") + "".join(html.paragraph(text) for text in rest)
    title = say("compare.title", lang)
    drawn = [draw(comparison, titles, lang) for draw in (added_figure, plane_figure, impact_figure)]
    charts = "".join(html.chart(figure, f"chart-{k}", lang) for k, figure in enumerate(drawn, start=1))
    main = (
        f"<h2>{escape(say('compare.heading.figures', lang))}</h2>{charts}"
        f"<h2>{escape(say('compare.heading.tables', lang))}</h2>"
        + "".join(html.table(table) for table in tables(comparison, lang))
    )
    header = f"{label}{switch}<h1>{escape(title)}</h1>{answer}"
    return html.document(title, lang, header, main, html.paragraph(say("compare.footer", lang), "note"))
