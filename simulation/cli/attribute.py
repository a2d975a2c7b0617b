"""`epay attribute`: which lever deserves how much of what a programme adds."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, bad_option, shown_on, written
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.outcomes.result import Result
    from simulation.scenario.schema import Scenario

RECORD = "attribution.json"
WAYS = ("lever", "group")
LEVER, GROUP = WAYS


def attribute(file: Path, lang: str, **given: Any) -> None:
    """Run the parts of a programme on common worlds, print what each lever deserves, and keep it as data."""
    if given["by"] is not None and given["by"] not in WAYS:
        raise Refused(bad_option("--by", given["by"], "cli.allowed.by", GROUP))
    size = {name: given[name] for name in ("citizens", "weeks", "seed", "replicates") if given[name] is not None}
    loader = Loader()
    scenario = loader.measured(loader.load(file, **size))
    if not scenario.levers:
        raise Refused(Message("cli.attribute.no_levers", {"file": str(file)}))
    from simulation.analysis import attribution
    from simulation.analysis.attribution_record import to_plain
    from simulation.analysis.lever_groups import by_group, players_of
    from simulation.analysis.runs import Runs
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.record_folder import record_text, write_record
    from simulation.report.terminal import progress_bars

    backend, _ = backend_of(given["backend"], given["dask"], given["workers"])
    out = given["out"] or Path("results") / f"attribute-{file.stem}"
    quiet = given["json"] or given["quiet"]
    ran: dict[str, Result] = {}
    with progress_bars(lang, quiet) as (weeks, rounds):

        def run_all(parts: "Mapping[str, Scenario]") -> "Mapping[str, Result]":
            runs = Runs(parts, backend, out / EXPERIMENT_FOLDER, shown_on(weeks), rounds)
            runs.up_to(list(parts), scenario.replicates)
            ran.update(runs.results())
            return ran

        players = by_group(scenario) if given["by"] == GROUP else players_of(scenario)
        asked = None if given["by"] == LEVER else players  # None: every lever by itself, however many
        found = attribution.attribute(scenario, run_all, asked, given["orders"] or attribution.ORDERS)
    record = to_plain(found)
    ends = attribution.label_of(frozenset(found.players)), attribution.NOBODY
    saved = write_record(out, RECORD, record, {name: ran[name] for name in ends}) / RECORD
    if given["json"]:
        click.echo(record_text(record))
        return
    _print_answer(found, scenario, lang)
    if not given["quiet"]:
        click.echo(render(written(saved, out), lang))


def _print_answer(found: Any, scenario: "Scenario", lang: str) -> None:
    """Print sentences and tables."""
    from simulation.outcomes.wording import labels_of_levers
    from simulation.report.attribution import group_table, pair_table, player_words, sentences, share_table
    from simulation.report.terminal import print_findings

    kinds = {name: lever.kind for name, lever in scenario.levers.items()}
    levers = labels_of_levers(kinds, lang)
    words = player_words(found, levers, lang)
    made = share_table(found, words, lang), group_table(found, words, levers, lang), pair_table(found, words, lang)
    shown = [table for table in made if table is not None]
    print_findings(sentences(found, words, lang), shown, scenario.survey.illustrative, lang)
