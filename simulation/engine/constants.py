"""Solve the constants that make business as usual drift as observed (ODD 5, 11; A8), once for a region and behaviour.

Fifteen segment constants alpha, six sector constants gamma and the lapsed share of each segment are not
priors: they are whatever makes a run without any lever grow at the stated rate, with as many lapsed
users returning as leaving. They are solved on a reference world and used at every size. That business as
usual is nearly flat is therefore imposed, not predicted.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import AGE_NAMES, AREA_NAMES, N_AGES, N_AREAS, N_INCOMES, N_SECTORS, WEEKS_PER_YEAR
from simulation.core.jit import code_digest, user_cache_dir
from simulation.core.observed import ACCEPTING, ACTIVE, LAPSED, USERS
from simulation.core.params import Params
from simulation.core.state import World, copy_changing
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.initialise import N_SEGMENTS, draw_traits, segment_of, set_initial_acceptance, set_initial_use
from simulation.engine.model import Model
from simulation.engine.seeds import replicate_seed
from simulation.engine.tables import tables_of
from simulation.region import Region, build_world
from simulation.scenario.survey import Survey

Array = NDArray[Any]

REFERENCE_CITIZENS = 50_000
REFERENCE_SEED = 20_200_711  # the reference worlds belong to the region, not to a scenario's seed
N_WORLDS = 4
WEEKS = 104
SMALL_SEGMENT = 200  # citizens; smaller segments share the constant of their age (ODD 11)
MAX_ROUNDS = 14
TOLERANCE = 0.003  # a year
START_ALPHA, START_GAMMA = -2.5, -6.0
FIRST_STEP = 0.5  # logits
MAX_STEP = 1.0
SLOPE_LOW, SLOPE_HIGH = 0.004, 0.5  # plausible change of yearly growth per logit, to tame a secant through noise
RANGE = 5.0  # logits an unknown may end from its start: beyond, a logit changes nothing anybody could see
WINDOW = 8  # weeks averaged at either end of the run


@dataclass(frozen=True, slots=True)
class Constants:
    """Solved constants with what is left of their equations."""

    alpha: Array  # f8 (5, 3) logits
    gamma: Array  # f8 (6,) logits
    lapsed_share: Array  # f8 (5, 3) lapsed among non-users at the start
    growth: Array  # f8 (5, 3) yearly growth of coverage reached on the reference worlds
    growth_target: Array  # f8 (5, 3)
    acceptance_growth: Array  # f8 (6,)
    acceptance_target: Array  # f8 (6,)
    active_of_registered: Array  # f8 (2,) active / ever-registered at the start and after two years
    pooled: tuple[str, ...]  # segments that share their age's constant
    converged: bool  # every equation is met within its tolerance
    key: str  # digest of everything the solution depends on

    def max_residual(self) -> float:
        """Return the largest deviation from a growth target, share a year."""
        return float(
            max(
                np.abs(self.growth - self.growth_target).max(),
                np.abs(self.acceptance_growth - self.acceptance_target).max(),
            )
        )


def content_key(region: Region, survey: Survey, p: Params) -> str:
    """Return a digest of everything the solution depends on: region, survey, coefficients, code, libraries."""
    tables = survey.model_dump_json(exclude={"illustrative", "source"})
    libraries = [version(name) for name in ("numba", "numpy", "scipy")]
    parts = [region.content_key(), tables, repr(p), code_digest(), _own_digest(), *libraries]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _own_digest() -> str:
    """Return a digest of the engine's code and of the survey's, which compiled code does not cover."""
    package = Path(__file__).resolve().parent.parent
    files = [*sorted((package / "engine").glob("*.py")), package / "scenario" / "survey.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@dataclass(slots=True)
class _Drift:
    """What the reference worlds did without any lever, summed over them."""

    residents: Array  # (15,)
    active: Array  # (2, 15) mean over the first and the last weeks
    users: Array  # (2, 15)
    lapsed: Array  # (2, 15)
    accepting: Array  # (2, 6)
    merchants: Array  # (6,)


def _baseline_drift(
    world: World, survey: Survey, p: Params, alpha: Array, gamma: Array, lapsed_share: Array, seed: int
) -> _Drift:
    """Run one reference world without levers and return how it drifted."""
    own = World(**{name: getattr(world, name) for name in world.__slots__})
    own.citizens, own.merchants = copy_changing(world.citizens), copy_changing(world.merchants)
    set_initial_use(own, survey, p, lapsed_share)
    set_initial_acceptance(own, survey)
    engine = ArrayEngine(own, Model(p, tables_of(survey, p), alpha, gamma), seed)
    engine.warm_up()
    weekly, sectors = [], []
    for _ in range(WEEKS):
        totals = engine.step()
        weekly.append(totals.cells.reshape(N_SEGMENTS, N_INCOMES, -1).sum(axis=1))
        sectors.append(totals.sectors[:, ACCEPTING])
    cells, accepting = np.array(weekly, float), np.array(sectors, float)

    def ends(column: int) -> Array:
        return np.stack([cells[:WINDOW, :, column].mean(0), cells[-WINDOW:, :, column].mean(0)])

    segment = segment_of(own.citizens)
    return _Drift(
        residents=np.bincount(segment, minlength=N_SEGMENTS).astype(float),
        active=ends(ACTIVE),
        users=ends(USERS),
        lapsed=ends(LAPSED),
        accepting=np.stack([accepting[0], accepting[-1]]),
        merchants=np.bincount(own.merchants.sector, minlength=N_SECTORS).astype(float),
    )


def _pools(residents: Array) -> Array:
    """Return which unknown each segment uses; segments of too few citizens share their age's.

    Parameters
    ----------
    residents : array of float64, shape (15,)
        Citizens of a segment in one reference world.
    """
    pool = np.arange(N_SEGMENTS)
    small = residents < SMALL_SEGMENT
    for segment in np.flatnonzero(small):
        row = segment // N_AREAS * N_AREAS + np.arange(N_AREAS)
        pool[segment] = row[np.argmax(residents[row])]
    return pool


class _Secant:
    """One unknown after another by secant, together: each equation is met by its own unknown alone.

    Growth rises with the constant; cross-effects are smaller and vanish as the rounds go on.
    """

    def __init__(self, start: Array) -> None:
        self.start, self.x = start, start.copy()
        self.slope = np.full(start.shape, 0.04)
        self._last: tuple[Array, Array] | None = None

    def step(self, residual: Array) -> None:
        """Move the unknowns against their residuals (reached minus wanted)."""
        if self._last is not None:
            moved = self.x - self._last[0]
            with np.errstate(divide="ignore", invalid="ignore"):
                seen = (residual - self._last[1]) / moved
            usable = np.isfinite(seen) & (np.abs(moved) > 0.02)
            self.slope = np.where(usable, np.clip(seen, SLOPE_LOW, SLOPE_HIGH), self.slope)
        limit = FIRST_STEP if self._last is None else MAX_STEP
        self._last = (self.x.copy(), residual.copy())
        self.x = self.x - np.clip(residual / self.slope, -limit, limit)
        self.x = np.clip(self.x, self.start - RANGE, self.start + RANGE)


def solve(
    region: Region, survey: Survey, p: Params, progress: Callable[[int, int], None] | None = None, n_workers: int = 1
) -> Constants:
    """Solve the constants on the reference worlds.

    Parameters
    ----------
    progress : callable of (done, total), optional
        Called after every round.
    n_workers : int
        Threads, one reference world each; any number gives the same result.
    """
    from concurrent.futures import ThreadPoolExecutor

    seeds = [replicate_seed(REFERENCE_SEED, r) for r in range(N_WORLDS)]
    with ThreadPoolExecutor(n_workers) as pool:
        n_citizens = min(REFERENCE_CITIZENS, region.n_eligible)
        worlds = list(pool.map(lambda s: build_world(region, survey, p, n_citizens, s), seeds))
        for world in worlds:
            draw_traits(world, survey, p)
        years = (WEEKS - WINDOW) / WEEKS_PER_YEAR
        alpha, gamma = _Secant(np.full(N_SEGMENTS, START_ALPHA)), _Secant(np.full(N_SECTORS, START_GAMMA))
        lapsed_share = np.full(N_SEGMENTS, survey.lapsed_share_of_non_users)
        best: tuple[float, Any] | None = None
        for round_ in range(MAX_ROUNDS):
            a, g, lapsed = alpha.x.copy(), gamma.x.copy(), lapsed_share.copy()

            def run(k: int, a: Array = a, g: Array = g, lapsed: Array = lapsed) -> _Drift:
                shape = (N_AGES, N_AREAS)
                return _baseline_drift(worlds[k], survey, p, a.reshape(shape), g, lapsed.reshape(shape), seeds[k])

            drifts = list(pool.map(run, range(N_WORLDS)))
            d = _Drift(*(sum(getattr(x, name) for x in drifts) for name in _Drift.__slots__))
            pool_of = _pools(d.residents / N_WORLDS)

            def pooled(values: Array, pool_of: Array = pool_of) -> Array:
                return np.bincount(pool_of, weights=values, minlength=N_SEGMENTS)[pool_of]

            n = np.maximum(1.0, pooled(d.residents))
            coverage = np.stack([pooled(d.active[0]), pooled(d.active[1])]) / n
            growth = (coverage[1] - coverage[0]) / years
            target = survey.growth_per_year * coverage[0] * (1.0 - coverage[0])
            accept = d.accepting / np.maximum(1.0, d.merchants)
            accept_growth = (accept[1] - accept[0]) / ((WEEKS - 1) / WEEKS_PER_YEAR)
            accept_target = survey.acceptance_growth_per_year * accept[0] * (1.0 - accept[0])
            registered = d.users + d.lapsed
            ratio = d.users.sum(axis=1) / registered.sum(axis=1)

            # shops are few: growth cannot be met closer than one shop of the sector
            shop = 1.01 / np.maximum(1.0, d.merchants) * WEEKS_PER_YEAR / (WEEKS - 1)
            worst = max(
                np.abs(growth - target).max() / TOLERANCE,
                (np.abs(accept_growth - accept_target) / np.maximum(TOLERANCE, shop)).max(),
                abs(ratio[1] - ratio[0]) / years / (2.0 * TOLERANCE),
            )
            if best is None or worst < best[0]:
                names = tuple(
                    f"{AGE_NAMES[k // N_AREAS]} {AREA_NAMES[k % N_AREAS]}"
                    for k in np.flatnonzero(pool_of != np.arange(N_SEGMENTS))
                )
                best = (worst, (a, g, lapsed, growth, target, accept_growth, accept_target, ratio, names))
            if progress:
                progress(round_ + 1, MAX_ROUNDS)
            if worst < 1.0:
                break
            alpha.step(growth - target)
            gamma.step(accept_growth - accept_target)
            # A8: start with as many lapsed per user as the run ends with
            wanted = pooled(d.lapsed[1]) / np.maximum(1.0, pooled(d.users[1])) * pooled(d.users[0])
            non_users = np.maximum(1.0, n - pooled(d.users[0]))
            lapsed_share = np.clip(wanted / non_users, 0.0, 0.95)
    assert best is not None
    a, g, lapsed, growth, target, accept_growth, accept_target, ratio, names = best[1]
    shape = (N_AGES, N_AREAS)
    return Constants(
        a.reshape(shape), g, lapsed.reshape(shape), growth.reshape(shape), target.reshape(shape), accept_growth,
        accept_target, ratio, names, bool(best[0] < 1.0), content_key(region, survey, p),
    )  # fmt: skip


def _path(key: str) -> Path:
    return user_cache_dir() / "constants" / f"{key}.json"


def solved(
    region: Region, survey: Survey, p: Params, progress: Callable[[int, int], None] | None = None, n_workers: int = 1
) -> Constants:
    """Return the constants from the user's cache, or solve and keep them.

    A file that cannot be read is solved anew. Nothing half-written stays behind.
    """
    key = content_key(region, survey, p)
    try:
        return from_json(_path(key).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    constants = solve(region, survey, p, progress, n_workers)
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(to_json(constants))
        os.replace(temporary, path)
    except OSError:  # a read-only home costs the next run a solution, not this one its answer
        pass
    return constants


def to_json(constants: Constants) -> str:
    """Return the constants as JSON; floats are written so that they read back to the same bits."""
    values = {name: getattr(constants, name) for name in constants.__slots__}
    return json.dumps({k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}, indent=1)


def from_json(text: str) -> Constants:
    """Read constants written by `to_json`.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the text is not such a file.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("not a mapping")
    arrays: dict[str, Any] = {k: np.array(v) if isinstance(v, list) else v for k, v in values.items()}
    arrays["pooled"] = tuple(values["pooled"])
    constants = Constants(**{name: arrays[name] for name in Constants.__slots__})
    if constants.alpha.shape != (N_AGES, N_AREAS) or constants.gamma.shape != (N_SECTORS,):
        raise ValueError(f"constants of shapes {constants.alpha.shape} and {constants.gamma.shape}")
    return constants
