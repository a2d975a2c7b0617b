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
LONGEST_NAME = 60  # characters of a worker's name in a sentence


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
    groups = []
    left = set(wanted)
    for family in families:
        whole = Task(family, 0, tuple(n for n, _ in family.scenarios), ("",) * len(family.scenarios), code_version())
        for replicate in sorted({r for name, r in keys if name in whole.names}):
            names = []
            for name in whole.names:
                key = keys.get((name, replicate))
                if key in left:
                    left.discard(key)
                    names.append(name)
            if names:
                own = {name: keys[name, replicate] for name in names}
                groups.append((whole, replicate, own))
    pieces = -(-TASKS_A_WORKER * n_workers // len(groups)) if groups else 1
    tasks = []
    for whole, replicate, own in sorted(groups, key=lambda group: group[1]):
        size = cells_a_task or max(1, -(-len(own) // pieces))
        names = list(own)
        for start in range(0, len(names), size):
            part = whole.of(names[start : start + size])
            part_keys = tuple(own[name] for name in part.names)
            tasks.append(replace(part, replicate=replicate, keys=part_keys, n_threads=n_threads))
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
