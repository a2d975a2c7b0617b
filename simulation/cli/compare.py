"""`epay compare`: programmes against business as usual and each other, with the error rate of saying which is best."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import COMPARED
from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, bad_option, shown_on
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.comparing import Request
    from simulation.analysis.comparison import ProgrammeComparison
    from simulation.scenario.schema import Scenario

BASELINE, REFERENCE = "baseline", "reference"
METHODS = ("kn", "halving")
HALVING = METHODS[1]
LEAST_REPLICATES = 2


def compare(files: Sequence[Path], against: Path | None, reference: Path | None, lang: str, **given: Any) -> None:
    """Run programmes on common worlds, print how they differ, and write pages and tables."""
    if against is None:
        raise Refused(Message("cli.compare.no_baseline", {"files": " ".join(str(file) for file in files)}))
    loader = Loader()
    size = {name: given[name] for name in ("citizens", "weeks", "seed") if given[name] is not None}
    scenarios = _scenarios(files, against, reference, loader, size)
    from simulation.analysis.comparing import run_comparison
    from simulation.analysis.runs import Runs
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.comparison_folder import PAGES, write_comparison
    from simulation.report.terminal import progress_bars

    backend, n_workers = backend_of(given["backend"], given["dask"], given["workers"])
    request = _request(given, scenarios, n_workers)
    out = given["out"] or _folder(files)
    quiet = given["json"] or given["quiet"]
    with progress_bars(lang, quiet) as (weeks, rounds):
        runs = Runs(scenarios, backend, out / EXPERIMENT_FOLDER, shown_on(weeks), rounds)
        comparison = run_comparison(runs, BASELINE, request, REFERENCE if reference else None)
    written = write_comparison(out, comparison)
    if given["json"]:
        from simulation.report.comparison import comparison_summary

        click.echo(json.dumps(comparison_summary(comparison), ensure_ascii=False, indent=2))
        return
    _print_answer(comparison, lang)
    if not given["quiet"]:
        click.echo(
            render(Message("cli.compare.written", {"folder": str(out), "page": str(written / PAGES[lang])}), lang)
        )


def _scenarios(
    files: Sequence[Path], against: Path, reference: Path | None, loader: Loader, size: Mapping[str, Any]
) -> "dict[str, Scenario]":
    """Return all scenarios by name, those of the programmes named by their files."""
    usual = loader.measured(loader.load(against, **size))
    found = {BASELINE: usual}
    if reference:
        found[REFERENCE] = loader.measured(loader.load(reference, **size))
    stems = [file.stem for file in dict.fromkeys(files)]
    for file in dict.fromkeys(files):
        name = file.stem if stems.count(file.stem) == 1 and file.stem not in found else str(file)
        found[name] = loader.measured(loader.load(file, **size))
    compared = [name for name in COMPARED if name != "replicates"]
    for scenario in found.values():
        unlike = [name for name in compared if getattr(scenario, name) != getattr(usual, name)]
        if unlike:
            raise Refused(Message("cli.not_paired", {"fields": unlike, "example": "extends: baseline.yaml"}))
    return found


def _request(given: Mapping[str, Any], scenarios: "Mapping[str, Scenario]", n_workers: int) -> "Request":
    from simulation.analysis.comparing import Request
    from simulation.analysis.comparison import INDIFFERENCE
    from simulation.analysis.precision import MOST
    from simulation.analysis.selection import least_budget
    from simulation.outcomes.intervals import LEVEL

    method = given["best"]
    if method is not None and method not in METHODS:
        raise Refused(bad_option("--best", method, "cli.allowed.methods", METHODS[0]))
    n_programmes = len(scenarios) - 1 - int(REFERENCE in scenarios)
    least = least_budget(n_programmes)
    if method == HALVING and given["budget"] is not None and given["budget"] < least:
        params = {"budget": given["budget"], "n": n_programmes, "least": least}
        raise Refused(Message("cli.compare.small_budget", params))
    return Request(
        replicates=given["replicates"] or scenarios[BASELINE].replicates,
        half_width=given["precision"],
        method=method,
        indifference=given["within"] or INDIFFERENCE,
        probability=given["probability"] or LEVEL,
        budget=given["budget"],
        most=given["most"] or MOST,
        batch=n_workers,
    )


def _folder(files: Sequence[Path]) -> Path:
    """Return the default results folder: the same for the same files, so that a stopped comparison goes on."""
    return Path("results") / "-".join(["compare", *(file.stem for file in dict.fromkeys(files))])


def _print_answer(comparison: "ProgrammeComparison", lang: str) -> None:
    """Print sentences and tables."""
    from simulation.report.comparison import main_tables, sentences
    from simulation.report.terminal import print_findings

    illustrative = comparison.results[BASELINE].scenario.survey.illustrative
    print_findings(sentences(comparison, lang), main_tables(comparison, lang), illustrative, lang)
