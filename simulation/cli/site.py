"""`epay site`: where kiosks and trainers go, how good that is shown to be, and what it brings in the simulation."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, shown_on
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.placement.in_scenario import Found
    from simulation.analysis.placement.ranking import Ranking
    from simulation.scenario.schema import Scenario

LAYOUTS = 3


def site(file: Path, lang: str, **given: Any) -> None:
    """Choose the places of a lever, hold layouts against each other in the simulation, and write all of it."""
    size = {name: given[name] for name in ("citizens", "weeks", "seed", "replicates") if given[name] is not None}
    loader = Loader()
    scenario = loader.load(file, leave_open=True, **size)
    region = loader.region(scenario.region)
    name = _lever(scenario, file, given["lever"])
    from simulation.analysis.placement.in_scenario import find_places, with_places
    from simulation.analysis.placement.siting import SECONDS
    from simulation.report.placement import sentences, summary, tables
    from simulation.report.placement_folder import write_placement
    from simulation.report.terminal import print_findings

    others = tuple(other for other in scenario.left_open if other != name)
    with loader.naming(file):
        found = find_places(scenario, region, float(given["seconds"] or SECONDS), (*others, name))
    scenario = loader.measured(with_places(scenario, found))
    out = given["out"] or Path("results") / f"site-{file.stem}"
    quiet = given["json"] or given["quiet"]
    ranking = None
    if not given["no_simulation"]:
        ranking = _ranking(scenario, name, found[name], out, lang, quiet, given)
    written = write_placement(out, name, found[name], ranking, scenario, region)
    if given["json"]:
        click.echo(json.dumps(summary(name, found[name], ranking), ensure_ascii=False, indent=1))
        return
    shown = tables(found[name], ranking, lang)
    print_findings(sentences(found[name], ranking, lang), shown, scenario.survey.illustrative, lang)
    if not given["quiet"]:
        click.echo(render(Message("cli.site.written", {"folder": str(written)}), lang))


def _lever(scenario: "Scenario", file: Path, asked: str | None) -> str:
    """Return the lever whose places are to be chosen."""
    from simulation.analysis.placement.in_scenario import levers_with_placement

    names = levers_with_placement(scenario)
    if not names:
        raise Refused(Message("cli.site.no_placement", {"file": str(file)}))
    if asked is not None and asked not in names:
        raise Refused(Message("cli.site.unknown_lever", {"name": asked, "file": str(file), "names": list(names)}))
    if asked is None and len(names) > 1:
        params = {"file": str(file), "names": list(names), "first": names[0]}
        raise Refused(Message("cli.site.which_lever", params))
    return asked or names[0]


def _ranking(
    scenario: "Scenario",
    name: str,
    found: "Found",
    out: Path,
    lang: str,
    quiet: bool,
    given: dict[str, Any],
) -> "Ranking":
    """Run layouts of the lever on common worlds."""
    from simulation.analysis.placement.layouts import OPTIMISED, layouts_of
    from simulation.analysis.placement.ranking import rank, scenarios_of
    from simulation.analysis.runs import Runs
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.terminal import progress_bars

    lever: Any = scenario.levers[name]
    n = LAYOUTS if given["layouts"] is None else given["layouts"]
    layouts = layouts_of(lever, found, n, scenario.behaviour.help_distance_km)
    backend, _ = backend_of(given["backend"], given["dask"], given["workers"])
    with progress_bars(lang, quiet) as (weeks, rounds):
        cells = out / EXPERIMENT_FOLDER
        runs = Runs(scenarios_of(scenario, name, layouts), backend, cells, shown_on(weeks), rounds, keep_others=True)
        return rank(runs, layouts, OPTIMISED, scenario.replicates)
