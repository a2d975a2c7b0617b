"""The barrier that holds most people at each place."""

from dataclasses import dataclass

import numpy as np

from simulation.analysis.barriers.find import Barriers
from simulation.engine.removal import BARRIER_NAMES
from simulation.outcomes.intervals import Interval, interval_of


@dataclass(frozen=True, slots=True)
class PlaceBarrier:
    """One place and its most common barrier.

    Attributes
    ----------
    place_id, name, name_zh : str
        The place.
    barrier : str
        The barrier of `BARRIER_NAMES` that holds most there, in the mean over replicates.
    held : Interval
        Residents aged 15+ whom it holds.
    gap : float
        Residents who do not pay, mean over replicates.
    residents : float
        All residents aged 15+, mean over replicates.
    """

    place_id: str
    name: str
    name_zh: str
    barrier: str
    held: Interval
    gap: float
    residents: float


def barrier_by_place(barriers: Barriers) -> tuple[PlaceBarrier, ...]:
    """Return the most common barrier of every place where somebody is held by one, the largest gap first."""
    held = barriers.dataset.n_held_place.transpose("place", "barrier", "replicate")
    single = held.sel(barrier=list(BARRIER_NAMES)).values
    gap = held.sum("barrier").mean("replicate").values
    residents = barriers.dataset.n_residents_place.mean("replicate").values
    most = single.mean(axis=2).argmax(axis=1)
    found = []
    for k in np.argsort(-gap, kind="stable"):
        of_most = single[k, most[k]]
        if of_most.any():
            place = held.isel(place=int(k))
            found.append(
                PlaceBarrier(
                    str(place.place.item()), str(place.place_name.item()), str(place.place_name_zh.item()),
                    BARRIER_NAMES[most[k]], interval_of(of_most), float(gap[k]), float(residents[k]),
                )
            )  # fmt: skip
    return tuple(found)
