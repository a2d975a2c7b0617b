"""Small networks put together by hand, and the exact reach of cascades on them."""

import itertools
from collections.abc import Iterable
from functools import cache

import networkx as nx
import numpy as np

from simulation.core.rng import Stream, key_of, lots
from simulation.core.state import World
from tests.worlds import ties_from_pairs, toy_world

KEY = key_of(1, Stream.HOME_VISIT_CHOICE, 7)


def ties(n: int, pairs: Iterable[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return ties in CSR form."""
    first, second = np.array(list(pairs), np.int64).reshape(-1, 2).T
    return ties_from_pairs(n, first, second)


def star(leaves: int, centre: int = 0) -> list[tuple[int, int]]:
    """Return the ties of a centre to the people after it."""
    return [(centre, centre + k) for k in range(1, leaves + 1)]


def clique(members: Iterable[int]) -> list[tuple[int, int]]:
    """Return ties among everybody."""
    return list(itertools.combinations(members, 2))


def lot(n: int) -> np.ndarray:
    """Return keyed lots."""
    return lots(KEY, np.arange(n))


def world(n: int, pairs: Iterable[tuple[int, int]], seed: int = 1) -> World:
    """Return a world of so many people with these ties."""
    return toy_world(n, ties=ties(n, pairs), seed=seed)


def random_network(n: int, mean_degree: float, seed: int) -> list[tuple[int, int]]:
    """Return a network with a few hubs (Barabasi and Albert)."""
    return list(nx.barabasi_albert_graph(n, max(1, round(mean_degree / 2)), seed=seed).edges)


def exact_reach(n: int, pairs: list[tuple[int, int]], chosen: Iterable[int], p: float) -> float:
    """Return the expected reach of the independent cascade, by all ways in which ties can pass on or not.

    With the same chance both ways a cascade on undirected ties is reach in the graph of ties that pass on.
    """
    return sum(
        p**n_live * (1 - p) ** (len(pairs) - n_live) * sum(len(them) for them in parts if not them.isdisjoint(chosen))
        for n_live, parts in _parts(n, tuple(pairs))
    )


@cache
def _parts(n: int, pairs: tuple[tuple[int, int], ...]) -> list[tuple[int, list[frozenset[int]]]]:
    """Return, for every set of ties that pass on, how many they are and who is connected by them."""
    found = []
    for live in itertools.product((False, True), repeat=len(pairs)):
        graph = nx.empty_graph(n)
        graph.add_edges_from(pair for pair, is_live in zip(pairs, live, strict=True) if is_live)
        found.append((sum(live), [frozenset(them) for them in nx.connected_components(graph)]))
    return found
