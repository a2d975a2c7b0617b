"""Where kiosks bring most users: an optimised layout against simple rules, in the simulation of a user's region.

    EPAY_REGION_DIR=folder python -m tests.benchmarks.kiosks [replicates] [citizens or all] [weeks]

The folder holds the tables of the region with candidate sites. 40 kiosks, 5 km of travel.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from simulation.analysis.experiment.backends import ProcessPool
from simulation.analysis.placement.in_scenario import find_places, with_places
from simulation.analysis.placement.layouts import OPTIMISED, layouts_of
from simulation.analysis.placement.ranking import rank, scenarios_of
from simulation.analysis.placement.rivals import RIVALS
from simulation.analysis.runs import Runs
from simulation.engine.runner import processors
from simulation.region import find_region
from simulation.report.placement import sentences
from simulation.scenario.schema import Scenario

NUMBER, LIMIT_KM = 40, 5.0
POINTS = 100.0


def main() -> None:
    """Choose, run, and print what each layout adds."""
    folder = os.environ.get("EPAY_REGION_DIR")
    if not folder:
        print("skipped: EPAY_REGION_DIR names no region")
        return
    replicates, citizens, weeks = (sys.argv[1:] + ["30", "all", "104"][len(sys.argv) - 1 :])[:3]
    region = find_region(Path(folder).resolve().as_posix())
    lever = {"kind": "kiosk", "placement": {"number": NUMBER, "travel_limit_km": LIMIT_KM}}
    scenario = Scenario.model_validate(
        {
            "region": Path(folder).resolve().as_posix(),
            "citizens": citizens if citizens == "all" else int(citizens),
            "replicates": int(replicates),
            "weeks": int(weeks),
            "levers": {"kiosks": lever},
        }
    )
    find_places(scenario, region)  # compiles
    started = time.perf_counter()
    found = find_places(scenario, region)
    answer = found["kiosks"].answer
    print(f"{len(answer.sites)} of {len(found['kiosks'].problem.candidates)} sites, {LIMIT_KM} km of travel:")
    print(f"  value {answer.value:.1f}, bound {answer.bound}, gap {answer.gap:.4%}, proved {answer.is_proved}")
    print(f"  {answer.seconds:.2f} s; with demand and distances {time.perf_counter() - started:.2f} s")
    scenario = with_places(scenario, found)
    layouts = layouts_of(scenario.levers["kiosks"], found["kiosks"], 0, scenario.behaviour.help_distance_km)
    layouts = {name: layout for name, layout in layouts.items() if name in (OPTIMISED, *RIVALS)}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as cells:
        scenarios = scenarios_of(scenario, "kiosks", layouts)
        runs = Runs(scenarios, lambda: ProcessPool(processors()), Path(cells) / "cells")
        ranking = rank(runs, layouts, OPTIMISED, int(replicates))
    print(f"{replicates} paired replicates, {citizens} citizens, {weeks} weeks: {time.perf_counter() - started:.0f} s")
    for name, ranked in ranking.layouts.items():
        gain, more = ranked.gain, ranked.against_chosen
        words = f"  {name:18} near {ranked.proxy:8.0f}  adds {POINTS * gain.mean:.3f} points"
        words += f" ({POINTS * gain.low:.3f} to {POINTS * gain.high:.3f}), {ranked.users.mean:.0f} users"
        if more is not None:
            words += (
                f"; optimised adds {POINTS * more.mean:+.3f} ({POINTS * more.low:+.3f} to {POINTS * more.high:+.3f})"
            )
        print(words)
    for sentence in sentences(found["kiosks"], ranking, "en"):
        print(sentence)


if __name__ == "__main__":
    main()
