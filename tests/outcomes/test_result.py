"""Exports hold every number under its name, and provenance says where they come from."""

import json

import pandas as pd
import pytest

from simulation.outcomes import provenance
from simulation.outcomes.catalogue import VARIABLES


def test_a_variable_becomes_a_tidy_frame(programme):
    frame = programme.to_frame("new_first_uses")
    assert {"replicate", "week", "date", "age", "area", "income", "new_first_uses"} <= set(frame.columns)
    assert frame["new_first_uses"].sum() == pytest.approx(float(programme.dataset.new_first_uses.sum()))
    assert len(frame) == 4 * 60 * 45


def test_the_summary_frame_has_one_row_a_replicate_and_week(programme):
    frame = programme.to_frame()
    assert len(frame) == 4 * 60
    first = programme.dataset.isel(replicate=0, week=0)
    expected = float(first.n_active.sum() / first.n_residents.sum())
    assert frame.query("replicate == 0 and week == 0")["coverage"].item() == pytest.approx(expected)


def test_an_unknown_variable_is_refused(programme):
    with pytest.raises(KeyError, match="n_awake is not recorded"):
        programme.to_frame("n_awake")


def test_csv_files_hold_every_variable_and_the_catalogue(programme, tmp_path):
    programme.to_csv(tmp_path / "csv")
    catalogue = pd.read_csv(tmp_path / "csv" / "variables.csv")
    assert set(catalogue["name"]) == set(VARIABLES)
    columns = {c for path in (tmp_path / "csv").glob("by_*.csv") for c in pd.read_csv(path, nrows=1).columns}
    assert {name for name, v in VARIABLES.items() if "citizen" not in v.dims} <= columns
    spending = pd.read_csv(tmp_path / "csv" / "by_week_lever_line_payer.csv")
    assert spending["spending_yuan"].sum() == pytest.approx(float(programme.dataset.spending_yuan.sum()))


def test_provenance_names_code_packages_and_seeds(programme):
    record = programme.provenance
    assert record["code"]["source_digest"] == provenance.source_digest()
    assert {"numpy", "xarray"} <= set(record["packages"])
    assert record["seeds"] == [0, 1, 2, 3]
    json.dumps(record)  # plain data only


def test_every_variable_says_which_way_is_better_and_what_kind_it_is():
    for name, variable in VARIABLES.items():
        assert variable.name == name
        assert variable.better in ("higher", "lower", "neither")
        assert variable.label("en") and variable.label("zh")
        assert variable.description.endswith(".")
        if name.startswith("new_"):
            assert variable.kind == "flow"
