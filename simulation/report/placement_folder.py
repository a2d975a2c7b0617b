"""The folder of places chosen: pages, tables, GeoJSON, and the scenario that names every place."""

import csv
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go

from simulation.analysis.placement.geojson import (
    Row,
    settlement_rows,
    site_rows,
    sites_geojson,
    stay_rows,
    tours_geojson,
)
from simulation.analysis.placement.in_scenario import Found
from simulation.analysis.placement.ranking import WITHOUT, Ranking
from simulation.analysis.placement.siting import Siting
from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder
from simulation.outcomes.wording import say
from simulation.plots import placement as plots
from simulation.region.sources import Region
from simulation.report.analysis_page import analysis_page, write_json
from simulation.report.placement import layout_name, sentences, summary, tables
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import Scenario

PAGES = {"en": "placement.html", "zh": "placement.zh.html"}
SUMMARY, SCENARIO = "placement.json", "scenario.yaml"


def write_placement(
    folder: Path, name: str, found: Found, ranking: Ranking | None, scenario: Scenario, region: Region
) -> Path:
    """Write everything about the places of a lever into `folder / report`, whole or not at all.

    Parameters
    ----------
    folder : path
    name : str
        Of the lever.
    found : Siting or Touring
    ranking : Ranking or None
        Layouts in the simulation, where they were run.
    scenario : Scenario
        With all places named.
    region : Region

    Returns
    -------
    Path
        The folder written.
    """
    target = folder / REPORT_FOLDER
    with atomic_folder(target, PAGES["en"]) as fresh:
        for lang, page_name in PAGES.items():
            (fresh / page_name).write_text(page(name, found, ranking, scenario, region, lang), encoding="utf-8")
        write_json(fresh / SUMMARY, summary(name, found, ranking))
        (fresh / SCENARIO).write_text(to_yaml(scenario), encoding="utf-8")
        if isinstance(found, Siting):
            _write_csv(fresh / "sites.csv", site_rows(found))
            _write_csv(fresh / "settlements.csv", settlement_rows(found, region))
            write_json(fresh / "sites.geojson", sites_geojson(found, region))
        else:
            _write_csv(fresh / "stays.csv", stay_rows(found))
            write_json(fresh / "stays.geojson", tours_geojson(found))
        if ranking is not None:
            results = {key: ranking.results[key] for key in (*ranking.layouts, WITHOUT)}
            write_manifest(fresh, "export", {ranking.chosen: results.pop(ranking.chosen), **results})
    return target


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["place"])
        writer.writeheader()
        writer.writerows(rows)


def figures(found: Found, ranking: Ranking | None, scenario: Scenario, region: Region, lang: str) -> list[go.Figure]:
    """Return the map, what each site adds or where trainers are when, and layouts in the simulation."""
    made_up = scenario.survey.illustrative
    if isinstance(found, Siting):
        drawn = [plots.site_map(found, region, lang, made_up), plots.gain_figure(found, lang, made_up)]
    else:
        drawn = [plots.tour_map(found, region, lang, made_up), plots.schedule_figure(found, lang, made_up)]
    if ranking is not None:
        names = {name: layout_name(name, lang) for name in ranking.layouts}
        drawn.append(plots.ranking_figure(ranking, names, lang, made_up))
    return drawn


def page(name: str, found: Found, ranking: Ranking | None, scenario: Scenario, region: Region, lang: str) -> str:
    """Return a page that asks no server for anything."""
    return analysis_page(
        say("placement.title", lang, {"name": name}),
        sentences(found, ranking, lang),
        figures(found, ranking, scenario, region, lang),
        tables(found, ranking, lang),
        scenario.survey.illustrative,
        say("placement.footer", lang),
        PAGES,
        lang,
    )
