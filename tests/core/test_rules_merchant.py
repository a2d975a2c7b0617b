"""What merchants do against arithmetic done by hand (from the equations in MODEL.md)."""

import math

import pytest

from simulation.core.codes import Sector
from simulation.core.rules import merchant
from tests.worlds import default_params

ON_FOOT, VISITED = False, True
MARGINS = {
    "cash_handling_share": 0.005,
    "lost_sale_share": 0.03,
    "gross_margin_share": 0.2,
    "merchant_fee_share": 0.0038,
}


def test_ask_share_is_smoothed_and_bounded():
    assert merchant.ask_share_after_week(0.35, 10.0, 20.0, 0.05) == pytest.approx(0.35 + 0.05 * 0.15)
    assert merchant.ask_share_after_week(0.35, 99.0, 20.0, 0.05) == pytest.approx(0.35 + 0.05 * 0.65)
    assert merchant.ask_share_after_week(0.4, 0.0, 0.0, 0.05) == pytest.approx(0.38)


def test_one_interface_saves_a_quarter_of_the_terminal_in_proportion():
    p = default_params(pos_rent_yuan_per_week=20.0, qr_cost_yuan_per_week=2.9)
    assert merchant.terminal_cost(True, 0.0, p) == 20.0
    assert merchant.terminal_cost(False, 0.0, p) == 2.9
    assert merchant.terminal_cost(True, 0.2, p) == pytest.approx(19.0)
    assert merchant.terminal_cost(False, 1.0, p) == pytest.approx(2.9 * 0.75)


def test_merchant_benefit_is_cash_saved_plus_sales_not_lost_minus_fee():
    p = default_params(**MARGINS)
    # 0.5 x 100 payments x 40 yuan x (0.005 + 0.006 - 0.0038)
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.0, 0.0, p) == pytest.approx(2_000 * 0.0072)
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.5, 0.0, p) == pytest.approx(2_000 * 0.0091)
    shock = default_params(cash_shock_merchants=0.05, **MARGINS)
    assert merchant.gross_benefit(0.5, 100.0, 40.0, 0.0, 2.0, shock) == pytest.approx(2_000 * (0.0072 + 0.1 * 0.2))


def test_readiness_of_amendment_a6():
    p = default_params(
        merchant_weight_asking=2.0, merchant_weight_benefit=1.0, merchant_weight_local=1.5, merchant_weight_staff=0.4,
        benefit_reference_yuan=20.0,
    )  # fmt: skip
    value = merchant.readiness(-4.0, 0.5, 0.3, 20.0, 0.4, 1.0, p)
    assert value == pytest.approx(-4.0 + 0.5 + 0.6 + math.asinh(1.0) + 0.6 + 0.4)
    assert merchant.readiness(-4.0, 0.5, 0.3, 20.0, 0.4, 0.0, p) == pytest.approx(value - 0.4)


def test_merchants_review_sooner_in_a_cash_shortage():
    p = default_params(merchant_review_rate=0.04, cash_shock_merchants=0.05)
    assert merchant.review_rate(0.0, ON_FOOT, p) == 0.04
    assert merchant.review_rate(2.0, ON_FOOT, p) == pytest.approx(0.08)
    assert merchant.review_rate(1e3, ON_FOOT, p) == 1.0


def test_whoever_is_visited_decides_that_week():
    assert merchant.review_rate(0.0, VISITED, default_params(merchant_review_rate=0.04)) == 1.0


def test_a_shop_starts_and_stops_by_its_readiness():
    """Lam(ln 3) = 3/4 of the rate starts; with an inertia of ln 3 a shop at readiness 0 stops at a quarter of it."""
    assert merchant.starts_accepting(0.029, 0.04, math.log(3.0))
    assert not merchant.starts_accepting(0.031, 0.04, math.log(3.0))
    p = default_params(merchant_withdrawal_rate=0.02, merchant_inertia=math.log(3.0))
    assert merchant.stops_accepting(0.0049, 0.0, p)
    assert not merchant.stops_accepting(0.0051, 0.0, p)


def test_rent_subsidy_lasts_52_weeks():
    assert merchant.subsidised_cost(20.0, 0.75, 51, 52.0) == pytest.approx(5.0)
    assert merchant.subsidised_cost(20.0, 0.75, 52, 52.0) == 20.0


def test_public_services_and_transport_are_directed_and_others_visited():
    assert [sector.name for sector in Sector if merchant.is_mandated(sector)] == ["PUBLIC", "TRANSPORT"]


def test_what_has_a_probability_happens_below_it():
    assert merchant.is_drawn(0.049, 0.05)
    assert not merchant.is_drawn(0.05, 0.05)


def test_integrated_services_bring_a_margin_on_more_turnover_and_cost_a_subscription():
    """T9: 0.01 x 500 payments x 40 yuan x 0.2 = 40 yuan a week, less 25 yuan or what is left of it."""
    p = default_params(service_gain_share=0.01, gross_margin_share=0.2, service_price_yuan_per_week=25.0)
    assert merchant.service_gain(500.0, 40.0, 0.0, p) == pytest.approx(15.0)
    assert merchant.service_gain(500.0, 40.0, 0.4, p) == pytest.approx(25.0)
    assert merchant.service_gain(0.0, 40.0, 1.0, p) == 0.0


def test_readiness_for_services_grows_with_their_gain():
    p = default_params(service_constant=-1.0, merchant_weight_benefit=2.0, benefit_reference_yuan=20.0)
    assert merchant.service_readiness(0.0, p) == -1.0
    assert merchant.service_readiness(20.0, p) == pytest.approx(-1.0 + 2.0 * math.asinh(1.0))


def test_services_are_taken_and_dropped_by_readiness():
    """As acceptance is, at the rate of services: 3/4 of it take, with an inertia of ln 3 a quarter drop at 0."""
    p = default_params(service_review_rate=0.04, merchant_inertia=math.log(3.0))
    assert merchant.takes_service(0.029, math.log(3.0), p)
    assert not merchant.takes_service(0.031, math.log(3.0), p)
    assert merchant.drops_service(0.0099, 0.0, p)
    assert not merchant.drops_service(0.0101, 0.0, p)


def test_services_add_their_gain_to_acceptance_where_they_are_used_or_could_be():
    assert merchant.service_benefit(True, False, -5.0) == -5.0
    assert merchant.service_benefit(False, True, 15.0) == 15.0
    assert merchant.service_benefit(False, True, -5.0) == 0.0
    assert merchant.service_benefit(False, False, 15.0) == 0.0
