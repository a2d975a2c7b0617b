"""What a worker computes: some scenarios of one replicate, which share a world and as much of the past as they can.

Everything an experiment asks of the engines' runner stands here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulation.analysis.experiment.code_version import code_version
from simulation.engine import runner
from simulation.engine.model import WARM_UP_WEEKS
from simulation.engine.runner import EngineName
from simulation.engine.seeds import replicate_seed
from simulation.engine.shared_past import Recorded
from simulation.outcomes.result import Result
from simulation.scenario.schema import Scenario

Tick = Callable[[], None]
Family = runner._Family

# Read now, with the engines just loaded, and not when a cell is first asked for: a file may be saved in between.
code_version()


@dataclass(frozen=True, slots=True)
class Task:
    """Cells of one replicate that share a world.

    Attributes
    ----------
    family : Family
        Region, solved constants, engine, and the scenarios of the task only.
    replicate : int
        Which world.
    names : tuple of str
        The scenarios, in the order of the family's.
    keys : tuple of str
        Their cells' keys.
    code : str
        `code_version` of the driver; a worker with another refuses.
    n_threads : int
        Threads the array engine may use; no result depends on it.
    """

    family: Family
    replicate: int
    names: tuple[str, ...]
    keys: tuple[str, ...]
    code: str
    n_threads: int = 1

    @property
    def weeks(self) -> int:
        """Return the weeks of all its cells."""
        return sum(scenario.weeks for _, scenario in self.family.scenarios)

    @property
    def leaves_memory(self) -> bool:
        """Return whether a process that ran it should not run another: Mesa 3.3 keeps every model of a process."""
        return self.family.engine == "mesa"

    def of(self, names: Sequence[str]) -> "Task":
        """Return the same task for some of its scenarios."""
        wanted = set(names)
        kept = tuple(pair for pair in self.family.scenarios if pair[0] in wanted)
        keys = dict(zip(self.names, self.keys, strict=True))
        own = tuple(name for name, _ in kept)
        return replace(
            self, family=replace(self.family, scenarios=kept), names=own, keys=tuple(keys[name] for name in own)
        )


def simulate(task: Task, tick: Tick) -> dict[str, Recorded]:
    """Compute the cells of a task.

    Parameters
    ----------
    tick : callable
        Called after each week of each cell.

    Returns
    -------
    dict of str to Recorded
        By the scenarios' names.
    """
    return runner._replicate(task.family, task.replicate, task.n_threads, tick)


def families_of(
    scenarios: Mapping[str, Scenario], solve_progress: runner.Progress | None, n_workers: int, engine: EngineName
) -> list[Family]:
    """Group scenarios that can share worlds, with their regions and solved constants.

    Neither title nor number of replicates keeps scenarios apart.
    """
    alike = {name: scenario.model_copy(update={"replicates": 1}) for name, scenario in scenarios.items()}
    return runner._families(alike, solve_progress, n_workers, engine)


def result_of(
    family: Family, scenario: Scenario, replicates: Sequence[int], recorded: Sequence[Recorded], facts: dict[str, Any]
) -> Result:
    """Join the replicates of a scenario, as `run_many` does.

    Parameters
    ----------
    scenario : Scenario
        As resolved within its family.
    facts : dict
        More for the provenance.
    """
    first = recorded[0]
    joined = scenario.model_copy(update={"replicates": len(replicates)})
    return Result.from_recorders(
        [cell.arrays for cell in recorded],
        joined,
        runner._world_facts(family, joined, first.expansion_factor),
        {
            "constants": family.constants,
            "seeds": [replicate_seed(scenario.seed, r) for r in replicates],
            "warm_up_weeks": WARM_UP_WEEKS,
            "engine": family.engine,
            "firings": [cell.firings for cell in recorded],
            **facts,
        },
    )
