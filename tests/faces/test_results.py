"""`epay results`: the list, two results side by side, and cleaning that never takes what is not its own."""

import os
import shutil

import pytest
from rich.console import Console

from simulation.cli.app import main
from simulation.cli.results import bytes_in_words, kind_words
from simulation.outcomes.result import Result
from simulation.outcomes.results_folders import RECORDS
from simulation.report import terminal
from tests.conftest import made_up_result
from tests.outcomes.test_results_folders import killed


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command line in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


@pytest.fixture(scope="module")
def saved(tmp_path_factory, programme, baseline):
    """Return a folder with two results in it, of which tests have copies."""
    folder = tmp_path_factory.mktemp("saved")
    programme.save(folder / "plan")
    baseline.save(folder / "usual")
    return folder


@pytest.fixture
def results(epay, tmp_path, saved):
    """Return the default folder with two results in it."""
    return shutil.copytree(saved, tmp_path / "results")


def test_the_list_needs_no_word_and_no_folder(epay, results, programme):
    code, out, _ = epay("results")
    assert code == 0
    assert "2 results in results" in out and programme.digest[:12] in out
    assert "Three levers" in out and "3,300 × 4 × 60" in out and out.count("whole") >= 2
    assert epay("results", "list")[1] == out
    assert epay("results", results, "--lang", "en")[0] == 0
    assert "三项措施" in epay("results", "--lang", "zh")[1]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_names_of_folders_are_never_broken(epay, results, monkeypatch, width):
    name = "compare-subsidy_led-outreach_led-kiosk_led"
    shutil.copytree(results / "plan", results / name)
    monkeypatch.setattr(terminal, "console", lambda: Console(width=width, highlight=False))
    out = epay("results")[1]
    assert name in out and max(len(line) for line in out.splitlines()) <= width
    assert ("Digest" in out) == (width >= terminal.WIDE)


def test_every_kind_of_folder_has_words_in_both_languages():
    for kind in ("run", "result", "export", "experiment", *RECORDS.values(), ""):
        assert not kind_words(kind, "zh").isascii(), kind
        assert kind_words(kind, "en").isascii(), kind
    assert kind_words("no such kind", "zh") == "no such kind"  # of a damaged manifest


def test_an_empty_folder_and_a_missing_one_are_told(epay, tmp_path):
    (tmp_path / "results").mkdir()
    assert "No results in results yet" in epay("results")[1]
    code, _, err = epay("results", "nowhere")
    assert code == 2 and "There is no folder nowhere" in err


def test_two_results_are_held_side_by_side(epay, results, programme, baseline):
    code, out, _ = epay("results", "compare", "results/usual", "results/plan")
    assert code == 0
    assert f"not the same (digests {baseline.digest[:12]} and {programme.digest[:12]})" in out
    assert "levers.coupon" in out and "not there" in out
    assert "Versions: all the same." in out
    assert "Coverage, any payment, 4 weeks (T1)" in out and "B − A" in out


def test_a_ratio_names_the_run_it_is_held_against(epay, results):
    out = epay("results", "compare", "results/plan", "results/usual")[1]
    assert "relative to A, “Three levers” (T5)" in out and "business as usual" not in out
    assert "与 A“三项措施”之比，T5" in epay("results", "compare", "results/plan", "results/usual", "--lang", "zh")[1]


def test_a_result_equals_its_copy(epay, results):
    shutil.copytree(results / "plan", results / "copy")
    out = epay("results", "compare", "results/plan", "results/copy")[1]
    assert "The numbers are the same" in out and "Settings: all the same." in out


def test_runs_of_other_worlds_are_not_subtracted(epay, results):
    made_up_result("programme", 3).save(results / "fewer")
    out = epay("results", "compare", "results/plan", "results/fewer")[1]
    assert "do not share their worlds" in out and "B − A" not in out


def test_one_replicate_each_has_no_interval(epay, results):
    for name, role in (("one", "programme"), ("single", "baseline")):
        made_up_result(role, 1).save(results / name)
    out = epay("results", "compare", "results/single", "results/one")[1]
    assert "B − A" in out and "One replicate: there is no interval" in out and "95%" not in out
    assert "Intervals: 95% over 4 replicates" in epay("results", "compare", "results/usual", "results/plan")[1]


def test_a_folder_without_run_cannot_be_compared(epay, results):
    (results / "empty").mkdir()
    code, _, err = epay("results", "compare", "results/plan", "results/empty")
    assert code == 2 and "holds no run" in err
    assert epay("results", "compare", "results/plan")[0] == 2


def test_changed_numbers_are_refused_in_words(epay, results):
    shutil.copy(results / "usual" / "outcomes.nc", results / "plan" / "outcomes.nc")
    code, _, err = epay("results", "compare", "results/plan", "results/usual")
    assert code == 2 and "epay verify results/plan says what is damaged" in err


READING = (("report", "results/plan"), ("results", "compare", "results/plan", "results/usual"))


@pytest.mark.parametrize("command", READING)
def test_a_damaged_run_is_told_in_the_readers_language_with_what_to_do(epay, results, command):
    for spoil in (
        lambda path: os.truncate(path, path.stat().st_size // 2),  # HDF5's words are English
        lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(600)),
        lambda path: path.unlink(),
    ):
        spoil(results / "plan" / "outcomes.nc")
        code, out, err = epay(*command, "--lang", "zh")
        assert (code, out) == (2, "") and "epay verify results/plan 可说明哪里损坏" in err
        words = err.replace("epay verify", "").replace("results/plan", "").replace("outcomes.nc", "")
        assert not any(letter.isascii() and letter.isalpha() for letter in words), err
        assert "epay verify results/plan says what is damaged" in epay(*command)[2]
    shown = epay("verify", "results/plan", "--lang", "zh")[1]
    assert "Unable" not in shown and "Error" not in shown


def test_no_kind_of_failure_of_a_damaged_run_hides_what_to_do(epay, results, monkeypatch):
    def fail(*_):
        raise RuntimeError("Unspecified error in H5DSget_num_scales (return value <0)")

    monkeypatch.setattr(Result, "load", fail)
    for command in READING:
        code, _, err = epay(*command)
        assert code == 2 and "epay verify results/plan says what is damaged" in err and "H5DS" not in err


def test_cleaning_takes_leftovers_and_nothing_else(epay, results):
    killed(results, "half")
    (results / "notes.txt").write_text("mine")
    os.truncate(results / "usual" / "outcomes.nc", 9)
    code, out, _ = epay("results", "clean", "--yes")
    assert code == 0 and "Leftover of a killed run" in out and "kept unless --damaged is given" in out
    assert sorted(p.name for p in results.iterdir()) == ["notes.txt", "plan", "usual"]
    assert "Nothing was removed" in epay("results", "clean", "--yes")[1]


def test_damaged_results_go_only_when_asked_and_only_when_all_in_them_is_known(epay, results, programme):
    programme.save(results / "with_note")
    for name in ("usual", "with_note"):
        os.truncate(results / name / "outcomes.nc", 9)
    (results / "with_note" / "note.txt").write_text("mine")
    code, out, _ = epay("results", "clean", "--damaged", "--yes")
    assert code == 0 and "left alone, remove it by hand" in out
    assert sorted(p.name for p in results.iterdir()) == ["plan", "with_note"]
    assert Result.load(results / "plan").digest == programme.digest


def test_a_changed_bit_is_enough_to_be_listed_as_damaged(epay, results):
    path = results / "usual" / "provenance.json"
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    assert "provenance.json was changed" in epay("results", "clean")[1]


@pytest.mark.parametrize(("answer", "is_gone"), [("y", True), ("是", True), ("n", False), ("", False), (None, False)])
def test_nothing_is_removed_without_a_yes(epay, results, monkeypatch, answer, is_gone):
    folder = killed(results, "half")

    def answered():
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", answered)
    assert epay("results", "clean", "--lang", "zh")[0] == 0
    assert folder.exists() != is_gone


@pytest.mark.parametrize(("size", "words"), [(0, "0 B"), (999, "999 B"), (12_400_000, "12.4 MB"), (5e15, "5000.0 TB")])
def test_sizes_are_written_with_a_unit(size, words):
    assert bytes_in_words(size) == words
