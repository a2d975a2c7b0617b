"""How fast the what-if answers: random moves of sliders for two scenarios, `make bench-what-if`.

A move changes one setting of one lever of the plan as it stands in the file, as somebody does who tries one slider
after another. "First" is the time to an answer over two replicates, "settled" that to one over all of them with its
targets judged.
"""

import sys
import time
from pathlib import Path

import numpy as np

from simulation.analysis.what_if.session import WhatIf
from simulation.levers.base import Lever
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
CITIZENS, WEEKS, REPLICATES, WORKERS, MOVES, SEED = 10_000, 156, 8, 2, 30, 7
FACTORS = (0.5, 0.75, 1.25, 1.5, 2.0)
BARS = {"first": 0.3, "settled": 1.2}
SETTINGS = ("first_use_yuan", "cashback_yuan", "fee_share", "pos_rent_share", "points_yuan", "technical_share")


def sized(name: str) -> Scenario:
    """Return a scenario of the folder at the size of the what-if."""
    size = {"citizens": CITIZENS, "weeks": WEEKS, "replicates": REPLICATES}
    return load_scenario(FOLDER / f"{name}.yaml").model_copy(update=size)


def moved(lever: Lever, factor: float) -> Lever | None:
    """Return a lever with another dose, or None where it has none that can be multiplied."""
    if lever.scales:
        return lever.scaled(factor)
    name = next((name for name in SETTINGS if getattr(lever, name, 0)), None)
    if name is None:
        return None
    most = 1.0 if name.endswith("_share") else np.inf
    return lever.model_copy(update={name: min(most, getattr(lever, name) * factor)})


def random_moves(scenario: Scenario, n: int, rng: np.random.Generator) -> list[Scenario]:
    """Return variants of a scenario that differ from it in one lever each."""
    found: list[Scenario] = []
    names = sorted(scenario.levers)
    while len(found) < n:
        name = str(rng.choice(names))
        lever = moved(scenario.levers[name], float(rng.choice(FACTORS)))
        if lever is not None and lever != scenario.levers[name]:
            found.append(scenario.model_copy(update={"levers": {**scenario.levers, name: lever}}))
    return found


def timed(session: WhatIf, scenario: Scenario) -> tuple[float, float]:
    """Return the seconds to the first answer and to the settled one."""
    started, first = time.perf_counter(), np.nan
    for answer in session.answer(scenario):
        if np.isnan(first):
            first = time.perf_counter() - started
        if answer.is_settled:
            assert len(answer.judgements) == len(scenario.targets)
    return first, time.perf_counter() - started


def main(rounds: int = 1) -> None:
    """Print the times of every scenario; of several rounds of the same moves the quickest of each move counts."""
    for name in ("programme", "full_plan"):
        plan = sized(name)
        with WhatIf(plan, sized("baseline"), WORKERS) as session:
            print(f"{name}: opened in {session.seconds_to_open:.1f} s")
            moves = random_moves(plan, MOVES, np.random.default_rng(SEED))
            seconds = np.min([[timed(session, move) for move in moves] for _ in range(rounds)], axis=0)
        for what, column in zip(BARS, seconds.T, strict=True):
            p50, p95 = np.quantile(column, (0.5, 0.95))
            print(f"  {what:8} p50 {p50 * 1e3:5.0f} ms, p95 {p95 * 1e3:5.0f} ms (bar {BARS[what] * 1e3:.0f} ms)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
