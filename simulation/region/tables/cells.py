"""One cell: text as it stands in a file, read as its column's form or refused with the likely fix."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from simulation.messages import Message, number
from simulation.region.tables.columns import OLDEST, Column, Form

LONGEST_TEXT = 200  # characters
LONGEST_NUMBER = 30
MOST_REMEMBERED = 256  # a wrong word often fills a column
PERCENT = 100
SIXTIETHS = 60  # minutes of a degree, seconds of a minute
PLACES_OF_DEGREES = 5  # about a metre
AREA_WORDS = {"urban": "urban", "town": "town", "rural": "town", "remote": "remote"}
AREAS_SHOWN = ("urban", "rural", "remote")
ALL_WORDS = ("", "all", "total")
_MEANT = {
    "乡村": "rural", "农村": "rural", "乡镇": "rural", "镇": "rural", "village": "rural", "countryside": "rural",
    "城区": "urban", "城市": "urban", "城镇": "urban", "city": "urban", "偏远": "remote", "偏远地区": "remote",
    "男": "male", "m": "male", "女": "female", "f": "female",
    "银行": "bank", "branch": "bank", "邮局": "post_office", "post": "post_office",
    "低": "low", "中": "middle", "medium": "middle", "高": "high",
}  # fmt: skip
_UNKNOWN_WORDS = ("nan", "na", "n/a", "#n/a", "null", "none", "nil", "unknown", "?", "-", "--", "未知", "无", "不详")
_MONTHS = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d月", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)
_BAND = re.compile(r"(\d{1,3})-(\d{1,3})", re.ASCII)
_OPEN_BAND = re.compile(r"(\d{1,3})\+", re.ASCII)
_PERIOD = re.compile(r"\d{4}(?:-?Q[1-4]|-\d{2}(?:-\d{2})?)?", re.ASCII)
_DEGREES = re.compile(r"""^\s*([NSEW]?)\s*([+-]?)(\d+(?:\.\d+)?)\s*[°º:\s]\s*(?:(\d+(?:\.\d+)?)\s*['′:\s]?\s*)?
    (?:(\d+(?:\.\d+)?)\s*["″']{0,2}\s*)?([NSEW]?)\s*$""", re.VERBOSE | re.IGNORECASE | re.ASCII)  # fmt: skip
_BARE_DEGREES = re.compile(r"([NSEW]?)\s*(\d+(?:\.\d+)?)\s*([NSEW]?)", re.IGNORECASE | re.ASCII)
_AROUND_A_NUMBER = re.compile(r"[^\d+.-]*([+-]?[\d.,'\s]*\d(?:e[+-]?\d{1,3})?)[^\d]*", re.IGNORECASE | re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,'\s]\d{3})+(?:\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+", re.ASCII)
_PUNCTUATION = str.maketrans("，．。－−–’％", ",..---'%")


class CellError(Exception):
    """A cell that cannot be read; `params` lack only where it stands, its column and its value."""

    def __init__(self, code: str, params: dict[str, Any] | None = None) -> None:
        self.code = code
        self.params = params or {}
        super().__init__(code)


def read_cell(column: Column, cell: str) -> Any:
    """Return the value of a cell, None where it is empty and may be.

    Raises
    ------
    CellError
        If the column does not allow what stands there.
    """
    text = cell.strip()
    if not text and (column.may_be_empty or not column.required):
        return None
    if not text and not column.all_allowed:
        raise CellError("tables.cell_empty", {"example": column.example})
    return _READERS[column.form](column, text)


@lru_cache(maxsize=MOST_REMEMBERED)
def suggestion(word: str, known: tuple[str, ...]) -> Message | str:
    """Return the words "Did you mean ...?" where a known word is like the one written, else nothing."""
    meant = _MEANT.get(word)
    near = [meant] if meant in known else get_close_matches(word, known, n=1, cutoff=0.6)
    return Message("tables.suggestion", {"name": near[0]}) if near else ""


def allowed_range(column: Column) -> Message:
    """Return the words for what a number may be."""
    unit = "%" if column.form is Form.PERCENT else ""
    return Message("tables.between", {"low": column.low, "high": column.high, "unit": unit})


def _text(column: Column, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise CellError("tables.too_long", {"most": LONGEST_TEXT})
    return " ".join(text.split())


def _whole(column: Column, text: str) -> int:
    if not _WHOLE.fullmatch(text) or len(text) > LONGEST_NUMBER:
        if _NUMBER.fullmatch(text) and len(text) <= LONGEST_NUMBER:
            raise CellError("tables.not_whole", {"fix": f"{float(text):.0f}"})
        raise _not_a_number(column, text)
    value = int(text.split(".")[0])
    _check_range(column, value)
    return value


def _number(column: Column, text: str) -> float:
    if not _NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise _not_a_number(column, text)
    value = float(text)
    _check_range(column, value)
    return value


def _percent(column: Column, text: str) -> float:
    return _number(column, text) / PERCENT


def _degrees(column: Column, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        fix = _decimal_degrees(text)
        if fix:
            raise CellError("tables.degrees", {"fix": fix})
        if _DECIMAL_COMMA.fullmatch(text):
            raise CellError("tables.write", {"fix": text.replace(",", ".")})
    return _number(column, text)


def _check_range(column: Column, value: float) -> None:
    if column.low <= value <= column.high:
        return
    if value == 0 and column.zero_code:
        raise CellError(column.zero_code)
    raise CellError("tables.range", {"allowed": allowed_range(column), "example": column.example})


def _area(column: Column, text: str) -> str | None:
    word = text.lower()
    if column.all_allowed and word in ALL_WORDS:
        return None
    if word not in AREA_WORDS:
        known = (*AREAS_SHOWN, "all") if column.all_allowed else AREAS_SHOWN
        raise CellError("tables.choice", {"known": known, "suggestion": suggestion(word, known)})
    return AREA_WORDS[word]


def _choice(column: Column, text: str) -> str | None:
    word = "_".join(_dashes(text.lower()).split())
    if column.all_allowed and word in ALL_WORDS:
        return None
    if word not in column.choices:
        word = word if word in _MEANT else word.replace("-", "_")
    if word not in column.choices:
        if _MONTHS.search(text) and any(_BAND.fullmatch(choice) for choice in column.choices):
            raise CellError("tables.band_as_date", {"example": column.example})
        known = (*column.choices, "all") if column.all_allowed else column.choices
        raise CellError("tables.choice", {"known": known, "suggestion": suggestion(word, known)})
    return word


def _flag(column: Column, text: str) -> bool:
    if text not in ("0", "1"):
        raise CellError("tables.flag")
    return text == "1"


def _band(column: Column, text: str) -> tuple[int, int]:
    if _MONTHS.search(text):
        raise CellError("tables.band_as_date", {"example": column.example})
    plain = "".join(_dashes(text).split())
    closed, opened = _BAND.fullmatch(plain), _OPEN_BAND.fullmatch(plain)
    if closed and int(closed[1]) <= int(closed[2]) <= OLDEST:
        return int(closed[1]), int(closed[2])
    if opened and int(opened[1]) <= OLDEST:
        return int(opened[1]), OLDEST
    raise CellError("tables.band", {"example": column.example})


def _period(column: Column, text: str) -> str:
    if not _PERIOD.fullmatch(text.upper()):
        raise CellError("tables.period", {"example": column.example})
    return text.upper()


_READERS: dict[Form, Callable[[Column, str], Any]] = {
    Form.TEXT: _text,
    Form.ID: _text,
    Form.WHOLE: _whole,
    Form.NUMBER: _number,
    Form.DEGREES: _degrees,
    Form.PERCENT: _percent,
    Form.AREA: _area,
    Form.CHOICE: _choice,
    Form.FLAG: _flag,
    Form.BAND: _band,
    Form.PERIOD: _period,
}


def _dashes(text: str) -> str:
    return text.translate(_PUNCTUATION).replace("—", "-")


def _not_a_number(column: Column, text: str) -> CellError:
    """Return what to say of a cell that is no plain number."""
    if text.lower() in _UNKNOWN_WORDS or "inf" in text.lower():
        may_be_empty = column.may_be_empty or not column.required
        return CellError("tables.unknown_is_empty" if may_be_empty else "tables.number", {"example": column.example})
    fix = plain_number(text)
    return CellError("tables.write", {"fix": fix}) if fix else CellError("tables.number", {"example": column.example})


def plain_number(text: str) -> str:
    """Return a number that was written for people as digits and at most one point, or nothing.

    `1,204`, `1 204`, `1.2e3`, `12 km`, `１２０４` and `29,75` are understood.
    """
    western = "".join(
        str(unicodedata.digit(character)) if unicodedata.digit(character, None) is not None else character
        for character in text[: 2 * LONGEST_NUMBER].translate(_PUNCTUATION)
    )
    match = _AROUND_A_NUMBER.fullmatch(western)
    if not match:
        return ""
    digits = match[1].strip()
    if _THOUSANDS.fullmatch(digits):
        digits = re.sub(r"[,'\s]", "", digits)
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return ""
    if abs(value.adjusted()) > LONGEST_NUMBER:
        return ""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _decimal_degrees(text: str) -> str:
    """Return degrees, minutes and seconds as decimal degrees, or nothing."""
    match, bare = _DEGREES.match(text), _BARE_DEGREES.fullmatch(text)
    if match:
        before, sign, degrees, minutes, seconds, after = match.groups()
    elif bare:
        (before, degrees, after), sign, minutes, seconds = bare.groups(), "", None, None
    else:
        return ""
    if max(float(minutes or 0), float(seconds or 0)) >= SIXTIETHS:
        return ""
    value = float(degrees) + (float(minutes or 0) + float(seconds or 0) / SIXTIETHS) / SIXTIETHS
    if sign == "-" or (before + after).upper() in ("S", "W"):
        value = -value
    return number(round(value, PLACES_OF_DEGREES))
