"""Small experiments, and ways of computing that fail: importable where workers are."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from simulation.analysis.experiment.simulate import simulate
from simulation.engine.shared_past import Recorded
from simulation.levers.coupon import Coupon
from simulation.scenario.schema import Scenario

WEEKS = 5
POISON = "poison"
COUNT_IN = "EPAY_TEST_COUNT_IN"  # folder that gets a file for each task computed, in whatever process


def usual(**changes) -> Scenario:
    """Return business as usual in a small world."""
    return Scenario(**{"citizens": 300, "weeks": WEEKS, "replicates": 2, **changes})


def with_coupon(yuan: float = 20.0, **changes) -> Scenario:
    """Return a small world in which first uses are paid for."""
    return usual(levers={"coupon": Coupon(kind="coupon", first_use_yuan=yuan)}, **changes)


STUDY = {"usual": usual(), "coupon": with_coupon()}

SIXTY = {
    "usual": usual(replicates=20),
    "coupon": with_coupon(replicates=20),
    "larger coupon": with_coupon(40.0, replicates=20),
}


def made_up(task, tick) -> dict[str, Recorded]:
    """Return numbers that depend on the cell alone, at once."""
    found = {}
    for name, key in zip(task.names, task.keys, strict=True):
        rng = np.random.default_rng(int(key, 16))
        arrays = {
            "n_active": rng.integers(0, 9, (WEEKS, 3)).astype(float),
            "reached_week": np.arange(4, dtype=np.int16),
        }
        found[name] = Recorded(arrays, 40.0, ())
        for _ in range(WEEKS):
            tick()
    return found


def counted(task, tick) -> dict[str, Recorded]:
    """Compute, and leave a file for each task."""
    (Path(os.environ[COUNT_IN]) / f"{time.time_ns()}-{os.getpid()}").touch()
    return made_up(task, tick)


def raising(task, tick) -> dict[str, Recorded]:
    """Raise for the scenario called poison, compute the others."""
    if POISON in task.names:
        raise ZeroDivisionError("this scenario cannot be computed")
    return made_up(task, tick)


def killing(task, tick) -> dict[str, Recorded]:
    """Kill the worker for the scenario called poison, compute the others."""
    if POISON in task.names:
        os.kill(os.getpid(), signal.SIGKILL)
    return made_up(task, tick)


def killing_once(task, tick) -> dict[str, Recorded]:
    """Kill the worker the first time a task is computed."""
    mark = Path(os.environ[COUNT_IN]) / f"{task.names}-{task.replicate}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return made_up(task, tick)


def slow(task, tick) -> dict[str, Recorded]:
    """Take a fifth of a second a cell."""
    time.sleep(0.2)
    return made_up(task, tick)


def endless(task, tick) -> dict[str, Recorded]:
    """Compute the first replicate and never end another."""
    while task.replicate:
        time.sleep(1.0)
    return made_up(task, tick)


def simulated(task, tick) -> dict[str, Recorded]:
    """Simulate a small world and take the time of a larger one."""
    found = simulate(task, tick)
    time.sleep(0.3 * len(task.names))
    return found
