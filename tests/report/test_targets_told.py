"""Targets, incentives, unpaid claims and the reference outreach are told in words that leave nothing open."""

from dataclasses import replace

import pytest

from simulation.report import money
from simulation.report.headline import headline
from simulation.report.outcome_table import outcome_rows, outcome_table
from simulation.report.page import page
from simulation.report.summary import summary
from simulation.report.target_table import target_table
from simulation.scenario.schema import Target

TARGETS = {
    "interface": Target(code="T3", share=0.2),
    "fraud": Target(code="T4", share=0.1),
    "outreach": Target(code="T8", share=0.15),
    "merchants": Target(code="T9", share=0.5),
    "services": Target(code="T9", share=0.5, what="integrated"),
}


@pytest.fixture(scope="module")
def judged(programme):
    """Return the programme with targets of every kind."""
    return replace(programme, scenario=programme.scenario.model_copy(update={"targets": TARGETS}))


def changed(result, **values):
    """Return a run with some variables set to one value."""
    d = result.dataset.copy(deep=True)
    for name, value in values.items():
        d[name][:] = value
    return replace(result, dataset=d)


def test_a_target_that_cannot_be_judged_says_why(judged, baseline):
    rows = {row[0]: row[-1] for row in target_table(judged, baseline, "en").rows}
    name = "rise of the conversion of outreach over the reference"
    assert rows[name] == "– not defined: no reference outreach given"
    assert rows["merchants active with integrated services"] == "✗ missed"
    alone = {row[0]: row[-1] for row in target_table(judged, None, "en").rows}
    fall = "fall of fraud incidents per million payments"
    assert alone[fall] == "– not known: no business as usual to compare with"
    assert f"Not defined: {name} (target 15%: no reference outreach given)." in headline(judged, baseline, "en")
    assert any(s.startswith("无从定义：营销转化率比参照宣传提高（目标 15%，") for s in headline(judged, baseline, "zh"))


def test_against_a_reference_conversion_is_told_with_both_numbers(judged, baseline):
    # the same outreach: no rise
    table = target_table(judged, baseline, "en", judged)
    row = next(row for row in table.rows if row[1] == "T8")
    assert row[3].startswith("0.0%") and row[-1] == "✗ missed"
    assert "T8: of the people reached, the programme wins " in table.note
    assert summary(judged, baseline, judged)["reference_digest"] == judged.digest


@pytest.mark.parametrize(("factor", "is_told"), [(0.96, False), (1.04, False), (0.9, True), (1.2, True)])
def test_a_reference_that_does_not_cost_the_same_is_told(programme, baseline, factor, is_told):
    reference = changed(programme, spending_yuan=programme.dataset.spending_yuan * factor)
    found = [s for s in headline(programme, baseline, "en", reference) if "more than 5% apart" in s]
    assert bool(found) == is_told
    if factor == 1.2:
        # 102,000 yuan a week, 60 weeks: 6.12 million, and a fifth more
        assert "spends 7.3 million yuan, the programme 6.1 million yuan" in found[0]


def test_incentives_still_paid_at_the_end_are_a_caution_for_targets(programme, baseline):
    # 30,000 yuan a week on the line of incentives, 13 weeks
    told = [s for s in headline(programme, baseline, "en") if s.startswith("Incentives are still paid")]
    assert len(told) == 1 and "(390 thousand yuan)" in told[0]
    without = changed(programme, spending_yuan=0.0)
    assert not [s for s in headline(without, baseline, "en") if s.startswith("Incentives are still paid")]
    nothing_wanted = replace(programme, scenario=programme.scenario.model_copy(update={"targets": {}}))
    assert not [s for s in headline(nothing_wanted, baseline, "en") if s.startswith("Incentives are still paid")]


def test_claims_that_money_did_not_reach_are_told_with_number_and_date(programme, baseline):
    assert money.unpaid_sentence(programme, "en") == ""
    d = programme.dataset.copy(deep=True)
    d["n_unpaid_claims"].loc[{"lever": "coupon", "week": [40, 41]}] = 50.0
    d["n_unpaid_claims"].loc[{"lever": "coupon", "week": 39, "replicate": 2}] = 100.0
    short = replace(programme, dataset=d)
    # 100 in each of four replicates and 100 more in one; week 39 ends 40 weeks after Monday 6 January 2025
    expected = "Money ran out: first-use coupon and cashback, 125 claims not paid, the first in the week that ends on"
    assert money.unpaid_sentence(short, "en").startswith(f"{expected} 12 Oct 2025.")
    assert any(s.startswith("资金不足：首单优惠与返现有 125 笔") for s in headline(short, baseline, "zh"))
    assert summary(short, baseline)["unpaid_claims"] == {"coupon": 125.0, "kiosks": 0.0, "terminals": 0.0}


def test_every_row_of_the_plan_stands_in_the_table_of_outcomes(programme, baseline):
    names = [row[0] for row in outcome_table(programme, baseline, "en").rows]
    assert {f"T{k}" for k in range(1, 10)} == {f"T{k}" for k in range(1, 10) if any(f"T{k})" in n for n in names)}
    for lang in ("en", "zh"):
        table = outcome_table(programme, baseline, lang)
        assert all(len(row) == len(table.columns) == 4 for row in table.rows)
        alone = outcome_table(programme, None, lang)
        assert all(len(row) == len(alone.columns) == 2 for row in alone.rows)


def test_business_as_usual_shows_the_people_the_programme_reached(programme, baseline):
    rows = {row.name: row for row in outcome_rows(programme, baseline)}
    reached = programme.dataset.reached_week.values >= 0
    came = [((r.dataset.first_payment_week.values >= 0) & (r.dataset.first_payment_week.values < 13)) for r in
            (baseline, programme)]  # fmt: skip
    shares = [(c & reached).sum() / reached.sum() for c in came]
    assert rows["outreach"].baseline[0] == pytest.approx(shares[0])
    assert rows["outreach"].difference[0] == pytest.approx(shares[1] - shares[0])
    assert rows["seconds_ratio"].baseline[0] == 1.0
    assert "outreach" not in {row.name for row in outcome_rows(baseline, None)}


def test_parts_of_the_merchants_cost_add_up(programme, baseline):
    rows = {row.name: row.programme[0] for row in outcome_rows(programme, baseline)}
    parts = rows["cost_cash_handling"] + rows["cost_fee"] + rows["cost_terminal"]
    assert rows["merchant_cost"] == pytest.approx(parts)
    assert rows["merchant_cost_net"] < rows["merchant_cost"]


def test_spending_by_line_and_zone_adds_up(programme):
    lines = money.line_table(programme, "en")
    assert lines.columns[-2:] == ("public money", "private money")
    # 60 weeks of 12,000, 24,000 and 36,000 yuan on a line each, 30,000 of incentives, none of operations
    assert lines.rows[-1] == ("Total", "0.72", "1.44", "2.16", "1.80", "0.00", "5.22", "0.90")
    zones = money.zone_table(programme, "en")
    assert [row[0] for row in zones.rows] == ["North, urban", "North, remote", "Whole region (no single zone)"]
    # .5, .3 and .2 of 6.12 million
    assert [row[-1] for row in zones.rows] == ["3.06", "1.84", "1.22"]


def test_spending_is_written_by_quarter_and_payer(programme, tmp_path):
    import pandas as pd

    money.write_spending_csv(tmp_path / "spending.csv", programme)
    frame = pd.read_csv(tmp_path / "spending.csv")
    assert {"lever", "lever_kind", "line", "payer", "year", "quarter", "yuan"} <= set(frame.columns)
    assert frame.yuan.sum() == pytest.approx(60 * 102_000.0)
    assert frame.query("payer == 'private'").yuan.sum() == pytest.approx(60 * 15_000.0)
    assert frame.query("quarter == 5").year.unique().tolist() == [2]


def test_the_page_names_the_reference(judged, baseline):
    text = page(judged, baseline, "en", judged)
    assert "Digest of the outcomes: Reference outreach" in text
    assert "Coverage at the end by age, area and income, with the points added" in text
