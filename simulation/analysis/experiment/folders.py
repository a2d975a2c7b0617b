"""The folder of a comparison, attribution or sensitivity analysis: cells, and what was made of them."""

from pathlib import Path

from simulation.analysis.experiment.examine import Examined, is_experiment
from simulation.analysis.experiment.simulate import families_of, result_of
from simulation.analysis.experiment.store import CellStore
from simulation.messages import Message
from simulation.outcomes.manifest import read_manifest
from simulation.outcomes.results_folders import EXPERIMENT_FOLDER, REPORT_FOLDER


def experiment_in(folder: Path) -> Path | None:
    """Return the experiment a folder is or contains, None where there is none."""
    inner = folder / EXPERIMENT_FOLDER
    return folder if is_experiment(folder) else inner if is_experiment(inner) else None


def foreign_in(folder: Path) -> list[Message]:
    """Return what else than cells and report stands in such a folder."""
    known = {EXPERIMENT_FOLDER, REPORT_FOLDER}
    names = sorted(path.name for path in folder.iterdir() if path.name not in known)
    return [Message("verify.experiment.extra", {"path": name}) for name in names]


def unlike_cells(folder: Path, examined: Examined) -> list[Message]:
    """Return the runs of a report whose digest is not that of the cells beside it.

    Parameters
    ----------
    folder : path
        With a report whose manifest is whole.
    examined : Examined
        What its experiment holds.
    """
    assert examined.manifest is not None
    scenarios, cells = examined.manifest.scenarios, examined.cells
    store, found = CellStore(folder / EXPERIMENT_FOLDER), []
    for run in read_manifest(folder / REPORT_FOLDER)["runs"]:
        name, n = run["folder"], run["replicates"]
        if name not in scenarios:
            found.append(Message("verify.experiment.not_of_cells", {"run": name}))
            continue
        own = sorted(r for of, r in cells if of == name)
        replicates = own if len(own) == n else range(n)  # a search gives each run a replicate of its own
        if all((name, r) in cells for r in replicates):  # what is missing is told already
            (family,) = families_of({name: scenarios[name]}, None, 1, "array")
            recorded = [store.read(cells[name, r]) for r in replicates]
            if result_of(family, scenarios[name], replicates, recorded, {}).digest != run["digest"]:
                found.append(Message("verify.experiment.not_of_cells", {"run": name}))
    return found
