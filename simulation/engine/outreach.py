"""Whom outreach reaches first: people who never used the service, by media or by help offered in person (A12, T8)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit

Array = NDArray[Any]
NOBODY = np.zeros(0, np.int32)


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
        has_begun = any(begun.tolist())
        if not (has_begun or len(helped)):
            return NOBODY
        found = []
        if len(helped):
            if self._was_helped is None:
                self._was_helped = np.zeros(len(self.group), bool)
            first = np.empty_like(helped)
            n_first = helped_first(helped, self.group, self._reached_groups | begun, self._was_helped, first)
            found.append(first[:n_first])
        if has_begun:
            self._reached_groups |= begun
            # whoever was helped before a campaign reached the group has been counted already
            uncounted = begun[self.group] if self._was_helped is None else begun[self.group] & ~self._was_helped
            found.append(np.flatnonzero(uncounted).astype(np.int32))
        everybody = np.concatenate(found)
        new = everybody[are_new(everybody)]
        new.sort()
        return new


@njit
def helped_first(helped, group, is_reached, was_helped, first):  # type: ignore[no-untyped-def]
    """List who is helped for the first time outside the groups that campaigns have reached, and note it.

    Parameters
    ----------
    helped : array of int32
        Who is helped this week, each once.
    group : array of int, shape (N,)
        Offer group of every citizen.
    is_reached : array of bool, shape (G,)
        Groups that campaigns have reached.
    was_helped : array of bool, shape (N,)
        Who was helped before outside those groups; changed.
    first : array of int32
        As long as `helped`; filled.

    Returns
    -------
    int
        How many are listed.
    """
    n = 0
    for i in helped:
        if not is_reached[group[i]] and not was_helped[i]:
            was_helped[i] = True
            first[n] = i
            n += 1
    return n
