"""A process pool whose workers live on between runs, for analyses that ask for a few cells at a time."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from simulation.analysis.experiment.backends.base import Compute, OnDone, OnError, OnTick, Work
from simulation.analysis.experiment.backends.process_pool import GRACE_SECONDS, ProcessPool, _Crew


class KeptPool(ProcessPool):
    """A `ProcessPool` that starts its workers once: starting one takes longer than a run of a small world.

    To be used in a `with` block of its own around all runs; what enters it within, as each experiment does, leaves the
    workers as they are.
    """

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._crew: _Crew | None = None
        self._depth = 0

    def __enter__(self) -> Self:
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._crew is not None:
            self._crew.end(GRACE_SECONDS)
            self._crew = None

    def run(self, tasks: Sequence[Work], compute: Compute, on_done: OnDone, on_error: OnError, on_tick: OnTick) -> None:
        """Compute tasks by the workers of the run before; `compute` must be the same in all runs of a block."""
        crew = _Crew(tasks, compute, self.n_workers, on_done, on_error, on_tick)
        if self._crew is not None:
            crew.workers, self._crew = self._crew.workers, None
        try:
            crew.work()
        except BaseException:
            crew.end(seconds=0.0, ask=False)
            raise
        self._crew = crew
