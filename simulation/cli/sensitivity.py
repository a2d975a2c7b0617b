"""`epay sensitivity`: which uncertain numbers carry a result, and what within their ranges would flip it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import COMPARED
from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.cli.running import backend_of, bad_option, shown_on, written
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.sensitivity.factors import Factor
    from simulation.analysis.sensitivity.record import SensitivityRecord
    from simulation.outcomes.result import Result
    from simulation.scenario.schema import Scenario

METHODS = ("tornado", "morris", "sobol", "flip")
TORNADO, MORRIS, SOBOL, FLIP = METHODS
LEVERS, EVERYTHING = "levers", "all"
RECORD = "sensitivity.json"
TRAJECTORIES, POINTS = 10, 64


def sensitivity(file: Path, against: Path | None, lang: str, **given: Any) -> None:
    """Vary uncertain numbers within their ranges and see what that does to the coverage a programme adds."""
    method = given["method"] or TORNADO
    if method not in METHODS:
        raise Refused(bad_option("--method", method, "cli.allowed.sensitivity", MORRIS))
    if against is None:
        raise Refused(Message("cli.sensitivity.no_baseline", {"file": str(file)}))
    size = {name: given[name] for name in ("citizens", "weeks", "seed", "replicates") if given[name] is not None}
    loader = Loader()
    plan = loader.measured(loader.load(file, **size))
    other = loader.measured(loader.load(given["rival"] or against, **size))
    unlike = [name for name in COMPARED if getattr(plan, name) != getattr(other, name)]
    if unlike:
        raise Refused(Message("cli.not_paired", {"fields": unlike, "example": "extends: baseline.yaml"}))
    from simulation.analysis.runs import Runs
    from simulation.analysis.sensitivity.errors import SensitivityError
    from simulation.analysis.sensitivity.on_runs import PLAN, USUAL
    from simulation.analysis.sensitivity.over_budget import over_budget
    from simulation.analysis.sensitivity.record import to_plain
    from simulation.outcomes.results_folders import EXPERIMENT_FOLDER
    from simulation.report.record_folder import record_text, write_record
    from simulation.report.terminal import progress_bars

    told: dict[str, Result] = {}
    try:
        factors = _factors(plan, other, given["factors"] or LEVERS)
        out = given["out"] or Path("results") / f"sensitivity-{file.stem}"
        backend, _ = backend_of(given["backend"], given["dask"], given["workers"])
        with progress_bars(lang, given["json"] or given["quiet"]) as (weeks, rounds):

            def run_all(scenarios: "Mapping[str, Scenario]", n: int) -> "Mapping[str, Result]":
                # points are chosen as outcomes come in, so that an earlier call's scenarios may not be in this one
                runs = Runs(scenarios, backend, out / EXPERIMENT_FOLDER, shown_on(weeks), rounds, keep_others=True)
                runs.up_to(list(scenarios), n)
                found = runs.results()
                told.update({name: found[name] for name in (PLAN, USUAL) if name in found})
                told.update({} if told else _first(found))
                return found

            record = _analyse(method, plan, other, factors, run_all, loader.n_citizens(plan), given)
        refused = over_budget((plan, other), factors, loader.places(plan.region))
    except SensitivityError as error:
        raise Refused(*error.messages) from None
    record = replace(record, over_budget=refused)
    plain = to_plain(record)
    runs_told = {name: told[name] for name in (PLAN, USUAL) if name in told} or _first(told)
    saved = write_record(out, RECORD, plain, runs_told) / RECORD
    if given["json"]:
        click.echo(record_text(plain))
        return
    _print(record, lang)
    if not given["quiet"]:
        click.echo(render(written(saved, out), lang))


def _first(results: "Mapping[str, Result]") -> "dict[str, Result]":
    """Return the first of some results by its name."""
    name = next(iter(results))
    return {name: results[name]}


def _factors(plan: "Scenario", other: "Scenario", words: str) -> "tuple[Factor, ...]":
    """Return the factors asked for: those of the levers, all, or those named."""
    from simulation.analysis.sensitivity.factors import factors_of

    found = {factor.name: factor for factor in (*factors_of(other), *factors_of(plan))}
    if words == EVERYTHING:
        return tuple(found.values())
    if words == LEVERS:
        return tuple(factor for name, factor in found.items() if name.startswith(f"{LEVERS}."))
    names = [name.strip() for name in words.split(",")]
    ours = [name for name in names if name not in found]
    named = {factor.name: factor for factor in factors_of(plan, ours)} if ours else {}
    return tuple({**{name: found[name] for name in names if name in found}, **named}.values())


def _analyse(
    method: str,
    plan: "Scenario",
    other: "Scenario",
    factors: "tuple[Factor, ...]",
    run_all: Any,
    n_citizens: int,
    given: dict[str, Any],
) -> "SensitivityRecord":
    from simulation.analysis.sensitivity import emulator, flip, morris, scatter, sobol, tornado
    from simulation.analysis.sensitivity.on_runs import ADDED, LEAD, difference_of
    from simulation.analysis.sensitivity.record import SensitivityRecord

    evaluate = difference_of(plan, other, factors, run_all)
    replicates = range(plan.replicates)
    illustrative = plan.survey.illustrative
    outcome = LEAD if given["rival"] else ADDED
    size = {"citizens": n_citizens, "weeks": plan.weeks, "replicates": plan.replicates}
    if method == TORNADO:
        return SensitivityRecord(outcome, size, illustrative, tornado=tornado.tornado(evaluate, factors, replicates))
    if method == FLIP:
        return SensitivityRecord(outcome, size, illustrative, flips=flip.find_flips(evaluate, factors, replicates))
    if method == MORRIS:
        n = given["points"] or TRAJECTORIES
        return SensitivityRecord(
            outcome, size, illustrative, morris=morris.morris_screen(evaluate, factors, replicates, n)
        )
    training = emulator.train(evaluate, factors, replicates, given["points"] or POINTS)
    found = sobol.sobol(emulator.fit_emulator(training))
    return SensitivityRecord(outcome, size, illustrative, sobol=found, scatter=scatter.scatter_of(training))


def _print(record: "SensitivityRecord", lang: str) -> None:
    from simulation.report.sensitivity import figures, sentences
    from simulation.report.tables import Table
    from simulation.report.terminal import print_findings

    metas = [figure.layout.meta for figure in figures(record, lang)]
    shown = [Table(m["finding"], tuple(m["columns"]), tuple(tuple(row) for row in m["rows"])) for m in metas]
    print_findings(sentences(record, lang), shown, record.illustrative, lang)
