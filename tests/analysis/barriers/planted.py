"""Worlds in which everything favours paying electronically but one thing.

Attitudes are logits with weights of one to four, so that at default weights a single feeling decides for few. Where a
feeling is planted its weight is large, so that it decides.
"""

import numpy as np

from simulation.analysis.barriers.naming import CLASS_NAMES, Named, ask, name_barriers
from simulation.analysis.barriers.replicate import GAIN_YUAN, HORIZON_WEEKS
from simulation.core.codes import Stage
from simulation.core.state import World
from simulation.engine.removal import Barrier, Removal
from tests.worlds import default_params, engine_of, toy_world

WILLING = 4.0  # segment constant with which practically everybody says yes when nothing is in the way
DECISIVE = 20.0  # weight of a feeling that alone decides
UNWILLING = -11.0  # with which hardly anybody says yes where there is nothing to gain
EAGER = 1.5  # weight of the gain with which practically everybody then says yes where there is
NEVER_ALONE = -25.0  # no reason would do; only help makes them try
N = 2_000


def favourable(n: int = N) -> World:
    """Return a world of skilled people without fear among accepting shops, who do not need help and have not paid."""
    world = toy_world(n)
    c = world.citizens
    c.skill[:] = c.innate_skill[:] = 1.0
    c.perceived_risk[:] = c.baseline_risk[:] = 0.0
    c.attends_help[:] = 0
    return world


def lapsed(world: World, weeks: int = 30) -> World:
    """Let everybody have stopped some weeks ago."""
    world.citizens.stage[:] = Stage.LAPSED
    world.citizens.weeks_in_stage[:] = world.citizens.weeks_since_use[:] = weeks
    return world


def plant(world: World, barrier: Barrier, who: np.ndarray | None = None) -> tuple[dict[str, float], float]:
    """Put one barrier in the way; return the coefficients and the segment constant it takes."""
    c = world.citizens
    who = np.ones(len(c.age), bool) if who is None else who
    match barrier:
        case Barrier.UNAWARE:
            c.aware[who] = 0
            return {"awareness_external": 0.0}, WILLING
        case Barrier.NO_ACCESS:
            c.has_device[who] = c.has_account[who] = 0
            return {"access_hazard": 0.0}, WILLING
        case Barrier.SKILL:
            c.skill[who] = c.innate_skill[who] = 0.0
            return {"weight_effort": DECISIVE}, WILLING
        case Barrier.TRUST:
            c.perceived_risk[who] = c.baseline_risk[who] = 1.0
            return {"weight_risk": DECISIVE}, WILLING
        case Barrier.HELP_TOO_FAR:
            c.attends_help[who] = 1
            return {"first_use_training": 1.0}, NEVER_ALONE
        case Barrier.NOWHERE_ACCEPTS:
            world.merchants.accepts[:] = 0
            return {}, WILLING
        case Barrier.NOTHING_TO_GAIN:
            return {"weight_incentive": EAGER}, UNWILLING


def named(world: World, coefficients: dict[str, float], constant: float, horizon: int = HORIZON_WEEKS) -> Named:
    """Name what holds the people of a world that has run no week."""
    engine = engine_of(world, default_params(**coefficients), constant)
    return name_barriers(ask(Removal(engine, horizon, GAIN_YUAN)))


def share_named(found: Named, name: str) -> float:
    """Return the share of the gap that has a name."""
    in_gap = found.code >= 0
    return float((found.code[in_gap] == CLASS_NAMES.index(name)).mean())
