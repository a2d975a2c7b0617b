"""Points of factors become real runs: paired, each once, and a record of them reads back as it was."""

import json
import math

import numpy as np
import pytest

from simulation.analysis.comparison import coverage_at_end
from simulation.analysis.sensitivity.factors import defaults, factors_of
from simulation.analysis.sensitivity.on_runs import ADDED, difference_of
from simulation.analysis.sensitivity.record import SensitivityRecord, from_plain, to_plain
from simulation.analysis.sensitivity.tornado import tornado
from simulation.engine import runner
from simulation.engine.runner import run_many
from simulation.report.sensitivity import section
from simulation.scenario.schema import Scenario
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

COMMON = {"citizens": 400, "weeks": 13, "replicates": 2}
USUAL = Scenario(**COMMON)
PLAN = Scenario(**COMMON, levers={"first": EXAMPLES["coupon"], "second": EXAMPLES["coupon"], "help": EXAMPLES["kiosk"]})
NAMES = ("levers.help.capacity_per_week", "behaviour.weight_incentive")


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    monkeypatch.setattr(runner, "solved", lambda *_, **__: FIXED)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def run_all(asked):
    def run(scenarios, n):
        asked.append(dict(scenarios))
        sized = {name: scenario.model_copy(update={"replicates": n}) for name, scenario in scenarios.items()}
        return run_many(sized, n_workers=1)

    return run


def test_the_difference_at_the_defaults_is_that_of_the_scenarios(run_all, asked):
    factors = factors_of(PLAN, NAMES)
    found = difference_of(PLAN, USUAL, factors, run_all)(defaults(factors)[None], range(2))
    plan, usual = (run_many({"x": scenario}, n_workers=1)["x"] for scenario in (PLAN, USUAL))
    assert np.array_equal(found[0], coverage_at_end(plan) - coverage_at_end(usual))
    assert set(asked[0]) == {"plan", "usual"}


def test_levers_are_varied_where_they_are_and_behaviour_for_everybody(run_all, asked):
    factors = factors_of(PLAN, NAMES)
    points = np.array([[factors[0].high, factors[1].default], [factors[0].default, factors[1].high]])
    difference_of(PLAN, USUAL, factors, run_all)(points, range(1))
    plans = [scenario for name, scenario in asked[0].items() if name.startswith("plan ")]
    usuals = [scenario for name, scenario in asked[0].items() if name.startswith("usual")]
    assert [plan.levers["help"].capacity_per_week for plan in plans] == [factors[0].high, factors[0].default]
    assert [usual.behaviour.weight_incentive for usual in usuals] == [factors[1].default, factors[1].high]


def test_levers_of_one_kind_are_told_apart_by_their_own_names():
    labels = {factor.label for factor in factors_of(PLAN) if factor.name.startswith("levers.")}
    assert any("first" in label for label in labels) and any("second" in label for label in labels)
    assert not any("help" in label.split(":")[0].split() for label in labels if "coupon" in label)


def test_a_record_is_read_back_as_it_was_and_has_a_chapter(run_all):
    factors = factors_of(PLAN, NAMES)
    evaluate = difference_of(PLAN, USUAL, factors, run_all)
    size = {"citizens": 400, "weeks": 13, "replicates": 2}
    record = SensitivityRecord(ADDED, size, tornado=tornado(evaluate, factors, range(2)))
    plain = json.loads(json.dumps(to_plain(record), allow_nan=False))
    assert to_plain(from_plain(plain)) == to_plain(record)
    for lang in ("en", "zh"):
        chapter = section(from_plain(plain), lang)
        assert "data-chart" in chapter and "{" not in chapter.split("<script")[0]
    with pytest.raises(ValueError, match="format 7"):
        from_plain({**plain, "format": 7})


def test_numbers_that_are_none_are_kept_in_a_record():
    plain = to_plain(SensitivityRecord(ADDED, {}, tornado=None))
    assert from_plain(plain).tornado is None
    assert math.isnan(from_plain({**plain, "size": {"x": {"number": "nan"}}}).size["x"])
