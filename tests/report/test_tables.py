"""Tables hold the numbers of the indicators, and say where a number is none."""

import csv
from dataclasses import replace

import pytest

from simulation.outcomes.indicators import coverage
from simulation.outcomes.intervals import CostPerUser
from simulation.outcomes.numbers import Currency
from simulation.report import money, tables
from simulation.report.outcome_table import outcome_table
from simulation.report.summary import summary


def test_coverage_by_year_has_everyone_every_age_and_every_area(programme, baseline):
    rows = tables.coverage_rows(programme, baseline)
    assert len(rows) == (2 + 5 + 3) * 2  # 60 weeks: the end of year 1 and the run's end
    assert {row.week for row in rows} == {51, 59}
    everyone = next(row for row in rows if row.dim == "" and row.week == 51)
    expected = float(coverage(programme.dataset).isel(week=51).mean())
    assert everyone.programme[0] == pytest.approx(expected)
    assert everyone.target == 0.8
    assert everyone.added[0] == pytest.approx(everyone.programme[0] - everyone.baseline[0])
    at_merchants = next(row for row in rows if row.group == tables.AT_MERCHANTS and row.week == 51)
    assert at_merchants.programme[0] < everyone.programme[0] and at_merchants.target is None
    names = [row[0] for row in tables.coverage_table(programme, baseline, "en").rows]
    assert names[:2] == ["all residents", "all residents, payments to merchants only"]


def test_an_effect_that_may_be_zero_is_marked(programme):
    table = tables.coverage_table(programme, programme, "en")
    assert all("≈ 0" in row[4] for row in table.rows)


def test_spending_adds_up(programme):
    # coupon 17,000, kiosks 34,000 and terminals 51,000 yuan a week: 102,000 x 52 and x 8
    table = money.spending_table(programme, "en")
    assert table.rows[-3] == ("Total", "5.30", "0.82", "6.12")
    assert "million yuan of 2024" in table.caption
    # of the terminals' 51,000 a week 15,000 are private
    assert table.rows[-2] == ("of which public", "4.52", "0.70", "5.22")
    assert table.rows[-1] == ("of which private", "0.78", "0.12", "0.90")


def in_rupees(result):
    """Return a run with its region's money changed: 1 yuan = 11.7 INR."""
    dataset = result.dataset.assign_attrs(currency="INR", currency_per_yuan=11.7)
    return replace(result, dataset=dataset)


def test_amounts_are_shown_in_the_regions_money_and_the_rate_is_said(programme, baseline):
    rupees, usual = in_rupees(programme), in_rupees(baseline)
    table = money.spending_table(rupees, "en")
    # 102,000 yuan a week: 5.304 and 0.816 million yuan, 62.06 and 9.55 million rupees
    assert table.rows[-3] == ("Total", "62.06", "9.55", "71.60")
    assert "million INR of 2024" in table.caption
    assert money.line_table(rupees, "zh").caption.endswith("（万 INR）")
    assert "1 yuan = 11.7 INR, as the region's tables say" in money.currency_sentence(rupees, "en")
    assert money.currency_sentence(programme, "en") == ""
    cost = CostPerUser("estimated", 1_000, 900, 1_100)
    assert "INR 12 thousand" in money.cost_sentence(cost, "en", Currency("INR", 11.7))
    rows = {row[0]: row for row in outcome_table(rupees, usual, "en").rows}
    yuan = {row[0]: row for row in outcome_table(programme, baseline, "en").rows}
    per_payment = float(rows["Merchant cost per payment, INR, gross (T7)"][1].split()[0])
    in_yuan = float(yuan["Merchant cost per payment, yuan, gross (T7)"][1].split()[0])
    assert per_payment == pytest.approx(11.7 * in_yuan, rel=0.01)
    assert summary(rupees, usual)["currency_per_yuan"] == 11.7
    assert summary(rupees, usual)["spending_yuan"] == summary(programme, baseline)["spending_yuan"]


def test_cost_per_user_is_stated_or_the_reason_why_not():
    assert "12 thousand yuan" in money.cost_sentence(CostPerUser("estimated", 12_000, 11_000, 13_000), "en")
    for status in ("uncertain", "fewer_users", "one_replicate"):
        assert money.cost_sentence(CostPerUser(status), "en").startswith("The cost per additional user is left open")
        assert money.cost_sentence(CostPerUser(status), "zh").startswith("不给出")


def test_a_short_run_leaves_out_what_needs_a_quarter(short_run):
    names = [row[0] for row in outcome_table(short_run, None, "en").rows]
    assert "Ever used, registered (T1)" in names
    assert not any("quarter" in n for n in names)


def test_the_coverage_file_can_be_read_back(programme, baseline, tmp_path):
    tables.write_coverage_csv(tmp_path / "coverage.csv", programme, baseline)
    with (tmp_path / "coverage.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 * 2 * 3
    added = [r for r in rows if r["run"] == "added" and r["group"] == "all"]
    assert [r["date"] for r in added] == ["2026-01-04", "2026-03-01"]  # 52 and 60 weeks from Monday 6 January 2025


def test_the_summary_is_json_without_nan(short_run, programme, baseline):
    import json

    json.dumps(summary(short_run, None), allow_nan=False)
    answer = summary(programme, baseline)
    json.dumps(answer, allow_nan=False)
    assert answer["illustrative_baseline"] is True
    assert answer["cost_per_additional_user_yuan"]["status"] == "estimated"
    assert answer["digest"] == programme.digest


def test_a_narrow_interval_and_its_mean_have_as_many_digits_as_tell_its_ends_apart():
    assert tables.share_cell((0.0002, 0.0001, 0.0004), "en") == "0.02% (0.01–0.04)"
    assert tables.points_cell((0.0002, 0.0001, 0.0004), True, "en") == "+0.02 (0.01–0.04)"
    assert tables.share_cell((0.582, 0.57, 0.59), "en") == "58.2% (57.0–59.0)"
    nothing = float("nan")
    assert tables.share_cell((0.582, nothing, nothing), "en") == "58.2%"
