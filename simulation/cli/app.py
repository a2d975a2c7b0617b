"""The command line as a whole: which commands there are, in which language, and what a failure says."""

import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import click

from simulation.cli import commands
from simulation.cli.attribute import attribute
from simulation.cli.compare import compare
from simulation.cli.evidence import evidence
from simulation.cli.optimise import optimise
from simulation.cli.parts import (
    LANGUAGES,
    Chance,
    GroupWithDefault,
    Language,
    LocalisedCommand,
    LocalisedGroup,
    Points,
    Refused,
    Whole,
)
from simulation.cli.report import report
from simulation.cli.results import clean_results, compare_results, list_results
from simulation.cli.sensitivity import sensitivity
from simulation.cli.site import site
from simulation.cli.strategies import strategies
from simulation.cli.target import target
from simulation.cli.verify import verify
from simulation.cli.view import view
from simulation.messages import Message, render

DONE, FAILED, BAD_INPUT = 0, 1, 2
DEBUG = "EPAY_DEBUG"
NO_COMMAND = (click.exceptions.NoArgsIsHelpError, click.UsageError)  # of the whole command line: with options, and bare
SMALLEST_CITIZENS, EVERYBODY = 300, "all"


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
        from simulation.outcomes.damage import of_system

        why = of_system(error) or str(error)
        reason = Message("damage.of_file", {"file": str(error.filename), "why": why}) if error.filename else why
        return [Message("cli.error.file", {"reason": reason})], FAILED
    from simulation.analysis.experiment.errors import ExperimentError
    from simulation.analysis.sensitivity.errors import SensitivityError
    from simulation.region.tables.errors import RegionTablesError
    from simulation.scenario.errors import ScenarioError

    if isinstance(error, ScenarioError | RegionTablesError | SensitivityError):
        return list(error.messages), BAD_INPUT
    if isinstance(error, ExperimentError):
        return list(error.messages), FAILED
    first = str(error).strip().splitlines()[:1]  # one line is enough for whoever is not asked to mend it
    reason = ": ".join([type(error).__name__, *first])
    return [Message("cli.error.failed", {"reason": reason})], FAILED


def _usage(error: click.UsageError) -> Message:
    """Return a message for a command line that cannot be read."""
    context = error.ctx
    command = context.info_name if context and context.parent else ""
    params: dict[str, Any] = {"command": command or "COMMAND"}
    if not command and type(error) in NO_COMMAND:
        return Message("cli.error.nothing")
    if isinstance(error, click.NoSuchOption):
        suggestion = _suggestion(error.option_name, error.possibilities or [])
        return Message("cli.error.no_option", {**params, "name": error.option_name, "suggestion": suggestion})
    if isinstance(error, click.exceptions.NoSuchCommand) and context and isinstance(context.command, click.Group):
        known = sorted(context.command.commands)
        suggestion = _suggestion(error.command_name, known)
        return Message("cli.error.no_command", {"name": error.command_name, "suggestion": suggestion, "known": known})
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(context) if error.param and context else ""
        return Message("cli.error.missing", {**params, "name": name})
    return Message("cli.error.usage", params)


def _suggestion(name: str, known: Sequence[str]) -> Message | str:
    """Return which of the known names was meant, if any is like it."""
    match = get_close_matches(name, known, n=1)
    return Message("error.suggestion", {"name": match[0]}) if match else ""


def build(lang: str) -> click.Group:
    """Return the whole command line with its help in a language."""

    def text(code: str) -> str:
        return render(Message(code), lang)

    def option(name: str, kind: Any = None, flag: bool = False, of: str = "") -> click.Option:
        code = f"cli.help.{of}{name.removeprefix('--').replace('-', '_')}"
        if flag:
            return click.Option([name], is_flag=True, help=text(code))
        return click.Option([name], type=kind, help=text(code))

    def lang_option() -> click.Option:
        return click.Option(
            ["--lang"], type=Language(), metavar="en|zh", expose_value=False, help=text("cli.help.lang")
        )

    def command(name: str, callback: Callable[..., Any], *params: click.Parameter, of: str = "") -> click.Command:
        about = text(f"cli.help.{of}{name}")
        made = LocalisedCommand(name, callback=callback, params=[*params, lang_option()], help=about)
        made.lang = lang
        return made

    def show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value:
            import simulation

            click.echo(f"epay {simulation.__version__}")
            ctx.exit(DONE)

    size = [
        option("--citizens", Whole(SMALLEST_CITIZENS, "50000", EVERYBODY)),
        option("--replicates", Whole(1, "8")),
        option("--weeks", Whole(1, "156")),
        option("--seed", Whole(0, "1")),
        option("--same-world", flag=True),
    ]
    shown = [option("--out", click.Path(path_type=Path)), option("--json", flag=True), option("--quiet", flag=True)]
    file = click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE")
    files = click.Argument(["files"], type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True)
    place = click.Argument(["name"], required=False, metavar="[NAME]")
    folder_or_name = click.Argument(["place"], metavar="FOLDER|NAME")
    new_file = click.Argument(["file"], type=click.Path(path_type=Path), required=False, metavar="[FILE]")
    new_region = option("--region", click.Path(path_type=Path), of="new_")
    card = option("--out", click.Path(path_type=Path), of="card_")
    parameter = click.Argument(["parameter"], required=False, metavar="[NAME]")
    version = click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show_version,
        help=text("cli.help.version"),
    )

    def with_lang(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **given: function(lang=lang, **given)

    folder = click.Argument(["folder"], type=click.Path(path_type=Path), metavar="FOLDER")
    sampling = [
        option("--sample", Whole(0, "3"), of="verify_"),
        option("--all", flag=True, of="verify_"),
        option("--seed", Whole(0, "1"), of="verify_"),
    ]
    against = option("--against", click.Path(path_type=Path))
    reference = option("--reference", click.Path(path_type=Path))
    formats = [option(f"--{name}", flag=True, of="report_") for name in ("pdf", "excel", "csv", "parquet")]
    analyses = [option(f"--{name}", flag=True, of="report_") for name in ("attribution", "barriers", "sensitivity")]
    analyses.append(option("--citizens", Whole(SMALLEST_CITIZENS, "10000", EVERYBODY), of="report_"))
    analyses += [option("--replicates", Whole(1, "4"), of="report_"), option("--workers", Whole(1, "2"))]
    written = click.Option(["-o", "--out"], type=click.Path(path_type=Path), help=text("cli.help.report_out"))
    some = click.Argument(["folder"], type=click.Path(path_type=Path), required=False, metavar="[FOLDER]")
    two = [click.Argument([n], type=click.Path(path_type=Path), metavar=n.upper()) for n in ("one", "other")]
    removing = [option("--damaged", flag=True, of="results_"), option("--yes", flag=True, of="results_")]
    results = GroupWithDefault("results", params=[lang_option()], help=text("cli.help.results"))
    results.lang, results.default = lang, "list"
    results.add_command(command("list", with_lang(list_results), some, of="results_"))
    results.add_command(command("compare", with_lang(compare_results), *two, of="results_"))
    results.add_command(command("clean", with_lang(clean_results), some, *removing, of="results_"))
    points, chance = Points("0.5pp"), Chance("0.95")
    computed = [
        option("--workers", Whole(1, "2")),
        option("--backend"),
        option("--dask"),
        option("--out", click.Path(path_type=Path), of="compare_"),
    ]
    comparing = [
        size[0],
        option("--replicates", Whole(2, "8"), of="compare_"),
        size[2],
        size[3],
        option("--precision", points),
        option("--best"),
        option("--within", points),
        option("--probability", chance),
        option("--budget", Whole(2, "200")),
        option("--most", Whole(2, "200")),
        *computed,
        *shown[1:],
    ]
    varying = [
        *size[:4],
        option("--method"),
        option("--factors"),
        option("--rival", click.Path(path_type=Path)),
        option("--points", Whole(2, "64")),
        *computed,
        *shown[1:],
    ]
    siting = [
        *size[:4],
        option("--lever", of="site_"),
        option("--layouts", Whole(0, "3"), of="site_"),
        option("--seconds", Whole(1, "10"), of="site_"),
        option("--no-simulation", flag=True, of="site_"),
        *computed[:3],
        option("--out", click.Path(path_type=Path), of="site_"),
        *shown[1:],
    ]
    targeting = [
        *size[:4],
        option("--strategies", of="target_"),
        option("--visits", Whole(1, "20000"), of="target_"),
        option("--contagion", of="target_"),
        *computed[:3],
        option("--out", click.Path(path_type=Path), of="target_"),
        *shown[1:],
    ]
    optimising = [
        option("--runs", Whole(1, "200"), of="optimise_"),
        size[0],
        size[2],
        size[3],
        option("--goal", of="optimise_"),
        option("--budget-yuan", Whole(1, "40000000"), of="optimise_"),
        *computed[:-1],
        option("--out", click.Path(path_type=Path), of="optimise_"),
        *shown[1:],
    ]
    attributing = [*size[:4], option("--by"), option("--orders", Whole(4, "20")), *computed, *shown[1:]]
    room = click.Argument(["results"], type=click.Path(path_type=Path), required=False, metavar="[RESULTS]")
    viewing = [
        option("--host", of="view_"),
        option("--port", Whole(1, "8765"), of="view_"),
        option("--no-open", flag=True, of="view_"),
    ]
    group = LocalisedGroup("epay", params=[version, lang_option()], help=text("cli.about"))
    group.lang = lang
    for made in (
        command("check", with_lang(commands.check), files),
        command("explain", with_lang(commands.explain), file),
        command("run", with_lang(commands.run), file, against, reference, *size, option("--engine"), *shown),
        command("demo", with_lang(commands.demo), *size, *shown),
        command("strategies", with_lang(strategies), files, against, size[0], size[1], size[3], *computed, *shown[1:]),
        command("compare", with_lang(compare), files, against, reference, *comparing),
        command("attribute", with_lang(attribute), file, *attributing),
        command("sensitivity", with_lang(sensitivity), file, against, *varying),
        command("site", with_lang(site), file, *siting),
        command("target", with_lang(target), file, *targeting),
        command("optimise", with_lang(optimise), file, *optimising),
        command("verify", with_lang(verify), folder, *sampling),
        command("view", with_lang(view), room, *viewing),
        results,
        command("report", with_lang(report), folder, *analyses, *formats, written),
        command("regions", with_lang(commands.regions), place),
        command("region", with_lang(commands.region), folder_or_name, card),
        command("new", with_lang(commands.new), new_file, new_region),
        command("evidence", with_lang(evidence), parameter, option("--json", flag=True, of="evidence_")),
        command("schema", with_lang(commands.schema)),
    ):
        group.add_command(made)
    return group
