"""Only runs on the same worlds are put side by side."""

import shutil

from simulation.viewer.room import Room
from simulation.viewer.worlds import alike, candidates
from tests.conftest import made_up_result
from tests.viewer.conftest import client_of, write_pair


def test_equal_numbers_are_offered_once(results):
    shutil.copytree(results / "plan", results / "copy")
    assert len(candidates(Room(results))) == 2


def test_runs_of_another_length_are_not_offered(results):
    write_pair(results / "short", made_up_result("programme", 4, 26), made_up_result("baseline", 4, 26))
    assert {one.folder for one in alike(Room(results), "plan")} == {"plan"}


def test_damaged_folders_are_not_offered(results):
    (results / "plan" / "baseline" / "outcomes.nc").write_bytes(b"")
    assert candidates(Room(results)) == []


def test_a_pair_is_compared_by_replicate(client):
    text = client.get("/compare?run=plan&lang=en").text
    assert 'name="base"' in text
    assert "Three levers" in text
    assert "with paired 95% intervals" in text or "paired" in text


def test_an_unknown_choice_is_ignored(results):
    answer = client_of(results).get("/compare", params={"run": "plan", "with": "<b>x</b>", "base": "../../x"})
    assert answer.status_code == 200
    assert "<b>x</b>" not in answer.text
