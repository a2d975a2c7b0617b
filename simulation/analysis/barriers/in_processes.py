"""Barriers of many replicates at a time, each in a process of its own kernel thread."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed

from simulation.analysis.barriers.find import Barriers, join
from simulation.analysis.barriers.replicate import GAIN_YUAN, HORIZON_WEEKS, ReplicateBarriers, barriers_of_replicate
from simulation.engine.constants import solved
from simulation.engine.runner import Progress
from simulation.region import Region
from simulation.region.survey_of_region import with_measured_survey
from simulation.scenario.schema import Scenario

Done = Callable[[], None]


def barriers_in_processes(
    scenario: Scenario,
    region: Region,
    n_workers: int,
    done: Done | None = None,
    solve_progress: Progress | None = None,
) -> Barriers:
    """Find the barriers of a scenario, replicates side by side; the result is that of `find_barriers`.

    Parameters
    ----------
    region : Region
        That of the scenario.
    n_workers : int
        Processes; 1 computes in this one.
    done : callable, optional
        Called after each replicate.
    solve_progress : callable, optional
        As for `run_experiment`.
    """
    scenario = with_measured_survey(scenario, region)
    constants = solved(region, scenario.survey, scenario.behaviour.params(), solve_progress, n_workers)
    found: dict[int, ReplicateBarriers] = {}

    def keep(replicate: int, barriers: ReplicateBarriers) -> None:
        found[replicate] = barriers
        if done:
            done()

    if n_workers == 1:
        for r in range(scenario.replicates):
            keep(r, barriers_of_replicate(scenario, region, constants, r))
    else:
        context = multiprocessing.get_context("spawn")  # a forked process may inherit locks that nobody opens
        with ProcessPoolExecutor(min(n_workers, scenario.replicates), mp_context=context) as pool:
            futures = {
                pool.submit(barriers_of_replicate, scenario, region, constants, r): r
                for r in range(scenario.replicates)
            }
            for future in as_completed(futures):
                keep(futures[future], future.result())
    ordered = [found[r] for r in range(scenario.replicates)]
    return join(ordered, region, HORIZON_WEEKS, GAIN_YUAN, scenario.survey.illustrative)
