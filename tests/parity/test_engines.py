"""The Mesa engine and the array engine are one model: every field of everybody, every week, bit for bit."""

from pathlib import Path

import mesa
import pytest

from simulation.engine import runner
from simulation.engine.mesa_engine.engine import MesaEngine
from simulation.engine.runner import run_many
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import LEVERS
from tests.parity.engines import FIXED, N_WEEKS, events, first_difference, plan, start, unlike_fields

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("n", "n_weeks"), [(300, N_WEEKS), (1_000, 16), pytest.param(2_000, N_WEEKS, marks=pytest.mark.slow)]
)
def test_every_field_sum_and_posting_of_every_week_is_equal_in_both_engines(n, n_weeks):
    """40 weeks of warm-up, then levers of all kinds, too little money, and events of all kinds."""
    assert first_difference(n, n_weeks) == ""


def test_levers_of_every_kind_are_compared():
    assert {lever.kind for lever in plan().levers.values()} == set(LEVERS)


def test_what_is_rare_happens_while_the_engines_are_compared():
    assert {name: times for name, times in events(300, N_WEEKS).items() if times == 0} == {}


@pytest.mark.parametrize("freeze", ["freeze_peers", "freeze_acceptance"])
def test_experiments_that_cut_a_feedback_are_equal_in_both_engines(freeze):
    assert first_difference(300, 30, freeze) == ""


@pytest.mark.parametrize("coefficients", [{"mean_field_share": 0.3}, {"word_of_mouth_weeks": 1_000.0}], ids=str)
def test_structural_switches_are_equal_in_both_engines(coefficients):
    assert first_difference(300, 30, **coefficients) == ""


def test_the_order_of_agents_does_not_matter(monkeypatch):
    def history():
        made = start(300)
        engine = MesaEngine(made.world, made.model, made.seed)
        engine.warm_up()
        engine = engine.fork(plan())
        worlds = []
        for _ in range(20):
            engine.step()
            worlds.append(engine.world)
        return worlds

    shuffled = history()
    monkeypatch.setattr(mesa.agent.AgentSet, "shuffle_do", mesa.agent.AgentSet.do)
    in_order = history()
    assert [unlike_fields(*worlds) for worlds in zip(shuffled, in_order, strict=True)] == [[]] * 20


def test_an_engine_with_weeks_of_a_programme_behind_it_is_not_forked():
    made = start(300)
    engine = MesaEngine(made.world, made.model, made.seed, week=1)
    with pytest.raises(RuntimeError, match="stands at week 1"):
        engine.fork({})


@pytest.fixture
def fixed_constants(monkeypatch):
    monkeypatch.setattr(runner, "solved", lambda *_, **__: FIXED)


def test_a_run_has_the_same_digest_from_either_engine(fixed_constants):
    """Business as usual and the example programme, two replicates, in processes of their own and in one."""
    scenarios = {
        name: load_scenario(ROOT / "scenarios" / "lishui" / f"{name}.yaml", citizens=300, replicates=2, weeks=14)
        for name in ("baseline", "programme")
    }
    array = run_many(scenarios, n_workers=1)
    agents = run_many(scenarios, n_workers=2, engine="mesa")
    assert {name: result.digest for name, result in agents.items()} == {n: r.digest for n, r in array.items()}
    assert array["baseline"].digest != array["programme"].digest


def test_too_many_citizens_are_refused_before_anything_is_solved_or_built(monkeypatch):
    monkeypatch.setattr(runner, "solved", None)
    scenario = load_scenario(ROOT / "scenarios" / "lishui" / "baseline.yaml", citizens="all")
    with pytest.raises(ScenarioError) as refused:
        run_many({"base": scenario}, engine="mesa")
    # 2,106,979 citizens x 8 replicates x 196 weeks x 2.5e-4 s / 3600 s
    assert "2,106,979 citizens would take about 229.4 processor hours" in refused.value.text("en")
    assert "2,106,979 人约需" in refused.value.text("zh")


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="'fast' is none; allowed: array, mesa"):
        run_many({}, engine="fast")
