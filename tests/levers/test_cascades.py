"""Cascades apart from the simulation, on networks whose reach is plain."""

import numpy as np
import pytest

from simulation.levers.choosing.cascades import COMPLEX, SIMPLE, reached_by
from tests.levers.networks import clique, exact_reach, star, ties


def reach(n, pairs, chosen, p, contacts, n_cascades=1):
    return reached_by(*ties(n, pairs), np.array(chosen, np.int32), p, contacts, 5, n_cascades)


def test_what_always_passes_on_reaches_everybody_connected():
    assert reach(6, [(0, 1), (1, 2), (3, 4)], [0], 1.0, SIMPLE).tolist() == [3]


def test_what_never_passes_on_stays_with_those_chosen():
    assert reach(6, clique(range(6)), [0, 3, 3], 0.0, SIMPLE, 3).tolist() == [2, 2, 2]


def test_where_two_contacts_are_needed_one_person_convinces_nobody_and_two_a_whole_clique():
    assert reach(5, clique(range(5)), [0], 1.0, COMPLEX).tolist() == [1]
    assert reach(5, clique(range(5)), [0, 1], 1.0, COMPLEX).tolist() == [5]


def test_a_bridge_stops_what_needs_two_contacts():
    pairs = [*clique(range(4)), *clique(range(4, 8)), (3, 4)]
    assert reach(8, pairs, [0, 1], 1.0, COMPLEX).tolist() == [4]
    assert reach(8, pairs, [0, 1], 1.0, SIMPLE).tolist() == [8]


def test_the_two_ends_convince_the_middle():
    assert reach(3, [(0, 1), (1, 2)], [0, 2], 1.0, COMPLEX).tolist() == [3]


def test_mean_reach_is_the_exact_one():
    """4,000 cascades from the centre of a star: 1 + 5 x .3, with a deviation of 1.02; false alarm below 1e-4."""
    found = reach(6, star(5), [0], 0.3, SIMPLE, 4_000)
    assert found.mean() == pytest.approx(exact_reach(6, star(5), [0], 0.3), abs=4 * 1.02 / np.sqrt(4_000))


def test_the_same_cascades_are_drawn_for_every_set_so_more_people_never_reach_fewer():
    pairs = [*clique(range(6)), *star(4, 6), (0, 6)]
    one, more = (reach(11, pairs, them, 0.3, SIMPLE, 200) for them in ([0], [0, 6]))
    assert (more >= one).all() and (more > one).any()
