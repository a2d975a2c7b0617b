"""The other end of a pipe of the process pool: a process that computes tasks until it is told to stop."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection, wait

from simulation.analysis.experiment.backends.base import Compute, Counter, attempt

READY, WEEKS, OUTCOME = "ready", "weeks", "outcome"


def serve(pipe: Connection, compute: Compute) -> None:
    """Compute what comes through a pipe; None, or its end, is the end.

    Only one process has either end, and only one thread writes: nothing is shared that a killed process could hold.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        pipe.send((READY,))
        while (task := pipe.recv()) is not None:
            counter = Counter(lambda weeks: pipe.send((WEEKS, weeks)))
            pipe.send((OUTCOME, attempt(compute, task, counter.tick)))
    except (EOFError, OSError):
        return  # the driver is gone


def _follow_parent() -> None:
    """End this process when the one that started it has died, whatever is being computed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
