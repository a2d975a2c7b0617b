"""The barriers of one replicate: run it to its end, ask its people, count them. Picklable, for processes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.barriers.naming import N_CLASSES, ask, name_barriers
from simulation.core.codes import N_AGES, N_AREAS, N_INCOMES
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.constants import Constants
from simulation.engine.plan import plan_of
from simulation.engine.removal import N_BARRIERS, Removal
from simulation.engine.runner import world_of
from simulation.engine.seeds import replicate_seed
from simulation.engine.shared_past import Future, record
from simulation.region import Region
from simulation.scenario.schema import Scenario

Array = NDArray[Any]

HORIZON_WEEKS = 26
# What a payment is felt to bring where "nothing to gain" is taken away (**assumption**). It is a device, not an
# offer: with the weight of money at its default it multiplies the odds of trying by ten thousand, so that trying is
# sure to be worth while for whoever knows the service and can use it. Nothing to gain is then what holds everybody
# whom nothing else alone would move: in Lishui's business as usual 33% of those who do not pay, beside 1% whom
# several barriers hold. What somebody might offer, 200 yuan a payment, leaves 14% and 13%, and more to skill (12% for
# 7%) and to shops (6% for 3%).
GAIN_YUAN = 1_000_000.0


@dataclass(frozen=True, slots=True)
class ReplicateBarriers:
    """Who is held by what at the end of one replicate, in simulated citizens.

    Attributes
    ----------
    replicate, seed : int
        Which world.
    expansion_factor : float
        Residents aged 15+ for each of them.
    code : array of int8, shape (N,)
        Row of `naming.CLASS_NAMES` of every citizen; -1 for who pays.
    held : array of int64, shape (9, 5, 3, 3)
        Citizens by class, age, area and income.
    held_place : array of int64, shape (9, places)
        The same by place.
    sufficient, necessary : array of int64, shape (7, 5, 3, 3)
        Citizens for whom each barrier is, by barrier, age, area and income.
    residents, residents_place : array of int64, shapes (5, 3, 3) and (places,)
        All citizens.
    """

    replicate: int
    seed: int
    expansion_factor: float
    code: Array
    held: Array
    held_place: Array
    sufficient: Array
    necessary: Array
    residents: Array
    residents_place: Array


def barriers_of_replicate(
    scenario: Scenario,
    region: Region,
    constants: Constants,
    replicate: int,
    horizon: int = HORIZON_WEEKS,
    gain_yuan: float = GAIN_YUAN,
    n_threads: int = 1,
) -> ReplicateBarriers:
    """Run one replicate of a scenario to its end and name what holds those who do not pay then.

    Parameters
    ----------
    scenario : Scenario
        With the survey that was measured in its region, where one was (`region.survey_of_region`).
    replicate : int
        Which one.
    horizon : int
        Weeks within which somebody must pay.
    gain_yuan : float
        Felt for a payment where nothing to gain is taken away.
    n_threads : int
        Any number gives the same result.

    Raises
    ------
    ValueError
        If those named are not exactly those whom the run's coverage lacks.
    """
    start = world_of(scenario, region, constants, replicate)
    assert isinstance(start, ArrayEngine)  # agents live the same lives, a thousand times slower
    start.n_threads = n_threads
    future = Future("", scenario, plan_of(scenario))
    last_warm_up = start.warm_up()
    engine = start.fork(future.plan, future.model(start.model))
    arrays = record(engine, scenario, last_warm_up)
    factor = engine.world.expansion_factor
    gap = np.rint((arrays["n_residents"] - arrays["n_active"][-1]) / factor).astype(np.int64)
    seed = replicate_seed(scenario.seed, replicate)
    return count_barriers(engine, gap, horizon, gain_yuan, replicate, seed)


def count_barriers(
    engine: ArrayEngine, gap: Array, horizon: int, gain_yuan: float, replicate: int = 0, seed: int = 0
) -> ReplicateBarriers:
    """Name what holds those who do not pay where an engine stands.

    Parameters
    ----------
    gap : array of int64, shape (5, 3, 3)
        How many they are, as the run has counted them.

    Raises
    ------
    ValueError
        If those named are others.
    """
    named = name_barriers(ask(Removal(engine, horizon, gain_yuan)))
    c = engine.world.citizens
    n_places = len(engine.world.places.place_id)
    cells = (c.age, c.area, c.income)
    in_gap = named.code >= 0
    code = named.code[in_gap].astype(np.int64)
    held = _table((code, *(values[in_gap] for values in cells)), (N_CLASSES, N_AGES, N_AREAS, N_INCOMES))
    if not np.array_equal(held.sum(axis=0), gap):
        raise ValueError(f"{held.sum()} people were named, but {gap.sum()} do not pay, or others")
    shape = (N_AGES, N_AREAS, N_INCOMES)

    def by_cell(masks: Array) -> Array:
        return np.stack([_table(tuple(values[mask] for values in cells), shape) for mask in masks])

    found = ReplicateBarriers(
        replicate,
        seed,
        engine.world.expansion_factor,
        named.code,
        held,
        _table((code, c.place[in_gap]), (N_CLASSES, n_places)),
        by_cell(named.sufficient),
        by_cell(named.necessary),
        _table(cells, shape),
        _table((c.place,), (n_places,)),
    )
    assert len(found.sufficient) == N_BARRIERS
    return found


def _table(codes: tuple[Array, ...], shape: tuple[int, ...]) -> Array:
    """Count people by codes; int64 of a shape."""
    rows = np.ravel_multi_index(tuple(np.asarray(values, np.int64) for values in codes), shape)
    return np.bincount(rows, minlength=int(np.prod(shape))).reshape(shape)
