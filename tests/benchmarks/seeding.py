"""Who is chosen of a million people: `make bench-seeding`, or python -m tests.benchmarks.seeding [CITIZENS [VISITS]].

The bar is 100 people of a million within 60 CPU seconds and 2 GB. CPU seconds are those of this process after
compilation; memory is the most it ever held, the world of a million people included.
"""

import resource
import sys
import time
from typing import Any

import numpy as np

from simulation.core.rng import Stream, key_of
from simulation.levers.choosing import choose
from simulation.levers.choosing.cascades import SIMPLE, reached_by
from simulation.levers.choosing.names import STRATEGIES
from simulation.region import build_world, builtin
from simulation.scenario.schema import Scenario

SEED, PROBABILITY, INTERVIEWS, NAMES = 1, 0.05, 17, 3
N_CASCADES = 200
BAR_SECONDS, BAR_GB = 60.0, 2.0
KB_PER_GB = 1024.0**2


def gigabytes() -> float:
    """Return the most memory this process has held, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB


def chosen(strategy: Any, world: Any, n: int) -> np.ndarray:
    """Return whom a way chooses, everybody being eligible."""
    key = key_of(SEED, Stream.HOME_VISIT_CHOICE, 0)
    everybody = np.ones(len(world.citizens.age), bool)
    return choose(strategy, world, everybody, n, key, lambda v: np.full(len(v), INTERVIEWS), NAMES, PROBABILITY)


def world_of(n: int) -> Any:
    """Return people of Lishui and their ties."""
    scenario = Scenario(citizens=n)
    return build_world(builtin("lishui"), scenario.survey, scenario.behaviour.params(), n, SEED)


def main(n: int, visits: int) -> bool:
    """Time every way of choosing, print each, and return whether all are within the bar."""
    small = world_of(1_000)
    for strategy in STRATEGIES:
        chosen(strategy, small, 10)
    reached_by(small.peer_start, small.peer, np.array([0]), PROBABILITY, SIMPLE, SEED, 1)
    world = world_of(n)
    print(f"{n:,} people, {len(world.peer) / n:.2f} ties each, {visits:,} chosen; world {gigabytes():.2f} GB")
    print(f"{'':18}{'CPU s':>8}{'GB':>8}{'reached':>10}  (simple cascades, p = {PROBABILITY}, {N_CASCADES} of them)")
    is_within = True
    for strategy in STRATEGIES:
        begun = time.process_time()
        who = chosen(strategy, world, visits)
        seconds = time.process_time() - begun
        held = gigabytes()
        reach = reached_by(world.peer_start, world.peer, who, PROBABILITY, SIMPLE, SEED, N_CASCADES)
        print(f"{strategy:18}{seconds:8.2f}{held:8.2f}{reach.mean():10.1f} ± {reach.std() / len(reach) ** 0.5:.1f}")
        is_within = is_within and seconds < BAR_SECONDS and held < BAR_GB
    print(f"bar: {BAR_SECONDS:.0f} CPU s and {BAR_GB:.0f} GB each: {'met' if is_within else 'MISSED'}")
    return is_within


if __name__ == "__main__":
    given = [int(float(word)) for word in sys.argv[1:]]
    sys.exit(0 if main(*(given + [1_000_000, 100][len(given) :])) else 1)
