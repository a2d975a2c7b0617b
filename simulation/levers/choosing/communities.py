"""Communities of a network, and their hubs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.rng import draw_bits

Array = NDArray[Any]
MOST_ROUNDS = 20
SETTLED_SHARE = 0.001  # rounds end when fewer change their label


def communities(start: Array, peer: Array, key: Any) -> Array:
    """Return everybody's community by label propagation (Raghavan, Albert and Kumara 2007).

    Everybody starts with a label of their own and takes, in keyed order, the one most of their contacts have; among
    equally frequent ones they keep their own, else a keyed lot decides.

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).
    key : uint64
        Key of the draws.

    Returns
    -------
    array of int64, shape (N,)
        Labels; equal ones are one community.
    """
    label = np.arange(len(start) - 1)
    bits = np.array([draw_bits(key, k) for k in range(MOST_ROUNDS)], np.uint64)
    for k in range(MOST_ROUNDS):
        changed = _round(start, peer, label, _shuffled(len(label), bits[k]), bits[k])
        if changed <= SETTLED_SHARE * len(label):
            break
    return label


@njit
def _shuffled(n: int, key: Any) -> Array:
    """Return rows in keyed order (Fisher and Yates); int64, shape (n,)."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = np.int64(draw_bits(key, i) % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]
    return order


@njit
def _round(start: Array, peer: Array, label: Array, order: Array, key: Any) -> int:
    """Let everybody take the label most of their contacts have, one after another; return how many change."""
    count = np.zeros(label.shape[0], np.int32)
    changed = 0
    for row in range(order.shape[0]):
        i = order[row]
        most = 0
        for e in range(start[i], start[i + 1]):
            its = label[peer[e]]
            count[its] += 1
            most = max(most, count[its])
        if most > 0 and count[label[i]] < most:
            best, best_lot = np.int64(-1), np.uint64(0)
            for e in range(start[i], start[i + 1]):
                its = label[peer[e]]
                if count[its] == most and its != best:
                    its_lot = draw_bits(key, its)
                    if best < 0 or its_lot < best_lot:
                        best, best_lot = its, its_lot
            changed += 1
            new = best
        else:
            new = label[i]
        for e in range(start[i], start[i + 1]):
            count[label[peer[e]]] = 0
        label[i] = new
    return changed


def hubs(label: Array, degree: Array, eligible: Array, n: int, lot: Array) -> Array:
    """Return the eligible people with most ties of every community, the largest communities first, round by round.

    Parameters
    ----------
    label : array of int64, shape (N,)
        Community of everybody.
    degree : array of int64, shape (N,)
        Ties of everybody.
    eligible : array of bool, shape (N,)
        Who may be chosen.
    n : int
        People to choose: a second of each community where there are fewer communities, and so on.
    lot : array of uint64, shape (N,)
        Lots among equals.

    Returns
    -------
    array of int32, shape (min(n, eligible),)
    """
    size = np.bincount(label, minlength=len(label))
    who = np.flatnonzero(eligible)
    # rank of everybody within the own community, by ties
    by_community = who[np.lexsort((lot[who], -degree[who], label[who]))]
    first = np.searchsorted(label[by_community], label[by_community], side="left")
    rank = np.arange(len(by_community)) - first
    order = np.lexsort((label[by_community], -size[label[by_community]], rank))
    return by_community[order[:n]].astype(np.int32)
