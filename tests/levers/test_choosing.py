"""Ways of choosing whom to visit, on networks whose answer is plain, and what holds for each of them."""

import ast
import itertools
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import simulation.levers.choosing as choosing
from simulation.core.jit import code_digest
from simulation.levers.choosing import choose
from simulation.levers.choosing.central import core_numbers, discounted
from simulation.levers.choosing.communities import communities, hubs
from simulation.levers.choosing.names import INTERVIEWS, STRATEGIES
from simulation.levers.choosing.nominees import friends, gossip_nominees, shared_out
from simulation.levers.choosing.wide_reach import EPS, _Sets, wide_reach
from tests.levers.networks import KEY, clique, exact_reach, lot, random_network, star, ties, world

EVERYBODY = np.ones(400, bool)
WORLD = world(400, random_network(400, 6, 3))


def chosen(strategy, eligible=EVERYBODY, n=40, key=KEY, its_world=WORLD):
    return choose(strategy, its_world, eligible, n, key, lambda visits: np.full(len(visits), 17), 3, 0.05)


# what holds for every way


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_as_many_are_chosen_as_wanted_nobody_twice_and_only_who_may_be(strategy):
    may = np.arange(400) % 3 > 0
    for n in (1, 40, int(may.sum()), 1_000):
        who = chosen(strategy, may, n)
        assert len(who) == len(set(who.tolist())) == min(n, may.sum())
        assert may[who].all() and who.dtype == np.int32


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_key_gives_the_same_people_in_the_same_order(strategy):
    assert chosen(strategy).tolist() == chosen(strategy).tolist()


@pytest.mark.parametrize("strategy", ["random", "random_friend"])
def test_another_key_gives_other_people(strategy):
    assert chosen(strategy).tolist() != chosen(strategy, key=np.uint64(12_345)).tolist()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_where_nobody_may_be_chosen_nobody_is(strategy):
    assert chosen(strategy, np.zeros(400, bool)).tolist() == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_people_without_any_tie_can_be_chosen_too(strategy):
    loners = world(6, [(0, 1)])
    assert sorted(chosen(strategy, np.ones(6, bool), 6, its_world=loners)) == [0, 1, 2, 3, 4, 5]


def test_every_way_says_whom_it_asks():
    assert set(INTERVIEWS) == set(STRATEGIES)


def test_compiled_functions_call_compiled_functions_of_their_own_file_and_of_core_only():
    """The store of compiled code is named by what stands in core and region; other files it looks at one by one."""
    for path in Path(choosing.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        compiled = any(isinstance(node, ast.FunctionDef) and node.decorator_list for node in tree.body)
        imported = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert not (compiled and any(name.startswith("simulation.levers") for name in imported)), path
    assert len(code_digest()) == 16


# on networks whose answer is plain


def test_the_centre_of_a_star_has_most_contacts():
    assert chosen("degree", np.ones(6, bool), 1, its_world=world(6, star(5))).tolist() == [0]


def test_whoever_may_not_be_visited_is_passed_over():
    but_centre = np.arange(6) > 0
    assert 0 not in chosen("degree", but_centre, 5, its_world=world(6, star(5)))


def test_degree_discount_takes_the_hub_away_from_the_first():
    """Hub 0 has 6 ties, hub 6 has 5, one of them to hub 0; hub 11 has 3. After the first hub 6 has 5 - 2 - 4 p < 3."""
    pairs = [*star(5), (0, 6), *star(4, 6), *star(3, 11)]
    start, peer = ties(15, pairs)
    assert np.diff(start)[[0, 6, 11]].tolist() == [6, 5, 3]
    for p, second in ((0.1, 11), (0.0, None)):  # at p = 0 both have 3
        who = discounted(start, peer, np.ones(15, bool), 3, p, lot(15)).tolist()
        assert who[0] == 0 and set(who) == {0, 6, 11}
        assert second is None or who[1] == second
    assert chosen("degree", np.ones(15, bool), 2, its_world=world(15, pairs)).tolist() == [0, 6]


def test_core_numbers_are_those_of_networkx():
    for seed in range(3):
        pairs = [*random_network(120, 6, seed), *clique(range(7))]
        graph = nx.Graph(pairs)
        start, peer = ties(120, pairs)
        assert core_numbers(start, peer).tolist() == [nx.core_number(graph)[i] for i in range(120)]


def test_in_a_path_everybody_is_of_core_one_and_in_a_clique_of_five_of_core_four():
    start, peer = ties(9, [*clique(range(5)), (4, 5), (5, 6), (6, 7), (7, 8)])
    assert core_numbers(start, peer).tolist() == [4] * 5 + [1] * 4


def test_two_cliques_are_two_communities_and_each_gives_a_hub():
    """The bridge 4-5 makes its ends the hubs; the larger community comes first, then second ones by round."""
    pairs = [*clique(range(5)), *clique(range(5, 11)), (4, 5)]
    start, peer = ties(11, pairs)
    label = communities(start, peer, KEY)
    assert len({*label[:5]}) == len({*label[5:]}) == 1 and label[0] != label[10]
    degree = np.diff(start)
    assert hubs(label, degree, np.ones(11, bool), 2, lot(11)).tolist() == [5, 4]
    four = hubs(label, degree, np.ones(11, bool), 4, lot(11)).tolist()
    assert four[:2] == [5, 4] and four[2] in range(6, 11) and four[3] in range(4)


def test_everybody_in_a_star_names_its_centre():
    start, peer = ties(6, star(5))
    assert friends(start, peer, np.ones(6, bool), 1, np.array([3, 0, 1, 2, 4, 5]), KEY).tolist() == [0]
    # the centre once named, only the centre itself has others to name
    assert len(friends(start, peer, np.ones(6, bool), 6, np.arange(6), KEY)) == 2


def test_people_named_by_random_people_know_more_than_random_people():
    """Feld 1991: by how much is the variance of the degrees over their mean; here it is large."""
    degree = np.diff(WORLD.peer_start)
    assert degree[chosen("random_friend")].mean() > 1.3 * degree[chosen("random")].mean()


def test_a_village_names_who_knows_most_and_villages_have_their_share():
    """Six people in one village, three in another: of three visits two and one. Their hubs are 0 and 6."""
    pairs = [*star(5), (1, 2), *star(2, 6)]
    start, peer = ties(9, pairs)
    place = np.array([0] * 6 + [1] * 3)
    everybody = np.ones(9, bool)
    order = np.arange(9)

    def all_asked(visits):
        return np.full(len(visits), 9)

    who = gossip_nominees(start, peer, everybody, 3, place, order, all_asked, 1, lot(9), KEY).tolist()
    assert who[0] == 0  # named by five of six
    assert 6 in who and np.bincount(place[who]).tolist() == [2, 1]


def test_nominees_live_where_they_are_named():
    """The hub of the other village is known to everybody here, and not theirs to name."""
    pairs = [(0, 1), (1, 2), *((i, 3) for i in range(3)), *star(4, 3)]
    start, peer = ties(8, pairs)
    place = np.array([0] * 3 + [1] * 5)
    who = gossip_nominees(start, peer, place == 0, 1, place, np.arange(8), lambda v: np.full(len(v), 8), 1, lot(8), KEY)
    assert who.tolist() == [1]


def test_few_asked_are_asked_on_until_enough_are_named():
    start, peer = ties(8, clique(range(8)))
    one = gossip_nominees(
        start, peer, np.ones(8, bool), 6, np.zeros(8, int), np.arange(8), lambda v: np.ones(len(v), int), 2, lot(8), KEY
    )
    assert len(one) == 6


def test_visits_are_shared_out_by_largest_remainders():
    assert shared_out(10, np.array([55.0, 33.0, 12.0])).tolist() == [6, 3, 1]
    assert shared_out(3, np.array([1.0, 1.0, 1.0])).tolist() == [1, 1, 1]
    assert shared_out(0, np.array([0.0, 2.0])).tolist() == [0, 0]


# widest reach

TINY = {
    "star": (7, star(6)),
    "path": (8, [(i, i + 1) for i in range(7)]),
    "two cliques": (8, [*clique(range(4)), *clique(range(4, 7)), (3, 4)]),
    "two stars": (9, [*star(4), *star(3, 5)]),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("p", [0.2, 0.6])
def test_widest_reach_is_within_its_bound_of_the_best_of_all_sets(name, p):
    n, pairs = TINY[name]
    start, peer = ties(n, pairs)
    for k in (1, 2):
        best = max(exact_reach(n, pairs, them, p) for them in itertools.combinations(range(n), k))
        its = exact_reach(n, pairs, wide_reach(start, peer, np.ones(n, bool), k, p, KEY, lot(n)).tolist(), p)
        assert its >= (1 - 1 / math.e - EPS) * best
        assert its >= 0.9 * best  # what so many sets give on networks so small, if not surely


def test_widest_reach_among_some_passes_on_through_anybody():
    """In a path of five whose middle may not be visited, its neighbours reach most of what others do."""
    n, pairs = 5, [(i, i + 1) for i in range(4)]
    start, peer = ties(n, pairs)
    may = np.arange(n) != 2
    (who,) = wide_reach(start, peer, may, 1, 0.5, KEY, lot(n)).tolist()
    assert who in (1, 3)


def test_sets_reckon_the_reach_of_one_person_right():
    """The centre of a star of four leaves reaches 1 + 4 p; the sets' own estimate of the best is within 2%."""
    start, peer = ties(5, star(4))
    sets = _Sets(start, peer, np.ones(5, bool), 0.3, KEY)
    sets.grow(200_000)
    who, reach = sets.best(1, lot(5))
    assert who.tolist() == [0]
    assert reach == pytest.approx(1 + 4 * 0.3, rel=0.02)


def test_sets_are_the_same_however_they_are_grown():
    start, peer = ties(60, random_network(60, 4, 1))
    one, two = (_Sets(start, peer, np.ones(60, bool), 0.2, KEY) for _ in range(2))
    one.grow(5_000)
    for n in (17, 900, 5_000):
        two.grow(n)
    assert one.alone.tolist() == two.alone.tolist()
    assert one.member[: one.n_members].tolist() == two.member[: two.n_members].tolist()
