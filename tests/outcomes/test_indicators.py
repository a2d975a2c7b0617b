"""Indicators against sums done by hand on arrays small enough to write down."""

import numpy as np
import pytest
import xarray as xr

from simulation.outcomes import indicators as ind
from simulation.outcomes.dataset import build_dataset


@pytest.fixture
def two_by_two(recorder, labels):
    """Return a run of 1 replicate and 26 weeks in which every number used below is set by hand."""
    d = build_dataset([recorder(1)], labels(1)).copy(deep=True)
    for name in d.data_vars:
        d[name][:] = 0.0
    return d


def set_cells(d, name, values, **where):
    """Set cells (age, area, income) of a variable."""
    for cell, value in values.items():
        d[name].loc[dict(zip(("age", "area", "income"), cell, strict=True), **where)] = value


YOUNG = ("15-29", "urban", "low")
OLD = ("60-74", "remote", "high")


def test_coverage_divides_active_by_residents_whatever_the_grouping(two_by_two):
    d = two_by_two
    set_cells(d, "n_residents", {YOUNG: 200.0, OLD: 300.0})
    set_cells(d, "n_active", {YOUNG: 150.0, OLD: 60.0})
    set_cells(d, "n_active_13w", {YOUNG: 160.0, OLD: 90.0})
    assert ind.coverage(d).isel(week=0).item() == pytest.approx(210 / 500)
    assert ind.coverage(d, window_weeks=13).isel(week=0).item() == pytest.approx(250 / 500)
    by_age = ind.coverage(d, by=("age",)).isel(week=0, replicate=0)
    assert by_age.sel(age="15-29").item() == pytest.approx(0.75)
    assert by_age.sel(age="60-74").item() == pytest.approx(0.20)
    assert np.isnan(by_age.sel(age="30-44").item())  # nobody lives there
    cross = ind.coverage(d, by=("age", "area")).sel(age="60-74", area="remote").isel(week=3)
    assert cross.item() == pytest.approx(0.2)


def test_coverage_refuses_a_window_or_a_grouping_that_is_not_recorded(two_by_two):
    with pytest.raises(ValueError, match="window_weeks=8"):
        ind.coverage(two_by_two, window_weeks=8)
    with pytest.raises(ValueError, match="place"):
        ind.coverage(two_by_two, by=("place",))


def test_ever_used_counts_lapsed_users(two_by_two):
    set_cells(two_by_two, "n_residents", {YOUNG: 100.0})
    set_cells(two_by_two, "n_users", {YOUNG: 30.0})
    set_cells(two_by_two, "n_lapsed", {YOUNG: 20.0})
    assert ind.ever_used(two_by_two).isel(week=5).item() == pytest.approx(0.5)


def test_electronic_share_is_a_ratio_of_sums_by_quarter(two_by_two):
    d = two_by_two
    d["n_payments_electronic"].loc[{"week": 0, "sector": "retail"}] = 30.0
    d["n_payments_cash"].loc[{"week": 0, "sector": "retail"}] = 70.0
    d["n_payments_electronic"].loc[{"week": 12, "sector": "market"}] = 90.0
    d["n_payments_cash"].loc[{"week": 12, "sector": "market"}] = 10.0
    d["n_payments_cash"].loc[{"week": 13, "sector": "market"}] = 50.0
    share = ind.electronic_share(d).isel(replicate=0)
    assert share.values == pytest.approx([120 / 200, 0.0])  # not the mean of .3 and .9
    by_sector = ind.electronic_share(d, by=("sector",)).isel(replicate=0, quarter=0)
    assert by_sector.sel(sector="retail").item() == pytest.approx(0.3)
    assert ind.electronic_share(d, period="all").item() == pytest.approx(120 / 250)


def test_electronic_share_by_value_uses_amounts(two_by_two):
    d = two_by_two
    d["value_electronic_yuan"].loc[{"week": 0, "sector": "retail"}] = 400.0
    d["value_cash_yuan"].loc[{"week": 0, "sector": "retail"}] = 100.0
    assert ind.electronic_share(d, value=True).isel(quarter=0).item() == pytest.approx(0.8)


def test_seconds_per_payment_count_cash_and_electronic(two_by_two):
    d = two_by_two
    d["till_seconds"][:, 0] = 10 * 18.0 + 30 * 12.0
    d["n_payments_electronic"][:, 0, 2] = 30.0
    d["n_payments_cash"][:, 0, 2] = 10.0
    assert ind.seconds_per_payment(d).isel(quarter=0).item() == pytest.approx(13.5)


def test_repeat_use_divides_by_last_quarters_payers(two_by_two):
    d = two_by_two
    set_cells(d, "initial_n_payers", {YOUNG: 50.0})
    set_cells(d, "n_payers", {YOUNG: 80.0}, quarter=0)
    set_cells(d, "n_payers", {YOUNG: 100.0}, quarter=1)
    set_cells(d, "n_repeat_payers", {YOUNG: 40.0}, quarter=0)
    set_cells(d, "n_repeat_payers", {YOUNG: 60.0}, quarter=1)
    assert ind.repeat_use(d).isel(replicate=0).values == pytest.approx([40 / 50, 60 / 80])


def costs(d):
    """Quarter 0: retail 100 payments costing 60 yuan, market 100 payments costing 20 yuan."""
    for sector, cash, fees, terminals in (("retail", 30.0, 10.0, 20.0), ("market", 15.0, 5.0, 0.0)):
        where = {"week": 2, "sector": sector}
        d["cash_handling_yuan"].loc[where] = cash
        d["merchant_fees_yuan"].loc[where] = fees
        d["terminal_costs_yuan"].loc[where] = terminals
        d["n_payments_cash"].loc[where] = 60.0
        d["n_payments_electronic"].loc[where] = 40.0


def test_merchant_cost_gross_and_net_of_subsidy(recorder, labels):
    levers = ("coupon", "terminals")
    d = build_dataset([recorder(1, levers=levers)], labels(1, levers)).copy(deep=True)
    for name in d.data_vars:
        d[name][:] = 0.0
    costs(d)
    d["spending_yuan"].loc[{"week": 2, "lever": "terminals", "line": "incentives"}] = 6.0
    d["spending_yuan"].loc[{"week": 2, "lever": "terminals", "line": "devices"}] = 10.0
    d["spending_yuan"].loc[{"week": 2, "lever": "terminals", "line": "operations"}] = 99.0  # not paid to merchants
    d["spending_yuan"].loc[{"week": 2, "lever": "coupon", "line": "incentives"}] = 99.0  # paid to citizens
    assert ind.merchant_cost_per_payment(d).isel(quarter=0).item() == pytest.approx(80 / 200)
    assert ind.merchant_cost_per_payment(d, net=True).isel(quarter=0).item() == pytest.approx(64 / 200)


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


def test_acceptance_by_count_and_by_payments(two_by_two):
    d = two_by_two
    d["n_merchants"].loc[{"sector": "retail"}] = 50.0
    d["n_merchants"].loc[{"sector": "market"}] = 150.0
    d["n_merchants_accepting"].loc[{"sector": "retail"}] = 40.0
    d["n_merchants_accepting"].loc[{"sector": "market"}] = 60.0
    assert ind.acceptance(d).isel(week=0).item() == pytest.approx(0.5)
    assert ind.acceptance(d, by=("sector",)).sel(sector="retail").isel(week=0).item() == pytest.approx(0.8)
    d["acceptance_by_payments"].loc[{"sector": "retail"}] = 0.9
    d["acceptance_by_payments"].loc[{"sector": "market"}] = 0.5
    d["n_payments_cash"].loc[{"sector": "retail"}] = 300.0
    d["n_payments_cash"].loc[{"sector": "market"}] = 100.0
    assert ind.acceptance_weighted(d).isel(week=0).item() == pytest.approx((0.9 * 300 + 0.5 * 100) / 400)


def test_fraud_per_million_payments_and_loss_in_basis_points(two_by_two):
    d = two_by_two
    d["n_incidents"][:, 1] = 4.0
    d["n_payments_electronic"][:, 1, 0] = 500_000.0
    d["fraud_loss_yuan"][:, 1] = 1_680.0
    d["value_electronic_yuan"][:, 1, 0] = 16_800_000.0
    assert ind.fraud_per_million(d).isel(quarter=0).item() == pytest.approx(8.0)
    assert ind.fraud_loss_basis_points(d).isel(quarter=0).item() == pytest.approx(1.0)


def test_spending_keeps_every_yuan_of_a_broken_last_year(recorder, labels):
    d = build_dataset([recorder(1, n_weeks=60, levers=("coupon",))], labels(1, ("coupon",)))
    # the made-up coupon costs 12,000 yuan of materials and 5,000 of incentives a week
    by_year = ind.spending(d, by=("lever", "year")).isel(replicate=0, lever=0)
    assert by_year.values.tolist() == [52 * 17_000.0, 8 * 17_000.0]
    assert ind.spending(d, by=("line",)).sel(line="incentives").item() == 60 * 5_000.0
    assert ind.spending(d).item() == 60 * 17_000.0


def test_year_ends_include_a_last_broken_year(recorder, labels):
    assert ind.year_end_weeks(build_dataset([recorder(1, n_weeks=60)], labels(1))) == [51, 59]
    assert ind.year_end_weeks(build_dataset([recorder(1, n_weeks=52)], labels(1))) == [51]


def test_conversion_is_first_uses_per_person_week_at_risk(two_by_two):
    set_cells(two_by_two, "new_first_uses", {YOUNG: 2.0})
    set_cells(two_by_two, "n_at_risk", {YOUNG: 50.0, OLD: 50.0})
    assert ind.conversion(two_by_two).isel(quarter=1).item() == pytest.approx(0.02)


def test_a_run_shorter_than_a_quarter_has_no_quarterly_value(recorder, labels):
    d = build_dataset([recorder(1, n_weeks=4)], labels(1))
    assert ind.electronic_share(d).sizes["quarter"] == 0
    assert ind.repeat_use(d).sizes["quarter"] == 0


def test_deadweight_is_takers_minus_extra_newcomers(recorder, labels):
    """100 coupons; 70 newcomers with the programme and 30 without: 60 would have come anyway."""
    base = build_dataset([recorder(1)], labels(1)).copy(deep=True)
    plan = build_dataset([recorder(1, levers=("coupon",))], labels(1, ("coupon",))).copy(deep=True)
    for d, first, back in ((base, 20.0, 10.0), (plan, 50.0, 20.0)):
        d["new_first_uses"][:], d["new_returns"][:] = 0.0, 0.0
        set_cells(d, "new_first_uses", {YOUNG: first}, week=3)
        set_cells(d, "new_returns", {OLD: back}, week=4)
    plan["n_coupons"][:] = 0.0
    plan["n_coupons"].loc[{"week": 5}] = 100.0
    assert ind.coupon_takers(plan).item() == 100.0
    assert ind.coupon_deadweight(plan, base).item() == pytest.approx(60.0)
