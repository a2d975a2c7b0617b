"""A yardstick of speed: the Bass model on a random graph, written plainly, one thread.

Every citizen who has not adopted counts, each week, the ties who had adopted by the week before, and
adopts with probability 1 - (1 - p)(1 - q)^k. Nothing is clever about it: a reader of this file knows
what one unit of the benchmark's ratio is, and can time it on any machine.
"""

import math
import time

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.rng import draw_bits, week_key

N_WEEKS = 156
EXTERNAL_PROBABILITY = 0.002  # p
TIE_PROBABILITY = 0.01  # q
TIES_DRAWN_PER_CITIZEN = 5  # a mean degree of 10
STREAM = 1  # the only decision there is


def random_ties(n: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Draw an Erdos-Renyi graph with 5 n ties, less loops and repeats.

    Returns
    -------
    start : array of int64, shape (n + 1,)
        The ties of citizen i are `tie[start[i]:start[i + 1]]`, ascending.
    tie : array of uint32
        Every tie stands at both ends. Unsigned, which spares Numba the look-up's test for negative rows.
    """
    ends = np.random.default_rng(seed).integers(0, n, (2, TIES_DRAWN_PER_CITIZEN * n))
    ends = ends[:, ends[0] != ends[1]]
    both_ways = np.concatenate([ends[0] * n + ends[1], ends[1] * n + ends[0]])
    both_ways.sort()
    both_ways = both_ways[np.concatenate([[True], np.diff(both_ways) > 0])]
    start = np.searchsorted(both_ways, np.arange(n + 1) * n)
    return start.astype(np.int64), (both_ways % n).astype(np.uint32)


def thresholds(largest_degree: int) -> NDArray[np.uint64]:
    """Return, for each number of adopted ties, the 64-bit number that a draw must stay under."""
    stay = [(1 - EXTERNAL_PROBABILITY) * (1 - TIE_PROBABILITY) ** k for k in range(largest_degree + 1)]
    return np.array([math.floor((1 - s) * 2.0**64) for s in stay], dtype=np.uint64)


@njit
def adopt(start, tie, threshold, seed, n_weeks):
    """Return the number of adopters at the end of each week."""
    n = start.shape[0] - 1
    before = np.zeros(n, np.uint8)
    after = np.zeros(n, np.uint8)
    n_adopters = np.zeros(n_weeks, np.int64)
    for week in range(n_weeks):
        key = week_key(seed, STREAM, week)
        total = 0
        for i in range(n):
            adopted = before[i]
            if adopted == 0:
                k = 0
                for e in range(start[i], start[i + 1]):
                    k += before[tie[e]]
                if draw_bits(key, i) < threshold[k]:
                    adopted = np.uint8(1)
            after[i] = adopted
            total += adopted
        n_adopters[week] = total
        before, after = after, before
    return n_adopters


def compile_adopt() -> None:
    """Compile before the clock starts."""
    adopt(*random_ties(10, 0), thresholds(20), 0, 1)


def measure(n: int, seed: int = 1, repeats: int = 3) -> tuple[float, NDArray[np.int64]]:
    """Time the run of 156 weeks, without drawing the graph and without compilation.

    Parameters
    ----------
    n : int
        Citizens.
    seed : int
        Of the graph and of the first run; repeats use the following ones on the same graph.
    repeats : int
        Runs, of which the median counts.

    Returns
    -------
    seconds : float
        Median CPU seconds of one run.
    n_adopters : array of int64, shape (156,)
        Of the first run.
    """
    compile_adopt()
    start, tie = random_ties(n, seed)
    threshold = thresholds(int(np.diff(start).max()))
    seconds, curves = [], []
    for repeat in range(repeats):
        began = time.process_time()
        curves.append(adopt(start, tie, threshold, seed + repeat, N_WEEKS))
        seconds.append(time.process_time() - began)
    return float(np.median(seconds)), curves[0]
