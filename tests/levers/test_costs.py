"""Levers by hand: what a use is charged, what is owed beforehand, what a multiplied dose costs; and the ledger."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.core.codes import PAYER_NAMES, Payer
from simulation.core.offers import HelpPoint, Use
from simulation.levers.acceptance_drive import AcceptanceDrive
from simulation.levers.base import OpenPoint, Reach, Schedule
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.discount_days import DiscountDays
from simulation.levers.face_pilot import FacePilot
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.hotline import Hotline
from simulation.levers.integrated_services import IntegratedServices
from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.ledger import LINES, REGION, FixedCost, Ledger, Price
from simulation.levers.network_upgrade import NetworkUpgrade
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.points import Points
from simulation.levers.senior_university import SeniorUniversity
from simulation.levers.teaching import Event
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from simulation.levers.workshop import Workshop
from simulation.scenario.schema import LEVERS
from tests.levers.examples import EXAMPLES, SERVICES

NOBODY = Reach(np.zeros(3), np.zeros(3))
SET_UP = replace(NOBODY, is_set_up=True)


# prices of uses


@pytest.mark.parametrize(
    ("lever", "prices"),
    [
        (
            Coupon(kind="coupon", leakage_share=0.2),
            {Use.COUPON: Price("incentives", markup=1.25), Use.CASHBACK: Price("incentives", markup=1.25)},
        ),
        (Points(kind="points"), {Use.REWARD: Price("incentives")}),
        (DiscountDays(kind="discount_days"), {Use.REWARD: Price("incentives")}),
        (Campaign(kind="campaign"), {}),
        (TrainingEvent(kind="training_event", places="all"), {Use.HELP: Price("materials", 1000)}),
        (SeniorUniversity(kind="senior_university", places="all"), {Use.HELP: Price("materials", 1500)}),
        (Kiosk(kind="kiosk", places="all"), {Use.HELP: Price("materials", 200)}),
        (
            PhoneSubsidy(kind="phone_subsidy", phone_yuan=700, subsidy_share=0.6),
            {Use.PHONE: Price("devices", 42_000)},
        ),
        (TerminalSubsidy(kind="terminal_subsidy"), {Use.RENT: Price("devices")}),
        (FeeSubsidy(kind="fee_subsidy"), {Use.FEE: Price("incentives")}),
        (Workshop(kind="workshop"), {Use.SEAT: Price("materials", 2000)}),
        (
            # a tenth hospitals at 80,000 yuan, the rest 2,000: 9,800; ten validators of 800 yuan: 8,000
            AcceptanceDrive(kind="acceptance_drive", hospital_share=0.1),
            {
                Use.SITE: Price("devices", by_sector=(980_000, 800_000, 0, 0, 0, 0)),
                Use.VISIT: Price("operations", 6000),
            },
        ),
        (IntegratedServices(kind="integrated_services"), {Use.SERVICE: Price("incentives")}),
        (NetworkUpgrade(kind="network_upgrade"), {}),
        (FacePilot(kind="face_pilot"), {}),
        (VerificationLimit(kind="verification_limit"), {}),
        *((service, {}) for service in SERVICES),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_lever_is_charged_for_its_own_uses_alone(lever, prices):
    assert {use: lever.price(use) for use in Use if lever.price(use) is not None} == prices


def test_even_a_coupon_that_leaks_whole_has_a_finite_price():
    assert Coupon(kind="coupon", leakage_share=1).price(Use.COUPON).markup == pytest.approx(100)


# what is owed whether or not anybody comes


def open_points(*accounts: int, opens: tuple[int, ...] = ()) -> Reach:
    """Return points open in some accounting zones; those numbered in `opens` open this week."""
    point = HelpPoint("here", 0, 1, 0.0, 0.0, 0, 9, 10.0)
    points = tuple(OpenPoint(point, account, k in opens) for k, account in enumerate(accounts))
    return Reach(np.zeros(9), np.zeros(9), points)


def test_a_campaign_costs_ten_fen_a_person_week_where_people_are_reached():
    """ODD 7.12: 0.10 yuan a resident-week; 6.7 views of 15 yuan a thousand are 0.1005."""
    reach = Reach(np.array([42_000.0, 0, 1000]), np.zeros(3))
    costs = Campaign(kind="campaign").fixed(0, reach)
    assert costs == [FixedCost("materials", 42_000 * 1005 // 100, 0), FixedCost("materials", 10_050, 2)]
    assert Campaign(kind="campaign", schedule=Schedule(end_week=5)).fixed(5, reach) == []


def test_an_empty_kiosk_costs_its_staff_and_its_opening():
    """Amendment A1: three kiosks, one of them opened this week, nobody came."""
    costs = Kiosk(kind="kiosk", places="all").fixed(0, open_points(4, 4, 7, opens=(2,)))
    staff = [FixedCost("operations", 110_000, account) for account in (4, 4, 7)]
    assert costs == [FixedCost("devices", 1_000_000, 7), *staff]


def test_trainers_are_paid_where_an_event_lasts_even_if_nobody_comes():
    """A trainer earns 5 x 500 yuan a week."""
    events = (
        Event(place="p0", start_week=3, weeks=2, trainers=1.5),
        Event(place="p1", start_week=4, weeks=9, trainers=1),
    )
    lever = TrainingEvent(kind="training_event", events=events)
    assert lever.fixed(2, open_points()) == []
    assert lever.fixed(3, open_points(5)) == [FixedCost("trainers", 375_000, 5)]
    assert lever.fixed(4, open_points(5, 6)) == [FixedCost("trainers", 375_000, 5), FixedCost("trainers", 250_000, 6)]
    assert lever.fixed(5, open_points(6)) == [FixedCost("trainers", 250_000, 6)]


def test_teachers_of_classes_at_places_are_paid_at_each():
    """Four days a week at 500 yuan."""
    lever = SeniorUniversity(kind="senior_university", places="county_seats")
    assert lever.fixed(0, open_points(0, 8)) == [FixedCost("trainers", 200_000, 0), FixedCost("trainers", 200_000, 8)]


def test_trainers_of_workshops_build_up_with_the_seats():
    """Four trainers at 5 x 500 yuan a week, half of them in the first of two weeks."""
    lever = Workshop(kind="workshop", schedule=Schedule(ramp_weeks=2, end_week=3))
    fen = [sum(cost.fen for cost in lever.fixed(week, NOBODY)) for week in range(4)]
    assert fen == [500_000, 1_000_000, 1_000_000, 0]
    assert lever.commitments(100, 0) == {"trainers": 2_500_000}


@pytest.mark.parametrize("service", SERVICES, ids=lambda lever: lever.kind)
def test_a_service_costs_its_set_up_once_and_a_monthly_price_by_weeks(service):
    """2,600 yuan a month are 600 yuan a week: 12 months, 52 weeks."""
    prices = {"once_yuan": 50.0, "yuan_per_month": 2600.0, "schedule": Schedule(start_week=3, delay_weeks=1)}
    lever = service.model_copy(update=prices)
    fen = [lever.fixed(3, NOBODY), lever.fixed(4, NOBODY), lever.fixed(5, SET_UP)]
    assert fen == [[], [FixedCost("operations", 65_000, REGION)], [FixedCost("operations", 60_000, REGION)]]
    assert lever.commitments(14, 0) == {"operations": 5_000 + 10 * 60_000}


def test_terminals_for_faces_are_bought_in_the_first_week():
    lever = FacePilot(kind="face_pilot", terminals=3, yuan_per_week=100, schedule=Schedule(start_week=1))
    assert lever.fixed(0, NOBODY) == []
    assert lever.fixed(1, NOBODY) == [FixedCost("devices", 600_000), FixedCost("operations", 10_000)]
    assert lever.fixed(2, SET_UP) == [FixedCost("operations", 10_000)]
    assert lever.commitments(4, 0) == {"devices": 600_000, "operations": 30_000}


def test_network_work_costs_where_people_are_reached():
    lever = NetworkUpgrade(kind="network_upgrade", once_yuan=70, yuan_per_resident_week=0.05)
    reach = Reach(np.array([0, 2000.0]), np.zeros(2))
    assert lever.fixed(0, reach) == [FixedCost("operations", 10_000, 1), FixedCost("devices", 7000)]
    assert lever.fixed(1, replace(reach, is_set_up=True)) == [FixedCost("operations", 10_000, 1)]
    assert lever.commitments(9, 0) == {"devices": 7000}


@pytest.mark.parametrize(
    "name", ["coupon", "points", "discount_days", "phone_subsidy", "terminal_subsidy", "fee_subsidy",
             "acceptance_drive", "integrated_services", "verification_limit", "campaign"],
)  # fmt: skip
def test_a_lever_that_costs_by_use_or_by_people_owes_nothing_beforehand(name):
    assert EXAMPLES[name].commitments(156, 0) == {}
    assert EXAMPLES[name].fixed(0, NOBODY) == []


PLACED = [
    Kiosk(kind="kiosk", places=("p0", "p1"), schedule=Schedule(start_week=2, end_week=7, delay_weeks=1)),
    Kiosk(kind="kiosk", sites=(Site(place="p0", opening_week=3), Site(place="p1", opening_week=99))),
    TrainingEvent(kind="training_event", places=("p0", "p1"), trainers=0.4, schedule=Schedule(start_week=1)),
    SeniorUniversity(kind="senior_university", places=("p0", "p1"), schedule=Schedule(delay_weeks=4)),
    TrainingEvent(
        kind="training_event",
        events=(Event(place="p0", start_week=1, weeks=4), Event(place="p1", start_week=8, weeks=9)),
        schedule=Schedule(start_week=2),
    ),
]


@pytest.mark.parametrize("lever", PLACED)
def test_what_is_owed_over_a_run_is_what_its_weeks_owe(lever):
    if lever.places:
        weeks = [(lever.schedule.opening_week, lever.schedule.closing_week)] * len(lever.places)
    elif isinstance(lever, Kiosk):
        weeks = [(lever.opening_week(site), lever.schedule.closing_week) for site in lever.sites]
    else:
        weeks = [lever.open_weeks(event) for event in lever.events]
    n_weeks, owed = 12, dict.fromkeys(LINES, 0)
    for week in range(n_weeks):
        opens = [first == week for first, end in weeks if first <= week < end]
        reach = open_points(*range(len(opens)), opens=tuple(np.flatnonzero(opens)))
        for cost in lever.fixed(week, reach):
            owed[cost.line] += cost.fen
    committed = lever.commitments(n_weeks, len(lever.places))
    assert {line: fen for line, fen in owed.items() if fen} == {line: fen for line, fen in committed.items() if fen}
    assert sum(committed.values()) > 0


# doses that a rule multiplies

DOSES = {
    "coupon": ("first_use_yuan", "cashback_yuan"), "points": ("points_yuan",), "discount_days": ("discount_yuan",),
    "campaign": ("intensity",), "home_visit": ("visits",), "training_event": ("seats_per_week", "trainers"),
    "senior_university": ("seats_per_week", "trainers"), "kiosk": ("capacity_per_week", "yuan_per_week"),
    "phone_subsidy": ("subsidy_share",), "terminal_subsidy": ("pos_rent_share", "qr_rent_share"),
    "fee_subsidy": ("fee_share",), "workshop": ("seats_per_week", "trainers"),
    "acceptance_drive": ("probability_per_week",), "integrated_services": ("service_subsidy_share",),
    "unified_interface": ("interface_share", "yuan_per_month"), "face_pilot": ("face_share", "terminals"),
    "voice_payment": ("voice_share", "yuan_per_month"), "hotline": ("hotline_share", "yuan_per_month"),
    "network_upgrade": ("technical_share", "yuan_per_resident_week"),
    "outage_response": ("saved_share", "yuan_per_month"), "verification_limit": ("limit_yuan",),
    "biometric_verification": ("fraud_control_share", "yuan_per_month"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(LEVERS))
def test_halving_a_lever_halves_its_dose_and_what_goes_with_it_and_nothing_else(kind):
    lever = EXAMPLES[kind]
    assert lever.scales
    halved = lever.scaled(0.5)
    changed = {name for name in type(lever).model_fields if getattr(halved, name) != getattr(lever, name)}
    assert changed == set(DOSES[kind])
    for name in changed:
        assert getattr(halved, name) == pytest.approx(getattr(lever, name) / 2)


def test_a_share_is_multiplied_up_to_one_and_its_price_no_further_than_the_share():
    """A hotline at 80% that is doubled is a full one: a quarter more of everything."""
    hotline = Hotline(kind="hotline", hotline_share=0.8, yuan_per_month=40_000).scaled(2)
    assert (hotline.hotline_share, hotline.yuan_per_month) == (1, 50_000)
    assert FeeSubsidy(kind="fee_subsidy", fee_share=0.7).scaled(2).fee_share == 1
    assert Hotline(kind="hotline", hotline_share=0).scaled(2).yuan_per_month == 40_000


def test_every_event_and_site_of_a_lever_is_multiplied():
    event = Event(place="p0", weeks=3, seats_per_week=40, trainers=1)
    (more,) = TrainingEvent(kind="training_event", events=(event,)).scaled(1.5).events
    assert (more.seats_per_week, more.trainers, more.weeks) == (60, 1.5, 3)
    (site,) = Kiosk(kind="kiosk", sites=(Site(place="p0", capacity_per_week=50),)).scaled(1.5).sites
    assert site.capacity_per_week == 75


# the ledger


def test_what_was_spent_is_the_sum_of_the_postings():
    ledger = Ledger(n_weeks=5, n_levers=2, n_accounts=3)
    for week, row, line, account, payer, fen in (
        (0, 0, "trainers", 1, Payer.PUBLIC, 100), (0, 0, "trainers", 1, Payer.PUBLIC, 23),
        (4, 1, "devices", REGION, Payer.PUBLIC, 4000), (4, 1, "devices", REGION, Payer.PRIVATE, 1000),
    ):  # fmt: skip
        ledger.post(week, row, line, account, payer, fen)
    assert ledger.total_fen() == 5123
    assert ledger.total_fen(row=0) == ledger.total_fen(line="trainers") == 123
    assert ledger.total_fen(payer=Payer.PRIVATE) == 1000
    table, by_zone = ledger.spending_yuan(), ledger.spending_by_zone_yuan()
    assert table.shape == (5, 2, len(LINES), len(PAYER_NAMES))
    assert table[0, 0, LINES.index("trainers"), Payer.PUBLIC] == 1.23
    assert by_zone.shape == (5, 2, 4)
    assert by_zone[4, 1].tolist() == [0, 0, 0, 50]
    assert round(table.sum() * 100) == round(by_zone.sum() * 100) == ledger.total_fen()


@pytest.mark.parametrize(("line", "fen"), [("trainers", -1), ("trainers", 0.5), ("gifts", 1)])
def test_a_posting_is_whole_fen_on_a_known_line(line, fen):
    with pytest.raises(ValueError, match=r"fen|unknown budget line 'gifts'"):
        Ledger(1, 1, 1).post(0, 0, line, 0, Payer.PUBLIC, fen)
