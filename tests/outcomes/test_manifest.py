"""One changed bit anywhere in a results folder is found."""

import json
import os
import random
import shutil

import pytest

from simulation.messages import render
from simulation.outcomes.manifest import MANIFEST_FILE, check_manifest, read_manifest, write_manifest
from simulation.report.folder import write_results

FLIPS_OF_A_FILE = 12


@pytest.fixture(scope="module")
def written(tmp_path_factory, programme, baseline):
    """Return a results folder of a pair, as a run writes it."""
    return write_results(tmp_path_factory.mktemp("results") / "pair", programme, baseline)


@pytest.fixture
def folder(written, tmp_path):
    """Return a copy that may be spoiled."""
    return shutil.copytree(written, tmp_path / "pair")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def what(folder):
    return [(finding.what, finding.path) for finding in check_manifest(folder)]


def flip(path, bit):
    """Flip one bit of a file; a second time puts it back."""
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ (1 << bit % 8)]))


def test_a_folder_is_as_it_was_written(written):
    assert check_manifest(written) == []


def test_every_file_but_the_manifest_is_in_the_manifest(written):
    listed = [entry["path"] for entry in read_manifest(written)["files"]]
    assert listed == sorted(listed)
    assert {*listed, MANIFEST_FILE} == {path.relative_to(written).as_posix() for path in files(written)}


def test_the_manifest_names_runs_digests_and_code(written, programme, baseline):
    manifest = read_manifest(written)
    assert [run["folder"] for run in manifest["runs"]] == ["programme", "baseline"]
    assert [run["digest"] for run in manifest["runs"]] == [programme.digest, baseline.digest]
    assert manifest["runs"][0]["title"] == {"en": "Three levers", "zh": "三项措施"}
    assert manifest["code"] == programme.provenance["code"]
    assert (manifest["runs"][1]["replicates"], manifest["runs"][1]["weeks"]) == (4, 60)


def test_the_same_files_have_the_same_manifest(folder, programme, baseline):
    before = (folder / MANIFEST_FILE).read_bytes()
    write_manifest(folder, "run", {"programme": programme, "baseline": baseline})
    assert (folder / MANIFEST_FILE).read_bytes() == before


def test_one_flipped_bit_in_any_file_is_found(folder):
    dice = random.Random(20250106)
    tried = 0
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        for _ in range(FLIPS_OF_A_FILE):
            bit = dice.randrange(8 * path.stat().st_size)
            flip(path, bit)
            found = what(folder)
            assert [p for _, p in found] == [name], f"bit {bit} of {name}"
            flip(path, bit)
            tried += 1
    assert tried > 100
    assert check_manifest(folder) == []


def test_every_single_bit_of_the_manifest_counts(tmp_path, short_run):
    short_run.save(tmp_path / "run")
    path = tmp_path / "run" / MANIFEST_FILE
    for bit in range(8 * path.stat().st_size):
        flip(path, bit)
        assert what(tmp_path / "run")[0][0] in ("manifest", "unreadable"), f"bit {bit}"
        flip(path, bit)
    assert check_manifest(tmp_path / "run") == []


@pytest.mark.parametrize("bit", range(7))
def test_one_flipped_bit_in_a_file_name_is_found(folder, bit):
    path = folder / "coverage.csv"
    os.rename(path, path.with_name(chr(ord("c") ^ (1 << bit)) + "overage.csv"))
    assert ("missing", "coverage.csv") in what(folder)
    assert "extra" in [kind for kind, _ in what(folder)]


def test_a_missing_an_extra_and_a_truncated_file_are_told_apart(folder):
    (folder / "spending.csv").unlink()
    (folder / "programme" / "note.txt").write_text("later")
    (folder / "baseline" / "empty").mkdir()
    os.truncate(folder / "baseline" / "outcomes.nc", 100)
    assert what(folder) == [
        ("extra", "baseline/empty"),
        ("size", "baseline/outcomes.nc"),
        ("extra", "programme/note.txt"),
        ("missing", "spending.csv"),
    ]


def test_a_link_in_a_files_place_is_found(folder, tmp_path):
    (folder / "coverage.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "coverage.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert what(folder) == [("link", "coverage.csv")]


def test_a_blank_more_in_the_manifest_is_found(folder):
    path = folder / MANIFEST_FILE
    path.write_bytes(path.read_bytes().replace(b'"size": ', b'"size":  ', 1))
    assert what(folder) == [("manifest", MANIFEST_FILE)]


def test_a_manifest_made_to_fit_changed_files_is_found_by_its_own_digest(folder):
    path = folder / MANIFEST_FILE
    content = json.loads(path.read_text())
    content["files"][0]["size"] += 1
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    assert what(folder) == [("manifest", MANIFEST_FILE)]


def test_without_a_manifest_nothing_can_be_told(folder):
    (folder / MANIFEST_FILE).unlink()
    assert what(folder) == [("none", MANIFEST_FILE)]


def test_a_quick_look_reads_sizes_and_no_contents(folder):
    flip(folder / "coverage.csv", 0)
    assert check_manifest(folder, contents=False) == []
    os.truncate(folder / "coverage.csv", 3)
    assert [f.what for f in check_manifest(folder, contents=False)] == ["size"]


def test_findings_are_worded_in_both_languages(folder):
    (folder / "spending.csv").unlink()
    (finding,) = check_manifest(folder)
    assert render(finding.message, "en") == "spending.csv is missing."
    assert render(finding.message, "zh") == "缺少 spending.csv。"
