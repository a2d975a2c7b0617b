"""An experiment computes each cell once, goes on where it stopped, and never mixes two experiments."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.analysis.experiment.backends import ProcessPool, Serial
from simulation.analysis.experiment.errors import ExperimentError, FolderInUseError, MissingCellsError, NotWrittenError
from simulation.analysis.experiment.experiment import run_experiment
from simulation.analysis.experiment.lock import LOCK_FILE, only_driver
from simulation.analysis.experiment.store import TIMINGS, CellStore
from simulation.engine import runner
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Title
from tests.analysis.experiment.studies import POISON, STUDY, WEEKS, counted, made_up, raising, usual, with_coupon

ROOT = Path(__file__).resolve().parents[3]
SIX = {name: range(3) for name in STUDY}  # two scenarios, three worlds


def bytes_of(folder, but=(TIMINGS,)):
    """Return every file of a folder that must not depend on who computed it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in but}  # fmt: skip  # noqa: E501


def test_results_are_those_of_run_many():
    experiment = run_experiment(STUDY, None, Serial())
    together = runner.run_many(STUDY, n_workers=1)
    for name, result in together.items():
        assert experiment.result(name).digest == result.digest
        assert experiment.result(name).scenario == result.scenario
        assert experiment.result(name).provenance["seeds"] == result.provenance["seeds"]
    assert together["usual"].digest != together["coupon"].digest


@pytest.mark.slow
def test_agents_in_processes_of_their_own_give_the_same_cells_as_arrays(tmp_path):
    run_experiment(STUDY, tmp_path / "array", Serial())
    run_experiment(STUDY, tmp_path / "mesa", ProcessPool(2), engine="mesa")
    assert bytes_of(tmp_path / "array") == bytes_of(tmp_path / "mesa")


def test_agents_give_the_same_cells_as_arrays(tmp_path):
    one = {name: range(1) for name in STUDY}
    run_experiment(STUDY, tmp_path / "array", Serial(), replicates=one)
    run_experiment(STUDY, tmp_path / "mesa", Serial(), replicates=one, engine="mesa", cells_a_task=2)
    assert bytes_of(tmp_path / "array") == bytes_of(tmp_path / "mesa")
    engines = {json.loads(line)["engine"] for line in (tmp_path / "mesa" / TIMINGS).read_text().splitlines()}
    assert engines == {"mesa"}


def test_a_restart_skips_what_is_finished(tmp_path, computed):
    first = run_experiment(STUDY, tmp_path, Serial(), compute=counted)
    assert (computed(), len(first.computed)) == (2 * 2, 4)  # fewer than three tasks a worker are split
    before = bytes_of(tmp_path)
    again = run_experiment(STUDY, tmp_path, Serial(), compute=counted)
    assert (computed(), len(again.computed)) == (0, 0)
    assert again.digest() == first.digest() and bytes_of(tmp_path) == before


def test_scenarios_and_replicates_can_be_added_and_cells_there_are_kept(tmp_path, computed):
    run_experiment(STUDY, tmp_path, Serial(), compute=counted)
    computed()
    more = {**STUDY, "larger coupon": with_coupon(40.0)}
    added = run_experiment(more, tmp_path, Serial(), replicates={"usual": range(5)}, compute=counted)
    assert len(added.computed) == 3 + 2 and added.replicates("usual") == (0, 1, 2, 3, 4)
    manifest = json.loads((tmp_path / "experiment.json").read_text())
    assert manifest["replicates"] == {"coupon": [0, 1], "larger coupon": [0, 1], "usual": [0, 1, 2, 3, 4]}
    fewer = run_experiment(more, tmp_path, Serial(), replicates={"usual": [4]}, compute=counted)
    assert not fewer.computed and fewer.replicates("usual") == (4,)
    assert json.loads((tmp_path / "experiment.json").read_text()) == manifest


def test_another_experiment_is_told_in_words_and_changes_nothing(tmp_path):
    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    before = bytes_of(tmp_path, but=())
    with pytest.raises(ExperimentError, match=r"scenario coupon is another: levers.coupon.first_use_yuan differ"):
        run_experiment({**STUDY, "coupon": with_coupon(30.0)}, tmp_path, Serial(), compute=made_up)
    with pytest.raises(ExperimentError, match="with the scenario coupon, which is not in this one"):
        run_experiment({"usual": usual()}, tmp_path, Serial(), compute=made_up)
    assert bytes_of(tmp_path, but=()) == before
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "notes.txt").write_text("mine")
    with pytest.raises(ExperimentError, match="files but no experiment"):
        run_experiment(STUDY, tmp_path / "sub", Serial(), compute=made_up)
    with pytest.raises(ExperimentError, match="no scenario; there are: usual, coupon"):
        run_experiment(STUDY, None, Serial(), replicates={"unusual": range(2)})


def test_title_and_number_of_replicates_are_no_other_experiment(tmp_path):
    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    renamed = {**STUDY, "coupon": with_coupon(title=Title(en="New", zh="新"), replicates=3)}
    assert len(run_experiment(renamed, tmp_path, Serial(), compute=made_up).computed) == 1


def test_every_shipped_lever_reads_back_from_the_folder(tmp_path):
    plan = load_scenario(ROOT / "scenarios" / "lishui" / "full_plan.yaml", citizens=300, replicates=1)
    run_experiment({"plan": plan}, tmp_path, Serial(), compute=made_up)
    assert not run_experiment({"plan": plan}, tmp_path, Serial(), compute=made_up).computed


def test_other_code_computes_anew_and_keeps_what_older_code_made(tmp_path, monkeypatch):
    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    for module in ("experiment", "tasks"):
        monkeypatch.setattr(f"simulation.analysis.experiment.{module}.code_version", lambda: "newer")
    newer = run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    assert len(newer.computed) == 4 and len(CellStore(tmp_path).keys()) == 8


def test_a_worker_with_other_code_stops_the_run(monkeypatch, tmp_path):
    monkeypatch.setattr("simulation.analysis.experiment.tasks.code_version", lambda: "newer")
    with monkeypatch.context() as patch:
        patch.setattr("simulation.analysis.experiment.experiment.code_version", lambda: "older")
        with pytest.raises(ExperimentError, match="program was changed"):
            run_experiment(STUDY, tmp_path, ProcessPool(1), compute=made_up)
    assert CellStore(tmp_path).keys() == set()


def test_equal_scenarios_under_two_names_are_computed_once():
    study = {"usual": usual(), "the same": usual(title=Title(en="The same", zh="同"))}
    experiment = run_experiment(study, None, Serial())
    assert len(experiment.computed) == 2
    assert experiment.result("usual").digest == experiment.result("the same").digest


def test_a_cell_that_raises_is_recorded_and_the_rest_finished(tmp_path):
    study = {**STUDY, POISON: with_coupon(1.0)}
    first = run_experiment(study, tmp_path, Serial(), compute=raising, cells_a_task=3)
    assert set(first.errors) == {(POISON, 0), (POISON, 1)} and len(first.computed) == 4
    error = first.errors[POISON, 0]
    assert (error.exception, error.attempts) == ("ZeroDivisionError", 1)
    assert "in raising" in error.traceback
    with pytest.raises(MissingCellsError, match=r"2 of 2 replicates of poison failed.*cannot be computed"):
        first.result(POISON, without_failed=True)
    again = run_experiment(study, tmp_path, Serial(), compute=raising)
    assert again.errors[POISON, 1].attempts == 2 and not again.computed
    last = run_experiment(study, tmp_path, Serial(), compute=made_up)
    assert not last.errors and not list(tmp_path.rglob("*.error.json"))


def test_failed_replicates_are_left_out_only_when_asked():
    def unlucky(task, tick):
        if task.replicate == 1:
            raise ValueError("unlucky")
        return runner._replicate(task.family, task.replicate, 1, tick)

    experiment = run_experiment({"usual": usual()}, None, Serial(), replicates={"usual": range(3)}, compute=unlucky)
    with pytest.raises(MissingCellsError, match="1 of 3 replicates of usual failed, the first of them with: unlucky"):
        experiment.result("usual")
    assert experiment.result("usual", without_failed=True).dataset.sizes["replicate"] == 2


def test_damaged_cells_are_computed_anew_and_kept_aside(tmp_path):
    first = run_experiment(STUDY, tmp_path, Serial(), replicates=SIX, compute=made_up)
    store, before = CellStore(tmp_path), bytes_of(tmp_path)
    keys = sorted(first.computed)
    for number, key in enumerate(keys[:5]):
        data = store.path(key).read_bytes()
        flipped = bytearray(data)
        flipped[len(data) - 9 * number - 1] ^= 1
        damaged = (data[: len(data) // 2], b"", bytes(flipped), store.path(keys[5]).read_bytes(), b"foreign")[number]
        store.path(key).write_bytes(damaged)
    again = run_experiment(STUDY, tmp_path, Serial(), replicates=SIX, compute=made_up)
    assert again.computed == set(keys[:5])
    assert len(list((tmp_path / "damaged").iterdir())) == 5
    after = {name: data for name, data in bytes_of(tmp_path).items() if not name.startswith("damaged")}
    assert after == before and again.digest() == first.digest()


def test_a_cell_damaged_after_the_run_is_never_used(tmp_path):
    experiment = run_experiment(STUDY, tmp_path, Serial())
    path = CellStore(tmp_path).path(experiment.cells["usual", 0])
    path.write_bytes(path.read_bytes()[:-1])
    for use in (experiment.digest, lambda: experiment.result("usual")):
        with pytest.raises(ExperimentError, match="is not the cell it should be"):
            use()


@pytest.mark.parametrize("backend", [Serial(), ProcessPool(2)], ids=["serial", "pool"])
def test_a_full_disk_stops_the_run_and_it_goes_on_when_there_is_room(tmp_path, monkeypatch, backend):
    write, room = CellStore.write, [2]

    def filling(store, key, data):
        if not room[0]:
            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
                write(store, key, data)
        room[0] -= 1
        write(store, key, data)

    with monkeypatch.context() as patch:
        patch.setattr(CellStore, "write", filling)
        with pytest.raises(NotWrittenError, match=r"no room left on the disk.*Make room and run the same again"):
            run_experiment(STUDY, tmp_path, backend, replicates=SIX, compute=made_up)
    assert len(CellStore(tmp_path).keys()) == 2
    assert not list(tmp_path.rglob(".*")) and not (tmp_path / LOCK_FILE).exists()
    assert len(run_experiment(STUDY, tmp_path, backend, replicates=SIX, compute=made_up).computed) == 4


def test_ctrl_c_leaves_a_folder_that_is_taken_up(tmp_path):
    def interrupted(standing):
        if standing.done_cells == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_experiment(STUDY, tmp_path, Serial(), interrupted, SIX, compute=made_up)
    assert len(CellStore(tmp_path).keys()) == 2
    assert len(run_experiment(STUDY, tmp_path, Serial(), replicates=SIX, compute=made_up).computed) == 4


def test_progress_counts_weeks_and_the_time_left_comes_from_this_run_alone(tmp_path, monkeypatch):
    clock = [0.0]

    def timed(task, tick):
        clock[0] += 10.0
        return made_up(task, tick)

    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    monkeypatch.setattr("simulation.analysis.experiment.standing.time.monotonic", lambda: clock[0])
    seen = []
    run_experiment(STUDY, tmp_path, Serial(), seen.append, SIX, cells_a_task=1, compute=timed)
    assert (seen[0].done_weeks, seen[0].total_weeks, seen[0].seconds_left) == (4 * WEEKS, 6 * WEEKS, None)
    half = next(s for s in seen if s.done_cells == 5)
    # one of two cells that were lacking took 10 s, however many were there before
    assert (half.done_weeks, half.elapsed_seconds, half.seconds_left) == (5 * WEEKS, 10.0, 10.0)
    assert (seen[-1].done_weeks, seen[-1].done_cells, seen[-1].seconds_left) == (6 * WEEKS, 6, 0.0)


def test_a_second_driver_of_a_folder_is_told_so_and_changes_nothing(tmp_path):
    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
    with only_driver(tmp_path):
        before = bytes_of(tmp_path, but=())
        with pytest.raises(FolderInUseError, match=f"being written to by another run, process {os.getpid()} "):
            run_experiment(STUDY, tmp_path, Serial(), compute=made_up)
        assert bytes_of(tmp_path, but=()) == before
    run_experiment(STUDY, tmp_path, Serial(), compute=made_up)


def test_the_lock_of_a_dead_driver_is_taken_over(tmp_path):
    code = "import os, sys, pathlib; from simulation.analysis.experiment.lock import only_driver\n"
    code += "with only_driver(pathlib.Path(sys.argv[1])): os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert (tmp_path / LOCK_FILE).read_text().split()[0].isdigit()
    with only_driver(tmp_path):
        pass
    assert not (tmp_path / LOCK_FILE).exists()
