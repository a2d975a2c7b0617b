"""Levers by hand: what they offer and whom they reach."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.core.codes import HelpKind, Terminal
from simulation.core.offers import NO_LEVER, WeekOffers
from simulation.levers.acceptance_drive import AcceptanceDrive
from simulation.levers.base import Eligibility, Reach, Schedule
from simulation.levers.biometric_verification import BiometricVerification
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.discount_days import DiscountDays
from simulation.levers.face_pilot import FacePilot
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.hotline import Hotline
from simulation.levers.integrated_services import IntegratedServices
from simulation.levers.kiosk import Kiosk
from simulation.levers.network_upgrade import NetworkUpgrade
from simulation.levers.outage_response import OutageResponse
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.places import place_rows
from simulation.levers.points import Points
from simulation.levers.senior_university import Course, SeniorUniversity
from simulation.levers.teaching import Event
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.unified_interface import UnifiedInterface
from simulation.levers.verification_limit import VerificationLimit
from simulation.levers.voice_payment import VoicePayment
from simulation.levers.workshop import Workshop
from simulation.scenario.schema import LEVERS
from tests.levers.examples import EXAMPLES
from tests.worlds import toy_world

EVERYONE = np.ones(2, bool)
FIRST_GROUP = np.array([True, False])


def offers_of(*levers, week=0, order=None):
    offers = WeekOffers.none(2, 2, len(levers))
    for row in order or range(len(levers)):
        levers[row].offer(week, row, offers, EVERYONE)
    return offers


def test_a_schedule_acts_from_its_start_to_the_week_before_its_end():
    schedule = Schedule(start_week=2, end_week=4)
    assert [schedule.intensity(week) for week in range(6)] == [0, 0, 1, 1, 0, 0]


def test_a_ramp_rises_evenly_to_the_full_dose():
    schedule = Schedule(start_week=10, ramp_weeks=4)
    assert [schedule.intensity(week) for week in (9, 10, 11, 12, 13, 200)] == [0, 0.25, 0.5, 0.75, 1, 1]


def test_coupon_offers_fen_to_the_groups_it_reaches():
    offers = WeekOffers.none(2, 2, 1)
    Coupon(kind="coupon", first_use_yuan=12.5, cashback_yuan=0.3).offer(0, 0, offers, FIRST_GROUP)
    assert offers.coupon_fen.tolist() == [1250, 0]
    assert offers.cashback_fen.tolist() == [30, 0]
    assert offers.coupon_lever.tolist() == [0, NO_LEVER]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_larger_offer_wins_and_ties_go_to_the_smaller_row_in_any_order(order):
    small, large, as_large = (Coupon(kind="coupon", first_use_yuan=yuan) for yuan in (5, 20, 20))
    offers = offers_of(small, large, as_large, order=order)
    assert offers.coupon_fen.tolist() == [2000, 2000]
    assert offers.coupon_lever.tolist() == [1, 1]
    assert offers.cashback_lever.tolist() == [0, 0]


def test_of_two_campaigns_the_stronger_is_felt():
    offers = offers_of(Campaign(kind="campaign", intensity=0.4), Campaign(kind="campaign", intensity=1.2))
    assert offers.media.tolist() == [1.2, 1.2]


def test_rent_of_each_terminal_is_subsidised_apart():
    lever = TerminalSubsidy(kind="terminal_subsidy", pos_rent_share=0.5, qr_rent_share=0)
    offers = offers_of(lever)
    assert offers.rent_subsidy_share[:, Terminal.POS].tolist() == [0.5, 0.5]
    assert offers.rent_lever[:, Terminal.QR_PLATE].tolist() == [NO_LEVER, NO_LEVER]


def test_fee_subsidy_ramps():
    lever = FeeSubsidy(kind="fee_subsidy", fee_share=0.4, schedule=Schedule(ramp_weeks=2))
    assert offers_of(lever, week=0).fee_subsidy_share.tolist() == [0.2, 0.2]


def test_verification_limit_is_in_fen_and_only_within_its_weeks():
    lever = VerificationLimit(kind="verification_limit", schedule=Schedule(start_week=13))
    assert offers_of(lever, week=12).verification_limit_fen == 0
    assert offers_of(lever, week=13).verification_limit_fen == 50_000


@pytest.mark.parametrize(
    ("lever", "field", "value"),
    [
        (VoicePayment(kind="voice_payment", voice_share=0.2), "voice_share", 0.1),
        (FacePilot(kind="face_pilot", face_share=0.3), "face_share", 0.15),
        (NetworkUpgrade(kind="network_upgrade", technical_share=0.5), "technical_share", 0.25),
        (BiometricVerification(kind="biometric_verification", fraud_control_share=0.5), "fraud_control_share", 0.25),
        (Hotline(kind="hotline", hotline_share=1), "hotline_share", 0.5),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_share_is_offered_to_the_groups_reached_builds_up_and_never_lowers_another(lever, field, value):
    half_way = lever.model_copy(update={"schedule": Schedule(ramp_weeks=2)})
    offers = WeekOffers.none(2, 2, 2)
    half_way.offer(0, 0, offers, FIRST_GROUP)
    assert getattr(offers, field).tolist() == [value, 0]
    lever.offer(0, 1, offers, EVERYONE)
    half_way.offer(0, 0, offers, EVERYONE)
    assert getattr(offers, field).tolist() == [2 * value, 2 * value]


def test_what_holds_for_the_region_is_offered_once_and_the_better_holds():
    offers = offers_of(
        UnifiedInterface(kind="unified_interface", interface_share=0.3),
        UnifiedInterface(kind="unified_interface", interface_share=0.1),
        OutageResponse(kind="outage_response", saved_share=0.4),
        OutageResponse(kind="outage_response", saved_share=0.2),
    )
    assert (offers.interface_share, offers.outage_response_share) == (0.3, 0.4)


def test_points_cost_what_is_redeemed_and_are_felt_as_less_than_money():
    """Points worth 0.40 yuan: three quarters are redeemed, a payer feels half."""
    offers = offers_of(Points(kind="points", points_yuan=0.4, redeemed_share=0.75, felt_share=0.5))
    assert offers.reward_fen.tolist() == [30, 30]
    assert offers.reward_felt_fen.tolist() == [20, 20]
    assert offers.reward_lever.tolist() == [0, 0]


def test_a_discount_day_pulls_on_the_mean_as_much_as_it_does_on_its_day():
    """Two days of seven at 7 yuan: 2 yuan a payment on the mean; ln(1 + felt / 10) = 2/7 ln 1.7."""
    offers = offers_of(DiscountDays(kind="discount_days", discount_yuan=7, days_per_week=2))
    assert offers.reward_fen.tolist() == [200, 200]
    assert np.log1p(offers.reward_felt_fen / 1000) == pytest.approx(2 / 7 * math.log(1.7))
    every_day = offers_of(DiscountDays(kind="discount_days", discount_yuan=7, days_per_week=7))
    assert every_day.reward_felt_fen == pytest.approx(700)


def test_discount_days_come_back_every_so_many_weeks_from_their_opening():
    schedule = Schedule(start_week=2, delay_weeks=1)
    lever = DiscountDays(kind="discount_days", every_weeks=4, schedule=schedule)
    weeks = [week for week in range(12) if offers_of(lever, week=week).reward_fen[0] > 0]
    assert weeks == [3, 7, 11]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_reward_that_is_felt_most_stands_in_any_order(order):
    cheap = Points(kind="points", points_yuan=1, redeemed_share=0.4, felt_share=0.8)
    dear = Points(kind="points", points_yuan=1, redeemed_share=0.9, felt_share=0.3)
    offers = offers_of(dear, cheap, cheap, order=order)
    assert offers.reward_fen.tolist() == [40, 40]
    assert offers.reward_lever.tolist() == [1, 1]


def test_a_smartphone_is_taken_up_the_faster_the_more_of_it_is_paid():
    lever = PhoneSubsidy(kind="phone_subsidy", take_up_per_week=0.02, subsidy_share=0.5)
    offers = offers_of(lever)
    assert offers.phone_probability == pytest.approx(1 - math.exp(-0.01))
    assert offers.phone_lever.tolist() == [0, 0]


def test_a_workshop_offers_its_seats_to_the_region_and_opens_them_to_those_it_reaches():
    lever = Workshop(kind="workshop", seats_per_week=60, schedule=Schedule(ramp_weeks=3))
    offers = WeekOffers.none(2, 2, 2)
    lever.offer(0, 1, offers, FIRST_GROUP)
    assert offers.workshop_seats.tolist() == [0, 20]
    assert offers.may_train.tolist() == [[0, 1], [0, 0]]


def test_of_two_drives_the_faster_goes_through_the_merchants_both_reach():
    slow, fast = (AcceptanceDrive(kind="acceptance_drive", probability_per_week=p) for p in (0.05, 0.1))
    offers = WeekOffers.none(2, 2, 2)
    fast.offer(0, 1, offers, FIRST_GROUP)
    slow.offer(0, 0, offers, EVERYONE)
    assert offers.drive_probability.tolist() == [0.1, 0.05]
    assert offers.drive_lever.tolist() == [1, 0]


def test_integrated_services_are_on_offer_even_where_nothing_is_paid_of_them():
    free, full = (IntegratedServices(kind="integrated_services", service_subsidy_share=share) for share in (1, 0))
    offers = WeekOffers.none(2, 2, 2)
    full.offer(0, 0, offers, EVERYONE)
    assert offers.service_lever.tolist() == [0, 0]
    free.offer(0, 1, offers, FIRST_GROUP)
    full.offer(0, 0, offers, EVERYONE)
    assert offers.service_lever.tolist() == [1, 0]
    assert offers.service_subsidy_share.tolist() == [1, 0]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_lever_offers_nothing_and_owes_nothing_before_the_delay_of_coordination_is_over(name):
    lever = EXAMPLES[name].model_copy(update={"schedule": Schedule(start_week=5, delay_weeks=2)})
    before, nothing = offers_of(lever, week=6), WeekOffers.none(2, 2, 1)
    for field in WeekOffers.__dataclass_fields__:
        if field not in ("may_attend", "may_train"):  # seats are what is scarce, not the right to them
            assert np.array_equal(getattr(before, field), getattr(nothing, field)), field
    assert lever.fixed(6, Reach(np.full(3, 1e6), np.full(3, 1e4))) == []
    assert sum(lever.commitments(7, 3).values()) == 0


# places and people


def test_help_points_stand_at_their_places_with_their_weeks_and_seats():
    world = toy_world(600)
    event = Event(place="此地", start_week=4, weeks=6, seats_per_week=30)
    (point,) = TrainingEvent(kind="training_event", events=(event,)).help_points(world, "school", 2)
    assert (point.kind, point.lever, point.open_week, point.close_week) == (HelpKind.TRAINING, 2, 4, 10)
    assert point.seats_per_week == 30
    schedule = Schedule(start_week=5, delay_weeks=3)
    (kiosk,) = Kiosk(kind="kiosk", places="county_seats", schedule=schedule).help_points(world, "kiosks", 0)
    assert (kiosk.kind, kiosk.open_week, kiosk.seats_per_week) == (HelpKind.KIOSK, 8, 50)
    courses = (Course(place="p0", start_week=2, weeks=10),)
    (course,) = SeniorUniversity(kind="senior_university", events=courses, schedule=schedule).help_points(world, "u", 0)
    assert (course.kind, course.open_week, course.close_week, course.seats_per_week) == (HelpKind.CLASS, 8, 12, 100)


@pytest.mark.parametrize("name", ["p0", "Here", "此地", "all", "county_seats"])
def test_a_place_goes_by_identifier_name_chinese_name_or_keyword(name):
    assert place_rows((name,), toy_world(600)).tolist() == [0]


def test_a_place_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="'Nowhere' must name one place of the region; it names: none"):
        place_rows(("Nowhere",), toy_world(600))


def test_eligibility_keeps_to_its_ages():
    world = toy_world(600)
    world.citizens.age[:200] = 3
    assert Eligibility(ages=("60-74", "75+")).citizen_mask(world, "x").sum() == 200


def test_eligibility_keeps_to_its_sectors_areas_and_places():
    world = toy_world(600)
    retail = Eligibility(sectors=("retail",)).merchant_mask(world, "x")
    assert np.array_equal(retail, world.merchants.sector == 2)
    assert not Eligibility(areas=("remote",)).merchant_mask(world, "x").any()
    assert Eligibility(places=("p0",)).merchant_mask(world, "x").all()


def test_a_lottery_reaches_its_share_and_depends_on_the_name_alone():
    """Binomial, n = 20,000, p = .3: five standard errors are .0162 (one false alarm in 1.7 million)."""
    world = toy_world(20_000)
    eligibility = Eligibility(share=0.3)
    first, second = (eligibility.citizen_mask(world, name) for name in ("a", "b"))
    assert abs(first.mean() - 0.3) < 0.0162
    assert abs((first & second).mean() - 0.09) < 0.0102
    assert np.array_equal(first, eligibility.citizen_mask(world, "a"))


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"kind": "kiosk"}, "lever_without_place"),
        ({"kind": "training_event"}, "lever_without_place"),
        ({"kind": "kiosk", "places": "all", "sites": [{"place": "p0"}]}, "places_given_twice"),
        ({"kind": "kiosk", "sites": [{"place": "p0"}, {"place": "p0"}]}, "site_repeated"),
        ({"kind": "training_event", "events": [{"place": "all", "weeks": 2}]}, "entry_needs_one_place"),
        ({"kind": "training_event", "events": [{"place": "p0", "weeks": 2}] * 2}, "event_repeated"),
        ({"kind": "senior_university"}, "lever_without_place"),
        ({"kind": "senior_university", "events": [{"place": "p0", "weeks": 2}] * 2}, "event_repeated"),
        ({"kind": "verification_limit", "eligibility": {"areas": ["remote"]}}, "lever_is_regional"),
        ({"kind": "unified_interface", "eligibility": {"share": 0.5}}, "lever_is_regional"),
        ({"kind": "outage_response", "eligibility": {"places": ["p0"]}}, "lever_is_regional"),
        ({"kind": "workshop", "eligibility": {"incomes": ["low"]}}, "eligibility_not_for_target"),
        ({"kind": "points", "schedule": {"ramp_weeks": 3}}, "lever_cannot_ramp"),
        ({"kind": "coupon", "schedule": {"ramp_weeks": 3}}, "lever_cannot_ramp"),
        ({"kind": "coupon", "eligibility": {"sectors": ["retail"]}}, "eligibility_not_for_target"),
        ({"kind": "fee_subsidy", "eligibility": {"ages": ["75+"]}}, "eligibility_not_for_target"),
    ],
)
def test_settings_that_could_not_work_are_refused(settings, error):
    with pytest.raises(ValidationError) as caught:
        LEVERS[settings["kind"]].model_validate(settings)
    assert [found["type"] for found in caught.value.errors()] == [error]


def test_every_cost_and_dose_of_a_lever_has_range_unit_source_and_grade():
    for lever in LEVERS.values():
        for name, info in lever.model_fields.items():
            if info.annotation in (int, float):
                assert info.description, name
                extra = info.json_schema_extra
                assert extra["low"] <= info.default <= extra["high"], name
                assert extra["unit"], name
                assert extra["source"], name
                assert extra["grade"], name
