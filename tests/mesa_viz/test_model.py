"""What the page shows is what `epay run` computes from the same settings."""

from pathlib import Path

import pytest

import simulation
from simulation.engine import constants, runner
from simulation.mesa_viz.model import OF_AGES, WatchedModel, with_doses
from simulation.outcomes.indicators import acceptance, coverage, coverage_by_place
from simulation.scenario.load import load_scenario, to_yaml
from tests.parity.engines import FIXED

LISHUI = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
WEEKS = 20  # coupons, kiosks and trainers act from week 13
LAST_BIT = 1e-12  # a run divides residents, the page citizens; one citizen more or less would be 3e-3


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    for module in (constants, runner):
        monkeypatch.setattr(module, "solved", lambda *_, **__: FIXED)


@pytest.fixture
def plan():
    return load_scenario(LISHUI / "programme.yaml", weeks=WEEKS)


def played(model):
    """Return a model after its last week."""
    while model.running:
        model.step()
    return model


def run_of(model, folder):
    """Return what a run of the model's scenario file comes to."""
    file = folder / "watched.yaml"
    file.write_text(to_yaml(model.as_run), encoding="utf-8")
    return simulation.run(simulation.load_scenario(file), n_workers=1).dataset.isel(replicate=0)


@pytest.mark.parametrize("doses", [{}, {"coupon.dose": 2.0, "kiosks.dose": 0.25, "training_seats.dose": 0.0}], ids=str)
def test_the_last_figures_are_those_of_a_run_of_the_same_file(plan, tmp_path, doses):
    model = played(WatchedModel(plan, citizens=300, seed=3, **doses))
    shown = model.datacollector.get_model_vars_dataframe()
    run = run_of(model, tmp_path)
    assert len(shown) == WEEKS == run.sizes["week"]
    ages = coverage(run, by=["age"]).transpose("week", "age")
    assert shown["coverage"].to_numpy() == pytest.approx(coverage(run).values, abs=LAST_BIT)
    assert shown[list(OF_AGES.values())].to_numpy() == pytest.approx(ages.values, abs=LAST_BIT)
    assert shown["acceptance"].to_numpy() == pytest.approx(acceptance(run).values, abs=LAST_BIT)


def test_a_moved_dose_acts_and_the_plan_stays(plan):
    before = to_yaml(plan)
    as_planned, moved = (played(WatchedModel(plan, 300, 3, **{"terminals.dose": times})) for times in (1.0, 0.0))
    assert (as_planned.doses, moved.doses) == ({}, {"terminals": 0.0})
    assert as_planned.spending_yuan > moved.spending_yuan
    assert to_yaml(plan) == before


def test_settlements_are_coloured_by_the_coverage_of_a_run(plan, tmp_path):
    pytest.importorskip("matplotlib")
    from simulation.mesa_viz.figures import coverage_by_place as shown_by_place

    model = played(WatchedModel(plan, 300))
    n, share = shown_by_place(model)
    run = coverage_by_place(run_of(model, tmp_path)).isel(week=-1)
    lived_in = n > 0
    assert n.sum() == 300
    assert share[lived_in] == pytest.approx(run.values[lived_in], abs=LAST_BIT)


@pytest.mark.parametrize("times", [0.0, 0.25, 2.0])
def test_every_dose_a_slider_allows_gives_a_scenario(tmp_path, times):
    for file in (LISHUI / "programme.yaml", LISHUI / "full_plan.yaml", LISHUI / "merchant_subsidies.yaml"):
        plan = load_scenario(file)
        if plan.budget is not None and times > 1.0:
            continue  # the page offers no more than the plan's dose
        changed = with_doses(plan, {name: times for name, lever in plan.levers.items() if lever.scales})
        saved = tmp_path / file.name
        saved.write_text(to_yaml(changed), encoding="utf-8")
        assert load_scenario(saved).levers == changed.levers
