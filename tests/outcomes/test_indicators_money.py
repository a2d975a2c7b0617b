"""Spending by whom, on what, when and where; incentives; claims not paid; coupons paid for nothing."""

import pytest

from simulation.outcomes import indicators as ind
from simulation.outcomes.dataset import build_dataset
from tests.outcomes.tiny import OLD, YOUNG, emptied, set_cells


def test_spending_keeps_every_yuan_of_a_broken_last_year(recorder, labels):
    d = build_dataset([recorder(1, n_weeks=60, levers=("coupon",))], labels(1, ("coupon",)))
    # the made-up coupon costs 12,000 yuan of materials and 5,000 of incentives a week
    by_year = ind.spending(d, by=("lever", "year")).isel(replicate=0, lever=0)
    assert by_year.values.tolist() == [52 * 17_000.0, 8 * 17_000.0]
    by_quarter = ind.spending(d, by=("quarter",)).isel(replicate=0)
    assert by_quarter.values.tolist() == [13 * 17_000.0] * 4 + [8 * 17_000.0]
    assert ind.spending(d, by=("line",)).sel(line="incentives").item() == 60 * 5_000.0
    assert ind.spending(d).item() == 60 * 17_000.0


def test_public_and_private_money_are_told_apart_and_add_up(with_levers):
    d = with_levers
    d["spending_yuan"].loc[{"week": 0, "lever": "coupon", "line": "incentives", "payer": "public"}] = 70.0
    d["spending_yuan"].loc[{"week": 0, "lever": "coupon", "line": "incentives", "payer": "private"}] = 30.0
    d["spending_yuan"].loc[{"week": 14, "lever": "kiosks", "line": "operations", "payer": "public"}] = 5.0
    by = ind.spending(d, by=("payer",)).isel(replicate=0)
    assert by.to_series().to_dict() == {"public": 75.0, "private": 30.0}
    later = ind.spending(d, by=("line", "payer", "quarter")).sel(quarter=1, payer="public", line="operations")
    assert later.item() == 5.0
    assert ind.spending(d).item() == 105.0


def test_zones_are_known_by_lever_only(with_levers):
    d = with_levers
    d["spending_zone_yuan"].loc[{"week": 3, "lever": "kiosks", "zone": "North remote"}] = 8.0
    d["spending_zone_yuan"].loc[{"week": 3, "lever": "coupon", "zone": "North remote"}] = 1.0
    assert ind.spending(d, ("zone",)).sel(zone="North remote").item() == 9.0
    assert ind.spending(d, ("zone", "lever", "year")).sel(zone="North remote", lever="kiosks", year=0).item() == 8.0
    for by in (("zone", "line"), ("zone", "payer"), ("year", "quarter")):
        with pytest.raises(ValueError, match="zones have neither line nor payer"):
            ind.spending(d, by)
    with pytest.raises(ValueError, match="is not among"):
        ind.spending(d, ("sector",))


def test_incentives_at_the_end_are_those_of_the_last_13_weeks(with_levers):
    d = with_levers  # weeks 0 to 25
    where = {"lever": "coupon", "line": "incentives", "payer": "public"}
    d["spending_yuan"].loc[{"week": 12, **where}] = 500.0
    d["spending_yuan"].loc[{"week": 25, **where, "line": "materials"}] = 500.0
    assert ind.incentives_at_end(d).item() == 0.0
    d["spending_yuan"].loc[{"week": 13, **where, "payer": "private"}] = 20.0
    d["spending_yuan"].loc[{"week": 25, **where}] = 3.0
    assert ind.incentives_at_end(d).item() == 23.0


def test_unpaid_claims_are_counted_by_lever(with_levers):
    with_levers["n_unpaid_claims"].loc[{"week": 5, "lever": "coupon"}] = 40.0
    with_levers["n_unpaid_claims"].loc[{"week": 6, "lever": "coupon"}] = 2.0
    assert ind.unpaid_claims(with_levers).isel(replicate=0).values.tolist() == [42.0, 0.0, 0.0]


def test_deadweight_is_takers_minus_extra_newcomers(with_levers):
    """100 coupons; 70 newcomers with the programme and 30 without: 60 would have come anyway."""
    base, plan = with_levers, emptied(with_levers)
    for d, first, back in ((base, 20.0, 10.0), (plan, 50.0, 20.0)):
        set_cells(d, "new_first_uses", {YOUNG: first}, week=3)
        set_cells(d, "new_returns", {OLD: back}, week=4)
    plan["n_uses"].loc[{"week": 5, "lever": "coupon", "use": "coupon"}] = 100.0
    plan["n_uses"].loc[{"week": 5, "lever": "coupon", "use": "cashback"}] = 900.0
    assert ind.coupon_takers(plan).item() == 100.0
    assert ind.coupon_deadweight(plan, base).item() == pytest.approx(60.0)
