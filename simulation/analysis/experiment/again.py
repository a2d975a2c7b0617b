"""Cells of a stored experiment computed again in memory, and held against what is stored."""

from dataclasses import dataclass
from pathlib import Path

from simulation.analysis.experiment.backends import Serial
from simulation.analysis.experiment.examine import Cell, Examined
from simulation.analysis.experiment.experiment import Experiment, run_experiment
from simulation.analysis.experiment.simulate import result_of
from simulation.analysis.experiment.store import CellStore
from simulation.analysis.verification import Difference, compare_replicate


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A cell computed again.

    Attributes
    ----------
    is_same : bool
        Whether the digests of both contents are equal, and with them every bit of every array.
    n_arrays : int
        Arrays of the cell.
    differences : tuple of Difference
        Variables of the outcomes that differ, the earliest week first; none where only what is no variable differs.
    """

    is_same: bool
    n_arrays: int
    differences: tuple[Difference, ...] = ()


class CellFailedError(RuntimeError):
    """A cell that could not be computed again."""


def compute_again(folder: Path, examined: Examined, cell: Cell) -> Recomputed:
    """Compute one cell of an examined folder in memory, without a look at what is stored, then compare.

    Raises
    ------
    CellFailedError
        If it fails now.
    """
    name, replicate = cell
    assert examined.manifest is not None
    again = run_experiment(
        {name: examined.manifest.scenarios[name]}, None, Serial(), replicates={name: [replicate]}
    )  # fmt: skip
    if again.errors:
        error = again.errors[cell]
        raise CellFailedError(f"{error.exception}: {error.message}")
    key = examined.cells[cell]
    n_arrays = len(again.recorded(name, replicate).arrays)
    if again.store.check(again.cells[cell]) == examined.digests[key]:
        return Recomputed(True, n_arrays)
    return Recomputed(False, n_arrays, tuple(_differences(folder, key, again, cell)))


def _differences(folder: Path, key: str, again: Experiment, cell: Cell) -> list[Difference]:
    name, replicate = cell
    family, scenario = again.families[name], again.scenarios[name]
    stored = result_of(family, scenario, [replicate], [CellStore(folder).read(key)], {})
    return compare_replicate(stored.dataset, 0, again.result(name).dataset)
