"""What people and shops use is charged to the right lever, line and accounting zone, to the fen."""

import numpy as np
import pytest

from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, Sector
from simulation.core.kernels.arguments import MILLISECOND_BITS
from simulation.core.observed import ELECTRONIC, N_KINDS, REST
from simulation.core.offers import Use
from simulation.engine.plan import Plan
from simulation.levers.acceptance_drive import AcceptanceDrive
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.coupon import Coupon
from simulation.levers.discount_days import DiscountDays
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.hotline import Hotline
from simulation.levers.integrated_services import IntegratedServices
from simulation.levers.kiosk import Kiosk
from simulation.levers.ledger import LINES
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.points import Points
from simulation.levers.senior_university import SeniorUniversity
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.workshop import Workshop
from simulation.scenario.budget import Budget
from tests.worlds import default_params, engine_of, toy_world

EACH = 4  # residents or merchants that a simulated one stands for
REGION = 2  # accounting zone of what concerns neither of the two
FAITHFUL = {"lapse_early": 0.0, "lapse_late": 0.0, "fraud_probability": 0.0, "outage_weeks_per_year": 0.0}
STARTING = {"trial_rate": 1.0, **FAITHFUL}
EVERY_AGE = Eligibility(ages=("15-29", "30-44", "45-59", "60-74", "75+"))
COMING = {"attends_help_share": 1.0, "help_distance_km": 1e9}


def two_zones(n=400, **settings):
    """Return a world of two zones that are accounted apart."""
    world = toy_world(n, n_zones=2, **settings)
    world.zones.account[:] = (0, 1)
    world.n_accounts, world.expansion_factor = 2, float(EACH)
    return world


def run_of(world, lever, *, budget=None, alpha=-3.0, gamma=-4.0, **changes):
    engine = engine_of(world, default_params(**changes), alpha=alpha, gamma=gamma)
    return engine.fork(Plan({"lever": lever}, budget=budget, n_weeks=60))


def posted(engine, week):
    """Return what a week cost as {(line, accounting zone): fen}."""
    fen = engine.programme.treasury.ledger.fen[week, 0].sum(axis=-1)
    return {(LINES[k], zone): int(fen[k, zone]) for k, zone in np.argwhere(fen)}


def by_zone(line, fen):
    return {(line, zone): int(amount) for zone, amount in enumerate(fen) if amount}


def electronic(engine):
    """Return number and fen of the last week's electronic payments by zone and sector, shape (2, 6) each.

    In these worlds each zone has one merchant of each sector, where its pool pays too.
    """
    words = engine._tills[0][REST].reshape(-1, N_KINDS)[:, ELECTRONIC]
    count = (words >> MILLISECOND_BITS).reshape(2, 2, N_SECTORS).sum(axis=0)
    return count, count * engine.model.tables.mean_ticket_yuan * FEN_PER_YUAN


def residents_by_zone(engine, mask):
    return np.bincount(engine.c.zone[mask], minlength=2)


def test_coupon_is_paid_once_at_the_first_payment_and_cashback_for_eight_weeks():
    """Everyone starts at once and pays about once a week; a fifth leaks, so that 0.8 yuan in hand cost one."""
    world = two_zones()
    world.citizens.payments_per_week[:] = 1.0
    lever = Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=1, leakage_share=0.2)
    engine = run_of(world, lever, alpha=60.0, **STARTING)
    is_due = np.ones(400, bool)
    for week in range(10):
        engine.step()
        paid = is_due & (engine.c.coupon_due == 0)
        is_due &= ~paid
        payments = electronic(engine)[0].sum(axis=1) if week < 8 else 0
        fen = 2_000 * residents_by_zone(engine, paid) + 100 * payments
        assert posted(engine, week) == by_zone("incentives", fen * EACH * 5 // 4)
        assert engine.programme.n_uses[0, Use.COUPON] == paid.sum()
    assert 0 < is_due.sum() < 40
    assert (engine.c.coupon_lever == 0).all()


def test_a_payment_that_a_coupon_pays_for_is_nobodys_own():
    """Whoever pays once electronically and has a coupon due is not active; whoever pays twice is (A12)."""
    world = two_zones()
    world.citizens.payments_per_week[:] = 1.0
    lever = Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=0, leakage_share=0.0)
    engine = run_of(world, lever, alpha=60.0, person_payments_ratio=0.0, method_constant=60.0, **STARTING)
    totals = engine.step()
    n_payments = totals.n_electronic.sum()  # everything is electronic
    n_paid = (engine.c.coupon_due == 0).sum()
    n_active = (engine.c.weeks_since_use == 0).sum()
    assert n_payments >= n_paid + n_active
    assert 0 < n_active < n_paid
    assert np.array_equal(totals.first_payers, np.flatnonzero(engine.c.weeks_since_use == 0))
    # of Poisson numbers at rate 1, e^-1 are 1 and 1 - 2 e^-1 more
    assert abs(n_paid - 400 * (1 - np.exp(-1))) < 5 * np.sqrt(400 * 0.37 * 0.63)
    assert abs(n_active - 400 * (1 - 2 * np.exp(-1))) < 5 * np.sqrt(400 * 0.26 * 0.74)


def test_points_cost_what_is_redeemed_of_every_payment_to_a_merchant():
    """0.5 yuan a payment, six tenths redeemed: 30 fen; payments to people earn none."""
    engine = run_of(two_zones(user_share=1.0), Points(kind="points", points_yuan=0.5, redeemed_share=0.6), **FAITHFUL)
    totals = engine.step()
    count = electronic(engine)[0].sum(axis=1)
    assert totals.n_person.sum() > 0
    assert posted(engine, 0) == by_zone("incentives", 30 * count * EACH)
    assert engine.programme.n_uses[0, Use.REWARD] == (engine.c.weeks_since_merchant == 0).sum()


def test_discount_days_cost_their_mean_over_the_week_in_the_weeks_that_have_them():
    """3.5 yuan on two days of seven: 1 yuan a payment, in the first of every two weeks."""
    lever = DiscountDays(kind="discount_days", discount_yuan=3.5, days_per_week=2, every_weeks=2)
    engine = run_of(two_zones(user_share=1.0), lever, **FAITHFUL)
    for week in range(4):
        engine.step()
        count = electronic(engine)[0].sum(axis=1) * (week % 2 == 0)
        assert posted(engine, week) == by_zone("incentives", 100 * count * EACH)


@pytest.mark.parametrize(
    ("kind", "attendance", "fixed", "materials"),
    [
        (
            Kiosk(
                kind="kiosk", places="all", set_up_yuan=10_000, yuan_per_week=1_100, yuan_per_help=2,
                capacity_per_week=1e6,
            ),
            "kiosk_attendance",
            {("devices", 0): 1_000_000, ("operations", 0): 110_000},
            200,
        ),
        (
            TrainingEvent(
                kind="training_event", places="all", eligibility=EVERY_AGE, trainers=0.4, trainer_yuan_per_day=500,
                trainer_days_per_week=5, materials_yuan_per_seat=10, seats_per_week=1e6,
            ),
            "training_attendance",
            {("trainers", 0): 100_000},
            1_000,
        ),
        (
            SeniorUniversity(
                kind="senior_university", places="all", eligibility=EVERY_AGE, trainers=0.8, trainer_yuan_per_day=500,
                trainer_days_per_week=5, materials_yuan_per_seat=15, seats_per_week=1e6,
            ),
            "class_attendance",
            {("trainers", 0): 200_000},
            1_500,
        ),
    ],
)  # fmt: skip
def test_help_costs_its_place_whoever_comes_and_materials_where_those_helped_live(kind, attendance, fixed, materials):
    """The point stands in the first zone; people of both come."""
    engine = run_of(two_zones(), kind, **{attendance: 0.3}, **COMING)
    totals = engine.step()
    helped = residents_by_zone(engine, engine.c.ever_helped > 0)
    assert helped.min() > 20
    assert totals.n_helps.sum() == helped.sum() == engine.programme.n_uses[0, Use.HELP]
    assert posted(engine, 0) == fixed | by_zone("materials", materials * helped * EACH)
    # set-up is paid once
    again = engine.step()
    costs = posted(engine, 1)
    assert {key: fen for key, fen in costs.items() if key[0] != "materials"} == {
        key: fen for key, fen in fixed.items() if key[0] != "devices"
    }
    assert sum(fen for (line, _), fen in costs.items() if line == "materials") == materials * again.n_helps.sum() * EACH


def test_a_service_is_set_up_in_its_first_week_and_paid_for_the_region():
    """500 yuan once, and 2,600 a month, which are 600 a week; it starts in the third week."""
    lever = Hotline(kind="hotline", once_yuan=500, yuan_per_month=2_600, schedule=Schedule(start_week=2, end_week=5))
    engine = run_of(two_zones(), lever)
    for _ in range(6):
        engine.step()
    costs = [posted(engine, week).get(("operations", REGION), 0) for week in range(6)]
    assert costs == [0, 0, 110_000, 60_000, 60_000, 0]
    assert engine.programme.treasury.ledger.total_fen() == sum(costs)


def test_half_a_telephone_costs_half_its_price_where_its_owner_lives():
    world = two_zones()
    world.citizens.has_device[100:] = 0  # a hundred of the first zone, all of the second
    lever = PhoneSubsidy(kind="phone_subsidy", phone_yuan=600, subsidy_share=0.5, take_up_per_week=1.0)
    engine = run_of(world, lever, access_hazard=0.0, access_peer_hazard=0.0)
    totals = engine.step()
    taken = residents_by_zone(engine, (engine.c.has_device == 1) & (np.arange(400) >= 100))
    assert taken.min() > 0
    assert totals.n_helps.tolist() == [0, 0, 0, 0, taken.sum()]
    assert engine.programme.n_uses[0, Use.PHONE] == taken.sum()
    assert posted(engine, 0) == by_zone("devices", 30_000 * taken * EACH)


def test_rent_is_subsidised_for_exactly_a_year_after_adoption():
    """Six merchants a zone adopt in week 0; half of 20 yuan for each while weeks accepting < 52."""
    world = two_zones(accepting_share=0.0)
    world.merchants.terminal[:] = 1
    lever = TerminalSubsidy(kind="terminal_subsidy", pos_rent_share=0.5, schedule=Schedule(end_week=1))
    rent = {"merchant_review_rate": 1.0, "merchant_withdrawal_rate": 0.0, "pos_rent_yuan_per_week": 20.0}
    engine = run_of(world, lever, gamma=60.0, **rent)
    for week in range(55):
        engine.step()
        assert posted(engine, week) == by_zone("devices", [6_000 * EACH * (week < 52)] * 2)
        assert engine.programme.n_uses[0, Use.RENT] == 12 * (week < 52)


def test_fee_subsidy_is_a_share_of_the_fee_on_each_merchants_electronic_value():
    lever = FeeSubsidy(kind="fee_subsidy", fee_share=0.5)
    engine = run_of(two_zones(user_share=1.0), lever, merchant_fee_share=0.0038)
    totals = engine.step()
    value = electronic(engine)[1]
    assert np.rint(value.sum(axis=0)).tolist() == totals.electronic_fen.tolist()
    fees = np.floor(value * 0.0038 * 0.5 + 0.5)
    assert posted(engine, 0) == by_zone("incentives", fees.sum(axis=1) * EACH)
    assert engine.programme.n_uses[0, Use.FEE] == 12


def test_a_seat_at_a_workshop_costs_materials_where_the_merchant_is():
    """12 merchants seek the 20 / 4 = 5 seats; four trainers of 2,500 yuan a week are paid for the region."""
    lever = Workshop(
        kind="workshop", seats_per_week=20, trainers=4, trainer_yuan_per_day=500, trainer_days_per_week=5,
        materials_yuan_per_seat=20,
    )  # fmt: skip
    engine = run_of(two_zones(), lever, workshop_attendance=1.0, staff_turnover=0.0)
    engine.step()
    trained = np.bincount(engine.m.zone[engine.m.trained == 1], minlength=2)
    assert trained.sum() == 5 == engine.programme.n_uses[0, Use.SEAT]
    assert posted(engine, 0) == {("trainers", REGION): 1_000_000} | by_zone("materials", 2_000 * trained * EACH)


@pytest.mark.parametrize(
    ("sector", "use", "line", "yuan"),
    [
        # a tenth hospitals of 80,000 yuan and other sites of 2,000; ten validators of 800 yuan; a visit of 60
        ("public", Use.SITE, "devices", 9_800),
        ("transport", Use.SITE, "devices", 8_000),
        ("retail", Use.VISIT, "operations", 60),
    ],
)
def test_the_acceptance_drive_costs_a_site_or_a_visit_for_each_merchant_it_goes_to(sector, use, line, yuan):
    """One merchant of the sector a zone, both drawn for certain; whoever accepts already is left alone."""
    world = two_zones(accepting_share=0.0)
    world.merchants.accepts[world.merchants.zone == 1] = 1
    lever = AcceptanceDrive(
        kind="acceptance_drive", eligibility=Eligibility(sectors=(sector,)), probability_per_week=1.0,
        hospital_share=0.1, hospital_yuan=80_000, other_site_yuan=2_000, validators_per_site=10, validator_yuan=800,
        visit_yuan=60,
    )  # fmt: skip
    engine = run_of(world, lever, merchant_review_rate=0.0, merchant_withdrawal_rate=0.0)
    engine.step()
    assert posted(engine, 0) == {(line, 0): yuan * 100 * EACH}
    assert engine.programme.n_uses[0].tolist() == [1 if k == use else 0 for k in Use]
    mine = np.flatnonzero((engine.m.sector == Sector[sector.upper()]) & (engine.m.zone == 0))[0]
    if use == Use.SITE:
        assert engine.m.accepts[mine] == 1


def test_integrated_services_cost_the_share_of_their_price_for_each_merchant_who_uses_them():
    """All take them at once at readiness 60: two fifths of 25 yuan for each of the 12."""
    lever = IntegratedServices(kind="integrated_services", service_subsidy_share=0.4)
    services = {"service_constant": 60.0, "service_review_rate": 1.0, "service_price_yuan_per_week": 25.0}
    engine = run_of(two_zones(), lever, merchant_withdrawal_rate=0.0, **services)
    for week in range(2):
        engine.step()
        assert engine.m.integrated.all()
        assert posted(engine, week) == by_zone("incentives", [6_000 * EACH] * 2)
        assert engine.programme.n_uses[0, Use.SERVICE] == 12


# where money does not reach


def budget_of(yuan):
    return Budget(total_yuan=yuan)


def check_paid(engine, use, line, n_paid, each_yuan):
    """Hold what was posted against the number paid, and that against the number claimed."""
    fen = engine.programme.treasury.ledger.total_fen(line=line)
    assert fen == engine.programme.treasury.ledger.total_fen() == n_paid * each_yuan * 100 * EACH
    assert engine.programme.n_uses[0].tolist() == [n_paid if k == use else 0 for k in Use]
    assert engine.programme.unpaid[0] > 0


def test_whoever_no_money_is_left_for_is_turned_away_from_a_kiosk():
    """8 yuan for each of 4 residents' help: 44 yuan pay for 5."""
    lever = Kiosk(
        kind="kiosk", places="all", set_up_yuan=0, yuan_per_week=0, yuan_per_help=2, capacity_per_week=1e6
    )  # fmt: skip
    engine = run_of(two_zones(), lever, budget=budget_of(44), kiosk_attendance=0.3, **COMING)
    totals = engine.step()
    check_paid(engine, Use.HELP, "materials", 5, 2)
    assert totals.n_helps.sum() == (engine.c.ever_helped > 0).sum() == 5
    assert totals.n_turned_away.sum() == engine.c.turned_away.sum() == engine.programme.unpaid[0]
    assert totals.n_unpaid.tolist() == engine.programme.unpaid.tolist()


def test_no_telephone_is_handed_out_that_there_is_no_money_for():
    """1,200 yuan for each: 4,000 pay for 3."""
    world = two_zones()
    world.citizens.has_device[:] = 0
    lever = PhoneSubsidy(kind="phone_subsidy", phone_yuan=600, subsidy_share=0.5, take_up_per_week=1.0)
    changes = {"access_hazard": 0.0, "access_peer_hazard": 0.0}
    engine = run_of(world, lever, budget=budget_of(4_000), **changes)
    assert engine.step().n_helps.sum() == 3
    check_paid(engine, Use.PHONE, "devices", 3, 300)
    assert engine.c.has_device.sum() == 3


def test_no_staff_is_trained_that_there_is_no_money_for():
    """80 yuan of materials a seat: 250 pay for 3 of the 5 seats."""
    lever = Workshop(kind="workshop", seats_per_week=20, trainers=0, materials_yuan_per_seat=20)
    engine = run_of(two_zones(), lever, budget=budget_of(250), workshop_attendance=1.0, staff_turnover=0.0)
    engine.step()
    check_paid(engine, Use.SEAT, "materials", 3, 20)
    assert engine.m.trained.sum() == 3


@pytest.mark.parametrize(
    ("sector", "use", "line", "yuan"),
    [("transport", Use.SITE, "devices", 800), ("retail", Use.VISIT, "operations", 60)],
)
def test_a_drive_goes_to_no_merchant_that_there_is_no_money_for(sector, use, line, yuan):
    """Of two merchants, whom a visit or a site would make accept for certain, money reaches one."""
    lever = AcceptanceDrive(
        kind="acceptance_drive", eligibility=Eligibility(sectors=(sector,)), probability_per_week=1.0,
        validators_per_site=1, validator_yuan=800, visit_yuan=60,
    )  # fmt: skip
    budget = budget_of(1.5 * yuan * EACH)
    world = two_zones(accepting_share=0.0)
    engine = run_of(world, lever, budget=budget, gamma=60.0, merchant_review_rate=0.0, merchant_withdrawal_rate=0.0)
    engine.step()
    check_paid(engine, use, line, 1, yuan)
    assert engine.m.accepts.sum() == 1


def test_a_coupon_that_money_does_not_reach_is_lost():
    """80 yuan for each: 1,000 pay for 12, and nobody is owed anything after the first payment."""
    lever = Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=0, leakage_share=0.0)
    engine = run_of(two_zones(), lever, budget=budget_of(1_000), alpha=60.0, **STARTING)
    engine.step()
    check_paid(engine, Use.COUPON, "incentives", 12, 20)
    assert (engine.c.coupon_due[engine.c.weeks_since_merchant == 0] == 0).all()


# lots


def test_lottery_reaches_its_share_and_does_not_depend_on_other_levers():
    world = toy_world(50_000)
    half = Eligibility(share=0.5)
    mask = half.citizen_mask(world, "coupon")
    assert mask.mean() == pytest.approx(0.5, abs=0.01)  # 4.5 standard errors
    assert np.array_equal(mask, half.citizen_mask(world, "coupon"))
    assert abs((mask == half.citizen_mask(world, "other")).mean() - 0.5) < 0.01
