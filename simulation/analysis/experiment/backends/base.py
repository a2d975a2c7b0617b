"""What an experiment asks of whatever computes its tasks."""

import os
import socket
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

DIED = "WorkerDied"  # stands where else the type of an exception does
DEATHS_TOGETHER = 3  # workers a task may take with it before it is tried alone


class Work(Protocol):
    """What a back end must know of a task."""

    @property
    def leaves_memory(self) -> bool:
        """Return whether a process that ran it should not run another."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """A task's value, the wall seconds it took and who computed it."""

    value: Any
    seconds: float
    worker: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no value: what was raised, or that its workers died."""

    exception: str
    message: str
    traceback: str
    worker: str


Compute = Callable[[Any, Callable[[], None]], Any]
OnDone = Callable[[Any, Done], None]
OnError = Callable[[Any, Failure], None]
OnTick = Callable[[Any, int], None]


class Backend(Protocol):
    """Computes tasks, in any order.

    Used in a `with` block, which connects and lets go. Whatever a callback raises stops all workers and passes on, as
    does Ctrl-C.

    Attributes
    ----------
    n_workers : int
        Tasks computed at a time; known within the block.
    n_threads : int
        Kernel threads a task may use.
    """

    n_workers: int
    n_threads: int

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def run(self, tasks: Sequence[Any], compute: Compute, on_done: OnDone, on_error: OnError, on_tick: OnTick) -> None:
        """Compute tasks; returns when each was done or has failed.

        Parameters
        ----------
        compute : callable of (task, tick)
            Importable where workers are; calls `tick()` after each week.
        on_done, on_error : callables of (task, outcome)
            Called in the caller's thread, once a task.
        on_tick : callable of (task, weeks)
            Weeks of a task's present attempt, now and then; may come from another thread.
        """
        ...


def worker_name() -> str:
    """Return machine and process of this worker."""
    return f"{socket.gethostname()}/{os.getpid()}"


def attempt(compute: Compute, task: Any, tick: Callable[[], None]) -> Done | Failure:
    """Compute a task in this process; what it raises becomes a failure, save what ends a process."""
    started = time.perf_counter()
    try:
        value = compute(task, tick)
    except Exception as error:
        return Failure(type(error).__name__, str(error), traceback.format_exc(), worker_name())
    return Done(value, time.perf_counter() - started, worker_name())


class Counter:
    """Weeks of a task, told no oftener than ten times a second."""

    INTERVAL_SECONDS = 0.1

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.weeks, self._tell, self._last = 0, tell, time.monotonic()

    def tick(self) -> None:
        """Count a week."""
        self.weeks += 1
        if time.monotonic() - self._last >= self.INTERVAL_SECONDS:
            self._tell(self.weeks)
            self._last = time.monotonic()
