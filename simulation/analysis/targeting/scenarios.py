"""What is run to hold ways of choosing people against each other, and what cannot be."""

from collections.abc import Sequence
from typing import Literal, get_args

from simulation.levers.choosing.names import STRATEGIES, Strategy
from simulation.levers.home_visit import HomeVisit
from simulation.messages import Message
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario

Contagion = Literal["simple", "complex"]
CONTAGIONS: tuple[Contagion, ...] = get_args(Contagion)
WITHOUT = "without"  # the same scenario with nobody visited
BETWEEN = "/"  # contagion and strategy in the name of a run
RANDOM: Strategy = "random"
# complex: what others do weighs as much in one's own decision as is held possible
REINFORCING = "weight_peers"


def lever_of(scenario: Scenario) -> tuple[str, HomeVisit]:
    """Return the name of a scenario's one lever of visits at home, and the lever.

    Raises
    ------
    ScenarioError
        If there is none, or several.
    """
    found = {name: lever for name, lever in scenario.levers.items() if isinstance(lever, HomeVisit)}
    if not found:
        raise ScenarioError([Message("target.no_lever")])
    if len(found) > 1:
        raise ScenarioError([Message("target.several_levers", {"names": sorted(found)})])
    return next(iter(found.items()))


def strategies_of(names: Sequence[str] | None) -> tuple[Strategy, ...]:
    """Return ways of choosing by their names, choosing by lot among them; all where none are named.

    Raises
    ------
    ScenarioError
        If a name means none.
    """
    wanted = list(STRATEGIES) if names is None else list(names)
    if unknown := [name for name in wanted if name not in STRATEGIES]:
        params = {"name": unknown[0], "known": list(STRATEGIES)}
        raise ScenarioError([Message("target.unknown_strategy", params)])
    return tuple(name for name in STRATEGIES if name in wanted or name == RANDOM)


def with_visits(scenario: Scenario, visits: float | None) -> Scenario:
    """Return a scenario with another number of visits."""
    name, lever = lever_of(scenario)
    if visits is None:
        return scenario
    return scenario.model_copy(
        update={"levers": {**scenario.levers, name: lever.model_copy(update={"visits": float(visits)})}}
    )


def strategy_lever(scenario: Scenario, strategy: Strategy) -> HomeVisit:
    """Return a scenario's visits with the people chosen in another way."""
    return lever_of(scenario)[1].model_copy(update={"strategy": strategy})


def reinforced(scenario: Scenario) -> Scenario:
    """Return a scenario in which what others do weighs as much as is held possible; constants follow from it."""
    facts = Behaviour.model_fields[REINFORCING].json_schema_extra
    assert isinstance(facts, dict)
    strong = scenario.behaviour.model_copy(update={REINFORCING: float(facts["high"])})  # type: ignore[arg-type]
    return scenario.model_copy(update={"behaviour": strong})


def run_name(contagion: Contagion, strategy: str) -> str:
    """Return how a run is called in the experiment."""
    return f"{contagion}{BETWEEN}{strategy}"


def scenarios_of(
    scenario: Scenario, strategies: Sequence[Strategy], contagions: Sequence[Contagion]
) -> dict[str, Scenario]:
    """Return every run by its name: each way of choosing and nobody visited, under each contagion."""
    name, _ = lever_of(scenario)
    found = {}
    for contagion in contagions:
        setting = scenario if contagion == "simple" else reinforced(scenario)
        others = {key: lever for key, lever in setting.levers.items() if key != name}
        found[run_name(contagion, WITHOUT)] = setting.model_copy(update={"levers": others})
        for strategy in strategies:
            levers = {**others, name: strategy_lever(scenario, strategy)}
            found[run_name(contagion, strategy)] = setting.model_copy(update={"levers": levers})
    return found
