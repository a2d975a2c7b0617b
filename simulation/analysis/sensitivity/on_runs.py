"""Outcomes of real runs at points of the factors: what a programme adds, or by how much it beats another."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from simulation.analysis.comparison import coverage_at_end
from simulation.analysis.sensitivity.factors import Factor, with_values
from simulation.analysis.sensitivity.outcome import Array, Evaluate, OutcomeName
from simulation.outcomes.result import Result
from simulation.scenario.schema import Scenario

# scenarios by name, and how many replicates of each -> their results
RunAll = Callable[[Mapping[str, Scenario], int], Mapping[str, Result]]
POINTS = 100.0
ADDED = OutcomeName("Coverage added at the end", "期末新增覆盖率", "points", "百分点", POINTS, 2)
LEAD = OutcomeName("Lead in coverage at the end", "期末覆盖率领先", "points", "百分点", POINTS, 2)
USUAL, PLAN = "usual", "plan"


def difference_of(plan: Scenario, other: Scenario, factors: Sequence[Factor], run_all: RunAll) -> Evaluate:
    """Return the function that runs both scenarios at points of the factors and takes their paired difference.

    Values of `behaviour` hold for both; those of levers for whichever has the lever. Where a point changes
    `behaviour`, the constants of the baseline are solved anew, so that business as usual stays what was observed.

    Parameters
    ----------
    plan, other : Scenario
        Coverage of everyone at the end of the first, minus that of the second.
    factors : sequence of Factor
        Of either scenario.
    run_all : callable
        Runs scenarios by name; a name stands for the same scenario each time, so that an experiment's folder can be
        taken up.
    """

    def evaluate(points: Array, replicates: range) -> Array:
        runs: dict[str, Scenario] = {}
        pairs = []
        for point in points:
            names = []
            for role, scenario in ((PLAN, plan), (USUAL, other)):
                changed = _at(scenario, factors, point)
                name = _name(role, scenario, changed)
                runs[name] = changed
                names.append(name)
            pairs.append(names)
        results = run_all(runs, replicates.stop)
        rows = [coverage_at_end(results[a]) - coverage_at_end(results[b]) for a, b in pairs]
        return np.stack(rows)[:, replicates.start : replicates.stop]

    return evaluate


def _at(scenario: Scenario, factors: Sequence[Factor], point: Array) -> Scenario:
    """Return a scenario at a point; factors of levers that it does not have are passed over."""
    own = [k for k, factor in enumerate(factors) if _has(scenario, factor.name)]
    return with_values(scenario, [factors[k] for k in own], [float(point[k]) for k in own])


def _has(scenario: Scenario, name: str) -> bool:
    part, _, rest = name.partition(".")
    return part != "levers" or rest.rpartition(".")[0] in scenario.levers


def _name(role: str, scenario: Scenario, changed: Scenario) -> str:
    """Return a name that stands for one scenario: its role, and a digest of what was changed."""
    if changed == scenario:
        return role
    return f"{role} {hashlib.sha256(changed.model_dump_json().encode()).hexdigest()[:12]}"
