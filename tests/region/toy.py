"""Tables of an invented district of twelve settlements and 5,300 people, small enough to count by hand."""

from dataclasses import replace
from typing import Any

from simulation.region.tables.model import AgeGroup, HouseholdSize, RegionTables, Settlement

# id, people, area, block, degrees north and east of a corner
PLACES = (
    ("T1", 3000, "urban", "East", 0.00, 0.00),
    ("E1", 400, "town", "East", 0.02, 0.03),
    ("E2", 250, "town", "East", 0.05, 0.01),
    ("E3", 120, "remote", "East", 0.12, 0.10),
    ("E4", 1, "remote", "East", 0.15, 0.02),
    ("E5", 79, "town", "East", 0.01, 0.06),
    ("W1", 900, "town", "West", 0.00, -0.10),
    ("W2", 300, "town", "West", 0.03, -0.12),
    ("W3", 150, "remote", "West", 0.10, -0.20),
    ("W4", 60, "remote", "West", 0.14, -0.16),
    ("W5", 30, "remote", "West", -0.09, -0.18),
    ("W6", 10, "town", "West", -0.02, -0.11),
)
# Rural people are 1,939 in towns and 361 in remote places.
AGES = (
    AgeGroup(0, 14, 800, "urban"),
    AgeGroup(15, 59, 1900, "urban"),
    AgeGroup(60, 130, 300, "urban"),
    AgeGroup(0, 14, 700, "town"),
    AgeGroup(15, 24, 400, "town"),
    AgeGroup(25, 59, 900, "town"),
    AgeGroup(60, 130, 300, "town"),
)
SIZES = (
    HouseholdSize(1, 1, 0.2),
    HouseholdSize(2, 2, 0.3),
    HouseholdSize(3, 3, 0.2),
    HouseholdSize(4, 4, 0.2),
    HouseholdSize(5, 5, 0.1),
)
MEAN_SIZE = 2.7  # 0.2 x 1 + 0.3 x 2 + 0.2 x 3 + 0.2 x 4 + 0.1 x 5
LAT, LON = 30.0, 80.0
N_ADULTS = 5300 - 800 - 700


def toy_tables(**changes: Any) -> RegionTables:
    """Return the district's tables, with some replaced."""
    settlements = tuple(
        Settlement(key, f"Place {key}", LAT + north, LON + east, people, area, "", "", block)
        for key, people, area, block, north, east in PLACES
    )
    tables = RegionTables(
        folder="toy",
        name="toy",
        title_en="Toy district",
        title_zh="示例县",
        reference_year=2020,
        currency="CNY",
        currency_per_yuan=1.0,
        detour=1.5,
        remote_beyond_km=5.0,
        sources=("Invented",),
        settlements=settlements,
        parents=(),
        age_structure=AGES,
        household_size=SIZES,
    )
    return replace(tables, **changes)


def with_places(tables: RegionTables, **changes: Any) -> tuple[Settlement, ...]:
    """Return the settlements with one field of all of them replaced."""
    return tuple(replace(settlement, **changes) for settlement in tables.settlements)
