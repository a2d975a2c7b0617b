"""The model's side of the speed benchmark: business as usual on one thread."""

import time

from simulation.engine.constants import solved
from simulation.engine.runner import record, world_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario

REGION = "lishui"
N_WEEKS = 156
SEED = 1


def measure(n: int) -> tuple[float, int]:
    """Time business as usual, recording included; world, warm-up and solved constants are not timed.

    The warm-up weeks run the same loops, so that everything is compiled when the clock starts.

    Parameters
    ----------
    n : int
        Citizens.

    Returns
    -------
    seconds : float
        CPU seconds of the run.
    n_weeks : int
        Weeks timed.
    """
    scenario = Scenario(
        title={"en": "Speed", "zh": "速度"}, region=REGION, citizens=n, weeks=N_WEEKS, replicates=1, seed=SEED
    )
    region = builtin(scenario.region)
    constants = solved(region, scenario.survey, scenario.behaviour.params())
    engine = world_of(scenario, region, constants, replicate=0)
    last_warm_up = engine.warm_up()
    twin = engine.fork(scenario.levers)
    began = time.process_time()
    record(twin, scenario, last_warm_up)
    return time.process_time() - began, N_WEEKS
