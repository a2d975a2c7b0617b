"""Numbers as people read them, in English and Chinese: percent, points, money, counts, dates."""

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from simulation.outcomes.wording import say

if TYPE_CHECKING:
    import xarray as xr

MINUS, EN_DASH, NO_VALUE = "\u2212", "\u2013", "\u2014"
WAN, YI = 1e4, 1e8
THOUSAND, MILLION, BILLION = 1e3, 1e6, 1e9
YUAN = "CNY"
MOST_DIGITS = 6  # decimals of an interval too narrow for those of its table


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
        Decimals, more where both ends would read the same.
    scale : float
        Multiplies both ends; 100 turns shares into percent or points.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    digits = told_apart(scale * low, scale * high, digits)
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


def told_apart(low: float, high: float, digits: int) -> int:
    """Return how many decimals the ends of an interval need so that it does not look like a point.

    Ends that differ by less than anybody reads, as equal numbers do that were added up in another order, are a point.
    """
    return next((n for n in range(digits, MOST_DIGITS) if decimal(low, n) != decimal(high, n)), digits)


@dataclass(frozen=True, slots=True)
class Currency:
    """The money amounts are shown in; the model itself counts in yuan.

    Attributes
    ----------
    code : str
        ISO 4217.
    per_yuan : float
        Units of it that buy what a yuan buys.
    """

    code: str = YUAN
    per_yuan: float = 1.0

    @property
    def is_yuan(self) -> bool:
        """Return whether amounts are shown as the model counts them."""
        return self.code == YUAN

    def name(self, lang: str) -> str:
        """Return how one unit is written: yuan by its name, any other currency by its code."""
        return say("unit.money.one", lang) if self.is_yuan else self.code


CNY = Currency()


def currency_of(dataset: "xr.Dataset") -> Currency:
    """Return the currency of a run's region; yuan where the run does not say."""
    return Currency(dataset.attrs.get("currency", YUAN), float(dataset.attrs.get("currency_per_yuan", 1.0)))


def money(yuan: float, lang: str, currency: Currency = CNY) -> str:
    """Return an amount of yuan in a currency, with its name: 1.2 million yuan, INR 1.67 billion.

    Parameters
    ----------
    yuan : float
        As the model counts.
    lang : str
        "en" or "zh".
    currency : Currency
        What it is shown in.
    """
    if not math.isfinite(yuan):
        return NO_VALUE
    number, scale = _short_amount(yuan * currency.per_yuan, lang)
    if is_chinese(lang):
        words = [number, f"{scale}元"] if currency.is_yuan else [number, scale, currency.code]
    else:
        words = [number, scale, currency.name(lang)] if currency.is_yuan else [currency.code, number, scale]
    return " ".join(word for word in words if word)


def _short_amount(amount: float, lang: str) -> tuple[str, str]:
    """Return an amount in a scale of its size, and the scale's name."""
    size = abs(amount)
    if is_chinese(lang):
        if size >= YI:
            return decimal(amount / YI, 2), "亿"
        return (decimal(amount / WAN, 1), "万") if size >= WAN else (decimal(amount, 0), "")
    if size >= BILLION:
        return decimal(amount / BILLION, 2), "billion"
    if size >= MILLION:
        return decimal(amount / MILLION, 1), "million"
    return (decimal(amount / THOUSAND, 0), "thousand") if size >= 10 * THOUSAND else (decimal(amount, 0), "")


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit in which a whole table or axis is written, so that its amounts compare at a glance."""

    code: str  # message code of its name
    yuan: float  # that make one unit
    digits: int
    currency: Currency = CNY

    def name(self, lang: str) -> str:
        """Return how the unit is written."""
        return say(self.code, lang, {"currency": self.currency.code})

    def cell(self, yuan: float) -> str:
        """Return an amount in this unit, without the unit."""
        return decimal(yuan / self.yuan, self.digits)


def money_unit(largest_yuan: float, lang: str, currency: Currency = CNY) -> MoneyUnit:
    """Return the unit for amounts up to a size: one, else ten thousand (Chinese) or million (English)."""
    largest = largest_yuan * currency.per_yuan
    size, name, digits = 1.0, "one", 0
    if is_chinese(lang) and largest >= 10 * WAN:
        size, name, digits = WAN, "wan", 1
    elif not is_chinese(lang) and largest >= MILLION:
        size, name, digits = MILLION, "million", 2
    code = f"unit.money.{name}" if currency.is_yuan else f"unit.money.of.{name}"
    return MoneyUnit(code, size / currency.per_yuan, digits, currency)


def day(value: date | np.datetime64, lang: str) -> str:
    """Return a calendar day, month first spelt out only where it is English."""
    when: date = value if isinstance(value, date) else value.astype("datetime64[D]").astype(date)
    if is_chinese(lang):
        return f"{when.year} 年 {when.month} 月 {when.day} 日"
    return f"{when.day} {ENGLISH_MONTHS[when.month - 1]} {when.year}"


# strftime's month names follow the machine's locale, which would make two machines' pages differ
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
