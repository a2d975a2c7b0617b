"""Parts of the command line: help in the reader's language, and values that are refused in words."""

from typing import Any

import click

from simulation.messages import Message, render

LANGUAGES = ("en", "zh")
LANG, HELP = "--lang", "--help"


class Refused(Exception):  # noqa: N818  (it refuses input; nothing went wrong in the program)
    """Input that cannot be used, with what is wrong with it."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        super().__init__(*messages)


class LocalisedCommand(click.Command):
    """A command whose help has its headings in the reader's language."""

    lang = "en"

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        usage = render(Message("cli.usage"), self.lang)
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{usage}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and for a group its commands."""
        rows = [
            row for row in (p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option)) if row
        ]
        with formatter.section(render(Message("cli.options"), self.lang)):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, described in the reader's language."""
        option = super().get_help_option(ctx)
        if option:
            option.help = render(Message("cli.help.help"), self.lang)
        return option


class LocalisedGroup(LocalisedCommand, click.Group):
    """The group of all commands, with headings in the reader's language."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and for a group its commands."""
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(limit=120)) for name in self.list_commands(ctx)]
        with formatter.section(render(Message("cli.commands"), self.lang)):
            formatter.write_dl(rows)


class GroupWithDefault(LocalisedGroup):
    """A group of which one command is meant where none is named."""

    default = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, the default command put in where none is named and no help is asked for."""
        words = list(args)
        if LANG in words:  # its value is no command
            at = words.index(LANG)
            del words[at : at + 2]
        named = next((word for word in words if not word.startswith("-")), None)
        if named not in self.commands and HELP not in words:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


class Whole(click.ParamType[int | str]):
    """A whole number of at least `low`, or a word where one is allowed."""

    name = "number"

    def __init__(self, low: int, example: str, word: str | None = None) -> None:
        self.low, self.example, self.word = low, example, word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return the value, or refuse it in words."""
        if isinstance(value, int) or value == self.word:
            return value
        try:
            number = int(value)
        except ValueError:
            number = self.low - 1
        if number < self.low:
            code = "cli.allowed.whole" if self.word is None else "cli.allowed.citizens"
            name = param.opts[0] if param else ""
            raise Refused(
                Message(
                    "cli.error.value",
                    {
                        "name": name,
                        "value": str(value),
                        "allowed": Message(code, {"low": self.low}),
                        "example": f"{name} {self.example}",
                    },
                )
            )
        return number


class Points(click.ParamType[float]):
    """Percentage points above 0 and below 100, such as 0.5pp, as a share."""

    name = "points"
    unit, most, allowed = "pp", 100.0, "cli.allowed.points"

    def __init__(self, example: str) -> None:
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the value as a share, or refuse it in words."""
        text = str(value).strip().removesuffix(self.unit)
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0.0 < number < self.most:
            name = param.opts[0] if param else ""
            params = {
                "name": name, "value": str(value), "allowed": Message(self.allowed), "example": f"{name} {self.example}"
            }  # fmt: skip
            raise Refused(Message("cli.error.value", params))
        return number / self.most


class Chance(Points):
    """A number between 0 and 1."""

    name = "chance"
    unit, most, allowed = "", 1.0, "cli.allowed.chance"


class Language(click.ParamType[str]):
    """en or zh; tags such as zh-Hans are taken for their language."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value, or refuse it in words."""
        found = str(value).lower().split("-")[0]
        if found not in LANGUAGES:
            allowed = Message("cli.allowed.lang")
            raise Refused(
                Message(
                    "cli.error.value",
                    {"name": "--lang", "value": str(value), "allowed": allowed, "example": "--lang zh"},
                )
            )
        return found
