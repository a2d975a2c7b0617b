"""Shares of levers on real runs: they sum to the total, idle levers get nothing, doubles get the same."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulation.analysis.attribution import NOBODY, attribute, label_of
from simulation.analysis.attribution_record import from_plain, to_plain
from simulation.analysis.coalitions import with_levers
from simulation.analysis.lever_groups import OTHER, by_group, players_of
from simulation.cli.attribute import _print_answer
from simulation.engine import runner
from simulation.engine.runner import run_many
from simulation.plots.attribution import attribution_figure
from simulation.report.attribution import group_table, player_words, sentences, tables
from simulation.scenario.adjustment import Rule
from simulation.scenario.budget import Budget, CoFunder
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario, Target
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

WEEKS = 14


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    monkeypatch.setattr(runner, "solved", lambda *_, **__: FIXED)


def run_all(scenarios):
    return run_many(scenarios, n_workers=1)


def idle():
    """A coupon of nothing."""
    return EXAMPLES["coupon"].model_copy(update={"first_use_yuan": 0.0, "cashback_yuan": 0.0})


def programme(**levers) -> Scenario:
    targets = {
        "everyone": Target(share=0.8),
        "faster": Target(code="T5", share=0.3),
        "again": Target(code="T6", share=0.8),
    }
    return Scenario(citizens=400, weeks=WEEKS, replicates=3, levers=levers, targets=targets)


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "solved", lambda *_, **__: FIXED)
        limit = EXAMPLES["verification_limit"]
        return attribute(programme(a=limit, b=limit, coupon=EXAMPLES["coupon"], idle=idle()), run_all)


def test_shares_sum_to_what_the_programme_adds(found):
    summed = sum(share.mean for share in found.shares.values())
    assert np.abs(summed - found.total.mean).max() < 1e-9
    assert found.total.mean[0] > 0.0


def test_a_lever_that_never_acts_gets_exactly_nothing(found):
    """Of every outcome in every replicate, and of the money."""
    share = found.shares["idle"]
    assert not share.mean.any() and not share.low.any() and not share.high.any()
    assert found.dropped["idle"].mean.tolist() == [0.0] * len(found.outcomes)
    assert found.spending["idle"].mean.tolist() == [0.0]


def test_doubles_without_draws_get_exactly_the_same(found):
    assert np.array_equal(found.shares["a"].mean, found.shares["b"].mean)
    faster = [k for k, outcome in enumerate(found.outcomes) if outcome.target == "faster"]
    assert found.shares["a"].mean[faster] > 0.0


def test_dropping_one_of_two_doubles_loses_nothing(found):
    """The other does its work: why drop-one does not add up, and Shapley shares do."""
    assert not found.dropped["a"].mean.any()
    faster = [k for k, outcome in enumerate(found.outcomes) if outcome.target == "faster"]
    assert found.pairs["a", "b"].mean[faster] < 0.0


def test_outcomes_are_everyone_segments_places_and_targets(found):
    kinds = {(outcome.what, outcome.dim) for outcome in found.outcomes}
    assert {("coverage", ""), ("coverage", "age"), ("coverage", "area"), ("coverage", "income")} <= kinds
    assert ("coverage", "place") in kinds
    assert {outcome.target for outcome in found.outcomes if outcome.what == "target"} == {"everyone", "faster", "again"}
    assert found.n_runs == 16 and found.n_replicates == 3


def test_groups_of_levers_are_shared_out_as_one():
    scenario = programme(limit=EXAMPLES["verification_limit"], coupon=EXAMPLES["coupon"], idle=idle())
    found = attribute(scenario, run_all, {"quick": ("limit",), "money": ("coupon", "idle")})
    assert found.n_runs == 4
    assert np.abs(sum(share.mean for share in found.shares.values()) - found.total.mean).max() < 1e-9


def test_more_than_eight_levers_are_shared_out_by_sampled_orders():
    levers = {f"coupon_{k}": idle() for k in range(8)} | {"limit": EXAMPLES["verification_limit"]}
    found = attribute(programme(**levers), run_all, n_orders=4)
    assert found.pairs is None and found.n_runs > 9
    assert np.abs(sum(share.mean for share in found.shares.values()) - found.total.mean).max() < 1e-9
    assert not found.order_error["limit"].any()  # alone, it adds the same in every order


def test_a_lever_in_two_groups_is_refused():
    with pytest.raises(ValueError, match="coupon stands in two groups"):
        attribute(programme(coupon=EXAMPLES["coupon"]), run_all, {"a": ("coupon",), "b": ("coupon",)})
    with pytest.raises(ValueError, match="no lever"):
        attribute(programme(), run_all)


def test_names_of_coalitions():
    assert label_of(frozenset()) == NOBODY
    assert label_of(frozenset({"b", "a"})) == "a+b"


def test_a_part_of_a_programme_leaves_out_what_only_the_rest_needs():
    rule = Rule.model_validate(
        {
            "when": {"indicator": "active_accounts_share", "below": 0.9},
            "action": {"lever": "coupon", "change": "scale", "factor": 2.0},
        }
    )
    funders = {
        "bank": CoFunder(match_rate=0.5, cap_yuan=100.0, levers=("coupon",)),
        "operator": CoFunder(match_rate=0.5, cap_yuan=100.0, levers=("coupon", "limit")),
        "county": CoFunder(match_rate=0.5, cap_yuan=100.0),
    }
    whole = programme(coupon=EXAMPLES["coupon"], limit=EXAMPLES["verification_limit"]).model_copy(
        update={"adjustment": {"more": rule}, "budget": Budget(total_yuan=1e6, co_funding=funders)}
    )
    part = with_levers(whole, {"limit"})
    assert list(part.levers) == ["limit"] and part.adjustment == {}
    assert part.budget.total_yuan == 1e6
    assert {name: funder.levers for name, funder in part.budget.co_funding.items()} == {
        "operator": ("limit",), "county": ()
    }  # fmt: skip
    assert with_levers(whole, {"limit", "coupon"}) is whole
    with pytest.raises(KeyError, match="kiosk: no lever of the scenario"):
        with_levers(whole, {"kiosk"})


def test_an_attribution_is_read_back_as_it_was(found):
    plain = json.loads(json.dumps(to_plain(found)))
    again = from_plain(plain)
    assert to_plain(again) == to_plain(found)
    assert np.array_equal(again.shares["coupon"].mean, found.shares["coupon"].mean)
    with pytest.raises(ValueError, match="format 9"):
        from_plain({**plain, "format": 9})


def test_words_and_tables_of_an_attribution_are_whole(found):
    for lang in ("en", "zh"):
        words = player_words(found, {}, lang)
        assert group_table(found, words, {}, lang) is None  # every lever by itself
        assert all(sentences(found, words, lang))
        for table in tables(found, words, lang):
            assert all(len(row) == len(table.columns) for row in table.rows)
        attribution_figure(found, words, True, lang)


def test_one_replicate_has_shares_without_intervals(found):
    def alone(spread):
        nothing = np.full_like(spread.mean, np.nan)
        return replace(spread, low=nothing, high=nothing)

    shares = {name: alone(spread) for name, spread in found.shares.items()}
    one = replace(found, shares=shares, total=alone(found.total), n_replicates=1)
    words = player_words(one, {}, "en")
    assert "()" not in sentences(one, words, "en")[0] and "（）" not in sentences(one, words, "zh")[0]
    assert "One replicate: there is no interval" in tables(one, words, "en")[0].note
    assert "One replicate" in attribution_figure(one, words, True, "en").layout.meta["note"]
    assert "Intervals: 95% over 3 replicates" in tables(found, words, "en")[0].note


def test_groups_are_printed_with_the_levers_in_them(found, capsys):
    scenario = programme(limit=EXAMPLES["verification_limit"], coupon=EXAMPLES["coupon"], points=EXAMPLES["points"])
    shares = {name: found.shares[k] for name, k in (("till", "a"), ("incentives", "coupon"))}
    players = {"till": ("limit",), "incentives": ("coupon", "points")}
    grouped = replace(found, players=players, shares=shares, dropped=shares, spending=shares, pairs=None)
    _print_answer(grouped, scenario, "en")
    out = capsys.readouterr().out
    (line,) = [line for line in out.splitlines() if "first-use coupon" in line]
    assert "Incentives for citizens" in line and "points" in line.split("cashback, ")[1]


def test_levers_of_the_full_plan_fall_into_eight_groups():
    plan = load_scenario(Path(__file__).resolve().parents[2] / "scenarios" / "lishui" / "full_plan.yaml")
    groups = by_group(plan)
    assert len(groups) == 8 and OTHER not in groups
    assert sorted(lever for levers in groups.values() for lever in levers) == sorted(plan.levers)


def test_few_levers_are_players_by_themselves_and_many_go_in_groups():
    few = {f"coupon_{k}": EXAMPLES["coupon"] for k in range(8)}
    assert players_of(programme(**few)) == {name: (name,) for name in few}
    assert players_of(programme(**few, limit=EXAMPLES["verification_limit"])) == {
        "incentives": tuple(few), "till": ("limit",)
    }  # fmt: skip
