"""The folder of a comparison: a page in each language, the tables as CSV, and the answer as JSON."""

from pathlib import Path

from simulation.analysis.comparison import ProgrammeComparison
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots.comparison import added_figure, impact_figure, plane_figure
from simulation.report.analysis_page import analysis_page, write_json, write_tables
from simulation.report.comparison import comparison_summary, sentences, tables, title_of

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
        write_json(fresh / SUMMARY, comparison_summary(comparison))
        write_tables(fresh, tables(comparison, "en"))
        others = {name: result for name, result in comparison.results.items() if name != comparison.baseline}
        write_manifest(fresh, "export", {**others, comparison.baseline: comparison.results[comparison.baseline]})
    return target


def page(comparison: ProgrammeComparison, lang: str) -> str:
    """Return a page that asks no server for anything."""
    titles = {name: title_of(comparison, name, lang) for name in comparison.results}
    return analysis_page(
        say("compare.title", lang),
        sentences(comparison, lang),
        [draw(comparison, titles, lang) for draw in (added_figure, plane_figure, impact_figure)],
        tables(comparison, lang),
        comparison.results[comparison.baseline].scenario.survey.illustrative,
        say("compare.footer", lang),
        PAGES,
        lang,
    )
