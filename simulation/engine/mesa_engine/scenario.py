"""What a scenario file says, made into the world the Mesa model starts from."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from simulation.core.state import World
from simulation.engine.model import Model
from simulation.engine.plan import Plan, plan_of
from simulation.engine.start import start_of
from simulation.messages import Message
from simulation.region import find_region
from simulation.region.survey_of_region import with_measured_survey
from simulation.scenario.budget import Budget, CoFunder
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import FEWEST_CITIZENS as FEWEST
from simulation.scenario.schema import Scenario

__all__ = ["FEWEST", "Setting", "setting_of"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything the Mesa model needs of a scenario."""

    world: World
    model: Model
    seed: int
    plan: Plan


def setting_of(
    scenario: str | Path | None, citizens: int, seed: int | None, replicate: int, weeks: int | None, without: str
) -> Setting:
    """Build one replicate's world of a scenario, with the solved constants; see `EpayModel` for the parameters."""
    # the constants are solved before there are agents, by the array engine (see the contract in pyproject.toml)
    from simulation.engine.constants import N_WORLDS, solved

    read = _read(scenario, citizens, seed, weeks)
    plan = without_levers(plan_of(read), without)
    region = find_region(read.region)
    read = with_measured_survey(read, region)
    constants = solved(region, read.survey, read.behaviour.params(), n_workers=N_WORLDS)
    start = start_of(read, region, constants, replicate)
    model = replace(
        start.model, freeze_peers=read.behaviour.freeze_peers, freeze_acceptance=read.behaviour.freeze_acceptance
    )
    return Setting(start.world, model, start.seed, plan)


def _read(scenario: str | Path | None, citizens: int, seed: int | None, weeks: int | None) -> Scenario:
    if scenario is not None:
        return load_scenario(scenario, citizens=citizens, seed=seed, weeks=weeks)
    given = {"citizens": citizens, "seed": seed, "weeks": weeks}
    return Scenario.model_validate({name: value for name, value in given.items() if value is not None})


def without_levers(plan: Plan, without: str) -> Plan:
    """Return a plan without some levers, and without rules and co-funding that were for them alone.

    Raises
    ------
    ScenarioError
        If one of the names, separated by commas, is no lever of the plan.
    """
    named = [name.strip() for name in without.split(",") if name.strip()]
    unknown = [name for name in named if name not in plan.levers]
    if unknown:
        raise ScenarioError([Message("mesa.no_lever", {"names": unknown, "known": sorted(plan.levers)})])
    return replace(
        plan,
        levers={name: lever for name, lever in plan.levers.items() if name not in named},
        adjustment={name: rule for name, rule in plan.adjustment.items() if rule.action.lever not in named},
        budget=None if plan.budget is None else _budget_without(plan.budget, named),
    )


def _budget_without(budget: Budget, named: Collection[str]) -> Budget:
    """Return a budget whose co-funders pay for none of the levers named."""
    funders: dict[str, CoFunder] = {}
    for name, funder in budget.co_funding.items():
        left = tuple(lever for lever in funder.levers if lever not in named)
        if left or not funder.levers:  # no levers named: it pays for all there are
            funders[name] = funder.model_copy(update={"levers": left})
    return budget.model_copy(update={"co_funding": funders})
