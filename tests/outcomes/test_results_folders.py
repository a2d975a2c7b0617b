"""What results there are is read from manifests; leftovers are told apart from what must not be lost."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from simulation.outcomes.leftovers import find_leftovers
from simulation.outcomes.results_folders import find_results
from simulation.outcomes.store import atomic_folder

A_FEW_SECONDS = 10.0
DEAD = 2**22 + 1  # above the largest process number of Linux


@pytest.fixture(scope="module")
def saved(tmp_path_factory, short_run):
    """Return a saved run."""
    folder = tmp_path_factory.mktemp("saved") / "run"
    short_run.save(folder)
    return folder


@pytest.fixture
def root(tmp_path, saved):
    """Return a folder with one whole result in it."""
    shutil.copytree(saved, tmp_path / "a" / "whole")
    return tmp_path


def killed(root, name, suffix=".part", process=DEAD, holding=None):
    """Make what a killed run leaves behind."""
    folder = root / f".{name}.abcd_123{suffix}"
    folder.mkdir()
    writer = {"program": "epay-adoption", "host": os.uname().nodename, "process": process}
    (folder / "writer.json").write_text(json.dumps(writer))
    inner = folder / ("whole" if suffix == ".part" else "replaced")
    shutil.copytree(holding, inner) if holding else inner.mkdir()
    return folder


def test_a_result_is_described_by_its_manifest(root, short_run):
    (found,) = find_results(root)
    assert (found.path, found.kind, found.state) == (root / "a" / "whole", "result", "whole")
    assert (found.replicates, found.weeks, found.digest) == (1, 4, short_run.digest)
    assert found.titles == ({"en": "Three levers", "zh": "三项措施"},)
    assert found.size == sum(f.stat().st_size for f in (root / "a" / "whole").iterdir())


def test_states_are_told_apart(root, saved):
    for name in ("damaged", "added", "older"):
        shutil.copytree(saved, root / name)
    os.truncate(root / "damaged" / "outcomes.nc", 9)
    (root / "added" / "note.txt").write_text("mine")
    (root / "older" / "manifest.json").unlink()
    states = {found.path.name: found.state for found in find_results(root)}
    assert states == {"whole": "whole", "damaged": "damaged", "added": "added", "older": "unlisted"}


def test_a_manifest_of_nonsense_is_a_damaged_result_where_a_run_stands(root, saved):
    shutil.copytree(saved, root / "b")
    (root / "b" / "manifest.json").write_bytes(b"\xff\x00")
    assert [found.state for found in find_results(root)] == ["whole", "damaged"]


def test_other_folders_are_no_results(root):
    (root / "web").mkdir()
    (root / "web" / "manifest.json").write_text('{"name": "a web page"}')
    (root / "letters").mkdir()
    (root / "letters" / "report.txt").write_text("dear")
    assert [found.path.name for found in find_results(root)] == ["whole"]


def test_an_experiment_tells_how_many_cells_are_done(root):
    folder = root / "experiment"
    (folder / "cells" / "ab").mkdir(parents=True)
    keys = {"plan": {"0": "ab0", "1": "ab1", "2": "cd2"}}
    scenario = {"title": {"en": "Plan", "zh": "方案"}, "weeks": 52}
    (folder / "experiment.json").write_text(json.dumps({"keys": keys, "scenarios": {"plan": scenario}}))
    for name in ("ab0.cell", "ab9.cell", ".ab1.cell.7.part"):
        (folder / "cells" / "ab" / name).write_bytes(b"x")
    found = next(f for f in find_results(root) if f.kind == "experiment")
    assert (found.state, found.cells_done, found.cells) == ("unfinished", 1, 3)
    for key in ("ab1", "cd2"):
        (folder / "cells" / "ab" / f"{key}.cell").write_bytes(b"x")
    assert next(f for f in find_results(root) if f.kind == "experiment").state == "finished"
    (folder / "experiment.json").write_text("{")
    assert next(f for f in find_results(root) if f.kind == "experiment").state == "unreadable"


def test_a_thousand_results_are_listed_in_a_few_seconds(tmp_path, saved):
    for number in range(1000):
        shutil.copytree(saved, tmp_path / f"run-{number}", copy_function=os.link)
    started = time.perf_counter()
    found = find_results(tmp_path)
    assert time.perf_counter() - started < A_FEW_SECONDS
    assert len(found) == 1000 and {f.state for f in found} == {"whole"}


def test_what_a_killed_run_left_may_be_removed(root, saved):
    part = killed(root, "half")
    old = killed(root, "a", ".old", holding=saved)  # `a` stands there: the new one took its place
    assert [(x.path, x.standing) for x in find_leftovers(root)] == [(old, "removable"), (part, "removable")]


def test_the_only_copy_of_a_result_is_never_removable(root, saved):
    killed(root, "gone", ".old", holding=saved)
    killed(root, "late", ".part", holding=saved)
    assert {x.standing for x in find_leftovers(root)} == {"holds_result"}


def test_what_is_being_written_is_in_use(root):
    with atomic_folder(root / "now", "done.txt") as fresh:
        (fresh / "done.txt").write_text("soon")
        assert [x.standing for x in find_leftovers(root)] == ["in_use"]
    assert find_leftovers(root) == []


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="only Linux tells")
def test_a_killed_writer_that_nobody_has_buried_yet_is_not_at_work(root):
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    child.stdout.read()  # closes with the process
    time.sleep(0.2)
    folder = killed(root, "half", process=child.pid)
    assert [(x.path, x.standing) for x in find_leftovers(root)] == [(folder, "removable")]
    child.wait()


def test_a_writer_on_another_machine_is_believed_for_a_day(root):
    folder = killed(root, "far")
    (folder / "writer.json").write_text(json.dumps({"program": "epay-adoption", "host": "elsewhere", "process": 1}))
    assert [x.standing for x in find_leftovers(root)] == ["in_use"]
    long_ago = time.time() - 2 * 24 * 3600
    for path in (*folder.iterdir(), folder):
        os.utime(path, (long_ago, long_ago))
    assert [x.standing for x in find_leftovers(root)] == ["removable"]


def test_folders_that_only_look_temporary_are_not_ours(root):
    (root / ".mine.abcd1234.part").mkdir()
    (root / ".git.old").mkdir()
    other = killed(root, "with_more")
    (other / "diary.txt").write_text("dear")
    assert {x.path.name: x.standing for x in find_leftovers(root)} == {
        ".mine.abcd1234.part": "not_ours",
        ".with_more.abcd_123.part": "not_ours",
    }
