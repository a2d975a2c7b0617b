"""Scenario files whose places are all named: those they leave to be optimised are found."""

from pathlib import Path
from typing import Any

from simulation.scenario.load import load_scenario as load
from simulation.scenario.schema import Scenario


def load_scenario(path: Path | str, **options: Any) -> Scenario:
    """Load a scenario from a YAML file; places left to be optimised are found.

    Parameters
    ----------
    path : path
        The file; what it `extends` is looked for beside it, as is a region that is a folder of tables.
    **options
        As for `scenario.load.load_scenario`: `citizens`, `replicates`, `weeks`, `seed`, `same_world` replace what the
        file says.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        Whatever is wrong with the file: all problems at once, at most 20.
    """
    scenario = load(path, **options)
    if not scenario.left_open:
        return scenario
    from simulation.analysis.placement.in_scenario import placed  # loads solvers, which few files need

    return placed(scenario)
