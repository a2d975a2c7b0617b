"""A replicate run again is held against the stored one bit for bit; the first week that differs is named."""

import numpy as np
import pytest

from simulation.analysis.verification import Cell, changed_since, compare_replicate, pick_cells
from simulation.engine import run
from simulation.engine.runner import run_replicates
from simulation.messages import render
from simulation.outcomes import provenance
from simulation.outcomes.result import Result
from simulation.outcomes.store import read_dataset, write_dataset
from simulation.scenario.schema import Scenario


def alone(result, replicate):
    """Return a replicate as if it had been run alone."""
    return result.dataset.isel(replicate=[replicate]).copy(deep=True)


def test_a_replicate_run_alone_has_the_bits_it_has_in_the_whole_run(tmp_path):
    scenario = Scenario(citizens=1000, replicates=3, weeks=14)
    write_dataset(run(scenario, n_workers=1).dataset, tmp_path / "run.nc")
    stored = read_dataset(tmp_path / "run.nc")
    for replicate in range(3):
        again = run_replicates(scenario, [replicate])
        assert isinstance(again, Result)
        assert compare_replicate(stored, replicate, again.dataset) == []
        assert compare_replicate(stored, (replicate + 1) % 3, again.dataset) != []


@pytest.mark.parametrize("replicate", range(4))
def test_the_same_numbers_do_not_differ(programme, replicate):
    assert compare_replicate(programme.dataset, replicate, alone(programme, replicate)) == []


def test_the_earliest_week_is_named_first(programme):
    again = alone(programme, 2)
    again.n_active.values[0, 30, 1, 0, 0] += 1
    again.new_lapses.values[0, 7, 0, 0, 0] += 1
    again.n_payers.values[0, 0, 0, 0, 0] += 1
    found = compare_replicate(programme.dataset, 2, again)
    assert [(d.variable, d.week) for d in found] == [("new_lapses", 7), ("n_payers", 12), ("n_active", 30)]
    assert render(found[0].when, "en") == "in week 7"
    assert render(found[1].when, "en") == "in the quarter that ends with week 12"


def test_the_last_bit_of_a_number_counts(programme):
    again = alone(programme, 0)
    before = again.n_active.values[0, 5, 0, 0, 0]
    again.n_active.values[0, 5, 0, 0, 0] = np.nextafter(before, np.inf)
    (found,) = compare_replicate(programme.dataset, 0, again)
    assert (found.stored, found.now) == (str(before), str(np.nextafter(before, np.inf)))


def test_minus_zero_is_not_zero_and_a_missing_value_equals_itself(programme):
    again, stored = alone(programme, 0), programme.dataset.copy(deep=True)
    again.outage_share.values[0, 1] = -0.0
    assert [d.variable for d in compare_replicate(stored, 0, again)] == ["outage_share"]
    again.outage_share.values[0, 1] = stored.outage_share.values[0, 1] = np.nan
    assert compare_replicate(stored, 0, again) == []


def test_what_stands_before_week_0_comes_first(programme):
    again = alone(programme, 0)
    again.initial_n_users.values[:] += 1
    again.n_users.values[0, 0] += 1
    found = compare_replicate(programme.dataset, 0, again)
    assert [d.variable for d in found] == ["initial_n_users", "n_users"]


def test_another_kind_of_number_or_a_variable_that_is_gone_is_told_as_layout(programme):
    again = alone(programme, 0)
    again["n_users"] = again.n_users.astype(np.float32)
    found = compare_replicate(programme.dataset, 0, again.drop_vars("n_lapsed"))
    assert [(d.variable, d.is_layout) for d in found] == [("n_lapsed", True), ("n_users", True)]
    assert str(found[0].now) == "not there" and found[1].now.startswith("float32 (week 60, age 5")


def test_the_same_seed_picks_the_same_replicates_and_each_once():
    cells = [Cell(run, r) for run in ("baseline", "programme") for r in range(8)]
    picked = pick_cells(cells, 5, seed=3)
    assert picked == pick_cells(cells[::-1], 5, seed=3) == sorted(set(picked))
    assert len(picked) == 5 and pick_cells(cells, 5, seed=4) != picked
    assert pick_cells(cells, 99, seed=1) == sorted(cells)


def test_a_record_of_here_and_now_has_nothing_changed():
    assert changed_since(provenance.collect({})) == []


def test_other_code_packages_and_machines_are_named():
    record = provenance.collect({"engine": "mesa"})
    record |= {"platform": "Elsewhere-1.0", "code": {**record["code"], "version": "0.0.1"}}
    record["packages"] = {**record["packages"], "numpy": "1.0"}
    words = [render(message, "en").strip() for message in changed_since(record)]
    assert [w.split(":")[0] for w in words] == ["code", "system", "engine", "package numpy"]
    assert words[0].startswith("code: 0.0.1 then, ")
