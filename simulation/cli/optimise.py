"""`epay optimise`: the cheapest programme whose targets hold, or the one with most coverage for a budget."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import COMPARED
from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import POOL, backend_of
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.mix.search_file import MixProblem
    from simulation.scenario.schema import Scenario

SHARED = tuple(name for name in COMPARED if name != "replicates")  # a search says itself which worlds it runs


def optimise(file: Path, lang: str, **given: Any) -> None:
    """Search, print the answer, and write pages, tables and the recommended programme."""
    problem = _problem(file, given)
    from simulation.analysis.mix.optimising import USUAL_RUNS
    from simulation.analysis.mix.optimising import optimise as search
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.mix import sentences, tables
    from simulation.report.mix_folder import PAGES, PROGRAMME, write_mix
    from simulation.report.mix_summary import summary
    from simulation.report.terminal import print_findings, progress_bars

    out = given["out"] or Path("results") / f"optimise-{file.stem}"
    n_runs = given["runs"] or USUAL_RUNS
    is_pool = (given["backend"] or POOL) == POOL and not given["dask"]
    made, n_workers = backend_of(given["backend"], given["dask"], given["workers"])
    backend = None if is_pool else made  # a search asks for a few runs at a time, so that its own pool is kept
    with progress_bars(lang, given["json"] or given["quiet"]) as (weeks, rounds):
        found = search(problem, n_runs, None, out / EXPERIMENT_FOLDER, n_workers, backend, weeks, rounds)
    written = write_mix(out, found)
    if given["json"]:
        click.echo(json.dumps(summary(found), ensure_ascii=False, indent=2))
        return
    print_findings(sentences(found, lang), tables(found, lang), problem.baseline.survey.illustrative, lang)
    if given["quiet"]:
        return
    names = {"folder": str(out), "page": str(written / PAGES[lang]), "file": str(written / PROGRAMME)}
    click.echo(render(Message("cli.optimise.written", names), lang))
    if found.recommended is not None:
        click.echo(render(Message("cli.optimise.programme", names), lang))


def _problem(file: Path, given: dict[str, Any]) -> "MixProblem":
    """Read the search file with its scenarios, on worlds they share."""
    from simulation.analysis.mix.search_file import read_search

    loader = Loader()
    size = {name: given[name] for name in ("citizens", "weeks", "seed") if given[name] is not None}

    def load(path: Path) -> "Scenario":
        return loader.measured(loader.load(path, **size))

    problem = read_search(file, load, given["goal"], given["budget_yuan"])
    unlike = [name for name in SHARED if getattr(problem.programme, name) != getattr(problem.baseline, name)]
    if unlike:
        raise Refused(Message("cli.not_paired", {"fields": unlike, "example": "extends: baseline.yaml"}))
    return problem
