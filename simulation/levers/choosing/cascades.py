"""Cascades on a network apart from the simulation: how far a set of people would carry something."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.rng import Stream, draw_bits, key_of

Array = NDArray[Any]
SIMPLE, COMPLEX = 1, 2  # contacts who must have passed something on before somebody takes it up


def reached_by(
    start: Array, peer: Array, chosen: Array, probability: float, contacts: int, seed: int, n_cascades: int
) -> Array:
    """Return how many people each of several cascades from a set of people reaches; int64, shape (n_cascades,).

    Everybody reached passes on once along each tie with probability p; whoever has it from so many contacts is reached.
    With one contact this is the independent cascade, with two a complex contagion (Centola and Macy 2007).

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).
    chosen : array of int
        People with whom it begins; they count.
    probability : float
        Chance p that somebody reached passes on along a tie.
    contacts : int
        Contacts needed: `SIMPLE` or `COMPLEX`.
    seed : int
        Keys the draws, which no way of choosing people uses.
    n_cascades : int
        Cascades; the same seed and number give the same ones for every set of people.
    """
    threshold = np.uint64(min(2**32 - 1, round(probability * 2**32)))
    keys = [key_of(seed, Stream.CASCADE, k) for k in range(n_cascades)]
    return np.array([_reached(start, peer, np.asarray(chosen), threshold, contacts, key) for key in keys], np.int64)


@njit
def _reached(start: Array, peer: Array, chosen: Array, threshold: Any, contacts: int, key: Any) -> int:
    """Return how many people one cascade reaches. Whether a tie passes on hangs on the tie alone, by a keyed draw."""
    n = start.shape[0] - 1
    heard = np.zeros(n, np.int32)
    queue = np.empty(n, np.int32)
    tail = 0
    for row in range(chosen.shape[0]):
        i = chosen[row]
        if heard[i] < contacts:
            heard[i] = contacts
            queue[tail] = i
            tail += 1
    shift = np.uint64(32)
    head = 0
    while head < tail:
        i = queue[head]
        head += 1
        for e in range(start[i], start[i + 1]):
            j = peer[e]
            if heard[j] < contacts and draw_bits(key, e) >> shift < threshold:
                heard[j] += 1
                if heard[j] == contacts:
                    queue[tail] = j
                    tail += 1
    return tail
