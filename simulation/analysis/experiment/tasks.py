"""Which cells go into one task, and what a worker returns for it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from simulation.analysis.experiment.cell_file import encode
from simulation.analysis.experiment.code_version import code_version
from simulation.analysis.experiment.errors import CodeChangedError
from simulation.analysis.experiment.simulate import Family, Task, Tick
from simulation.engine.shared_past import Recorded

Compute = Callable[[Task, Tick], dict[str, Recorded]]
TASKS_A_WORKER = 3  # fewer leave workers idle at the end; more simulate a shared past more often


def tasks_of(
    families: Sequence[Family],
    keys: Mapping[tuple[str, int], str],
    wanted: Collection[str],
    n_workers: int,
    n_threads: int,
    cells_a_task: int | None = None,
) -> list[Task]:
    """Return tasks for the cells wanted, each once, replicate by replicate.

    Parameters
    ----------
    keys : mapping of (name, replicate) to str
        All cells; equal cells of two names have one key.
    wanted : collection of str
        Keys without an outcome.
    n_workers : int
        Cells that share a world are split over tasks where there would be fewer than three tasks a worker.
    cells_a_task : int, optional
        Most cells of a task, in place of that rule.
    """
    groups: list[tuple[int, Family, dict[str, str]]] = []
    left = set(wanted)
    for family in families:
        own = {name for name, _ in family.scenarios}
        for replicate in sorted({r for name, r in keys if name in own}):
            found = {}
            for name, _ in family.scenarios:
                key = keys.get((name, replicate))
                if key in left:
                    left.discard(key)
                    found[name] = key
            if found:
                groups.append((replicate, family, found))
    pieces = -(-TASKS_A_WORKER * n_workers // len(groups)) if groups else 1
    code = code_version()
    tasks = []
    for replicate, family, found in sorted(groups, key=lambda group: group[0]):
        scenarios = dict(family.scenarios)
        size = cells_a_task or max(1, -(-len(found) // pieces))
        for start in range(0, len(found), size):
            names = tuple(found)[start : start + size]
            part = replace(family, scenarios=tuple((name, scenarios[name]) for name in names))
            tasks.append(Task(part, replicate, names, tuple(found[n] for n in names), code, n_threads))
    return tasks


def files_of(compute: Compute, task: Task, tick: Tick, worker: str = "") -> dict[str, bytes]:
    """Compute a task and return its cells' files by key: small to send, and ready to be written.

    Raises
    ------
    CodeChangedError
        If this process runs other code than the driver, whose cells must not bear its keys.
    """
    if code_version() != task.code:
        raise CodeChangedError(worker)
    recorded = compute(task, tick)
    return {key: encode(key, recorded[name]) for name, key in zip(task.names, task.keys, strict=True)}
