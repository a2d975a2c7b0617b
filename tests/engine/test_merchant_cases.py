"""Merchants under a programme: cases with a known answer (plan P4, R3, T3, T9; amendments A1, A6)."""

import numpy as np
import pytest

from simulation.core.codes import N_SECTORS, Sector
from simulation.core.observed import (
    INTEGRATED,
    INTEGRATED_ACTIVE,
    STARTED,
    TERMINAL_FEN,
    TRAINED,
    UNIFIED,
    UNIFIED_ACTIVE,
)
from simulation.engine.plan import Plan
from simulation.levers.acceptance_drive import AcceptanceDrive
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.integrated_services import IntegratedServices
from simulation.levers.unified_interface import UnifiedInterface
from simulation.levers.workshop import Workshop
from tests.engine.hazards import assert_geometric
from tests.worlds import default_params, engine_of, toy_world

STANDING_STILL = {"merchant_review_rate": 0.0, "merchant_withdrawal_rate": 0.0}
FAITHFUL = {"lapse_early": 0.0, "lapse_late": 0.0, "fraud_probability": 0.0, "outage_weeks_per_year": 0.0}
N_MERCHANTS = 1_200  # 200 of each sector


def merchants_world(**settings):
    return toy_world(2_000, merchants_per_zone_sector=50, **settings)


def shares_by_week(engine, column, n_weeks):
    return [engine.step().sectors[:, column].sum() / N_MERCHANTS for _ in range(n_weeks)]


# workshops (P4)


def test_everybody_is_trained_after_enough_seats():
    """100 seats a week, always taken: a hundred more each week, all 1,200 after twelve weeks."""
    p = default_params(workshop_attendance=1.0, staff_turnover=0.0, **STANDING_STILL)
    engine = engine_of(merchants_world(), p).fork({"workshop": Workshop(kind="workshop", seats_per_week=100)})
    trained = [engine.step().sectors[:, TRAINED].sum() for _ in range(14)]
    assert trained == [min(100 * week, N_MERCHANTS) for week in range(1, 15)]


def test_merchants_come_to_workshops_at_their_rate_where_seats_abound():
    p = default_params(workshop_attendance=0.05, staff_turnover=0.0, **STANDING_STILL)
    engine = engine_of(merchants_world(), p).fork({"workshop": Workshop(kind="workshop", seats_per_week=1e6)})
    assert_geometric(shares_by_week(engine, TRAINED, 40), 0.05, N_MERCHANTS)


def test_trained_staff_leaves_at_the_turnover():
    """1 - 0.05 a week: half of it is gone after ln 2 / -ln 0.95 = 13.5 weeks."""
    world = merchants_world()
    world.merchants.trained[:] = 1
    engine = engine_of(world, default_params(staff_turnover=0.05, **STANDING_STILL))
    assert_geometric(1.0 - np.array(shares_by_week(engine, TRAINED, 27)), 0.05, N_MERCHANTS)


def test_workshops_in_a_sector_train_nobody_else():
    lever = Workshop(kind="workshop", seats_per_week=1e6, eligibility=Eligibility(sectors=("market",)))
    p = default_params(workshop_attendance=1.0, staff_turnover=0.0, **STANDING_STILL)
    totals = engine_of(merchants_world(), p).fork({"workshop": lever}).step()
    assert totals.sectors[:, TRAINED].tolist() == [200 if s == Sector.MARKET else 0 for s in Sector]


# unified interface (T3)


def test_merchants_join_the_interface_at_their_rate():
    engine = engine_of(merchants_world(), default_params(interface_join_rate=0.08, **STANDING_STILL))
    engine = engine.fork({"interface": UnifiedInterface(kind="unified_interface")})
    assert_geometric(shares_by_week(engine, UNIFIED, 40), 0.08, N_MERCHANTS)


def test_only_accepting_merchants_join_and_whoever_starts_to_accept_joins_at_once():
    p = default_params(interface_join_rate=0.0, merchant_review_rate=1.0, merchant_withdrawal_rate=0.0)
    engine = engine_of(merchants_world(accepting_share=0.4), p, gamma=60.0)
    accepted = engine.m.accepts.copy()
    twin = engine.fork({"interface": UnifiedInterface(kind="unified_interface", schedule=Schedule(start_week=0))})
    totals = twin.step()
    assert twin.m.accepts.all()
    assert np.array_equal(twin.m.unified, 1 - accepted)
    assert totals.sectors[:, UNIFIED].sum() == totals.sectors[:, STARTED].sum() == (accepted == 0).sum()


def test_people_feel_the_interface_where_merchants_have_joined():
    """Half of expected payments are made there: a dose of 0.4 is felt as 0.2.

    Everything is paid electronically: (12 + 12 x 0.5) x (1 - 0.5 x 0.2) + 8 = 24.2 seconds each.
    """
    world = toy_world(2_000, n_zones=4, user_share=1.0)
    world.merchants.unified[world.merchants.zone < 2] = 1
    p = default_params(
        method_constant=60.0, interface_join_rate=0.0, peer_help_rate=0.0, seconds_electronic=12.0,
        seconds_unskilled=12.0, seconds_verification=8.0, **FAITHFUL, **STANDING_STILL,
    )  # fmt: skip
    engine = engine_of(world, p).fork({"interface": UnifiedInterface(kind="unified_interface", interface_share=0.4)})
    totals = engine.step()
    assert totals.n_cash.sum() == 0
    assert totals.seconds.sum() == pytest.approx(24.2 * totals.n_electronic.sum(), rel=1e-9)


def test_the_interface_saves_rent_to_merchants_who_have_joined():
    """A quarter of 20 yuan at a dose of 1: 15 yuan for the 50 of a sector who have joined, 20 for the other 150."""
    world = merchants_world()
    world.merchants.terminal[:] = 1
    world.merchants.unified[world.merchants.zone == 0] = 1
    p = default_params(interface_join_rate=0.0, pos_rent_yuan_per_week=20.0, **STANDING_STILL)
    engine = engine_of(world, p).fork({"interface": UnifiedInterface(kind="unified_interface", interface_share=1.0)})
    assert engine.step().sectors[:, TERMINAL_FEN].tolist() == [50 * 1_500 + 150 * 2_000] * N_SECTORS


def test_a_quarters_active_merchants_took_fifty_payments_in_two_weeks_or_more():
    """A12, T9: over 13 weeks, about 27 payments at the merchant of public services and 200 at that of retail."""
    world = toy_world(500, n_zones=1, user_share=1.0)
    world.merchants.unified[:] = 1
    world.merchants.integrated[world.merchants.sector == Sector.RETAIL] = 1
    world.citizens.payments_per_week[:] = 0.125
    p = default_params(
        method_constant=60.0, interface_join_rate=0.0, service_review_rate=0.0, peer_help_rate=0.0, **FAITHFUL,
        **STANDING_STILL,
    )  # fmt: skip
    engine = engine_of(world, p)
    taken = np.zeros(N_SECTORS, np.int64)
    for week in range(13):
        totals = engine.step()
        taken += totals.n_electronic
        assert totals.merchant_payments[0] == pytest.approx(totals.n_electronic.sum(), rel=1e-6)
        assert totals.merchant_payments[1] == pytest.approx(totals.n_electronic[Sector.RETAIL], rel=1e-6)
        if week < 12:
            assert totals.sectors[:, UNIFIED_ACTIVE].sum() == 0
    assert taken[Sector.PUBLIC] < 50 < taken[Sector.RETAIL]
    assert totals.sectors[:, UNIFIED_ACTIVE].tolist() == (taken >= 50).astype(int).tolist()
    assert totals.sectors[:, INTEGRATED_ACTIVE].tolist() == [1 if s == Sector.RETAIL else 0 for s in Sector]
    # a merchant's quarter begins anew
    assert engine.m.quarter_payments.sum() == engine.m.quarter_unified.sum() == engine.m.weeks_unified.sum() == 0


def test_fifty_payments_in_one_week_make_no_active_merchant():
    """Ten days do not fit into a week: the merchant's other weeks are empty."""
    world = toy_world(500, n_zones=1, user_share=1.0)
    world.merchants.unified[:] = 1
    p = default_params(method_constant=60.0, interface_join_rate=0.0, **FAITHFUL, **STANDING_STILL)
    engine = engine_of(world, p)
    assert engine.step().n_electronic.min() > 50
    engine.c.payments_per_week[:] = 0.0
    totals = [engine.step() for _ in range(12)]
    assert engine.week == 13
    assert sum(t.sectors[:, UNIFIED_ACTIVE].sum() for t in totals) == 0


# acceptance drive (R3)


def drive(sector, probability=0.05):
    return AcceptanceDrive(
        kind="acceptance_drive", eligibility=Eligibility(sectors=(sector,)), probability_per_week=probability
    )


@pytest.mark.parametrize("sector", ["public", "transport"])
def test_a_directed_sector_accepts_at_the_rate_of_the_drive(sector):
    """Whatever its readiness, and nobody withdraws."""
    engine = engine_of(merchants_world(accepting_share=0.0), default_params(merchant_review_rate=0.0), gamma=-60.0)
    engine = engine.fork({"drive": drive(sector)})
    mine = engine.m.sector == Sector[sector.upper()]
    seen = []
    for _ in range(60):
        engine.step()
        seen.append(engine.m.accepts[mine].mean())
    assert_geometric(seen, 0.05, 200)
    assert engine.m.accepts[~mine].sum() == 0


@pytest.mark.parametrize(("gamma", "share"), [(60.0, 1.0), (-60.0, 0.0)])
def test_visited_merchants_decide_that_week_by_their_readiness(gamma, share):
    p = default_params(**STANDING_STILL)
    engine = engine_of(merchants_world(accepting_share=0.0), p, gamma=gamma).fork({"drive": drive("retail")})
    mine = engine.m.sector == Sector.RETAIL
    seen = []
    for _ in range(30):
        engine.step()
        seen.append(engine.m.accepts[mine].mean())
    assert_geometric(seen, 0.05 * share, 200)


# integrated services (T9)


def test_services_are_taken_at_their_rate():
    """Without gain or price readiness is gamma_I = 0: half of a review rate of 0.2."""
    services = {"service_constant": 0.0, "service_review_rate": 0.2, "service_gain_share": 0.0}
    p = default_params(service_price_yuan_per_week=0.0, merchant_inertia=60.0, **services, **STANDING_STILL)
    engine = engine_of(merchants_world(), p).fork({"services": IntegratedServices(kind="integrated_services")})
    assert_geometric(shares_by_week(engine, INTEGRATED, 40), 0.1, N_MERCHANTS)


def test_services_are_dropped_at_their_rate():
    """As above without inertia; nobody can take them up again, because no lever offers them."""
    world = merchants_world()
    world.merchants.integrated[:] = 1
    services = {"service_constant": 0.0, "service_review_rate": 0.2, "service_gain_share": 0.0}
    p = default_params(service_price_yuan_per_week=0.0, merchant_inertia=0.0, **services, **STANDING_STILL)
    assert_geometric(1.0 - np.array(shares_by_week(engine_of(world, p), INTEGRATED, 40)), 0.1, N_MERCHANTS)


# cash shortages (A6)


def test_a_cash_shortage_raises_acceptance_and_part_of_it_stays():
    """Amendment A6: shops adopt when asked, so acceptance rises during the shortage, not only after it."""
    world = toy_world(3_000, user_share=0.4, accepting_share=0.4, merchants_per_zone_sector=8)
    engine = engine_of(world, gamma=-2.0)
    usual, shocked = engine.fork({}), engine.fork(Plan(cash_shortage=dict.fromkeys(range(10), 2.5)))
    gain = []
    for _ in range(60):
        usual.step()
        shocked.step()
        gain.append(float(shocked.m.accepts.mean() - usual.m.accepts.mean()))
    assert gain[9] > 0.0
    assert gain[-1] > 0.0
