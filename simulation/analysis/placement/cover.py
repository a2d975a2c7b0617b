"""Which sites reach which demand points, as sparse rows both ways: 8 bytes a pair and never a dense table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.core.jit import njit

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

HASH_FACTOR, HASH_PRIME = 1_000_003, 2**31 - 1  # products stay below 2**63, compiled or interpreted

# Compiled functions of this package call none of another file, so that numba's cache notices every change.


@dataclass(frozen=True, slots=True)
class Cover:
    """Pairs of a demand point and a site that reaches it.

    Attributes
    ----------
    point_start : array of int64, shape (n_points + 1,)
        Where each point's sites begin in `point_sites`.
    point_sites : array of int32, shape (pairs,)
        Sites that reach each point, ascending.
    site_start : array of int64, shape (n_sites + 1,)
        Where each site's points begin in `site_points`.
    site_points : array of int32, shape (pairs,)
        Points each site reaches, ascending.
    """

    point_start: Ints
    point_sites: Indices
    site_start: Ints
    site_points: Indices

    @property
    def n_points(self) -> int:
        """Return the number of demand points, reached or not."""
        return self.point_start.size - 1

    @property
    def n_sites(self) -> int:
        """Return the number of sites, of use or not."""
        return self.site_start.size - 1

    @property
    def n_pairs(self) -> int:
        """Return the number of pairs."""
        return self.point_sites.size

    def sites_of(self, point: int) -> Indices:
        """Return the sites that reach a point."""
        return self.point_sites[self.point_start[point] : self.point_start[point + 1]]

    def points_of(self, site: int) -> Indices:
        """Return the points a site reaches."""
        return self.site_points[self.site_start[site] : self.site_start[site + 1]]

    def reached_by(self, sites: ArrayLike) -> Flags:
        """Return which points at least one of the sites reaches, shape (n_points,)."""
        reached = np.zeros(self.n_points, dtype=np.bool_)
        for site in np.asarray(sites, dtype=np.int64):
            reached[self.points_of(int(site))] = True
        return reached

    def restricted(self, points: Flags, sites: Flags) -> "Cover":
        """Return the pairs of the points and sites marked, renumbered in their order.

        Parameters
        ----------
        points, sites : array of bool, shapes (n_points,) and (n_sites,)
            What to keep.
        """
        start, kept = _restricted(self.point_start, self.point_sites, points, sites)
        return _two_way(start, kept, int(np.count_nonzero(sites)))


@dataclass(frozen=True, slots=True)
class Merged:
    """Demand points that the same sites reach, put together.

    Attributes
    ----------
    cover : Cover
        Of the merged points; every one is reached by some site.
    weights : array of float64, shape (merged points,)
        Sums of the weights merged.
    groups : array of int64, shape (merged points,)
        Their group.
    merged_point : array of int64, shape (n_points,)
        The merged point each point went into, -1 where no site reaches it.
    """

    cover: Cover
    weights: Floats
    groups: Ints
    merged_point: Ints


def cover_within(points_xy: ArrayLike, sites_xy: ArrayLike, radius_km: ArrayLike) -> Cover:
    """Pair every point with the sites no further from it than its limit.

    Sites are sorted by their first coordinate, so that a point looks only at a strip; a k-d tree would list
    the same pairs as Python objects, at four times the memory.

    Parameters
    ----------
    points_xy : array, shape (n_points, 2)
        Demand points on a plane, km.
    sites_xy : array, shape (n_sites, 2)
        Sites on the same plane, km.
    radius_km : float or array, shape (n_points,)
        The longest way, km; one for all, or one for each point. A site just as far away reaches the point.

    Raises
    ------
    ValueError
        If coordinates are not pairs, or a radius is negative or undefined.
    """
    points, sites = _coordinates(points_xy), _coordinates(sites_xy)
    radius = np.asarray(radius_km, dtype=np.float64)
    if radius.shape not in ((), (len(points),)):
        raise ValueError(f"one radius or {len(points)} are needed, not an array of shape {radius.shape}")
    if not (radius >= 0).all():
        raise ValueError("every radius must be 0 or more")
    each = np.ascontiguousarray(np.broadcast_to(radius, (len(points),)))
    order = np.argsort(sites[:, 0], kind="stable")
    start, pairs = _pairs_within(points, np.ascontiguousarray(sites[order]), order, each)
    return _two_way(start, pairs, len(sites))


def cover_of_pairs(point: ArrayLike, site: ArrayLike, n_points: int, n_sites: int) -> Cover:
    """Make a cover of pairs known by other means, such as travel times; a pair given twice counts once.

    Parameters
    ----------
    point, site : array of int, shape (pairs,)
        A point, and a site that reaches it.
    n_points, n_sites : int
        How many there are of each, reached or not.

    Raises
    ------
    ValueError
        If a pair names a point or site that is not there.
    """
    rows, columns = np.asarray(point, dtype=np.int64), np.asarray(site, dtype=np.int64)
    if rows.shape != columns.shape or rows.ndim != 1:
        raise ValueError(f"points of shape {rows.shape} and sites of shape {columns.shape} make no pairs")
    for name, values, size in (("point", rows, n_points), ("site", columns, n_sites)):
        if values.size and not 0 <= values.min() <= values.max() < size:
            raise ValueError(f"every {name} must be from 0 to {size - 1}")
    key = np.unique(rows * n_sites + columns)
    start = np.searchsorted(key, np.arange(n_points + 1) * n_sites)
    return _two_way(start, (key % max(n_sites, 1)).astype(np.int32), n_sites)


def merged(cover: Cover, weights: ArrayLike, groups: ArrayLike | None = None) -> Merged:
    """Put together the demand points of a group that exactly the same sites reach.

    No layout tells such points apart, so that every covering problem keeps its answers. Points no site reaches
    are left out.

    Parameters
    ----------
    cover : Cover
        Of the points.
    weights : array, shape (n_points,)
        Weight of each point.
    groups : array of int, shape (n_points,), optional
        Group of each point; all in one if left out.
    """
    weight = np.asarray(weights, dtype=np.float64)
    group = np.zeros(cover.n_points, dtype=np.int64) if groups is None else np.asarray(groups, dtype=np.int64)
    row = _equal_rows(cover.point_start, cover.point_sites, group)
    reached = row >= 0
    n_rows = int(row.max()) + 1 if row.size else 0
    first = np.zeros(cover.n_points, dtype=np.bool_)
    first[np.unique(row[reached], return_index=True)[1]] = True  # positions among those reached
    kept = np.zeros(cover.n_points, dtype=np.bool_)
    kept[np.flatnonzero(reached)[np.flatnonzero(first)]] = True
    total = summed(row[reached], weight[reached], n_rows)
    return Merged(cover.restricted(kept, np.ones(cover.n_sites, dtype=np.bool_)), total, group[kept], row)


def summed(rows: Ints | Indices, weights: Floats, size: int) -> Floats:
    """Return the sum of the weights of each row, shape (size,)."""
    return np.asarray(np.bincount(rows, weights=weights, minlength=size), dtype=np.float64)


def _coordinates(xy: ArrayLike) -> Floats:
    values = np.ascontiguousarray(xy, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != 2 or not np.isfinite(values).all():
        raise ValueError(f"finite coordinates of shape (places, 2) are needed, not an array of shape {values.shape}")
    return values


def _two_way(start: Ints, sites: Indices, n_sites: int) -> Cover:
    site_start, site_points = _transposed(start, sites, n_sites)
    return Cover(start, sites, site_start, site_points)


@njit
def _pairs_within(points: Floats, sites: Floats, order: Ints, radius: Floats) -> tuple[Ints, Indices]:
    n = len(points)
    start = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        count = 0
        k = np.searchsorted(sites[:, 0], points[i, 0] - radius[i])
        while k < len(sites) and sites[k, 0] <= points[i, 0] + radius[i]:
            dx, dy = sites[k, 0] - points[i, 0], sites[k, 1] - points[i, 1]
            count += dx * dx + dy * dy <= radius[i] * radius[i]
            k += 1
        start[i + 1] = start[i] + count
    pairs = np.empty(start[n], dtype=np.int32)
    for i in range(n):
        at = start[i]
        k = np.searchsorted(sites[:, 0], points[i, 0] - radius[i])
        while k < len(sites) and sites[k, 0] <= points[i, 0] + radius[i]:
            dx, dy = sites[k, 0] - points[i, 0], sites[k, 1] - points[i, 1]
            if dx * dx + dy * dy <= radius[i] * radius[i]:
                pairs[at] = order[k]
                at += 1
            k += 1
        pairs[start[i] : at].sort()
    return start, pairs


@njit
def _transposed(start: Ints, columns: Indices, n_columns: int) -> tuple[Ints, Indices]:
    turned = np.zeros(n_columns + 1, dtype=np.int64)
    for column in columns:
        turned[column + 1] += 1
    for column in range(n_columns):
        turned[column + 1] += turned[column]
    at = turned[:-1].copy()
    rows = np.empty(len(columns), dtype=np.int32)
    for row in range(len(start) - 1):
        for k in range(start[row], start[row + 1]):
            rows[at[columns[k]]] = row
            at[columns[k]] += 1
    return turned, rows


@njit
def _restricted(start: Ints, columns: Indices, rows: Flags, kept: Flags) -> tuple[Ints, Indices]:
    number = np.cumsum(kept) - 1
    new_start = np.zeros(np.count_nonzero(rows) + 1, dtype=np.int64)
    new_columns = np.empty(len(columns), dtype=np.int32)
    row, at = 0, 0
    for old in range(len(rows)):
        if rows[old]:
            for k in range(start[old], start[old + 1]):
                if kept[columns[k]]:
                    new_columns[at] = number[columns[k]]
                    at += 1
            row += 1
            new_start[row] = at
    return new_start, new_columns[:at].copy()


@njit
def _equal_rows(start: Ints, columns: Indices, groups: Ints) -> Ints:
    """Give each distinct row a number in the order met, -1 to empty ones, by a hash table that compares whole rows."""
    n = len(start) - 1
    size = 2
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, dtype=np.int64)  # the first point of each distinct row
    number = np.full(n, -1, dtype=np.int64)
    n_distinct = 0
    for i in range(n):
        length = start[i + 1] - start[i]
        if length == 0:
            continue
        key = groups[i] + 1
        for k in range(start[i], start[i + 1]):
            key = (key * HASH_FACTOR + columns[k] + 1) % HASH_PRIME
        slot = key & (size - 1)
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = i
                number[i] = n_distinct
                n_distinct += 1
                break
            is_same = groups[other] == groups[i] and start[other + 1] - start[other] == length
            k = 0
            while is_same and k < length:
                is_same = columns[start[other] + k] == columns[start[i] + k]
                k += 1
            if is_same:
                number[i] = number[other]
                break
            slot = (slot + 1) & (size - 1)
    return number
