"""What a user's own tables say about a region, row by row, once every check has passed.

Texts are trimmed, areas are the model's (`rural` is read as `town`), sectors are the model's (by `sector_map`), shares
are 0 to 1 although the files give percent. Nothing is estimated here: None is unknown, which is never zero.
"""

from dataclasses import dataclass

from simulation.messages import Message


@dataclass(frozen=True, slots=True)
class Settlement:
    """One row of settlements.csv that people live at."""

    settlement_id: str
    name: str
    lat: float  # degrees north, WGS84
    lon: float  # degrees east
    population: int | None  # None where only the parent's total is known
    area: str | None = None  # urban, town or remote; None where the column is absent or empty
    name_zh: str = ""
    kind: str = ""
    block: str = ""  # part of the region it belongs to; empty where not given
    parent_id: str = ""  # settlement_id of the row that holds the total to spread
    population_source: str = ""


@dataclass(frozen=True, slots=True)
class ParentTotal:
    """A row of settlements.csv that only holds a total: others name it as their parent."""

    settlement_id: str
    name: str
    population: int
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """One row of age_structure.csv."""

    age_min: int
    age_max: int  # inclusive; 85 and over may end at any age from 85 to 130
    population: int
    area: str | None = None  # urban, town (all rural people where no row says remote), remote; None = all areas
    sex: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdSize:
    """One row of household_size.csv."""

    size_min: int
    size_max: int
    share_of_households: float
    area: str | None = None  # as in AgeGroup; rows of the total stand beside rows by area and then are not used


@dataclass(frozen=True, slots=True)
class IncomeLevel:
    """One row of income.csv; levels are in the file's order, which is from low to high."""

    level: str
    share_of_households: float
    area: str | None = None
    monthly_amount: float | None = None  # currency of the region


@dataclass(frozen=True, slots=True)
class MerchantPoint:
    """One row of merchants.csv: a merchant that exists."""

    merchant_id: str
    sector: str  # codes.SECTOR_NAMES
    lat: float
    lon: float
    name: str = ""
    settlement_id: str = ""
    accepts_electronic: bool | None = None
    monthly_sales: float | None = None  # currency of the region


@dataclass(frozen=True, slots=True)
class MerchantRate:
    """Merchants per 1,000 residents of one sector, which the file's own sectors were added up to."""

    sector: str
    urban_per_1000: float
    town_per_1000: float
    remote_per_1000: float


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """One row of access_points.csv: where money can be had or paid in today."""

    access_id: str
    type: str  # bank, post_office, cooperative, agent, atm, kiosk
    lat: float
    lon: float
    name: str = ""
    settlement_id: str = ""
    capacity_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class CandidateSite:
    """One row of candidate_sites.csv: where a kiosk or a training event could be."""

    site_id: str
    type: str
    lat: float
    lon: float
    name: str = ""
    settlement_id: str = ""
    monthly_cost: float | None = None  # currency of the region


@dataclass(frozen=True, slots=True)
class Trip:
    """One row of travel.csv, in place of the straight line; holds in both directions unless both are listed."""

    from_id: str  # settlement, site or access point
    to_id: str
    km: float
    minutes: float | None = None
    fare: float | None = None


@dataclass(frozen=True, slots=True)
class ContactRate:
    """Mean contacts a day of one five-year band with another."""

    age_individual: tuple[int, int]  # first and last age
    age_contact: tuple[int, int]
    contacts_per_day: float
    area: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of survey.csv; None in age, area or income stands for all of them."""

    age: str | None  # codes.AGE_NAMES
    area: str | None
    income: str | None  # codes.INCOME_NAMES
    uses: float
    aware: float | None = None
    has_access: float | None = None
    sample_size: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """One row of acceptance.csv: share of merchants that accept electronic payment."""

    sector: str
    area: str | None
    share: float


@dataclass(frozen=True, slots=True)
class NetworkQuality:
    """One row of network_quality.csv."""

    settlement_id: str
    reliability: float
    delay_ms: float | None = None


@dataclass(frozen=True, slots=True)
class AdoptionPoint:
    """One row of adoption_history.csv; for comparison, not used by a run."""

    period: str
    adopters: int


@dataclass(frozen=True, slots=True)
class RegionTables:
    """All tables of one folder. An optional table that is absent is empty."""

    folder: str  # as given
    name: str  # identifier: region.json's id, else the folder's name
    title_en: str
    title_zh: str
    reference_year: int | None
    currency: str  # ISO 4217
    currency_per_yuan: float  # units of the currency that buy what a yuan buys
    detour: float  # travel km per straight-line km
    remote_beyond_km: float  # used only where settlements have no area
    sources: tuple[str, ...]
    settlements: tuple[Settlement, ...]
    parents: tuple[ParentTotal, ...]
    age_structure: tuple[AgeGroup, ...]
    household_size: tuple[HouseholdSize, ...] = ()
    mean_household_size: float | None = None  # people / households of region.json
    income: tuple[IncomeLevel, ...] = ()
    merchants: tuple[MerchantPoint, ...] = ()
    merchant_rates: tuple[MerchantRate, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    candidate_sites: tuple[CandidateSite, ...] = ()
    travel: tuple[Trip, ...] = ()
    contacts: tuple[ContactRate, ...] = ()
    survey: tuple[SurveyRow, ...] = ()
    acceptance: tuple[AcceptanceRow, ...] = ()
    network_quality: tuple[NetworkQuality, ...] = ()
    adoption_history: tuple[AdoptionPoint, ...] = ()
    notes: tuple[Message, ...] = ()  # what was read otherwise than written, every fallback, every warning
    invented: tuple[str, ...] = ()  # tables that are still those of the shipped example
    digest: str = ""  # sha256 over the bytes of the files that were read
