"""How many citizens the Mesa engine takes, and what it would cost: told before anything is run."""

from collections.abc import Iterable, Mapping

from simulation.engine.model import WARM_UP_WEEKS
from simulation.messages import Message
from simulation.region import Region
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import EVERYBODY, Scenario

MOST_CITIZENS = 20_000
# measured on Lishui at 2,000 citizens (tests/benchmarks/mesa_speed.py), rounded up
SECONDS_PER_CITIZEN_WEEK = 2.5e-4
BYTES_PER_CITIZEN = 10_000  # of one model; a process holds one for the warm-up and one for each scenario
SECONDS_PER_HOUR = 3600.0
BYTES_PER_GB = 1e9


def check_size(scenarios: Iterable[Scenario], regions: Mapping[str, Region]) -> None:
    """Refuse scenarios of more citizens than one should make agents of.

    Raises
    ------
    ScenarioError
        With the time and the memory the run would take.
    """
    listed = list(scenarios)
    sizes = [regions[s.region].n_eligible if s.citizens == EVERYBODY else int(s.citizens) for s in listed]
    if max(sizes) <= MOST_CITIZENS:
        return
    citizen_weeks = sum(n * s.replicates * (s.weeks + WARM_UP_WEEKS) for n, s in zip(sizes, listed, strict=True))
    params = {
        "citizens": max(sizes),
        "most": MOST_CITIZENS,
        "hours": round(citizen_weeks * SECONDS_PER_CITIZEN_WEEK / SECONDS_PER_HOUR, 1),
        "gigabytes": round(max(sizes) * BYTES_PER_CITIZEN * (1 + len(listed)) / BYTES_PER_GB, 1),
    }
    raise ScenarioError([Message("mesa.too_many", params)])
