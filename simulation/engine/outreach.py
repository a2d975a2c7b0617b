"""Whom outreach reaches first: people who never used the service, by media or by help offered in person (A12, T8)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Outreach:
    """Keep count of who has been reached, so that everybody counts once.

    Whoever has used the service is not reached any more: a group in which a campaign begins is reached at
    once, and later only people helped in person outside such groups are new.

    Parameters
    ----------
    group : array of int, shape (N,)
        Offer group of every citizen.
    n_groups : int
        Offer groups.
    """

    def __init__(self, group: Array, n_groups: int) -> None:
        self.group = group
        self._reached_groups = np.zeros(n_groups, bool)
        self._was_helped: Array | None = None  # bool (N,) outside the groups; allocated when somebody first is

    def take_over(self, other: "Outreach") -> None:
        """Go on with whom another plan's outreach has reached; campaigns so far are common to both."""
        self._reached_groups[self.group] = other._reached_groups[other.group]
        self._was_helped = None if other._was_helped is None else other._was_helped.copy()

    def reach(self, media: Array, helped: Array, are_new: Callable[[Array], Array]) -> Array:
        """Return who is reached for the first time this week; int32, ascending.

        Parameters
        ----------
        media : array of float64, shape (G,)
            Intensity of campaigns by offer group.
        helped : array of int32
            Who is helped in person this week, each once.
        are_new : callable
            Returns for an array of citizens which of them never used the service before this week.
        """
        begun = (media > 0.0) & ~self._reached_groups
        found = [np.zeros(0, np.int32)]
        if not len(helped) and not begun.any():
            return found[0]
        if begun.any():
            found.append(np.flatnonzero(begun[self.group]).astype(np.int32))
        outside = helped[~self._reached_groups[self.group[helped]] & ~begun[self.group[helped]]]
        if self._was_helped is None and len(outside):
            self._was_helped = np.zeros(len(self.group), bool)
        found.append(outside if self._was_helped is None else outside[~self._was_helped[outside]])
        self._reached_groups |= begun
        everybody = np.concatenate(found)
        everybody = np.sort(everybody[are_new(everybody)])
        # whoever was helped before a campaign reached the group has been counted already
        fresh = everybody[~self._seen(everybody)]
        if self._was_helped is not None:
            self._was_helped[outside] = True
        return fresh.astype(np.int32)

    def _seen(self, who: Array) -> Array:
        """Return which of some citizens were helped in an earlier week, outside the groups then reached."""
        if self._was_helped is None:
            return np.zeros(len(who), bool)
        return np.asarray(self._was_helped[who])
