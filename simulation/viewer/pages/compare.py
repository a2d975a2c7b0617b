"""Compare: runs on the same worlds side by side, paired; what they cost; and which levers brought it."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from simulation.analysis import attribution_record
from simulation.analysis.attribution import Attribution
from simulation.analysis.comparison import compare
from simulation.outcomes.result import Result
from simulation.outcomes.results_folders import EXPERIMENT_FILE, EXPERIMENT_FOLDER, REPORT_FOLDER
from simulation.outcomes.wording import labels_of_levers
from simulation.plots.attribution import attribution_figure
from simulation.plots.comparison import added_figure, plane_figure
from simulation.report import attribution, html
from simulation.report.comparison import main_tables, sentences, title_of
from simulation.scenario.load import resolve
from simulation.scenario.schema import Scenario
from simulation.viewer.asked import Asked
from simulation.viewer.pages.pieces import message, section
from simulation.viewer.worlds import Candidate, alike, opened

MOST = 6  # programmes side by side; more cannot be told apart in one figure
RECORD = "attribution.json"


def compare_page(asked: Asked) -> str:
    """Return the choice of runs, the comparison, and attributions of the room."""
    return _comparison(asked) + _attributions(asked)


def _comparison(asked: Asked) -> str:
    found = alike(asked.room, asked.run)
    if len(found) < 2:
        return message(asked.say("viewer.compare.alone"), [asked.say("viewer.compare.alone_do")], "empty", COMMAND)
    base = _base(asked, found)
    chosen = [one for one in found if one.name in asked.params.get("with", ())] or found[:MOST]
    chosen = [one for one in chosen if one.name != base.name][:MOST]
    form = "" if asked.offline else _form(asked, found, base, chosen)
    results = opened(asked.room, [base, *chosen])
    if len(results) < 2 or base.name not in results:
        return form + message(asked.say("viewer.compare.none"), [asked.say("viewer.compare.none_do")])
    return form + _told(asked, results, base.name)


COMMAND = "epay run scenarios/lishui/programme.yaml --against scenarios/lishui/baseline.yaml"


def _base(asked: Asked, found: list[Candidate]) -> Candidate:
    """Return what the others are held against: as asked, else business as usual of the run looked at."""
    wanted = [one for one in found if one.name == asked.first("base")]
    usual = [one for one in found if one.role == "baseline"]
    return (wanted or usual or found)[0]


def _form(asked: Asked, found: list[Candidate], base: Candidate, chosen: list[Candidate]) -> str:
    """Return what picks runs; it works without scripts."""
    boxes, options = "", ""
    for k, one in enumerate(found):
        words = escape(f"{one.title(asked.lang)} · {one.name}")
        is_on = " checked" if one in chosen else ""
        boxes += (
            f'<li><input type="checkbox" id="with-{k}" name="with" value="{escape(one.name)}"{is_on}> '
            f'<label for="with-{k}">{words}</label></li>'
        )
        options += f'<option value="{escape(one.name)}"{" selected" if one == base else ""}>{words}</option>'
    return (
        f'<form class="choose" action="/compare"><input type="hidden" name="lang" value="{asked.lang}">'
        f'<input type="hidden" name="run" value="{escape(asked.run)}"><fieldset><legend>'
        f"{escape(asked.say('viewer.compare.runs'))}</legend><ul>{boxes}</ul></fieldset>"
        f'<p><label for="base">{escape(asked.say("viewer.compare.base"))}</label> <select id="base" name="base">'
        f"{options}</select> <button>{escape(asked.say('viewer.compare.do'))}</button></p></form>"
    )


def _told(asked: Asked, results: dict[str, Result], base: str) -> str:
    given, lang = asked.given, asked.lang
    found = compare(results, base)
    titles = _titles({name: title_of(found, name, lang) for name in results})
    first, *rest = sentences(found, lang)
    figures = given.draw(added_figure(found, titles, lang)) + given.draw(plane_figure(found, titles, lang))
    tables = "".join(html.table(table) for table in main_tables(found, lang))
    return (
        html.paragraph(first, "answer")
        + "".join(html.paragraph(text) for text in rest)
        + section(asked.say("compare.heading.figures"), figures)
        + section(asked.say("compare.heading.tables"), tables)
    )


def _titles(titles: dict[str, str]) -> dict[str, str]:
    """Return titles that tell runs apart: those that several have carry the folder."""
    several = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {name: f"{title} ({name})" if title in several else title for name, title in titles.items()}


def _attributions(asked: Asked) -> str:
    """Return what each lever added, of the run looked at and of folders that computed it."""
    given, lang = asked.given, asked.lang
    parts = ""
    if found := given.findings.attribution:
        words = attribution.player_words(found.result, given.levers, lang)
        parts += given.size_note(found.size) + _shares(asked, found.result, words, given.is_illustrative)
    if not asked.offline:
        parts += "".join(_of_folder(asked, one.path) for one in asked.room.folders() if one.kind == "attribution")
    return section(asked.say("viewer.compare.attribution"), parts or given.how_to("report.missing.attribution"))


def _of_folder(asked: Asked, folder: Path) -> str:
    """Return an attribution that has a folder of its own; nothing where it cannot be read."""
    try:
        found = attribution_record.from_plain(json.loads((folder / REPORT_FOLDER / RECORD).read_text("utf-8")))
        facts = json.loads((folder / EXPERIMENT_FOLDER / EXPERIMENT_FILE).read_text("utf-8"))
        if asked.runs is None or not _is_of(facts["scenarios"].values(), asked.runs.programme.scenario):
            return ""
        levers: dict[str, str] = {}
        for scenario in facts["scenarios"].values():
            levers |= {name: lever["kind"] for name, lever in scenario["levers"].items()}
        is_illustrative = any(scenario["survey"]["illustrative"] for scenario in facts["scenarios"].values())
        words = attribution.player_words(found, labels_of_levers(levers, asked.lang), asked.lang)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""  # the page of runs says that it is damaged
    name = folder.relative_to(asked.room.root).as_posix()
    head = f"<h3>{escape(asked.say('viewer.compare.of_folder', folder=name))}</h3>"
    return head + _shares(asked, found, words, is_illustrative)


def _is_of(scenarios: Iterable[Mapping[str, Any]], plan: Scenario) -> bool:
    """Return whether one of some scenarios is a plan in its region, whatever their sizes."""
    mine = resolve(plan)
    return any((one["region"], one["levers"]) == (mine["region"], mine["levers"]) for one in scenarios)


def _shares(asked: Asked, found: Attribution, words: dict[str, str], is_illustrative: bool) -> str:
    lang = asked.lang
    told = "".join(html.paragraph(text) for text in attribution.sentences(found, words, lang))
    figure = attribution_figure(found, words, is_illustrative, lang)
    return told + asked.given.draw(figure) + html.table(attribution.share_table(found, words, lang))
