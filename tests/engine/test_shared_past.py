"""What scenarios have in common is simulated once, and nobody can tell from the outcome."""

import pytest

from simulation.engine import runner
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.runner import run_many
from simulation.levers.base import Schedule
from simulation.scenario.events import CashShortage
from simulation.scenario.schema import Scenario
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

WEEKS, PARTING = 16, 8


def coupon(start_week: int, amount: float):
    return EXAMPLES["coupon"].model_copy(
        update={"schedule": Schedule(start_week=start_week), "first_use_yuan": amount}
    )  # fmt: skip


@pytest.fixture
def fixed_constants(monkeypatch):
    monkeypatch.setattr(runner, "solved", lambda *_, **__: FIXED)


@pytest.fixture
def steps(monkeypatch):
    """Count the weeks that are simulated after week 0."""
    weeks: list[int] = []
    plain = ArrayEngine.step

    def counting(engine):
        if engine.week >= 0:
            weeks.append(engine.week)
        return plain(engine)

    monkeypatch.setattr(ArrayEngine, "step", counting)
    return weeks


def futures(n: int) -> dict[str, Scenario]:
    """Return scenarios with a campaign from week 0 on that part in week 8, some by a coupon, one by an event."""
    common = {"citizens": 400, "weeks": WEEKS, "replicates": 2, "levers": {"news": EXAMPLES["campaign"]}}
    found = {
        f"coupon {k}": Scenario(**common | {"levers": {**common["levers"], "coupon": coupon(PARTING, 10.0 + k)}})
        for k in range(n - 2)
    }
    shortage = CashShortage(kind="cash_shortage", start_week=PARTING, end_week=12, intensity=2.0)
    return found | {"shortage": Scenario(**common, events=(shortage,)), "nothing more": Scenario(**common)}


def test_futures_with_a_shared_past_have_the_digests_of_each_alone(fixed_constants):
    scenarios = futures(5)
    together = run_many(scenarios, n_workers=1)
    alone = {name: run_many({name: scenario}, n_workers=1)[name] for name, scenario in scenarios.items()}
    assert {name: r.digest for name, r in together.items()} == {name: r.digest for name, r in alone.items()}
    assert len({r.digest for r in together.values()}) == 5


def test_the_shared_past_is_simulated_once(fixed_constants, steps):
    """Of 5 futures: 8 weeks once and 8 weeks five times, in each of 2 replicates."""
    run_many(futures(5), n_workers=1)
    assert len(steps) == 2 * (PARTING + 5 * (WEEKS - PARTING))


def test_progress_counts_every_week_of_every_scenario(fixed_constants):
    told = []
    run_many(futures(3), progress=lambda done, total: told.append((done, total)), n_workers=1)
    assert told == [(k + 1, 3 * 2 * WEEKS) for k in range(3 * 2 * WEEKS)]


def test_equal_plans_are_simulated_once_and_recorded_under_both_names(fixed_constants, steps):
    scenario = futures(2)["nothing more"]
    results = run_many({"one": scenario, "other": scenario}, n_workers=1)
    assert len(steps) == 2 * WEEKS
    assert results["one"].digest == results["other"].digest


def test_frozen_peers_share_no_past_with_free_ones(fixed_constants, steps):
    scenario = futures(2)["nothing more"]
    frozen = scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update={"freeze_peers": True})})
    results = run_many({"free": scenario, "frozen": frozen}, n_workers=1)
    assert len(steps) == 2 * 2 * WEEKS
    assert results["free"].digest != results["frozen"].digest


def test_a_lever_that_opens_after_the_end_has_its_rows_and_changes_nothing(fixed_constants):
    """Coordination delays it past the horizon, so that the two plans never part."""
    plain = futures(2)["nothing more"]
    late = coupon(WEEKS - 1, 5.0)
    late = late.model_copy(update={"schedule": Schedule(start_week=WEEKS - 1, delay_weeks=4)})
    both = {"plain": plain, "late": plain.model_copy(update={"levers": {**plain.levers, "coupon": late}})}
    together = run_many(both, n_workers=1)
    alone = {name: run_many({name: scenario}, n_workers=1)[name] for name, scenario in both.items()}
    assert {name: r.digest for name, r in together.items()} == {name: r.digest for name, r in alone.items()}
    assert together["late"].dataset.sizes["lever"] == 2
