"""The Mesa model as Mesa's own users would use it."""

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import mesa
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

from simulation.core.state import Citizens, Merchants
from simulation.engine import constants
from simulation.engine.mesa_engine import Citizen, EpayModel, Kiosk, Merchant, SeniorUniversity, TrainingEvent
from simulation.engine.mesa_engine.readings import AGENT_REPORTERS, MODEL_REPORTERS
from simulation.engine.mesa_engine.resident import Resident
from simulation.engine.mesa_engine.scenario import without_levers
from simulation.engine.plan import plan_of
from simulation.levers import kiosk as kiosk_lever
from simulation.levers import senior_university as class_lever
from simulation.messages import catalogue
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario
from tests.parity.engines import FIXED, start

ROOT = Path(__file__).resolve().parents[2]
PROGRAMME = str(ROOT / "scenarios" / "lishui" / "programme.yaml")
PAGES = ("one-rule-two-engines.md", "one-rule-two-engines.zh-CN.md")
WATCH, BATCH = range(2)  # blocks of a page


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    monkeypatch.setattr(constants, "solved", lambda *_, **__: FIXED)


@pytest.fixture(scope="module")
def programme():
    """Return a model of the example programme after 16 weeks; it is only looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "solved", lambda *_, **__: FIXED)
        model = EpayModel(PROGRAMME, citizens=300, seed=1)
    for _ in range(16):
        model.step()
    return model


def test_the_model_runs_without_any_argument():
    model = EpayModel()
    assert isinstance(model, mesa.Model)
    assert (len(model.citizens), model.week, model.steps) == (300, 0, 0)
    model.step()
    assert (model.week, model.steps) == (1, 1)


def test_agents_have_the_fields_the_state_declares():
    assert set(Resident.__annotations__) == {spec.name for spec in dataclasses.fields(Citizens)}
    assert set(Merchant.__annotations__) == {spec.name for spec in dataclasses.fields(Merchants)}


def test_the_model_frame_has_a_row_a_week_that_says_what_the_agents_say(programme):
    frame = programme.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(MODEL_REPORTERS)
    assert frame.index.tolist() == list(range(16))
    active = [citizen for citizen in programme.citizens if citizen.weeks_since_use < 4]
    assert frame["coverage"].iloc[-1] == len(active) / 300
    assert frame["users"].iloc[-1] == len(programme.agents_by_type[Citizen].select(lambda c: c.stage == 1))
    # kiosks and trainers are paid from week 13, the programme's other levers from week 8
    assert (frame["spending_yuan"].iloc[:8] == 0).all() and (frame["spending_yuan"].iloc[13:] > 0).all()


@pytest.mark.parametrize("kind", [Citizen, Merchant, TrainingEvent, Kiosk])
def test_agent_frames_have_a_row_for_every_agent_and_week(programme, kind):
    frame = programme.datacollector.get_agenttype_vars_dataframe(kind)
    assert list(frame.columns) == list(AGENT_REPORTERS[kind])
    assert len(frame) == 16 * len(programme.agents_by_type[kind])


def test_agents_of_each_type_are_all_there(programme):
    world = programme.world
    assert len(programme.agents_by_type[Citizen]) == len(world.citizens.age) == 300
    assert len(programme.agents_by_type[Merchant]) == len(world.merchants.sector)
    assert len(programme.agents_by_type[Kiosk]) == len(world.places.place_id)
    assert len(programme.agents_by_type[TrainingEvent]) == int(world.places.is_seat.sum()) + 12


def test_kiosks_are_open_from_the_week_they_are_planned_for():
    """The example opens them in week 13."""
    model = EpayModel(PROGRAMME, weeks=15, collect_agents=False)
    opened = []
    while model.running:
        model.step()
        opened.append({kiosk.is_open for kiosk in model.agents_by_type[Kiosk]})
    assert opened == [{False}] * 13 + [{True}] * 2


@pytest.fixture
def on_call():
    """Return a model with a teaching point, and a kiosk that only a rule opens."""
    made = start(300)
    classes = class_lever.SeniorUniversity(kind="senior_university", places=("county_seats",))
    kiosk = kiosk_lever.Kiosk(kind="kiosk", places=("Bihu",), standby=True)
    return EpayModel.from_world(made.world, made.model, made.seed, {"classes": classes, "kiosk": kiosk}, week=0)


def test_teaching_points_of_senior_universities_are_agents(on_call):
    points = on_call.agents_by_type[SeniorUniversity]
    assert len(points) == int(on_call.world.places.is_seat.sum())
    on_call.step()
    assert all(point.is_open for point in points)


def test_helpers_come_and_go_with_the_points_of_the_programme(on_call):
    """A rule opens the kiosk from week 1, and later closes the classes."""
    on_call.step()
    standing = set(on_call.helpers)
    on_call.programme.apply(SimpleNamespace(lever="kiosk", change="start", effect_week=1, envelope_yuan=None))
    on_call.step()
    (kiosk,) = on_call.agents_by_type[Kiosk]
    assert kiosk.is_open and set(on_call.helpers) == standing | {kiosk}
    on_call.programme.apply(SimpleNamespace(lever="classes", change="stop", effect_week=2, envelope_yuan=None))
    on_call.step()
    assert kiosk.is_open and not any(helper.is_open for helper in on_call.agents_by_type[SeniorUniversity])


def test_parents_know_their_children(programme):
    family = programme.world.family
    parents = [citizen for citizen in programme.citizens if citizen.child is not None]
    assert [parent.row for parent in parents] == family.parent.tolist() != []
    assert [parent.child.row for parent in parents] == family.child.tolist()
    assert [parent.child_pays for parent in parents] == family.child_pays.astype(bool).tolist()


def test_what_was_spent_in_a_week_is_what_was_posted(programme):
    frame = programme.datacollector.get_model_vars_dataframe()
    posted = programme.programme.treasury.ledger.fen.sum(axis=(1, 2, 3, 4)) / 100
    assert frame["spending_yuan"].tolist() == posted[:16].tolist()


def test_a_citizens_neighbours_in_the_network_are_its_ties(programme):
    world = programme.world
    for citizen in programme.citizens:
        tied = world.peer[world.peer_start[citizen.row] : world.peer_start[citizen.row + 1]]
        assert sorted(tie.row for tie in citizen.cell.neighborhood.agents) == tied.tolist()
        assert citizen.cell.agents == [citizen]


def test_agents_are_selected_and_grouped_as_in_mesa(programme):
    citizens = programme.agents_by_type[Citizen]
    by_stage = citizens.groupby("stage").count()
    assert sum(by_stage.values()) == 300
    assert by_stage[1] == len(citizens.select(lambda citizen: citizen.is_user))
    assert citizens.agg("skill", max) == max(citizen.skill for citizen in programme.citizens) <= 1.0
    assert len(citizens.select(lambda citizen: citizen.age == 4)) == int((programme.world.citizens.age == 4).sum())
    assert citizens.do("hear_from_ties") is citizens


def test_batch_run_varies_seeds_and_levers():
    settings = {"scenario": PROGRAMME, "weeks": 14, "seed": [1, 2], "without": ["", "kiosks"], "collect_agents": False}
    every_week = {"data_collection_period": 1, "max_steps": 100, "display_progress": False}
    runs = pd.DataFrame(batch_run(EpayModel, settings, **every_week))
    assert runs.groupby(["seed", "without"])["Step"].apply(list).tolist() == [list(range(14))] * 4
    spent = runs.groupby("without")["spending_yuan"].sum()
    assert spent["kiosks"] < spent[""]
    coverage = runs[runs["without"] == ""].groupby("seed")["coverage"].apply(list)
    assert coverage[1] != coverage[2]


def test_the_same_seed_gives_the_same_history():
    first, second = (EpayModel(PROGRAMME, seed=3, weeks=5) for _ in range(2))
    for model in (first, second):
        model.run_model()
    frames = [model.datacollector.get_agenttype_vars_dataframe(Citizen) for model in (first, second)]
    pd.testing.assert_frame_equal(*frames)
    assert first.week == 5 and not first.running


def test_a_lever_left_out_has_no_agents_and_costs_nothing():
    model = EpayModel(PROGRAMME, without="kiosks, training_seats, training_townships")
    assert Kiosk not in model.agents_by_type and TrainingEvent not in model.agents_by_type
    assert "kiosks" not in model.programme.names and "coupon" in model.programme.names


def test_a_lever_that_is_not_there_cannot_be_left_out():
    with pytest.raises(ScenarioError) as refused:
        EpayModel(PROGRAMME, without="kiosk")
    assert "There is no lever kiosk to leave out. There are: campaign_middle_aged, " in refused.value.text("en")
    assert refused.value.text("zh").startswith("没有可去掉的措施 kiosk。")


def test_rules_and_co_funding_that_were_for_a_lever_left_out_are_left_out_with_it():
    when = {"indicator": "survey_use_share", "below": 0.5}
    given = Scenario.model_validate(
        {
            "levers": {"coupon": {"kind": "coupon"}, "fees": {"kind": "fee_subsidy"}},
            "budget": {
                "total_yuan": 100,
                "co_funding": {
                    "banks": {"match_rate": 1, "cap_yuan": 1, "levers": ["fees"]},
                    "shops": {"match_rate": 1, "cap_yuan": 1, "levers": ["coupon", "fees"]},
                    "state": {"match_rate": 1, "cap_yuan": 1},
                },
            },
            "adjustment": {
                "less": {"when": when, "action": {"lever": "fees", "change": "stop"}},
                "more": {"when": when, "action": {"lever": "coupon", "change": "scale", "factor": 2}},
            },
        }
    )
    plan = without_levers(plan_of(given), "fees")
    assert (list(plan.levers), list(plan.adjustment)) == (["coupon"], ["more"])
    assert {name: funder.levers for name, funder in plan.budget.co_funding.items()} == {
        "shops": ("coupon",),
        "state": (),
    }


def blocks(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for block in (WATCH, BATCH):
        exec(blocks(PAGES[0])[block], names)
    shown = capsys.readouterr().out
    assert "coverage" in shown and "kiosks" in shown


def test_the_examples_of_the_chinese_page_are_the_same_but_for_what_they_print():
    def code(page):
        found = [ast.parse(block) for block in blocks(page)]
        nodes = [node for tree in found for node in ast.walk(tree)]
        for call in (n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"):
            call.args = [a for a in call.args if not (isinstance(a, ast.Constant) and isinstance(a.value, str))]
        return [ast.dump(tree) for tree in found]

    one, other = (code(page) for page in PAGES)
    assert one == other and len(one) > BATCH


def test_mesa_is_loaded_only_when_its_engine_is_wanted():
    code = "import sys, simulation; simulation.run_many; print('mesa' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_sentences_about_the_mesa_engine_are_used():
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "simulation" / "engine").rglob("*.py"))
    assert [code for code in catalogue("en") if code.startswith("mesa.") and f'"{code}"' not in source] == []
