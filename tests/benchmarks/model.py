"""The model's side of the speed benchmark: business as usual, and the full plan with all levers on, on one thread."""

import time
from pathlib import Path

from simulation.engine.constants import solved
from simulation.engine.plan import Plan, plan_of
from simulation.engine.protocol import Engine
from simulation.engine.runner import world_of
from simulation.engine.shared_past import record
from simulation.region import builtin
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario

FULL_PLAN = Path(__file__).resolve().parents[2] / "scenarios" / "lishui" / "full_plan.yaml"
REGION = "lishui"
N_WEEKS = 156
SEED = 1
COMPILED_BY = 300, 16  # citizens and weeks of a run into the plan's roll-out


def full_plan() -> Plan:
    """Return the plan that has every lever on, with its budget and monitor."""
    return plan_of(load_scenario(FULL_PLAN))


def scenario_of(n: int) -> Scenario:
    """Return business as usual at one size."""
    return Scenario(
        title={"en": "Speed", "zh": "速度"}, region=REGION, citizens=n, weeks=N_WEEKS, replicates=1, seed=SEED
    )


def engine_of(scenario: Scenario) -> Engine:
    """Return an engine at the start of its warm-up, with the constants of its region."""
    region = builtin(scenario.region)
    return world_of(scenario, region, solved(region, scenario.survey, scenario.behaviour.params()), replicate=0)


def compile_levers() -> None:
    """Run the full plan into its roll-out, so that all is compiled when a clock starts."""
    n, n_weeks = COMPILED_BY
    engine = engine_of(scenario_of(n))
    engine.warm_up()
    twin = engine.fork(full_plan())
    for _ in range(n_weeks):
        twin.step()


def measure(n: int) -> tuple[float, float]:
    """Time business as usual and the full plan, recording included; worlds, warm-up and solved constants are not timed.

    Parameters
    ----------
    n : int
        Citizens.

    Returns
    -------
    usual, full : float
        CPU seconds of a run of `N_WEEKS`, without any lever and under the full plan.
    """
    compile_levers()
    scenario = scenario_of(n)
    engine = engine_of(scenario)
    last_warm_up = engine.warm_up()
    seconds = []
    for plan in (Plan(), full_plan()):
        twin = engine.fork(plan)
        began = time.process_time()
        record(twin, scenario, last_warm_up)
        seconds.append(time.process_time() - began)
    usual, full = seconds
    return usual, full
