"""The key of a cell changes with everything that can change its outcome, and with nothing else."""

import dataclasses

import numpy as np
import pytest

from simulation.analysis.experiment import code_version as code_module
from simulation.analysis.experiment.code_version import code_version
from simulation.analysis.experiment.keys import cell_keys
from simulation.levers.coupon import Coupon
from simulation.region import builtin
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.budget import Budget
from simulation.scenario.schema import Scenario, Target, Title
from tests.analysis.experiment.studies import with_coupon
from tests.parity.engines import FIXED

BASE = with_coupon()
CHANGES = {
    "citizens": 400,
    "weeks": 6,
    "seed": 2,
    "same_world": True,
    "price_year": 2023,
    "behaviour": Behaviour(weight_peers=1.5),
    "levers": {"coupon": Coupon(kind="coupon", first_use_yuan=21)},
    "budget": Budget(total_yuan=1e6),
    "targets": {"all": Target(share=0.5)},
}


def key(scenario=BASE, replicate=0, region=None, constants=FIXED, code="a"):
    return cell_keys(scenario, region or builtin("lishui"), constants, [replicate], code)[replicate]


@pytest.mark.parametrize("name", CHANGES)
def test_any_setting_changes_the_key(name):
    changed = Scenario.model_validate({**dict(BASE), name: CHANGES[name]})
    assert key(changed) != key()


def test_every_coefficient_of_behaviour_is_in_the_key():
    numbers = {n: v for n, v in dict(BASE.behaviour).items() if isinstance(v, float)}
    assert len(numbers) > 50
    changed = {key(BASE.model_copy(update={"behaviour": BASE.behaviour.model_copy(update={n: np.nextafter(v, 9)})}))
               for n, v in numbers.items()}  # fmt: skip
    assert len(changed | {key()}) == len(numbers) + 1


@pytest.mark.parametrize("same", [{"title": Title(en="Another", zh="另")}, {"replicates": 50}])
def test_neither_title_nor_number_of_replicates_changes_the_key(same):
    assert key(BASE.model_copy(update=same)) == key()


def test_the_order_of_levers_does_not_change_the_key():
    levers = {"a": Coupon(kind="coupon"), "b": Coupon(kind="coupon", first_use_yuan=9)}
    turned = dict(reversed(levers.items()))
    assert key(BASE.model_copy(update={"levers": levers})) == key(BASE.model_copy(update={"levers": turned}))


def test_replicate_code_region_and_constants_change_the_key():
    region = dataclasses.replace(builtin("lishui"), detour=1.31)
    constants = dataclasses.replace(FIXED, gamma=FIXED.gamma + 1e-12)
    keys = {key(), key(replicate=1), key(code="b"), key(region=region), key(constants=constants)}
    assert len(keys) == 5
    assert all(len(k) == 64 and int(k, 16) for k in keys)


def test_words_about_a_region_do_not_change_the_key():
    assert key(region=dataclasses.replace(builtin("lishui"), title_en="The same")) == key()


@pytest.mark.parametrize("room", ["core", "engine", "levers", "region", "scenario", "outcomes"])
def test_a_changed_line_in_any_room_that_makes_results_is_another_version(room, tmp_path, monkeypatch):
    for name in (*code_module.ROOMS, "analysis/experiment", "report"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "rule.py").write_text("x = 1\n")
    (tmp_path / "quantities.py").touch()
    (tmp_path / code_module.SIMULATE).touch()
    monkeypatch.setattr(code_module, "PACKAGE_FOLDER", tmp_path)
    version = code_version.__wrapped__
    before = version()
    (tmp_path / "report" / "sub" / "rule.py").write_text("x = 2\n")
    (tmp_path / room / "__pycache__").mkdir()
    (tmp_path / room / "__pycache__" / "rule.pyc").touch()
    assert version() == before
    (tmp_path / room / "sub" / "rule.py").write_text("x = 2\n")
    assert version() != before


def test_another_library_is_another_version(monkeypatch):
    before = code_version.__wrapped__()
    monkeypatch.setattr(code_module, "version", lambda name: "0")
    assert code_version.__wrapped__() != before
