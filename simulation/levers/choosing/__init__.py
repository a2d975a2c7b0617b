"""Whom to visit: ways of choosing people on a network of ties, or without knowing it.

Every way returns the people it chooses in order, may choose among eligible people only, and draws by key: the same
world and lever give the same people. A compiled function calls compiled functions of its own file and of `core` only:
the store of compiled code looks at no other file.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.rng import draw_bits, lots
from simulation.core.state import World
from simulation.levers.choosing.central import core_numbers, discounted
from simulation.levers.choosing.communities import communities, hubs
from simulation.levers.choosing.names import Strategy
from simulation.levers.choosing.nominees import friends, gossip_nominees
from simulation.levers.choosing.wide_reach import wide_reach

Array = NDArray[Any]
LOTS, ORDER, PICK = 1, 2, 3  # draws of a choice: lots among equals, who is asked first, what they say


def choose(
    strategy: Strategy,
    world: World,
    eligible: Array,
    n: int,
    key: Any,
    asked: Callable[[Array], Array],
    names: int,
    probability: float,
) -> Array:
    """Return people to visit, the first to be visited first.

    Parameters
    ----------
    strategy : str
        One of `names.STRATEGIES`.
    world : World
        Ties and settlements; only what never changes is read.
    eligible : array of bool, shape (N,)
        Who may be chosen; where they are fewer than `n`, all are.
    n : int
        People to choose.
    key : uint64
        Key of the draws, from `core.rng.key_of`.
    asked : callable
        Returns how many people are asked in settlements with so many visits each (`gossip_nominees`).
    names : int
        People each of them names.
    probability : float
        Chance that a visit passes on along a tie (`degree_discount`, `wide_reach`).

    Returns
    -------
    array of int32, shape (min(n, eligible),)
        Rows of citizens, no repeats.
    """
    start, peer = world.peer_start, world.peer
    everybody = np.arange(len(eligible))
    lot = lots(_key(key, LOTS), everybody)
    n = min(n, int(eligible.sum()))
    if n == 0:
        return np.zeros(0, np.int32)
    degree = np.diff(start).astype(np.int64)
    if strategy == "random":
        found = first_of(eligible, n, lot)
    elif strategy == "degree":
        found = first_of(eligible, n, lot, -degree)
    elif strategy == "k_core":
        found = first_of(eligible, n, lot, -degree, -core_numbers(start, peer))
    elif strategy == "degree_discount":
        found = discounted(start, peer, eligible, n, probability, lot)
    elif strategy == "community_hubs":
        found = hubs(communities(start, peer, _key(key, ORDER)), degree, eligible, n, lot)
    elif strategy == "wide_reach":
        found = wide_reach(start, peer, eligible, n, probability, _key(key, PICK), lot)
    else:
        order = np.argsort(lots(_key(key, ORDER), everybody), kind="stable")
        if strategy == "random_friend":
            found = friends(start, peer, eligible, n, order, _key(key, PICK))
        else:
            place = world.citizens.place.astype(np.int64)
            pick = _key(key, PICK)
            found = gossip_nominees(start, peer, eligible, n, place, order, asked, names, lot, pick)
    return filled(found, eligible, n, lot)


def first_of(eligible: Array, n: int, lot: Array, *ranks: Array) -> Array:
    """Return the eligible people of the smallest ranks, the last rank counting first, lots among equals; int32."""
    who = np.flatnonzero(eligible)
    order = np.lexsort((lot[who], *(rank[who] for rank in ranks)))
    return who[order[:n]].astype(np.int32)


def filled(found: Array, eligible: Array, n: int, lot: Array) -> Array:
    """Return people chosen, made up to their number by lot where a way of choosing has found too few; int32."""
    left = eligible.copy()
    left[found] = False
    return np.concatenate([found, first_of(left, n - len(found), lot)]).astype(np.int32)


def _key(key: Any, number: int) -> Any:
    """Return the key of one draw of a choice."""
    return np.uint64(draw_bits(key, number))
