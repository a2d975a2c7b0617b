"""What a region is made of: census margins, places, and the settings that turn them into people."""

import hashlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.messages import Message

if TYPE_CHECKING:  # what reads tables need not be loaded to name a region
    from simulation.region.tables.model import (
        AcceptanceRow,
        MerchantPoint,
        MerchantRate,
        NetworkQuality,
        SurveyRow,
        Trip,
    )

SEAT = "seat"
TOWNSHIP = "township"
SETTLEMENT = "settlement"
ACCESS_POINT = "access_point"  # where money can be had or paid in today; nobody lives there
SITE = "site"  # nobody lives there; a kiosk or a training event can be there
GEONAMES = "geonames"
RECALLED = "recalled"
TABLES = "tables"  # the user's own
ADULT_AGE = 15
# Fields that worlds do not depend on.
_NOT_IN_WORLDS = (
    "title_en", "title_zh", "sources", "estimated", "sources_zh", "estimated_zh", "notes", "survey", "acceptance",
    "currency", "currency_per_yuan", "tables_digest", "invented", "access_points", "site_yuan_per_month",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class County:
    """One county-level unit as its census counts it, or one block of a user's tables.

    `by_band` holds residents by census age band, in the order of `Region.band_starts`.
    """

    code: str
    name: str
    name_zh: str
    population: int
    urban_population: int
    rural_population: int
    households: int  # family households, without institutions and dormitories
    mean_household_size: float
    one_person_households: int
    by_band: tuple[int, ...]
    seat: str  # place_id


@dataclass(frozen=True, slots=True)
class Place:
    """A point people live around, or a site. `population` None is unknown, which is never zero."""

    place_id: str
    name: str
    name_zh: str  # empty where not known with confidence
    lat: float  # degrees north, WGS84
    lon: float  # degrees east
    kind: str  # SEAT, TOWNSHIP, SETTLEMENT or SITE
    origin: str  # GEONAMES, RECALLED or TABLES
    population: int | None = None
    area: str = ""  # codes.AREA_NAMES where all of its people have one
    county: str = ""  # code of its county; empty where that of the nearest seat is taken


@dataclass(frozen=True, slots=True)
class HouseholdSizes:
    """Sizes of the households of one kind of area."""

    mean: float  # people a household
    one_person_share: float
    larger: tuple[float, ...]  # relative frequency of sizes 2, 3, ...


@dataclass(frozen=True, slots=True)
class Spread:
    """How county totals are spread over places and around them. Every value is an assumption.

    Urban people live at the county seat (`urban_seat_share`) and, evenly, at the county's other points; in a
    lognormal radius whose median follows from their number and `urban_density_per_km2`. Rural people live
    around all points of the county, the seat counting `rural_seat_weight` times, in a lognormal radius. Where
    the people of each settlement are known, all live in a radius that follows from their number and a density.
    """

    urban_seat_share: float = 0.7
    urban_density_per_km2: float = 8000.0
    urban_radius_sigma: float = 0.5
    urban_radius_floor_km: float = 0.3
    rural_seat_weight: float = 2.0
    rural_radius_km: float = 4.0  # median
    rural_radius_sigma: float = 0.7
    radius_limit_km: float = 25.0
    village_density_per_km2: float = 2000.0  # of settlements that are not urban
    village_radius_floor_km: float = 0.05


@dataclass(frozen=True, slots=True)
class Region:
    """Everything known about a region before a seed is chosen.

    Two kinds of facts are enough for a world. A census knows counties, and where in them people live is
    estimated (`counties`, `spread`). A user's tables know the people of every settlement (`ages_by_area` and
    `household_sizes`, rows by codes.Area); their counties are the blocks, with five-year bands.

    `five_year_profile` has 18 shares, ages 0-4 to 85 and over, and splits census bands; `broad_starts`,
    `urban_profile` and `rural_profile` give the age structure of urban and rural people from which the table
    age x urban/rural of every county starts.
    """

    name: str
    title_en: str
    title_zh: str
    census_year: int
    currency: str
    detour: float  # travel km per straight-line km
    remote_beyond_km: float  # rural people farther than this from every point are remote, straight line
    band_starts: tuple[int, ...]  # first age of each census band
    counties: tuple[County, ...]
    places: tuple[Place, ...]
    five_year_profile: tuple[float, ...]
    broad_starts: tuple[int, ...]
    urban_profile: tuple[float, ...]
    rural_profile: tuple[float, ...]
    household_size_profile: tuple[float, ...]  # relative frequency of sizes 2, 3, ...; tilted to each county's mean
    urban_income_tilt: float  # standard deviations of log income within an area
    elder_income_tilt: float
    sources: tuple[str, ...]
    estimated: tuple[str, ...]
    sources_zh: tuple[str, ...] = ()  # the same in Chinese, line by line
    estimated_zh: tuple[str, ...] = ()
    spread: Spread = field(default_factory=Spread)
    currency_per_yuan: float = 1.0  # units of `currency` that buy what a yuan buys
    ages_by_area: tuple[tuple[int, ...], ...] = ()  # people by area and five-year age; empty where only counties count
    household_sizes: tuple[HouseholdSizes, ...] = ()  # by area
    income_by_area: tuple[tuple[float, ...], ...] = ()  # share of households in each third, by area; empty: drawn
    contacts: tuple[tuple[float, ...], ...] = ()  # by the network's bands; empty: contact diaries of POLYMOD
    merchants: "tuple[MerchantPoint, ...]" = ()  # those that are mapped
    merchant_rates: "tuple[MerchantRate, ...]" = ()
    sites: tuple[Place, ...] = ()
    site_yuan_per_month: tuple[float | None, ...] = ()  # what a place at each of `sites` costs; None: not known
    access_points: tuple[Place, ...] = ()
    travel: "tuple[Trip, ...]" = ()
    network_quality: "tuple[NetworkQuality, ...]" = ()
    survey: "tuple[SurveyRow, ...]" = ()
    acceptance: "tuple[AcceptanceRow, ...]" = ()
    notes: tuple[Message, ...] = field(default=(), compare=False)  # fallbacks and warnings for the reader of a run
    invented: tuple[str, ...] = ()  # files of a user's tables that are still those of the shipped example
    tables_digest: str = field(default="", compare=False)  # sha256 of the files of a user's tables

    @property
    def knows_settlements(self) -> bool:
        """Return whether the people of every settlement are known, and not only those of counties."""
        return bool(self.ages_by_area)

    def content_key(self) -> str:
        """Return a digest of everything worlds depend on; the survey and words about the region may change."""
        values = [(spec.name, getattr(self, spec.name)) for spec in fields(self) if spec.name not in _NOT_IN_WORLDS]
        return hashlib.sha256(repr(values).encode()).hexdigest()

    @property
    def n_residents(self) -> int:
        """Return residents of all ages."""
        return sum(county.population for county in self.counties)

    @property
    def n_eligible(self) -> int:
        """Return residents aged 15 and over, whom the citizens stand for."""
        adult = [index for index, start in enumerate(self.band_starts) if start >= ADULT_AGE]
        return sum(county.by_band[index] for county in self.counties for index in adult)


def names() -> tuple[str, ...]:
    """Return the names of the built-in regions."""
    return ("lishui",)


def builtin(name: str) -> Region:
    """Return a built-in region.

    Raises
    ------
    KeyError
        If no built-in region has that name.
    """
    from simulation.region.lishui import LISHUI

    regions = {"lishui": LISHUI}
    if name not in regions:
        raise KeyError(f"no built-in region {name!r}; there are: {', '.join(names())}")
    return regions[name]


def find_region(name_or_folder: str) -> Region:
    """Return a built-in region by its name, else the region of a folder of tables.

    Raises
    ------
    KeyError
        If it is neither.
    RegionTablesError
        If the tables cannot be used, with everything that is wrong with them.
    """
    if name_or_folder in names() or not Path(name_or_folder).is_dir():
        return builtin(name_or_folder)
    # Imported here: reading and estimating load what naming a region need not cost.
    from simulation.region.from_tables import region_of_tables
    from simulation.region.tables.load import read_region_tables

    return region_of_tables(read_region_tables(name_or_folder))
