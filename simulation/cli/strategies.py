"""`epay strategies`: strategies of equal budget against each other, within the ranges of their prices."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import COMPARED
from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.messages import Message

if TYPE_CHECKING:
    from simulation.analysis.strategies import StrategyComparison
    from simulation.scenario.schema import Scenario


def strategies(files: Sequence[Path], against: Path | None, lang: str, **given: Any) -> None:
    """Compare strategies, and print the answer: its first sentence says whether prices decide their order."""
    as_json = given.pop("json")
    if against is None:
        raise Refused(Message("cli.strategies.no_baseline", {"files": " ".join(str(file) for file in files)}))
    size = {name: value for name, value in given.items() if value is not None}
    loader = Loader()
    names = _names(files)
    found = {names[file]: loader.measured(loader.load(file, **size)) for file in names}
    baseline = loader.measured(loader.load(against, **size))

    from simulation.analysis.strategies import common_budget, compare_strategies
    from simulation.report.strategies import strategies_summary
    from simulation.report.terminal import progress_bars

    common_budget(found)
    for scenario in found.values():
        _check_worlds(scenario, baseline)
    with progress_bars(lang, as_json) as (weeks, rounds):
        comparison = compare_strategies(found, baseline, weeks, rounds)
    if as_json:
        click.echo(json.dumps(strategies_summary(comparison), ensure_ascii=False, indent=2))
    else:
        _print_answer(comparison, baseline.survey.illustrative, lang)


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """Return how each file is named: by itself, with its folder where two files are named alike."""
    stems = [file.stem for file in dict.fromkeys(files)]
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
