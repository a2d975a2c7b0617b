"""Small worlds put together by hand, for tests that need to know every number."""

import numpy as np

from simulation.core.codes import N_AGES, N_AREAS, N_SECTORS, Stage
from simulation.core.params import Params
from simulation.core.state import Citizens, Merchants, Places, World, Zones, empty_columns
from simulation.core.tables import payment_tables
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.model import Model
from simulation.scenario.behaviour import Behaviour

PAYMENTS_PER_WEEK = np.tile([0.4, 2.0, 3.0, 2.6, 3.0, 1.0], (N_AGES, 1))
MEDIAN_TICKET_YUAN = np.array([60.0, 6.0, 45.0, 20.0, 25.0, 50.0])


def default_params(**changes: float) -> Params:
    """Return the default coefficients with some changed."""
    return Behaviour().params()._replace(**changes)


def ties_from_pairs(n: int, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return undirected ties in CSR form from pairs of citizens."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    pairs = np.unique(low.astype(np.int64) * n + high)
    low, high = pairs // n, pairs % n
    keep = low != high
    source = np.concatenate([low[keep], high[keep]])
    target = np.concatenate([high[keep], low[keep]])
    order = np.lexsort((target, source))
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=n), out=start[1:])
    return start, target[order].astype(np.int32)


def ring_ties(n: int, neighbours: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return a ring in which everyone knows the next few on either side."""
    first = np.repeat(np.arange(n), neighbours)
    second = (first + np.tile(np.arange(1, neighbours + 1), n)) % n
    return ties_from_pairs(n, first, second)


def toy_world(
    n: int = 2_000,
    n_zones: int | None = None,
    merchants_per_zone_sector: int = 1,
    ties: tuple[np.ndarray, np.ndarray] | None = None,
    accepting_share: float = 1.0,
    user_share: float = 0.0,
    seed: int = 1,
) -> World:
    """Return a world of n citizens along a line of zones, with a few merchants of each sector in each zone.

    Everybody is aware, has device and account, shops in the own zone and is aged 30-44, urban, of middle income.
    """
    n_zones = n_zones or max(1, n // 500)
    per = merchants_per_zone_sector
    n_merchants = n_zones * N_SECTORS * per
    rng = np.random.default_rng(seed)

    c = empty_columns(Citizens, n)
    c.age[:], c.income[:], c.five_year_age[:] = 1, 1, 7
    c.zone[:] = np.arange(n) * n_zones // n
    c.starts_household[:] = 1
    c.payments_per_week[:] = PAYMENTS_PER_WEEK[0].sum()
    c.innate_skill[:] = c.skill[:] = 0.5
    c.baseline_risk[:] = c.perceived_risk[:] = 0.3
    c.aware[:] = c.has_device[:] = c.has_account[:] = 1
    c.attends_help[:] = 1
    c.weeks_in_stage[:] = 200
    c.weeks_since_use[:] = c.weeks_since_merchant[:] = 255
    c.coupon_lever[:] = -1
    # merchants stand zone by zone, sector by sector
    sector = np.arange(N_SECTORS)
    choice = rng.integers(0, per, (n, N_SECTORS))
    c.regular_merchant[:] = choice

    m = empty_columns(Merchants, n_merchants)
    m.sector[:] = np.tile(np.repeat(sector, per), n_zones)
    m.zone[:] = np.repeat(np.arange(n_zones), N_SECTORS * per)
    m.attractiveness[:] = 1.0
    m.expected_payments[:] = PAYMENTS_PER_WEEK[0][m.sector] * (n / n_zones) / per
    m.accepts[:] = rng.random(n_merchants) < accepting_share
    m.ask_share[:] = 0.35
    m.weeks_in_state[:] = 200
    m.subsidy_lever[:] = -1

    rows = n_zones * N_SECTORS
    weights = np.full(n_merchants, 1.0 / per, np.float32)
    zones = Zones(
        x_km=np.arange(n_zones, dtype=float),
        y_km=np.zeros(n_zones),
        area=np.zeros(n_zones, np.uint8),
        county=np.zeros(n_zones, np.int32),
        account=np.zeros(n_zones, np.int32),
        network_seconds=np.zeros(n_zones),
        network_failure=np.zeros(n_zones),
        intra_km=np.full(n_zones, 0.5),
        first_citizen=np.searchsorted(c.zone, np.arange(n_zones + 1)).astype(np.int64),
        huff_start=np.arange(rows + 1, dtype=np.int64) * per,
        huff_merchant=np.arange(n_merchants, dtype=np.int32),
        huff_weight=weights,
        customer_start=np.arange(n_merchants + 1, dtype=np.int64),
        customer_zone=m.zone.astype(np.int32),
        customer_weight=weights,
    )
    here = (np.zeros(1) for _ in range(4))  # lat, lon, x, y
    places = Places(("p0",), ("Here",), ("此地",), *here, np.zeros(1, np.int32), np.ones(1, bool))
    start, peer = ties or ring_ties(n)
    world = World(seed, 1.0, 1.0, c, m, zones, places, start, peer)
    if user_share:
        make_users(world, rng.random(n) < user_share)
    return world


def make_users(world: World, who: np.ndarray) -> None:
    """Make some citizens users of long standing and tell their ties."""
    c = world.citizens
    c.stage[who] = Stage.USER
    c.weeks_since_use[who] = c.weeks_since_merchant[who] = 0
    c.habit[who] = c.repetition[who] = 0.75
    c.counted_by_peers[who] = 1
    count_peers(world)


def count_peers(world: World) -> None:
    """Set everybody's number of ties who are counted as users."""
    c, n = world.citizens, world.citizens.age.shape[0]
    owner = np.repeat(np.arange(n), np.diff(world.peer_start))
    c.n_user_peers[:] = np.bincount(owner, weights=c.counted_by_peers[world.peer], minlength=n)


def engine_of(
    world: World, p: Params | None = None, alpha: float = -3.0, gamma: float = -4.0, seed: int = 7, n_threads: int = 1
) -> ArrayEngine:
    """Return an engine that stands at week 0, without warm-up."""
    p = p or default_params()
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, p)
    model = Model(p, tables, np.full((N_AGES, N_AREAS), alpha), np.full(N_SECTORS, gamma))
    engine = ArrayEngine(world, model, seed, n_threads)
    engine.week = 0
    return engine
