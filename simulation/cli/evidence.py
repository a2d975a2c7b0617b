"""`epay evidence`: every number with its unit, range, source and grade, or all that is known of one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.parts import Refused
from simulation.messages import Message, catalogue, number, render

if TYPE_CHECKING:
    from rich.table import Table

    from simulation.scenario.evidence import Evidence, Value

NOT_A_TERMINAL = 140  # width of what is piped into a file
COLUMNS = ("name", "symbol", "value", "unit", "range", "grade", "source")
MOST_SHOWN = 6  # values of a table in the list of all; a single number shows all its own


def evidence(parameter: str | None, lang: str, **given: Any) -> None:
    """Print what all numbers rest on, or all that is known of those of one name."""
    from simulation.scenario.evidence import UnknownNumberError
    from simulation.scenario.evidence import evidence as found_for

    try:
        found = found_for(parameter)
    except UnknownNumberError as error:
        raise Refused(*error.messages) from None
    if given["json"]:
        click.echo(json.dumps([_plain(entry, lang) for entry in found], ensure_ascii=False, indent=2))
    elif parameter is None:
        _print_all(found, lang)
    else:
        _print_each(found, lang)


def _plain(entry: "Evidence", lang: str) -> dict[str, Any]:
    """Return an entry as plain data, its words in the language asked for."""
    from simulation.scenario.evidence import in_language, used_in

    meaning, unit = in_language(entry, lang)
    return {**asdict(entry), "meaning": meaning, "unit": unit, "used_in": list(used_in(entry))}


def _print_all(found: Sequence["Evidence"], lang: str) -> None:
    """Print one table for each group of numbers."""
    from simulation.scenario.evidence import GROUPS, in_language

    for group in GROUPS:
        mine = [entry for entry in found if entry.group == group]
        table = _table(_text(f"evidence.group.{group}", lang))
        for column in COLUMNS:
            heading = _text(f"evidence.column.{column}", lang)
            table.add_column(heading, overflow="fold", vertical="top", no_wrap=column == "name")
        for e in mine:
            value, unit = _short(e.value, lang), in_language(e, lang)[1]
            grade = _text(f"evidence.grade.{e.grade}", lang)
            table.add_row(e.name, e.symbol, value, unit, _range(e, lang), grade, e.source)
        _print(table)
    click.echo(_text("evidence.note", lang, numbers=len(found)))


def _print_each(found: Sequence["Evidence"], lang: str) -> None:
    """Print all that is known of each entry, one line a fact."""
    from simulation.scenario.evidence import in_language, used_in

    for entry in found:
        meaning, unit = in_language(entry, lang)
        facts = {
            "meaning": meaning,
            "symbol": entry.symbol,
            "value": _whole(entry.value, lang),
            "unit": unit if unit != meaning else "",
            "range": _range(entry, lang),
            "grade": _text(f"evidence.grade_in_words.{entry.grade}", lang),
            "source": entry.source,
            "used_in": "\n".join(used_in(entry)),
        }
        table = _table(entry.name, show_header=False)
        for fact, words in facts.items():
            if words:
                table.add_row(_text(f"evidence.column.{fact}", lang), words)
        _print(table)


def _text(code: str, lang: str, **params: Any) -> str:
    return render(Message(code, params), lang)


def _range(entry: "Evidence", lang: str) -> str:
    return _text("evidence.range", lang, low=entry.low, high=entry.high)


def _short(value: "Value", lang: str) -> str:
    """Return a value on a few words: of a large table how many there are."""
    if not isinstance(value, Mapping):
        return _number(value)
    numbers = list(_leaves(value))
    if len(numbers) <= MOST_SHOWN:
        return ", ".join(number(leaf) for leaf in numbers)
    return _text("evidence.many", lang, numbers=len(numbers), low=min(numbers), high=max(numbers))


def _whole(value: "Value", lang: str) -> str:
    """Return a value in full: a table one line a category."""
    if not isinstance(value, Mapping):
        return _number(value)
    return "\n".join(f"{_category(key, lang)}: {_in_line(inner, lang)}" for key, inner in value.items())


def _in_line(value: "Value", lang: str) -> str:
    """Return a number, or a row of a table with its categories."""
    if not isinstance(value, Mapping):
        return _number(value)
    return ", ".join(f"{_category(key, lang)} {_number(inner)}" for key, inner in value.items())


def _category(name: str, lang: str) -> str:
    """Return an age, an area, an income or a sector as people call it."""
    codes = [f"label.{group}.{name}" for group in ("age", "area", "income", "sector")]
    return next((_text(code, lang) for code in codes if code in catalogue(lang)), name)


def _number(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else number(value)


def _leaves(value: Mapping[str, Any]) -> "list[float]":
    return [leaf for v in value.values() for leaf in (_leaves(v) if isinstance(v, Mapping) else [v])]


def _table(title: str, show_header: bool = True) -> "Table":
    from rich import box
    from rich.table import Table

    look = {"title_justify": "left", "title_style": "bold", "padding": (0, 1, 0, 0), "pad_edge": False}
    return Table(title=title, box=box.SIMPLE_HEAD if show_header else None, show_header=show_header, **look)  # type: ignore[arg-type]


def _print(table: "Table") -> None:
    from rich.console import Console

    here = Console(highlight=False, markup=False)
    (here if here.is_terminal else Console(highlight=False, markup=False, width=NOT_A_TERMINAL)).print(table)
    click.echo()
