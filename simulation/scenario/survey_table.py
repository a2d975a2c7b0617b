"""Read the tables of a survey from a CSV file into the `survey` section."""

import csv
import io
from pathlib import Path
from typing import Any

from simulation.messages import Message
from simulation.scenario.checks import nearest
from simulation.scenario.errors import ScenarioError, shown
from simulation.scenario.survey import Survey, table_keys
from simulation.scenario.tree import Leaf, read_text

CATEGORY_COLUMNS = ("age", "area", "income", "sector")
NEEDED_COLUMNS = ("table", "value")
NOT_TABLES = ("illustrative", "source", "cells")


def read_survey_table(path: Path, reference: Leaf) -> dict[str, Leaf]:
    """Return the tables of a CSV file as leaves of the `survey` section.

    A row gives one value: `table` is a name of the survey section, `age`, `area`, `income` and `sector` say for
    whom (empty where they do not apply), `value` is the number. Files of Excel in GB18030 are read too.

    Parameters
    ----------
    reference : Leaf
        Where the scenario names the file.

    Raises
    ------
    ScenarioError
        With every row that cannot be used.
    """
    if not path.is_file():
        params = {"file": reference.file, "line": reference.line, "value": reference.plain(), "looked": shown(path)}
        raise ScenarioError([Message("error.table_missing", params)])
    file = shown(path)
    text, _ = read_text(path)
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error:
        rows = []
    columns = [name.strip() for name in rows[0]] if rows else []
    if any(column not in columns for column in NEEDED_COLUMNS):
        params = {"file": file, "line": 1, "needed": [*NEEDED_COLUMNS[:1], *CATEGORY_COLUMNS, *NEEDED_COLUMNS[1:]]}
        raise ScenarioError([Message("error.table_columns", params)])
    tables: dict[str, Leaf] = {}
    problems: list[Message] = []
    known = [name for name in Survey.model_fields if name not in NOT_TABLES]
    for line, row in enumerate(rows[1:], start=2):
        cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
        name = cells.get("table", "")
        where = {"file": file, "line": line}
        if name not in known:
            suggestion = nearest(name, known)
            found = Message("error.suggestion", {"name": suggestion}) if suggestion else ""
            problems.append(
                Message("error.table_unknown", {**where, "value": name, "suggestion": found, "known": known})
            )
            continue
        try:
            value = float(cells.get("value", ""))
        except ValueError:
            problems.append(Message("error.table_value", {**where, "value": cells.get("value", "")}))
            continue
        keys = [cells[column] for column in CATEGORY_COLUMNS if cells.get(column)]
        if not _put(tables, name, keys, Leaf(value, file, line)):
            problems.append(Message("error.table_row", {**where, "table": name, "known": list(table_keys(name) or ())}))
    if problems:
        raise ScenarioError(problems)
    tables.setdefault("source", Leaf(file, reference.file, reference.line))
    return tables


def _put(tables: dict[str, Leaf], name: str, keys: list[str], leaf: Leaf) -> bool:
    """Enter one value; False if the row names too few or too many categories, or one twice."""
    n_keys = 2 if name == "payments_by_age_and_sector" else int(table_keys(name) is not None)
    if len(keys) != n_keys or (n_keys and keys[0] not in (table_keys(name) or ())):
        return False
    holder: dict[str, Any] = tables
    for step in (name, *keys)[:-1]:
        holder = holder.setdefault(step, Leaf({}, leaf.file, leaf.line)).value
    last = (name, *keys)[-1]
    if last in holder:
        return False
    holder[last] = leaf
    return True
