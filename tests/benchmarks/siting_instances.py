"""Siting problems with published optima, read from the folder EPAY_SITING_DIR names, and others made here.

The OR-Library's p-medians and set covers (Beasley 1985, 1990), and the San Francisco stores of spopt (PySAL). Their
files are no part of the project: `pmed/*.txt`, `scp/*.txt`, `spopt_sf/*.csv` and `optima.json`.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import shortest_path

from simulation.analysis.placement.cover import cover_of_pairs
from simulation.analysis.placement.distances import distances_of_table
from simulation.analysis.placement.p_median import MedianProblem
from simulation.analysis.placement.problem import CoveringProblem

FOLDER = Path(os.environ.get("EPAY_SITING_DIR") or "absent")
SIDE_KM = 100.0
PEOPLE_LOG_SD = 1.0


def is_there() -> bool:
    """Return whether the published instances can be read."""
    return (FOLDER / "optima.json").is_file()


def optima() -> dict:
    """Return the published optima."""
    return json.loads((FOLDER / "optima.json").read_text())


def read_median(name: str) -> MedianProblem:
    """Read an OR-Library p-median: edges of a graph, of which a later one between the same nodes counts."""
    n, _, p, *edges = (int(word) for word in (FOLDER / "pmed" / f"{name}.txt").read_text().split())
    table = np.full((n, n), np.inf)
    for i, j, length in np.array(edges).reshape(-1, 3):
        table[i - 1, j - 1] = table[j - 1, i - 1] = length
    return MedianProblem(distances_of_table(shortest_path(table, method="FW")), np.ones(n), p)


def read_set_cover(name: str) -> CoveringProblem:
    """Read an OR-Library set cover: costs of the columns, then for each row how many columns reach it, and which."""
    numbers = iter(int(word) for word in (FOLDER / "scp" / f"{name}.txt").read_text().split())
    n_rows, n_columns = next(numbers), next(numbers)
    costs = np.array([next(numbers) for _ in range(n_columns)], dtype=float)
    pairs = [(row, next(numbers) - 1) for row in range(n_rows) for _ in range(next(numbers))]
    return CoveringProblem(cover_of_pairs(*np.array(pairs).T, n_rows, n_columns), np.ones(n_rows), costs)


def read_san_francisco() -> tuple[np.ndarray, np.ndarray]:
    """Read the ways of 205 census tracts to 16 stores, metres, and the people of each tract."""
    with open(next((FOLDER / "spopt_sf").glob("SF_network_distance*.csv"))) as file:
        rows = list(csv.DictReader(file))
    tracts = {name: k for k, name in enumerate(dict.fromkeys(row["DestinationName"] for row in rows))}
    stores = {name: k for k, name in enumerate(dict.fromkeys(row["name"] for row in rows))}
    table, people = np.full((len(tracts), len(stores)), np.inf), np.zeros(len(tracts))
    for row in rows:
        table[tracts[row["DestinationName"]], stores[row["name"]]] = float(row["distance"])
        people[tracts[row["DestinationName"]]] = float(row["demand"])
    return table, people


def san_francisco_cover(table: np.ndarray, people: np.ndarray, metres: float, number: int | None) -> CoveringProblem:
    """Return the covering problem of stores no further than some metres."""
    tract, store = np.nonzero(table <= metres)
    return CoveringProblem(cover_of_pairs(tract, store, *table.shape), people, number=number)


def towns(n_points: int, n_sites: int, seed: int = 1, remote: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make people in towns of unequal size and a share of them scattered, and sites near some of the points.

    Returns
    -------
    points, sites : array, shapes (n_points, 2) and (n_sites, 2)
        Kilometres.
    people : array, shape (n_points,)
        Whole numbers.
    """
    rng = np.random.default_rng(seed)
    n_towns, n_in_towns = max(8, n_points // 600), int(n_points * (1 - remote))
    centre, size = rng.random((n_towns, 2)) * SIDE_KM, rng.zipf(1.6, n_towns).clip(1, 60).astype(float)
    town = rng.choice(n_towns, n_in_towns, p=size / size.sum())
    near = centre[town] + rng.normal(0, SIDE_KM / 60, (n_in_towns, 2))
    points = np.concatenate([near, rng.random((n_points - n_in_towns, 2)) * SIDE_KM])
    people = np.round(rng.lognormal(3, PEOPLE_LOG_SD, n_points)) + 1
    sites = points[rng.choice(n_points, n_sites, replace=False)] + rng.normal(0, 0.3, (n_sites, 2))
    return points, sites, people
