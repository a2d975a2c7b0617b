"""The extra runs of `epay report`: what an analysis needs that the results folder does not hold."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import POOL, backend_of, shown_on
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.barriers.cheapest import Cheapest
    from simulation.analysis.barriers.find import Barriers
    from simulation.outcomes.result import Result
    from simulation.report.findings import AttributionFound, BarriersFound, Findings, SensitivityFound, Size
    from simulation.report.terminal import Tick
    from simulation.scenario.schema import Scenario

CELLS = "-cells"  # end of the folder beside a report in which finished runs are kept
PARTS, ALONE, VARIED = "parts", "alone", "varied"  # of a programme: combinations of levers; each alone; other numbers
# coefficients of behaviour whose range is wide against what is known, varied beside the numbers of the levers; each
# point solves the constants of business as usual anew
BEHAVIOUR_FACTORS = (
    "weight_peers", "weight_usefulness", "weight_effort", "attends_help_share", "lapse_early", "merchant_weight_asking"
)  # fmt: skip
USUAL = "business as usual"  # a name no lever has
SHORT = 12  # letters of a digest that names a folder
ANALYSES = ("attribution", "barriers", "sensitivity")
Runner = Callable[[Mapping[str, "Scenario"]], Mapping[str, "Result"]]


@dataclass(frozen=True, slots=True)
class Extra:
    """What the extra runs of a report are made of.

    Attributes
    ----------
    folder : path
        The results folder.
    runs : mapping of str to Result
        Its runs by role.
    cells : path
        Where finished runs are kept.
    size : mapping of str to Any
        `citizens` and `replicates` where they were asked for.
    workers : int, optional
    lang : str
    """

    folder: Path
    runs: "Mapping[str, Result]"
    cells: Path
    size: Mapping[str, Any]
    workers: int | None
    lang: str

    @property
    def programme(self) -> "Scenario":
        """Return the programme as the extra runs have it."""
        return self.sized("programme")

    def sized(self, role: str) -> "Scenario":
        """Return the scenario of a role in the size of the extra runs."""
        result = self.runs[role]
        own = {"replicates": result.dataset.sizes["replicate"]}
        scenario = result.scenario.model_copy(update={**own, **self.size})
        Loader().check_size(scenario, self.folder)
        return scenario

    def is_of_size(self, size: "Size") -> bool:
        """Return whether an analysis of some size is what was asked for; any is where nothing was asked for."""
        return all(getattr(size, name) == value for name, value in self.size.items())

    def tell(self, code: str, **params: Any) -> None:
        """Say something on standard error."""
        click.echo(render(Message(code, params), self.lang), err=True)


def known_findings(out: Path, folder: Path, digest: str) -> "Findings":
    """Return what earlier analyses found about a run, in the report that is replaced or in the results folder."""
    from simulation.report.findings import Findings, FindingsError, load_findings

    found = Findings()
    for place in (out, folder):
        try:
            found = found.filled_from(load_findings(place, digest))
        except FindingsError as error:
            raise Refused(Message("cli.report.damaged", {"reason": error.messages})) from None
    return found


def complete(found: "Findings", wanted: "list[str]", extra: Extra) -> "Findings":
    """Compute the analyses asked for that are not known yet, or known in another size than asked for."""
    from dataclasses import replace

    compute: dict[str, Callable[[Extra], Any]] = {
        "attribution": _attribution, "barriers": _barriers, "sensitivity": _sensitivity
    }  # fmt: skip
    for name in wanted:
        kept = getattr(found, name)
        if kept is not None and extra.is_of_size(kept.size):
            extra.tell("cli.report.reused", file=f"analysis/{name}.json")
            continue
        _refuse_changed_tables(extra)
        found = replace(found, **{name: compute[name](extra)})
    return found


def _refuse_changed_tables(extra: Extra) -> None:
    """Refuse runs of a region whose tables are not those of the results."""
    for result in extra.runs.values():
        recorded = result.provenance.get("region", {}).get("tables_digest")
        name = result.scenario.region
        if recorded and Loader().region(name).tables_digest != recorded:
            raise Refused(Message("cli.report.tables_changed", {"region": name, "folder": str(extra.folder)}))


def _size_of(scenario: "Scenario") -> "Size":
    from simulation.report.findings import Size

    return Size(scenario.citizens, scenario.replicates)


def _attribution(extra: Extra) -> "AttributionFound":
    from simulation.analysis.attribution import attribute
    from simulation.analysis.lever_groups import players_of
    from simulation.report.findings import AttributionFound
    from simulation.report.terminal import progress_bars

    scenario = extra.programme
    if not scenario.levers:
        raise Refused(Message("cli.report.no_levers", {"folder": str(extra.folder)}))
    players = players_of(scenario)
    size = {"citizens": scenario.citizens, "replicates": scenario.replicates}
    folder = cells_folder(extra, scenario) / PARTS
    extra.tell("cli.report.computing.attribution", **size, n=2 ** len(players), folder=str(folder))
    with progress_bars(extra.lang, quiet=False) as (weeks, rounds):
        found = attribute(scenario, _runner(extra, scenario, folder, weeks, rounds), players)
    return AttributionFound(found, _size_of(scenario))


def cells_folder(extra: Extra, scenario: "Scenario") -> Path:
    """Return where the runs of a scenario's parts are kept: another one, or another size, has another folder."""
    from simulation.scenario.load import to_yaml

    alike = scenario.model_copy(update={"replicates": 1})  # more replicates are added to those there are
    return extra.cells / hashlib.sha256(to_yaml(alike).encode()).hexdigest()[:SHORT]


def _runner(extra: Extra, scenario: "Scenario", folder: Path, weeks: "Tick | None", rounds: "Tick | None") -> Runner:
    """Return what runs parts of a scenario, keeping finished runs in a folder."""
    from simulation.analysis.runs import Runs

    backend, _ = backend_of(POOL, None, extra.workers)

    def run_all(parts: "Mapping[str, Scenario]") -> "Mapping[str, Result]":
        runs = Runs(parts, backend, folder, shown_on(weeks), rounds)
        runs.up_to(list(parts), scenario.replicates)
        return runs.results()

    return run_all


def _barriers(extra: Extra) -> "BarriersFound":
    from simulation.analysis.lever_groups import players_of
    from simulation.report.findings import BarriersFound
    from simulation.report.terminal import progress_bars

    scenario = extra.programme
    size = _size_of(scenario)
    extra.tell("cli.report.computing.barriers", citizens=size.citizens, replicates=size.replicates)
    with progress_bars(extra.lang, quiet=False) as (weeks, rounds):
        programme = _found(extra, "programme", weeks, rounds)
        baseline = _found(extra, "baseline", weeks, rounds) if "baseline" in extra.runs else None
    players = players_of(scenario)
    cheapest: Mapping[str, Cheapest] = {}
    if baseline is None:
        extra.tell("cli.report.no_baseline", folder=str(extra.folder))
    elif players and size.replicates > 1:
        cheapest = _cheapest(extra, baseline, players)
    return BarriersFound(programme, baseline, cheapest, players if cheapest else {}, size)


def _found(extra: Extra, role: str, weeks: "Tick | None", rounds: "Tick | None") -> "Barriers":
    """Return the barriers at the end of a run, replicates side by side."""
    from simulation.analysis.barriers.in_processes import barriers_in_processes
    from simulation.engine.runner import processors

    scenario = extra.sized(role)
    region = Loader().region(scenario.region)
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        if weeks:
            weeks(done * scenario.weeks, scenario.replicates * scenario.weeks)

    return barriers_in_processes(scenario, region, extra.workers or processors(), one_more, rounds)


def _sensitivity(extra: Extra) -> "SensitivityFound":
    """Move the numbers of the levers, and the coefficients of behaviour named here, one at a time."""
    from simulation.analysis.sensitivity.factors import factors_of
    from simulation.analysis.sensitivity.on_runs import ADDED, difference_of
    from simulation.analysis.sensitivity.over_budget import over_budget
    from simulation.analysis.sensitivity.record import SensitivityRecord
    from simulation.analysis.sensitivity.tornado import tornado
    from simulation.report.findings import SensitivityFound
    from simulation.report.terminal import progress_bars

    if "baseline" not in extra.runs:
        raise Refused(Message("cli.report.sensitivity_alone", {"folder": str(extra.folder)}))
    plan, usual = extra.programme, extra.sized("baseline")
    of_levers = [factor for factor in factors_of(plan) if factor.name.startswith("levers.")]
    factors = (*of_levers, *factors_of(plan, BEHAVIOUR_FACTORS))
    folder = cells_folder(extra, plan) / VARIED
    size = _size_of(plan)
    params = {"citizens": size.citizens, "replicates": size.replicates, "n": len(factors), "folder": str(folder)}
    extra.tell("cli.report.computing.sensitivity", **params)
    with progress_bars(extra.lang, quiet=False) as (weeks, rounds):
        run_all = _runner(extra, plan, folder, weeks, rounds)
        evaluate = difference_of(plan, usual, factors, lambda scenarios, _: run_all(scenarios))
        found = tornado(evaluate, factors, range(plan.replicates))
    loader = Loader()
    refused = over_budget((plan, usual), factors, loader.places(plan.region))
    facts = {"citizens": loader.n_citizens(plan), "weeks": plan.weeks, "replicates": plan.replicates}
    record = SensitivityRecord(ADDED, facts, plan.survey.illustrative, tornado=found, over_budget=refused)
    return SensitivityFound(record, size)


def _cheapest(extra: Extra, baseline: "Barriers", players: "Mapping[str, tuple[str, ...]]") -> "Mapping[str, Cheapest]":
    """Return which player, run alone, wins most of those each barrier holds for the money."""
    from simulation.analysis.barriers.cheapest import cheapest_levers
    from simulation.analysis.coalitions import with_levers
    from simulation.report.terminal import progress_bars

    scenario = extra.programme
    parts = {name: with_levers(scenario, levers) for name, levers in players.items()}
    parts[USUAL] = extra.sized("baseline")
    folder = cells_folder(extra, scenario) / ALONE
    with progress_bars(extra.lang, quiet=False) as (weeks, rounds):
        runs = _runner(extra, scenario, folder, weeks, rounds)(parts)
    alone = {name: runs[name].dataset for name in players}
    return cheapest_levers(baseline, runs[USUAL].dataset, alone)
