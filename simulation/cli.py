"""The command `epay`: every sentence comes from the message catalogues, and no planner sees a traceback."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.scenario.checks import KnownPlaces
    from simulation.scenario.schema import Scenario

DONE, FAILED, BAD_INPUT = 0, 1, 2
LANGUAGES = ("en", "zh")
DEBUG = "EPAY_DEBUG"
SMALLEST_CITIZENS = 300
RESULTS, SCENARIOS = "results", "scenarios"
BASE_FILE, PROGRAMME_FILE = "base.yaml", "programme.yaml"
COMPARED = ("region", "citizens", "weeks", "replicates", "seed", "same_world", "start_date", "survey")


class Refused(Exception):
    """Input that cannot be used, with what is wrong with it."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        super().__init__(*messages)


def language_of(arguments: Sequence[str]) -> str:
    """Return the language asked for by --lang, else by the environment, else English.

    It is read before the command line is, because the help and the errors of reading are worded in it.
    """
    wanted = os.environ.get("EPAY_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    wanted = wanted or os.environ.get("LANG") or LANGUAGES[0]
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
        sys.exit(code if isinstance(code, int) else DONE)
    except (KeyboardInterrupt, click.exceptions.Abort):
        _tell([Message("cli.error.stopped")], lang, FAILED)
    except Exception as error:
        if os.environ.get(DEBUG) == "1":
            raise
        _tell(*_as_messages(error), lang)  # type: ignore[call-arg]


def _tell(messages: Iterable[Message], lang_or_code: Any, code_or_lang: Any) -> NoReturn:
    lang, code = (lang_or_code, code_or_lang) if isinstance(lang_or_code, str) else (code_or_lang, lang_or_code)
    for message in messages:
        click.echo(render(message, lang), err=True)
    sys.exit(code)
