"""Whatever is killed and whenever, the cells in the end are those of an undisturbed run; and what the layer costs."""

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from simulation.analysis.experiment.backends import ProcessPool, Serial
from simulation.analysis.experiment.experiment import run_experiment
from simulation.analysis.experiment.simulate import simulate
from simulation.analysis.experiment.store import TIMINGS, CellStore
from simulation.scenario.load import load_scenario
from tests.analysis.experiment.drivers import ROOT, driver_of, members
from tests.analysis.experiment.studies import SIXTY

pytestmark = pytest.mark.slow
KILLS = 20
ARGUMENTS = ("pool", "simulated", "SIXTY")


def kill_some(folder, draws):
    """Run the study with random deaths; returns how many drivers and how many of their children were killed."""
    drivers = children = 0
    driver = driver_of(folder, *ARGUMENTS)
    try:
        while drivers + children < KILLS:
            time.sleep(draws.uniform(0.1, 1.5))
            if draws.random() < 0.25:
                driver.kill()
                driver.communicate()
                drivers += 1
                driver = driver_of(folder, *ARGUMENTS)
                continue
            while not (others := [pid for pid in members(driver.pid) if pid != driver.pid]):
                assert driver.poll() is None, driver.stderr.read()
                time.sleep(0.05)
            with contextlib.suppress(ProcessLookupError):
                os.kill(draws.choice(others), signal.SIGKILL)
                children += 1
        driver.communicate(timeout=300)
        assert driver.returncode == 0
    finally:
        for pid in members(driver.pid):
            os.kill(pid, signal.SIGKILL)
    return drivers, children


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_after_twenty_random_kills_every_byte_but_the_timings_is_that_of_an_undisturbed_run(tmp_path, capsys):
    run_experiment(SIXTY, tmp_path / "undisturbed", Serial())
    drivers, children = kill_some(tmp_path / "killed", random.Random(7))
    driver = driver_of(tmp_path / "killed", *ARGUMENTS)  # what killed its workers too often is tried once more
    assert driver.communicate(timeout=300)[1] == "" and driver.returncode == 0
    files = {
        name: {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("undisturbed", "killed")
    }
    tries = len(files["killed"].pop(Path(TIMINGS)).splitlines())
    files["undisturbed"].pop(Path(TIMINGS))
    with capsys.disabled():
        print(f"\n{drivers} drivers and {children} of their processes killed; {tries} tasks written")
    assert drivers + children == KILLS and len(CellStore(tmp_path / "killed").keys()) == 60
    assert files["killed"] == files["undisturbed"]


def test_what_the_layer_costs_is_told(tmp_path, capsys):
    plan = load_scenario(ROOT / "scenarios" / "lishui" / "full_plan.yaml", citizens=20_000, replicates=12, weeks=104)
    seconds = []

    def timed(task, tick):
        start = time.perf_counter()
        found = simulate(task, tick)
        seconds.append(time.perf_counter() - start)
        return found

    run_experiment({"plan": plan}, None, Serial(), replicates={"plan": range(1)}, compute=simulate)  # compiles
    start = time.perf_counter()
    experiment = run_experiment({"plan": plan}, tmp_path / "serial", Serial(), compute=timed)
    wall = time.perf_counter() - start
    size = CellStore(tmp_path / "serial").path(experiment.cells["plan", 0]).stat().st_size
    start = time.perf_counter()
    run_experiment({"plan": plan}, tmp_path / "pool", ProcessPool(2))
    pool = time.perf_counter() - start
    with capsys.disabled():
        print(f"\n12 cells of {sum(seconds) / 12:.2f} s and {size / 1000:.0f} kB:", end=" ")
        print(
            f"{(wall / sum(seconds) - 1) * 100:.1f}% on top; two processes, start included, {pool / wall:.2f} of that"
        )
