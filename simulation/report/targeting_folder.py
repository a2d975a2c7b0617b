"""The folder of ways of choosing whom to visit: a page in each language, the tables as CSV, and the record."""

from pathlib import Path

from simulation.analysis.targeting.find import Targeting
from simulation.analysis.targeting.record import to_plain
from simulation.analysis.targeting.scenarios import WITHOUT, run_name
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots.targeting import money_figure, spread_figure, users_figure
from simulation.report.analysis_page import analysis_page, write_tables
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
        write_tables(fresh, tables(found, "en"))
        contagion = next(iter(found.standings))
        judged = [run_name(contagion, found.main.leader), run_name(contagion, WITHOUT)]
        rest = [name for name in found.results if name not in judged]
        write_manifest(fresh, "export", {name: found.results[name] for name in (*judged, *rest)})
    return target


def page(found: Targeting, lang: str) -> str:
    """Return a page that asks no server for anything."""
    return analysis_page(
        say("target.title", lang),
        sentences(found, lang),
        [draw(found, lang) for draw in (users_figure, money_figure, spread_figure)],
        tables(found, lang),
        found.scenario.survey.illustrative,
        say("target.footer", lang),
        PAGES,
        lang,
    )
