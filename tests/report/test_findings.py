"""What analyses found is kept as data, read back alike, and read for the run it is about only."""

import json

import numpy as np
import pytest

from simulation.report.findings import Findings, file_of, load_findings
from tests.report.test_chapters import attribution, barriers_found


@pytest.fixture
def kept(tmp_path):
    Findings(attribution(), barriers_found()).save(tmp_path, "digest")
    return tmp_path


def test_what_was_saved_is_read_back_alike(kept):
    found, made = load_findings(kept, "digest"), Findings(attribution(), barriers_found())
    assert found.attribution.size == made.attribution.size and found.barriers.size == made.barriers.size
    for name, share in made.attribution.result.shares.items():
        assert np.array_equal(found.attribution.result.shares[name].mean, share.mean)
    for role in ("programme", "baseline"):
        one, other = getattr(found.barriers, role).dataset, getattr(made.barriers, role).dataset
        assert one.equals(other) and one.attrs == other.attrs
    assert found.barriers.cheapest == made.barriers.cheapest and found.barriers.players == made.barriers.players


def test_shares_of_what_was_read_are_those_of_what_was_saved(kept):
    found, made = load_findings(kept, "digest").barriers.programme, barriers_found().programme
    assert found.share_of_gap("age").equals(made.share_of_gap("age"))


def test_what_was_found_about_another_run_is_not_read(kept):
    assert load_findings(kept, "another") == Findings()


def test_a_folder_without_analyses_has_no_findings(tmp_path):
    assert load_findings(tmp_path, "digest") == Findings()


def test_a_damaged_file_is_named(kept):
    path = file_of(kept, "barriers")
    path.write_text(path.read_text()[:-100])
    with pytest.raises(ValueError, match=r"barriers\.json"):
        load_findings(kept, "digest")


def test_nothing_is_written_of_what_was_not_computed(tmp_path):
    Findings().save(tmp_path, "digest")
    assert list(tmp_path.iterdir()) == []


def test_known_findings_are_filled_from_others(kept):
    mine = Findings(attribution=attribution())
    assert mine.filled_from(load_findings(kept, "digest")).barriers is not None
    assert mine.filled_from(Findings()).barriers is None


def test_files_are_plain_json(kept):
    for name in ("attribution", "barriers"):
        assert json.loads(file_of(kept, name).read_text())["of"] == "digest"
