"""A result as an Excel workbook, as tidy CSV files and as Parquet files, all of the same tables."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.messages import Message, WordedError
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report.export_table import Column, ExportTable
from simulation.report.export_tables import export_tables
from simulation.report.headline import headline
from simulation.report.page import title_of

EXTRA = "export"
WORKBOOK = {"en": "results.xlsx", "zh": "results.zh.xlsx"}
CSV_FOLDER, PARQUET_FOLDER = "csv", "parquet"
FORMATS = {
    "share": "0.0%", "points": "+0.0%;-0.0%;0.0%", "yuan": "#,##0", "count": "#,##0", "whole": "0",
    "decimal": "0.######", "date": "yyyy-mm-dd", "text": "General",
}  # fmt: skip
FORMATS_BY_UNIT = {
    "share": "0.0%", "growth": "+0.0%;-0.0%;0.0%", "yuan": "#,##0.000", "seconds": "0.00", "rate": "0.00",
    "ratio": "0.000", "payments": "#,##0", "merchants": "#,##0", "per_million": "0.00", "score": "0.00",
}  # fmt: skip
WHOLE_YUAN = 1000  # from here on fractions of a yuan are noise
TITLE_ROW, HEADING_ROW, FIRST_ROW = 1, 2, 3
NARROWEST, WIDEST, SAMPLED_ROWS = 9, 58, 400
WIDE_LETTERS = "WF"  # East Asian letters take the room of two
HEADING_FILL, LABEL_COLOUR = "DCE6EF", "8A3600"


class MissingPackageError(WordedError):
    """An export that needs a package which is not installed."""

    more = "error.more"


def _needed(package: str) -> Any:
    """Return a package of the extra, or say how to get it."""
    try:
        return import_module(package)
    except ImportError:
        raise MissingPackageError([Message("export.missing", {"package": package, "extra": EXTRA})]) from None


def write_excel(
    path: Path, programme: Result, baseline: Result | None, lang: str, reference: Result | None = None
) -> Path:
    """Write a workbook of all tables.

    Parameters
    ----------
    path : path
        File ending in .xlsx; replaced if it exists.
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme.
    lang : str
        "en" or "zh".
    reference : Result, optional
        Paired run of the reference outreach, for T8.

    Raises
    ------
    MissingPackageError
        If openpyxl is not installed.
    """
    openpyxl = _needed("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    title = title_of(programme, lang)
    if programme.scenario.survey.illustrative:
        title = f"{title} | {say('plot.illustrative', lang)}"
    for content in export_tables(programme, baseline, lang, reference):
        sheet = book.create_sheet(say(f"export.sheet.{content.name}", lang))
        _write_sheet(sheet, content, title, programme.scenario.survey.illustrative, lang)
    below = [say("export.answer", lang), *headline(programme, baseline, lang, reference)]
    if programme.scenario.survey.illustrative:
        below.append(say("report.illustrative", lang))
    _write_below(book.worksheets[0], below)
    book.properties.title, book.properties.creator = title_of(programme, lang), "epay-adoption"
    if when := _written_at(programme):
        book.properties.created = book.properties.modified = when
    book.save(path)
    return path


def _written_at(programme: Result) -> datetime | None:
    """Return when the run was written, without a zone, as workbooks have it."""
    try:
        return datetime.fromisoformat(str(programme.provenance["written_at"])).replace(tzinfo=None)
    except (KeyError, ValueError):
        return None


def _write_sheet(sheet: Any, content: ExportTable, title: str, is_illustrative: bool, lang: str) -> None:
    """Fill a sheet: what it is above, headings that stay in sight, the values, and notes below."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    _set(sheet, TITLE_ROW, 1, f"{say(f'export.title.{content.name}', lang)} | {title}")
    sheet.cell(TITLE_ROW, 1).font = Font(bold=True, color=LABEL_COLOUR if is_illustrative else None)
    headings = [say(f"export.column.{column.name}", lang) for column in content.columns]
    for k, heading in enumerate(headings, start=1):
        _set(sheet, HEADING_ROW, k, heading)
        cell = sheet.cell(HEADING_ROW, k)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    shown = [_in_words(row, content) for row in content.frame.to_dict("records")]
    for r, row in enumerate(shown, start=FIRST_ROW):
        unit = str(content.frame["unit"].iloc[r - FIRST_ROW]) if "unit" in content.frame else ""
        for k, column in enumerate(content.columns, start=1):
            _set(sheet, r, k, row[column.name], _format(column, unit, row[column.name]))
    for k, column in enumerate(content.columns, start=1):
        texts = [headings[k - 1], *(_as_seen(row[column.name], column) for row in shown[:SAMPLED_ROWS])]
        width = min(WIDEST, max(NARROWEST, *(_room(text) for text in texts[1:]), _room(texts[0]) / 2 + 1) + 2)
        sheet.column_dimensions[get_column_letter(k)].width = width
        if column.kind == "text" and any(_room(text) > WIDEST for text in texts):
            for r in range(FIRST_ROW, FIRST_ROW + len(shown)):
                sheet.cell(r, k).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)
    last = get_column_letter(len(headings))
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{last}{HEADING_ROW + len(shown)}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{TITLE_ROW}:{HEADING_ROW}"
    _write_below(sheet, [say(f"export.note.{content.name}", lang)])


def _write_below(sheet: Any, texts: Sequence[str]) -> None:
    """Write sentences below a table, an empty row between."""
    start = sheet.max_row + 2
    for k, text in enumerate(texts):
        _set(sheet, start + k, 1, text)


def _in_words(row: Mapping[Any, Any], content: ExportTable) -> dict[str, Any]:
    """Return a row as people read it: codes by their labels, nothing for what is unknown."""
    found = {}
    for name, value in row.items():
        words = content.words.get(str(name), {})
        unknown = value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value))
        found[str(name)] = None if unknown else words.get(value, value) if isinstance(value, str) else value
    return found


def _format(column: Column, unit: str, value: Any) -> str:
    if column.kind != "by_unit":
        return FORMATS[column.kind]
    if unit == "yuan" and isinstance(value, float) and abs(value) >= WHOLE_YUAN:
        return FORMATS["yuan"]
    return FORMATS_BY_UNIT[unit]


def _set(sheet: Any, row: int, column: int, value: Any, number_format: str = "General") -> None:
    """Set a cell; text stays text even where it looks like a formula, and letters no workbook may hold are left out."""
    if isinstance(value, str):
        value = "".join(letter for letter in value if letter.isprintable() or letter in "\n\t")
    cell = sheet.cell(row, column, value)
    if cell.data_type == "f":
        cell.data_type = "s"
    cell.number_format = number_format


def _as_seen(value: Any, column: Column) -> str:
    """Return about what a cell shows, to measure it."""
    if isinstance(value, float):
        return (
            f"{value:,.0f}" if abs(value) >= WHOLE_YUAN else "00.000%" if column.kind != "decimal" else f"{value:.6g}"
        )
    return str(value) if value is not None else ""


def _room(text: str) -> int:
    """Return the width of a text in letters of a Latin font."""
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE_LETTERS else 1 for letter in text)


def write_csv_files(
    folder: Path, programme: Result, baseline: Result | None, lang: str, reference: Result | None = None
) -> list[Path]:
    """Write every table as a tidy CSV file, UTF-8, into a new folder.

    Names and codes are the same in any language; meanings and facts are in the language asked for.
    """
    folder.mkdir()
    paths = []
    for content in export_tables(programme, baseline, lang, reference):
        paths.append(folder / f"{content.name}.csv")
        content.frame.to_csv(paths[-1], index=False)
    return paths


def write_parquet_files(
    folder: Path, programme: Result, baseline: Result | None, lang: str, reference: Result | None = None
) -> list[Path]:
    """Write every table as a Parquet file into a new folder.

    Raises
    ------
    MissingPackageError
        If pyarrow is not installed.
    """
    _needed("pyarrow")
    folder.mkdir()
    paths = []
    for content in export_tables(programme, baseline, lang, reference):
        paths.append(folder / f"{content.name}.parquet")
        content.frame.to_parquet(paths[-1], engine="pyarrow", index=False)
    return paths
