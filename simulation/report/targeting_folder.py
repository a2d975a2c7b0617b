"""The folder of ways of choosing whom to visit: a page in each language, the tables as CSV, and the record."""

import csv
from html import escape
from pathlib import Path

from simulation.analysis.targeting.find import Targeting
from simulation.analysis.targeting.record import to_plain
from simulation.analysis.targeting.scenarios import WITHOUT, run_name
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots.targeting import money_figure, spread_figure, users_figure
from simulation.report import html
from simulation.report.page import OWN_NAME
from simulation.report.record_folder import record_text
from simulation.report.targeting import sentences, tables

PAGES = {"en": "targeting.html", "zh": "targeting.zh.html"}
RECORD = "targeting.json"


def write_targeting(folder: Path, found: Targeting) -> Path:
    """Write pages, tables and record into `folder / report`, whole or not at all.

    Returns
    -------
    Path
        The folder written.
    """
    target = folder / REPORT_FOLDER
    with atomic_folder(target, PAGES["en"]) as fresh:
        for lang, name in PAGES.items():
            (fresh / name).write_text(page(found, lang), encoding="utf-8")
        (fresh / RECORD).write_text(record_text(to_plain(found)) + "\n", encoding="utf-8")
        for number, table in enumerate(tables(found, "en"), start=1):
            with (fresh / f"table_{number}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([[table.caption], table.columns, *table.rows])
        contagion = next(iter(found.standings))
        judged = [run_name(contagion, found.main.leader), run_name(contagion, WITHOUT)]
        rest = [name for name in found.results if name not in judged]
        write_manifest(fresh, "export", {name: found.results[name] for name in (*judged, *rest)})
    return target


def page(found: Targeting, lang: str) -> str:
    """Return a page that asks no server for anything."""
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    switch = f'<p class="switch"><a href="{PAGES[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    label = ""
    if found.scenario.survey.illustrative:
        label = f'<p class="label" role="note">{escape(say("report.illustrative", lang))}</p>'
    first, *rest = sentences(found, lang)
    answer = html.paragraph(first, "answer") + "".join(html.paragraph(text) for text in rest)
    title = say("target.title", lang)
    drawn = [draw(found, lang) for draw in (users_figure, money_figure, spread_figure)]
    charts = "".join(html.chart(figure, f"chart-{k}", lang) for k, figure in enumerate(drawn, start=1))
    main = (
        f"<h2>{escape(say('compare.heading.figures', lang))}</h2>{charts}"
        f"<h2>{escape(say('compare.heading.tables', lang))}</h2>"
        + "".join(html.table(table) for table in tables(found, lang))
    )
    header = f"{label}{switch}<h1>{escape(title)}</h1>{answer}"
    return html.document(title, lang, header, main, html.paragraph(say("target.footer", lang), "note"))
