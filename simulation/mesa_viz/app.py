"""The page: Mesa's SolaraViz with the settings, plots and map of this model."""

import os
from pathlib import Path
from typing import Any

import solara
import solara.lab
import solara.server.settings
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from simulation.analysis.placement.loading import load_scenario
from simulation.mesa_viz.figures import settlements, shares_over_time, use_chinese_fonts
from simulation.mesa_viz.model import DOSE, OF_AGES, WatchedModel
from simulation.messages import language, number
from simulation.outcomes.wording import label, labels_of_levers, say
from simulation.plots.style import BASE, BLUE, GREEN, ORANGE, PURPLE, TEXT
from simulation.scenario.examples import EXAMPLES, example_folders
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import FEWEST_CITIZENS, Scenario

FIRST_SHOWN = "programme"
FILE = "watched.yaml"
CITIZENS, MOST_CITIZENS, CITIZENS_STEP = 500, 3_000, 100
MOST_SEED = 100
MOST_DOSE, DOSE_STEP = 2.0, 0.25
AGE_COLOURS = (BLUE, GREEN, PURPLE, ORANGE, TEXT)
TITLE = "epay-adoption"
# names stand above sliders, which they would leave no room for beside them; plots keep within their frames;
# a tab called "Page 0" would head Mesa's only page
STYLE = """
.v-input__slider .v-input__slot { flex-wrap: wrap; }
.v-input__slider .v-input__slot > .v-label { flex: 0 0 100%; height: auto !important; }
.solara-autorouter-content .v-tabs { display: none; }
.vue-grid-item .widget-image { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
"""
LANGUAGES = ("EPAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG")  # as the command line

lang = language(next((os.environ[name] for name in LANGUAGES if os.environ.get(name)), "en"))
use_chinese_fonts()
solara.server.settings.telemetry.mixpanel_enable = False  # it would tell Solara's makers of every start
solara.server.settings.theme.title = TITLE
solara.server.settings.theme.show_banner = False  # it would lie over the last plot


def scenario_files() -> dict[str, Path]:
    """Return the packaged scenarios by name."""
    folders = example_folders()
    folder = next((folder for folder in folders if folder.is_dir()), folders[0])
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def lever_names(plan: Scenario) -> dict[str, str]:
    """Return how a plan's levers are written."""
    return labels_of_levers({name: lever.kind for name, lever in plan.levers.items()}, lang)


def settings_of(plan: Scenario) -> dict[str, Any]:
    """Return what the page lets people move, in the form SolaraViz takes."""
    # a plan that may spend no more than it has would be refused with larger doses
    most = MOST_DOSE if plan.budget is None else 1.0
    names = lever_names(plan)
    sizes = {
        "citizens": Slider(
            say("report.provenance.citizens", lang), CITIZENS, FEWEST_CITIZENS, MOST_CITIZENS, CITIZENS_STEP
        ),
        "seed": Slider(say("mesa_viz.seed", lang), plan.seed, 0, max(MOST_SEED, plan.seed), 1),
    }
    doses = {
        name + DOSE: Slider(say("mesa_viz.dose", lang, {"lever": names[name]}), 1.0, 0.0, most, DOSE_STEP)
        for name, lever in plan.levers.items()
        if lever.scales
    }
    return {"plan": plan, **sizes, **doses}


def plots() -> list[Any]:
    """Return the plots and the map, in the order of the page."""
    ages = [label("age", age, lang) for age in OF_AGES]
    coverage, acceptance = say("plot.axis.coverage_short", lang), say("mesa_viz.acceptance", lang)
    everybody = [coverage, say("mesa_viz.users", lang)]
    payments = [acceptance, say("mesa_viz.electronic_share", lang)]
    return [
        make_plot_component(
            {"coverage": BLUE, "share_of_users": BASE},
            shares_over_time(say("mesa_viz.plot.coverage", lang), everybody),
        ),
        (Settlements, 0),
        make_plot_component(
            dict(zip(OF_AGES.values(), AGE_COLOURS, strict=True)),
            shares_over_time(say("mesa_viz.plot.age", lang), ages),
        ),
        make_plot_component(
            {"acceptance": GREEN, "electronic_share": ORANGE},
            shares_over_time(say("mesa_viz.plot.payments", lang), payments),
        ),
    ]


def first_model(file: Path) -> tuple[WatchedModel, dict[str, Any]]:
    """Return a scenario's model as the sliders first stand, with what the sliders are."""
    plan = load_scenario(file)
    return WatchedModel(plan, CITIZENS, plan.seed), settings_of(plan)


@solara.component
def Settlements(model: WatchedModel) -> None:
    """Draw the map after every step."""
    update_counter.get()
    solara.FigureMatplotlib(settlements(model, lang), format="png", bbox_inches="tight")


@solara.component
def Shown(model: solara.Reactive[WatchedModel]) -> None:
    """Tell what the model shown was made of, and give it as a scenario file."""
    made = model.value.as_run
    names = lever_names(made)
    size = {"citizens": made.citizens, "seed": made.seed, "weeks": made.weeks}
    with solara.Sidebar(), solara.Card(), solara.Column():
        solara.Text(say("mesa_viz.shown", lang, size))
        for name, times in model.value.doses.items():
            solara.Text(say("mesa_viz.changed", lang, {"lever": names[name], "times": number(times)}))
        solara.FileDownload(to_yaml(made), FILE, label=say("what_if.save", lang))
        solara.Text(say("what_if.save_note", lang))


@solara.component
def Below(model: solara.Reactive[WatchedModel]) -> None:
    """Put what is shown below Mesa's controls: the deeper a component, the lower it stands in Solara's sidebar."""
    Shown(model)


@solara.component
def Running(first: WatchedModel, settings: dict[str, Any], title: str) -> None:
    """Show Mesa's page of a model, and below its controls what the model was made of."""
    model = solara.use_reactive(first)
    solara.Title(f"{title} · {TITLE}")
    SolaraViz(model, components=plots(), model_params=settings, name=title)
    Below(model)


@solara.component
def Watched(file: Path) -> None:
    """Show a scenario once its world is there."""
    made = solara.lab.use_task(lambda: first_model(file), dependencies=[])
    if made.error:
        solara.Error(str(made.exception))
    elif not made.finished:
        solara.Title(TITLE)
        solara.AppBarTitle(TITLE)
        solara.Info(say("mesa_viz.waiting", lang))
        solara.ProgressLinear()
    else:
        model, settings = made.value
        Running(model, settings, getattr(model.as_run.title, lang) or file.stem)


@solara.component
def Page() -> None:
    """Choose a scenario, and watch it."""
    files = scenario_files()
    name, choose = solara.use_state(FIRST_SHOWN if FIRST_SHOWN in files else next(iter(files), ""))
    solara.Style(STYLE)
    with solara.Sidebar(), solara.Card():
        solara.Select(say("mesa_viz.scenario", lang), list(files), name, choose)
        solara.Text(say("mesa_viz.note", lang))
    if name:
        Watched(files[name]).key(name)
    else:
        solara.Error(say("mesa_viz.no_files", lang, {"folder": str(EXAMPLES)}))
