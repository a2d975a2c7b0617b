"""Measure the siting solvers against their bars: `make bench-siting`, EPAY_SITING_DIR naming the published instances.

Each line is a process of its own, one thread, compiled code warmed up on a tiny problem before the clock starts. Gaps
of generated problems are to the answer's own bound, which is never below that of linear programming.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import NamedTuple

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy and Numba load
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np  # noqa: E402  (after the environment is set)

from simulation.analysis.placement.capacitated import solve_capacitated  # noqa: E402
from simulation.analysis.placement.cover import cover_within  # noqa: E402
from simulation.analysis.placement.distances import distances_of_table  # noqa: E402
from simulation.analysis.placement.maximal_covering import solve_maximal_covering  # noqa: E402
from simulation.analysis.placement.p_median import MedianProblem, solve_p_median  # noqa: E402
from simulation.analysis.placement.problem import CoveringProblem  # noqa: E402
from simulation.analysis.placement.set_cover import solve_set_cover  # noqa: E402
from tests.analysis.placement.brute import faults_of_assignment  # noqa: E402
from tests.benchmarks import siting_instances as instances  # noqa: E402

PROOF_SECONDS = 60.0
MOST_MB = 1024
MEDIANS_PROVED = tuple(f"pmed{k}" for k in range(1, 6))
# points, sites, number, km, largest gap, seconds for all, seconds given to the solver
SCALES = (
    (5_000, 500, 40, 4.0, 0.002, 3.0, 1.5),
    (50_000, 500, 40, 4.0, 0.002, 5.0, 3.0),
    (50_000, 2_000, 100, 3.0, 0.005, 10.0, 8.5),
)
# seed, number, capacities together as a share of all people, spread of capacities, km
CAPACITIES = ((1, 30, 1.3, 0.0, 8.0), (2, 50, 0.7, 0.0, 6.0), (3, 30, 1.0, 0.5, 8.0))


class Line(NamedTuple):
    """A bar, what was measured, and whether it is met."""

    bar: str
    figure: str
    is_met: bool


def warm_up() -> None:
    """Compile what is measured."""
    points, sites, people = instances.towns(60, 20)
    cover = cover_within(points, sites, 20.0)
    near = cover_within(points, sites, 12.0)
    solve_maximal_covering(CoveringProblem(near, people, np.ones(20), number=3, budget=3.0), 1.0)
    solve_set_cover(CoveringProblem(cover, people), 0.2, leave_out=True)
    solve_capacitated(CoveringProblem(near, people, number=3), np.full(20, people.sum() / 5), 1.0)
    table = np.linalg.norm(points[:, None] - sites[None], axis=-1)
    solve_p_median(MedianProblem(distances_of_table(table), people, 2), 0.5)
    from simulation.analysis.placement.covering_bound import relax_covering
    from simulation.analysis.placement.reduced import reduced

    core = reduced(CoveringProblem(near, people, number=3))
    relax_covering(core, None, np.arange(3), core.covered(np.arange(3)), 0.1)


def median_quick(name: str) -> tuple[Line, float]:
    """Measure a p-median without proof, and return its gap too."""
    problem, best = instances.read_median(name), instances.optima()["pmed"][name]["optimum"]
    answer = solve_p_median(problem, 0.9, prove=False)
    gap = answer.value / best - 1
    is_met = gap <= 0.01 and answer.seconds <= 1.0
    return Line(f"{name} within 1% in 1 s", f"{gap:.3%} in {answer.seconds:.2f} s", is_met), gap


def medians_quick() -> list[Line]:
    """Measure all p-medians without proof."""
    measured = [median_quick(name) for name in instances.optima()["pmed"]]
    mean = float(np.mean([gap for _, gap in measured]))
    return [*(line for line, _ in measured), Line("p-medians on average within 0.3%", f"{mean:.3%}", mean <= 0.003)]


def medians_proved() -> list[Line]:
    """Measure proofs of the small p-medians."""
    lines = []
    for name in MEDIANS_PROVED:
        answer = solve_p_median(instances.read_median(name), PROOF_SECONDS)
        lines.append(_proof(name, answer, instances.optima()["pmed"][name]["optimum"]))
    return lines


def set_covers() -> list[Line]:
    """Measure set covers with and without proof."""
    lines = []
    for name, known in instances.optima()["scp"].items():
        problem, best = instances.read_set_cover(name), known["optimum"]
        quick = solve_set_cover(problem, 3.0, prove=False)
        gap = quick.value / best - 1
        lines.append(Line(f"{name} within 6% without proof", f"{gap:.2%} in {quick.seconds:.2f} s", gap <= 0.06))
        lines.append(_proof(name, solve_set_cover(problem, PROOF_SECONDS), best))
    return lines


def san_francisco() -> list[Line]:
    """Measure the stores of San Francisco."""
    known, (table, people) = instances.optima()["spopt_sf"], instances.read_san_francisco()
    cover = solve_maximal_covering(instances.san_francisco_cover(table, people, 5000, 4), PROOF_SECONDS)
    median = solve_p_median(MedianProblem(distances_of_table(table), people, 4), PROOF_SECONDS)
    fewest = [
        (f"set cover {metres}", solve_set_cover(instances.san_francisco_cover(table, people, metres, None)))
        for metres in (5000, 8000)
    ]
    return [
        _proof("San Francisco covering", cover, known["mclp_radius5000_p4"]),
        _proof("San Francisco p-median", median, known["pmedian_p4"]),
        *(_proof(f"San Francisco {name}", answer, known[f"lscp_radius{name[-4:]}"]) for name, answer in fewest),
    ]


def scale(n_points: int, n_sites: int, number: int, km: float, most: float, limit: float, given: float) -> list[Line]:
    """Measure a large covering problem, its cover included."""
    points, sites, people = instances.towns(n_points, n_sites)
    began = perf_counter()
    problem = CoveringProblem(cover_within(points, sites, km), people, number=number)
    answer = solve_maximal_covering(problem, given)
    seconds = perf_counter() - began
    gap = 1.0 if answer.gap is None else answer.gap
    figure = f"{gap:.3%} in {seconds:.2f} s{', proved' if answer.is_proved else ''}"
    is_met = gap <= most and seconds <= limit and _peak_mb() < MOST_MB
    return [Line(f"{n_points:,} x {n_sites:,} within {most:.1%} in {limit:.0f} s", figure, is_met)]


def capacity(seed: int, number: int, share: float, spread: float, km: float) -> list[Line]:
    """Measure a problem with capacities, its assignment verified."""
    points, sites, people = instances.towns(500, 500, seed)
    factor = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, 500)
    capacities = np.round(share * people.sum() / number * factor)
    problem = CoveringProblem(cover_within(points, sites, km), people, number=number)
    answer = solve_capacitated(problem, capacities, 20.0)
    gap = 1.0 if answer.gap is None else answer.gap
    faults = faults_of_assignment(problem, answer, capacities)
    bar = f"500 x 500, room for {share:.0%}, capacities +-{spread:.0%}: within 1%"
    return [Line(bar, f"{gap:.2%} in {answer.seconds:.1f} s, {len(faults)} faults", gap <= 0.01 and not faults)]


def _proof(name: str, answer, best: float) -> Line:
    is_met = answer.is_proved and abs(answer.value - best) <= 1e-9 * best and answer.seconds <= PROOF_SECONDS
    return Line(f"{name} proved in 60 s", f"{answer.value:,.1f} of {best:,.1f} in {answer.seconds:.2f} s", is_met)


def _peak_mb() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def _measured(task: Callable[..., list[Line]], arguments: tuple) -> tuple[list[Line], float, float, float]:
    warm_up()
    wall, cpu = perf_counter(), process_time()
    lines = task(*arguments)
    return lines, perf_counter() - wall, process_time() - cpu, _peak_mb()


def main() -> None:
    """Print every bar with its figure, seconds and memory."""
    tasks: list[tuple[Callable[..., list[Line]], tuple]] = []
    if instances.is_there():
        tasks += [(task, ()) for task in (medians_quick, medians_proved, set_covers, san_francisco)]
    else:
        print("published instances skipped: EPAY_SITING_DIR names no folder with optima.json")
    tasks += [(scale, row) for row in SCALES] + [(capacity, row) for row in CAPACITIES]
    missed = 0
    for task, arguments in tasks:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
            lines, wall, cpu, peak = one.submit(_measured, task, arguments).result()
        for line in lines:
            missed += not line.is_met
            print(f"{line.bar:<62}{line.figure:<44}{'met' if line.is_met else 'MISSED'}")
        print(f"  {task.__name__}: {wall:.1f} s wall, {cpu:.1f} s CPU, peak {peak:.0f} MB", flush=True)
    print(f"{missed} missed")


if __name__ == "__main__":
    main()
