"""Sites chosen in regions: demand, travel and money by hand, and layouts that only the simulation tells apart."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

import simulation
from simulation.analysis.experiment.backends import Serial
from simulation.analysis.placement.candidates import candidates_of, existing_of, ways_within
from simulation.analysis.placement.demand import demand_of
from simulation.analysis.placement.in_scenario import find_places, placed, with_places
from simulation.analysis.placement.layouts import layouts_of
from simulation.analysis.placement.loading import load_scenario
from simulation.analysis.placement.ranking import rank, scenarios_of
from simulation.analysis.placement.rivals import rival_layouts
from simulation.analysis.placement.siting import catchments
from simulation.analysis.runs import Runs
from simulation.levers.base import Eligibility
from simulation.levers.kiosk import Kiosk
from simulation.levers.placement import SitePlacement
from simulation.region import find_region
from simulation.region.sources import SITE, TABLES, Place
from simulation.region.tables.model import Trip
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import Scenario
from simulation.scenario.survey import Survey
from tests.analysis.placement.regions import make_region

INTRA_TOWN_KM = 0.8  # ODD 2
# 3,600 people at one site; 6,000 in a ring 9 km around another, 30 km away
NEAR = ("A", "rural", 0.0, 0.0, 3600)
RING = [(f"F{k}", "rural", 30 + 9 * np.cos(k * 1.25), 9 * np.sin(k * 1.25), 1200) for k in range(5)]
SITES = [("near", 0.0, 0.0, ""), ("far", 30.0, 0.0, "")]


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return make_region(tmp_path_factory.mktemp("ring") / "region", [NEAR, *RING], SITES)


def kiosks(region: str, placement: dict, **more) -> Scenario:
    lever = {"kind": "kiosk", "placement": placement, **more}
    return Scenario.model_validate({"region": region, "weeks": 26, "levers": {"kiosks": lever}})


def sited(scenario: Scenario):
    return find_places(scenario, find_region(scenario.region))["kiosks"]


def chosen(scenario: Scenario) -> list[str]:
    siting = sited(scenario)
    return [siting.problem.candidates.ids[site] for site in siting.order]


def test_demand_is_everybody_or_those_who_do_not_pay_electronically(ring):
    region = find_region(ring)
    everybody = demand_of(region, Survey(), Eligibility(), SitePlacement(number=1, count="residents"))
    assert everybody.total == region.n_eligible == everybody.residents.sum()
    without = demand_of(region, Survey(), Eligibility(), SitePlacement(number=1))
    assert np.all(without.people <= everybody.people)
    old = demand_of(region, Survey(), Eligibility(), SitePlacement(number=1, serve="elderly"))
    np.testing.assert_array_equal(old.people[:, 3:], without.people[:, 3:])
    assert not old.people[:, :3].any()
    young = demand_of(region, Survey(), Eligibility(ages=("15-29",)), SitePlacement(number=1))
    np.testing.assert_array_equal(young.people[:, 0], without.people[:, 0])
    assert not young.people[:, 1:].any()
    remote = demand_of(region, Survey(), Eligibility(), SitePlacement(number=1, serve="remote"))
    assert remote.total == 0  # all of these places are rural towns
    here = demand_of(region, Survey(), Eligibility(places=("A",)), SitePlacement(number=1, count="residents"))
    assert here.total == everybody.people[everybody.place == 0].sum()


def test_travel_is_a_straight_line_or_the_measured_way(ring):
    region = find_region(ring)
    demand = demand_of(region, Survey(), Eligibility(), SitePlacement(number=1))
    spots = candidates_of(region, ())
    assert spots.ids == ("near", "far")
    ways = ways_within(region, demand, spots, np.full(len(demand.x_km), 12.0))
    km = {(demand.place[p], s): way for p, s, way in zip(ways.point, ways.spot, ways.km, strict=True)}
    assert set(km) == {(0, 0), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)}
    assert km[0, 0] == pytest.approx(INTRA_TOWN_KM, abs=0.01)
    assert [km[k, 1] for k in range(1, 6)] == pytest.approx([9 + INTRA_TOWN_KM] * 5, abs=0.05)
    measured = replace(region, travel=(Trip("A", "far", 2.0), Trip("F0", "far", 40.0)))
    ways = ways_within(measured, demand, spots, np.full(len(demand.x_km), 12.0))
    km = {(demand.place[p], s): way for p, s, way in zip(ways.point, ways.spot, ways.km, strict=True)}
    assert km[0, 1] == pytest.approx(2.0 + INTRA_TOWN_KM)
    assert (1, 1) not in km


def test_the_limit_of_an_age_decides_who_is_reached(ring):
    assert chosen(kiosks(ring, {"number": 1, "travel_limit_km": 15})) == ["far"]
    assert chosen(kiosks(ring, {"number": 1, "travel_limit_km": 5})) == ["near"]
    old_near = {"number": 2, "travel_limit_km": 15, "travel_limit_by_age": {"60-74": 5, "75+": 5}}
    siting = sited(kiosks(ring, old_near))
    people, place = siting.problem.demand.people, siting.problem.demand.place
    wanted = people[place == 0].sum() + people[place > 0][:, :3].sum()
    assert siting.covered == pytest.approx(wanted)
    near = catchments(siting.problem, siting.answer.sites)
    assert near.people.sum() == pytest.approx(siting.covered)
    assert near.people[1, 3:].sum() == 0  # the old do not go to the far site


def test_what_exists_must_and_may_not_is_honoured(ring):
    region = find_region(ring)
    with_bank = replace(region, access_points=(Place("b", "Bank", "", 0.0, 100.0, "access_point", TABLES),))
    assert len(existing_of(with_bank, ("access_points",))) == 1
    scenario = kiosks(ring, {"number": 1, "travel_limit_km": 5, "existing": ["access_points"]})
    with pytest.raises(ScenarioError, match="nobody who counts can reach"):
        find_places(kiosks(ring, {"number": 1, "travel_limit_km": 5, "candidates": ["far"]}), region)
    siting = find_places(scenario, with_bank)["kiosks"]
    assert siting.covered_before == siting.covered  # the bank covers place A already; nobody else is within 5 km
    assert chosen(kiosks(ring, {"number": 1, "travel_limit_km": 15, "must_open": ["near"]})) == ["near"]
    assert chosen(kiosks(ring, {"number": 1, "travel_limit_km": 15, "never_open": ["far"]})) == ["near"]
    rivals = rival_layouts(sited(kiosks(ring, {"number": 1, "travel_limit_km": 15, "must_open": ["near"]})))
    assert set(rivals.values()) == {(0,)}


def test_a_site_s_monthly_cost_takes_the_place_of_the_lever_s_price(tmp_path):
    region = make_region(tmp_path / "r", [NEAR, *RING], [("near", 0.0, 0.0, 520), ("far", 30.0, 0.0, "")])
    scenario = kiosks(region, {"number": 2, "travel_limit_km": 15}, set_up_yuan=1000, yuan_per_week=100)
    siting = sited(scenario)
    assert siting.problem.covering.costs.tolist() == [1000 + 26 * 520 * 12 / 52, 1000 + 26 * 100]
    lever = placed(scenario).levers["kiosks"]
    assert {site.place: site.yuan_per_week for site in lever.sites} == {"near": 120.0, "far": None}
    assert lever.commitments(26, 0) == {"devices": 2 * 100_000, "operations": 26 * (12_000 + 10_000)}
    assert {site.place: site.yuan_per_week for site in lever.scaled(2).sites} == {"near": 240.0, "far": None}
    found = sited(kiosks(region, {"budget_yuan": 4000, "travel_limit_km": 15}, set_up_yuan=1000, yuan_per_week=100))
    assert [found.problem.candidates.ids[s] for s in found.order] == ["far"]


def test_least_travel_within_a_budget_takes_what_the_budget_reaches_for(tmp_path):
    region = make_region(tmp_path / "r", [NEAR, *RING], [("near", 0.0, 0.0, 52_000), ("far", 30.0, 0.0, "")])
    # near costs 1,000 + 26 x 12,000 yuan, far 1,000 + 26 x 100
    money = {"method": "p_median", "budget_yuan": 4000}
    found = sited(kiosks(region, money, set_up_yuan=1000, yuan_per_week=100))
    assert [found.problem.candidates.ids[site] for site in found.order] == ["far"]


@pytest.mark.parametrize(
    "placement",
    [
        {"method": "set_cover", "number": 5},
        {"method": "p_median", "number": 5, "least_share_by_area": {"remote": 0.5}},
        {"method": "capacitated", "number": 5, "least_share_by_area": {"remote": 0.5}},
        {"number": 5, "people_per_site": 100},
    ],
)  # fmt: skip
def test_what_a_method_has_no_use_for_is_refused(placement):
    with pytest.raises(ValidationError, match="has no use for"):
        SitePlacement(**placement)


def test_a_resolved_scenario_names_its_sites_and_loads_to_itself(ring, tmp_path):
    path = tmp_path / "plan.yaml"
    lever = "{kind: kiosk, sites: optimise, placement: {number: 1}}"
    path.write_text(f"region: {ring}\nweeks: 26\nlevers:\n  k: {lever}\n")
    scenario = load_scenario(path)
    assert [site.place for site in scenario.levers["k"].sites] == ["near"]
    again = tmp_path / "resolved.yaml"
    again.write_text(to_yaml(scenario))
    assert load_scenario(again) == scenario
    assert "place: near" in again.read_text()


def test_places_left_open_are_not_run(ring):
    with pytest.raises(ScenarioError, match="still to be found"):
        simulation.run(kiosks(ring, {"number": 1}).model_copy(update={"citizens": 300, "weeks": 1, "replicates": 1}))


@pytest.mark.parametrize(
    ("placement", "words"),
    [
        ({"number": 1, "serve": "remote"}, "nobody counts"),
        ({"budget_yuan": 100}, "cheapest site costs"),
        ({"number": 1, "must_open": ["near", "far"]}, "2 sites must open"),
        ({"budget_yuan": 50_000, "must_open": ["near", "far"]}, "sites that must open"),
        ({"number": 1, "must_open": ["near"], "never_open": ["Site near"]}, "must open and may not open"),
        ({"number": 1, "never_open": ["near", "far"]}, "no candidate is left"),
        ({"number": 1, "candidates": ["near"], "must_open": ["far"]}, "not among the candidates"),
        ({"number": 1, "travel_limit_km": 0.5}, "nobody who counts can reach any"),
        ({"number": 2, "travel_limit_km": 5, "least_share_by_area": {"town": 0.9}}, "all candidates together reach"),
        ({"number": 1, "travel_limit_km": 15, "least_share_by_area": {"town": 0.9}}, "no layout of the sites allowed"),
        ({"method": "p_median", "budget_yuan": 100}, "cheapest site costs"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_words(ring, placement, words):
    with pytest.raises(ScenarioError) as refused:
        sited(kiosks(ring, placement))
    english = refused.value.messages[0]
    assert words in str(english)
    assert "kiosks" in str(english)
    assert "{" not in str(english).replace("{{", "").replace("placement: {", "")


def test_people_who_are_near_need_not_come_and_the_simulation_says_so(ring):
    """Within 15 km the far site covers more people, who are 10 km away; the near one is where more people come."""
    region = find_region(ring)
    scenario = kiosks(ring, {"number": 1, "travel_limit_km": 15}, capacity_per_week=2000)
    scenario = scenario.model_copy(update={"citizens": 7000, "weeks": 30, "replicates": 4})
    found = find_places(scenario, region)
    scenario = with_places(scenario, found)
    lever = scenario.levers["kiosks"]
    assert isinstance(lever, Kiosk)
    layouts = layouts_of(lever, found["kiosks"], 1, scenario.behaviour.help_distance_km)
    assert layouts["optimised"].lever.sites[0].place == "far"
    assert layouts["attendance"].lever.sites[0].place == "near"
    assert layouts["optimised"].proxy > 1.5 * layouts["attendance"].proxy
    runs = Runs(scenarios_of(scenario, "kiosks", layouts), lambda: Serial(1))
    ranking = rank(runs, layouts, "optimised", 4)
    assert ranking.leader in ("attendance", "largest_first")  # the near site, both
    assert ranking.beaten_by == ranking.leader
    assert ranking.layouts["optimised"].against_leader.advantage.low > 0
    assert ranking.layouts["attendance"].users_per_100 > 3 * ranking.layouts["optimised"].users_per_100
    gain, users = ranking.layouts["optimised"].gain, ranking.layouts["optimised"].users
    assert users.mean == pytest.approx(gain.mean * region.n_eligible)


def test_a_site_may_be_any_name_the_region_knows():
    region = find_region("lishui")
    assert len(candidates_of(region, ())) == 105  # settlements, as it has no candidate sites
    assert len(candidates_of(region, ("county_seats",))) == 9
    assert candidates_of(region, ("Bihu",)).place[0].name_zh == "碧湖"
    assert SITE not in {place.kind for place in candidates_of(region, ("settlements",)).place}
