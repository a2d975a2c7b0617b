"""What was understood of a region, in numbers: who would be simulated, against what its census or tables say."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulation.core.codes import AREA_NAMES, SECTOR_NAMES
from simulation.region.estimates import five_year_ages
from simulation.region.mapped_merchants import rates_by_area
from simulation.region.margins import RURAL, URBAN, band_of_five_year_age, count_people
from simulation.region.sources import Region
from simulation.region.synthesise import AGE_STARTS
from simulation.region.tables.model import RegionTables
from simulation.scenario.survey import Survey

EVERYBODY, RURAL_NAME = "all", "rural"
_, TOWN, REMOTE = AREA_NAMES


@dataclass(frozen=True, slots=True)
class Total:
    """One total: what a run of everybody has, and what is stated.

    Attributes
    ----------
    name : str
        "all", an area ("rural" is town and remote together), or ages such as "15-29" and "75+".
    used : int
        People or households a run of everybody has.
    stated : int or None
        As the census or the tables count; None where they do not say.
    is_estimated : bool
        Whether `used` rests on a rule and not on the tables alone.
    """

    name: str
    used: int
    stated: int | None
    is_estimated: bool = False

    @property
    def difference(self) -> int | None:
        """Return used minus stated; None where nothing is stated."""
        return None if self.stated is None else self.used - self.stated


@dataclass(frozen=True, slots=True)
class SectorCount:
    """Merchants of one sector: those mapped, and those generated besides."""

    sector: str
    mapped: int
    generated: int


def people_totals(region: Region, tables: RegionTables | None) -> list[Total]:
    """Return residents of all ages: everybody, then by kind of area.

    Parameters
    ----------
    region : Region
    tables : RegionTables, optional
        Those the region was made of; None for a built-in region, which its census states.
    """
    by_part = count_people(region, region.n_eligible).sum(axis=(0, 2)).tolist()
    everybody = sum(by_part)
    if tables is None:
        urban = sum(county.urban_population for county in region.counties)
        rural = sum(county.rural_population for county in region.counties)
        return [
            Total(EVERYBODY, everybody, region.n_residents),
            Total(AREA_NAMES[URBAN], by_part[URBAN], urban),
            Total(RURAL_NAME, by_part[RURAL], rural),
        ]
    stated: Counter[str] = Counter()
    for group in tables.age_structure:
        stated[group.area or EVERYBODY] += group.population
    if stated[EVERYBODY] == 0:
        stated[EVERYBODY] = stated.total()
    unknown = any(place.population is None for place in tables.settlements)
    by_rule = any(place.area is None for place in tables.settlements)
    used = dict(zip(AREA_NAMES, by_part, strict=True))
    totals = [Total(EVERYBODY, everybody, stated[EVERYBODY], unknown)]
    if stated[TOWN] and not stated[REMOTE] and used[REMOTE]:
        totals.append(Total(RURAL_NAME, used[TOWN] + used[REMOTE], stated.pop(TOWN), by_rule))
    areas = [area for area in AREA_NAMES if used[area] or stated[area]]
    return totals + [Total(area, used[area], stated.get(area), by_rule or unknown) for area in areas]


def age_totals(region: Region, tables: RegionTables | None) -> list[Total]:
    """Return residents by age: in the bands of the built-in census, else in the model's and those below 15."""
    used = count_people(region, region.n_eligible).sum(axis=(0, 1))
    starts = (0, *AGE_STARTS) if tables else region.band_starts
    band = band_of_five_year_age(starts)
    of_band = np.bincount(band, weights=used, minlength=len(starts)).astype(np.int64)
    if tables:
        ages, _ = five_year_ages(tables.age_structure)
        stated = np.bincount(band, weights=ages, minlength=len(starts)).astype(np.int64)
        # Bands of the tables that reach over the end of one of these were split by a profile.
        is_cut = [any(g.age_min < start <= g.age_max for g in tables.age_structure) for start in starts]
    else:
        stated = np.array([county.by_band for county in region.counties]).sum(axis=0)
        is_cut = [False] * len(starts)
    names = [f"{low}-{high - 1}" for low, high in pairwise(starts)] + [f"{starts[-1]}+"]
    is_estimated = [here or after for here, after in zip(is_cut, [*is_cut[1:], False], strict=True)]
    return [
        Total(name, int(n), int(census), guessed)
        for name, n, census, guessed in zip(names, of_band, stated, is_estimated, strict=True)
    ]


def household_totals(region: Region, tables: RegionTables | None) -> Total:
    """Return households; stated are those of the census or, for tables, by people a household in region.json."""
    used = sum(county.households for county in region.counties)
    if tables is None:
        return Total(EVERYBODY, used, used)
    mean = tables.mean_household_size
    stated = round(region.n_residents / mean) if mean else None
    return Total(EVERYBODY, used, stated, not tables.household_size)


def merchant_counts(region: Region) -> list[SectorCount]:
    """Return merchants by sector, mapped and generated; a region of counties has only generated ones."""
    survey = Survey()
    mapped = Counter(merchant.sector for merchant in region.merchants)
    if region.knows_settlements:
        generated = rates_by_area(region, survey)[1].tolist()
    else:
        expected = survey.merchant_sector_share() * region.n_eligible / survey.residents_per_merchant
        generated = np.rint(expected).astype(np.int64).tolist()
    return [SectorCount(s, mapped[s], n) for s, n in zip(SECTOR_NAMES, generated, strict=True)]
