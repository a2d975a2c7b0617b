"""The back end without workers: one task after another in this process."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from simulation.analysis.experiment.backends.base import Compute, Counter, Done, OnDone, OnError, OnTick, attempt


class Serial:
    """Compute in this process.

    Parameters
    ----------
    n_threads : int
        Kernel threads of the array engine; no result depends on it.
    """

    n_workers = 1

    def __init__(self, n_threads: int = 1) -> None:
        self.n_threads = n_threads

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def run(self, tasks: Sequence[Any], compute: Compute, on_done: OnDone, on_error: OnError, on_tick: OnTick) -> None:
        """Compute tasks in order; see `Backend.run`."""
        for task in tasks:
            outcome = attempt(compute, task, Counter(lambda weeks, task=task: on_tick(task, weeks)).tick)  # type: ignore[misc]
            if isinstance(outcome, Done):
                on_done(task, outcome)
            else:
                on_error(task, outcome)
