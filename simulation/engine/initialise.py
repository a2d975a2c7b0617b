"""Give a world's people and shops their traits and their state at the start (ODD 5, 11; A3, A4, A8)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulation.core.codes import N_AGES, N_AREAS, N_CELLS, N_INCOMES, N_SECTORS, Stage
from simulation.core.params import Params
from simulation.core.rng import Stream, uniforms
from simulation.core.state import Citizens, Merchants, World
from simulation.scenario.survey import Survey

Array = NDArray[Any]

START_CLOCK = 200  # weeks in stage or in acceptance at the start: long enough to be past every offer (ODD 11)
LONG_AGO = 255
TIES_AT_ONCE = 65_536  # citizens whose ties are looked at together, so that a large world needs little memory
START_HABIT = 0.75  # H and G of users at the start; the warm-up settles them (ODD 5)
START_SKILL_GAIN = 0.8  # share of the skill gap users have closed (ODD 5)
START_ASK_SHARE = 0.35  # q at the start (ODD 11)
SKILL_SD, RISK_SD = 0.15, 0.12  # spread of innate skill and of baseline risk within a segment (ODD 5)
SKILL_LOW, SKILL_HIGH = 0.02, 0.98
# weights of who is a user at the start: the apt ones (ODD 5)
USE_SKILL_WEIGHT, USE_RISK_WEIGHT, USE_NOISE_WEIGHT = 2.0, 1.5, 0.8
SIZE_WEIGHT, SIZE_NOISE_WEIGHT = 0.8, 0.8  # who accepts at the start: the large and the ready (ODD 5)
ACCESS_LOW, ACCESS_HIGH = 0.05, 0.97  # access and awareness of never-users are kept off 0 and 1 (ODD 11)


def _uniform(world: World, stream: Stream, n: int) -> Array:
    return uniforms(world.seed, stream, 0, np.arange(n))


def _normal(world: World, stream: Stream, n: int) -> Array:
    return np.asarray(ndtri(np.maximum(_uniform(world, stream, n), 2.0**-54)))


def _gumbel(world: World, stream: Stream, n: int) -> Array:
    u = np.maximum(_uniform(world, stream, n), 2.0**-54)
    return np.asarray(-np.log(-np.log(u)))


def cell_of(citizens: Citizens) -> Array:
    """Return the age x area x income cell of every citizen, int64, shape (N,)."""
    segment = citizens.age.astype(np.int64) * N_AREAS + citizens.area
    return np.asarray(segment * N_INCOMES + citizens.income)


def draw_traits(world: World, survey: Survey, p: Params) -> None:
    """Fill the static traits of citizens and merchants in place.

    Parameters
    ----------
    world : World
        Population, places and shops.
    survey : Survey
        Means by segment.
    p : Params
        Spreads and shares.
    """
    c, n = world.citizens, world.citizens.age.shape[0]
    mean_skill = survey.innate_skill()[c.age, c.area, c.income]
    skill = mean_skill + SKILL_SD * _normal(world, Stream.INNATE_SKILL, n)
    risk = survey.perceived_risk()[c.age] + RISK_SD * _normal(world, Stream.BASELINE_RISK, n)
    c.taste[:] = p.taste_sd * _normal(world, Stream.TASTE, n)
    c.innate_skill[:] = np.clip(skill, SKILL_LOW, SKILL_HIGH)
    c.baseline_risk[:] = np.clip(risk, SKILL_LOW, SKILL_HIGH)
    c.prefers_cash[:] = _uniform(world, Stream.CASH_PREFERENCE, n) < survey.prefers_cash()[c.age]
    comes = p.attends_help_share * (1.0 - survey.shame()[c.age])
    c.attends_help[:] = _uniform(world, Stream.ATTENDS_HELP, n) < comes
    c.old_device[:] = _uniform(world, Stream.OLD_DEVICE, n) < survey.old_device()[c.age]
    c.refuses_face[:] = _uniform(world, Stream.REFUSES_FACE, n) < survey.refuses_face()[c.age]
    m = world.merchants
    m.readiness_taste[:] = p.merchant_readiness_sd * _normal(world, Stream.READINESS_TASTE, m.sector.shape[0])


def _top_of_each_group(score: Array, group: Array, wanted: Array) -> Array:
    """Return a mask of the highest-scoring members of each group, `wanted` of them or all there are."""
    order = np.lexsort((-score, group))
    start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(wanted)))])[:-1]
    rank = np.empty(len(group), np.int64)
    rank[order] = np.arange(len(group)) - start[group[order]]
    return np.asarray(rank < wanted[group])


def set_initial_use(world: World, survey: Survey, p: Params, lapsed_share: Array) -> None:
    """Fill every changing field of the citizens with the survey's baseline, in place.

    Parameters
    ----------
    lapsed_share : array of float64, shape (5, 3)
        Lapsed among non-users by age and area, solved for a stationary start (A8).
    """
    c, n = world.citizens, world.citizens.age.shape[0]
    cell = cell_of(c)
    aptness = (
        c.taste.astype(np.float64)
        + USE_SKILL_WEIGHT * c.innate_skill
        - USE_RISK_WEIGHT * c.baseline_risk
        - p.weight_cash_preference * c.prefers_cash
        + USE_NOISE_WEIGHT * _gumbel(world, Stream.INITIAL_USE, n)
    )
    use_share = survey.use_share()
    size = np.bincount(cell, minlength=N_CELLS)
    is_user = _top_of_each_group(aptness, cell, np.floor(use_share.ravel() * size + 0.5).astype(np.int64))
    lapse_draw = _uniform(world, Stream.INITIAL_LAPSED, n)
    is_lapsed = ~is_user & (lapse_draw < lapsed_share[c.age, c.area])
    ever = is_user | is_lapsed
    c.stage[:] = np.where(is_user, Stage.USER, np.where(is_lapsed, Stage.LAPSED, Stage.NEVER))

    users = np.bincount(cell, weights=ever, minlength=N_CELLS)
    ever_share = (users / np.maximum(1, np.bincount(cell, minlength=N_CELLS)))[cell]

    def among_never(share: Array) -> Array:
        return np.clip((share - ever_share) / np.maximum(1e-9, 1.0 - ever_share), ACCESS_LOW, ACCESS_HIGH)

    aware = _uniform(world, Stream.INITIAL_AWARE, n) < among_never(survey.aware_share()[c.age, c.area])
    access = _uniform(world, Stream.INITIAL_ACCESS, n) < among_never(survey.access_share()[c.age, c.area, c.income])
    device = _uniform(world, Stream.INITIAL_DEVICE, n) < survey.device_share_without_access
    c.aware[:] = ever | aware
    c.has_account[:] = ever | access
    c.has_device[:] = ever | access | device

    c.skill[:] = np.where(is_user, c.innate_skill + START_SKILL_GAIN * (1.0 - c.innate_skill), c.innate_skill)
    c.perceived_risk[:] = c.baseline_risk
    c.habit[:] = np.where(is_user, START_HABIT, 0.0)
    c.repetition[:] = np.where(is_user, START_HABIT, 0.0)
    c.weeks_in_stage[:] = START_CLOCK
    c.weeks_since_use[:] = c.weeks_since_merchant[:] = np.where(is_user, 0, LONG_AGO)
    c.counted_by_peers[:] = is_user & (p.word_of_mouth_weeks >= START_CLOCK)
    for name in (
        "incident", "helped", "ever_helped", "turned_away", "coupon_due", "epay_weeks_quarter", "paid_last_quarter",
    ):  # fmt: skip
        getattr(c, name)[:] = 0
    c.n_incident_peers[:] = 0
    c.coupon_lever[:] = -1
    start = world.peer_start
    for low in range(0, n, TIES_AT_ONCE):
        high = min(low + TIES_AT_ONCE, n)
        counted = np.cumsum(c.counted_by_peers[world.peer[start[low] : start[high]]], dtype=np.int64)
        c.n_user_peers[low:high] = np.diff(np.append(0, counted)[start[low : high + 1] - start[low]])


def set_initial_acceptance(world: World, survey: Survey) -> None:
    """Fill every changing field of the merchants with the survey's baseline, in place."""
    m: Merchants = world.merchants
    n = m.sector.shape[0]
    group = m.sector.astype(np.int64) * N_AREAS + world.zones.area[m.zone]
    score = (
        SIZE_WEIGHT * np.log(np.maximum(m.expected_payments, 1e-6))
        + m.readiness_taste
        + SIZE_NOISE_WEIGHT * _gumbel(world, Stream.INITIAL_ACCEPTANCE, n)
    )
    n_groups = N_SECTORS * N_AREAS
    wanted = np.floor(survey.acceptance_share().ravel() * np.bincount(group, minlength=n_groups) + 0.5).astype(np.int64)
    known = np.full(n, -1, np.int8) if world.known_acceptance is None else world.known_acceptance
    # what a table says of a shop holds; the others make up the rest of the surveyed share
    wanted -= np.bincount(group[known == 1], minlength=n_groups)
    m.accepts[:] = known == 1
    unknown = np.flatnonzero(known < 0)
    m.accepts[unknown] = _top_of_each_group(score[unknown], group[unknown], wanted)
    m.weeks_in_state[:] = START_CLOCK
    m.ask_share[:] = START_ASK_SHARE
    m.rent_subsidy_share[:] = 0.0
    m.subsidy_lever[:] = -1
    for name in (
        "trained", "unified", "integrated", "quarter_payments", "quarter_unified", "quarter_integrated",
        "weeks_unified", "weeks_integrated",
    ):  # fmt: skip
        getattr(m, name)[:] = 0


def segment_of(citizens: Citizens) -> Array:
    """Return the age x area segment of every citizen, int64, shape (N,)."""
    return np.asarray(citizens.age.astype(np.int64) * N_AREAS + citizens.area)


N_SEGMENTS = N_AGES * N_AREAS
