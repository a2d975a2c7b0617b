"""The far side of a what-if: the worlds of some replicates, kept, and whatever is asked of them."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from simulation.analysis.experiment.simulate import Family
from simulation.engine import runner
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.held_world import HeldWorld
from simulation.engine.shared_past import Recorded
from simulation.scenario.schema import Scenario

READY, HELD, DONE = "ready", "held", "done"
# glibc's mallopt: memory above this is given back to the system, and blocks above this are not kept at all
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, KEPT_BYTES = -1, -3, 1 << 30
# glibc's tunables, which a process reads as it starts: ask for pages of 2 MB, of which a world needs a few
TUNABLES, HUGE_PAGES = "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"
NICENESS = 5  # an answer is put together and drawn at once, while further replicates are computed
Tick = Callable[[], None]


class GivenUpError(Exception):
    """A run that nobody waits for any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario to be run.

    Attributes
    ----------
    serial : int
        Counts questions; the latest is the one that is waited for.
    scenario : Scenario
        As resolved within its family.
    replicates : tuple of int
        Which ones, in this order.
    """

    serial: int
    scenario: Scenario
    replicates: tuple[int, ...]


def hold(family: Family, replicate: int, programme: str, baseline: str) -> tuple[HeldWorld, Recorded, Recorded]:
    """Build one replicate's world; return it with what the programme, which it keeps, and the baseline came to."""
    engine = runner.world_of(family.first, family.region, family.constants, replicate)
    assert isinstance(engine, ArrayEngine)
    world = HeldWorld(engine, engine.warm_up())
    scenarios = dict(family.scenarios)
    return world, world.keep(scenarios[programme]), world.run(scenarios[baseline])


def serve(pipe: Connection, latest: Any, family: Family, replicates: Sequence[int], names: tuple[str, str]) -> None:
    """Build the worlds of some replicates, then answer questions until the pipe ends.

    Parameters
    ----------
    pipe : Connection
        Brings a `Question` at a time; takes (HELD, replicate, programme, baseline) for every world, (READY,), and
        (DONE, serial, replicate, recorded).
    latest : multiprocessing value
        Serial of the question that is waited for. It is looked at every week, so that an older one is given up.
    names : (str, str)
        Programme and baseline.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        worlds = {}
        for replicate in replicates:
            worlds[replicate], *recorded = hold(family, replicate, *names)
            pipe.send((HELD, replicate, *recorded))
        pipe.send((READY,))
        while True:
            question: Question = pipe.recv()

            def tick(serial: int = question.serial) -> None:
                if latest.value != serial:
                    raise GivenUpError

            try:
                for replicate in question.replicates:
                    tick()
                    found = worlds[replicate].run(question.scenario, tick)
                    tick()  # nobody may be there to take it
                    pipe.send((DONE, question.serial, replicate, found))
            except GivenUpError:
                continue
    except (EOFError, OSError):
        return  # the session is over


@contextlib.contextmanager
def huge_pages_asked_for() -> Iterator[None]:
    """Let processes that are started within ask for huge pages, where their C library knows how to.

    A week reads some hundred arrays here and there; with pages of 4 kB the processor has to look up where they are
    again and again, which costs 3% of a world.
    """
    before = os.environ.get(TUNABLES)
    os.environ[TUNABLES] = f"{before}:{HUGE_PAGES}" if before else HUGE_PAGES
    try:
        yield
    finally:
        if before is None:
            del os.environ[TUNABLES]
        else:
            os.environ[TUNABLES] = before


def keep_freed_memory() -> None:
    """Let this process use again what it has freed, where the C library can be told to.

    Every answer needs the same few megabytes anew; given back and asked for again they cost a fault a page.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # Windows has no library of no name
        set_option = ctypes.CDLL(None).mallopt
        set_option(M_TRIM_THRESHOLD, KEPT_BYTES)
        set_option(M_MMAP_THRESHOLD, KEPT_BYTES)


def _follow_parent() -> None:
    """End this process when the one that started it has died, whatever is being computed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
