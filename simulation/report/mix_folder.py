"""The folder of a search for a programme: pages, figures, tables, every mix as CSV, and the programme to run."""

import csv
from pathlib import Path

from simulation.analysis.mix.optimising import Optimised
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots.mix import cost_figure, finalists_figure, progress_figure
from simulation.report.analysis_page import analysis_page, write_json, write_tables
from simulation.report.mix import sentences, tables
from simulation.report.mix_summary import summary
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import Scenario, Title

PAGES = {"en": "optimisation.html", "zh": "optimisation.zh.html"}
SUMMARY, MIXES, PROGRAMME = "optimisation.json", "mixes.csv", "recommended.yaml"


def write_mix(folder: Path, o: Optimised) -> Path:
    """Write what came of a search into `folder / report`, whole or not at all.

    Returns
    -------
    Path
        The folder written.
    """
    target = folder / REPORT_FOLDER
    with atomic_folder(target, PAGES["en"]) as fresh:
        for lang, name in PAGES.items():
            (fresh / name).write_text(page(o, lang), encoding="utf-8")
        write_json(fresh / SUMMARY, summary(o))
        write_tables(fresh, tables(o, "en"))
        _write_runs(fresh / MIXES, o)
        if o.recommended is not None:
            (fresh / PROGRAMME).write_text(to_yaml(_titled(o, o.recommended)), encoding="utf-8")
        write_manifest(fresh, "export", {o.names[o.about]: o.result})
    return target


def page(o: Optimised, lang: str) -> str:
    """Return a page that asks no server for anything."""
    return analysis_page(
        say("optimise.title", lang),
        sentences(o, lang),
        [figure for draw in (cost_figure, finalists_figure, progress_figure) if (figure := draw(o, lang))],
        tables(o, lang),
        o.problem.baseline.survey.illustrative,
        say("optimise.footer", lang),
        PAGES,
        lang,
    )


def _write_runs(path: Path, o: Optimised) -> None:
    """Write every run: number and name of its mix, replicate, outcomes, and the mix's values."""
    names = [setting.variable.name for setting in o.problem.settings]
    margins = [f"margin {name}" for name in o.problem.targets]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["run", "part", "mix", "name", "replicate", "cost_yuan", "coverage", "gap", *margins, *names])
        numbers = {mix: k for k, mix in enumerate(o.found.known.mixes, start=1)}
        for k, (run, found) in enumerate(zip(o.found.known.runs, o.found.known.outcomes, strict=True)):
            part = "search" if k < o.found.n_searched else "check"
            about = [k + 1, part, numbers[run.mix], o.names[run.mix], run.seed]
            writer.writerow([*about, found.cost, found.coverage, found.gap, *found.margins, *run.mix])


def _titled(o: Optimised, scenario: Scenario) -> Scenario:
    """Return the recommended programme with a title of its own."""
    plan = o.problem.programme.title
    code = f"optimise.programme.{o.problem.wanted.goal}"
    title = Title(en=say(code, "en", {"plan": plan.en}), zh=say(code, "zh", {"plan": plan.zh or plan.en}))
    return scenario.model_copy(update={"title": title})
