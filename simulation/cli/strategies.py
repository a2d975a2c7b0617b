"""`epay strategies`: strategies of equal budget against each other, within the ranges of their prices."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import COMPARED, RESULTS
from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, shown_on, written
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.strategies import StrategyComparison
    from simulation.outcomes.result import Result
    from simulation.scenario.schema import Scenario

BASELINE = "baseline"  # as in analysis.strategies, which would load numba
RECORD = "strategies.json"


def strategies(files: Sequence[Path], against: Path | None, lang: str, **given: Any) -> None:
    """Compare strategies, and print the answer: its first sentence says whether prices decide their order."""
    if against is None:
        raise Refused(Message("cli.strategies.no_baseline", {"files": " ".join(str(file) for file in files)}))
    size = {name: given[name] for name in ("citizens", "replicates", "seed") if given[name] is not None}
    loader = Loader()
    names = _names(files)
    found = {names[file]: loader.measured(loader.load(file, **size)) for file in names}
    baseline = loader.measured(loader.load(against, **size))

    from simulation.analysis.runs import Runs
    from simulation.analysis.strategies import common_budget, compare_strategies
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.record_folder import record_text, write_record
    from simulation.report.strategies import strategies_summary
    from simulation.report.terminal import progress_bars

    common_budget(found)
    for scenario in found.values():
        _check_worlds(scenario, baseline)
    backend, n_workers = backend_of(given["backend"], given["dask"], given["workers"])
    out = given["out"] or Path(RESULTS) / "-".join(["strategies", *(file.stem for file in names)])
    with progress_bars(lang, given["json"] or given["quiet"]) as (weeks, rounds):

        def run_all(scenarios: "Mapping[str, Scenario]") -> "Mapping[str, Result]":
            # doses that spend the budget are found on pilots, so that an earlier call may have run others
            runs = Runs(scenarios, backend, out / EXPERIMENT_FOLDER, shown_on(weeks), rounds, keep_others=True)
            runs.up_to(list(scenarios), baseline.replicates)
            return runs.results()

        comparison = compare_strategies(found, baseline, None, rounds, n_workers, run_all=run_all)
    summary = strategies_summary(comparison)
    runs = {key: comparison.results[name] for name, key in comparison.run_names.items()}
    saved = write_record(out, RECORD, summary, runs) / RECORD
    if given["json"]:
        click.echo(record_text(summary))
        return
    _print_answer(comparison, baseline.survey.illustrative, lang)
    if not given["quiet"]:
        click.echo(render(written(saved, out), lang))


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """Return how each file is named: by itself, with its folder where two are named alike, or one as the baseline."""
    stems = [BASELINE, *(file.stem for file in dict.fromkeys(files))]
    return {file: file.stem if stems.count(file.stem) == 1 else str(file) for file in files}


def _check_worlds(scenario: "Scenario", baseline: "Scenario") -> None:
    """Refuse scenarios that cannot share worlds."""
    unlike = [name for name in COMPARED if getattr(scenario, name) != getattr(baseline, name)]
    if unlike:
        raise Refused(Message("cli.not_paired", {"fields": unlike, "example": "extends: baseline.yaml"}))


def _print_answer(comparison: "StrategyComparison", is_illustrative: bool, lang: str) -> None:
    """Print sentences and tables."""
    from simulation.report.strategies import pair_table, sentences, strategy_table
    from simulation.report.terminal import print_findings

    shown = [strategy_table(comparison, lang), pair_table(comparison, lang)]
    print_findings(sentences(comparison, lang), shown, is_illustrative, lang)
