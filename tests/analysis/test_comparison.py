"""Programmes compared: differences are those of the paired runs, the rest follows from them by hand."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from simulation.analysis.comparing import Request, run_comparison
from simulation.analysis.comparison import Outcome, Row, compare, coverage_at_end
from simulation.analysis.experiment.backends import Serial
from simulation.analysis.runs import Runs
from simulation.engine import runner
from simulation.report.comparison import comparison_summary, sentences, tables
from simulation.report.comparison_folder import write_comparison
from simulation.scenario.schema import Scenario, Target, Title
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

WEEKS = 14
T = 4.302653  # of the 95% interval with three replicates


@pytest.fixture(scope="module", autouse=True)
def fixed_constants():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "solved", lambda *_, **__: FIXED)
        yield


def scenario(title: str, **levers) -> Scenario:
    targets = {
        "everyone": Target(share=0.2),
        "old": Target(code="T2", share=0.99, ages=("75+",)),
        "quick": Target(code="T5", share=0.1),
    }
    return Scenario(
        title=Title(en=title, zh="方案"), citizens=400, weeks=WEEKS, replicates=3, levers=levers, targets=targets
    )  # fmt: skip


SCENARIOS = {
    "baseline": scenario("Usual"),
    "coupon": scenario("Coupon", coupon=EXAMPLES["coupon"]),
    "coupon again": scenario("Coupon again", coupon=EXAMPLES["coupon"]),
    "kiosk": scenario("Kiosk", kiosk=EXAMPLES["kiosk"]),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return Runs(SCENARIOS, Serial, tmp_path_factory.mktemp("cells") / "experiment")


@pytest.fixture(scope="module")
def compared(runs):
    return run_comparison(runs, "baseline", Request(3))


def test_a_row_is_compared_replicate_by_replicate():
    """Differences .02, .03, .04: mean .03, standard error .01 / sqrt 3."""
    values = {"usual": np.array([0.5, 0.6, 0.4]), "plan": np.array([0.52, 0.63, 0.44])}
    row = Row(Outcome("coverage"), values, "usual")
    added = row.added("plan")
    half = T * 0.01 / math.sqrt(3)
    assert (added.mean, added.low, added.high) == pytest.approx((0.03, 0.03 - half, 0.03 + half), rel=1e-6)
    assert row.reached("plan").mean == pytest.approx(0.53)
    assert row.added("other") is None and row.needed("other", 0.01) is None


def test_what_is_undefined_in_one_replicate_has_no_interval():
    row = Row(Outcome("target"), {"usual": np.array([0.0, 0.0]), "plan": np.array([0.1, np.nan])}, "usual")
    assert row.reached("plan") is None and row.added("plan") is None and row.needed("plan", 0.01) is None


def test_coverage_added_is_that_of_the_runs(compared):
    usual, plan = (coverage_at_end(compared.results[name]) for name in ("baseline", "coupon"))
    assert compared.main.added("coupon").mean == pytest.approx((plan - usual).mean(), abs=1e-15)
    assert compared.n_replicates == {"baseline": 3, "coupon": 3, "coupon again": 3, "kiosk": 3}


def test_every_segment_gap_and_target_is_a_row(compared):
    kinds = [row.outcome.what for row in compared.rows]
    assert (kinds.count("coverage"), kinds.count("gap"), kinds.count("target")) == (1 + 5 + 3 + 3, 3, 3)


def test_a_double_is_the_same_to_the_last_digit_and_equal_on_cost(compared):
    rival = compared.rivals["coupon again" if compared.order[0] == "coupon" else "coupon"]
    assert (rival.advantage.mean, rival.verdict) == (0.0, "same")
    assert "equal" in {compared.standings["coupon"].status, compared.standings["coupon again"].status}


def test_targets_hold_together_where_each_holds(compared):
    """Everyone holds in all, the old in none, so all together in none."""
    found = compared.targets["coupon"]
    assert found.each["everyone"].n_held == 3
    assert found.each["old"].n_held == 0
    assert (found.together.n_held, found.together.n_defined) == (0, 3)


def test_money_by_quarter_is_that_of_the_ledger(compared):
    impact = compared.impacts["kiosk"]
    spent = float(compared.results["kiosk"].dataset.spending_yuan.sum()) / 3
    assert impact.weeks == (13, 1)
    assert impact.yuan.sum() == pytest.approx(spent)


def test_the_best_is_chosen_with_a_stated_probability(runs):
    found = run_comparison(runs, "baseline", Request(3, method="kn", indifference=0.02, most=12)).selection
    assert found is not None
    assert found.is_settled is (found.probability == 0.95)
    settled = run_comparison(runs, "baseline", Request(3, method="halving", indifference=0.02, budget=18))
    assert settled.selection.n_spent <= 18
    assert settled.selection.leader in ("coupon", "coupon again", "kiosk")


def test_replicates_are_added_until_the_interval_is_short_enough(tmp_path):
    two = {name: SCENARIOS[name] for name in ("baseline", "coupon")}
    found = run_comparison(Runs(two, Serial, tmp_path / "cells"), "baseline", Request(3, half_width=0.02, most=40))
    precise = found.precise["coupon"]
    assert precise.is_reached and precise.half_width <= 0.02
    assert len(precise.values) == found.n_replicates["coupon"] >= 10


def test_finished_cells_are_found_again(tmp_path, monkeypatch):
    only = {"baseline": SCENARIOS["baseline"]}
    first = Runs(only, Serial, tmp_path / "cells")
    first.up_to(["baseline"], 2)
    monkeypatch.setattr(runner, "world_of", None)  # nothing can be computed any more
    again = Runs(only, Serial, tmp_path / "cells")
    again.up_to(["baseline"], 2)
    assert np.array_equal(again.coverage("baseline"), first.coverage("baseline"))


def test_words_and_tables_are_whole_in_both_languages(compared):
    for lang in ("en", "zh"):
        words = sentences(compared, lang)
        assert all(words) and not any("{" in text for text in words)
        for table in tables(compared, lang):
            assert all(len(row) == len(table.columns) for row in table.rows)
    assert "Coupon" in sentences(compared, "en")[0]


def test_the_folder_holds_pages_tables_and_a_summary(compared, tmp_path):
    folder = write_comparison(tmp_path / "out", compared)
    summary = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert summary == json.loads(json.dumps(comparison_summary(compared)))
    assert summary["programmes"]["coupon"]["coverage_added"]["mean"] == compared.main.added("coupon").mean
    assert "<h1>" in (folder / "comparison.html").read_text(encoding="utf-8")
    assert (folder / "table_1.csv").read_text(encoding="utf-8").startswith("Programmes at the end")


def test_runs_of_other_worlds_are_refused(compared):
    results = dict(compared.results)
    other = Runs({"x": SCENARIOS["coupon"].model_copy(update={"seed": 9})}, Serial)
    other.up_to(["x"], 3)
    with pytest.raises(ValueError, match="do not share their worlds"):
        compare({"baseline": results["baseline"], "x": other.result("x")}, "baseline")
    with pytest.raises(ValueError, match="at least one programme"):
        compare({"baseline": results["baseline"]}, "baseline")


def test_money_that_ran_out_is_said_of_the_programme_it_ran_out_for(compared):
    """Three replicates in which 2, 3 and 4 claims were not paid, the first in week 5: 3 on average."""
    assert not any(text.startswith("Money ran out") for text in sentences(compared, "en"))
    poor = compared.results["coupon"]
    unpaid = poor.dataset.n_unpaid_claims.copy(deep=True)
    unpaid[{"week": 5}] = np.array([2.0, 3.0, 4.0])[:, None]
    results = {**compared.results, "coupon": replace(poor, dataset=poor.dataset.assign(n_unpaid_claims=unpaid))}
    (said,) = (t for t in sentences(replace(compared, results=results), "en") if t.startswith("Money ran out"))
    week_5 = str(poor.dataset.date.dt.year.values[5])
    assert said.startswith("Money ran out: Coupon, 3 claims not paid") and week_5 in said and "Kiosk" not in said
    assert any("资金用完" in text for text in sentences(replace(compared, results=results), "zh"))
