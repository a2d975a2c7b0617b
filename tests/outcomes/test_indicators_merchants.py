"""Time and cost at the till, and who is on the interface, against sums done by hand."""

import numpy as np
import pytest
import xarray as xr

from simulation.outcomes import indicators as ind
from tests.outcomes.tiny import emptied


def pay(d, week, sector, ticket, number, seconds):
    """Let payments be made in a week, each of so many seconds."""
    where = {"week": week, "sector": sector, "ticket": ticket}
    d["n_payments_ticket"].loc[where] = number
    d["till_seconds"].loc[where] = number * seconds


def test_seconds_per_payment_are_a_ratio_of_sums(two_by_two):
    d = two_by_two
    pay(d, 0, "retail", "small", 30, 12.0)
    pay(d, 5, "market", "large", 10, 18.0)
    assert ind.seconds_per_payment(d).isel(quarter=0).item() == pytest.approx((360 + 180) / 40)
    assert ind.seconds_per_payment(d, "week").isel(week=5).item() == pytest.approx(18.0)
    assert np.isnan(ind.seconds_per_payment(d).isel(quarter=1).item())


def test_smaller_amounts_are_no_gain_in_time_at_fixed_weights(two_by_two):
    """Business as usual: 60 small payments of 10 s, 40 large of 20 s: 14 s. Then the same seconds, but 90 small."""
    usual = two_by_two
    for week in (0, 20):
        pay(usual, week, "retail", "small", 60, 10.0)
        pay(usual, week, "retail", "large", 40, 20.0)
    d = emptied(usual)
    pay(d, 20, "retail", "small", 90, 10.0)
    pay(d, 20, "retail", "large", 10, 20.0)
    assert ind.seconds_per_payment(d).isel(quarter=1).item() == pytest.approx(11.0)
    assert ind.seconds_ratio(d, usual).isel(quarter=1).item() == pytest.approx(1.0)
    pay(d, 20, "retail", "small", 90, 7.0)
    pay(d, 20, "retail", "large", 10, 14.0)
    # .6 x 7 + .4 x 14 = 9.8 of 14 seconds
    assert ind.seconds_ratio(d, usual).isel(quarter=1).item() == pytest.approx(0.7)


def test_weights_count_only_where_something_was_paid(two_by_two):
    usual = two_by_two
    pay(usual, 0, "retail", "small", 50, 10.0)
    pay(usual, 0, "market", "small", 25, 16.0)
    pay(usual, 0, "market", "large", 25, 30.0)
    weights = ind.ticket_weights(usual)
    assert weights.sel(sector="market", ticket="large").item() == 0.25
    d = emptied(usual)
    pay(d, 0, "retail", "small", 5, 10.0)
    pay(d, 0, "market", "small", 5, 16.0)
    # no large payment: (.5 x 10 + .25 x 16) / .75
    assert ind.seconds_per_payment(d, weights=weights).isel(quarter=0).item() == pytest.approx(12.0)


def costs(d):
    """Quarter 0: retail 100 payments costing 60 yuan, market 100 payments costing 20 yuan."""
    for sector, cash, fees, terminals in (("retail", 30.0, 10.0, 20.0), ("market", 15.0, 5.0, 0.0)):
        where = {"week": 2, "sector": sector}
        d["cash_handling_yuan"].loc[where] = cash
        d["merchant_fees_yuan"].loc[where] = fees
        d["terminal_costs_yuan"].loc[where] = terminals
        d["n_payments_cash"].loc[where] = 60.0
        d["n_payments_electronic"].loc[where] = 40.0


def test_merchant_cost_gross_by_part_and_net_of_what_is_paid_of_it(with_levers):
    d = with_levers
    costs(d)
    first = {"quarter": 0, "replicate": 0}
    gross = ind.merchant_cost_parts(d).isel(first)
    # 45, 15 and 20 yuan of 200 payments
    assert gross.to_series().to_dict() == pytest.approx({"cash_handling": 0.225, "fee": 0.075, "terminal": 0.1})
    assert ind.merchant_cost_per_payment(d).isel(first).item() == pytest.approx(80 / 200)
    of_terminals = {"week": 2, "lever": "terminals", "line": "devices"}
    d["spending_yuan"].loc[{**of_terminals, "payer": "public"}] = 10.0
    d["spending_yuan"].loc[{**of_terminals, "payer": "private"}] = 6.0
    d["spending_yuan"].loc[{"week": 2, "lever": "coupon", "line": "incentives"}] = 99.0  # paid to citizens
    net = ind.merchant_cost_parts(d, net=True).isel(first)
    assert net.to_series().to_dict() == pytest.approx({"cash_handling": 0.225, "fee": 0.075, "terminal": 0.02})
    assert ind.merchant_cost_per_payment(d, net=True).isel(first).item() == pytest.approx(64 / 200)


def test_what_is_paid_for_other_things_of_merchants_does_not_lower_their_cost(with_levers):
    d = with_levers.assign_coords(lever_kind=("lever", ["acceptance_drive", "integrated_services", "fee_subsidy"]))
    costs(d)
    d["spending_yuan"][:, 2, :, 3, 0] = 5.0  # on the line of incentives
    net = ind.merchant_cost_parts(d, net=True).isel(quarter=0, replicate=0)
    assert net.sel(part="fee").item() == pytest.approx((15 - 5) / 200)
    assert net.sel(part="terminal").item() == pytest.approx(0.1)


def test_merchant_cost_at_fixed_weights_ignores_a_shift_between_sectors(two_by_two):
    d = two_by_two
    costs(d)
    weights = xr.DataArray([0, 0, 0.25, 0.75, 0, 0], dims="sector", coords={"sector": d.sector})
    fixed = ind.merchant_cost_per_payment(d, weights=weights).isel(quarter=0)
    assert fixed.item() == pytest.approx(0.25 * 0.6 + 0.75 * 0.2)


def test_payment_weights_are_shares_of_the_first_weeks(two_by_two):
    costs(two_by_two)
    two_by_two["n_payments_cash"].loc[{"week": 20, "sector": "market"}] = 1e6
    weights = ind.payment_weights(two_by_two).isel(replicate=0)
    assert weights.sel(sector="retail").item() == pytest.approx(0.5)


def test_lost_sales_stand_apart(two_by_two):
    d = two_by_two
    costs(d)
    d["value_asked_in_vain_yuan"].loc[{"week": 2, "sector": "retail"}] = 1_000.0
    # 3% of 1,000 yuan is bought elsewhere, at a margin of 20%: 6 yuan of 200 payments
    lost = ind.merchant_lost_margin_per_payment(d, lost_sale_share=0.03, gross_margin_share=0.2)
    assert lost.isel(quarter=0).item() == pytest.approx(0.03)
    weights = xr.DataArray([0, 0, 0.25, 0.75, 0, 0], dims="sector", coords={"sector": d.sector})
    fixed = ind.merchant_lost_margin_per_payment(d, 0.03, 0.2, weights=weights)
    assert fixed.isel(quarter=0).item() == pytest.approx(0.25 * 6 / 100)
    assert ind.merchant_cost_per_payment(d).isel(quarter=0).item() == pytest.approx(80 / 200)


def test_active_merchants_are_a_share_of_all_merchants(two_by_two):
    d = two_by_two
    d["n_merchants"].loc[{"sector": "retail"}] = 300.0
    d["n_merchants"].loc[{"sector": "public"}] = 100.0
    d["n_merchants_unified_active"].loc[{"quarter": 1, "sector": "retail"}] = 60.0
    d["n_merchants_unified_active"].loc[{"quarter": 1, "sector": "public"}] = 40.0
    d["n_merchants_integrated_active"].loc[{"quarter": 1, "sector": "retail"}] = 12.0
    assert ind.active_merchants_share(d).isel(replicate=0).values.tolist() == [0.0, 0.25]
    assert ind.active_merchants_share(d, "integrated").isel(quarter=1).item() == pytest.approx(0.03)
    by_sector = ind.active_merchants_share(d, by=("sector",)).isel(quarter=1)
    assert by_sector.sel(sector="retail").item() == pytest.approx(0.2)


def test_payments_through_the_interface_leave_children_out_on_both_sides(two_by_two):
    d = two_by_two
    d["n_payments_electronic"].loc[{"week": 4, "sector": "retail"}] = 110.0
    d["n_payments_family"].loc[{"week": 4, "sector": "retail"}] = 10.0
    d["n_payments_unified"][:, 4] = 25.0
    d["n_payments_integrated"][:, 4] = 5.0
    assert ind.payments_through_share(d).isel(quarter=0).item() == pytest.approx(0.25)
    assert ind.payments_through_share(d, "integrated", "all").item() == pytest.approx(0.05)
