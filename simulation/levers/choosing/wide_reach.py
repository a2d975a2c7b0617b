"""The people from whom a cascade reaches most: influence maximisation by reverse-reachable sets (IMM).

Tang, Shi and Xiao (2015): with probability 1 - 1/N the people chosen reach (1 - 1/e - eps) of the most that any as many
could, in the independent cascade in which everybody reached passes on along each tie with probability p. Sets drawn to
find out how many are needed are used to choose by as well; that the bound holds all the same takes a few per cent more
of them (Chen 2018, second workaround).
"""

import heapq
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.rng import draw_bits, to_uniform

Array = NDArray[Any]
EPS = 0.3  # what the answer may fall short by, as a share of the optimum, beside 1/e
CHUNK = 1 << 20  # sets drawn between two looks at whether the store is large enough
STEPS = 20  # in which the number of sets, and what must be added to be sure of it, settle


def wide_reach(
    start: Array, peer: Array, eligible: Array, n: int, probability: float, key: Any, lot: Array, eps: float = EPS
) -> Array:
    """Return the people from whom a cascade reaches most, up to a stated share of the optimum.

    Parameters
    ----------
    start, peer : array of int, shape (N + 1,) and (E,)
        Ties (core.state.World).
    eligible : array of bool, shape (N,)
        Who may be chosen; n of them at least. The cascade passes on through anybody and counts everybody.
    n : int
        People to choose.
    probability : float
        Chance that somebody reached passes on along a tie.
    key : uint64
        Key of the draws.
    lot : array of uint64, shape (N,)
        Lots among equals.
    eps : float
        Share of the optimum the answer may fall short by.

    Returns
    -------
    array of int32, shape (n,)
        The one who adds most first.
    """
    n_people, n_eligible = len(eligible), int(eligible.sum())
    if n >= n_eligible or n_people < 2:
        who = np.flatnonzero(eligible)
        return who[np.argsort(lot[who], kind="stable")][:n].astype(np.int32)
    log_n = math.log(n_people)
    ways = math.lgamma(n_eligible + 1) - math.lgamma(n + 1) - math.lgamma(n_eligible - n + 1)
    ell, most = _surety(n_people, ways, eps)
    floor = float(n)  # whoever is chosen is reached
    sets = _Sets(start, peer, eligible, probability, key)
    wide = math.sqrt(2.0) * eps
    lam = (2.0 + 2.0 / 3.0 * wide) * (ways + ell * log_n + math.log(max(2.0, math.log2(n_people)))) / wide**2
    for k in range(1, max(1, int(math.log2(n_people)) - 1) + 1):
        guess = n_people / 2.0**k
        if guess <= floor:
            break
        sets.grow(math.ceil(lam * n_people / guess))
        _, reach = sets.best(n, lot)
        if reach >= (1.0 + wide) * guess:
            floor = max(floor, reach / (1.0 + wide))
            break
    sets.grow(math.ceil(most / floor))
    return sets.best(n, lot)[0]


def _surety(n_people: int, ways: float, eps: float) -> tuple[float, float]:
    """Return the exponent of how sure the bound is, and the sets needed times the reach that is sure.

    The bound fails with a chance of at most 1/N. As the number of sets is found from the sets themselves it has to hold
    for every number they might be, so the exponent rises by gamma with N^gamma >= that number.

    Parameters
    ----------
    ways : float
        Logarithm of the number of sets of people there are to choose from.
    """
    log_n, share = math.log(n_people), 1.0 - 1.0 / math.e
    gamma = most = 0.0
    for _ in range(STEPS):
        ell = 1.0 + gamma + math.log(2.0) / log_n
        alpha = math.sqrt(ell * log_n + math.log(2.0))
        beta = math.sqrt(share * (ways + ell * log_n + math.log(2.0)))
        most = 2.0 * n_people * (share * alpha + beta) ** 2 / eps**2
        gamma = math.log(math.ceil(most)) / log_n
    return ell, most


class _Sets:
    """Reverse-reachable sets: of a random person, everybody eligible from whom a cascade would have come.

    Sets of one member are kept as a count of that member, which is most of them where cascades die out soon.
    """

    def __init__(self, start: Array, peer: Array, eligible: Array, probability: float, key: Any) -> None:
        self.start, self.peer, self.eligible, self.key = start, peer, eligible, key
        self.threshold = np.uint64(min(2**32 - 1, round(probability * 2**32)))
        n = len(eligible)
        self.n_sets = 0
        self.alone = np.zeros(n, np.int64)
        self.n_kept = self.n_members = 0
        self.first, self.member = np.zeros(CHUNK + 1, np.int64), np.empty(CHUNK, np.int32)
        self._stamp, self._queue = np.full(n, -1, np.int64), np.empty(n, np.int32)

    def grow(self, n_sets: int) -> None:
        """Draw sets until there are so many."""
        n = len(self.eligible)
        while self.n_sets < n_sets:
            self.first = _with_room(self.first, self.n_kept + CHUNK + 1)
            self.member = _with_room(self.member, self.n_members + n)
            self.n_sets, self.n_kept, self.n_members = _draw(
                self.start, self.peer, self.eligible, self.threshold, self.key, self.n_sets,
                min(n_sets, self.n_sets + CHUNK), self.alone, self.first, self.member, self.n_kept, self.n_members,
                self._stamp, self._queue,
            )  # fmt: skip

    def best(self, n: int, lot: Array) -> tuple[Array, float]:
        """Return the people who are in most sets together, greedily, and how many people they reach by these sets."""
        first, member = self.first[: self.n_kept + 1], self.member[: self.n_members]
        chosen, n_covered = _cover(first, member, self.alone, self.eligible, n, lot)
        return chosen, float(n_covered) / self.n_sets * len(self.eligible)


def _with_room(values: Array, size: int) -> Array:
    """Return an array that holds so many values, half as many again where it has to be made larger."""
    if len(values) >= size:
        return values
    larger = np.empty(max(size, len(values) * 3 // 2), values.dtype)
    larger[: len(values)] = values
    return larger


@njit
def _draw(
    start: Array, peer: Array, eligible: Array, threshold: Any, key: Any, n_sets: int, end: int, alone: Array,
    first: Array, member: Array, n_kept: int, n_members: int, stamp: Array, queue: Array,
) -> tuple[int, int, int]:  # fmt: skip
    """Draw sets up to a number, or until another might not fit; return sets, sets kept and members by then.

    Ties hold in both directions, each direction by a draw of its own; a 64-bit word serves two ties.
    """
    n = eligible.shape[0]
    low, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    while n_sets < end and n_members + n <= member.shape[0]:
        bits = draw_bits(key, n_sets)
        root = np.int64(to_uniform(bits) * n)
        stamp[root] = n_sets
        queue[0] = root
        head, tail, n_draws = 0, 1, 0
        word = bits
        while head < tail:
            i = queue[head]
            head += 1
            for e in range(start[i], start[i + 1]):
                if n_draws & 1 == 0:
                    word = draw_bits(bits, 1 + (n_draws >> 1))
                draw = word >> shift if n_draws & 1 == 0 else word & low
                n_draws += 1
                j = peer[e]
                if draw < threshold and stamp[j] != n_sets:
                    stamp[j] = n_sets
                    queue[tail] = j
                    tail += 1
        n_eligible = 0
        for row in range(tail):
            if eligible[queue[row]]:
                member[n_members + n_eligible] = queue[row]
                n_eligible += 1
        if n_eligible == 1:
            alone[member[n_members]] += 1
        elif n_eligible > 1:
            n_members += n_eligible
            n_kept += 1
            first[n_kept] = n_members
        n_sets += 1
    return n_sets, n_kept, n_members


@njit
def _cover(first: Array, member: Array, alone: Array, eligible: Array, n: int, lot: Array) -> tuple[Array, int]:
    """Return n people, each in most sets none of those before is in, and in how many sets they are together."""
    n_people, n_kept = alone.shape[0], first.shape[0] - 1
    within = np.zeros(n_people + 1, np.int64)
    for k in range(member.shape[0]):
        within[member[k] + 1] += 1
    gain = alone.copy()
    for i in range(n_people):
        gain[i] += within[i + 1]
        within[i + 1] += within[i]
    owner = np.empty(member.shape[0], np.int32)
    filled = within[:-1].copy()
    for s in range(n_kept):
        for k in range(first[s], first[s + 1]):
            owner[filled[member[k]]] = s
            filled[member[k]] += 1
    is_covered = np.zeros(n_kept, np.bool_)
    heap = [(-gain[i], lot[i], i) for i in range(n_people) if eligible[i]]
    heapq.heapify(heap)
    chosen = np.empty(n, np.int32)
    found, n_covered = 0, 0
    # what somebody adds only shrinks, so whoever is first with an up-to-date gain is first of all
    while found < n:
        minus, its_lot, i = heapq.heappop(heap)
        if -gain[i] > minus:
            heapq.heappush(heap, (-gain[i], its_lot, i))
            continue
        chosen[found] = i
        found += 1
        n_covered += gain[i]
        for k in range(within[i], within[i + 1]):
            s = owner[k]
            if not is_covered[s]:
                is_covered[s] = True
                for row in range(first[s], first[s + 1]):
                    gain[member[row]] -= 1
    return chosen, n_covered
