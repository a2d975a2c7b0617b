"""Speed of the Mesa engine: python -m tests.benchmarks.mesa_speed [CITIZENS ...]."""

import resource
import sys
import time

from simulation.engine.mesa_engine.engine import MesaEngine
from simulation.engine.start import start_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario
from tests.parity.engines import FIXED

REGION = "lishui"
N_CITIZENS, N_WEEKS = 2_000, 60
KILOBYTE = 1024


def measure_mesa(n: int, n_weeks: int) -> float:
    """Time business as usual with constants near the solved ones; world, agents and first week are not timed.

    Parameters
    ----------
    n : int
        Citizens.
    n_weeks : int
        Weeks timed; the warm-up before them compiles the rules.

    Returns
    -------
    float
        CPU seconds per citizen-week.
    """
    start = start_of(Scenario(citizens=n), builtin(REGION), FIXED, 0)
    engine = MesaEngine(start.world, start.model, start.seed)
    engine.warm_up()
    began = time.process_time()
    for _ in range(n_weeks):
        engine.step()
    return (time.process_time() - began) / n / n_weeks


def bytes_of_agents(n: int) -> float:
    """Return how much a citizen adds to this process's largest memory, bytes; for a fresh process."""
    start = start_of(Scenario(citizens=n), builtin(REGION), FIXED, 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    engine = MesaEngine(start.world, start.model, start.seed)
    for _ in range(3):
        engine.step()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * KILOBYTE / n


def main() -> None:
    """Print the figures of the sizes named on the command line, or of 2,000 citizens."""
    for n in [int(word) for word in sys.argv[1:]] or [N_CITIZENS]:
        print(f"{n:,} citizens: {bytes_of_agents(n):,.0f} bytes a citizen", end=", ")
        each = measure_mesa(n, N_WEEKS)
        print(f"{each:.3g} CPU seconds per citizen-week, {1 / each:,.0f} citizen-weeks per CPU second")


if __name__ == "__main__":
    main()
