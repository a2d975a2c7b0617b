"""Who runs the replicates of a what-if: this thread, or processes that keep the worlds."""

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from simulation.analysis.experiment.backends.process_pool import interrupts_ignored
from simulation.analysis.experiment.simulate import Family
from simulation.analysis.what_if.worker import (
    DONE,
    HELD,
    READY,
    GivenUpError,
    Question,
    hold,
    huge_pages_asked_for,
    keep_freed_memory,
    serve,
)
from simulation.engine.held_world import HeldWorld
from simulation.engine.shared_past import Recorded
from simulation.scenario.schema import Scenario

LOOK_SECONDS = 0.01  # between two looks at whether an answer is still wanted
DIED = "a process of the what-if has died; close the session and open another"
GRACE_SECONDS = 2.0  # for a process to end by itself
Cancelled = Callable[[], bool]
Held = Callable[[int, Recorded, Recorded], None]


class Crew(Protocol):
    """Keeps the worlds of all replicates and runs scenarios on them."""

    def build(self, n_replicates: int, on_held: Held) -> None:
        """Build the worlds; `on_held` gets each replicate with its programme and its baseline."""

    def run(self, scenario: Scenario, n_replicates: int, cancelled: Cancelled) -> Iterator[tuple[int, Recorded]]:
        """Run a scenario; gives replicates as they end, and ends early where it is cancelled."""

    def close(self) -> None:
        """Let go of the worlds."""


class Alone:
    """Run everything in the calling thread, one replicate after another."""

    def __init__(self, family: Family, names: tuple[str, str]) -> None:
        self._family, self._names = family, names
        self._worlds: list[HeldWorld] = []

    def build(self, n_replicates: int, on_held: Held) -> None:
        """Build the worlds."""
        for replicate in range(n_replicates):
            world, *recorded = hold(self._family, replicate, *self._names)
            self._worlds.append(world)
            on_held(replicate, *recorded)

    def run(self, scenario: Scenario, n_replicates: int, cancelled: Cancelled) -> Iterator[tuple[int, Recorded]]:
        """Run a scenario; cancelled between two weeks."""

        def tick() -> None:
            if cancelled():
                raise GivenUpError

        with contextlib.suppress(GivenUpError):
            for replicate in range(n_replicates):
                yield replicate, self._worlds[replicate].run(scenario, tick)

    def close(self) -> None:
        """Let go of the worlds."""
        self._worlds.clear()


class Processes:
    """Run replicates in processes, which keep their worlds: half a week's time is spent outside compiled code.

    Replicate r belongs to process r modulo their number.
    """

    def __init__(self, family: Family, names: tuple[str, str], n_workers: int) -> None:
        self._family, self._names, self._n_workers = family, names, n_workers
        keep_freed_memory()  # answers are read into it
        self._context = multiprocessing.get_context("spawn")
        self._latest = self._context.Value("q", 0, lock=False)  # one writes, and a look a week too late is no harm
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []

    def build(self, n_replicates: int, on_held: Held) -> None:
        """Start the processes, and wait for their worlds."""
        for worker in range(self._n_workers):
            pipe, theirs = self._context.Pipe()
            mine = tuple(range(worker, n_replicates, self._n_workers))
            process = self._context.Process(
                target=serve, args=(theirs, self._latest, self._family, mine, self._names), daemon=True
            )
            with interrupts_ignored(), huge_pages_asked_for():
                process.start()
            theirs.close()  # so that the pipe ends with the process
            self._pipes.append(pipe)
            self._processes.append(process)
        n_ready = 0
        while n_ready < self._n_workers:
            for word, *content in self._heard(None):
                n_ready += word == READY
                if word == HELD:
                    on_held(*content)

    def run(self, scenario: Scenario, n_replicates: int, cancelled: Cancelled) -> Iterator[tuple[int, Recorded]]:
        """Run a scenario; cancelled within a hundredth of a second and a week."""
        self._latest.value += 1
        serial = self._latest.value
        try:
            for worker in range(self._n_workers):
                self._ask(worker, Question(serial, scenario, tuple(range(worker, n_replicates, self._n_workers))))
            n_left = n_replicates
            while n_left and not cancelled():
                for word, *content in self._heard(LOOK_SECONDS):
                    if word == DONE and content[0] == serial:  # others were asked for before
                        n_left -= 1
                        yield content[1], content[2]
        finally:
            if self._latest.value == serial:
                self._latest.value += 1  # whatever still runs is given up

    def _ask(self, worker: int, question: Question) -> None:
        """Send a question to a process."""
        pipe = self._pipes[worker]
        try:
            while pipe.poll():
                pipe.recv()  # an answer that came too late would keep its process from hearing the question
            pipe.send(question)
        except (EOFError, OSError) as error:
            raise RuntimeError(DIED) from error

    def _heard(self, seconds: float | None) -> Iterator[Sequence[Any]]:
        """Give what the processes have to say, waiting so long for the first of it.

        Raises
        ------
        RuntimeError
            If one of them has died.
        """
        ready = wait(self._pipes, seconds)
        for pipe in self._pipes:
            if pipe in ready:
                try:
                    heard = pipe.recv()
                except (EOFError, OSError) as error:
                    raise RuntimeError(DIED) from error
                yield heard

    def close(self) -> None:
        """End the processes."""
        self._latest.value += 1
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(GRACE_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
        self._pipes.clear()
        self._processes.clear()


def crew_of(family: Family, names: tuple[str, str], n_workers: int) -> Crew:
    """Return who runs the replicates: this thread for one worker, else processes."""
    return Alone(family, names) if n_workers == 1 else Processes(family, names, n_workers)
