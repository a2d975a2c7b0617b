"""Back ends give the same cells, lose no more than a dead worker's task, and stop at once when told to."""

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulation.analysis.experiment.backends import Dask, ProcessPool, Serial, dask_cluster
from simulation.analysis.experiment.errors import ExperimentError
from simulation.analysis.experiment.experiment import run_experiment
from simulation.analysis.experiment.store import TIMINGS, CellStore
from tests.analysis.experiment.drivers import ENVIRONMENT, ROOT, driver_of, members
from tests.analysis.experiment.studies import (
    POISON,
    STUDY,
    WEEKS,
    killing,
    killing_once,
    made_up,
    raising,
    slow,
    usual,
    with_coupon,
)

WITH_POISON = {**STUDY, POISON: with_coupon(1.0)}
SLOW = pytest.mark.slow
POOL, CLUSTER = pytest.param(ProcessPool(2), id="pool"), pytest.param(Dask(n_workers=2), id="dask", marks=SLOW)


@pytest.fixture(scope="module")
def undisturbed():
    """Return the digest of the small study, simulated in this process."""
    with pytest.MonkeyPatch.context() as patch:
        from simulation.engine import runner
        from tests.parity.engines import FIXED

        patch.setattr(runner, "solved", lambda *_, **__: FIXED)
        return run_experiment(STUDY, None, Serial()).digest()


@pytest.mark.parametrize(
    "backend",
    [
        Serial(2),
        ProcessPool(2),
        Dask(n_workers=2),
        *(pytest.param(b, marks=SLOW) for b in (ProcessPool(1), ProcessPool(3), Dask(n_workers=1), Dask(n_workers=3))),
    ],
    ids=lambda backend: f"{type(backend).__name__}-{backend.n_workers}",
)
def test_every_back_end_gives_the_same_cells(undisturbed, backend, tmp_path):
    experiment = run_experiment(STUDY, tmp_path, backend)
    assert experiment.digest() == undisturbed and not experiment.errors
    assert len((tmp_path / TIMINGS).read_text().splitlines()) >= 2


@pytest.mark.parametrize("backend", [POOL, CLUSTER])
def test_a_scenario_that_kills_its_workers_is_recorded_and_the_rest_finished(backend):
    one = {name: range(1) for name in WITH_POISON}
    experiment = run_experiment(WITH_POISON, None, backend, replicates=one, compute=killing)
    assert set(experiment.errors) == {(POISON, 0)} and len(experiment.computed) == 2
    error = experiment.errors[POISON, 0]
    # three workers beside others, and one more
    assert error.exception == "WorkerDied" and error.message.startswith("the worker died 4 times")


@pytest.mark.parametrize("backend", [POOL, CLUSTER])
def test_what_a_scenario_raises_comes_back_with_its_traceback(backend):
    one = {name: range(1) for name in WITH_POISON}
    experiment = run_experiment(WITH_POISON, None, backend, replicates=one, compute=raising, cells_a_task=3)
    assert set(experiment.errors) == {(POISON, 0)} and len(experiment.computed) == 2
    assert "in raising" in experiment.errors[POISON, 0].traceback


@pytest.mark.parametrize("backend", [POOL, CLUSTER])
def test_a_task_whose_worker_dies_is_done_by_another(backend, computed):
    one = {name: range(1) for name in STUDY}
    experiment = run_experiment(STUDY, None, backend, replicates=one, compute=killing_once)
    assert computed() == 2 and not experiment.errors and len(experiment.computed) == 2


@pytest.mark.parametrize("backend", [POOL, CLUSTER])
def test_weeks_are_told_while_tasks_run(backend):
    seen = []
    run_experiment(STUDY, None, backend, seen.append, compute=slow, cells_a_task=1)
    weeks = [standing.done_weeks for standing in seen]
    assert weeks[0] == 0 and weeks[-1] == 4 * WEEKS and weeks == sorted(weeks)
    assert seen[-1].seconds_left == 0.0


def test_a_worker_that_never_starts_is_told_in_words(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from simulation.analysis.experiment.backends import ProcessPool\n"
        "ProcessPool(2).run([1, 2], print, print, print, print)\n"
    )
    call = [sys.executable, script]
    done = subprocess.run(call, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert "Worker processes die before they begin. In a script, call run_experiment under `if __name__" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize("backend", ["serial", "pool", pytest.param("dask", marks=SLOW)])
def test_ctrl_c_stops_all_processes_at_once_and_leaves_a_folder_that_is_taken_up(backend, tmp_path):
    driver = driver_of(tmp_path, backend, "endless")
    try:
        deadline = time.monotonic() + 60
        while len(CellStore(tmp_path).keys()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(driver.pid, signal.SIGINT)
        start = time.monotonic()
        _, words = driver.communicate(timeout=30)
        # dask gives workers four seconds to end by themselves
        assert time.monotonic() - start < (8.0 if backend == "dask" else 3.0)
        assert driver.returncode == 130 and "interrupted" in words
        time.sleep(0.3)
        assert members(driver.pid) == []
    finally:
        for pid in members(driver.pid):
            os.kill(pid, signal.SIGKILL)
    assert len(CellStore(tmp_path).keys()) == 2  # the first replicate of both
    assert not list(tmp_path.rglob(".*"))
    assert len(run_experiment(STUDY, tmp_path, Serial(), compute=made_up).computed) == 2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_workers_end_with_a_driver_that_is_killed(tmp_path):
    driver = driver_of(tmp_path, "pool", "endless")
    try:
        deadline = time.monotonic() + 60
        while len(CellStore(tmp_path).keys()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        driver.kill()
        driver.communicate(timeout=30)
        deadline = time.monotonic() + 5
        while members(driver.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert members(driver.pid) == []
    finally:
        for pid in members(driver.pid):
            os.kill(pid, signal.SIGKILL)


def test_a_scheduler_that_cannot_be_reached_is_told_in_words():
    with pytest.raises(ExperimentError, match="No scheduler of dask can be reached at"):
        run_experiment(STUDY, None, Dask("tcp://127.0.0.1:9", timeout_seconds=1.0))


@pytest.fixture(scope="module")
def cluster():
    """Return a cluster somebody else started, with two workers."""
    distributed = importlib.import_module("distributed")
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(n_workers=2, **options) as cluster:
        yield cluster


@SLOW
def test_a_cluster_there_is_gives_the_same_cells_and_goes_on(undisturbed, cluster):
    for _ in range(2):
        backend = Dask(cluster.scheduler_address)
        assert run_experiment(STUDY, None, backend).digest() == undisturbed
        assert backend.n_workers == 2


def refusing():
    """Fail as where the package is not installed."""
    raise ModuleNotFoundError("No module named 'simulation'")


@SLOW
def test_workers_with_other_versions_or_none_are_told_in_words(cluster, monkeypatch):
    for version, words in ((os.getpid, "another version of this program"), (refusing, "cannot run this program: Modu")):
        monkeypatch.setattr(dask_cluster, "loaded_code", version)
        with pytest.raises(ExperimentError, match=words):
            run_experiment({"usual": usual()}, None, Dask(cluster.scheduler_address))


@SLOW
def test_a_cluster_without_workers_is_told_in_words():
    distributed = importlib.import_module("distributed")
    refused = pytest.raises(ExperimentError, match="has no worker")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty, refused:
        run_experiment(STUDY, None, Dask(empty.scheduler_address, timeout_seconds=1.0))


def test_the_missing_package_is_told_with_the_extra_that_brings_it(monkeypatch):
    def without(name):
        raise ImportError(name)

    monkeypatch.setattr(dask_cluster, "import_module", without)
    with pytest.raises(ExperimentError, match=r"pip install 'epay-adoption\[dask\]'"):
        run_experiment(STUDY, None, Dask())


def test_nothing_loads_dask_before_it_is_used():
    code = "import sys, simulation.analysis.experiment.experiment, simulation.analysis.experiment.backends\n"
    code += "sys.exit(any(name in sys.modules for name in ('dask', 'distributed')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
