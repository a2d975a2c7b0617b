"""Totals across tables, and the rows of a whole region that stand beside rows by area."""

from collections import Counter

from simulation.core.codes import AREA_NAMES
from simulation.messages import Message
from simulation.region.tables.band_checks import whom
from simulation.region.tables.columns import AGE_STRUCTURE, SETTLEMENTS
from simulation.region.tables.errors import Findings, at_file
from simulation.region.tables.region_file import RegionFile
from simulation.region.tables.rows import ReadTable, Row

URBAN, TOWN, REMOTE = AREA_NAMES
FACTOR = 2.0  # totals farther apart than this are a mistake, not a scale
CLOSE = 0.05
CLOSE_TO_STATED = 0.01
_PERCENT = 100


def areas_of(settlements: ReadTable, parents: set[str]) -> set[str]:
    """Return the areas people live in: all three where some settlement's is not given."""
    given = {row.values["area"] for row in settlements.whole if row.values["settlement_id"] not in parents}
    return set(AREA_NAMES) if None in given or not given else given


def rows_to_use(table: ReadTable, areas: set[str], findings: Findings) -> list[Row]:
    """Return the rows by area where they cover the region's areas, else those of the total.

    Rows of `town` cover remote people where no row says remote. An area that neither covers is a problem.
    """
    by_area = [row for row in table.whole if row.values["area"] is not None]
    total = [row for row in table.whole if row.values["area"] is None]
    at = {"at": at_file(table.file)}
    if not by_area:
        if len(areas) > 1:
            findings.note("tables.same_everywhere", at)
        return total
    covered = {row.values["area"] for row in by_area}
    lacking = sorted(areas - (covered | ({REMOTE} if TOWN in covered else set())))
    words = {"areas": [Message(f"tables.area.{area}") for area in lacking]}
    if lacking and total:
        findings.note("tables.total_used", at | words)
        return total
    if lacking:
        findings.problem(table.spec.name, "tables.area_lacks", at | words)
    elif total:
        findings.note("tables.total_not_used", at)
    return by_area


def ages_to_use(table: ReadTable, areas: set[str], findings: Findings) -> list[Row]:
    """Return the rows of age_structure to use: by area and by sex where both are given beside totals."""
    rows = rows_to_use(table, areas, findings)
    with_sex = {row.values["area"] for row in rows if row.values["sex"] is not None}
    kept = [row for row in rows if row.values["sex"] is not None or row.values["area"] not in with_sex]
    if len(kept) < len(rows):
        findings.note("tables.both_sexes_not_used", {"at": at_file(table.file)})
    return kept


def people_by_area(settlements: ReadTable, parents: set[str], findings: Findings) -> Counter[str | None]:
    """Return the people of all settlements by area, None for people of a parent's total and of no given area.

    A parent's total holds for its settlements together; what those with a population have is part of it.
    """
    people: Counter[str | None] = Counter()
    rest = {
        row.values["settlement_id"]: row
        for row in settlements.whole
        if row.values["settlement_id"] in parents
    }  # fmt: skip
    known: Counter[str] = Counter()
    to_spread: set[str] = set()
    for row in settlements.whole:
        values = row.values
        if values["settlement_id"] in parents:
            continue
        if values["population"] is None:
            to_spread.add(values["parent_id"])
            continue
        people[values["area"]] += values["population"]
        known[values["parent_id"] or ""] += values["population"]
    for name, row in rest.items():
        left = row.values["population"] - known[name]
        words = {"at": row.at, "total": row.values["population"], "people": known[name]}
        if name in to_spread and left < 1:
            findings.problem(SETTLEMENTS.name, "tables.parent_too_small", words)
        elif name in to_spread:
            people[None] += left
        elif left:
            findings.note("tables.parent_differs", words)
    return people


def check_people(
    settlements: ReadTable, ages: ReadTable, rows: list[Row], parents: set[str], region: RegionFile, findings: Findings
) -> None:
    """Compare the people of settlements, age structure and region.json.

    Totals within 5% of each other are scaled, as is anything within a factor of 2, with a warning; beyond that
    one of them is wrong.
    """
    people = people_by_area(settlements, parents, findings)
    if SETTLEMENTS.name in findings.broken:
        return
    settled = people.total()
    if region.population and abs(settled / region.population - 1) > CLOSE_TO_STATED:
        findings.note("tables.stated_differs", {"stated": region.population, "people": settled})
    aged: Counter[str | None] = Counter()
    for row in rows:
        aged[row.values["area"]] += row.values["population"]
    at = at_file(ages.file)
    if not _compare(aged.total(), settled, "", at, findings) or None in people or None in aged:
        return
    if REMOTE not in aged and TOWN in aged:
        people[TOWN] += people.pop(REMOTE, 0)
    for area in AREA_NAMES:
        if aged[area] and not people[area]:
            words = {"at": at, "area": Message(f"tables.area.{area}"), "people": aged[area]}
            findings.problem(AGE_STRUCTURE.name, "tables.area_unknown", words)
        elif people[area]:
            _compare(aged[area], people[area], whom(area), at, findings)


def _compare(aged: int, settled: int, of: Message | str, at: Message, findings: Findings) -> bool:
    """Enter a problem where totals are a factor of 2 apart or more, else a note; True where they may be scaled."""
    words = {
        "at": at, "people": aged, "settled": settled, "whom": of, "percent": f"{_PERCENT * aged / settled:.1f}"
    }  # fmt: skip
    if not settled / FACTOR <= aged <= settled * FACTOR:
        findings.problem(AGE_STRUCTURE.name, "tables.ages_factor", words)
        return False
    if abs(aged - settled) > CLOSE * settled:
        findings.note("tables.ages_differ", words)
    elif aged != settled and not of:
        findings.note("tables.ages_scaled", words)
    return True
