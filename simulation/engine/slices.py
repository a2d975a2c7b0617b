"""Slices of citizens that threads share, and the sums over them; fixed by the world, so that threads change nothing."""

import itertools
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.kernels import arguments as args

Array = NDArray[Any]

# Slices are fixed by the world's size alone, so that the number of threads cannot change a result.
SLICE_CITIZENS = 65_536
MAX_SLICES = 16


def slices_of(first_citizen: Array) -> list[tuple[int, int]]:
    """Return ranges of zones holding about the same number of citizens."""
    n_zones, n = len(first_citizen) - 1, int(first_citizen[-1])
    count = max(1, min(MAX_SLICES, n // SLICE_CITIZENS, n_zones))
    cuts = np.searchsorted(first_citizen, np.arange(1, count) * n / count)
    edges = [0, *(int(cut) for cut in cuts), n_zones]
    return list(itertools.pairwise(edges))


class SliceSum(NamedTuple):
    """Counters summed over the slices; see kernels.arguments.Counters."""

    cells: Array
    place_active: Array
    person: Array
    assisted: Array
    n_incidents: Array
    rate_stopped_after_paying: Array
    loss_fen: Array


def sum_slices(counters: list[args.Counters]) -> SliceSum:
    """Return the sums over slices, always in slice order.

    Those of a single slice are its own counters, which are cleared when the next week is moved.
    """
    if len(counters) == 1:
        return SliceSum._make(_SUMS(counters[0]))
    first, *others = counters
    sums, rate = first.sums.copy(), first.rate_stopped_after_paying.copy()
    for each in others:
        sums += each.sums
        rate += each.rate_stopped_after_paying
    found = args.views_of(sums) | {"rate_stopped_after_paying": rate}
    return SliceSum(*(found[name] for name in SliceSum._fields))


_SUMS = attrgetter(*SliceSum._fields)


def first_payers_of(counters: list[args.Counters]) -> Array:
    """Return the citizens with their first electronic payment, or the first for long; ascending."""
    first = np.concatenate([k.first_payer[: k.n_first[0]] for k in counters])
    first.sort()
    return first
