"""A pool that keeps its workers: started once, left alone by experiments inside its block, replaced when they die."""

import os
import signal
from dataclasses import dataclass

from simulation.analysis.experiment.backends import KeptPool


@dataclass(frozen=True)
class Job:
    word: str
    leaves_memory: bool = False


def process_of(job, tick):
    return os.getpid()


def made(pool, words):
    found = []
    with pool:
        pool.run(
            [Job(word) for word in words], process_of, lambda _, done: found.append(done.value),
            lambda job, failure: found.append(failure), lambda job, weeks: None,
        )  # fmt: skip
    return found


def test_workers_live_from_run_to_run_and_end_with_the_block():
    with KeptPool(1) as pool:
        first, second = made(pool, "ab"), made(pool, "c")
        (worker,) = set(first + second)
        assert worker != os.getpid()
        os.kill(worker, 0)  # still there
    assert not _is_there(worker)


def test_worker_that_died_between_runs_is_replaced():
    with KeptPool(1) as pool:
        (first,) = made(pool, "a")
        os.kill(first, signal.SIGKILL)
        (second,) = made(pool, "b")
        assert second != first


def _is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
