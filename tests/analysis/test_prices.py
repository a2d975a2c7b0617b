"""Prices at the ends of their ranges: which settings move, which stay, and where to."""

import pytest

from simulation.analysis.prices import DOSES, MARKET_PRICES, at_bound, lever_prices, market_prices, with_prices
from simulation.levers.base import Lever
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.schema import LEVERS, Scenario

KIOSK = Kiosk(kind="kiosk", places=("Bihu",))


def scenario(**levers: Lever) -> Scenario:
    return Scenario(levers=levers)


@pytest.mark.parametrize(
    ("value", "default", "bound", "expected"),
    [
        (1100, 1100, 600, 600),  # the default price goes to the bound itself
        (2200, 1100, 600, 1200),  # twice the price, as of a kiosk twice as large, to twice the bound
        (80, 1100, 2000, 80 * 2000 / 1100),
        (0, 0, 300_000, 300_000),  # of a price that is nothing by default there is no proportion
        (5, 0, 30, 30),
    ],
)
def test_a_price_moves_to_its_bound_or_as_far_in_proportion(value, default, bound, expected):
    assert at_bound(value, default, bound) == pytest.approx(expected)


def test_prices_of_every_kind_of_lever_are_these():
    prices = {kind: set(lever_prices(lever)) for kind, lever in LEVERS.items()}
    service = {"once_yuan", "yuan_per_month"}
    teaching = {"trainer_yuan_per_day", "materials_yuan_per_seat"}
    known = {
        "campaign": {"media_yuan_per_1000_views"},
        "training_event": teaching,
        "senior_university": teaching,
        "workshop": teaching,
        "kiosk": {"set_up_yuan", "yuan_per_week", "yuan_per_help"},
        "phone_subsidy": {"phone_yuan"},
        "home_visit": {"interview_yuan", "visit_yuan", "materials_yuan"},
        "acceptance_drive": {"hospital_yuan", "other_site_yuan", "validator_yuan", "visit_yuan"},
        "face_pilot": {"terminal_yuan", "yuan_per_week"},
        "network_upgrade": {"once_yuan", "yuan_per_resident_week"},
        **dict.fromkeys(
            ("unified_interface", "voice_payment", "outage_response", "hotline", "biometric_verification"), service
        ),
    }
    assert {kind: names for kind, names in prices.items() if names} == known


def test_every_dose_in_yuan_and_every_market_price_exists():
    assert all(name in LEVERS[kind].model_fields for kind, names in DOSES.items() for name in names)
    assert all(name in Behaviour.model_fields for names in MARKET_PRICES.values() for name in names)


def test_low_and_high_are_the_sourced_bounds_and_default_changes_nothing():
    given = scenario(kiosk=KIOSK)
    low, high = (with_prices(given, level).levers["kiosk"] for level in ("low", "high"))
    assert (low.set_up_yuan, low.yuan_per_week, low.yuan_per_help) == (3000, 600, 0)
    assert (high.set_up_yuan, high.yuan_per_week, high.yuan_per_help) == (30_000, 2000, 10)
    assert with_prices(given, "default") is given


def test_money_given_to_people_is_a_dose_and_stays():
    given = scenario(coupon=Coupon(kind="coupon", first_use_yuan=30), media=Campaign(kind="campaign"))
    moved = with_prices(given, "high")
    assert moved.levers["coupon"] == given.levers["coupon"]
    assert moved.levers["media"].media_yuan_per_1000_views == 40
    assert moved.behaviour == given.behaviour


def test_rents_and_fees_move_for_everybody_where_a_lever_pays_them():
    given = scenario(fees=FeeSubsidy(kind="fee_subsidy"), rents=TerminalSubsidy(kind="terminal_subsidy"))
    assert market_prices(given) == ("merchant_fee_share", "pos_rent_yuan_per_week", "qr_cost_yuan_per_week")
    behaviour = with_prices(given, "high").behaviour
    assert behaviour.merchant_fee_share == 0.006
    assert (behaviour.pos_rent_yuan_per_week, behaviour.qr_cost_yuan_per_week) == (60, 6.1)
    assert behaviour.service_price_yuan_per_week == given.behaviour.service_price_yuan_per_week


def test_prices_move_alike_whether_doses_are_multiplied_before_or_after():
    before = with_prices(scenario(kiosk=KIOSK.scaled(1.7)), "low").levers["kiosk"]
    after = with_prices(scenario(kiosk=KIOSK), "low").levers["kiosk"].scaled(1.7)
    assert before.yuan_per_week == pytest.approx(after.yuan_per_week) == 1020
