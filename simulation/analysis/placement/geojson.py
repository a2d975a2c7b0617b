"""Layouts and tours for other software: GeoJSON (RFC 7946) in WGS84, and rows for CSV."""

from typing import Any

import numpy as np

from simulation.analysis.placement.capacitated import CapacitatedAnswer
from simulation.analysis.placement.siting import NOWHERE, Siting, catchments
from simulation.analysis.placement.touring import Touring
from simulation.region.sources import Place, Region

Feature = dict[str, Any]
Row = dict[str, Any]
DIGITS = 1  # of people and km


def site_rows(siting: Siting) -> list[Row]:
    """Return the chosen sites, those that add most people first: what each is, adds, serves and costs."""
    problem = siting.problem
    near = catchments(problem, siting.answer.sites)
    costs = problem.covering.costs
    assert costs is not None
    served = None
    if isinstance(siting.answer, CapacitatedAnswer):
        served = np.bincount(siting.answer.site, siting.answer.people, len(problem.candidates) + len(problem.existing))
    rows = []
    for number, (site, gain) in enumerate(zip(siting.order, siting.gains, strict=True), start=1):
        place = problem.candidates.place[site]
        rows.append(
            {
                "number": number,
                "place": place.place_id,
                "name": place.name,
                "lat": place.lat,
                "lon": place.lon,
                "people_added_within_reach": round(gain, DIGITS),
                "people_nearest": round(float(near.people[site].sum()), DIGITS),
                "yuan_over_the_run": round(float(costs[site])),
                **({} if served is None else {"people_served": round(float(served[site]), DIGITS)}),
            }
        )
    return rows


def settlement_rows(siting: Siting, region: Region) -> list[Row]:
    """Return every settlement people live at: how many count, how many are within reach, and of which spot."""
    problem, demand = siting.problem, siting.problem.demand
    near = catchments(problem, siting.answer.sites)
    spots = (*problem.candidates.place, *problem.existing.place)
    people = demand.people.sum(axis=1)
    within = np.where(near.km[:, None] <= problem.limit_km, demand.people, 0.0).sum(axis=1)
    rows = []
    for place in np.unique(demand.place[people > 0]).tolist():
        points = np.flatnonzero(demand.place == place)
        main = points[np.argmax(people[points])]
        spot = int(near.spot[main])
        rows.append(
            {
                "place": region.places[place].place_id,
                "name": region.places[place].name,
                "lat": region.places[place].lat,
                "lon": region.places[place].lon,
                "people": round(float(people[points].sum()), DIGITS),
                "people_within_reach": round(float(within[points].sum()), DIGITS),
                "nearest": "" if spot == NOWHERE else spots[spot].place_id,
                "travel_km": None if spot == NOWHERE else round(float(near.km[main]), DIGITS),
            }
        )
    return rows


def stay_rows(touring: Touring) -> list[Row]:
    """Return where trainers are when, by trainer and week; stays on end at one place are one."""
    rows = []
    for stay in touring.tours.visits:
        place = touring.candidates.place[stay.spot]
        rows.append(
            {
                "trainer": stay.trainer + 1,
                "start_week": touring.first_week + stay.first_week,
                "weeks": stay.weeks,
                "place": place.place_id,
                "name": place.name,
                "lat": place.lat,
                "lon": place.lon,
                "people_taught": round(stay.taught, DIGITS),
            }
        )
    return rows


def sites_geojson(siting: Siting, region: Region) -> dict[str, Any]:
    """Return chosen sites, what exists, and settlements with who is within reach, as a FeatureCollection."""
    features = [_point(row, "site") for row in site_rows(siting)]
    features += [_of_place(place, "existing") for place in siting.problem.existing.place]
    features += [_point(row, "settlement") for row in settlement_rows(siting, region)]
    return {"type": "FeatureCollection", "features": features}


def tours_geojson(touring: Touring) -> dict[str, Any]:
    """Return stays as points and each trainer's way as a line, as a FeatureCollection."""
    rows = stay_rows(touring)
    features = [_point(row, "stay") for row in rows]
    for trainer in sorted({row["trainer"] for row in rows}):
        way = [[row["lon"], row["lat"]] for row in rows if row["trainer"] == trainer]
        if len(way) > 1:
            geometry = {"type": "LineString", "coordinates": way}
            features.append({"type": "Feature", "geometry": geometry, "properties": {"is": "tour", "trainer": trainer}})
    return {"type": "FeatureCollection", "features": features}


def _point(row: Row, what: str) -> Feature:
    properties = {"is": what, **{name: value for name, value in row.items() if name not in ("lat", "lon")}}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": properties,
    }


def _of_place(place: Place, what: str) -> Feature:
    return _point({"place": place.place_id, "name": place.name, "lat": place.lat, "lon": place.lon}, what)
