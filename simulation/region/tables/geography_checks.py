"""Points that lie where nothing else of the region lies."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.region.tables.checks import Tables
from simulation.region.tables.columns import HIGHEST_LAT, SETTLEMENTS
from simulation.region.tables.errors import Findings
from simulation.region.tables.rows import Row

Array = NDArray[np.float64]

EARTH_KM = 6371.0  # mean radius
OUTLIER_FACTOR = 5.0  # times the median distance to the centre
OUTLIER_KM = 100.0  # a farther outlier is a mistake, a nearer one may be a far valley
POLAR_LAT = 66.5  # degrees; few people live beyond, and columns named the wrong way round end there
LIMIT_KM = 10.0  # of anything from the nearest settlement
PLACED = ("merchants", "access_points", "candidate_sites")
SHOWN_DIGITS = 2
NAMED_FAR = 5  # settlements in one warning


def unit_vectors(lat: Sequence[float], lon: Sequence[float]) -> Array:
    """Return points as unit vectors from the centre of the earth, shape (n, 3); degrees in."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.column_stack((np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)))


def arc_km(chord: Array) -> Array:
    """Return kilometres along the surface for distances of unit vectors."""
    return 2.0 * EARTH_KM * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))


def rounded(km: float) -> str:
    """Return a distance with two digits that count, as one says it: 95, 6,000."""
    return f"{float(f'{km:.{SHOWN_DIGITS}g}'):,g}"


def _with_point(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.values.get("lat") is not None and row.values.get("lon") is not None]


def _vectors(rows: Sequence[Row]) -> Array:
    return unit_vectors([row.values["lat"] for row in rows], [row.values["lon"] for row in rows])


def check_settlement_points(tables: Tables, parents: set[str], findings: Findings) -> set[int]:
    """Enter settlements far outside the region, and return their lines.

    The centre is the median of the points in space, so that no single point moves it. A settlement farther from it
    than five times the median is a problem beyond 100 km, and a warning nearer.
    """
    table = tables[SETTLEMENTS.name]
    rows = [row for row in _with_point(table.rows) if row.values.get("settlement_id") not in parents]
    if not rows:
        return set()
    middle = float(np.median([row.values["lat"] for row in rows]))
    if abs(middle) > POLAR_LAT:
        findings.note("tables.polar", {"lat": middle})
    vectors = _vectors(rows)
    centre = np.median(vectors, axis=0)
    centre /= max(float(np.linalg.norm(centre)), np.finfo(np.float64).tiny)
    km = arc_km(np.linalg.norm(vectors - centre, axis=1))
    usual = OUTLIER_FACTOR * float(np.median(km))
    far = np.flatnonzero(km > usual)
    lost = {int(k) for k in far if km[k] > OUTLIER_KM}
    for k in sorted(lost):
        _enter(rows[k], float(km[k]), len(rows) - 1, centre, max(usual, OUTLIER_KM), findings)
    near = [k for k in far if int(k) not in lost]
    if near:
        named = [rows[k].values.get("name") or "" for k in near[:NAMED_FAR]]
        words = {"number": len(near), "names": named, "km": rounded(float(km[near].min()))}
        findings.note("tables.far_settlements", words)
    return {rows[k].line for k in lost}


def _enter(row: Row, km: float, others: int, centre: Array, reach: float, findings: Findings) -> None:
    """Enter one settlement outside the region; with its coordinates swapped where it then lies inside."""
    lat, lon = row.values["lat"], row.values["lon"]
    words = {"at": row.at, "lat": lat, "lon": lon, "km": rounded(km), "others": f"{others:,}"}
    inside = arc_km(np.linalg.norm(unit_vectors([lon], [lat]) - centre, axis=1))[0] <= reach
    code = "tables.swapped" if inside and abs(lon) <= HIGHEST_LAT else "tables.outlier"
    findings.problem(SETTLEMENTS.name, code, words)


def check_distances(tables: Tables, parents: set[str], left_out: set[int], findings: Findings) -> None:
    """Enter merchants, access points and sites farther than 10 km from every settlement."""
    rows = [
        row
        for row in _with_point(tables[SETTLEMENTS.name].rows)
        if row.values.get("settlement_id") not in parents and row.line not in left_out
    ]
    if not rows:
        return
    tree = cKDTree(_vectors(rows))
    for name in PLACED:
        placed = _with_point(tables[name].rows) if name in tables else []
        if not placed:
            continue
        km = arc_km(tree.query(_vectors(placed))[0])
        far = np.flatnonzero(km > LIMIT_KM)
        if not far.size:
            continue
        lat = [placed[k].values["lat"] for k in far]
        lon = [placed[k].values["lon"] for k in far]
        swapped_km = arc_km(tree.query(unit_vectors(lon, lat))[0])
        for i, k in enumerate(far):
            code = "tables.far_swapped" if swapped_km[i] <= LIMIT_KM else "tables.far_from_settlements"
            words = {"at": placed[k].at, "lat": lat[i], "lon": lon[i], "km": rounded(float(km[k])), "limit": LIMIT_KM}
            findings.problem(name, code, words)
