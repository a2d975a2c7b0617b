"""`epay target`: who shall be visited at home, where it is known who knows whom and where it is not."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, bad_option, shown_on
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.targeting.scenarios import Contagion
    from simulation.outcomes.result import Result
    from simulation.scenario.schema import Scenario

ASKED = {"simple": ("simple",), "complex": ("complex",), "both": ("simple", "complex")}
BETWEEN = ","


def target(file: Path, lang: str, **given: Any) -> None:
    """Run ways of choosing whom to visit on common worlds, print what each brings, and write pages and tables."""
    contagions = _contagions(given["contagion"])
    size = {name: given[name] for name in ("citizens", "weeks", "seed", "replicates") if given[name] is not None}
    loader = Loader()
    scenario = loader.measured(loader.load(file, **size))
    from simulation.analysis.runs import Runs
    from simulation.analysis.targeting.find import target_outreach
    from simulation.analysis.targeting.record import to_plain
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.record_folder import record_text
    from simulation.report.targeting import sentences, tables
    from simulation.report.targeting_folder import PAGES, write_targeting
    from simulation.report.terminal import print_findings, progress_bars

    backend, _ = backend_of(given["backend"], given["dask"], given["workers"])
    out = given["out"] or Path("results") / f"target-{file.stem}"
    with progress_bars(lang, given["json"] or given["quiet"]) as (weeks, rounds):

        def run_all(parts: "Mapping[str, Scenario]") -> "Mapping[str, Result]":
            runs = Runs(parts, backend, out / EXPERIMENT_FOLDER, shown_on(weeks), rounds, keep_others=True)
            runs.up_to(list(parts), scenario.replicates)
            return runs.results()

        names = given["strategies"].split(BETWEEN) if given["strategies"] is not None else None
        asked = None if names is None else [name.strip() for name in names if name.strip()]
        region = loader.region(scenario.region)
        found = target_outreach(scenario, region, run_all, asked, contagions, given["visits"])
    written = write_targeting(out, found)
    if given["json"]:
        click.echo(record_text(to_plain(found)))
        return
    print_findings(sentences(found, lang), tables(found, lang), scenario.survey.illustrative, lang)
    if not given["quiet"]:
        params = {"folder": str(out), "page": str(written / PAGES[lang])}
        click.echo(render(Message("cli.target.written", params), lang))


def _contagions(asked: str | None) -> "tuple[Contagion, ...]":
    """Return the contagions asked for."""
    if asked is not None and asked not in ASKED:
        raise Refused(bad_option("--contagion", asked, "cli.allowed.contagion", "both"))
    return ASKED[asked or "simple"]  # type: ignore[return-value]
