"""One large run: `make large`, or python -m tests.benchmarks.large CITIZENS WEEKS THREADS [levers].

Lishui has 2.1 million residents aged 15 and over; beyond that every count of its census is multiplied, so that the
region is as large as the run. With the last word it is a run of the full plan, which has all levers on from week 13.
Wall and CPU seconds and memory are those of this process.
"""

import gc
import hashlib
import math
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from simulation.engine.constants import solved
from simulation.engine.runner import world_of
from simulation.engine.shared_past import record
from simulation.region import builtin
from simulation.region.sources import Region
from simulation.scenario.schema import Scenario
from tests.benchmarks.model import compile_levers, full_plan

WITH_LEVERS = "levers"


def enlarged(region: Region, n: int) -> Region:
    """Return a region with every count multiplied by the smallest whole number that gives it n citizens."""
    times = max(1, math.ceil(n / region.n_eligible))
    counties = tuple(
        replace(
            county,
            population=county.population * times,
            urban_population=county.urban_population * times,
            rural_population=county.rural_population * times,
            households=county.households * times,
            one_person_households=county.one_person_households * times,
            by_band=tuple(count * times for count in county.by_band),
        )
        for county in region.counties
    )
    return replace(region, counties=counties)


def resident_mb() -> float:
    """Return the memory this process holds now."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb() -> float:
    """Return the most memory this process has held; a child starts at zero, which `getrusage` would not give."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


def main(n: int, n_weeks: int, n_threads: int, has_levers: bool) -> None:
    """Build a world, run it and print what it took."""
    scenario = Scenario(citizens=n, weeks=n_weeks, replicates=1, seed=1)
    small = builtin("lishui")
    constants = solved(small, scenario.survey, scenario.behaviour.params())
    compile_levers()
    gc.collect()
    before = resident_mb()  # what Python, its libraries and compiled code take, whatever the world
    what = "full plan" if has_levers else "business as usual"
    print(f"{n:,} citizens, {n_weeks} weeks, {n_threads} threads, {what}; before: {before:,.0f} MB")
    cpu, wall = time.process_time(), time.perf_counter()
    engine = world_of(scenario, enlarged(small, n), constants, 0)
    gc.collect()
    print(f"  generation: {time.process_time() - cpu:.1f} CPU s, {time.perf_counter() - wall:.1f} s", end="; ")
    print(f"peak {peak_mb():,.0f} MB, {(peak_mb() - before) * 1e6 / n:.0f} B a citizen")
    engine.n_threads = n_threads
    cpu, wall = time.process_time(), time.perf_counter()
    last = engine.warm_up()
    print(f"  warm-up: {time.process_time() - cpu:.1f} CPU s, {time.perf_counter() - wall:.1f} s")
    if has_levers:
        engine = engine.fork(full_plan())
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    arrays = record(engine, scenario, last)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gc.collect()
    held = resident_mb()
    print(f"  run: {cpu:.1f} CPU s, {wall:.1f} s, {cpu / n / n_weeks:.3g} CPU s a citizen-week", end="; ")
    print(f"holds {held:,.0f} MB, {(held - before) * 1e6 / n:.0f} B a citizen; peak {peak_mb():,.0f} MB")
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(arrays[k]).tobytes() for k in sorted(arrays)))
    print(f"  digest {digest.hexdigest()[:16]}", flush=True)


if __name__ == "__main__":
    main(*(int(float(word)) for word in sys.argv[1:4]), has_levers=WITH_LEVERS in sys.argv[4:])
