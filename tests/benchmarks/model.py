"""The model's side of the speed benchmark: business as usual, and every lever at once, on one thread."""

import time
from pathlib import Path

from simulation.engine.constants import solved
from simulation.engine.plan import Plan
from simulation.engine.runner import Engine, record, world_of
from simulation.region import builtin
from simulation.scenario.budget import Budget
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import LEVERS, Scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
REGION = "lishui"
N_WEEKS = 156
SEED = 1
BUDGET_YUAN = 2e9  # more than all levers together spend, so that none is ever suspended
COMPILED_BY = 300, 4  # citizens and weeks of a run in which all levers come to be compiled


def all_levers(n_weeks: int = N_WEEKS) -> Plan:
    """Return a plan with every kind of lever at the dose of the scenario of its own, and a budget to keep."""
    levers = {}
    for kind in LEVERS:
        alone = load_scenario(SCENARIOS / f"{kind}.yaml").levers
        assert kind in {lever.kind for lever in alone.values()}, f"{kind}.yaml buys no {kind}"
        levers |= alone
    return Plan(levers=levers, budget=Budget(total_yuan=BUDGET_YUAN), n_weeks=n_weeks)


def scenario_of(n: int, n_weeks: int = N_WEEKS) -> Scenario:
    """Return business as usual at one size."""
    return Scenario(
        title={"en": "Speed", "zh": "速度"}, region=REGION, citizens=n, weeks=n_weeks, replicates=1, seed=SEED
    )


def engine_of(scenario: Scenario) -> Engine:
    """Return an engine at the start of its warm-up, with the constants of its region."""
    region = builtin(scenario.region)
    return world_of(scenario, region, solved(region, scenario.survey, scenario.behaviour.params()), replicate=0)


def compile_levers() -> None:
    """Run every lever for some weeks, so that all is compiled when a clock starts."""
    n, n_weeks = COMPILED_BY
    engine = engine_of(scenario_of(n, n_weeks))
    engine.warm_up()
    twin = engine.fork(all_levers(n_weeks))
    for _ in range(n_weeks):
        twin.step()


def measure(n: int) -> tuple[float, float]:
    """Time business as usual and all levers, recording included; worlds, warm-up and solved constants are not timed.

    Parameters
    ----------
    n : int
        Citizens.

    Returns
    -------
    usual, all_on : float
        CPU seconds of a run of `N_WEEKS`, without any lever and with all of them.
    """
    compile_levers()
    scenario = scenario_of(n)
    engine = engine_of(scenario)
    last_warm_up = engine.warm_up()
    seconds = []
    for plan in (Plan(), all_levers()):
        twin = engine.fork(plan)
        began = time.process_time()
        record(twin, scenario, last_warm_up)
        seconds.append(time.process_time() - began)
    usual, all_on = seconds
    return usual, all_on
