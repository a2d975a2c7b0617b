"""`epay verify`: whether a results folder is as it was written, and whether its numbers come out again."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.parts import Refused
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.verification import Cell, Difference
    from simulation.outcomes.result import Result

WELL, DIFFERENT = 0, 1
SAMPLE = 3  # replicates run again where nothing is said
SEEDS = 10**6  # a seed that is easily typed again


def verify(folder: Path, lang: str, **given: Any) -> int:
    """Check files against the manifest, then run replicates again; 1 where anything differs."""
    from simulation.analysis.experiment.folders import experiment_in
    from simulation.analysis.verification import Cell, changed_since, run_folders
    from simulation.cli.verify_experiment import verify_experiment
    from simulation.outcomes.manifest import MANIFEST_FILE
    from simulation.outcomes.result import PROVENANCE_FILE

    _refuse_both(folder, given)
    if not folder.is_dir():
        raise Refused(Message("verify.folder.missing", {"folder": str(folder)}))
    if (experiment := experiment_in(folder)) is not None:
        return verify_experiment(folder, experiment, lang, given)
    names = run_folders(folder, PROVENANCE_FILE)
    if not names and not (folder / MANIFEST_FILE).is_file():
        raise Refused(Message("verify.folder.other", {"folder": str(folder), "file": PROVENANCE_FILE}))

    def tell(code: str, **params: Any) -> None:
        click.echo(render(Message(code, params), lang))

    is_well = check_files(folder, lang)
    loaded = {name: _loaded(folder / name, name, lang) for name in names}
    results = {name: result for name, (result, _) in loaded.items() if result}
    is_well = is_well and all(is_same for _, is_same in loaded.values())
    cells = [Cell(name, r) for name, result in results.items() for r in range(result.dataset.sizes["replicate"])]
    if not names:
        tell("verify.no_runs")
    chosen = sampled(cells, given, lang) if names else []
    for message in once([m for result in results.values() for m in changed_since(result.provenance)]):
        click.echo(render(message, lang))
    for cell in chosen:
        is_well = _tell_cell(cell, results, lang) and is_well
    tell("verify.well" if is_well else "verify.bad")
    return WELL if is_well else DIFFERENT


def _refuse_both(folder: Path, given: Mapping[str, Any]) -> None:
    if given["all"] and given["sample"] is not None:
        raise Refused(Message("verify.both", {"folder": str(folder)}))


def check_files(folder: Path, lang: str) -> bool:
    """Tell of every file that is not as the manifest says; return whether all are."""
    from simulation.outcomes.manifest import check_manifest, read_manifest

    findings = check_manifest(folder)
    if not findings:
        whole = Message("verify.files.whole", {"n": len(read_manifest(folder)["files"])})
        click.echo(render(whole, lang))
        return True
    click.echo(render(Message("verify.files.found", {"n": len(findings)}), lang))
    for finding in findings:
        click.echo(f"  {render(finding.message, lang)}")
    return False


def _loaded(folder: Path, name: str, lang: str) -> "tuple[Result | None, bool]":
    """Read a run, tell of its digest, and return it with whether that is as recorded; None if it cannot be read."""
    import json

    from simulation.outcomes.damage import why_unreadable
    from simulation.outcomes.result import DATASET_FILE, PROVENANCE_FILE, SCENARIO_FILE, Result
    from simulation.outcomes.store import read_dataset
    from simulation.scenario.load import load_scenario

    try:
        record = json.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8"))
        recorded = str(record.pop("digest"))
        result = Result(read_dataset(folder / DATASET_FILE), load_scenario(folder / SCENARIO_FILE), record)
        digest = result.digest
    except Exception as error:  # damaged files fail in any way, and that is what is told
        unreadable = Message("verify.digest.unreadable", {"run": name, "reason": why_unreadable(error)})
        click.echo(render(unreadable, lang))
        return None, False
    is_same = digest == recorded
    code = "verify.digest.same" if is_same else "verify.digest.differs"
    click.echo(render(Message(code, {"run": name, "digest": digest, "found": digest, "recorded": recorded}), lang))
    return result, is_same


def once(messages: Sequence[Message]) -> list[Message]:
    """Return a heading and messages, each once; nothing where there is none."""
    kept: list[Message] = []
    for message in messages:
        if message not in kept:
            kept.append(message)
    return [Message("verify.then_now"), *kept] if kept else []


def _tell_cell(cell: "Cell", results: "Mapping[str, Result]", lang: str) -> bool:
    """Run one replicate again, tell how it compares, and return whether every bit is the same."""
    from simulation.analysis.verification import compare_replicate, run_again

    stored = results[cell.run]
    n = len(stored.dataset.data_vars)
    try:
        differences = compare_replicate(stored.dataset, cell.replicate, run_again(stored, cell.replicate).dataset)
    except Exception as error:  # a changed program or a region that is gone: the others are still told
        reason = first_line(error)
        params = {"run": cell.run, "replicate": cell.replicate, "reason": reason}
        click.echo(render(Message("verify.cell.failed", params), lang))
        return False
    click.echo(render(of_cell(cell, differences, n), lang))
    return not differences


def of_cell(cell: "Cell", differences: "Sequence[Difference]", n: int) -> Message:
    """Return how one replicate run again compares; n variables were compared."""
    about: dict[str, Any] = {"run": cell.run, "replicate": cell.replicate}
    if not differences:
        return Message("verify.cell.same", {**about, "n": n})
    first = differences[0]
    code = "verify.cell.layout" if first.is_layout else "verify.cell.differs"
    words = {"variable": first.variable, "when": first.when, "stored": first.stored, "now": first.now}
    return Message(code, {**about, **words, "n": len(differences), "all": n})


def sampled(cells: "Sequence[Cell]", given: Mapping[str, Any], lang: str) -> "list[Cell]":
    """Return the replicates to run again, and tell how to choose the same ones."""
    from simulation.analysis.verification import pick_cells

    if given["all"]:
        click.echo(render(Message("verify.sample.all", {"all": len(cells)}), lang))
        return sorted(cells)
    seed = random.SystemRandom().randrange(SEEDS) if given["seed"] is None else given["seed"]
    chosen = pick_cells(cells, SAMPLE if given["sample"] is None else given["sample"], seed)
    params = {"n": len(chosen), "all": len(cells), "seed": str(seed)}
    click.echo(render(Message("verify.sample", params), lang))
    return chosen


def first_line(error: Exception) -> str:
    """Return what kind of error it is and the first line of what it says."""
    return ": ".join([type(error).__name__, *str(error).strip().splitlines()[:1]])
