"""The back end of several machines: workers of dask.distributed, of a cluster there is or of one made here."""

import contextlib
import os
import signal
import uuid
from collections import deque
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Any, Self

from simulation.analysis.experiment.backends.base import (
    DEATHS_TOGETHER,
    DIED,
    Compute,
    Counter,
    Done,
    Failure,
    OnDone,
    OnError,
    OnTick,
    attempt,
)
from simulation.analysis.experiment.code_version import code_version, loaded_code
from simulation.analysis.experiment.errors import ExperimentError
from simulation.messages import Message

EXTRA = "epay-adoption[dask]"
TIMEOUT_SECONDS = 20.0  # to reach a cluster and for it to have a worker
TASKS_AHEAD = 2  # a worker's thread has one and the next is on its way
LOCAL_SETTINGS = {
    "distributed.scheduler.allowed-failures": DEATHS_TOGETHER,
    "distributed.scheduler.worker-saturation": 1.0,  # a worker holds one task, so that it takes no other with it
}
FINISHED, FAILED = "finished", "error"  # of a future


class Dask:
    """Compute on workers of dask.distributed.

    Tasks of Mesa agents leave memory in its workers, which live as long as the cluster: for many of them use the
    process pool.

    Parameters
    ----------
    address : str, optional
        A scheduler, as tcp://10.0.0.1:8786; its workers have this package and the same versions of code and
        libraries. None: a cluster on this machine, processes of one thread each.
    n_workers : int, optional
        Processes of a cluster made here; default one a processor.
    timeout_seconds : float
        To reach a cluster, and for it to have a worker.
    """

    n_threads = 1

    def __init__(
        self, address: str | None = None, n_workers: int | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.address, self.timeout_seconds = address, timeout_seconds
        self.n_workers = n_workers or os.cpu_count() or 1
        self._open = contextlib.ExitStack()
        self._client: Any = None

    def __enter__(self) -> Self:
        distributed = _distributed()
        try:
            self._client = self._made() if self.address is None else self._reached(distributed, self.address)
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client = None
        self._open.close()

    def _made(self) -> Any:
        """Return a client of a cluster made here."""
        distributed, dask = _distributed(), import_module("dask")
        self._open.enter_context(dask.config.set(LOCAL_SETTINGS))
        cluster = distributed.LocalCluster(
            n_workers=self.n_workers, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=None
        )
        self._open.callback(_close_cluster, cluster)
        client = self._open.enter_context(distributed.Client(cluster, set_as_default=False))
        client.wait_for_workers(self.n_workers)
        client.run(ignore_interrupts)
        return client

    def _reached(self, distributed: Any, address: str) -> Any:
        """Return a client of the cluster at an address, whose workers run our code.

        Raises
        ------
        ExperimentError
            If nobody answers, there is no worker, or workers have other code or libraries.
        """
        try:
            client = distributed.Client(address, timeout=self.timeout_seconds, set_as_default=False)
        except (OSError, ValueError, ImportError) as error:  # time-outs are OSErrors
            params = {"address": address, "why": str(error)}
            raise ExperimentError([Message("experiment.dask.unreachable", params)]) from error
        self._open.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=self.timeout_seconds)
        except TimeoutError as error:
            raise ExperimentError([Message("experiment.dask.no_workers", {"address": address})]) from error
        try:
            versions = client.run(loaded_code)
        except Exception as error:  # whatever a foreign worker says to our function
            params = {"address": address, "why": f"{type(error).__name__}: {error}"}
            raise ExperimentError([Message("experiment.dask.foreign", params)]) from error
        others = sorted(worker for worker, version in versions.items() if version != code_version())
        if others:
            raise ExperimentError([Message("experiment.dask.versions", {"address": address, "workers": others})])
        self.n_workers = sum(client.nthreads().values())
        return client

    def run(self, tasks: Sequence[Any], compute: Compute, on_done: OnDone, on_error: OnError, on_tick: OnTick) -> None:
        """Compute tasks; see `Backend.run`.

        A task whose worker dies is run by another. In a cluster made here, one that took more than three with it has
        failed; elsewhere the scheduler's own `allowed-failures` holds.

        Raises
        ------
        ExperimentError
            If the connection to the scheduler is lost.
        """
        client, as_completed = self._client, _distributed().as_completed
        topic = f"epay-weeks-{uuid.uuid4().hex}"
        client.subscribe_topic(topic, lambda event: on_tick(tasks[event[1][0]], event[1][1]))
        waiting, running = deque(range(len(tasks))), {}
        finished = as_completed([], loop=client.loop)

        def submit() -> None:
            task = waiting.popleft()
            job = partial(_on_worker, compute, task, topic)
            future = client.submit(job, tasks[task], key=f"{topic}-{task}", pure=False)
            running[future.key] = task
            finished.add(future)

        try:
            for _ in range(min(len(waiting), TASKS_AHEAD * self.n_workers)):
                submit()
            for future in finished:
                task = running.pop(future.key)
                if waiting:
                    submit()
                outcome = self._outcome(future)
                future.release()
                if isinstance(outcome, Done):
                    on_done(tasks[task], outcome)
                else:
                    on_error(tasks[task], outcome)
        finally:
            with contextlib.suppress(Exception):
                client.cancel(list(finished.futures), force=True)
            with contextlib.suppress(Exception):
                client.unsubscribe_topic(topic)

    def _outcome(self, future: Any) -> Done | Failure:
        """Return what became of a future."""
        if future.status == FINISHED:
            found: Done | Failure = future.result()
            return found
        if future.status != FAILED:
            raise ExperimentError([Message("experiment.dask.lost", {"address": self.address or "localhost"})])
        error = future.exception()
        if isinstance(error, _distributed().KilledWorker):
            message = str(Message("experiment.died", {"times": error.allowed_failures + 1}))
            return Failure(DIED, message, "", "dask")
        return Failure(type(error).__name__, str(error), "", "dask")


def _on_worker(compute: Compute, number: int, topic: str, task: Any) -> Done | Failure:
    """Compute a task on a worker and report its weeks to those who listen."""
    worker = _distributed().get_worker()
    counter = Counter(lambda weeks: worker.log_event(topic, (number, weeks)))
    return attempt(compute, task, counter.tick)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the driver; run on workers of this machine, which a terminal would interrupt too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _close_cluster(cluster: Any) -> None:
    cluster.close()


def _distributed() -> Any:
    """Return the optional package, imported when first needed.

    Raises
    ------
    ExperimentError
        Naming the command that installs it.
    """
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ExperimentError([Message("experiment.dask.missing", {"extra": EXTRA})]) from error
