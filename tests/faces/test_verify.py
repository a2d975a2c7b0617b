"""`epay verify`: what it says of a whole, a damaged and a foreign folder, and with which exit code."""

import json
import os
import shutil

import pytest

from simulation.cli.app import main
from simulation.engine import run_many
from simulation.report.folder import write_results
from simulation.scenario.schema import Scenario


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the results folder of a real pair."""
    scenario = Scenario(citizens=1000, replicates=2, weeks=14)
    results = run_many({"programme": scenario, "baseline": scenario}, n_workers=1)
    folder = tmp_path_factory.mktemp("results") / "pair"
    return write_results(folder, results["programme"], results["baseline"])


@pytest.fixture
def epay(capsys, monkeypatch):
    """Return a function that runs the command line: (exit code, output, errors)."""
    monkeypatch.setenv("EPAY_LANG", "en")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


def test_a_whole_folder_is_well_and_its_sample_can_be_repeated(epay, written):
    code, out, _ = epay("verify", written, "--sample", "1", "--seed", "7")
    assert code == 0
    assert "Files: all " in out and "Running 1 of 4 replicates again, chosen with seed 7" in out
    assert out.count(": same (") == 1 and out.endswith("All well.\n")
    assert epay("verify", written, "--sample", "1", "--seed", "7")[1] == out


def test_all_replicates_are_run_again_and_told_in_chinese(epay, written):
    code, out, _ = epay("verify", written, "--all", "--lang", "zh")
    assert code == 0 and out.count("逐位一致") == 4 and out.endswith("全部无误。\n")


def test_changed_numbers_are_found_by_the_files_the_digest_and_the_run(epay, written, tmp_path):
    from simulation.outcomes.store import read_dataset, write_dataset

    folder = shutil.copytree(written, tmp_path / "pair")
    dataset = read_dataset(folder / "baseline" / "outcomes.nc")
    dataset.n_active.values[1, 9, 0, 0, 0] += 1
    write_dataset(dataset, folder / "baseline" / "outcomes.nc")
    code, out, _ = epay("verify", folder, "--all")
    assert code == 1
    assert "baseline/outcomes.nc" in out and "Digest, baseline: the stored numbers give" in out
    assert "baseline, replicate 0: same" in out
    assert "baseline, replicate 1: n_active is the first to differ, in week 9: stored " in out
    assert out.endswith("see above.\n")


def test_a_report_without_runs_is_checked_by_its_files(epay, written, tmp_path):
    assert epay("report", written, "--csv", "-o", tmp_path / "out")[0] == 0
    code, out, _ = epay("verify", tmp_path / "out")
    assert code == 0 and "No run is stored here" in out and out.endswith("All well.\n")
    (tmp_path / "out" / "csv" / "coverage.csv").write_text("changed")
    assert epay("verify", tmp_path / "out")[0] == 1


def test_data_that_cannot_be_read_are_told_and_the_rest_is_checked(epay, written, tmp_path):
    folder = shutil.copytree(written, tmp_path / "pair")
    os.truncate(folder / "baseline" / "outcomes.nc", 64)
    code, out, _ = epay("verify", folder, "--all")
    assert code == 1
    assert "baseline: the stored data cannot be read" in out and out.count(": same (") == 2


def test_other_versions_are_said_to_be_a_reason(epay, written, tmp_path):
    folder = shutil.copytree(written, tmp_path / "pair")
    path = folder / "programme" / "provenance.json"
    record = json.loads(path.read_text())
    record["packages"]["numpy"] = "1.0"
    path.write_text(json.dumps(record))
    code, out, _ = epay("verify", folder, "--sample", "0")
    assert code == 1  # the file was changed
    assert "a difference may come from this:\n  package numpy: 1.0 then, " in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no folder nowhere"),
        (["."], "is not a results folder"),
        ([], "FOLDER is missing"),
        ([".", "--all", "--sample", "2"], "Give either --all or --sample N"),
        ([".", "--sample", "-1"], "--sample: -1 is not allowed; allowed: a whole number of 0 or more"),
    ],
)
def test_bad_usage_leaves_with_2(epay, monkeypatch, tmp_path, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = epay("verify", *arguments)
    assert code == 2 and words in err and out == ""
