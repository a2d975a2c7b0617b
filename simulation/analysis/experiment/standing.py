"""How far an experiment is, and when it will be done."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an experiment is.

    Attributes
    ----------
    done_weeks, total_weeks : int
        Simulated weeks of all cells; those of cells that were there before count as done.
    done_cells, failed_cells, total_cells : int
        The same in cells.
    elapsed_seconds : float
        Since the run began.
    seconds_left : float or None
        At the speed of this run alone; None before it has one.
    """

    done_weeks: int
    total_weeks: int
    done_cells: int
    failed_cells: int
    total_cells: int
    elapsed_seconds: float
    seconds_left: float | None


Report = Callable[[Standing], None]


class Tally:
    """Counts weeks and cells of a run; its methods may be called from several threads.

    Parameters
    ----------
    total_weeks, total_cells : int
        Of the whole experiment.
    skipped_weeks, skipped_cells : int
        Of what was finished before.
    report : callable of Standing, optional
        Called whenever something changed.
    """

    def __init__(
        self, total_weeks: int, total_cells: int, skipped_weeks: int, skipped_cells: int, report: Report | None
    ) -> None:
        self._total_weeks, self._total_cells = total_weeks, total_cells
        self._skipped_weeks, self._skipped_cells = skipped_weeks, skipped_cells
        self._own_weeks = self._own_cells = self._failed = 0
        self._running: dict[Hashable, int] = {}
        self._ended: set[Hashable] = set()
        self._report, self._lock, self._start = report, threading.RLock(), time.monotonic()
        self._tell()

    def ticked(self, task: Hashable, weeks: int) -> None:
        """Note the weeks of a task's present attempt."""
        with self._lock:
            if task not in self._ended:  # what workers of a cluster say may come late
                self._running[task] = weeks
                self._tell()

    def finished(self, task: Hashable, weeks: int, n_cells: int) -> None:
        """Note that a task is done."""
        with self._lock:
            self._end(task)
            self._own_weeks += weeks
            self._own_cells += n_cells
            self._tell()

    def failed(self, task: Hashable, n_cells: int) -> None:
        """Note that a task failed for good, or, with no cells, for now."""
        with self._lock:
            self._end(task)
            self._failed += n_cells
            self._tell()

    def _end(self, task: Hashable) -> None:
        self._running.pop(task, None)
        self._ended.add(task)

    @property
    def elapsed_seconds(self) -> float:
        """Return the seconds since the run began."""
        return time.monotonic() - self._start

    def _tell(self) -> None:
        if self._report is None:
            return
        own = self._own_weeks + sum(self._running.values())
        done = min(self._skipped_weeks + own, self._total_weeks)
        elapsed = self.elapsed_seconds
        self._report(
            Standing(
                done_weeks=done,
                total_weeks=self._total_weeks,
                done_cells=self._skipped_cells + self._own_cells,
                failed_cells=self._failed,
                total_cells=self._total_cells,
                elapsed_seconds=elapsed,
                seconds_left=(self._total_weeks - done) * elapsed / own if own else None,
            )
        )
