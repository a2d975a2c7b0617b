"""What rows must agree on with other rows: identifiers, references and parents."""

from simulation.levers.places import PLACE_KEYWORDS
from simulation.messages import Message
from simulation.region.tables.columns import CANDIDATE_SITES, SETTLEMENTS
from simulation.region.tables.errors import Findings, at_file, shortened
from simulation.region.tables.rows import ReadTable, Row

Tables = dict[str, ReadTable]
KEYS = {
    "settlements": ("settlement_id",),
    "merchants": ("merchant_id",),
    "merchant_sector_rates": ("sector",),
    "access_points": ("access_id",),
    "candidate_sites": ("site_id",),
    "travel": ("from_id", "to_id"),
    "network_quality": ("settlement_id",),
    "sector_map": ("word",),
    "survey": ("age", "area", "income"),
    "income": ("area", "level"),
    "contact_matrix": ("area", "age_individual", "age_contact"),
    "adoption_history": ("period", "area", "age_group"),
}
NAMED_IN = ("merchants", "access_points", "candidate_sites", "network_quality")
ENDS = ("from_id", "to_id")


class Known:
    """Identifiers that may be named.

    Identifiers look alike, so that the most similar one would be a guess: only one that differs by case or leading
    zeros, which spreadsheets drop, is suggested.
    """

    def __init__(self, ids: set[str]) -> None:
        self.ids = ids
        self._plain = {_plain(name): name for name in sorted(ids)}

    def hint(self, name: str) -> Message | str:
        """Return the words "Did you mean ...?", or nothing."""
        other = self._plain.get(_plain(name))
        return Message("tables.suggestion", {"name": other}) if other else ""


def _plain(name: str) -> str:
    return name.lower().lstrip("0")


def check_keys(table: ReadTable, findings: Findings) -> None:
    """Enter every row that repeats the identifier, or the combination of columns, of an earlier one."""
    columns = KEYS.get(table.spec.name, ())
    first: dict[tuple[object, ...], int] = {}
    for row in table.rows if columns else ():
        if any(column not in row.values for column in columns):
            continue
        key = tuple(row.values[column] for column in columns)
        if key in first:
            shown = [_shown(value) for value in key]
            words = {"at": row.at, "column": list(columns), "value": shown, "first": first[key]}
            findings.problem(table.spec.name, "tables.key_twice", words)
        else:
            first[key] = row.line


def _shown(value: object) -> str | Message:
    if isinstance(value, tuple):
        return f"{value[0]}-{value[1]}"
    return Message("tables.all") if value is None else shortened(str(value))


def ids(table: ReadTable | None, column: str) -> set[str]:
    """Return the identifiers of a table, those of rows with other problems included."""
    return {row.values[column] for row in table.rows if row.values.get(column)} if table else set()


def parent_ids(tables: Tables) -> set[str]:
    """Return the identifiers that rows of settlements name as their parent."""
    return ids(tables.get(SETTLEMENTS.name), "parent_id")


def check_settlements(tables: Tables, findings: Findings) -> None:
    """Enter settlements without people, point or parent, and identifiers that mean something else."""
    table = tables.get(SETTLEMENTS.name)
    if table is None:
        return
    parents, known = parent_ids(tables), Known(ids(table, "settlement_id"))
    for row in table.rows:
        name = row.values.get("settlement_id")
        words = {"at": row.at, "value": shortened(str(name))}
        if name in PLACE_KEYWORDS:
            findings.problem(SETTLEMENTS.name, "tables.id_is_keyword", words | {"keywords": list(PLACE_KEYWORDS)})
        if row.whole:
            _check_settlement(row, name in parents, known, findings)
    if table.rows and all(row.values.get("settlement_id") in parents for row in table.rows):
        findings.problem(SETTLEMENTS.name, "tables.only_parents", {"at": at_file(table.file)})
    sites = tables.get(CANDIDATE_SITES.name)
    for row in sites.rows if sites else ():
        if row.values.get("site_id") in known.ids:
            words = {"at": row.at, "value": shortened(row.values["site_id"])}
            findings.problem(CANDIDATE_SITES.name, "tables.site_is_settlement", words)


def _check_settlement(row: Row, is_parent: bool, known: Known, findings: Findings) -> None:
    values = row.values
    parent = values["parent_id"]
    at = {"at": row.at}
    if is_parent and parent:
        findings.problem(SETTLEMENTS.name, "tables.parent_with_parent", at | {"value": shortened(parent)})
    else:
        _check_reference(SETTLEMENTS.name, row, "parent_id", known, findings)
    if values["population"] is None and (is_parent or not parent):
        code = "tables.parent_without_total" if is_parent else "tables.population_unknown"
        findings.problem(SETTLEMENTS.name, code, at)
    if not is_parent and (values["lat"] is None or values["lon"] is None):
        findings.problem(SETTLEMENTS.name, "tables.point_missing", at)


def check_references(tables: Tables, findings: Findings) -> None:
    """Enter identifiers that name no settlement, and ends of trips that name nothing or two things.

    Rows left out of a table may be those that are named, so that nothing is checked against it then.
    """
    settlements = tables.get(SETTLEMENTS.name)
    if settlements is None or not settlements.complete:
        return
    places = Known(ids(settlements, "settlement_id") - parent_ids(tables))
    for name in NAMED_IN:
        table = tables.get(name)
        for row in table.rows if table else ():
            _check_reference(name, row, "settlement_id", places, findings)
    travel = tables.get("travel")
    others = [tables.get(name) for name in ("access_points", CANDIDATE_SITES.name) if name in findings.broken]
    if travel is None or not all(table and table.complete for table in others):
        return
    groups = (
        places.ids,
        ids(tables.get("access_points"), "access_id"),
        ids(tables.get(CANDIDATE_SITES.name), "site_id"),
    )
    known = Known(set().union(*groups))
    for row in travel.rows:
        for column in ENDS:
            _check_reference("travel", row, column, known, findings)
            end = row.values.get(column)
            if sum(end in group for group in groups) > 1:
                words = {"at": row.at, "column": column, "value": shortened(str(end))}
                findings.problem("travel", "tables.id_in_two_tables", words)
        if row.whole and row.values["from_id"] == row.values["to_id"]:
            findings.problem("travel", "tables.trip_to_itself", {"at": row.at, "value": row.values["to_id"]})


def _check_reference(table: str, row: Row, column: str, known: Known, findings: Findings) -> None:
    name = row.values.get(column)
    if name and name not in known.ids:
        words = {"at": row.at, "column": column, "value": shortened(name), "suggestion": known.hint(name)}
        findings.problem(table, "tables.id_unknown", words)
