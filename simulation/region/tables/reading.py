"""The files of a folder as rows of text, whatever they were saved with, or why they cannot be read."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulation.messages import Message
from simulation.region.tables.columns import SECTOR_MAP, TABLES, Table
from simulation.region.tables.errors import Findings, at_file, at_line, shortened
from simulation.region.tables.geojson import read_features

MOST_MEGABYTES = 20
MOST_ROWS = 200_000
REGION_FILE = "region.json"
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")
DATA_FILES = (".csv", ".geojson", ".json", ".tsv", ".txt", *WORKBOOKS)
_MEGABYTE = 1_000_000
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PDF_START = b"%PDF"
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff")
_FEWEST_COMMON, _MOST_RARE = 0.5, 0.3  # shares of the letters outside ASCII, in ordinary Chinese
_FIRST_SIGN, _FIRST_LESS_COMMON = 0xA1, 0xD8  # first bytes in GB 2312, where common characters come before others


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as text; `rows` hold where a row stands, in words, and its cells, one for each column."""

    spec: Table
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Message, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file that was read."""

    name: str
    data: bytes


def read_bytes(path: Path, findings: Findings, table: str) -> Bytes | None:
    """Return a file's bytes, or None and a problem."""
    at = at_file(path.name)
    try:
        if path.is_dir():
            findings.problem(table, "tables.file_is_folder", {"at": at})
            return None
        if path.stat().st_size > MOST_MEGABYTES * _MEGABYTE:
            findings.problem(table, "tables.too_large", {"at": at, "most": MOST_MEGABYTES})
            return None
        return Bytes(path.name, path.read_bytes())
    except OSError:
        findings.problem(table, "tables.file_forbidden", {"at": at})
        return None


def decode(file: Bytes, findings: Findings, table: str) -> str | None:
    """Return the text of a file in UTF-8 or GB18030, or None and a problem."""
    at = at_file(file.name)
    code = ""
    if file.data.startswith(_WORKBOOK_STARTS):
        code = "tables.workbook"
    elif file.data.startswith(_PDF_START):
        code = "tables.pdf"
    elif file.data.startswith(_UTF16_STARTS):
        code = "tables.utf16"
    elif b"\0" in file.data:
        code = "tables.nul"
    elif not file.data.removeprefix(b"\xef\xbb\xbf").strip():
        code = "tables.empty_file"
    if code:
        findings.problem(table, code, {"at": at})
        return None
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _as_gb18030(file.data)
        if text is None:
            line = file.data[: error.start].count(b"\n") + 1
            findings.problem(table, "tables.not_utf8", {"at": at_line(file.name, line)})
            return None
    findings.note("tables.gb18030", {"at": at})
    return text


def _as_gb18030(data: bytes) -> str | None:
    """Return the text where bytes make ordinary Chinese in GB18030, else None.

    Many Western texts decode as GB18030 too, but into rare characters: of a Chinese text, most are among the
    3,755 common ones of GB 2312, and few are outside it.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    common = rare = others = 0
    for character, number in Counter(text).items():
        if character.isascii():
            continue
        others += number
        try:
            first = character.encode("gb2312")[0]
        except UnicodeEncodeError:
            rare += number
            continue
        common += number * (_FIRST_SIGN <= first < _FIRST_LESS_COMMON)
    return text if common >= _FEWEST_COMMON * others and rare <= _MOST_RARE * others else None


def read_csv(spec: Table, file: str, text: str, findings: Findings) -> RawTable | None:
    """Return the rows of a CSV file, or None and the problems that keep it from being taken apart."""
    first_line = text.lstrip().split("\n", 1)[0]
    for separator, name in ((";", "tables.semicolon"), ("\t", "tables.tab"), ("，", "tables.wide_comma")):
        if first_line.count(separator) > first_line.count(","):
            words = {"at": at_line(file, 1), "separator": Message(name)}
            findings.problem(spec.name, "tables.separator", words)
            return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((line, record))
            line = reader.line_num + 1
            if len(records) > MOST_ROWS + 1:
                findings.problem(spec.name, "tables.too_many_rows", {"at": at_file(file), "most": MOST_ROWS})
                return None
    except csv.Error:
        findings.problem(spec.name, "tables.quotes", {"at": at_line(file, line)})
        return None
    if len(records) <= 1:
        findings.problem(spec.name, "tables.no_rows", {"at": at_file(file)})
        return None
    header = _trimmed(records[0][1], len(records[0][1]))
    rows = []
    for line, record in records[1:]:
        cells = _trimmed(record, len(header))
        if len(cells) != len(header):
            ragged = {"at": at_line(file, line), "cells": len(cells), "columns": len(header)}
            findings.problem(spec.name, "tables.ragged", ragged)
            continue
        rows.append((at_line(file, line), tuple(cells)))
    return RawTable(spec, file, tuple(header), tuple(rows))


def _trimmed(cells: list[str], wanted: int) -> list[str]:
    """Return cells without the empty ones that spreadsheets append."""
    while len(cells) > wanted and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def read_table(spec: Table, entry: Path, findings: Findings) -> tuple[RawTable | None, Bytes | None]:
    """Return a table's rows as text, and the bytes they came from; None where there is a problem."""
    file = read_bytes(entry, findings, spec.name)
    text = decode(file, findings, spec.name) if file else None
    if file is None or text is None:
        return None, file
    if entry.suffix.lower() == ".geojson":
        columns, rows = read_features(spec.name, file.name, text, findings)
        if len(rows) > MOST_ROWS:
            findings.problem(spec.name, "tables.too_many_rows", {"at": at_file(file.name), "most": MOST_ROWS})
            return None, file
        return (RawTable(spec, file.name, columns, rows) if rows else None), file
    return read_csv(spec, file.name, text, findings), file


def find_tables(folder: Path, findings: Findings) -> tuple[dict[str, Path], Path | None]:
    """Return the files of a folder by table, and region.json where there is one.

    Names are compared without case. Files that belong to no table are noted once.
    """
    entries = {entry.name.lower(): entry for entry in sorted(folder.iterdir()) if not entry.name.startswith((".", "~"))}
    found: dict[str, Path] = {}
    for spec in TABLES:
        forms = (spec.file, f"{spec.name}.geojson") if spec.points else (spec.file,)
        there = [entries.pop(name) for name in forms if name in entries]
        if len(there) > 1:
            findings.problem(spec.name, "tables.two_forms", {"at": at_file(there[0].name), "other": there[1].name})
        elif there:
            found[spec.name] = there[0]
        else:
            _missing(spec, entries, findings)
    region = entries.pop(REGION_FILE, None)
    unread = [entry.name for name, entry in entries.items() if name.endswith(DATA_FILES)]
    if unread:
        findings.note("tables.not_read", {"files": [_with_suggestion(name, found) for name in unread]})
    return found, region


def _missing(spec: Table, entries: dict[str, Path], findings: Findings) -> None:
    workbook = next((entries[spec.name + end] for end in WORKBOOKS if spec.name + end in entries), None)
    if workbook:
        findings.problem(spec.name, "tables.workbook", {"at": at_file(workbook.name)})
        del entries[workbook.name.lower()]
    elif spec.required:
        near = _nearest_file(spec.file, list(entries))
        hint = Message("tables.rename", {"file": near, "name": spec.file}) if near else ""
        findings.problem(spec.name, "tables.table_missing", {"at": at_file(spec.file), "suggestion": hint})
    elif spec is not SECTOR_MAP:  # the shipped map is told of where it is used
        findings.note("tables.absent", {"file": spec.file, "fallback": Message(f"tables.fallback.{spec.name}")})


def _with_suggestion(file: str, found: dict[str, Path]) -> str | Message:
    absent = [spec.file for spec in TABLES if spec.name not in found]
    near = _nearest_file(file.lower(), absent)
    name = shortened(file)
    return Message("tables.not_read_but", {"file": name, "name": near}) if near else name


def _nearest_file(name: str, known: Sequence[str]) -> str:
    """Return the known file whose name differs only by an ending, a plural or a letter, or nothing."""
    stem = re.sub(r"[^a-z]", "", name.rsplit(".", 1)[0]).rstrip("s")
    for other in known:
        if other.endswith(DATA_FILES) and re.sub(r"[^a-z]", "", other.rsplit(".", 1)[0]).rstrip("s") == stem:
            return other
    return ""
