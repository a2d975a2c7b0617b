"""The command `epay`: every sentence comes from the message catalogues, and no planner sees a traceback.

Heavy modules are imported inside the commands, so that `epay --help` answers at once.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.scenario.schema import Scenario

DONE, FAILED, BAD_INPUT = 0, 1, 2
LANGUAGES = ("en", "zh")
DEBUG = "EPAY_DEBUG"
SMALLEST_CITIZENS, EVERYBODY = 300, "all"
RESULTS, SCENARIOS = "results", "scenarios"
BASE_FILE, PROGRAMME_FILE = "base.yaml", "programme.yaml"
COMPARED = ("region", "citizens", "weeks", "replicates", "seed", "same_world", "start_date", "survey")


class Refused(Exception):  # noqa: N818  (it refuses input; nothing went wrong in the program)
    """Input that cannot be used, with what is wrong with it."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        super().__init__(*messages)


def language_of(arguments: Sequence[str]) -> str:
    """Return the language asked for by --lang, else by the environment, else English.

    It is read before the command line is, because help and errors of reading are worded in it.
    """
    names = ("EPAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), LANGUAGES[0])
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    return "zh" if wanted.lower().startswith("zh") else "en"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with 0, with 2 for bad input or with 1 for a failure."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    lang = language_of(typed)
    try:
        code = build(lang).main(args=typed, prog_name="epay", standalone_mode=False)
    except (KeyboardInterrupt, click.exceptions.Abort):
        messages, code = [Message("cli.error.stopped")], FAILED
    except Exception as error:
        if os.environ.get(DEBUG) == "1":
            raise
        messages, code = explained(error)
    else:
        messages = []
    for message in messages:
        click.echo(render(message, lang), err=True)
    sys.exit(code if isinstance(code, int) else DONE)


def explained(error: Exception) -> tuple[list[Message], int]:
    """Return what to tell a planner about an exception, and the exit code."""
    if isinstance(error, Refused):
        return list(error.messages), BAD_INPUT
    if isinstance(error, click.UsageError):
        return [_usage(error)], BAD_INPUT
    if isinstance(error, MemoryError):
        return [Message("cli.error.memory")], FAILED
    if isinstance(error, OSError):
        return [Message("cli.error.file", {"reason": str(error)})], FAILED
    from simulation.scenario.errors import ScenarioError

    if isinstance(error, ScenarioError):
        return list(error.messages), BAD_INPUT
    first = str(error).strip().splitlines()[:1]  # one line is enough for whoever is not asked to mend it
    reason = ": ".join([type(error).__name__, *first])
    return [Message("cli.error.failed", {"reason": reason})], FAILED


def _usage(error: click.UsageError) -> Message:
    """Return a message for a command line that cannot be read."""
    context = error.ctx
    command = context.info_name if context and context.parent else ""
    params: dict[str, Any] = {"command": command or "COMMAND"}
    if isinstance(error, click.NoSuchOption):
        return Message("cli.error.no_option", {**params, "name": error.option_name})
    if isinstance(error, click.exceptions.NoSuchCommand) and context and isinstance(context.command, click.Group):
        known = sorted(context.command.commands)
        return Message("cli.error.no_command", {"name": error.command_name, "known": known})
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(context) if error.param and context else ""
        return Message("cli.error.missing", {**params, "name": name})
    return Message("cli.error.usage", params)


class _Help(click.Command):
    """A command whose help has its headings in the reader's language."""

    lang = "en"

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        usage = render(Message("cli.usage"), self.lang)
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{usage}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            row for row in (p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option)) if row
        ]
        with formatter.section(render(Message("cli.options"), self.lang)):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = render(Message("cli.help.help"), self.lang)
        return option


class _HelpGroup(_Help, click.Group):
    """The group of all commands, with headings in the reader's language."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(limit=120)) for name in self.list_commands(ctx)]
        with formatter.section(render(Message("cli.commands"), self.lang)):
            formatter.write_dl(rows)


class _Whole(click.ParamType[int | str]):
    """A whole number of at least `low`, or a word where one is allowed."""

    name = "number"

    def __init__(self, low: int, example: str, word: str | None = None) -> None:
        self.low, self.example, self.word = low, example, word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if isinstance(value, int) or value == self.word:
            return value
        try:
            number = int(value)
        except ValueError:
            number = self.low - 1
        if number < self.low:
            code = "cli.allowed.whole" if self.word is None else "cli.allowed.citizens"
            name = param.opts[0] if param else ""
            raise Refused(Message("cli.error.value", {
                "name": name, "value": str(value), "allowed": Message(code, {"low": self.low}),
                "example": f"{name} {self.example}",
            }))  # fmt: skip
        return number


class _Language(click.ParamType[str]):
    """en or zh; tags such as zh-Hans are taken for their language."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = str(value).lower().split("-")[0]
        if found not in LANGUAGES:
            allowed = Message("cli.allowed.lang")
            raise Refused(Message("cli.error.value", {
                "name": "--lang", "value": str(value), "allowed": allowed, "example": "--lang zh"}))  # fmt: skip
        return found


def build(lang: str) -> click.Group:
    """Return the whole command line with its help in a language."""

    def text(code: str) -> str:
        return render(Message(code), lang)

    def option(name: str, kind: Any = None, flag: bool = False) -> click.Option:
        code = f"cli.help.{name.removeprefix('--').replace('-', '_')}"
        if flag:
            return click.Option([name], is_flag=True, help=text(code))
        return click.Option([name], type=kind, help=text(code))

    def lang_option() -> click.Option:
        return click.Option(
            ["--lang"], type=_Language(), metavar="en|zh", expose_value=False, help=text("cli.help.lang")
        )

    def command(name: str, callback: Callable[..., Any], *params: click.Parameter) -> click.Command:
        made = _Help(name, callback=callback, params=[*params, lang_option()], help=text(f"cli.help.{name}"))
        made.lang = lang
        return made

    def show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value:
            import simulation

            click.echo(f"epay {simulation.__version__}")
            ctx.exit(DONE)

    size = [
        option("--citizens", _Whole(SMALLEST_CITIZENS, "50000", EVERYBODY)),
        option("--replicates", _Whole(1, "8")),
        option("--weeks", _Whole(1, "156")),
        option("--seed", _Whole(0, "1")),
        option("--same-world", flag=True),
    ]
    shown = [option("--out", click.Path(path_type=Path)), option("--json", flag=True), option("--quiet", flag=True)]
    file = click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE")
    files = click.Argument(["files"], type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True)
    place = click.Argument(["name"], required=False, metavar="[NAME]")
    version = click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show_version,
                           help=text("cli.help.version"))  # fmt: skip

    def with_lang(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **given: function(lang=lang, **given)

    against = option("--against", click.Path(path_type=Path))
    group = _HelpGroup("epay", params=[version, lang_option()], help=text("cli.about"))
    group.lang = lang
    for made in (
        command("check", with_lang(check), files),
        command("explain", with_lang(explain), file),
        command("run", with_lang(run), file, against, *size, *shown),
        command("demo", with_lang(demo), *size, *shown),
        command("regions", with_lang(regions), place),
        command("new", with_lang(new), file),
        command("schema", with_lang(schema)),
    ):
        group.add_command(made)
    return group


def _load(path: Path, **options: Any) -> "Scenario":
    """Load a scenario and check its region and its places."""
    from simulation.region import builtin, names
    from simulation.scenario.load import load_scenario, place_names

    known = names()
    return load_scenario(
        path,
        known_regions=known,
        known_places=lambda region: place_names(builtin(region).places) if region in known else None,
        **options,
    )


def check(files: Sequence[Path], lang: str) -> int:
    """Tell of every file whether it can be used; 2 where one cannot."""
    from simulation.scenario.errors import ScenarioError

    bad = 0
    for path in files:
        try:
            _load(path)
        except ScenarioError as error:
            bad += 1
            click.echo(error.text(lang), err=True)
        else:
            click.echo(render(Message("cli.check.ok", {"file": str(path)}), lang))
    if bad and len(files) > 1:
        click.echo(render(Message("cli.check.bad", {"bad": bad, "all": len(files)}), lang), err=True)
    return BAD_INPUT if bad else DONE


def explain(file: Path, lang: str) -> None:
    """Print what a scenario does, in plain language."""
    from simulation.region import builtin
    from simulation.scenario.explain import explain as account
    from simulation.scenario.load import place_names

    scenario = _load(file)
    click.echo(account(scenario, lang, place_names(builtin(scenario.region).places)), nl=False)


def run(file: Path, against: Path | None, lang: str, **given: Any) -> None:
    """Run one scenario, or a pair, and write a results folder."""
    output = {name: given.pop(name) for name in ("out", "json", "quiet")}
    size = _size(given)
    programme = _load(file, **size)
    baseline = _load(against, **size) if against else None
    _answer(programme, baseline, file.stem, lang, output["out"], output["json"], output["quiet"])


def demo(lang: str, **given: Any) -> None:
    """Run the example: business as usual against the programme for Lishui."""
    output = {name: given.pop(name) for name in ("out", "json", "quiet")}
    size = _size(given)
    folders = (Path.cwd() / SCENARIOS, Path(__file__).resolve().parent.parent / SCENARIOS)
    found = next((f for f in folders if (f / BASE_FILE).is_file() and (f / PROGRAMME_FILE).is_file()), None)
    if found is None:
        raise Refused(Message("cli.demo.no_files", {"folders": [str(f) for f in folders]}))
    base, programme = (_load(found / name, **size) for name in (BASE_FILE, PROGRAMME_FILE))
    _answer(programme, base, "demo", lang, output["out"], output["json"], output["quiet"])


def _size(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for on the command line; a flag that was not set says nothing."""
    return {name: value for name, value in given.items() if value is not None and value is not False}


def _answer(
    programme: "Scenario",
    baseline: "Scenario | None",
    name: str,
    lang: str,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run, print the answer and write the folder."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    folder = out or Path(RESULTS) / f"{name}-{stamp}"
    _check_folder(folder)
    if baseline:
        _check_pair(programme, baseline)

    from simulation.engine import run_many
    from simulation.report.folder import write_results
    from simulation.report.page import PAGES
    from simulation.report.summary import summary
    from simulation.report.terminal import console, print_answer, progress_bars

    scenarios = {"baseline": baseline, "programme": programme} if baseline else {"programme": programme}
    with progress_bars(lang, quiet) as (weeks, rounds):
        results = run_many(scenarios, weeks, rounds)
    judged, compared = results["programme"], results.get("baseline")
    if not (quiet or as_json):
        print_answer(console(), judged, compared, lang)
    write_results(folder, judged, compared)
    page = folder / PAGES[lang]
    if as_json:
        answer = {**summary(judged, compared), "folder": str(folder), "page": str(page)}
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


def _check_pair(programme: "Scenario", baseline: "Scenario") -> None:
    """Refuse two scenarios that cannot share worlds."""
    unlike = [name for name in COMPARED if getattr(programme, name) != getattr(baseline, name)]
    if unlike:
        example = f"{unlike[0]}: {getattr(baseline, unlike[0])}" if unlike[0] != "survey" else "extends: base.yaml"
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
            (r.name, r.title_zh if lang == "zh" else r.title_en, f"{r.n_residents:,}", f"{r.n_eligible:,}",
             str(len(r.counties)), str(len(r.places)), str(r.census_year))
            for r in found
        )  # fmt: skip
        codes = ("name", "title", "residents", "eligible", "counties", "places", "census")
        columns = tuple(text(f"cli.regions.{c}") for c in codes)
        print_table(console(), Table(text("cli.regions.caption"), columns, rows, text("cli.regions.hint")))
        return
    region = builtin(name)
    places = tuple((p.place_id, p.name, p.name_zh, p.kind, f"{p.lat:.3f}", f"{p.lon:.3f}") for p in region.places)
    columns = tuple(text(f"cli.places.{c}") for c in ("id", "name", "name_zh", "kind", "lat", "lon"))
    title = region.title_zh if lang == "zh" else region.title_en
    print_table(console(), Table(text("cli.places.caption", region=title), columns, places))


def new(file: Path, lang: str) -> None:
    """Write a scenario to start from; a file that exists is never touched."""
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


if __name__ == "__main__":
    main()
