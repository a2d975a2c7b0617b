"""Checked rows as the types of `model`."""

from collections import defaultdict
from typing import Any

from simulation.core.codes import SECTOR_NAMES
from simulation.region.tables.band_checks import last_age
from simulation.region.tables.model import (
    AcceptanceRow,
    AccessPoint,
    AdoptionPoint,
    AgeGroup,
    CandidateSite,
    ContactRate,
    HouseholdSize,
    IncomeLevel,
    MerchantPoint,
    MerchantRate,
    NetworkQuality,
    ParentTotal,
    Settlement,
    SurveyRow,
    Trip,
)
from simulation.region.tables.rows import Row
from simulation.region.tables.sectors import SectorMap


def _texts(values: dict[str, Any], *columns: str) -> dict[str, str]:
    return {column: values[column] or "" for column in columns}


def settlement(row: Row) -> Settlement:
    """Return a place that people live at."""
    v = row.values
    return Settlement(
        settlement_id=v["settlement_id"],
        name=v["name"],
        lat=v["lat"],
        lon=v["lon"],
        population=v["population"],
        area=v["area"],
        **_texts(v, "name_zh", "kind", "block", "parent_id", "population_source"),
    )


def parent(row: Row) -> ParentTotal:
    """Return a row that only holds a total."""
    v = row.values
    return ParentTotal(v["settlement_id"], v["name"], v["population"], v["name_zh"] or "")


def age_group(row: Row) -> AgeGroup:
    """Return people of a band of age."""
    v = row.values
    return AgeGroup(v["age_min"], last_age(row), v["population"], v["area"], v["sex"] or "")


def household_size(row: Row) -> HouseholdSize:
    """Return a share of households by size."""
    v = row.values
    return HouseholdSize(v["size_min"], v["size_max"], v["percent_of_households"], v["area"])


def income_level(row: Row) -> IncomeLevel:
    """Return a share of households by income."""
    v = row.values
    return IncomeLevel(v["level"], v["percent_of_households"], v["area"], v["monthly_amount"])


def merchant(row: Row, sectors: SectorMap) -> MerchantPoint:
    """Return a merchant that exists."""
    v = row.values
    return MerchantPoint(
        merchant_id=v["merchant_id"],
        sector=sectors.sector(v["sector"]),
        lat=v["lat"],
        lon=v["lon"],
        accepts_electronic=v["accepts_electronic"],
        monthly_sales=v["monthly_sales"],
        **_texts(v, "name", "settlement_id"),
    )


def merchant_rates(rows: list[Row], sectors: SectorMap) -> tuple[MerchantRate, ...]:
    """Return rates by the model's sector: those of all its words added up, in the order of the codes."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        into = sums[sectors.sector(row.values["sector"])]
        for k, column in enumerate(("urban_per_1000", "rural_per_1000", "remote_per_1000")):
            into[k] += row.values[column]
    return tuple(MerchantRate(sector, *sums[sector]) for sector in SECTOR_NAMES if sector in sums)


def access_point(row: Row) -> AccessPoint:
    """Return where money can be had or paid in."""
    v = row.values
    return AccessPoint(
        access_id=v["access_id"],
        type=v["type"],
        lat=v["lat"],
        lon=v["lon"],
        capacity_per_day=v["capacity_per_day"],
        **_texts(v, "name", "settlement_id"),
    )


def candidate_site(row: Row) -> CandidateSite:
    """Return where a kiosk or a training event could be."""
    v = row.values
    return CandidateSite(
        site_id=v["site_id"],
        type=v["type"],
        lat=v["lat"],
        lon=v["lon"],
        monthly_cost=v["monthly_cost"],
        **_texts(v, "name", "settlement_id"),
    )


def trip(row: Row) -> Trip:
    """Return a measured way."""
    v = row.values
    return Trip(v["from_id"], v["to_id"], v["km"], v["minutes"], v["fare"])


def contact_rate(row: Row) -> ContactRate:
    """Return contacts of one band of age with another."""
    v = row.values
    return ContactRate(v["age_individual"], v["age_contact"], v["mean_contacts_per_day"], v["area"])


def survey_row(row: Row) -> SurveyRow:
    """Return what a survey found in a cell or margin."""
    v = row.values
    return SurveyRow(
        v["age"], v["area"], v["income"], v["uses"], v["aware"], v["has_access"], v["sample_size"]
    )  # fmt: skip


def acceptance(row: Row, sectors: SectorMap) -> AcceptanceRow:
    """Return the share of a sector's merchants that accept electronic payment."""
    v = row.values
    return AcceptanceRow(sectors.sector(v["sector"]), v["area"], v["percent"])


def network_quality(row: Row) -> NetworkQuality:
    """Return how well the network works at a settlement."""
    v = row.values
    return NetworkQuality(v["settlement_id"], v["reliability"], v["delay_ms"])


def adoption_point(row: Row) -> AdoptionPoint:
    """Return how many people had adopted by a period."""
    return AdoptionPoint(row.values["period"], row.values["adopters"])
