"""Two results folders side by side: settings and versions that differ, main outcomes, digests."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulation.messages import Message, render
from simulation.outcomes import numbers
from simulation.outcomes.manifest import HERE
from simulation.outcomes.result import PROVENANCE_FILE, Result
from simulation.outcomes.wording import intervals_of_replicates, say
from simulation.report.outcome_table import OutcomeRow, outcome_cell, outcome_rows
from simulation.report.tables import Table, Triple
from simulation.report.titles import title_of
from simulation.scenario.load import resolve

JUDGED = ("programme", HERE)  # folders of the run a results folder is about, whichever is there
SHOWN = 60  # letters of a value
DIGEST_SHOWN = 12
UNPAIRED = "results.compare.unpaired"
NOT_THERE = object()


def judged_run(folder: Path) -> Result | None:
    """Return the run a results folder is about, None where there is none.

    Raises
    ------
    ValueError
        If its numbers are not those that were saved.
    """
    name = next((name for name in JUDGED if (folder / name / PROVENANCE_FILE).is_file()), None)
    return Result.load(folder / name) if name else None


def differences(one: Any, other: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield (dotted name, value, other value) of everything that differs; `NOT_THERE` where one side lacks it."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted({*one, *other}):
            below = f"{where}.{name}" if where else str(name)
            yield from differences(one.get(name, NOT_THERE), other.get(name, NOT_THERE), below)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{where}[{position}]")
    elif one != other:
        yield where, one, other


def settings_table(one: Result, other: Result, lang: str) -> Table | None:
    """Return the settings that differ, field by field as resolved; None where all are the same."""
    return _table("settings", differences(resolve(one.scenario), resolve(other.scenario)), lang)


def versions_table(one: Result, other: Result, lang: str) -> Table | None:
    """Return what of code, packages and machine differs; None where all is the same."""
    return _table("versions", differences(_versions(one), _versions(other)), lang)


def _versions(result: Result) -> dict[str, Any]:
    """Return what a record says of code and machine, digests shortened."""
    code = {k: v[:DIGEST_SHOWN] if isinstance(v, str) else v for k, v in result.provenance.get("code", {}).items()}
    record = {**result.provenance, "code": code}
    names = ("code", "packages", "python", "platform", "processor", "engine")
    return {name: record[name] for name in names if name in record}


def _table(what: str, found: Iterator[tuple[str, Any, Any]], lang: str) -> Table | None:
    rows = tuple((name, _shown(a, lang), _shown(b, lang)) for name, a, b in found)
    if not rows:
        return None
    columns = (say(f"results.column.{what}", lang), "A", "B")
    return Table(say(f"results.compare.{what}", lang), columns, rows)


def _shown(value: Any, lang: str) -> str:
    """Return a value as a scenario file writes it, shortened."""
    if value is NOT_THERE:
        return say("results.compare.not_there", lang)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def share_worlds(one: Result, other: Result) -> bool:
    """Return whether replicates can be paired: the same region and size, people, seeds and length."""
    a, b = one.scenario, other.scenario
    same = all(getattr(a, n) == getattr(b, n) for n in ("region", "citizens", "same_world", "survey", "start_date"))
    return same and a.weeks == b.weeks and np.array_equal(one.dataset.seed.values, other.dataset.seed.values)


def outcomes_table(one: Result, other: Result, lang: str) -> Table:
    """Return the outcomes of both at their ends; with the paired difference where they share their worlds."""
    paired = share_worlds(one, other)
    rows: list[tuple[OutcomeRow, Triple | None, Triple | None, Triple | None]]
    if paired:
        rows = [(row, row.baseline, row.programme, row.difference) for row in outcome_rows(other, one)]
    else:
        theirs = {row.name: row for row in outcome_rows(other, None)}
        rows = [
            (row, row.programme, theirs[row.name].programme if row.name in theirs else None, None)
            for row in outcome_rows(one, None)
        ]
    currency = numbers.currency_of(one.dataset)
    body = []
    for row, a, b, difference in rows:
        cells = [_name_of(row, one, lang, currency)]
        cells += [_cell(value, row, lang, currency) for value in (a, b)]
        if paired:
            cells.append(_cell(difference, row, lang, currency, is_difference=True))
        body.append(tuple(cells))
    columns = [say("report.column.indicator", lang), "A", "B"]
    columns += [say("results.column.difference", lang)] if paired else []
    intervals = intervals_of_replicates(one.dataset.sizes["replicate"], lang)
    note = say("results.compare.paired", lang, {"intervals": intervals}) if paired else say(UNPAIRED, lang)
    return Table(say("results.compare.outcomes", lang), tuple(columns), tuple(body), note)


def _name_of(row: OutcomeRow, one: Result, lang: str, currency: numbers.Currency) -> str:
    """Return what an outcome is called; a ratio names the run it is held against."""
    if row.name == "seconds_ratio":
        return say("results.compare.seconds_ratio", lang, {"title": title_of(one, lang)})
    return say(f"report.indicator.{row.name}", lang, {"currency": currency.name(lang)})


def _cell(
    value: Triple | None,
    row: OutcomeRow,
    lang: str,
    currency: numbers.Currency,
    is_difference: bool = False,
) -> str:
    return numbers.NO_VALUE if value is None else outcome_cell(value, row.style, lang, currency, is_difference)


def digest_sentence(one: Result, other: Result, lang: str) -> str:
    """Return whether both hold the same numbers."""
    code = "results.compare.same" if one.digest == other.digest else "results.compare.other"
    shown = {"a": one.digest[:DIGEST_SHOWN], "b": other.digest[:DIGEST_SHOWN]}
    return render(Message(code, shown), lang)
