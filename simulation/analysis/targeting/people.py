"""Whom ways of choosing choose in the worlds that are simulated, where they live, and how far news from them goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.targeting.scenarios import lever_of, strategy_lever
from simulation.core.codes import Age, Area
from simulation.core.rng import Stream, name_hash, uniforms
from simulation.core.state import World
from simulation.engine.seeds import replicate_seed
from simulation.levers.choosing.cascades import COMPLEX, SIMPLE, reached_by
from simulation.levers.choosing.names import Strategy
from simulation.levers.home_visit import HomeVisit
from simulation.messages import Message
from simulation.region import Region, build_world
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import EVERYBODY, Scenario

Values = NDArray[np.float64]
Array = NDArray[Any]
N_CASCADES = 20  # a world and set of people; none of those by which people are chosen
# chance that a contact notices somebody who pays, of whom two are needed: assumed, such that cascades stay of the
# order of the people visited; from .4 on any set of 1% reaches most of a sparse network
COMPLEX_PROBABILITY = 0.3


@dataclass(frozen=True, slots=True)
class People:
    """Whom one way of choosing chooses; every field is an array over replicates, people in residents.

    Attributes
    ----------
    simulated : array
        Simulated citizens chosen; each stands for as many residents as the expansion factor says.
    visited, let_in : array
        Residents chosen, and those of them who let the visitor in.
    interviews : array
        Residents asked beforehand.
    in_touch : array
        Residents visited or tied to somebody visited.
    places : array
        Settlements where somebody is visited.
    old_share, remote_share : array
        Of those visited, aged 60 and over and living in the remote countryside, shares.
    gini : array
        Of visits per resident over settlements: 0 where all have their share, 1 where one has all.
    simple, complex : array
        Residents reached by cascades from them, of which one contact is enough or two are needed.
    """

    simulated: Values
    visited: Values
    let_in: Values
    interviews: Values
    in_touch: Values
    places: Values
    old_share: Values
    remote_share: Values
    gini: Values
    simple: Values
    complex: Values


MEASURES = tuple(field.name for field in fields(People))


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who might be visited, by replicate, in residents.

    Attributes
    ----------
    residents, eligible : array
        All aged 15 and over, and those whom the lever may visit.
    reachable : array
        Of the eligible, those who would let a visitor in.
    old_share, remote_share : array
        Of the eligible.
    places : array
        Settlements where somebody eligible lives.
    """

    residents: Values
    eligible: Values
    reachable: Values
    old_share: Values
    remote_share: Values
    places: Values


CROWD_MEASURES = tuple(field.name for field in fields(Crowd))


def world_of(scenario: Scenario, region: Region, replicate: int) -> World:
    """Return people and ties of one replicate, as its runs have them; nobody has begun anything."""
    seed = replicate_seed(scenario.seed, 0 if scenario.same_world else replicate)
    n = None if scenario.citizens == EVERYBODY else int(scenario.citizens)
    return build_world(region, scenario.survey, scenario.behaviour.params(), n, seed)


def people_of(
    scenario: Scenario, region: Region, strategies: Sequence[Strategy]
) -> tuple[Crowd, Mapping[Strategy, People]]:
    """Return who might be visited, and whom each way of choosing chooses in every replicate.

    Raises
    ------
    ScenarioError
        If nobody may be visited, or fewer than there are visits.
    """
    name, lever = lever_of(scenario)
    crowd: list[dict[str, float]] = []
    found: dict[Strategy, list[dict[str, float]]] = {strategy: [] for strategy in strategies}
    for replicate in range(scenario.replicates):
        world = world_of(scenario, region, replicate)
        eligible = lever.eligibility.citizen_mask(world, name)
        _check(lever, float(eligible.sum()) * world.expansion_factor)
        lets_in = _lets_in(world, name, lever)
        crowd.append(_crowd(world, eligible, lets_in))
        for strategy in strategies:
            its = strategy_lever(scenario, strategy)
            found[strategy].append(_measured(world, its, its.chosen(world, name), eligible, lets_in))
    return (
        Crowd(**_by_measure(crowd, CROWD_MEASURES)),
        {strategy: People(**_by_measure(rows, MEASURES)) for strategy, rows in found.items()},
    )


def _check(lever: HomeVisit, eligible: float) -> None:
    """Refuse visits to more people than there are."""
    if eligible == 0:
        raise ScenarioError([Message("target.nobody")])
    if lever.is_idle():
        raise ScenarioError([Message("target.no_visits")])
    if lever.visits > eligible:
        most = int(eligible)
        params = {"visits": lever.visits, "eligible": most, "most": str(most)}  # as the option takes it
        raise ScenarioError([Message("target.too_many", params)])


def _by_measure(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> dict[str, Values]:
    return {name: np.array([row[name] for row in rows], np.float64) for name in names}


def _lets_in(world: World, name: str, lever: HomeVisit) -> Array:
    """Return who lets a visitor in, by the draws that runs take."""
    draws = uniforms(world.seed, Stream.HOME_VISIT_DOOR, name_hash(name), np.arange(len(world.citizens.age)))
    return np.asarray(draws < lever.let_in_share)


def _crowd(world: World, eligible: Array, lets_in: Array) -> dict[str, float]:
    f, who = world.expansion_factor, np.flatnonzero(eligible)
    return {
        "residents": f * len(eligible),
        "eligible": f * len(who),
        "reachable": f * float(lets_in[who].sum()),
        **_shares(world, who),
        "places": float(len(np.unique(world.citizens.place[who]))),
    }


def _shares(world: World, who: Array) -> dict[str, float]:
    """Return the shares aged 60 and over, and in the remote countryside, of some people."""
    if not len(who):
        return {"old_share": 0.0, "remote_share": 0.0}
    c = world.citizens
    return {
        "old_share": float((c.age[who] >= Age.A60_74).mean()),
        "remote_share": float((c.area[who] == Area.REMOTE).mean()),
    }


def _measured(
    world: World,
    lever: HomeVisit,
    who: Array,
    eligible: Array,
    lets_in: Array,
) -> dict[str, float]:
    """Return everything that is told of people chosen in one world."""
    f, place = world.expansion_factor, world.citizens.place
    n_places = len(world.places.place_id)
    of_places = np.bincount(place[eligible], minlength=n_places) * f
    start, peer = world.peer_start, world.peer
    taught = who[lets_in[who]]
    simple = reached_by(start, peer, taught, lever.cascade_probability, SIMPLE, world.seed, N_CASCADES)
    complex_ = reached_by(start, peer, taught, COMPLEX_PROBABILITY, COMPLEX, world.seed, N_CASCADES)
    return {
        "simulated": float(len(who)),
        "visited": f * len(who),
        "let_in": f * len(taught),
        "interviews": lever.interviews(of_places),
        "in_touch": f * in_touch(start, peer, who),
        "places": float(len(np.unique(place[who]))),
        **_shares(world, who),
        "gini": gini(np.bincount(place[who], minlength=n_places), of_places),
        "simple": f * float(simple.mean()),
        "complex": f * float(complex_.mean()),
    }


def in_touch(start: Array, peer: Array, who: Array) -> int:
    """Return how many people are among some, or tied to one of them."""
    is_near = np.zeros(len(start) - 1, bool)
    is_near[who] = True
    for i in who:
        is_near[peer[start[i] : start[i + 1]]] = True
    return int(is_near.sum())


def gini(visits: Array, residents: Array) -> float:
    """Return the Gini coefficient of visits per resident over settlements, each weighing by its residents.

    Parameters
    ----------
    visits, residents : array, shape (places,)
        Settlements without residents are left out.

    Returns
    -------
    float
        0 where every settlement has visits in proportion to its residents; near 1 where the smallest has all.
    """
    lived = residents > 0
    number, weight = visits[lived].astype(np.float64), residents[lived]
    if number.sum() == 0:
        return 0.0
    order = np.argsort(number / weight, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weight[order]) / weight.sum()])
    had = np.concatenate([[0.0], np.cumsum(number[order]) / number.sum()])
    return float(1.0 - np.sum(np.diff(people) * (had[1:] + had[:-1])))
