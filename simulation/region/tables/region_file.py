"""region.json: what the region is called, its money and its settings."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.messages import Message
from simulation.region.tables.columns import MOST_PEOPLE
from simulation.region.tables.errors import Findings, at_file, at_line, shortened
from simulation.region.tables.geojson import JsonError, parse_json
from simulation.region.tables.reading import REGION_FILE, Bytes, decode, read_bytes

TABLE = "region"  # under which its problems are entered
YUAN = "CNY"
DETOUR = 1.8  # Assumption: hills; plains have about 1.3
REMOTE_BEYOND_KM = 5.0  # Assumption
# Units of a currency per yuan at market rates; only where region.json gives none. Source: recalled, 2024.
RATES = {
    YUAN: 1.0, "INR": 11.7, "USD": 0.14, "EUR": 0.13, "GBP": 0.11, "JPY": 21.0, "KRW": 190.0, "VND": 3500.0,
    "THB": 4.9, "IDR": 2200.0, "PHP": 8.0, "MYR": 0.63, "BDT": 16.0, "PKR": 38.5, "LKR": 41.0, "NPR": 18.7,
    "KES": 18.0, "TZS": 360.0, "NGN": 210.0, "GHS": 2.0, "ETB": 12.0, "ZAR": 2.5, "EGP": 6.6, "BRL": 0.75,
    "MXN": 2.5, "TRY": 4.6, "KZT": 65.0, "MNT": 475.0,
}  # fmt: skip
WGS84 = ("EPSG:4326", "WGS84", "WGS 84", "OGC:CRS84")
LONGEST_TEXT = 200
_YEARS = (1900, 2100)
_DETOURS = (1.0, 10.0)
_KILOMETRES = (0.0, 1000.0)
_RATES_RANGE = (1e-6, 1e6)
_HOUSEHOLD_MEANS = (1.0, 20.0)
_CURRENCY = re.compile(r"[A-Z]{3}")
_NO_NAME = re.compile(r"[/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class RegionFile:
    """What region.json says; defaults where it says nothing."""

    name: str
    title_en: str
    title_zh: str
    reference_year: int | None = None
    population: int | None = None
    currency: str = YUAN
    currency_per_yuan: float = 1.0
    detour: float = DETOUR
    remote_beyond_km: float = REMOTE_BEYOND_KM
    sources: tuple[str, ...] = ()
    mean_household_size: float | None = None


def fallback() -> Message:
    """Return what holds where there is no region.json."""
    return Message("tables.fallback.region", {"remote": REMOTE_BEYOND_KM, "detour": DETOUR})


KEYS = (
    "id", "name", "name_zh", "reference_year", "population", "households", "currency", "currency_per_yuan", "detour",
    "remote_beyond_km", "sources", "files", "crs_input",
)  # fmt: skip


def read_region_file(folder: Path, path: Path | None, findings: Findings) -> tuple[RegionFile, Bytes | None]:
    """Return what region.json says, or the defaults where there is none or it has a problem."""
    folder_name = folder.resolve().name or "region"
    default = RegionFile(folder_name, folder_name, folder_name)
    if path is None:
        findings.note("tables.absent", {"file": REGION_FILE, "fallback": fallback()})
        return default, None
    file = read_bytes(path, findings, TABLE)
    text = decode(file, findings, TABLE) if file else None
    if text is None:
        return default, file
    try:
        data = parse_json(text)
    except JsonError as error:
        findings.problem(TABLE, "tables.not_json", {"at": at_line(path.name, error.line)})
        return default, file
    if not isinstance(data, dict):
        findings.problem(TABLE, "tables.not_an_object", {"at": at_file(path.name)})
        return default, file
    values = _Values(path.name, text, data, findings)
    region = _region(values, folder, folder_name)
    return region, file


def _region(values: "_Values", folder: Path, folder_name: str) -> RegionFile:
    unknown = [shortened(key) for key in values.data if key not in KEYS]
    if unknown:
        values.findings.note("tables.keys_not_used", {"at": at_file(values.file), "keys": unknown})
    name = values.text("id") or folder_name
    if _NO_NAME.search(name):
        values.refuse("id", "tables.no_identifier", {})
    title = values.text("name") or name
    crs = values.text("crs_input")
    if crs and crs.upper() not in WGS84:
        values.refuse("crs_input", "tables.not_wgs84", {})
    detour = values.number("detour", *_DETOURS)
    remote = values.number("remote_beyond_km", *_KILOMETRES)
    if detour is None:
        values.findings.note("tables.fallback.detour", {"detour": DETOUR})
    currency, rate = _currency(values)
    there = {entry.name for entry in folder.iterdir()}
    absent = [shortened(file) for file in values.texts("files") if file not in there]
    if absent:
        values.findings.note("tables.files_absent", {"at": at_file(values.file), "files": absent})
    population = values.whole("population", 1, MOST_PEOPLE)
    return RegionFile(
        name=name,
        title_en=title,
        title_zh=values.text("name_zh") or title,
        reference_year=values.whole("reference_year", *_YEARS),
        population=population,
        currency=currency,
        currency_per_yuan=rate,
        detour=DETOUR if detour is None else detour,
        remote_beyond_km=REMOTE_BEYOND_KM if remote is None else remote,
        sources=values.texts("sources"),
        mean_household_size=_mean_household_size(values, population),
    )


def _mean_household_size(values: "_Values", population: int | None) -> float | None:
    households = values.whole("households", 1, MOST_PEOPLE)
    if population is None or households is None:
        return None
    mean = population / households
    low, high = _HOUSEHOLD_MEANS
    if not low <= mean <= high:
        values.refuse("households", "tables.household_mean", {"mean": mean, "low": low, "high": high})
    return mean


def _currency(values: "_Values") -> tuple[str, float]:
    """Return the currency and how much of it a yuan is worth; a remembered rate is noted."""
    currency = (values.text("currency") or YUAN).upper()
    rate = values.number("currency_per_yuan", *_RATES_RANGE)
    if not _CURRENCY.fullmatch(currency) or currency == "RMB":
        values.refuse("currency", "tables.currency", {})
    elif currency == YUAN and rate not in (None, 1.0):
        values.refuse("currency_per_yuan", "tables.yuan_is_yuan", {})
    elif rate is None and currency not in RATES and "currency_per_yuan" not in values.data:
        values.refuse("currency", "tables.no_rate", {"currency": currency})
    elif rate is None and currency != YUAN and currency in RATES:
        rate = RATES[currency]
        label = Message("tables.rates_label")
        values.findings.note("tables.rate_recalled", {"currency": currency, "rate": rate, "label": label})
    return currency, 1.0 if rate is None else rate


class _Values:
    """Values of region.json by key; what is of the wrong kind becomes a problem and None."""

    def __init__(self, file: str, text: str, data: dict[str, Any], findings: Findings) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.data = data
        self.findings = findings

    def refuse(self, key: str, code: str, params: dict[str, Any]) -> None:
        """Enter a problem of a key, with the first line that holds it."""
        line = next((k for k, line in enumerate(self.lines, start=1) if f'"{key}"' in line), 1)
        words = {"at": at_line(self.file, line), "column": key, "value": shortened(str(self.data.get(key)))}
        self.findings.problem(TABLE, code, words | params)

    def text(self, key: str) -> str:
        """Return a text, empty where it is absent."""
        value = self.data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            self.refuse(key, "tables.text_wanted", {"most": LONGEST_TEXT})
            return ""
        return " ".join(value.split())

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.data.get(key)
        values = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            self.refuse(key, "tables.list_wanted", {})
            return ()
        return tuple(" ".join(item.split()) for item in values)

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number within limits, None where it is absent."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, "tables.range", _allowed(low, high))
            return None
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number within limits, None where it is absent."""
        value = self.number(key, low, high)
        if value is not None and value != int(value):
            self.refuse(key, "tables.range", _allowed(low, high))
            return None
        return None if value is None else int(value)


def _allowed(low: float, high: float) -> dict[str, Any]:
    return {"allowed": Message("tables.between", {"low": low, "high": high, "unit": ""}), "example": low}
