"""What commands that run experiments share: where runs are computed, and the bar that shows how far they are."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.cli.parts import Refused
from simulation.messages import Message

if TYPE_CHECKING:
    from simulation.analysis.experiment.backends import Backend
    from simulation.analysis.experiment.standing import Standing
    from simulation.report.terminal import Tick

BACKENDS = ("pool", "serial", "dask")
POOL, SERIAL, DASK = BACKENDS
LOCAL = "local"


def backend_of(kind: str | None, address: str | None, workers: int | None) -> "tuple[Callable[[], Backend], int]":
    """Return what makes a back end, and how many replicates it computes at a time."""
    from simulation.analysis.experiment.backends import Dask, ProcessPool, Serial
    from simulation.engine.runner import processors

    kind = kind or (DASK if address else POOL)
    if kind not in BACKENDS:
        raise Refused(bad_option("--backend", kind, "cli.allowed.backends", POOL))
    n = workers or processors()
    if kind == SERIAL:
        return lambda: Serial(n), 1
    if kind == DASK:
        return lambda: Dask(None if address in (None, LOCAL) else address, workers), n
    return lambda: ProcessPool(n), n


def bad_option(option: str, value: str, allowed: str, example: str) -> Message:
    """Return what is wrong with an option's value; `allowed` is the code of what it may be."""
    params = {"name": option, "value": value, "allowed": Message(allowed), "example": f"{option} {example}"}
    return Message("cli.error.value", params)


def written(record: Path, folder: Path) -> Message:
    """Return where an analysis was saved, and where the runs it was made of are."""
    return Message("cli.record.written", {"file": str(record), "folder": str(folder)})


def shown_on(tick: "Tick | None") -> "Callable[[Standing], None] | None":
    """Return what shows an experiment's standing on the bar of weeks."""
    if tick is None:
        return None

    def show(standing: "Standing") -> None:
        assert tick is not None
        tick(standing.done_weeks, standing.total_weeks)

    return show
