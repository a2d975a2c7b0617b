"""Simulate how a region takes up electronic payment, and what a promotion programme adds.

Everything a scenario file, a notebook or the command line needs is named here and loaded when first used:
importing the package itself loads nothing heavy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation import plots
    from simulation.analysis.attribution import attribute
    from simulation.analysis.barriers.find import find_barriers
    from simulation.analysis.comparison import compare
    from simulation.analysis.experiment.experiment import run_experiment
    from simulation.analysis.mix.optimising import optimise
    from simulation.analysis.placement.in_scenario import find_places, with_places
    from simulation.analysis.placement.loading import load_scenario
    from simulation.analysis.strategies import compare_strategies
    from simulation.analysis.targeting.find import target_outreach
    from simulation.engine import run, run_many
    from simulation.engine.mesa_engine import EpayModel
    from simulation.outcomes.provenance import package_version
    from simulation.outcomes.result import Result
    from simulation.region import builtin as builtin_region
    from simulation.region import find_region
    from simulation.region import names as region_names
    from simulation.region.tables import RegionTablesError
    from simulation.report.page import write_pages
    from simulation.scenario.errors import ScenarioError
    from simulation.scenario.evidence import evidence
    from simulation.scenario.schema import Scenario

    __version__ = package_version()

__all__ = [
    "EpayModel",
    "RegionTablesError",
    "Result",
    "Scenario",
    "ScenarioError",
    "__version__",
    "attribute",
    "builtin_region",
    "compare",
    "compare_strategies",
    "evidence",
    "find_barriers",
    "find_places",
    "find_region",
    "load_scenario",
    "optimise",
    "plots",
    "region_names",
    "run",
    "run_experiment",
    "run_many",
    "target_outreach",
    "with_places",
    "write_pages",
]

_HOMES = {
    "EpayModel": ("simulation.engine.mesa_engine", "EpayModel"),
    "RegionTablesError": ("simulation.region.tables", "RegionTablesError"),
    "Result": ("simulation.outcomes.result", "Result"),
    "Scenario": ("simulation.scenario.schema", "Scenario"),
    "ScenarioError": ("simulation.scenario.errors", "ScenarioError"),
    "attribute": ("simulation.analysis.attribution", "attribute"),
    "builtin_region": ("simulation.region", "builtin"),
    "compare": ("simulation.analysis.comparison", "compare"),
    "compare_strategies": ("simulation.analysis.strategies", "compare_strategies"),
    "evidence": ("simulation.scenario.evidence", "evidence"),
    "find_places": ("simulation.analysis.placement.in_scenario", "find_places"),
    "find_barriers": ("simulation.analysis.barriers.find", "find_barriers"),
    "find_region": ("simulation.region", "find_region"),
    "load_scenario": ("simulation.analysis.placement.loading", "load_scenario"),
    "optimise": ("simulation.analysis.mix.optimising", "optimise"),
    "region_names": ("simulation.region", "names"),
    "run": ("simulation.engine", "run"),
    "run_experiment": ("simulation.analysis.experiment.experiment", "run_experiment"),
    "run_many": ("simulation.engine", "run_many"),
    "target_outreach": ("simulation.analysis.targeting.find", "target_outreach"),
    "with_places": ("simulation.analysis.placement.in_scenario", "with_places"),
    "write_pages": ("simulation.report.page", "write_pages"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name == "__version__":
        return import_module("simulation.outcomes.provenance").package_version()
    if name == "plots":
        return import_module("simulation.plots")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
