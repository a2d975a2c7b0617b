"""What a survey of adoption and acceptance must cover, and figures that contradict each other."""

from collections.abc import Iterable
from itertools import product

from simulation.core.codes import AGE_NAMES, INCOME_NAMES
from simulation.messages import Message
from simulation.region.tables.cells import PERCENT
from simulation.region.tables.errors import Findings, at_file
from simulation.region.tables.model import AcceptanceRow
from simulation.region.tables.rows import ReadTable, Row

PERCENTAGES = {
    "survey": ("uses", "aware", "has_access"),
    "acceptance": ("percent",),
    "network_quality": ("reliability",),
}
FEWEST_TO_TELL = 2  # rows: one percentage below 1 may be meant


def check_shares_for_percent(table: ReadTable, findings: Findings) -> None:
    """Enter columns of percentages that look like shares: all at most 1, not all 0."""
    for column in PERCENTAGES.get(table.spec.name, ()):
        values = [row.values[column] for row in table.whole if row.values[column] is not None]
        if len(values) >= FEWEST_TO_TELL and 0 < max(values) <= 1 / PERCENT:
            words = {"at": at_file(table.file), "column": column, "most": PERCENT * max(values)}
            findings.problem(table.spec.name, "tables.shares_for_percent", words)


def check_survey(table: ReadTable, areas: set[str], findings: Findings) -> None:
    """Enter ages the survey does not cover in the region's areas, and cells where more use than know or have access."""
    rows = table.whole
    for row in rows:
        for column in ("aware", "has_access"):
            most = row.values[column]
            if most is not None and row.values["uses"] > most:
                words = {
                    "at": row.at, "column": column, "uses": PERCENT * row.values["uses"], "most": PERCENT * most
                }  # fmt: skip
                findings.problem(table.spec.name, "tables.uses_more", words)
    lacking = [age for age in AGE_NAMES if not _covers(rows, age, areas)]
    if lacking:
        findings.problem(table.spec.name, "tables.survey_lacks", {"at": at_file(table.file), "ages": lacking})


def _covers(rows: list[Row], age: str, areas: set[str]) -> bool:
    """Tell whether every area x income of an age is in a row that names the age."""
    of_age = [(row.values["area"], row.values["income"]) for row in rows if row.values["age"] == age]
    return all(
        any(own_area in (None, area) and own_income in (None, income) for own_area, own_income in of_age)
        for area, income in product(areas, INCOME_NAMES)
    )


def check_acceptance(rows: Iterable[tuple[Row, AcceptanceRow]], findings: Findings) -> None:
    """Enter rows that give a sector x area a second time, two words for one sector included."""
    first: dict[tuple[str, str | None], int] = {}
    for row, accepted in rows:
        key = (accepted.sector, accepted.area)
        if key in first:
            area = Message(f"tables.area.{accepted.area}") if accepted.area else Message("tables.all")
            words = {
                "at": row.at, "word": row.values["sector"], "sector": accepted.sector, "area": area, "first": first[key]
            }  # fmt: skip
            findings.problem("acceptance", "tables.acceptance_twice", words)
        else:
            first[key] = row.line
