"""`epay verify` of a comparison, attribution, sensitivity analysis or bare experiment: cells, keys and report."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.verify import DIFFERENT, WELL, check_files, first_line, of_cell, once, sampled
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.analysis.experiment.examine import Examined
    from simulation.analysis.verification import Cell


def verify_experiment(folder: Path, experiment: Path, lang: str, given: Mapping[str, Any]) -> int:
    """Check a folder that is or contains an experiment, then compute cells again; 1 where anything differs.

    Parameters
    ----------
    folder : path
        As given.
    experiment : path
        Where its cells are: the same, or inside it.
    """
    from simulation.analysis.experiment.examine import examine
    from simulation.analysis.experiment.folders import foreign_in
    from simulation.analysis.verification import Cell

    examined = examine(experiment)
    flaws = list(examined.flaws)
    if experiment != folder:
        flaws += foreign_in(folder)
    tell_cells(examined, lang)
    for message in (*examined.notes, *flaws):
        click.echo(f"  {render(message, lang)}")
    is_well = not flaws
    if experiment != folder:
        is_well = _check_report(folder, examined, lang) and is_well
    cells = [Cell(name, replicate) for name, replicate in examined.cells]
    chosen = sampled(cells, given, lang)
    for message in once(_changed_since(folder, examined)):
        click.echo(render(message, lang))
    for cell in chosen:
        is_well = _tell_again(cell, experiment, examined, lang) and is_well
    click.echo(render(Message("verify.well" if is_well else "verify.bad"), lang))
    return WELL if is_well else DIFFERENT


def tell_cells(examined: "Examined", lang: str) -> None:
    """Say how many of the cells an experiment names are there and whole."""
    if examined.manifest is None:
        told = Message("verify.experiment.unnamed", {"n": len(examined.digests)})
    else:
        n = sum(len(own) for own in examined.manifest.keys.values())
        told = Message("verify.experiment.cells", {"n": len(examined.cells), "all": n})
    click.echo(render(told, lang))


def _check_report(folder: Path, examined: "Examined", lang: str) -> bool:
    """Tell of what is wrong with the report beside the cells, and return whether nothing is."""
    from simulation.analysis.experiment.folders import unlike_cells
    from simulation.outcomes.results_folders import REPORT_FOLDER

    report = folder / REPORT_FOLDER
    if not report.is_dir():
        click.echo(render(Message("verify.experiment.no_report", {"folder": REPORT_FOLDER}), lang))
        return False
    if not check_files(report, lang):
        return False
    if examined.manifest is None:
        return True
    try:
        unlike = unlike_cells(folder, examined)
    except Exception as error:  # a region that is gone: the rest is still told
        unlike = [Message("verify.experiment.no_keys", {"reason": first_line(error)})]
    for message in unlike:
        click.echo(f"  {render(message, lang)}")
    return not unlike


def _changed_since(folder: Path, examined: "Examined") -> list[Message]:
    """Return what of code, libraries and machine is not as it was when cells, and a report, were made."""
    from simulation.analysis.experiment.examine import changed_code
    from simulation.analysis.verification import changed_since
    from simulation.outcomes.manifest import read_manifest
    from simulation.outcomes.results_folders import REPORT_FOLDER

    try:
        found = changed_since(read_manifest(folder / REPORT_FOLDER))
    except (OSError, ValueError):
        found = []
    return found or (changed_code(examined.manifest) if examined.manifest else [])


def _tell_again(cell: "Cell", experiment: Path, examined: "Examined", lang: str) -> bool:
    """Compute one cell again, tell how it compares, and return whether every bit is the same."""
    from simulation.analysis.experiment.again import compute_again

    about: dict[str, Any] = {"run": cell.run, "replicate": cell.replicate}
    try:
        again = compute_again(experiment, examined, (cell.run, cell.replicate))
    except Exception as error:  # a changed program or a region that is gone: the others are still told
        click.echo(render(Message("verify.cell.failed", {**about, "reason": first_line(error)}), lang))
        return False
    told = of_cell(cell, again.differences, again.n_arrays)
    if not (again.is_same or again.differences):
        told = Message("verify.experiment.content", about)
    click.echo(render(told, lang))
    return again.is_same
