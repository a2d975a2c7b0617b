"""Numbers as people read them, in English and Chinese: percent, points, money, counts, dates."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

MINUS, EN_DASH, NO_VALUE = "\u2212", "\u2013", "\u2014"
WAN, YI = 1e4, 1e8
THOUSAND, MILLION, BILLION = 1e3, 1e6, 1e9


def is_chinese(lang: str) -> bool:
    """Return whether a language tag asks for Chinese."""
    return lang.lower().startswith("zh")


def decimal(value: float, digits: int = 1, signed: bool = False) -> str:
    """Return a number with thousands separators and a true minus sign; a dash where there is none."""
    if not math.isfinite(value):
        return NO_VALUE
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def percent(share: float, digits: int = 1) -> str:
    """Return a share 0-1 as percent."""
    return NO_VALUE if not math.isfinite(share) else decimal(100 * share, digits) + "%"


def points(share: float, lang: str, digits: int = 1, signed: bool = True) -> str:
    """Return a difference of two shares in percentage points."""
    if not math.isfinite(share):
        return NO_VALUE
    text = decimal(100 * share, digits, signed)
    return f"{text} 个百分点" if is_chinese(lang) else f"{text} points"


def interval(low: float, high: float, lang: str, digits: int = 1, scale: float = 100.0) -> str:
    """Return an interval compactly; empty where there is none.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    lang : str
        "en" or "zh".
    digits : int
        Decimals.
    scale : float
        Multiplies both ends; 100 turns shares into percent or points.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if low >= 0:
        return decimal(scale * low, digits) + EN_DASH + decimal(scale * high, digits)
    # a dash before or after a minus sign would be hard to read
    between = " 至 " if is_chinese(lang) else " to "
    return decimal(scale * low, digits, True) + between + decimal(scale * high, digits, True)


def count(value: float, lang: str) -> str:
    """Return a number of people or things, rounded to three figures or so."""
    if not math.isfinite(value):
        return NO_VALUE
    if is_chinese(lang) and abs(value) >= WAN:
        return decimal(value / WAN, 1) + " 万"
    if not is_chinese(lang) and abs(value) >= MILLION:
        return decimal(value / MILLION, 2) + " million"
    return decimal(value, 0)


def money(yuan: float, lang: str) -> str:
    """Return an amount in yuan with its currency."""
    if not math.isfinite(yuan):
        return NO_VALUE
    size = abs(yuan)
    if is_chinese(lang):
        if size >= YI:
            return decimal(yuan / YI, 2) + " 亿元"
        if size >= WAN:
            return decimal(yuan / WAN, 1) + " 万元"
        return decimal(yuan, 0) + " 元"
    if size >= BILLION:
        return decimal(yuan / BILLION, 2) + " billion yuan"
    if size >= MILLION:
        return decimal(yuan / MILLION, 1) + " million yuan"
    if size >= 10 * THOUSAND:
        return decimal(yuan / THOUSAND, 0) + " thousand yuan"
    return decimal(yuan, 0) + " yuan"


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit in which a whole table or axis is written, so that its amounts compare at a glance."""

    code: str  # message code of its name
    yuan: float
    digits: int

    def cell(self, yuan: float) -> str:
        """Return an amount in this unit, without the unit."""
        return decimal(yuan / self.yuan, self.digits)


def money_unit(largest_yuan: float, lang: str) -> MoneyUnit:
    """Return the unit for amounts up to a size: yuan, else ten thousand (Chinese) or million (English)."""
    if is_chinese(lang):
        return MoneyUnit("unit.money.wan", WAN, 1) if largest_yuan >= 10 * WAN else MoneyUnit("unit.money.yuan", 1.0, 0)
    if largest_yuan >= MILLION:
        return MoneyUnit("unit.money.million", MILLION, 2)
    return MoneyUnit("unit.money.yuan", 1.0, 0)


def day(value: date | np.datetime64, lang: str) -> str:
    """Return a calendar day, month first spelt out only where it is English."""
    when: date = value if isinstance(value, date) else value.astype("datetime64[D]").astype(date)
    if is_chinese(lang):
        return f"{when.year} 年 {when.month} 月 {when.day} 日"
    return f"{when.day} {ENGLISH_MONTHS[when.month - 1]} {when.year}"


# strftime's month names follow the machine's locale, which would make two machines' pages differ
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
