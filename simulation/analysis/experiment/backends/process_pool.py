"""The back end of one machine: processes that may die without taking anything but their own task with them.

`concurrent.futures.ProcessPoolExecutor` is not used. One dead worker breaks it, with all that is in flight; it does not
tell which task the dead one had; and its workers share queues and locks, so that one killed while it writes or holds a
lock leaves everybody waiting. Here each worker has a pipe of its own, and a death is the end of that pipe.
"""

import contextlib
import multiprocessing
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from simulation.analysis.experiment.backends import pool_worker
from simulation.analysis.experiment.backends.base import (
    DEATHS_TOGETHER,
    DIED,
    Compute,
    Done,
    Failure,
    OnDone,
    OnError,
    OnTick,
    Work,
)
from simulation.analysis.experiment.errors import ExperimentError
from simulation.messages import Message

MOST_FAILED_STARTS = 6  # in a row: then no worker will ever start
MOST_KILLED_STARTS = 60  # in a row: somebody else ends them, who may stop
GRACE_SECONDS = 2.0  # for a worker to end by itself


class _Worker:
    """A process, our end of its pipe, and the task it has."""

    def __init__(self, compute: Compute) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=pool_worker.serve, args=(theirs, compute), daemon=True)
        with interrupts_ignored():
            self.process.start()
        theirs.close()  # so that the pipe ends with the process
        self.is_ready = False
        self.task: int | None = None

    def stop(self) -> None:
        """Ask for the end; `join` waits for it."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)

    def join(self, seconds: float) -> int:
        """Wait for the end, then force it; returns the exit code, below zero where a signal ended it."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()
        code = self.process.exitcode
        self.process.close()
        return code or 0


class ProcessPool:
    """Compute in processes of this machine, one kernel thread each.

    Parameters
    ----------
    n_workers : int
        Processes. They import the calling script, which must guard its calls with `if __name__ == "__main__":`.
    """

    n_threads = 1

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def run(self, tasks: Sequence[Work], compute: Compute, on_done: OnDone, on_error: OnError, on_tick: OnTick) -> None:
        """Compute tasks; see `Backend.run`.

        A task whose worker dies goes to another. One that took three workers with it is tried alone when all others
        are done, because what killed them may have been a lack of memory; if it dies then too, it has failed.

        Raises
        ------
        ExperimentError
            If workers die one after another before any has begun.
        """
        crew = _Crew(tasks, compute, self.n_workers, on_done, on_error, on_tick)
        try:
            crew.work()
        except BaseException:
            crew.end(seconds=0.0, ask=False)
            raise
        crew.end(GRACE_SECONDS)


class _Crew:
    """The workers of one run, and what is left to do."""

    def __init__(
        self,
        tasks: Sequence[Work],
        compute: Compute,
        n_workers: int,
        on_done: OnDone,
        on_error: OnError,
        on_tick: OnTick,
    ) -> None:
        self.tasks, self.compute, self.n_workers = tasks, compute, n_workers
        self.on_done, self.on_error, self.on_tick = on_done, on_error, on_tick
        self.waiting: deque[int] = deque(range(len(tasks)))
        self.suspects: deque[int] = deque()
        self.deaths: Counter[int] = Counter()
        self.workers: list[_Worker] = []
        self.failed_starts = self.killed_starts = 0
        self.is_alone = False

    def work(self) -> None:
        """Do everything."""
        while self.waiting or self._busy():
            self._round()
        while self.suspects:
            self.end(GRACE_SECONDS)  # a process of its own, and all memory
            self.is_alone, self.waiting = True, deque([self.suspects.popleft()])
            while self.waiting or self._busy():
                self._round()

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self.workers)

    def _round(self) -> None:
        """Start workers that are lacking, and hear what those there are have to say."""
        most = 1 if self.is_alone else self.n_workers
        while len(self.workers) < min(most, len(self.waiting) + self._busy()):
            self.workers.append(_Worker(self.compute))
        for worker in self.workers:
            if worker.is_ready and worker.task is None:
                self._give(worker)
        by_pipe = {worker.pipe: worker for worker in self.workers}
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                word, *content = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            if word == pool_worker.READY:
                worker.is_ready, self.failed_starts, self.killed_starts = True, 0, 0
            elif word == pool_worker.WEEKS and worker.task is not None:
                self.on_tick(self.tasks[worker.task], content[0])
            elif word == pool_worker.OUTCOME:
                self._take(worker, content[0])

    def _give(self, worker: _Worker) -> None:
        """Give a worker its next task."""
        if not self.waiting:
            return
        task = self.waiting.popleft()
        try:
            worker.pipe.send(self.tasks[task])
        except OSError:
            self.waiting.appendleft(task)  # it never began, and its worker's end will be heard
        else:
            worker.task = task

    def _take(self, worker: _Worker, outcome: Done | Failure) -> None:
        """Take what a worker made, after it was given more to do."""
        assert worker.task is not None
        task = self.tasks[worker.task]
        worker.task = None
        if task.leaves_memory:
            worker.stop()
            worker.join(GRACE_SECONDS)
            self.workers.remove(worker)
        else:
            self._give(worker)
        if isinstance(outcome, Done):
            self.on_done(task, outcome)
        else:
            self.on_error(task, outcome)

    def _bury(self, worker: _Worker) -> None:
        """Note the death of a worker and what it was doing."""
        self.workers.remove(worker)
        pid = worker.process.pid
        code = worker.join(GRACE_SECONDS)
        if not worker.is_ready:
            self.failed_starts += code > 0
            self.killed_starts += code < 0
            if self.failed_starts >= MOST_FAILED_STARTS or self.killed_starts >= MOST_KILLED_STARTS:
                raise ExperimentError([Message("experiment.no_workers")])
        task = worker.task
        if task is None:
            return
        self.deaths[task] += 1
        self.on_tick(self.tasks[task], 0)
        if self.is_alone:
            message = str(Message("experiment.died", {"times": self.deaths[task]}))
            self.on_error(self.tasks[task], Failure(DIED, message, "", str(pid)))
        elif self.deaths[task] >= DEATHS_TOGETHER:
            self.suspects.append(task)
        else:
            self.waiting.append(task)

    def end(self, seconds: float, ask: bool = True) -> None:
        """End all workers: by asking, else by force."""
        for worker in self.workers:
            if ask:
                worker.stop()
            else:
                worker.process.kill()
        for worker in self.workers:
            worker.join(seconds)
        self.workers.clear()


@contextlib.contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first instruction on: what is ignored is inherited."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers; workers ignore it anyway once they serve
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
