"""Ties are undirected, unrepeated, near, and of the right number."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from simulation.core.state import World
from simulation.region.margins import band_of_five_year_age
from simulation.region.network import CONTACT_AGES, gravity, neighbourhoods


def ties(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of every tie."""
    return np.repeat(np.arange(len(world.citizens.age)), np.diff(world.peer_start)), world.peer


def adjacency(world: World) -> csr_matrix:
    n = len(world.citizens.age)
    return csr_matrix((np.ones(len(world.peer), dtype=np.int64), world.peer, world.peer_start), shape=(n, n))


def test_rows_ascend_without_repeats_or_self(world: World, tiny_world: World) -> None:
    for each in (world, tiny_world):
        source, target = ties(each)
        assert each.peer_start.dtype == np.int32
        assert each.peer.dtype == np.int32
        assert (source != target).all()
        same_row = source[1:] == source[:-1]
        assert (np.diff(target)[same_row] > 0).all()


def test_every_tie_stands_at_both_ends(world: World, tiny_world: World) -> None:
    for each in (world, tiny_world):
        matrix = adjacency(each)
        assert (matrix != matrix.T).nnz == 0


def test_households_are_fully_tied(world: World) -> None:
    source, target = ties(world)
    household = np.cumsum(world.citizens.starts_household)
    size = np.bincount(household)
    inside = household[source] == household[target]
    assert inside.sum() == (size * (size - 1)).sum()


def test_mean_degree_is_near_eight_and_nearly_all_are_connected(world: World) -> None:
    degree = np.diff(world.peer_start)
    assert degree.mean() == pytest.approx(8.0, abs=0.3)
    _, label = connected_components(adjacency(world), directed=False)
    assert np.bincount(label).max() / len(degree) > 0.99


def test_friends_of_friends_are_often_friends(world: World) -> None:
    matrix = adjacency(world)
    degree = np.diff(world.peer_start)
    closed = np.asarray((matrix @ matrix).multiply(matrix).sum(axis=1)).ravel()
    several = degree > 1
    clustering = (closed[several] / (degree[several] * (degree[several] - 1))).mean()
    assert clustering > 0.15


def test_most_ties_stay_in_the_zone_and_the_rest_prefer_near_ones(world: World) -> None:
    source, target = ties(world)
    zone, zones = world.citizens.zone, world.zones
    neighbourhood = neighbourhoods(zones)[zone]
    assert np.median(np.bincount(neighbourhood)) == pytest.approx(500, rel=0.2)
    away = neighbourhood[source] != neighbourhood[target]
    assert 0.08 < away.mean() < 0.2
    a, b = neighbourhood[source][away], neighbourhood[target][away]
    people = np.bincount(neighbourhood)
    x, y = (np.bincount(neighbourhood, at[zone]) / people for at in (zones.x_km, zones.y_km))
    assert np.median(np.hypot(x[a] - x[b], y[a] - y[b])) < 10.0


def test_ties_mix_ages_more_within_than_between(world: World) -> None:
    source, target = ties(world)
    band = band_of_five_year_age(CONTACT_AGES)[world.citizens.five_year_age]
    household = np.cumsum(world.citizens.starts_household)
    outside = household[source] != household[target]
    table = np.zeros((4, 4))
    np.add.at(table, (band[source][outside], band[target][outside]), 1)
    assert np.array_equal(table, table.T)
    share = np.bincount(band) / len(band)
    # Every band but that of parents' age meets its own more often than chance.
    own = np.diag(table) / table.sum(axis=1)
    assert (own > share)[[0, 1, 3]].all()


def test_gravity_counts_every_other_zone_once(world: World) -> None:
    people = np.diff(world.zones.first_citizen)[::8].astype(float)  # fewer than the neighbours searched for
    x, y = world.zones.x_km[::8], world.zones.y_km[::8]
    target, cumulative = gravity(x, y, people)
    n_zones = len(people)
    weight = np.diff(cumulative, axis=1, prepend=0.0)
    dense = np.zeros((n_zones, n_zones))
    np.add.at(dense, (np.arange(n_zones)[:, None], target), weight)
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    expected = people / (km + 1.0) ** 2
    np.fill_diagonal(expected, 0.0)
    # Fewer zones than neighbours searched for: the list must hold all of them.
    assert n_zones <= 65
    assert dense == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-12)
