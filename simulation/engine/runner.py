"""Run scenarios: the same replicate of every scenario shares its world, its warm-up and all its draws."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import AREA_NAMES
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.constants import Constants, solved
from simulation.engine.memory import return_large_arrays
from simulation.engine.model import WARM_UP_WEEKS
from simulation.engine.protocol import Engine
from simulation.engine.seeds import replicate_seed
from simulation.engine.shared_past import Recorded, record_all
from simulation.engine.start import start_of
from simulation.levers.ledger import LINES
from simulation.outcomes.result import Result
from simulation.region import Region, find_region
from simulation.region.survey_of_region import with_measured_survey
from simulation.scenario.schema import Scenario

WHOLE_REGION = "region"  # accounting zone of what concerns no zone

Array = NDArray[Any]
Progress = Callable[[int, int], None]
Arrays = dict[str, Array]
EngineName = Literal["array", "mesa"]
ENGINES = get_args(EngineName)


@dataclass(frozen=True, slots=True)
class _Family:
    """Scenarios that differ only after the warm-up, and so share worlds."""

    region: Region
    scenarios: tuple[tuple[str, Scenario], ...]
    constants: Constants
    engine: EngineName

    @property
    def first(self) -> Scenario:
        return self.scenarios[0][1]


def world_of(
    scenario: Scenario, region: Region, constants: Constants, replicate: int, engine: EngineName = "array"
) -> Engine:
    """Build one replicate's world and engine, ready for its warm-up: the one place where an engine is chosen.

    Parameters
    ----------
    scenario : Scenario
        Region, size, behaviour and seeds.
    replicate : int
        Which one; 0 is the world of all replicates where `same_world` is set.
    engine : str
        "array", or "mesa" for agents; both give the same bits.

    Returns
    -------
    Engine
    """
    return_large_arrays()
    start = start_of(scenario, region, constants, replicate)
    if engine == "mesa":
        from simulation.engine.mesa_engine.engine import MesaEngine  # loads mesa, which few runs need

        return MesaEngine(start.world, start.model, start.seed)
    return ArrayEngine(start.world, start.model, start.seed)


def _replicate(
    family: _Family, replicate: int, n_threads: int, tick: Callable[[], None] | None = None
) -> dict[str, "Recorded"]:
    """Run one replicate of every scenario of a family; their common past is simulated once."""
    engine = world_of(family.first, family.region, family.constants, replicate, family.engine)
    if isinstance(engine, ArrayEngine):
        engine.n_threads = n_threads
    return record_all(engine, family.scenarios, engine.warm_up(), tick)


_weeks_done: Any = None


def _share_counter(counter: Any) -> None:
    global _weeks_done  # one counter a process, handed over once by the pool
    _weeks_done = counter


def _tick() -> None:
    with _weeks_done.get_lock():
        _weeks_done.value += 1


def _replicate_in_process(family: _Family, replicate: int) -> dict[str, "Recorded"]:
    return _replicate(family, replicate, 1, _tick)


def _families(
    scenarios: Mapping[str, Scenario], progress: Progress | None, n_workers: int, engine: EngineName
) -> list[_Family]:
    """Group scenarios that share everything up to week 0, and solve the constants of each group once."""
    groups: dict[str, list[tuple[str, Scenario]]] = {}
    regions = {name: find_region(name) for name in sorted({s.region for s in scenarios.values()})}
    if engine == "mesa":
        from simulation.engine.mesa_engine.limits import check_size

        check_size(scenarios.values(), regions)
    for name, given in scenarios.items():
        scenario = with_measured_survey(given, regions[given.region])
        p = scenario.behaviour.params()
        key = repr((scenario.region, scenario.citizens, scenario.seed, scenario.replicates, scenario.same_world, p))
        groups.setdefault(key + scenario.survey.model_dump_json(), []).append((name, scenario))
    families = []
    for members in groups.values():
        first = members[0][1]
        region = regions[first.region]
        constants = solved(region, first.survey, first.behaviour.params(), progress, n_workers)
        families.append(_Family(region, tuple(members), constants, engine))
    return families


def run_many(
    scenarios: Mapping[str, Scenario],
    progress: Progress | None = None,
    solve_progress: Progress | None = None,
    n_workers: int | None = None,
    engine: EngineName = "array",
) -> dict[str, Result]:
    """Run scenarios on common worlds and draws, so that their differences are the programmes' doing.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Name -> scenario.
    progress : callable of (done, total), optional
        Weeks simulated so far, of all replicates and scenarios; called from this process.
    solve_progress : callable of (done, total), optional
        Rounds of the constants' solution, the first time a region and behaviour are used.
    n_workers : int, optional
        Processes; default one a processor. The result does not depend on it. More than one import the calling
        script: guard the call there with `if __name__ == "__main__":` (notebooks need nothing).
    engine : str
        "array", or "mesa" for Mesa agents: the same bits, some thousand times slower.

    Returns
    -------
    dict of str to Result

    Raises
    ------
    ScenarioError
        If a scenario has too many citizens for Mesa agents.
    ValueError
        If there is no such engine.
    RuntimeError
        If a worker process dies.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine: {engine!r} is none; allowed: {', '.join(ENGINES)}")
    workers = n_workers or processors()
    started = time.perf_counter()
    families = _families(scenarios, solve_progress, workers, engine)
    tasks = [(family, r) for family in families for r in range(family.first.replicates)]
    total = sum(s.weeks for family in families for _, s in family.scenarios for _ in range(family.first.replicates))
    if workers == 1 or len(tasks) == 1:
        done = 0

        def tick() -> None:
            nonlocal done
            done += 1
            if progress:
                progress(done, total)

        outcomes = [_replicate(family, r, workers, tick) for family, r in tasks]
    else:
        outcomes = _in_processes(tasks, min(workers, len(tasks)), progress, total)
    elapsed = time.perf_counter() - started

    results = {}
    for family in families:
        mine = [outcome for (f, _), outcome in zip(tasks, outcomes, strict=True) if f is family]
        for name, scenario in family.scenarios:
            results[name] = Result.from_recorders(
                [outcome[name].arrays for outcome in mine],
                scenario,
                _world_facts(family, scenario, mine[0][name].expansion_factor),
                {
                    "constants": family.constants,
                    "seeds": [replicate_seed(scenario.seed, r) for r in range(scenario.replicates)],
                    "elapsed_seconds": elapsed,
                    "n_workers": workers,
                    "engine": engine,
                    "warm_up_weeks": WARM_UP_WEEKS,
                    "firings": [outcome[name].firings for outcome in mine],
                },
            )
    return results


def processors() -> int:
    """Return the processors this process may use, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(
    tasks: list[tuple[_Family, int]], workers: int, progress: Progress | None, total: int
) -> list[dict[str, "Recorded"]]:
    """Run tasks in processes, one kernel thread each, reporting weeks as they pass."""
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(0.2):
            if progress:
                progress(min(counter.value, total), total)

    watcher = threading.Thread(target=watch, daemon=True)
    # Mesa 3.3 keeps every model of a process alive, so each replicate of agents gets a process of its own
    tasks_each = 1 if tasks[0][0].engine == "mesa" else None
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_share_counter, initargs=(counter,), max_tasks_per_child=tasks_each
    )
    watcher.start()
    try:
        futures = {pool.submit(_replicate_in_process, family, r): k for k, (family, r) in enumerate(tasks)}
        outcomes: list[Any] = [None] * len(tasks)
        for future in as_completed(futures):
            outcomes[futures[future]] = future.result()
    except KeyboardInterrupt:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    except BrokenProcessPool as error:
        raise RuntimeError(
            'a worker process died. In a script, call run and run_many under `if __name__ == "__main__":`, because '
            "worker processes import the script; or pass n_workers=1. If memory ran out, use fewer workers."
        ) from error
    finally:
        finished.set()
        pool.shutdown(wait=True, cancel_futures=True)
        watcher.join()
    if progress:
        progress(total, total)
    return outcomes


def _world_facts(family: _Family, scenario: Scenario, expansion_factor: float) -> dict[str, Any]:
    """Return the coordinates and facts an outcome's Dataset carries."""
    region = family.region
    return {
        "region": region,
        "lever_names": tuple(sorted(scenario.levers)),
        "lines": LINES,
        "zones": (*(f"{county.name} {area}" for county in region.counties for area in AREA_NAMES), WHOLE_REGION),
        "expansion_factor": expansion_factor,
        "n_simulated": int(np.rint(region.n_eligible / expansion_factor)),
    }


def run(scenario: Scenario, progress: Progress | None = None, n_workers: int | None = None) -> Result:
    """Run one scenario.

    Parameters
    ----------
    scenario : Scenario
        From `load_scenario`, or built in Python.
    progress : callable of (done, total), optional
        Weeks simulated so far.
    n_workers : int, optional
        Processes; default one a processor.

    Returns
    -------
    Result
        `.dataset` is one labelled `xarray.Dataset`.
    """
    return run_many({"scenario": scenario}, progress, n_workers=n_workers)["scenario"]


def run_replicates(scenario: Scenario, replicates: Sequence[int]) -> Result:
    """Run some replicates of a scenario alone, in this process, with the bits they have in the whole run.

    Parameters
    ----------
    scenario : Scenario
        As it was run.
    replicates : sequence of int
        Which ones, from 0.

    Returns
    -------
    Result
        `replicate` counts them in the order asked for; the coordinate `seed` tells which is which.
    """
    threads = processors()
    (family,) = _families({"scenario": scenario}, None, threads, "array")
    found = [_replicate(family, r, threads)["scenario"] for r in replicates]
    return Result.from_recorders(
        [recorded.arrays for recorded in found],
        scenario,
        _world_facts(family, scenario, found[0].expansion_factor),
        {
            "constants": family.constants,
            "seeds": [replicate_seed(scenario.seed, r) for r in replicates],
            "warm_up_weeks": WARM_UP_WEEKS,
            "firings": [recorded.firings for recorded in found],
        },
    )
