"""`epay verify` and `epay results` of folders that stand on cells: comparisons, attributions, sensitivity analyses."""

import json
import random
import shutil

import pytest

from simulation.analysis.experiment.manifest import Manifest, read_manifest, write_manifest
from simulation.analysis.experiment.store import CellError, CellStore
from simulation.cli.app import main

BASE = "region: lishui\ncitizens: 300\nweeks: 14\nreplicates: 2\n"
COUPON = "extends: base.yaml\ntitle: {en: Coupons, zh: 优惠}\nlevers: {coupon: {kind: coupon}}\n"
BUDGET = "budget: {total_yuan: 2_000_000}\n"
KIOSKS = (
    "extends: base.yaml\ntitle: {en: Kiosks}\n"
    "levers: {kiosks: {kind: kiosk, places: county_seats, capacity_per_week: 270, yuan_per_week: 6000}}\n"
)
# cells of every kind of folder, and its record
KINDS = {
    "compare": (("plan.yaml", "--against", "base.yaml"), 4, "comparison.json"),
    "attribute": (("plan.yaml",), 4, "attribution.json"),
    "sensitivity": (("plan.yaml", "--against", "base.yaml", "--method", "flip"), None, "sensitivity.json"),
    "strategies": (("coupons.yaml", "kiosks.yaml", "--against", "base.yaml"), None, "strategies.json"),
}
WORDS = {
    "compare": "comparison", "attribute": "attribution", "sensitivity": "sensitivity analysis",
    "strategies": "strategies",
}  # fmt: skip


def run_epay(*arguments):
    """Run the command line; returns its exit code."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code


@pytest.fixture
def epay(capsys, monkeypatch):
    """Return a function that runs the command line: (exit code, output)."""
    monkeypatch.setenv("EPAY_LANG", "en")

    def run(*arguments):
        capsys.readouterr()
        code = run_epay(*arguments)
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a comparison, an attribution and a sensitivity analysis of one programme, and strategies."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / "plan.yaml").write_text(COUPON, encoding="utf-8")
    (folder / "coupons.yaml").write_text(COUPON + BUDGET, encoding="utf-8")
    (folder / "kiosks.yaml").write_text(KIOSKS + BUDGET, encoding="utf-8")
    for kind in KINDS:
        assert run_epay(kind, *given_to(kind, folder), "--out", folder / "results" / kind, "--quiet") == 0
    return folder / "results"


def given_to(kind, folder):
    """Return the arguments of a command, its files in a folder."""
    return [*(folder / a if a.endswith(".yaml") else a for a in KINDS[kind][0]), "--backend", "serial"]


@pytest.fixture
def folder(made, tmp_path):
    """Return a copy of the comparison that may be spoiled."""
    return shutil.copytree(made / "compare", tmp_path / "compare")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flip(path, bit):
    """Flip one bit of a file; a second time puts it back."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


@pytest.mark.parametrize("kind", ["attribute", "sensitivity", "strategies"])
def test_it_is_told_where_an_analysis_was_saved(epay, made, tmp_path, kind):
    out = shutil.copytree(made / kind, tmp_path / kind)
    told = "".join(epay(kind, *given_to(kind, made.parent), "--out", out)[1].split())
    assert f"Savedasdata:{out}/report/{KINDS[kind][2]}" in told and f"epayverify{out}" in told
    assert files(out) == [out / path.relative_to(made / kind) for path in files(made / kind)]  # nothing was run again


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_folder_is_well_and_its_cells_come_out_again(epay, made, kind):
    _, n, record = KINDS[kind]
    code, out = epay("verify", made / kind, "--sample", "1", "--seed", "7")
    assert code == 0, out
    assert (made / kind / "report" / record).is_file()
    if n:
        assert f"Cells: {n} of {n} are there and whole." in out and f"Running 1 of {n} replicates again" in out
    assert out.count(": same (") == 1 and "timings.jsonl is not examined" in out and out.endswith("All well.\n")


def test_the_cells_alone_and_all_of_them_are_verified_in_chinese(epay, made):
    code, out = epay("verify", made / "compare" / "experiment", "--all", "--lang", "zh")
    assert code == 0 and out.count("逐位一致") == 4 and "4 个中有 4 个存在且完好" in out


@pytest.mark.parametrize("kind", KINDS)
def test_one_flipped_bit_in_any_file_is_found(epay, made, tmp_path, kind):
    folder = shutil.copytree(made / kind, tmp_path / kind)
    key = next(iter(read_manifest(folder / "experiment").keys.values()))[0]
    CellStore(folder / "experiment").write_error(key, CellError("ValueError", "no luck", "", 2))
    assert epay("verify", folder, "--sample", "0")[0] == 0  # failed before it was there: no flaw
    chance = random.Random(20_250_106)
    spoiled = [path for path in files(folder) if path.name != "timings.jsonl"]
    if kind in ("sensitivity", "strategies"):  # the same kinds of files in greater number
        spoiled = [*chance.sample(spoiled, 6), folder / "experiment" / "experiment.json"]
    for path in spoiled:
        bit = chance.randrange(8 * path.stat().st_size)
        flip(path, bit)
        code, out = epay("verify", folder, "--sample", "0")
        assert code == 1, f"bit {bit} of {path}"
        assert path.name in out or path.name == "manifest.json"
        flip(path, bit)
    assert epay("verify", folder, "--sample", "0")[0] == 0


def test_keys_that_do_not_follow_from_the_scenarios_are_found_where_all_checksums_are_right(epay, folder):
    experiment = folder / "experiment"
    manifest = read_manifest(experiment)
    plan = manifest.scenarios["plan"]
    scenarios = {**manifest.scenarios, "plan": plan.model_copy(update={"seed": plan.seed + 1})}
    write_manifest(experiment, Manifest(scenarios, manifest.keys, manifest.code))
    code, out = epay("verify", folder, "--sample", "4")
    assert code == 1 and "plan: 2 of 2 keys do not follow from the settings" in out
    assert out.count("baseline, replicate") == 2 and out.count(": same (") == 2
    assert "plan, replicate 0: " in out and " is the first to differ" in out


def test_missing_failed_foreign_and_left_over_files_are_told(epay, folder):
    store = CellStore(folder / "experiment")
    keys = read_manifest(store.folder).keys
    for key in (keys["plan"][0], keys["baseline"][1]):
        store.path(key).unlink()
    store.write_error(keys["plan"][0], CellError("ZeroDivisionError", "bad luck", "", 3))
    (store.folder / "driver.lock").write_text("1 (here)")
    (store.folder / "cells" / "notes.txt").write_text("mine")
    (folder / "other.txt").write_text("mine")
    code, out = epay("verify", folder, "--sample", "0")
    assert code == 1 and "Cells: 2 of 4 are there" in out
    for words in (
        "baseline: 1 of 2 cells are missing",
        "plan, replicate 0: failed 3 times, last with ZeroDivisionError: bad luck",
        "driver.lock is there: a run is writing here now, or was killed",
        "cells/notes.txt is no part of an experiment",
        "other.txt is no part of an experiment",
    ):
        assert words in out


def test_a_report_of_other_cells_is_found_though_both_are_whole(epay, folder, made, tmp_path):
    for name in ("base.yaml", "plan.yaml"):
        text = (made.parent / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("region: lishui", "region: lishui\nseed: 99"), encoding="utf-8")
    given = (tmp_path / "plan.yaml", "--against", tmp_path / "base.yaml", "--backend", "serial")
    assert epay("compare", *given, "--out", tmp_path / "other", "--quiet")[0] == 0
    shutil.rmtree(folder / "report")
    assert "There is no report/" in epay("verify", folder, "--sample", "0")[1]
    shutil.copytree(tmp_path / "other" / "report", folder / "report")
    code, out = epay("verify", folder, "--sample", "0")
    assert code == 1 and "plan: the report was not made from these cells" in out


def test_other_code_and_libraries_are_said_to_be_a_reason(epay, folder):
    experiment = folder / "experiment"
    manifest = read_manifest(experiment)
    older = Manifest(manifest.scenarios, manifest.keys, "0" * 64, {**manifest.made_by, "numba": "0.1"})
    write_manifest(experiment, older)
    _, out = epay("verify", experiment, "--sample", "0")
    assert "a difference may come from this:\n  source of the program: changed since (000000000000 then, " in out
    assert "  package numba: 0.1 then, " in out


def test_results_lists_each_folder_once_with_its_kind_and_state(epay, made, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    _, out = epay("results", made)
    assert "4 results in" in out
    for kind, words in WORDS.items():
        line = next(line for line in out.splitlines() if f" {kind} " in line)
        assert words in line and "finished, " in line and line.count("Coupons") == 1
    page = folder / "report" / "comparison.html"
    page.write_text(page.read_text(encoding="utf-8") + "more", encoding="utf-8")
    assert "damaged (1)" in epay("results", folder.parent)[1]
    _, out = epay("results", "clean", folder.parent, "--damaged", "--yes")
    assert "the report is damaged, its cells are kept" in out and folder.is_dir()


def test_the_pages_of_a_comparison_hide_the_link_to_the_other_language_on_paper(made):
    page = (made / "compare" / "report" / "comparison.html").read_text(encoding="utf-8")
    assert '<p class="switch"><a href="comparison.zh.html"' in page


def test_the_manifest_names_the_programme_before_business_as_usual(made):
    manifest = json.loads((made / "compare" / "report" / "manifest.json").read_text(encoding="utf-8"))
    assert [run["folder"] for run in manifest["runs"]] == ["plan", "baseline"] and manifest["kind"] == "export"
