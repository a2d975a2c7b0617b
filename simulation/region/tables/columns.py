"""Every table of a region's folder: its columns, what may stand in them, and what they are called elsewhere.

The checks and the README of the template are both made from this page. What a column means is worded in the
catalogues under `tables.column.<meaning>`, what a table is for, its rule and what happens without it under
`tables.about.<table>`, `tables.rule.<table>` and `tables.fallback.<table>`.
"""

import math
from dataclasses import dataclass
from enum import Enum

from simulation.core.codes import AGE_NAMES, INCOME_NAMES, SECTOR_NAMES

HIGHEST_LAT = 90
HIGHEST_LON = 180
OLDEST = 130
MOST_IN_A_HOUSEHOLD = 50
MOST_PEOPLE = 100_000_000  # in one row
MOST_KM = 5_000
MOST_MINUTES = 100_000
MOST_DELAY_MS = 600_000
MOST_PER_1000 = 1_000
MOST_CONTACTS = 1_000
MOST_MONEY = 1e12
ACCESS_TYPES = ("bank", "post_office", "cooperative", "agent", "atm", "kiosk")
SEXES = ("male", "female")


class Form(Enum):
    """How a cell is written."""

    TEXT = "text"
    ID = "id"  # text that names a row; leading zeros count
    WHOLE = "whole"
    NUMBER = "number"
    DEGREES = "degrees"
    PERCENT = "percent"  # 0 to 100; read as a share
    AREA = "area"
    CHOICE = "choice"
    FLAG = "flag"
    BAND = "band"  # 0-4 or 75+
    PERIOD = "period"  # 2022Q4, 2022-12 or 2022


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `low` and `high` are inclusive."""

    name: str
    form: Form
    required: bool = True
    may_be_empty: bool = False  # cells of optional columns always may
    low: float = 0
    high: float = math.inf
    choices: tuple[str, ...] = ()
    all_allowed: bool = False  # empty, `all` and `total` stand for all of them
    zero_code: str = ""  # message for 0 where a range alone would not tell why
    aliases: tuple[str, ...] = ()
    meaning: str = ""  # the column's own name where empty
    example: str = ""

    @property
    def meaning_code(self) -> str:
        """Code of what the column means."""
        return f"tables.column.{self.meaning or self.name}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table, in `<name>.csv` or, where it holds points, in `<name>.geojson`."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    points: bool = False

    @property
    def file(self) -> str:
        """Name of the table's CSV file."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        """Return a column by name."""
        return next(column for column in self.columns if column.name == name)


def _id(name: str, aliases: tuple[str, ...] = ()) -> Column:
    return Column(name, Form.ID, aliases=aliases, example="H001", meaning="id")


def _area(all_allowed: bool, required: bool = False) -> Column:
    meaning = "cell_area" if required else "area" if all_allowed else "settlement_area"
    return Column("area", Form.AREA, required, required, all_allowed=all_allowed, meaning=meaning, example="rural")


def _name(required: bool) -> Column:
    return Column("name", Form.TEXT, required, aliases=("名称",), example="Naini")


def _point(may_be_empty: bool = False) -> tuple[Column, Column]:
    lat, lon = ("latitude", "纬度"), ("longitude", "lng", "long", "经度")
    return (
        Column("lat", Form.DEGREES, True, may_be_empty, -HIGHEST_LAT, HIGHEST_LAT, aliases=lat, example="29.75"),
        Column("lon", Form.DEGREES, True, may_be_empty, -HIGHEST_LON, HIGHEST_LON, aliases=lon, example="80.25"),
    )


def _money(name: str) -> Column:
    return Column(name, Form.NUMBER, False, high=MOST_MONEY, example="1500")


_SETTLEMENT = Column("settlement_id", Form.ID, False, meaning="of_settlement", example="H001")
_PERCENT = Column("percent_of_households", Form.PERCENT, high=100, example="14.4")

SETTLEMENTS = Table(
    "settlements",
    (
        _id("settlement_id", ("id", "编号")),
        _name(required=True),
        *_point(may_be_empty=True),
        Column(
            "population", Form.WHOLE, may_be_empty=True, low=1, high=MOST_PEOPLE,
            zero_code="tables.population_zero", aliases=("pop", "人口"), example="1204",
        ),
        _area(all_allowed=False),
        Column("kind", Form.TEXT, False, example="town"),
        Column("block", Form.TEXT, False, aliases=("county",), example="Didihat"),
        Column("parent_id", Form.ID, False, example="C01"),
        Column("name_zh", Form.TEXT, False, example="奈尼"),
        Column("population_source", Form.TEXT, False, example="Census 2020"),
    ),
    required=True,
    points=True,
)  # fmt: skip
AGE_STRUCTURE = Table(
    "age_structure",
    (
        Column("age_min", Form.WHOLE, high=OLDEST, example="15"),
        Column("age_max", Form.WHOLE, may_be_empty=True, high=OLDEST, example="19"),
        Column("population", Form.WHOLE, high=MOST_PEOPLE, aliases=("pop", "人口"), meaning="people", example="1204"),
        _area(all_allowed=True),
        Column("sex", Form.CHOICE, False, choices=SEXES, all_allowed=True, example="female"),
    ),
    required=True,
)
HOUSEHOLD_SIZE = Table(
    "household_size",
    (
        Column("size_min", Form.WHOLE, low=1, high=MOST_IN_A_HOUSEHOLD, example="3"),
        Column("size_max", Form.WHOLE, low=1, high=MOST_IN_A_HOUSEHOLD, example="3"),
        _PERCENT,
        _area(all_allowed=True),
    ),
)
INCOME = Table(
    "income",
    (
        Column("level", Form.TEXT, example="middle"),
        _PERCENT,
        _area(all_allowed=True),
        _money("monthly_amount"),
    ),
)
MERCHANTS = Table(
    "merchants",
    (
        _id("merchant_id", ("id", "编号")),
        Column("sector", Form.TEXT, meaning="merchant_sector", example="retail"),
        *_point(),
        _name(required=False),
        _SETTLEMENT,
        Column("accepts_electronic", Form.FLAG, False, example="1"),
        _money("monthly_sales"),
    ),
    points=True,
)
MERCHANT_SECTOR_RATES = Table(
    "merchant_sector_rates",
    (
        Column("sector", Form.TEXT, meaning="merchant_sector", example="retail"),
        Column("urban_per_1000", Form.NUMBER, high=MOST_PER_1000, meaning="per_1000", example="9"),
        Column("rural_per_1000", Form.NUMBER, True, False, 0, MOST_PER_1000, meaning="per_1000", example="6"),
        Column("remote_per_1000", Form.NUMBER, high=MOST_PER_1000, meaning="per_1000", example="4"),
    ),
)
ACCESS_POINTS = Table(
    "access_points",
    (
        _id("access_id", ("id", "编号")),
        Column("type", Form.CHOICE, choices=ACCESS_TYPES, meaning="access_type", example="bank"),
        *_point(),
        _name(required=False),
        _SETTLEMENT,
        Column("capacity_per_day", Form.NUMBER, False, high=MOST_PEOPLE, example="40"),
    ),
    points=True,
)
CANDIDATE_SITES = Table(
    "candidate_sites",
    (
        _id("site_id", ("id", "编号")),
        Column("type", Form.TEXT, meaning="site_type", example="school"),
        *_point(),
        _name(required=False),
        _SETTLEMENT,
        _money("monthly_cost"),
    ),
    points=True,
)
TRAVEL = Table(
    "travel",
    (
        Column("from_id", Form.ID, meaning="travel_end", example="H001"),
        Column("to_id", Form.ID, meaning="travel_end", example="S001"),
        Column("km", Form.NUMBER, high=MOST_KM, example="7.5"),
        Column("minutes", Form.NUMBER, False, high=MOST_MINUTES, example="25"),
        _money("fare"),
    ),
)
CONTACT_MATRIX = Table(
    "contact_matrix",
    (
        Column("age_individual", Form.BAND, high=OLDEST, example="15-19"),
        Column("age_contact", Form.BAND, high=OLDEST, example="75+"),
        Column("mean_contacts_per_day", Form.NUMBER, high=MOST_CONTACTS, example="1.3"),
        _area(all_allowed=True),
    ),
)
SURVEY = Table(
    "survey",
    (
        Column("age", Form.CHOICE, True, True, choices=AGE_NAMES, all_allowed=True, example="60-74"),
        _area(all_allowed=True, required=True),
        Column("income", Form.CHOICE, True, True, choices=INCOME_NAMES, all_allowed=True, example="low"),
        Column("uses", Form.PERCENT, high=100, example="24"),
        Column("aware", Form.PERCENT, False, high=100, example="78"),
        Column("has_access", Form.PERCENT, False, high=100, example="56"),
        Column("sample_size", Form.WHOLE, False, low=1, high=MOST_PEOPLE, example="310"),
    ),
)
ACCEPTANCE = Table(
    "acceptance",
    (
        Column("sector", Form.TEXT, meaning="merchant_sector", example="retail"),
        _area(all_allowed=True, required=True),
        Column("percent", Form.PERCENT, high=100, example="46"),
    ),
)
NETWORK_QUALITY = Table(
    "network_quality",
    (
        Column("settlement_id", Form.ID, meaning="of_settlement", example="H001"),
        Column("reliability", Form.PERCENT, high=100, example="97"),
        Column("delay_ms", Form.NUMBER, False, high=MOST_DELAY_MS, example="80"),
    ),
)
ADOPTION_HISTORY = Table(
    "adoption_history",
    (
        Column("period", Form.PERIOD, aliases=("quarter",), example="2022Q4"),
        Column("adopters", Form.WHOLE, high=MOST_PEOPLE, aliases=("registered_users",), example="111983"),
        _area(all_allowed=True),
        Column("age_group", Form.TEXT, False, aliases=("age",), example=""),
    ),
)
SECTOR_MAP = Table(
    "sector_map",
    (
        Column("word", Form.TEXT, example="grocery"),
        Column("sector", Form.CHOICE, choices=SECTOR_NAMES, meaning="sector", example="retail"),
    ),
)
TABLES = (
    SETTLEMENTS,
    AGE_STRUCTURE,
    HOUSEHOLD_SIZE,
    INCOME,
    SECTOR_MAP,
    MERCHANTS,
    MERCHANT_SECTOR_RATES,
    ACCESS_POINTS,
    CANDIDATE_SITES,
    TRAVEL,
    CONTACT_MATRIX,
    SURVEY,
    ACCEPTANCE,
    NETWORK_QUALITY,
    ADOPTION_HISTORY,
)
