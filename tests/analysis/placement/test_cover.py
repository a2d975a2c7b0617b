import numpy as np
import pytest

from simulation.analysis.placement.cover import cover_of_pairs, cover_within, merged


def test_a_site_just_as_far_as_the_limit_reaches_the_point() -> None:
    cover = cover_within([[0, 0], [0, 0]], [[3, 4], [3.0001, 4]], 5.0)
    assert cover.sites_of(0).tolist() == [0]
    assert cover.points_of(0).tolist() == [0, 1]


def test_every_point_has_its_own_limit() -> None:
    cover = cover_within([[0, 0], [0, 0]], [[1, 0], [2, 0]], np.array([1.0, 2.0]))
    assert [cover.sites_of(i).tolist() for i in (0, 1)] == [[0], [0, 1]]


def test_pairs_are_those_of_the_whole_table() -> None:
    rng = np.random.default_rng(5)
    points, sites, radius = rng.random((200, 2)), rng.random((40, 2)), rng.random(200) * 0.4
    cover = cover_within(points, sites, radius)
    near = np.linalg.norm(points[:, None] - sites[None], axis=-1) <= radius[:, None]
    assert [cover.sites_of(i).tolist() for i in range(200)] == [np.flatnonzero(row).tolist() for row in near]
    assert [cover.points_of(j).tolist() for j in range(40)] == [np.flatnonzero(row).tolist() for row in near.T]


def test_a_pair_takes_eight_bytes() -> None:
    cover = cover_of_pairs([0, 0, 1], [0, 1, 1], 2, 2)
    assert cover.point_sites.itemsize + cover.site_points.itemsize == 8


def test_a_pair_given_twice_counts_once() -> None:
    cover = cover_of_pairs([1, 0, 1], [0, 1, 0], 3, 2)
    assert cover.n_pairs == 2 and cover.sites_of(1).tolist() == [0] and cover.sites_of(2).size == 0


def test_points_the_same_sites_reach_are_merged_within_their_group() -> None:
    cover = cover_of_pairs([0, 0, 1, 1, 2, 4, 4], [0, 2, 0, 2, 1, 0, 2], 5, 3)
    together = merged(cover, [1, 2, 4, 8, 16], [0, 0, 0, 0, 1])
    assert together.merged_point.tolist() == [0, 0, 1, -1, 2]
    assert together.weights.tolist() == [3, 4, 16] and together.groups.tolist() == [0, 0, 1]
    assert [together.cover.sites_of(i).tolist() for i in range(3)] == [[0, 2], [1], [0, 2]]


@pytest.mark.parametrize("radius", [-1.0, np.nan])
def test_radius_that_is_no_length_is_refused(radius: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        cover_within([[0, 0]], [[0, 0]], radius)


def test_pair_of_a_site_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="every site must be from 0 to 1"):
        cover_of_pairs([0], [2], 1, 2)
