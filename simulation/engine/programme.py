"""A programme as the engine runs it: levers in a fixed order, whom they reach, what they offer this week."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.offers import HelpPoint, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Lever

Array = NDArray[Any]


def _groups(masks: list[Array], n: int) -> tuple[Array, Array]:
    """Return each agent's offer group, and which lever reaches which group.

    Agents reached by the same levers form one group, so that a week's offers are worked out once a
    group and any number of levers may overlap.

    Parameters
    ----------
    masks : list of array of bool, shape (n,)
        Who each lever may reach.

    Returns
    -------
    group : array of uint32, shape (n,)
    reaches : array of bool, shape (n_levers, n_groups)
    """
    if not masks:
        return np.zeros(n, np.uint32), np.zeros((0, 1), bool)
    table = np.packbits(np.stack(masks, axis=1), axis=1)
    rows, group = np.unique(table, axis=0, return_inverse=True)
    reaches = np.unpackbits(rows, axis=1)[:, : len(masks)].astype(bool).T
    return group.reshape(-1).astype(np.uint32), np.ascontiguousarray(reaches)


class Programme:
    """The levers of a scenario set upon one world.

    Levers are sorted by name: their order in the scenario file cannot matter.

    Parameters
    ----------
    levers : mapping of str to Lever
        As in the scenario.
    world : World
        Fixes who is reached. The offer groups of its citizens and merchants are returned, not written.
    """

    def __init__(self, levers: Mapping[str, Lever], world: World) -> None:
        self.names = tuple(sorted(levers))
        self.levers = tuple(levers[name] for name in self.names)
        n, n_merchants = world.citizens.age.shape[0], world.merchants.sector.shape[0]
        everyone, every_shop = np.zeros(n, bool), np.zeros(n_merchants, bool)
        for_citizens = [lever.target == "citizens" for lever in self.levers]
        citizen_masks = [
            lever.eligibility.citizen_mask(world, name) if mine else everyone
            for name, lever, mine in zip(self.names, self.levers, for_citizens, strict=True)
        ]
        merchant_masks = [
            every_shop if mine else lever.eligibility.merchant_mask(world, name)
            for name, lever, mine in zip(self.names, self.levers, for_citizens, strict=True)
        ]
        self.citizen_group, self._citizen_reaches = _groups(citizen_masks, n)
        self.merchant_group, self._merchant_reaches = _groups(merchant_masks, n_merchants)
        self.n_reached = [int(mask.sum()) for mask in citizen_masks]
        self.group_size = np.bincount(self.citizen_group, minlength=self._citizen_reaches.shape[1])
        self.points: list[HelpPoint] = []
        for row, (name, lever) in enumerate(zip(self.names, self.levers, strict=True)):
            self.points.extend(lever.help_points(world, name, row))

    def blank(self) -> WeekOffers:
        """Return a week in which nothing is offered to the groups of this programme."""
        return WeekOffers.none(self._citizen_reaches.shape[1], self._merchant_reaches.shape[1], len(self.levers))

    def reaches(self, row: int) -> Array:
        """Return which groups lever `row` may reach; bool over citizen or merchant groups."""
        if self.levers[row].target == "citizens":
            return np.asarray(self._citizen_reaches[row])
        return np.asarray(self._merchant_reaches[row])

    def offers(self, week: int) -> WeekOffers:
        """Return what all levers together offer in one week."""
        offers = self.blank()
        for row, lever in enumerate(self.levers):
            lever.offer(week, row, offers, self.reaches(row))
        return offers
