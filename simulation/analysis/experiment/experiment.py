"""Run many scenarios over many worlds: each cell once, kept, and taken up where an earlier run stopped."""

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from simulation.analysis.experiment.backends.base import Backend, Done, Failure
from simulation.analysis.experiment.backends.process_pool import ProcessPool
from simulation.analysis.experiment.code_version import code_version
from simulation.analysis.experiment.errors import CodeChangedError, DamagedCellError, MissingCellsError
from simulation.analysis.experiment.keys import cell_keys
from simulation.analysis.experiment.lock import only_driver
from simulation.analysis.experiment.manifest import Manifest, joined, read_manifest, replicates_of, write_manifest
from simulation.analysis.experiment.simulate import Family, Task, families_of, result_of, simulate
from simulation.analysis.experiment.standing import Report, Tally
from simulation.analysis.experiment.store import CellError, CellStore, MemoryStore, Store
from simulation.analysis.experiment.tasks import Compute, files_of, tasks_of
from simulation.engine.runner import EngineName, Progress, processors
from simulation.engine.shared_past import Recorded
from simulation.messages import Message
from simulation.outcomes.result import Result
from simulation.scenario.schema import Scenario

Cell = tuple[str, int]  # scenario's name and replicate


@dataclass(frozen=True, slots=True)
class Experiment:
    """What an experiment came to.

    Attributes
    ----------
    scenarios : mapping of str to Scenario
        As resolved.
    cells : mapping of (name, replicate) to str
        Keys of all cells asked for; equal cells have one key.
    errors : mapping of (name, replicate) to CellError
        Cells that failed, and why.
    computed : frozenset of str
        Keys of the cells this run computed; the others were there.
    elapsed_seconds : float
        Of this run.
    """

    scenarios: Mapping[str, Scenario]
    cells: Mapping[Cell, str]
    errors: Mapping[Cell, CellError]
    computed: frozenset[str]
    elapsed_seconds: float
    n_workers: int
    store: Store
    families: Mapping[str, Family]

    def recorded(self, name: str, replicate: int) -> Recorded:
        """Return one cell.

        Raises
        ------
        DamagedCellError
            If its file was damaged after the run; running again computes it anew.
        """
        return self.store.read(self.cells[name, replicate])

    def replicates(self, name: str) -> tuple[int, ...]:
        """Return the replicates of a scenario that were asked for."""
        return tuple(sorted(r for n, r in self.cells if n == name))

    def result(self, name: str, without_failed: bool = False) -> Result:
        """Return a scenario's outcomes over its replicates: the numbers `run_many` gives.

        Parameters
        ----------
        without_failed : bool
            Leave failed replicates out. Worlds that fail may be unlike others, so this is not the default.

        Raises
        ------
        MissingCellsError
            If replicates failed, or none is left.
        """
        asked = self.replicates(name)
        failed = [r for r in asked if (name, r) in self.errors]
        there = [r for r in asked if r not in failed]
        if (failed and not without_failed) or not there:
            first = self.errors[name, failed[0]]
            params = {"name": name, "failed": len(failed), "asked": len(asked), "why": first.message}
            raise MissingCellsError([Message("experiment.missing", params)])
        facts = {"elapsed_seconds": self.elapsed_seconds, "n_workers": self.n_workers}
        recorded = [self.recorded(name, r) for r in there]
        return result_of(self.families[name], self.scenarios[name], there, recorded, facts)

    def digest(self) -> str:
        """Return sha256 over keys and contents of all finished cells, in the order of keys.

        It does not depend on back end, number of workers, order or compression.
        """
        digest = hashlib.sha256()
        for key in sorted({key for cell, key in self.cells.items() if cell not in self.errors}):
            digest.update(f"{key} {self.store.check(key)}\n".encode())
        return digest.hexdigest()


def run_experiment(
    scenarios: Mapping[str, Scenario],
    folder: Path | str | None,
    backend: Backend | None = None,
    progress: Report | None = None,
    replicates: Mapping[str, Sequence[int]] | None = None,
    solve_progress: Progress | None = None,
    engine: EngineName = "array",
    cells_a_task: int | None = None,
    compute: Compute = simulate,
    keep_others: bool = False,
    noted: bool = True,
) -> Experiment:
    """Run what of an experiment is not finished yet.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        What is held against each other; equal scenarios under two names are computed once.
    folder : path or None
        Where cells are kept. One that holds this experiment already is taken up: finished cells are verified and
        skipped, failed ones tried once more; scenarios and replicates may have been added. None: in memory.
    backend : Backend, optional
        `Serial`, `ProcessPool` or `Dask`; no cell depends on it. Default a process for every processor.
    progress : callable of Standing, optional
        Called whenever weeks have passed; may come from another thread.
    replicates : mapping of str to sequence of int, optional
        Which worlds of a scenario, from 0; where none are named, as many as the scenario says.
    solve_progress : callable of (done, total), optional
        Rounds of the constants' solution, as for `run_many`.
    engine : str
        "array", or "mesa" for agents; both give the same cells.
    cells_a_task : int, optional
        Most cells that share a world in one task; by default as many as leave each worker enough to do.
    compute : callable of (task, tick)
        Computes a task; importable where workers are.
    keep_others : bool
        Leave scenarios of the folder that are not among these in it, where they would be refused otherwise: for an
        analysis that chooses scenarios as outcomes come in.
    noted : bool
        Write into the folder's own file what is run. False is for an analysis that asks for a few cells hundreds of
        times, would rewrite a long file each time, and notes all of them in a later call; finished cells are found
        again either way, because a cell's key follows from what it is. The folder must hold that file already.

    Returns
    -------
    Experiment
        A cell that raised, or killed its workers, is among its errors; all others are finished.

    Raises
    ------
    ExperimentError
        If the folder is another experiment's or another driver's, cannot be written, or workers cannot be had. What
        was finished stays, as after Ctrl-C, and the same call goes on from there.
    """
    asked = replicates_of(scenarios, replicates)
    backend = backend or ProcessPool(processors())
    place = None if folder is None else Path(folder)
    with contextlib.ExitStack() as stack:
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(only_driver(place))
        before = read_manifest(place) if place is not None and noted else None
        stack.enter_context(backend)
        families = families_of(scenarios, solve_progress, backend.n_workers, engine)
        by_name = {name: family for family in families for name, _ in family.scenarios}
        resolved = {
            name: scenario.model_copy(update={"replicates": len(asked[name])})
            for family in families
            for name, scenario in family.scenarios
        }
        code = code_version()
        keys = {
            name: cell_keys(resolved[name], by_name[name].region, by_name[name].constants, asked[name], code)
            for name in scenarios
        }
        cells: dict[Cell, str] = {(name, r): key for name, own in keys.items() for r, key in own.items()}
        store: Store = MemoryStore()
        if place is not None:
            if noted:
                write_manifest(place, joined(before, Manifest(resolved, keys, code), place, keep_others))
            folder_store = CellStore(place)
            folder_store.clear_parts()
            store = folder_store
        driver = _Driver(store, cells, resolved, engine, progress)
        tasks = tasks_of(families, cells, driver.wanted, backend.n_workers, backend.n_threads, cells_a_task)
        while tasks:
            backend.run(tasks, partial(files_of, compute), driver.done, driver.failed, driver.ticked)
            tasks = driver.taken_apart()
    return Experiment(
        resolved,
        cells,
        {cell: driver.errors[key] for cell, key in cells.items() if key in driver.errors},
        frozenset(driver.computed),
        driver.tally.elapsed_seconds,
        backend.n_workers,
        store,
        by_name,
    )


class _Driver:
    """The one writer: takes what workers made into the store."""

    def __init__(
        self,
        store: Store,
        cells: Mapping[Cell, str],
        scenarios: Mapping[str, Scenario],
        engine: str,
        report: Report | None,
    ) -> None:
        self.store, self.engine = store, engine
        self.errors: dict[str, CellError] = {}
        self.computed: set[str] = set()
        self._apart: list[Task] = []
        weeks = {key: scenarios[name].weeks for (name, _), key in cells.items()}
        finished = {key for key in store.keys() & weeks.keys() if self._is_whole(key)}
        self.wanted = weeks.keys() - finished
        self.tally = Tally(sum(weeks.values()), len(weeks), sum(weeks[k] for k in finished), len(finished), report)

    def _is_whole(self, key: str) -> bool:
        """Return whether a cell can be believed; one that cannot is moved aside."""
        try:
            self.store.check(key)
        except DamagedCellError:
            self.store.put_aside(key)
            return False
        return True

    def done(self, task: Task, done: Done) -> None:
        """Keep the cells of a task."""
        for key, data in done.value.items():
            self.store.write(key, data)
            self.computed.add(key)
        self.store.note_time(
            {
                "keys": list(task.keys),
                "seconds": done.seconds,
                "worker": done.worker,
                "engine": self.engine,
                "written_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            }
        )
        self.tally.finished(task.keys, task.weeks, len(task.keys))

    def ticked(self, task: Task, weeks: int) -> None:
        """Note the weeks of a task's present attempt."""
        self.tally.ticked(task.keys, weeks)

    def failed(self, task: Task, failure: Failure) -> None:
        """Record the failure of a cell; of several cells, each is to be tried by itself first."""
        if failure.exception == CodeChangedError.__name__:
            raise CodeChangedError(failure.worker)
        if len(task.keys) > 1:
            self._apart += [task.of([name]) for name in task.names]
            self.tally.failed(task.keys, 0)
            return
        (key,) = task.keys
        before = self.store.read_error(key)
        attempts = before.attempts + 1 if before else 1
        self.errors[key] = CellError(failure.exception, failure.message, failure.traceback, attempts)
        self.store.write_error(key, self.errors[key])
        self.tally.failed(task.keys, 1)

    def taken_apart(self) -> list[Task]:
        """Return the cells of failed tasks as tasks of their own, once."""
        tasks, self._apart = self._apart, []
        return tasks
