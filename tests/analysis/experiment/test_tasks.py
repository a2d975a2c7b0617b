"""Cells that share a world go into one task, unless that leaves workers idle."""

import pickle

from simulation.analysis.experiment.keys import cell_keys
from simulation.analysis.experiment.simulate import families_of
from simulation.analysis.experiment.tasks import tasks_of
from tests.analysis.experiment.studies import usual, with_coupon

SCENARIOS = {f"coupon of {yuan}": with_coupon(float(yuan)) for yuan in range(1, 7)} | {"other seed": usual(seed=2)}
REPLICATES = range(4)


def prepared():
    families = families_of(SCENARIOS, None, 1, "array")
    cells = {
        (name, r): key
        for family in families
        for name, scenario in family.scenarios
        for r, key in cell_keys(scenario, family.region, family.constants, REPLICATES, "code").items()
    }
    return families, cells


def test_scenarios_of_one_world_are_one_task_where_there_are_worlds_enough():
    families, cells = prepared()
    tasks = tasks_of(families, cells, set(cells.values()), n_workers=1, n_threads=1)
    assert sorted(len(task.names) for task in tasks) == [1] * 4 + [6] * 4
    assert [task.replicate for task in tasks] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_worlds_are_split_over_tasks_where_workers_would_be_idle():
    families, cells = prepared()
    tasks = tasks_of(families, cells, set(cells.values()), n_workers=5, n_threads=1)
    assert sorted(len(task.names) for task in tasks) == [1] * 4 + [3] * 8
    pieces = tasks_of(families, cells, set(cells.values()), n_workers=1, n_threads=1, cells_a_task=4)
    assert sorted(len(task.names) for task in pieces) == [1] * 4 + [2] * 4 + [4] * 4


def test_each_cell_wanted_is_in_one_task_under_its_own_key():
    families, cells = prepared()
    wanted = set(list(cells.values())[::3])
    for n_workers in (1, 2, 50):
        tasks = tasks_of(families, cells, wanted, n_workers, n_threads=2)
        pairs = [((n, task.replicate), k) for task in tasks for n, k in zip(task.names, task.keys, strict=True)]
        assert sorted(k for _, k in pairs) == sorted(wanted)
        assert all(cells[cell] == key for cell, key in pairs)
        assert all(tuple(n for n, _ in task.family.scenarios) == task.names for task in tasks)


def test_a_task_is_small_to_send_and_can_be_taken_apart():
    families, cells = prepared()
    task = tasks_of(families, cells, set(cells.values()), n_workers=1, n_threads=1)[0]
    assert len(pickle.dumps(task)) < 200_000
    one = task.of(["coupon of 3"])
    assert (one.names, one.keys, one.weeks) == (("coupon of 3",), (cells["coupon of 3", 0],), 5)
