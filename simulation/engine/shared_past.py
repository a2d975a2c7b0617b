"""Run several scenarios of one world, each week that is common to them once only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from simulation.engine.array_engine import ArrayEngine
from simulation.engine.initialise import cell_of
from simulation.engine.model import Model
from simulation.engine.parting import parting_week
from simulation.engine.plan import Plan, plan_of
from simulation.engine.protocol import Engine
from simulation.engine.recorder import Recorder, WeekTotals
from simulation.outcomes.monitoring import Firing
from simulation.scenario.schema import Scenario

Arrays = dict[str, NDArray[Any]]
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one replicate of one scenario leaves behind."""

    arrays: Arrays
    expansion_factor: float
    firings: tuple[Firing, ...]  # rules that acted


@dataclass(frozen=True, slots=True)
class Future:
    """A scenario on its way through one world."""

    name: str
    scenario: Scenario
    plan: Plan

    @property
    def switches(self) -> tuple[bool, bool]:
        """What stays frozen from week 0 on: peers, acceptance."""
        behaviour = self.scenario.behaviour
        return behaviour.freeze_peers, behaviour.freeze_acceptance

    def model(self, model: Model) -> Model:
        """Return a model with the switches of this scenario."""
        peers, acceptance = self.switches
        return replace(model, freeze_peers=peers, freeze_acceptance=acceptance)


def record(engine: Engine, scenario: Scenario, last_warm_up: WeekTotals, tick: Tick | None = None) -> Arrays:
    """Run an engine that stands at week 0 to the scenario's end.

    Returns
    -------
    dict of str to array
        One replicate's outcomes, named and shaped as in `outcomes.catalogue`.
    """
    recorder = new_recorder(engine, scenario.weeks, last_warm_up)
    advance(engine, recorder, scenario.weeks, tick)
    return closed(engine, recorder, scenario)


def record_all(
    engine: Engine, scenarios: Sequence[tuple[str, Scenario]], last_warm_up: WeekTotals, tick: Tick | None = None
) -> dict[str, Recorded]:
    """Run scenarios of one world from week 0, in which they stand, to their ends.

    What two scenarios have in common up to the week they part is simulated once and then forked; the outcome is, bit
    for bit, that of running each alone. Agents are forked at week 0 only.

    Parameters
    ----------
    engine : Engine
        Stands at week 0 and is left there.
    scenarios : sequence of (str, Scenario)
        Of the same region, size, seeds, survey and coefficients.
    tick : callable, optional
        Called once a week and scenario.

    Returns
    -------
    dict of str to Recorded
    """
    futures = [Future(name, scenario, plan_of(scenario)) for name, scenario in scenarios]
    found: dict[str, Recorded] = {}
    for group in _groups(futures, 0, isinstance(engine, ArrayEngine)):
        twin = engine.fork(group[0].plan, group[0].model(engine.model))
        found |= _grow(twin, new_recorder(twin, group[0].plan.n_weeks, last_warm_up), group, tick)
    return {name: found[name] for name, _ in scenarios}


def _grow(engine: Engine, recorder: Recorder, futures: list[Future], tick: Tick | None) -> dict[str, Recorded]:
    """Run futures that are the same up to now to their ends."""
    first = futures[0]
    parting = min(parting_week(first.plan, future.plan) for future in futures)

    def tick_all() -> None:
        for _ in futures if tick else ():
            assert tick is not None
            tick()

    advance(engine, recorder, parting, tick_all)
    found: dict[str, Recorded] = {}
    if parting == first.plan.n_weeks:
        for future in futures:
            # a lever that would open after the end parts nothing, but has rows of its own
            same = engine.programme.names == tuple(sorted(future.plan.levers))
            twin = engine if same else engine.fork(future.plan)
            mine = recorder.fork(engine.programme.names, twin.programme.names)
            arrays = closed(twin, mine, future.scenario)
            found[future.name] = Recorded(arrays, twin.world.expansion_factor, tuple(twin.office.firings))
        return found
    for group in _groups(futures, parting):
        twin = engine.fork(group[0].plan)
        mine = recorder.fork(engine.programme.names, twin.programme.names)
        found |= _grow(twin, mine, group, tick)
    return found


def _groups(futures: Sequence[Future], week: int, may_share: bool = True) -> list[list[Future]]:
    """Return futures that go on together beyond a week, in groups."""
    groups: list[list[Future]] = []
    for future in futures:
        for group in groups if may_share else ():
            together = parting_week(group[0].plan, future.plan) > week
            if together and group[0].switches == future.switches:
                group.append(future)
                break
        else:
            groups.append([future])
    return groups


def new_recorder(engine: Engine, n_weeks: int, last_warm_up: WeekTotals) -> Recorder:
    """Return a recorder that has noted how an engine at week 0 starts."""
    world = engine.world
    recorder = Recorder(
        n_weeks, len(world.places.place_id), len(engine.programme.levers), len(world.citizens.age),
        world.expansion_factor, engine.model.params,
    )  # fmt: skip
    failure = world.zones.network_failure[world.citizens.zone]
    recorder.start(cell_of(world.citizens), world.citizens.place, world.merchants.sector, failure, last_warm_up)
    return recorder


def advance(engine: Engine, recorder: Recorder, week: int, tick: Tick | None) -> None:
    """Run an engine up to a week."""
    while recorder.week < week:
        recorder.record(recorder.week, engine.step())
        if tick:
            tick()


def closed(engine: Engine, recorder: Recorder, scenario: Scenario) -> Arrays:
    """Return what was recorded, with the money and what the office saw and did."""
    office = engine.office
    ledger = engine.programme.treasury.ledger
    return recorder.closed(ledger, office.readings, office.firings, sorted(scenario.adjustment))
