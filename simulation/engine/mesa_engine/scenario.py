"""What a scenario file says, made into the world the Mesa model starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from simulation.core.state import World
from simulation.engine.model import Model
from simulation.engine.start import cash_shortage_by_week, start_of, with_measured_survey
from simulation.levers.base import Lever
from simulation.messages import Message
from simulation.region import find_region
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
    levers: Mapping[str, Lever]
    cash_shortage: Mapping[int, float]
    weeks: int


def setting_of(
    scenario: str | Path | None, citizens: int, seed: int | None, replicate: int, weeks: int | None, without: str
) -> Setting:
    """Build one replicate's world of a scenario, with the solved constants; see `EpayModel` for the parameters."""
    # the constants are solved before there are agents, by the array engine (see the contract in pyproject.toml)
    from simulation.engine.constants import N_WORLDS, solved

    read = _read(scenario, citizens, seed, weeks)
    region = find_region(read.region)
    read = with_measured_survey(read, region)
    levers = _levers(read, without)
    constants = solved(region, read.survey, read.behaviour.params(), n_workers=N_WORLDS)
    start = start_of(read, region, constants, replicate)
    model = replace(
        start.model, freeze_peers=read.behaviour.freeze_peers, freeze_acceptance=read.behaviour.freeze_acceptance
    )
    return Setting(start.world, model, start.seed, levers, cash_shortage_by_week(read), read.weeks)


def _read(scenario: str | Path | None, citizens: int, seed: int | None, weeks: int | None) -> Scenario:
    if scenario is not None:
        return load_scenario(scenario, citizens=citizens, seed=seed, weeks=weeks)
    given = {"citizens": citizens, "seed": seed, "weeks": weeks}
    return Scenario.model_validate({name: value for name, value in given.items() if value is not None})


def _levers(scenario: Scenario, without: str) -> dict[str, Lever]:
    """Return the levers that are left, or refuse a name that is none of them."""
    named = [name.strip() for name in without.split(",") if name.strip()]
    unknown = [name for name in named if name not in scenario.levers]
    if unknown:
        raise ScenarioError([Message("mesa.no_lever", {"names": unknown, "known": sorted(scenario.levers)})])
    return {name: lever for name, lever in scenario.levers.items() if name not in named}
