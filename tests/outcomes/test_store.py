"""Folders appear whole or not at all, and the digest depends on the numbers alone."""

import numpy as np
import pytest

from simulation.outcomes.result import PROVENANCE_FILE, Result
from simulation.outcomes.store import atomic_folder, dataset_digest


def test_a_saved_result_loads_equal(programme, tmp_path):
    programme.save(tmp_path / "run")
    loaded = Result.load(tmp_path / "run")
    assert loaded.digest == programme.digest
    assert loaded.scenario == programme.scenario
    assert loaded.provenance["region"]["sources"] == ["a census"]
    np.testing.assert_array_equal(loaded.dataset.date.values, programme.dataset.date.values)
    assert loaded.dataset.n_active.attrs["units"] == "residents"


def test_a_run_without_levers_and_quarters_can_be_saved(recorder, labels, baseline, tmp_path):
    from simulation.outcomes.dataset import build_dataset

    short = Result(build_dataset([recorder(1, n_weeks=4)], labels(1)), baseline.scenario, {})
    short.save(tmp_path / "short")
    assert Result.load(tmp_path / "short").digest == short.digest


def test_changed_numbers_are_noticed(programme, baseline, tmp_path):
    programme.save(tmp_path / "run")
    baseline.save(tmp_path / "other")
    (tmp_path / "run" / "outcomes.nc").write_bytes((tmp_path / "other" / "outcomes.nc").read_bytes())
    with pytest.raises(ValueError, match="was changed after it was saved"):
        Result.load(tmp_path / "run")


def test_the_digest_ignores_memory_layout_and_labels_but_not_one_bit(programme):
    d = programme.dataset
    turned = d.copy()
    turned["n_active"] = d.n_active.copy(data=np.asfortranarray(d.n_active.values))
    assert dataset_digest(turned.assign_attrs(note="other")) == dataset_digest(d)
    nudged = d.copy(deep=True)
    nudged["n_active"].values.flat[0] = np.nextafter(nudged["n_active"].values.flat[0], np.inf)
    assert dataset_digest(nudged) != dataset_digest(d)


def test_an_error_while_writing_leaves_nothing_behind(tmp_path):
    def write_half():
        with atomic_folder(tmp_path / "run", "done.txt") as fresh:
            (fresh / "half.txt").write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_an_error_while_replacing_keeps_the_older_result(programme, tmp_path):
    programme.save(tmp_path / "run")

    def write_half():
        with atomic_folder(tmp_path / "run", PROVENANCE_FILE):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert Result.load(tmp_path / "run").digest == programme.digest
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_older_result_is_replaced_as_a_whole(programme, baseline, tmp_path):
    programme.save(tmp_path / "run")
    (tmp_path / "run" / "note.txt").write_text("old")
    baseline.save(tmp_path / "run")
    assert Result.load(tmp_path / "run").digest == baseline.digest
    assert not (tmp_path / "run" / "note.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_folder_of_other_files_is_never_replaced(programme, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="not an older result"):
        programme.save(tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").read_text() == "dear"
