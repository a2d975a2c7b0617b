"""A region in which it is known by hand who is near what: three settlements in a row and two candidate sites."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from tests.region_tables.folders import DISTRICT

KM_PER_DEGREE = 111.2
LAT, LON = 0.0, 100.0  # on the equator a degree of longitude is one of latitude
SETTLEMENT = ("settlement_id", "name", "kind", "area", "block", "lat", "lon", "population")
SITE = ("site_id", "name", "type", "settlement_id", "lat", "lon", "monthly_cost")


def make_region(
    folder: Path,
    settlements: Sequence[tuple[str, str, float, float, int]],
    sites: Sequence[tuple[str, float, float, str]],
) -> str:
    """Write the tables of a region and return its folder.

    Parameters
    ----------
    settlements : sequence of (id, area, km east, km north, people)
    sites : sequence of (id, km east, km north, monthly cost)
    """
    folder.mkdir(parents=True)
    rows = [
        (key, f"Place {key}", "village", area, "Block", *_degrees(x, y), people)
        for key, area, x, y, people in settlements
    ]
    _write(folder / "settlements.csv", SETTLEMENT, rows)
    _write(
        folder / "candidate_sites.csv",
        SITE,
        [(key, f"Site {key}", "school", settlements[0][0], *_degrees(x, y), cost) for key, x, y, cost in sites],
    )
    total = sum(people for *_, people in settlements)
    about = {"id": "row", "name": "Row of places", "population": total, "households": total // 3, "currency": "CNY"}
    about |= {"detour": 1.0, "sources": ["invented for the tests"]}
    (folder / "region.json").write_text(json.dumps(about))
    areas = {area for _, area, *_ in settlements}
    ages = [row for row in csv.DictReader((DISTRICT / "age_structure.csv").open()) if row["area"] == "urban"]
    found = []
    for area in sorted("urban" if area == "urban" else "rural" for area in areas):
        people = sum(n for _, a, _, _, n in settlements if (a == "urban") == (area == "urban"))
        shares = [int(row["population"]) for row in ages]
        scaled = [people * share // sum(shares) for share in shares]
        scaled[0] += people - sum(scaled)
        found += [
            (area, row["sex"], row["age_min"], row["age_max"], number)
            for row, number in zip(ages, scaled, strict=True)
            if (area, row["sex"], row["age_min"]) not in {f[:3] for f in found}
        ]
    _write(folder / "age_structure.csv", ("area", "sex", "age_min", "age_max", "population"), found)
    return folder.as_posix()


def _degrees(x_km: float, y_km: float) -> tuple[float, float]:
    return round(LAT + y_km / KM_PER_DEGREE, 6), round(LON + x_km / KM_PER_DEGREE, 6)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
