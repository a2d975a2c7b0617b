"""The page without a browser; skipped where Solara is not: pip install 'epay-adoption[mesa-viz]'."""

import time
from pathlib import Path

import pytest

from simulation.engine import constants
from simulation.messages import TAGS
from simulation.outcomes.wording import say
from simulation.scenario.load import load_scenario
from tests.parity.engines import FIXED

solara = pytest.importorskip("solara")
import ipyvuetify as vuetify  # noqa: E402
from solara.components.title import TitleWidget  # noqa: E402

from simulation.mesa_viz import app  # noqa: E402

PATIENCE = 60.0  # seconds


@pytest.fixture(autouse=True)
def fixed_constants(monkeypatch):
    monkeypatch.setattr(constants, "solved", lambda *_, **__: FIXED)


@pytest.fixture(params=TAGS)
def page(request, monkeypatch):
    """Return the page of the example programme once its world is there."""
    monkeypatch.setattr(app, "lang", request.param)
    _, drawn = solara.render(solara.AppLayout([app.Page()]), handle_error=False)
    wait_for(lambda: button(drawn, "Step"))
    yield drawn
    drawn.close()


def wait_for(found):
    end = time.monotonic() + PATIENCE
    while not found() and time.monotonic() < end:
        time.sleep(0.1)
    assert found()


def button(drawn, label):
    return next((one.widget for one in drawn.find(vuetify.Btn) if one.widget.children == [label]), None)


def texts(drawn):
    return [one.widget.children[0] for one in drawn.find(vuetify.Html, tag="span")]


def test_steps_are_taken_and_reset(page):
    size = {"citizens": app.CITIZENS, "seed": 1, "weeks": 156}
    assert say("mesa_viz.shown", app.lang, size) in texts(page)
    for label, steps in (("Step", 1), ("Step", 2), ("Reset", 0)):
        button(page, label).click()
        assert f"Step: {steps}" in texts(page)


def test_the_browsers_tab_says_what_is_watched_and_no_page_is_numbered(page):
    plan = load_scenario(app.scenario_files()[app.FIRST_SHOWN])
    titles = [one.widget.title for one in page.find(TitleWidget)]
    assert f"{getattr(plan.title, app.lang)} · {app.TITLE}" in titles
    assert ".v-tabs { display: none; }" in app.STYLE


def test_all_levers_that_have_a_dose_have_a_slider():
    plan = load_scenario(app.scenario_files()["programme"])
    assert {name for name in app.settings_of(plan) if name.endswith(".dose")} == {
        f"{name}.dose" for name, lever in plan.levers.items() if lever.scales
    }


def test_a_plan_with_a_budget_is_offered_no_more_than_its_doses():
    plan = load_scenario(app.scenario_files()["full_plan"])
    assert plan.budget is not None
    assert {one.max for name, one in app.settings_of(plan).items() if name.endswith(".dose")} == {1.0}


def test_without_scenarios_the_page_says_so(monkeypatch):
    monkeypatch.setattr(app, "scenario_files", dict[str, Path])
    _, drawn = solara.render(app.Page(), handle_error=False)
    assert drawn.find(vuetify.Alert)
    drawn.close()
