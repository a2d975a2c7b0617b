"""How far demand points are from the sites they know, as sparse rows both ways, the nearest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.placement.cover import Floats, Indices, Ints


@dataclass(frozen=True, slots=True)
class Distances:
    """Pairs of a point and a site with the way between them: 24 bytes a pair.

    Attributes
    ----------
    point_start, site_start : array of int64, shapes (n_points + 1,) and (n_sites + 1,)
        Where each point's sites, and each site's points, begin.
    point_sites, site_points : array of int32, shape (pairs,)
        Sites each point knows, and points that know each site, the nearest first.
    point_km, site_km : array of float64, shape (pairs,)
        The ways, km or another unit.
    """

    point_start: Ints
    point_sites: Indices
    point_km: Floats
    site_start: Ints
    site_points: Indices
    site_km: Floats

    @property
    def n_points(self) -> int:
        """Return the number of demand points."""
        return self.point_start.size - 1

    @property
    def n_sites(self) -> int:
        """Return the number of sites."""
        return self.site_start.size - 1

    @property
    def n_pairs(self) -> int:
        """Return the number of pairs."""
        return self.point_sites.size


def distances_of_pairs(point: ArrayLike, site: ArrayLike, km: ArrayLike, n_points: int, n_sites: int) -> Distances:
    """Make distances of the pairs known.

    Parameters
    ----------
    point, site : array of int, shape (pairs,)
        A point and a site; no pair may be given twice.
    km : array, shape (pairs,)
        The way between them, 0 or more.
    n_points, n_sites : int
        How many there are of each.

    Raises
    ------
    ValueError
        If shapes differ, a pair names what is not there or stands twice, or a way is negative or infinite.
    """
    rows, columns = np.asarray(point, dtype=np.int64), np.asarray(site, dtype=np.int64)
    ways = np.asarray(km, dtype=np.float64)
    if not rows.shape == columns.shape == ways.shape or rows.ndim != 1:
        raise ValueError(f"points, sites and ways of shapes {rows.shape}, {columns.shape} and {ways.shape} do not pair")
    for name, values, size in (("point", rows, n_points), ("site", columns, n_sites)):
        if values.size and not 0 <= values.min() <= values.max() < size:
            raise ValueError(f"every {name} must be from 0 to {size - 1}")
    if np.unique(rows * n_sites + columns).size < rows.size:
        raise ValueError("a pair of point and site stands twice")
    if not ((ways >= 0) & (ways < np.inf)).all():
        raise ValueError("every way must be 0 or more, and finite")
    by_point, by_site = np.lexsort((columns, ways, rows)), np.lexsort((rows, ways, columns))
    return Distances(
        point_start=np.searchsorted(rows[by_point], np.arange(n_points + 1)).astype(np.int64),
        point_sites=columns[by_point].astype(np.int32),
        point_km=ways[by_point],
        site_start=np.searchsorted(columns[by_site], np.arange(n_sites + 1)).astype(np.int64),
        site_points=rows[by_site].astype(np.int32),
        site_km=ways[by_site],
    )


def distances_of_table(km: ArrayLike) -> Distances:
    """Make distances of a table of every point to every site, infinite where there is no way.

    Parameters
    ----------
    km : array, shape (n_points, n_sites)
        The ways.
    """
    table = np.asarray(km, dtype=np.float64)
    point, site = np.nonzero(table < np.inf)
    return distances_of_pairs(point, site, table[point, site], *table.shape)
