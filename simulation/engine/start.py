"""What either engine starts from: one replicate's world, coefficients and seed; and the scenario's events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.core.state import World, check
from simulation.engine.initialise import draw_traits, set_initial_acceptance, set_initial_use
from simulation.engine.model import Model
from simulation.engine.seeds import replicate_seed
from simulation.engine.tables import tables_of
from simulation.region import Region, build_world
from simulation.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulation.engine.constants import Constants  # they are solved by the array engine, which stays out of here


@dataclass(frozen=True, slots=True)
class Start:
    """One replicate at the beginning of its warm-up."""

    world: World
    model: Model
    seed: int


def start_of(scenario: Scenario, region: Region, constants: "Constants", replicate: int) -> Start:
    """Build one replicate's world, ready for its warm-up.

    Parameters
    ----------
    scenario : Scenario
        Region, size, behaviour and seeds.
    replicate : int
        Which one; 0 is the world of all replicates where `same_world` is set.
    """
    p = scenario.behaviour.params()
    world_seed = replicate_seed(scenario.seed, 0 if scenario.same_world else replicate)
    n = None if scenario.citizens == "all" else int(scenario.citizens)
    world = build_world(region, scenario.survey, p, n, world_seed)
    draw_traits(world, scenario.survey, p)
    set_initial_use(world, scenario.survey, p, constants.lapsed_share)
    set_initial_acceptance(world, scenario.survey)
    check(world.citizens)
    check(world.merchants)
    model = Model(p, tables_of(scenario.survey, p), constants.alpha, constants.gamma)
    return Start(world, model, replicate_seed(scenario.seed, replicate))
