"""What is scarce and allotted before the week is lived: help, telephones, workshops, visits (ODD 7.4, 11; plan P4, R3).

The one place for both engines: seats first, then money, by the order each lever declares.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import SECTOR_NAMES
from simulation.core.offers import DIRECTED, VISITED, Use, WeekOffers
from simulation.core.rng import Stream, key_of, lots, name_hash, uniform
from simulation.core.rules import merchant
from simulation.core.state import World
from simulation.engine.help_allotment import Doors, HelpAllotment
from simulation.engine.home_visits import HomeVisits, Visits
from simulation.engine.programme import Programme, claims_of, nobody_waits

Array = NDArray[Any]

_MANDATED = np.array([merchant.is_mandated(sector) for sector in range(len(SECTOR_NAMES))])


class Allotment:
    """Allot what a programme can give in a week to those who seek it.

    Parameters
    ----------
    programme : Programme
        Offers, order and money.
    world : World
        Whose people and merchants they are; only what never changes is read.
    seed : int
        Seed of the run's draws.
    """

    def __init__(self, programme: Programme, world: World, seed: int) -> None:
        self.programme, self.world, self.seed = programme, world, seed
        self.doors = HelpAllotment(programme, world, seed)
        self.visits = HomeVisits(programme, world)

    def help(
        self,
        week: int,
        doors: Doors,
        who: Array,
        door: Array,
        lot: Array,
        waiting: Array,
        group: Array,
        offers: WeekOffers,
    ) -> tuple[Array, Array]:
        """Give seats at help points; see `HelpAllotment.seat`. Whom no money is left for is turned away, too."""
        helped, lever = self.doors.seat(doors, who, door, lot, waiting, group, offers.may_attend)
        paid = self.programme.pay(
            week, claims_of(Use.HELP, lever, helped, lambda agents: waiting[np.searchsorted(who, agents)])
        )
        return helped[paid], lever[paid]

    def home_visits(self, week: int, visits: Visits, taught: Array) -> tuple[Array, int]:
        """Pay a week's visits; return whom they teach, int32, and how many are made. Unpaid ones do not take place.

        Parameters
        ----------
        taught : array of bool, shape (n,)
            Whom a visit would teach.
        """
        claims = claims_of(Use.HELP, visits.lever, visits.who, fen=visits.fen(taught))
        paid = self.programme.pay(week, claims)
        return visits.who[paid & taught], int(paid.sum())

    def phones(self, week: int, who: Array, lever: Array) -> Array:
        """Return who of those who want a subsidised smartphone gets one; int32, ascending."""
        return who[self.programme.pay(week, claims_of(Use.PHONE, lever, who))]

    def workshops(self, week: int, who: Array, group: Array, offers: WeekOffers) -> Array:
        """Return which merchants' staff is trained this week; int32, ascending.

        Parameters
        ----------
        who : array of int32, shape (n,)
            Merchants that seek a workshop, ascending.
        group : array of int, shape (n,)
            Their offer groups.
        """
        seated: list[Array] = []
        left = np.ones(len(who), bool)
        key = key_of(self.seed, Stream.SEATS_WORKSHOP, week)
        lot_key = key_of(self.seed, Stream.LOT_WORKSHOP, week)
        for row in np.flatnonzero(offers.workshop_seats > 0.0):
            exact = offers.workshop_seats[row] / self.world.expansion_factor
            seats = int(exact + uniform(key, name_hash(self.programme.names[row])))
            mine = np.flatnonzero(left & (offers.may_train[group, row] == 1))
            ranked = self.programme.rank(int(row), True, who[mine], lots(lot_key, who[mine]), nobody_waits(mine))
            chosen = np.sort(mine[ranked[:seats]])
            left[chosen] = False
            claims = claims_of(Use.SEAT, np.full(len(chosen), row), who[chosen])
            seated.append(who[chosen[self.programme.pay(week, claims)]])
        return np.sort(np.concatenate(seated)) if seated else np.zeros(0, np.int32)

    def drive(self, week: int, who: Array, lever: Array) -> Array:
        """Return what the acceptance drive does to every merchant this week; uint8, shape (M,).

        Parameters
        ----------
        who : array of int32, shape (n,)
            Merchants drawn, who do not accept, ascending.
        lever : array of int, shape (n,)
            Lever that drives each.
        """
        done = np.zeros(len(self.world.merchants.sector), np.uint8)
        mandated = _MANDATED[self.world.merchants.sector[who]]
        for use, mine, what in ((Use.SITE, mandated, DIRECTED), (Use.VISIT, ~mandated, VISITED)):
            agents = who[mine]
            claims = claims_of(use, lever[mine], agents)
            done[agents[self.programme.pay(week, claims)]] = what
        return done
