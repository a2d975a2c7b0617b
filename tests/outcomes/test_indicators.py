"""Indicators against sums done by hand on arrays small enough to write down."""

import numpy as np
import pytest

from simulation.outcomes import indicators as ind
from simulation.outcomes.dataset import build_dataset
from tests.outcomes.tiny import OLD, YOUNG, set_cells


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


def test_coverage_at_merchants_leaves_out_who_pays_only_people(two_by_two):
    set_cells(two_by_two, "n_residents", {YOUNG: 200.0, OLD: 300.0})
    set_cells(two_by_two, "n_active", {YOUNG: 150.0, OLD: 60.0})
    set_cells(two_by_two, "n_active_merchant", {YOUNG: 140.0, OLD: 35.0})
    assert ind.coverage_at_merchants(two_by_two).isel(week=0).item() == pytest.approx(175 / 500)
    old = ind.coverage_at_merchants(two_by_two, ("age",)).sel(age="60-74").isel(week=0)
    assert old.item() == pytest.approx(35 / 300)


def test_a_gap_is_the_coverage_of_some_minus_that_of_the_others_taken_together(two_by_two):
    d = two_by_two
    middle, very_old = ("30-44", "town", "low"), ("75+", "urban", "low")
    set_cells(d, "n_residents", {YOUNG: 200.0, middle: 100.0, OLD: 300.0, very_old: 100.0})
    set_cells(d, "n_active", {YOUNG: 150.0, middle: 60.0, OLD: 60.0, very_old: 20.0})
    set_cells(d, "n_active_13w", {YOUNG: 180.0, middle: 60.0, OLD: 90.0, very_old: 30.0})
    sixty_plus = ("60-74", "75+")
    # 80 of 400 against 210 of 300, and in 13 weeks 120 of 400 against 240 of 300
    assert ind.coverage_gap(d, "age", sixty_plus).isel(week=0).item() == pytest.approx(0.2 - 0.7)
    assert ind.coverage_gap(d, "age", sixty_plus, window_weeks=13).isel(week=0).item() == pytest.approx(0.3 - 0.8)
    # remote: 60 of 300, town: 60 of 100
    assert ind.coverage_gap(d, "area", ("remote",), ("town",)).isel(week=0).item() == pytest.approx(0.2 - 0.6)
    with pytest.raises(ValueError, match="area has the categories urban, town, remote"):
        ind.coverage_gap(d, "area", ("far",))
    with pytest.raises(ValueError, match="age has the categories"):
        ind.coverage_gap(d, "age", [str(a) for a in d.age.values])


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


def test_repeat_use_divides_by_last_quarters_payers(two_by_two):
    d = two_by_two
    set_cells(d, "initial_n_payers", {YOUNG: 50.0})
    set_cells(d, "n_payers", {YOUNG: 80.0}, quarter=0)
    set_cells(d, "n_payers", {YOUNG: 100.0}, quarter=1)
    set_cells(d, "n_repeat_payers", {YOUNG: 40.0}, quarter=0)
    set_cells(d, "n_repeat_payers", {YOUNG: 60.0}, quarter=1)
    assert ind.repeat_use(d).isel(replicate=0).values == pytest.approx([40 / 50, 60 / 80])


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


def test_fraud_is_held_against_payments_of_ones_own_to_merchants_and_people(two_by_two):
    """500,000 payments to merchants, a tenth of them by children; 50,000 between people: 500,000 of one's own."""
    d = two_by_two
    d["n_incidents"][:, 1] = 4.0
    d["n_payments_electronic"][:, 1, 0] = 500_000.0
    d["n_payments_family"][:, 1, 0] = 50_000.0
    d["n_person_payments_electronic"][:, 1] = 50_000.0
    assert ind.fraud_per_million(d).isel(quarter=0).item() == pytest.approx(8.0)
    # nine tenths of 16.8 million yuan, and 1.68 million between people: 16.8 million, of which 1,680 is 1/10,000
    d["fraud_loss_yuan"][:, 1] = 1_680.0
    d["value_electronic_yuan"][:, 1, 0] = 16_800_000.0
    d["value_person_electronic_yuan"][:, 1] = 1_680_000.0
    assert ind.fraud_loss_basis_points(d).isel(quarter=0).item() == pytest.approx(1.0)


def test_payments_between_people_are_told_apart(two_by_two):
    d = two_by_two
    d["n_person_payments_electronic"][:, 3] = 30.0
    d["n_person_payments_cash"][:, 3] = 90.0
    d["n_payments_electronic"].loc[{"week": 3, "sector": "retail"}] = 70.0
    assert ind.person_electronic_share(d).isel(quarter=0).item() == pytest.approx(30 / 120)
    assert ind.person_share_of_electronic(d).isel(quarter=0).item() == pytest.approx(30 / 100)


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
