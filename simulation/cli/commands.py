"""What each command does. Heavy modules are imported inside, so that `epay --help` answers at once."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.loading import Loader
from simulation.cli.parts import Refused
from simulation.messages import Message, render
from simulation.scenario.examples import EXAMPLES, example_folders

if TYPE_CHECKING:
    from simulation.region import Region
    from simulation.scenario.schema import Scenario

DONE, BAD_INPUT = 0, 2
RESULTS = "results"
ENGINES = ("array", "mesa")  # as in engine.runner, which would load numba
BASE_FILE, PROGRAMME_FILE, OWN_SCENARIO = "baseline.yaml", "programme.yaml", "scenario.yaml"
COMPARED = ("region", "citizens", "weeks", "replicates", "seed", "same_world", "start_date", "survey")


def check(files: Sequence[Path], lang: str) -> int:
    """Tell of every file whether it can be used; 2 where one cannot."""
    from simulation.analysis.mix.search_file import is_search, read_search
    from simulation.scenario.errors import ScenarioError
    from simulation.scenario.tree import read_with_bases
    from simulation.scenario.warnings import never_acting

    bad = 0
    loader = Loader()
    for path in files:
        try:
            if is_search(path):
                read_search(path, loader.load)
                odd = []
            else:
                odd = never_acting(loader.load(path), read_with_bases(path))
        except (ScenarioError, Refused) as error:
            bad += 1
            for message in error.messages:
                click.echo(render(message, lang), err=True)
        else:
            click.echo(render(Message("cli.check.odd" if odd else "cli.check.ok", {"file": str(path)}), lang))
            for message in odd:
                click.echo(f"  {render(message, lang)}")
    if bad and len(files) > 1:
        click.echo(render(Message("cli.check.bad", {"bad": bad, "all": len(files)}), lang), err=True)
    return BAD_INPUT if bad else DONE


def explain(file: Path, lang: str) -> None:
    """Print what a scenario does, in plain language."""
    from simulation.scenario.explain import explain as account

    loader = Loader()
    scenario = loader.load(file)
    region = loader.region(scenario.region)
    click.echo(account(loader.measured(scenario), lang, loader.places(scenario.region)), nl=False)
    if region.notes:
        click.echo()
    _tell_notes(region, lang, to_stderr=False)


def run(file: Path, against: Path | None, reference: Path | None, lang: str, **given: Any) -> None:
    """Run one scenario, or a pair, with a reference outreach where one is named, and write a results folder."""
    if reference and not against:
        example = f"epay run {file} --against {EXAMPLES / BASE_FILE} --reference {reference}"
        raise Refused(Message("cli.reference_alone", {"example": example}))
    output = {name: given.pop(name) for name in ("out", "json", "quiet")}
    engine = _engine(given.pop("engine"))
    size = _size(given)
    loader = Loader()
    programme = loader.measured(loader.load(file, **size))
    baseline, outreach = (loader.measured(loader.load(path, **size)) if path else None for path in (against, reference))
    if not output["quiet"]:
        _tell_notes(loader.region(programme.region), lang)
    scenarios = {"baseline": baseline, "programme": programme, "reference": outreach}
    _answer(scenarios, file.stem, lang, output["out"], output["json"], output["quiet"], engine)


def demo(lang: str, **given: Any) -> None:
    """Run the example: business as usual against the programme for Lishui."""
    output = {name: given.pop(name) for name in ("out", "json", "quiet")}
    size = _size(given)
    folders = example_folders()
    found = next((f for f in folders if (f / BASE_FILE).is_file() and (f / PROGRAMME_FILE).is_file()), None)
    if found is None:
        raise Refused(Message("cli.demo.no_files", {"folders": [str(f) for f in folders]}))
    loader = Loader()
    base, programme = (loader.load(found / name, **size) for name in (BASE_FILE, PROGRAMME_FILE))
    scenarios = {"baseline": base, "programme": programme}
    _answer(scenarios, "demo", lang, output["out"], output["json"], output["quiet"])


def _tell_notes(region: "Region", lang: str, to_stderr: bool = True) -> None:
    """Print how a region's tables were read, every fallback and every warning."""
    title = region.title_zh if lang == "zh" else region.title_en
    if region.notes:
        click.echo(render(Message("cli.region.notes", {"region": title}), lang), err=to_stderr)
    for note in region.notes:
        click.echo(f"  {render(note, lang)}", err=to_stderr)


def _size(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for on the command line; a flag that was not set says nothing."""
    return {name: value for name, value in given.items() if value is not None and value is not False}


def _engine(asked: str | None) -> dict[str, Any]:
    """Return the engine asked for on the command line as `run_many` takes it; none asked for says nothing."""
    if asked is not None and asked not in ENGINES:
        allowed = {"name": "--engine", "value": asked, "allowed": list(ENGINES), "example": f"--engine {ENGINES[-1]}"}
        raise Refused(Message("cli.error.value", allowed))
    return {} if asked is None else {"engine": asked}


def _answer(
    named: Mapping[str, "Scenario | None"],
    name: str,
    lang: str,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    engine: Mapping[str, Any] | None = None,
) -> None:
    """Run, print the answer and write the folder.

    Parameters
    ----------
    named : mapping of str to Scenario or None
        "programme", and those it is held against: "baseline" and "reference".
    """
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    folder = out or Path(RESULTS) / f"{name}-{stamp}"
    _check_folder(folder)
    scenarios = {role: scenario for role, scenario in named.items() if scenario}
    for scenario in scenarios.values():
        _check_pair(scenario, scenarios["programme"])

    from simulation.engine import run_many
    from simulation.report.folder import write_results
    from simulation.report.page import PAGES
    from simulation.report.summary import summary
    from simulation.report.terminal import console, print_answer, progress_bars

    with progress_bars(lang, quiet) as (weeks, rounds):
        results = run_many(scenarios, weeks, rounds, **(engine or {}))
    judged, compared, outreach = results["programme"], results.get("baseline"), results.get("reference")
    if not (quiet or as_json):
        print_answer(console(), judged, compared, lang, outreach)
    write_results(folder, judged, compared, outreach)
    page = folder / PAGES[lang]
    if as_json:
        answer = {**summary(judged, compared, outreach), "folder": str(folder), "page": str(page)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for role, result in results.items():
        role_name = render(Message(f"plot.role.{role}"), lang)
        click.echo(render(Message("cli.done.digest", {"run": role_name, "digest": result.digest}), lang))
    click.echo(render(Message("cli.done.folder", {"folder": str(folder)}), lang))
    click.echo(render(Message("cli.done.page", {"page": str(page)}), lang))


def _check_folder(folder: Path) -> None:
    """Refuse, before anything is run, a folder that cannot be written or would be lost."""
    from simulation.outcomes.store import may_replace
    from simulation.report.folder import MARKER

    if not may_replace(folder, MARKER):
        raise Refused(Message("cli.out.taken", {"folder": str(folder)}))
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    if not (above.is_dir() and os.access(above, os.W_OK)):
        raise Refused(Message("cli.out.unwritable", {"folder": str(folder), "reason": str(above)}))


def _check_pair(one: "Scenario", other: "Scenario") -> None:
    """Refuse two scenarios that cannot share worlds."""
    unlike = [name for name in COMPARED if getattr(one, name) != getattr(other, name)]
    if unlike:
        example = f"{unlike[0]}: {getattr(one, unlike[0])}" if unlike[0] != "survey" else "extends: baseline.yaml"
        raise Refused(Message("cli.not_paired", {"fields": unlike, "example": example}))


def regions(name: str | None, lang: str) -> None:
    """Print the built-in regions, or the places of one."""
    from simulation.region import builtin, names
    from simulation.report.tables import Table
    from simulation.report.terminal import console, print_table

    def text(code: str, **params: Any) -> str:
        return render(Message(code, params), lang)

    if name is not None and name not in names():
        raise Refused(Message("cli.regions.unknown", {"name": name, "known": list(names()), "first": names()[0]}))
    if name is None:
        found = [builtin(known) for known in names()]
        rows = tuple(
            (
                r.name,
                r.title_zh if lang == "zh" else r.title_en,
                f"{r.n_residents:,}",
                f"{r.n_eligible:,}",
                str(len(r.counties)),
                str(len(r.places)),
                str(r.census_year),
            )
            for r in found
        )
        codes = ("name", "title", "residents", "eligible", "counties", "places", "census")
        columns = tuple(text(f"cli.regions.{c}") for c in codes)
        print_table(console(), Table(text("cli.regions.caption"), columns, rows, text("cli.regions.hint")))
        return
    region = builtin(name)
    places = tuple((p.place_id, p.name, p.name_zh, p.kind, f"{p.lat:.3f}", f"{p.lon:.3f}") for p in region.places)
    columns = tuple(text(f"cli.places.{c}") for c in ("id", "name", "name_zh", "kind", "lat", "lon"))
    title = region.title_zh if lang == "zh" else region.title_en
    print_table(console(), Table(text("cli.places.caption", region=title), columns, places))


def region(place: str, out: Path | None, lang: str) -> None:
    """Print what was understood of a region, and write it as a page with a map."""
    from simulation.region import builtin, names
    from simulation.region.from_tables import region_of_tables
    from simulation.region.tables import read_region_tables
    from simulation.report.region_card import CARDS, is_older_card, print_card, write_card
    from simulation.report.terminal import console

    if place not in names() and not Path(place).exists():
        raise Refused(Message("cli.region.unknown", {"name": place, "known": list(names())}))
    tables = None if place in names() else read_region_tables(place)
    found = region_of_tables(tables) if tables else builtin(place)
    path = out or Path(RESULTS) / CARDS[lang].format(name=found.name)
    if path.exists() and not is_older_card(path):
        raise Refused(Message("cli.region.taken", {"file": str(path)}))
    print_card(console(), found, tables, lang)
    write_card(path, found, tables, lang)
    click.echo(render(Message("cli.done.page", {"page": str(path)}), lang))


def new(file: Path | None, region: Path | None, lang: str) -> None:
    """Write a scenario to start from, or the tables of a region with one; what exists is never touched."""
    if (file is None) == (region is None):
        raise Refused(Message("cli.new.one_of_two"))
    if region is not None:
        _new_region(region, lang)
    elif file is not None:
        _new_scenario(file, lang)


def _new_region(folder: Path, lang: str) -> None:
    from simulation.region.tables.templates import write_templates
    from simulation.scenario.template import template

    try:
        write_templates(folder, lang)
    except FileExistsError:
        raise Refused(Message("cli.new.taken", {"folder": str(folder)})) from None
    file = folder / OWN_SCENARIO
    base = folder / BASE_FILE
    file.write_text(template(lang, own_region=True), encoding="utf-8")
    base.write_text(template(lang, own_region=True, with_levers=False), encoding="utf-8")
    names = {"folder": str(folder), "file": str(file), "base": str(base)}
    click.echo(render(Message("cli.new.region_written", names), lang))


def _new_scenario(file: Path, lang: str) -> None:
    from simulation.scenario.template import template

    path = file if file.suffix in (".yaml", ".yml") else file.with_name(file.name + ".yaml")
    if not path.absolute().parent.is_dir():
        raise Refused(Message("cli.new.folder", {"folder": str(path.parent)}))
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(template(lang))
    except FileExistsError:
        raise Refused(Message("cli.new.exists", {"file": str(path)})) from None
    click.echo(render(Message("cli.new.written", {"file": str(path)}), lang))


def schema(lang: str) -> None:
    """Print the JSON Schema of scenario files."""
    from simulation.scenario.template import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
