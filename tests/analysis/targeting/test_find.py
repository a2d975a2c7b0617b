"""Ways of choosing are run on common worlds, measured right, and told apart no more than they can be."""

import json
import math

import numpy as np
import pytest

from simulation.analysis.targeting.find import target_outreach
from simulation.analysis.targeting.people import gini, in_touch, world_of
from simulation.analysis.targeting.record import to_plain
from simulation.analysis.targeting.scenarios import WITHOUT, run_name, scenarios_of
from simulation.outcomes.indicators import spending
from simulation.region import find_region
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario
from tests.analysis.targeting.made import brought, run_once, scenario, standing
from tests.levers.networks import star, ties

LISHUI = find_region("lishui")


def refused(given, **asked):
    with pytest.raises(ScenarioError) as error:
        target_outreach(given, LISHUI, lambda _: pytest.fail("nothing shall be run"), **asked)
    return error.value.text("en"), error.value.text("zh")


# what cannot be examined


@pytest.mark.parametrize(
    ("given", "asked", "words"),
    [
        (Scenario(citizens=500), {}, "no visits at home"),
        (
            scenario().model_copy(update={"levers": {k: scenario().levers["v"] for k in "ab"}}),
            {},
            "several levers of visits at home (a, b)",
        ),
        (scenario(), {"strategies": ["random", "oracle"]}, "oracle is no way of choosing; known are random, random_fr"),
        (scenario(), {"visits": 3_000_000}, "more than the 2,106,979 residents"),
        (scenario(eligibility={"share": 0.0}), {}, "may visit nobody"),
        (scenario(visits=0), {}, "makes no visits"),
    ],
    ids=["none", "two", "unknown", "too many", "nobody", "no visits"],
)
def test_what_cannot_be_examined_is_refused_in_words_before_anything_is_run(given, asked, words):
    english, chinese = refused(given, **asked)
    assert words in english
    assert "例如" in chinese or "只保留" in chinese


# what is run


def test_runs_differ_in_the_lever_alone_and_in_how_much_others_weigh():
    runs = scenarios_of(scenario(), ("random", "degree"), ("simple", "complex"))
    assert list(runs) == [f"{c}/{s}" for c in ("simple", "complex") for s in (WITHOUT, "random", "degree")]
    assert runs["simple/without"].levers == {}
    assert runs["simple/degree"].levers["v"].strategy == "degree"
    assert runs["simple/degree"].behaviour == Behaviour()
    changed = {
        name
        for name in Behaviour.model_fields
        if getattr(runs["complex/degree"].behaviour, name) != getattr(Behaviour(), name)
    }
    assert changed == {"weight_peers"}
    assert runs["complex/degree"].behaviour.weight_peers == 0.8  # the top of its range


# what is measured


def test_the_people_told_of_are_those_the_runs_visited():
    found = run_once()
    for name, people in found.people.items():
        assert found.main.brought[name].visits.tolist() == pytest.approx(people.visited.tolist())
        helped = found.results[run_name("simple", name)].dataset.n_helps.sel(help="training").sum("week").values
        assert (helped <= people.let_in * (1 + 1e-12)).all()  # skilled users are not taught
    assert (found.crowd.reachable < found.crowd.eligible).all()


def test_the_worlds_looked_into_are_those_that_are_run():
    found = run_once()
    world = world_of(scenario(), LISHUI, 1)
    seeds = found.results["simple/without"].dataset.seed.values
    assert int(seeds[1]) == world.seed


def test_users_and_money_are_differences_to_nobody_visited():
    found = run_once()
    for contagion, kept in found.standings.items():
        without = found.results[run_name(contagion, WITHOUT)].dataset
        for name, its in kept.brought.items():
            d = found.results[run_name(contagion, name)].dataset
            users = [run.n_active.isel(week=-1).sum(("age", "area", "income")).values for run in (d, without)]
            assert its.users.tolist() == pytest.approx((users[0] - users[1]).tolist())
            assert its.yuan.tolist() == pytest.approx(spending(d).values.tolist())  # nothing else is bought
            assert its.lever_yuan.tolist() == pytest.approx(its.yuan.tolist())


def test_asking_everybody_costs_more_than_asking_a_few_a_settlement():
    its = run_once().main.brought
    per_visit = {name: (found.yuan / found.visits).mean() for name, found in its.items()}
    assert per_visit["random"] < per_visit["gossip_nominees"] < per_visit["degree"]
    # 60 yuan a visit and 10 for whom it teaches; 15 for each of 2,106,979 residents beside
    for name, asked in (("random", 0), ("degree", 2_106_979)):
        taught = run_once().results[run_name("simple", name)].dataset.n_helps.sel(help="training").sum("week").values
        owed = 60 * its[name].visits + 10 * taught + 15 * asked
        assert its[name].yuan.tolist() == pytest.approx(owed.tolist(), rel=1e-6)


def test_those_in_touch_are_the_visited_and_their_contacts():
    start, peer = ties(8, star(4))
    assert in_touch(start, peer, np.array([0])) == 5
    assert in_touch(start, peer, np.array([1, 6])) == 3


def test_the_gini_of_visits_is_none_where_all_have_their_share_and_large_where_one_has_all():
    assert gini(np.array([10, 20, 0]), np.array([100.0, 200.0, 0.0])) == pytest.approx(0)
    assert gini(np.array([0, 5]), np.array([90.0, 10.0])) == pytest.approx(0.9)
    assert gini(np.array([0, 0]), np.array([1.0, 1.0])) == 0


# what is said to be so


def test_the_leader_adds_most_and_who_cannot_be_told_apart_is_named():
    found = standing({"random": [10, 20, 30, 40], "gossip_nominees": [11, 19, 32, 41], "degree": [1, 11, 21, 31]})
    assert found.order == ("gossip_nominees", "random", "degree")
    assert found.not_told_apart == ("random",) and found.is_ranked
    assert found.against_random("random") is None
    assert found.against_random("degree").mean == -9 and found.against_random("degree").sign == -1


def test_where_nobody_is_certainly_worse_there_is_no_order():
    assert not standing({"random": [10, 30, 20], "degree": [30, 10, 21]}).is_ranked
    assert not standing({"random": [10], "degree": [30]}).is_ranked


def test_money_decides_otherwise_than_users():
    found = standing({"random": [10, 11, 12], "degree": [30, 31, 32]})
    assert found.leader == "degree" and found.cheapest == "random"
    assert found.not_told_from_cheapest == ()
    assert standing({"random": [1, 30], "degree": [90, 3]}).not_told_from_cheapest == ("degree",)
    assert found.brought["random"].per_money.mean == pytest.approx(11)
    assert found.brought["degree"].per_money.mean == pytest.approx(31 / 8)


def test_without_money_spent_there_is_no_ratio():
    assert math.isnan(brought([1.0, 2.0], 0.0).per_money.mean)


def test_the_record_holds_everything_as_plain_data():
    data = json.loads(json.dumps(to_plain(run_once())))
    assert set(data["contagions"]) == {"simple", "complex"}
    simple = data["contagions"]["simple"]
    assert simple["leader"] == simple["order"][0]
    its = simple["strategies"][simple["leader"]]
    assert np.mean(its["added_users"]["by_replicate"]) == pytest.approx(its["added_users"]["mean"])
    assert set(data["people"]) == set(simple["order"])
    assert len(data["digests"]) == 8
