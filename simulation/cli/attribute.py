"""`epay attribute`: which lever deserves how much of what a programme adds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, bad_option, shown_on
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.outcomes.result import Result
    from simulation.scenario.schema import Scenario

CELLS = "experiment"
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
    from simulation.analysis.experiment.atomic import write_atomically
    from simulation.analysis.lever_groups import by_group
    from simulation.analysis.runs import Runs
    from simulation.analysis.shapley import MOST_EXACT
    from simulation.report.terminal import progress_bars

    backend, _ = backend_of(given["backend"], given["dask"], given["workers"])
    is_grouped = given["by"] == GROUP or (given["by"] is None and len(scenario.levers) > MOST_EXACT)
    out = given["out"] or Path("results") / f"attribute-{file.stem}"
    quiet = given["json"] or given["quiet"]
    with progress_bars(lang, quiet) as (weeks, rounds):

        def run_all(parts: "Mapping[str, Scenario]") -> "Mapping[str, Result]":
            runs = Runs(parts, backend, out / CELLS, shown_on(weeks), rounds)
            runs.up_to(list(parts), scenario.replicates)
            return runs.results()

        players = by_group(scenario) if is_grouped else None
        found = attribution.attribute(scenario, run_all, players, given["orders"] or attribution.ORDERS)
    text = json.dumps(to_plain(found), ensure_ascii=False, indent=1)
    write_atomically(out / RECORD, (text + "\n").encode())
    if given["json"]:
        click.echo(text)
        return
    _print_answer(found, scenario, lang)


def _print_answer(found: Any, scenario: "Scenario", lang: str) -> None:
    """Print sentences and tables."""
    from rich.text import Text

    from simulation.outcomes.wording import labels_of_levers
    from simulation.report.attribution import pair_table, player_words, sentences, share_table
    from simulation.report.terminal import console, print_table

    out = console()
    if scenario.survey.illustrative:
        out.print(Text(render(Message("plot.illustrative"), lang), style="bold yellow"))
    kinds = {name: lever.kind for name, lever in scenario.levers.items()}
    words = player_words(found, labels_of_levers(kinds, lang), lang)
    for sentence in sentences(found, words, lang):
        out.print(Text(sentence, style="bold"))
    out.print()
    for table in (share_table(found, words, lang), pair_table(found, words, lang)):
        if table is not None:
            print_table(out, table)
