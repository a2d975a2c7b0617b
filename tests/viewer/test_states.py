"""Whatever state the folder is in, a page says what it knows and what to do."""

import json
from types import SimpleNamespace

import pytest

from simulation.cli.results import kind_words as of_cli
from simulation.messages import Message, render
from simulation.outcomes.result import Result
from simulation.outcomes.results_folders import KINDS
from simulation.viewer import app as service
from simulation.viewer.menu import PAGES
from simulation.viewer.pages.runs import kind_words
from tests.viewer.conftest import client_of, write_pair

OF_RUNS = [code for code, page in PAGES.items() if page.needs_run]


def experiment(folder, done: int, cells: int = 4) -> None:
    """Write an experiment of which some cells are finished."""
    keys = {"plan": {str(k): f"{k:02d}abc" for k in range(cells)}}
    facts = {"keys": keys, "scenarios": {"plan": {"title": {"en": "Plan", "zh": "方案"}, "weeks": 26}}}
    folder.mkdir(parents=True)
    (folder / "experiment.json").write_text(json.dumps(facts))
    for k in range(done):
        path = folder / "cells" / f"{k:02d}" / f"{k:02d}abc.cell"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"cell")


@pytest.mark.parametrize("page", OF_RUNS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_folder_names_the_command_that_fills_it(tmp_path, page, lang):
    text = client_of(tmp_path).get(f"/{page}?lang={lang}").text
    assert 'data-state="empty"' in text
    assert "epay demo" in text


@pytest.mark.parametrize("page", ["overview", "runs"])
def test_a_folder_that_is_not_there_is_empty_and_named(tmp_path, page):
    (tmp_path / "results").mkdir()
    client = client_of(tmp_path / "reslts")
    text = client.get(f"/{page}?lang=en").text
    assert 'data-state="empty"' in text or page == "runs"
    assert f"“{tmp_path / 'reslts'}”, which was asked for, does not exist" in text
    assert "with a similar name: results." in text
    assert f"epay demo --out {tmp_path / 'reslts' / 'demo'}" in text
    (tmp_path / "reslts").mkdir()
    there = client.get(f"/{page}?lang=en").text
    assert "does not exist" not in there
    assert f"“{tmp_path / 'reslts'}” is there and holds no finished run" in there


@pytest.mark.parametrize("page", OF_RUNS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_replicate_is_said_to_have_no_interval(tmp_path, programme, baseline, page, lang):
    alone = [Result(run.dataset.isel(replicate=[0]), run.scenario, run.provenance) for run in (programme, baseline)]
    write_pair(tmp_path / "one", *alone)
    write_pair(tmp_path / "four", programme, baseline)
    client = client_of(tmp_path)
    one, four = (client.get(f"/{page}?run={name}&lang={lang}").text for name in ("one", "four"))
    assert "data-one-run" in one
    assert "data-one-run" not in four
    for text in ("paired 95% intervals over 1 ", "Mean over 1 replicates", "1 次重复的配对", "1 次重复运行的均值"):
        assert text not in one


@pytest.mark.parametrize("page", OF_RUNS)
def test_a_damaged_run_is_told_and_never_shown(results, page):
    path = results / "plan" / "programme" / "outcomes.nc"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    text = client_of(results).get(f"/{page}?run=plan").text
    assert 'data-state="damaged"' in text
    assert "epay verify plan" in text


def test_the_page_of_runs_names_what_is_damaged(results):
    (results / "plan" / "programme" / "outcomes.nc").unlink()
    text = client_of(results).get("/runs?lang=en").text
    assert "programme/outcomes.nc" in text
    assert "Do not use these numbers" in text


@pytest.mark.parametrize("name", ["manifest.json", "programme/provenance.json", "programme/scenario.resolved.yaml"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"kind": 3, "runs": 7, "files": "no", "seal": 1}'])
def test_any_file_may_be_garbage(results, name, content):
    (results / "plan" / name).write_bytes(content)
    client = client_of(results)
    for page in ("overview", "compare", "runs"):  # the others open a run as the first does
        assert client.get(f"/{page}?run=plan").status_code in (200, 404)


def test_a_run_whose_tables_are_damaged_is_shown_with_a_warning(results):
    (results / "plan" / "coverage.csv").write_bytes(b"")
    text = client_of(results).get("/overview?run=plan&lang=en").text
    assert 'data-state="running"' in text  # the numbers themselves are whole
    assert "not as it was written" in text


def test_a_run_that_is_not_there_is_missing(client):
    answer = client.get("/overview?run=nowhere")
    assert answer.status_code == 404
    assert 'data-state="missing"' in answer.text


@pytest.mark.parametrize("run", ["../plan", "/etc", "plan/../plan", "<script>alert(1)</script>"])
def test_a_run_outside_is_missing_and_its_name_is_text(client, run):
    answer = client.get("/overview", params={"run": run})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_very_large_run_is_not_opened_unasked(client, monkeypatch):
    monkeypatch.setattr(service, "LARGE_BYTES", 10)
    text = client.get("/overview?run=plan").text
    assert 'data-state="large"' in text
    assert "large=yes" in text
    assert 'data-state="running"' in client.get("/overview?run=plan&large=yes").text


@pytest.mark.parametrize(("done", "words"), [(0, "No replicate is finished yet"), (3, "Some replicates are finished")])
def test_an_experiment_that_is_going_on_is_followed(tmp_path, done, words):
    experiment(tmp_path / "going", done)
    text = client_of(tmp_path).get("/overview?lang=en").text
    assert 'data-state="going"' in text
    assert words in text
    assert f'max="4" value="{done}"' in text
    assert 'data-finished="false"' in text


def test_progress_is_told_anew(tmp_path):
    experiment(tmp_path / "going", 1)
    client = client_of(tmp_path)
    assert "1 of 4" in client.get("/progress?lang=en").text
    path = tmp_path / "going" / "cells" / "01" / "01abc.cell"
    path.parent.mkdir()
    path.write_bytes(b"cell")
    assert "2 of 4" in client.get("/progress?lang=en").text


def test_a_run_written_anew_is_read_anew(results, programme):
    client = client_of(results)
    assert "Three levers" in client.get("/overview?run=plan&lang=en").text
    scenario = results / "plan" / "programme" / "scenario.resolved.yaml"
    scenario.write_text(scenario.read_text().replace("Three levers", "Another title"))
    assert "Another title" in client.get("/overview?run=plan&lang=en").text


def test_the_results_folder_may_be_a_run_itself(results):
    client = client_of(results / "plan")
    assert "Three levers" in client.get("/overview?lang=en").text
    assert "Files of plan" in client.get("/runs?lang=en").text
    assert client.get("/file?name=programme/outcomes.nc").status_code == 200


def test_files_of_an_analysis_are_listed_beside_the_run_looked_at(results):
    experiment(results / "going", 4)
    client = client_of(results)
    text = client.get("/runs?run=plan&files=going&lang=en").text
    assert "Files of going" in text
    assert "experiment.json" in text
    assert "Files of" not in client.get("/runs?run=plan&files=../plan&lang=en").text


def test_an_unknown_page_has_the_menu(client):
    answer = client.get("/nowhere?lang=zh")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text
    assert 'href="/overview?lang=zh' in answer.text


def test_every_kind_of_folder_is_called_as_the_command_line_calls_it():
    for lang in ("en", "zh"):
        asked = SimpleNamespace(say=lambda code, lang=lang, **params: render(Message(code, params), lang))
        assert [kind_words(asked, kind) for kind in (*KINDS, "", "odd")] == [
            of_cli(kind, lang) for kind in (*KINDS, "", "odd")
        ]
