"""Rows that must cover a range without gap or overlap, and percentages that must add up."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from simulation.messages import Message
from simulation.region.tables.cells import PERCENT
from simulation.region.tables.columns import OLDEST, SEXES
from simulation.region.tables.errors import Findings, at_file
from simulation.region.tables.rows import ReadTable, Row

HIGHEST_OF_100 = 100.5
LOWEST_OF_100 = 99.5
LAST_BAND_REACHES = 85  # first age of the model's last five-year band
ADULT = 15
FIVE_YEARS = 5
Bands = list[tuple[int, int, Row]]


def grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Return rows by the values of columns, in the order of the file."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.values[column] for column in columns), []).append(row)
    return groups


def whom(area: str | None, sex: str | None = None) -> Message | str:
    """Return the words " (urban, male)", nothing where both are all."""
    words = [Message(f"tables.area.{area}")] if area else []
    words += [Message(f"tables.sex.{sex}")] if sex else []
    return Message("tables.of", {"who": words}) if words else ""


def last_age(row: Row) -> int:
    """Return the last age of a row of age_structure; an open band ends with the oldest."""
    age_max = row.values["age_max"]
    return OLDEST if age_max is None else int(age_max)


def check_ages(table: ReadTable, findings: Findings) -> None:
    """Enter bands of age that overlap, leave a gap, start late or end early, and sexes that an area lacks."""
    name, rows = table.spec.name, table.whole
    for (area, sex), members in grouped(rows, "area", "sex").items():
        of = whom(area, sex)
        bands = [(int(row.values["age_min"]), last_age(row), row) for row in members]
        if not _check_bands(name, bands, 0, Message("tables.word.age"), of, findings):
            continue
        oldest = max(last for _, last, _ in bands)
        if oldest < LAST_BAND_REACHES:
            row = max(bands, key=lambda band: band[1])[2]
            words = {"at": row.at, "age": oldest, "whom": of, "reach": LAST_BAND_REACHES}
            findings.problem(name, "tables.ages_end", words)
    for (area,), members in grouped(rows, "area").items():
        there = {row.values["sex"] for row in members}
        lacking = set(SEXES) - there
        if len(lacking) == 1 and None not in there:
            words = {"at": at_file(table.file), "whom": whom(area, lacking.pop())}
            findings.problem(name, "tables.sex_lacks", words)


def _check_bands(table: str, bands: Bands, first: int, unit: Message, of: Message | str, findings: Findings) -> bool:
    """Enter bands turned round, overlaps, gaps and a late start; True if there is none."""
    before = len(findings.problems)
    for low, high, row in bands:
        if low > high:
            findings.problem(table, "tables.band_turned", {"at": row.at, "low": low, "high": high})
    if len(findings.problems) > before:
        return False
    bands = sorted(bands, key=lambda band: band[:2])
    low, _, row = bands[0]
    if low > first:
        words = {"at": row.at, "band": _band(bands[0]), "first": first, "unit": unit, "whom": of}
        findings.problem(table, "tables.bands_start", words)
    for one, other in pairwise(bands):
        later = max(one[2], other[2], key=lambda row: row.line)
        words = {"at": later.at, "one": _band(one), "other": _band(other), "unit": unit, "whom": of}
        if other[0] <= one[1]:
            findings.problem(table, "tables.bands_overlap", words | {"value": other[0]})
        elif other[0] > one[1] + 1:
            findings.problem(table, "tables.bands_gap", words | {"value": one[1] + 1})
    return len(findings.problems) == before


def _band(band: tuple[int, int, Row]) -> str:
    low, high, _ = band
    if high == OLDEST:
        return f"{low}+"
    return f"{low}-{high}" if high > low else str(low)


def check_household_sizes(table: ReadTable, findings: Findings) -> None:
    """Enter household sizes that overlap or leave a gap, and percentages that do not add up."""
    unit = Message("tables.word.size")
    for (area,), rows in grouped(table.whole, "area").items():
        bands = [(int(row.values["size_min"]), int(row.values["size_max"]), row) for row in rows]
        _check_bands(table.spec.name, bands, 1, unit, whom(area), findings)
    check_percentages(table, findings)


def check_percentages(table: ReadTable, findings: Findings) -> None:
    """Enter areas whose percent_of_households do not sum to 100 within half a point."""
    for (area,), rows in grouped(table.whole, "area").items():
        total = PERCENT * sum(row.values["percent_of_households"] for row in rows)
        if LOWEST_OF_100 - 1e-9 <= total <= HIGHEST_OF_100 + 1e-9:
            continue
        looks_like_shares = LOWEST_OF_100 <= PERCENT * total <= HIGHEST_OF_100
        code = "tables.shares_sum" if looks_like_shares else "tables.percent_sum"
        words = {"at": rows[0].at, "total": f"{total:.4g}", "whom": whom(area)}
        findings.problem(table.spec.name, code, words)


def check_incomes(table: ReadTable, findings: Findings) -> None:
    """Enter percentages that do not add up, areas with other levels than the first, and amounts that fall."""
    check_percentages(table, findings)
    levels: list[str] = []
    for (area,), rows in grouped(table.whole, "area").items():
        own = [row.values["level"] for row in rows]
        levels = levels or own
        if own != levels:
            words = {"at": rows[0].at, "whom": whom(area), "levels": levels}
            findings.problem(table.spec.name, "tables.levels_differ", words)
        amounts = [row for row in rows if row.values["monthly_amount"] is not None]
        for one, other in pairwise(amounts):
            if other.values["monthly_amount"] < one.values["monthly_amount"]:
                words = {"at": other.at, "value": other.values["monthly_amount"], "level": other.values["level"]}
                findings.problem(table.spec.name, "tables.levels_fall", words)


def check_contacts(table: ReadTable, findings: Findings) -> None:
    """Enter bands that are no five-year bands or wider, and areas whose matrix is not square."""
    name, at = table.spec.name, at_file(table.file)
    for (area,), rows in grouped(table.whole, "area").items():
        pairs = {(row.values["age_individual"], row.values["age_contact"]) for row in rows}
        bands = sorted({band for pair in pairs for band in pair})
        of = whom(area)
        uneven = next((f"{low}-{high}" for low, high in bands if low % FIVE_YEARS or _ends_unevenly(high)), None)
        if uneven:
            findings.problem(name, "tables.matrix_uneven", {"at": at, "band": uneven, "whom": of})
            continue
        broken = next((f"{low}-{high}" for (_, end), (low, high) in pairwise(bands) if low != end + 1), None)
        if broken or bands[0][0] > ADULT or bands[-1][1] < OLDEST:
            words = {"at": at, "band": broken or f"{bands[0][0]}-{bands[-1][1]}", "whom": of, "adult": ADULT}
            findings.problem(name, "tables.matrix_bands", words)
            continue
        lacking = [(one, other) for one in bands for other in bands if (one, other) not in pairs]
        if lacking:
            (low, high), (other_low, other_high) = lacking[0]
            words = {"at": at, "number": len(lacking), "whom": of, "bands": len(bands)}
            shown = {"one": f"{low}-{high}", "other": f"{other_low}-{other_high}"}
            findings.problem(name, "tables.matrix_not_square", words | shown)


def _ends_unevenly(last: int) -> bool:
    return last < OLDEST and (last + 1) % FIVE_YEARS != 0
