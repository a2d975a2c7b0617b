"""Which settlement each household lives in, where a region knows the people of every settlement."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.rng import Stream, uniforms
from simulation.region.margins import area_codes, county_rows, populations
from simulation.region.sources import Region

Array = NDArray[Any]

LOT, TURN = 0, 1  # stand for the week: two draws of one decision


@dataclass(frozen=True, slots=True)
class Settlements:
    """The settlements of one county and area."""

    rows: Array  # i8 (n,) of Region.places
    people: Array  # i8 (n,) of all ages


def settlements_of_parts(region: Region) -> dict[tuple[int, int], Settlements]:
    """Return the settlements of every (county, area)."""
    county, area, people = county_rows(region), area_codes(region), populations(region)
    parts = {}
    for key in sorted(set(zip(county.tolist(), area.tolist(), strict=True))):
        rows = np.flatnonzero((county == key[0]) & (area == key[1]))
        parts[key] = Settlements(rows, people[rows])
    return parts


def fill_settlements(
    sizes: Array, settlements: Settlements, n_adults: int, seed: int, household_id: int
) -> tuple[Array, Array]:
    """Share the households of a county's area out over its settlements.

    Where everybody is simulated every settlement has exactly its people (unless that took more households than
    there are adults). Of a sample it has its share of them up to half a household at either end, and exactly its
    share in the mean over seeds.

    Parameters
    ----------
    sizes : array of int64, shape (H,)
        Sizes of the households.
    settlements : Settlements
    n_adults : int
        Most households there may be, as each needs one.
    seed, household_id : int
        Key of the lots; id of the first household.

    Returns
    -------
    sizes : array of int64, shape (H or a few more,)
        The same people, settlement by settlement. Where no household of the right size is left for the last
        people of a settlement one is split in two.
    place : array of int32, the same shape
        Row of Region.places.
    """
    lots = uniforms(seed, Stream.PLACE, LOT, household_id + np.arange(len(sizes)))
    sizes = sizes[np.argsort(lots, kind="stable")]
    people = settlements.people
    if sizes.sum() == people.sum():
        filled, n_filled = _fill_exactly(sizes.tolist(), people.tolist())
        if len(filled) <= n_adults:
            return np.array(filled), np.repeat(settlements.rows, n_filled).astype(np.int32)
    # Households and settlements stand along one circle of people; turning it by a random angle gives every
    # settlement its share in the mean, and each household lives where its middle is.
    turn = uniforms(seed, Stream.PLACE, TURN, np.array([household_id]))[0]
    middle = ((np.cumsum(sizes) - sizes / 2.0) / sizes.sum() + turn) % 1.0
    ends = np.cumsum(people) / people.sum()
    index = np.searchsorted(ends[:-1], middle, side="right")
    order = np.argsort(index, kind="stable")
    return sizes[order], settlements.rows[index[order]].astype(np.int32)


def _fill_exactly(sizes: list[int], people: list[int]) -> tuple[list[int], list[int]]:
    """Return sizes settlement by settlement, and the households of each, so that each has exactly its people.

    Households are taken in their order. One too large for the people still missing waits, and one of the size
    that is missing is taken from farther down; if there is none the large one is split.
    """
    left = [0] * (max(sizes) + 1)  # households not taken yet, by size
    for size in sizes:
        left[size] += 1
    taken_ahead = [0] * len(left)
    filled: list[int] = []
    n_filled: list[int] = []
    queue = iter(sizes)
    waiting = 0
    for missing in people:
        before = len(filled)
        while missing:
            while not waiting:
                size = next(queue)
                if taken_ahead[size]:
                    taken_ahead[size] -= 1
                else:
                    waiting = size
            if waiting <= missing:
                taken, waiting = waiting, 0
                left[taken] -= 1
            elif left[missing]:
                taken = missing
                left[taken] -= 1
                taken_ahead[taken] += 1
            else:
                taken = missing
                left[waiting] -= 1
                waiting -= taken
                left[waiting] += 1
            filled.append(taken)
            missing -= taken
        n_filled.append(len(filled) - before)
    return filled, n_filled
