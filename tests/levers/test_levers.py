"""Levers by hand: what they offer, whom they reach, what they cost."""

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.core.codes import HelpKind, Terminal
from simulation.core.offers import NO_LEVER, Usage, WeekOffers
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.ledger import LINES, Ledger
from simulation.levers.places import place_rows
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import Event, TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from simulation.scenario.schema import LEVERS
from tests.worlds import toy_world

EVERYONE = np.ones(2, bool)
FIRST_GROUP = np.array([True, False])
EXAMPLES = {
    "coupon": Coupon(kind="coupon"),
    "campaign": Campaign(kind="campaign"),
    "training_event": TrainingEvent(kind="training_event", places="all"),
    "kiosk": Kiosk(kind="kiosk", places="all"),
    "terminal_subsidy": TerminalSubsidy(kind="terminal_subsidy"),
    "fee_subsidy": FeeSubsidy(kind="fee_subsidy"),
    "verification_limit": VerificationLimit(kind="verification_limit"),
}


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


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_lever_offers_nothing_before_its_start_and_costs_nothing_unused(name):
    lever = EXAMPLES[name].model_copy(update={"schedule": Schedule(start_week=5)})
    before, nothing = offers_of(lever, week=4), WeekOffers.none(2, 2, 1)
    for field in ("coupon_fen", "cashback_fen", "media", "rent_subsidy_share", "fee_subsidy_share"):
        assert np.array_equal(getattr(before, field), getattr(nothing, field))
    assert before.verification_limit_fen == 0
    assert sum(fen for _, fen in lever.costs(Usage(n_reached=100), 4, 42.0)) == 0


def test_every_kind_of_lever_is_tried_here():
    assert set(EXAMPLES) == set(LEVERS)


def test_coupon_costs_what_was_paid_and_what_leaked():
    """920 yuan to new people are 92% of spending, so 80 yuan leaked; times 10 residents a citizen."""
    postings = Coupon(kind="coupon", leakage_share=0.08).costs(Usage(coupon_fen=60_000, cashback_fen=32_000), 0, 10.0)
    assert postings == [("incentives", 920_000), ("incentives", 80_000)]


def test_campaign_costs_ten_fen_a_person_week_at_reference_dose():
    """ODD 7.12: 0.10 yuan a resident-week; 6.7 views of 15 yuan a thousand are 0.1005."""
    ((line, fen),) = Campaign(kind="campaign").costs(Usage(n_reached=1000), 0, 42.0)
    assert (line, fen) == ("materials", 42_000 * 1005 // 100)


def test_an_empty_kiosk_costs_its_staff_and_its_opening():
    """Amendment A1: three kiosks, one of them opened this week, nobody came."""
    postings = Kiosk(kind="kiosk", places="all").costs(Usage(n_points_open=3, n_points_opened=1), 0, 42.0)
    assert postings == [("devices", 1_000_000), ("operations", 330_000)]


def test_help_at_a_kiosk_is_multiplied_by_the_expansion_factor_but_staff_is_not():
    postings = dict(Kiosk(kind="kiosk", places="all").costs(Usage(n_points_open=1, n_helps=5), 0, 40.0))
    assert postings == {"operations": 110_000, "materials": 5 * 40 * 200}


def test_trainers_are_paid_while_an_event_lasts_even_if_nobody_comes():
    event = Event(place="p0", start_week=3, weeks=2, seats_per_week=40, trainers=1.5)
    lever = TrainingEvent(kind="training_event", events=(event,))
    pay = 1.5 * 5 * 500 * 100
    assert [dict(lever.costs(Usage(), week, 42.0)).get("trainers", 0) for week in range(6)] == [0, 0, 0, pay, pay, 0]


@pytest.mark.parametrize(
    "lever",
    [
        Kiosk(kind="kiosk", places=("p0", "p1"), schedule=Schedule(start_week=2, end_week=7)),
        Kiosk(kind="kiosk", sites=(Site(place="p0", opening_week=3), Site(place="p1", opening_week=99))),
        TrainingEvent(kind="training_event", places=("p0", "p1"), trainers=0.4, schedule=Schedule(start_week=1)),
        TrainingEvent(
            kind="training_event",
            events=(Event(place="p0", start_week=1, weeks=4), Event(place="p1", start_week=8, weeks=9)),
            schedule=Schedule(start_week=2),
        ),
    ],
)
def test_the_fixed_cost_told_beforehand_is_what_an_unused_lever_posts(lever):
    places = lever.places or tuple(p.place for p in getattr(lever, "sites", ()) or lever.events)
    if lever.places:
        weeks = [(lever.schedule.start_week, lever.schedule.closing_week)] * len(places)
    elif isinstance(lever, Kiosk):
        weeks = [(lever.opening_week(site), lever.schedule.closing_week) for site in lever.sites]
    else:
        weeks = [lever.open_weeks(event) for event in lever.events]
    n_weeks, posted = 12, 0
    for week in range(n_weeks):
        n_open = sum(first <= week < end for first, end in weeks)
        n_opened = sum(first == week < end for first, end in weeks)
        posted += sum(fen for _, fen in lever.costs(Usage(n_points_open=n_open, n_points_opened=n_opened), week, 42.0))
    assert lever.fixed_fen(n_weeks, len(lever.places)) == posted > 0


def test_help_points_stand_at_their_places_with_their_weeks_and_seats():
    world = toy_world(600)
    event = Event(place="此地", start_week=4, weeks=6, seats_per_week=30)
    (point,) = TrainingEvent(kind="training_event", events=(event,)).help_points(world, "school", 2)
    assert (point.kind, point.lever, point.open_week, point.close_week) == (HelpKind.TRAINING, 2, 4, 10)
    assert point.seats_per_week == 30
    (kiosk,) = Kiosk(kind="kiosk", places="county_seats").help_points(world, "kiosks", 0)
    assert (kiosk.kind, kiosk.open_week, kiosk.seats_per_week) == (HelpKind.KIOSK, 0, 50)


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
        ({"kind": "verification_limit", "eligibility": {"areas": ["remote"]}}, "lever_is_regional"),
        ({"kind": "coupon", "schedule": {"ramp_weeks": 3}}, "lever_cannot_ramp"),
        ({"kind": "coupon", "eligibility": {"sectors": ["retail"]}}, "eligibility_not_for_target"),
        ({"kind": "fee_subsidy", "eligibility": {"ages": ["75+"]}}, "eligibility_not_for_target"),
    ],
)
def test_settings_that_could_not_work_are_refused(settings, error):
    with pytest.raises(ValidationError) as caught:
        LEVERS[settings["kind"]].model_validate(settings)
    assert [found["type"] for found in caught.value.errors()] == [error]


def test_what_was_spent_is_the_sum_of_the_postings():
    ledger = Ledger()
    for row, line, week, fen in ((0, "trainers", 0, 100), (0, "trainers", 0, 23), (1, "devices", 4, 5000)):
        ledger.post(row, line, week, fen)
    assert ledger.total_fen() == 5123
    assert ledger.total_fen(row=0) == ledger.total_fen(line="trainers") == 123
    table = ledger.as_array(5, 2)
    assert table.shape == (5, 2, len(LINES))
    assert table[0, 0, LINES.index("trainers")] == 1.23
    assert round(table.sum() * 100) == ledger.total_fen()


@pytest.mark.parametrize(("line", "fen"), [("trainers", -1), ("trainers", 0.5), ("gifts", 1)])
def test_a_posting_is_whole_fen_on_a_known_line(line, fen):
    with pytest.raises(ValueError, match=r"fen|unknown budget line 'gifts'"):
        Ledger().post(0, line, 0, fen)


def test_every_cost_and_dose_of_a_lever_has_range_unit_source_and_grade():
    for lever in LEVERS.values():
        for name, info in lever.model_fields.items():
            if info.annotation in (int, float):
                extra = info.json_schema_extra
                assert extra["low"] <= info.default <= extra["high"], name
                assert extra["unit"], name
                assert extra["source"], name
                assert extra["grade"], name
