"""A region from a user's tables: facts as they are, the rest by the rules of `estimates`, both told apart in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import AREA_NAMES, SECTOR_NAMES, Area
from simulation.messages import Message, render
from simulation.region.estimates import (
    ESTIMATED,
    ages_by_area,
    areas_of_places,
    contacts_by_band,
    household_sizes,
    income_by_area,
    people_of_places,
)
from simulation.region.lishui import CHINA_FIVE_YEAR_AGES
from simulation.region.mapped_merchants import rates_by_area
from simulation.region.margins import FIRST_ADULT_AGE, N_FIVE_YEAR_AGES, count_by_area
from simulation.region.sources import (
    ACCESS_POINT,
    SEAT,
    SETTLEMENT,
    SITE,
    TABLES,
    County,
    HouseholdSizes,
    Place,
    Region,
    Spread,
)
from simulation.region.survey_of_region import survey_notes
from simulation.region.tables.model import RegionTables

Array = NDArray[Any]

# Assumption, as in the built-in region: standard deviations of log income within an area.
URBAN_INCOME_TILT = 1.0
ELDER_INCOME_TILT = -0.5
UNKNOWN_YEAR = 0
FEW_MERCHANTS = 0.2  # of the model's own number: some may not have been mapped


def region_of_tables(tables: RegionTables) -> Region:
    """Return the region that a user's tables describe.

    Its counties are the blocks of the settlements; without blocks it is one county. `Region.notes` holds the
    reader's notes and those of this step; `sources` and `estimated` say what is whose.

    Parameters
    ----------
    tables : RegionTables
        As `read_region_tables` checked them.
    """
    people, of_people = people_of_places(tables)
    areas, of_areas = areas_of_places(tables, people)
    area_rows = np.array([AREA_NAMES.index(area) for area in areas])
    people_by_area = np.bincount(area_rows, weights=people, minlength=len(AREA_NAMES)).astype(np.int64)
    ages, of_ages = ages_by_area(tables, people_by_area)
    sizes, of_sizes = household_sizes(tables)
    income = income_by_area(tables, people_by_area / np.array([each.mean for each in sizes]))
    estimated = [*of_people, *of_areas, *of_ages, *of_sizes, *_estimated_in_worlds(tables, bool(income))]
    sources = _sources(tables)
    counties = _counties(tables, np.array(people), area_rows, ages, sizes)
    seats = {county.seat for county in counties}
    places = tuple(
        Place(
            settlement.settlement_id,
            settlement.name,
            settlement.name_zh,
            settlement.lat,
            settlement.lon,
            SEAT if settlement.settlement_id in seats else SETTLEMENT,
            TABLES,
            count,
            area,
            settlement.block,
        )
        for settlement, count, area in zip(tables.settlements, people, areas, strict=True)
    )
    region = Region(
        name=tables.name,
        title_en=tables.title_en,
        title_zh=tables.title_zh or tables.title_en,
        census_year=tables.reference_year or UNKNOWN_YEAR,
        currency=tables.currency,
        detour=tables.detour,
        remote_beyond_km=tables.remote_beyond_km,
        band_starts=tuple(range(0, 5 * N_FIVE_YEAR_AGES, 5)),
        counties=counties,
        places=places,
        # Ages and households of areas are known: the profiles that split a census are not used.
        five_year_profile=CHINA_FIVE_YEAR_AGES,
        broad_starts=(0,),
        urban_profile=(1.0,),
        rural_profile=(1.0,),
        household_size_profile=sizes[Area.TOWN].larger,
        urban_income_tilt=URBAN_INCOME_TILT,
        elder_income_tilt=ELDER_INCOME_TILT,
        sources=tuple(render(message, "en") for message in sources),
        estimated=tuple(render(message, "en") for message in estimated),
        sources_zh=tuple(render(message, "zh") for message in sources),
        estimated_zh=tuple(render(message, "zh") for message in estimated),
        currency_per_yuan=tables.currency_per_yuan,
        ages_by_area=tuple(tuple(row) for row in ages.tolist()),
        household_sizes=sizes,
        income_by_area=income,
        contacts=contacts_by_band(tables.contacts, ages),
        merchants=tables.merchants,
        merchant_rates=tables.merchant_rates,
        sites=tuple(
            Place(site.site_id, site.name, "", site.lat, site.lon, SITE, TABLES) for site in tables.candidate_sites
        ),
        site_yuan_per_month=tuple(
            None if site.monthly_cost is None else site.monthly_cost / tables.currency_per_yuan
            for site in tables.candidate_sites
        ),
        access_points=tuple(
            Place(point.access_id, point.name, "", point.lat, point.lon, ACCESS_POINT, TABLES)
            for point in tables.access_points
        ),
        travel=tables.travel,
        network_quality=tables.network_quality,
        survey=tables.survey,
        acceptance=tables.acceptance,
        notes=tables.notes,
        invented=tables.invented,
        tables_digest=tables.digest,
    )
    return replace(
        region, notes=(*tables.notes, *_travel_notes(tables), *_few_merchants(region), *survey_notes(region))
    )


def _travel_notes(tables: RegionTables) -> list[Message]:
    """Return how many measured ways end where no help can be: they are not used."""
    places = {settlement.settlement_id for settlement in tables.settlements}
    spots = places | {site.site_id for site in tables.candidate_sites}
    ends = [(trip.from_id, trip.to_id) for trip in tables.travel]
    unused = sum(not ((a in places and b in spots) or (b in places and a in spots)) for a, b in ends)
    return [Message("region.travel.unused", {"number": unused})] if unused else []


def _few_merchants(region: Region) -> list[Message]:
    """Return sectors that are mapped without a rate and have far fewer merchants than the model's own number."""
    # Imported here: the survey loads pydantic, which naming a region need not cost.
    from simulation.scenario.survey import Survey

    _, usual = rates_by_area(replace(region, merchants=(), merchant_rates=()), Survey())
    rated = {rate.sector for rate in region.merchant_rates}
    mapped = Counter(merchant.sector for merchant in region.merchants if merchant.sector not in rated)
    return [
        Message(
            "region.merchants.few", {"sector": Message(f"label.sector.{name}"), "number": mapped[name], "usual": many}
        )
        for name, many in zip(SECTOR_NAMES, usual.tolist(), strict=True)
        if 0 < mapped[name] < FEW_MERCHANTS * many
    ]


def _counties(
    tables: RegionTables, people: Array, area_rows: Array, ages: Array, sizes: Sequence[HouseholdSizes]
) -> tuple[County, ...]:
    """Return one county for each block, in the order of the file; its seat is the largest place, if possible urban."""
    codes = list(dict.fromkeys(settlement.block for settlement in tables.settlements))
    row_of = np.array([codes.index(settlement.block) for settlement in tables.settlements])
    settled = np.zeros((len(codes), len(AREA_NAMES)), dtype=np.int64)
    np.add.at(settled, (row_of, area_rows), people)
    table = count_by_area(ages, settled, int(ages[:, FIRST_ADULT_AGE:].sum()))
    households = settled / np.array([each.mean for each in sizes])
    ones = households @ np.array([each.one_person_share for each in sizes])
    counties = []
    for row, code in enumerate(codes):
        own = np.flatnonzero(row_of == row)
        seat = own[np.lexsort((-people[own], area_rows[own] != Area.URBAN))[0]]
        total, urban = int(settled[row].sum()), int(settled[row, Area.URBAN])
        n_households = max(round(households[row].sum()), 1)
        counties.append(
            County(
                code=code,
                name=code or tables.title_en,
                name_zh=code or tables.title_zh or tables.title_en,
                population=total,
                urban_population=urban,
                rural_population=total - urban,
                households=n_households,
                mean_household_size=total / n_households,
                one_person_households=round(ones[row]),
                by_band=tuple(table[row].sum(axis=0).tolist()),
                seat=tables.settlements[seat].settlement_id,
            )
        )
    return tuple(counties)


def _sources(tables: RegionTables) -> list[Message]:
    """Return where the facts come from: what the tables name, and the tables themselves."""
    named = [*tables.sources, *dict.fromkeys(place.population_source for place in tables.settlements)]
    words = {"title": tables.title_en, "year": tables.reference_year or Message("region.year_unknown")}
    listed = [Message("region.source.named", {"source": source}) for source in named if source]
    return [*listed, Message("region.source.tables", words)]


def _estimated_in_worlds(tables: RegionTables, income_is_known: bool) -> list[Message]:
    """Return what is estimated whenever a world is made: where people live, with whom, incomes, shops, network."""
    spread = Spread()
    density = {"urban": spread.urban_density_per_km2, "village": spread.village_density_per_km2}
    found = [Message(f"{ESTIMATED}.scatter", density), Message(f"{ESTIMATED}.households")]
    found.append(Message(f"{ESTIMATED}.income_by_area" if income_is_known else f"{ESTIMATED}.income"))
    mapped = {merchant.sector for merchant in tables.merchants}
    rated = {rate.sector for rate in tables.merchant_rates}
    for code, sectors in (
        ("merchants_rates", rated),
        ("merchants_mapped", mapped - rated),
        ("merchants_survey", set(SECTOR_NAMES) - mapped - rated),
    ):
        labels = [Message(f"label.sector.{sector}") for sector in SECTOR_NAMES if sector in sectors]
        found += [Message(f"{ESTIMATED}.{code}", {"sectors": labels})] if labels else []
    found.append(Message(f"{ESTIMATED}.contacts_tables" if tables.contacts else f"{ESTIMATED}.contacts"))
    found += [Message(f"{ESTIMATED}.family"), Message(f"{ESTIMATED}.devices")]
    measured = {row.settlement_id for row in tables.network_quality if row.delay_ms is not None}
    if len(measured) < len(tables.settlements):
        found.append(Message(f"{ESTIMATED}.network_tables" if tables.network_quality else f"{ESTIMATED}.network"))
    return found
