"""A week's sums, put together from what either engine counted (ODD 7.13)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.catchments import mean_by_place
from simulation.core.codes import N_HELPS, HelpKind
from simulation.core.observed import PERSON_CASH
from simulation.core.state import World
from simulation.core.till_sums import till_sums
from simulation.core.week import Week
from simulation.engine.recorder import WeekTotals

if TYPE_CHECKING:
    from simulation.engine.model import Model
    from simulation.engine.programme import Programme

Array = NDArray[Any]


class Helps:
    """Who received something in person this week, by kind of help in column kind - 1."""

    def __init__(self) -> None:
        self.n_helps, self.n_seats, self.n_turned_away = np.zeros((3, N_HELPS), np.int64)
        self.who: Array = np.zeros(0, np.int32)  # helped at home, a training, a class or a kiosk

    def note_visits(self, taught: Array, n_made: int) -> None:
        """Add whom visits at home taught; a visit made counts as a place offered."""
        self.who = np.concatenate([self.who, taught])
        self.n_seats[HelpKind.TRAINING - 1] += n_made


class WithoutUsers(NamedTuple):
    """Payments of non-users."""

    n_cash: Array  # i8 (6,) to merchants
    n_family: Array  # i8 (6,) electronic, by a child
    n_person: int  # to people


@dataclass(slots=True)
class Tallied:
    """What an engine counted in a week, in simulated units."""

    cells: Array  # i8 (45, 13)
    place_active: Array  # i8 (places,)
    n_payments: Array  # i8 (2, 6, 4) users' payments to merchants by size of amount, sector, and what became of them
    milliseconds: Array  # i8 (2, 6) of electronic attempts, by size and sector
    n_person: Array  # i8 (2,) users' payments to people
    without_users: WithoutUsers
    sectors: Array  # i8 (6, 10)
    acceptance_by_payments: Array  # f8 (6,)
    merchant_payments: Array  # f8 (2,)
    n_incidents: int
    loss_fen: int
    n_assisted: Array  # i8 (5,)
    first_payers: Array  # i4 (n,) ascending
    catchments: Array  # f8 (Z, 6) acceptance of the zones' catchments A[z, s] at the week's end


def totals_of_week(
    t: Tallied, helps: Helps, reached: Array, week: Week, programme: "Programme", model: "Model"
) -> WeekTotals:
    """Return the week's sums: what users did as counted, what others did as drawn, and what levers paid for.

    Payments are valued at the mean amount of their sector and size. A child who pays for a parent does so as a
    skilled user, with verification.
    """
    p, tables, others = model.params, model.tables, t.without_users
    tills = till_sums(
        t.n_payments, t.milliseconds, model.amounts(week.verification_limit_fen), others.n_cash, others.n_family,
        tables, p.seconds_electronic + p.seconds_verification,
    )  # fmt: skip
    n_person = t.n_person.copy()
    n_person[PERSON_CASH] += others.n_person
    return WeekTotals(
        cells=t.cells,
        place_active=t.place_active,
        n_electronic=tills.n_electronic,
        n_cash=tills.n_cash,
        n_failed=tills.n_failed,
        electronic_fen=tills.electronic_fen,
        cash_fen=tills.cash_fen,
        asked_in_vain_fen=tills.asked_in_vain_fen,
        n_tickets=tills.n_tickets,
        seconds=tills.seconds,
        n_family=others.n_family,
        n_person=n_person,
        sectors=t.sectors,
        acceptance_by_payments=t.acceptance_by_payments,
        merchant_payments=t.merchant_payments,
        n_incidents=t.n_incidents,
        loss_fen=t.loss_fen,
        outage_share=week.outage_share,
        n_helps=helps.n_helps,
        n_seats=helps.n_seats,
        n_turned_away=helps.n_turned_away,
        n_assisted=t.n_assisted,
        first_payers=t.first_payers,
        reached=reached,
        n_uses=programme.n_uses.copy(),
        n_unpaid=programme.unpaid.copy(),
        place_reach=reach_of_places(t.catchments, programme.world, model) if week.ends_quarter else None,
    )


def reach_of_places(catchments: Array, world: World, model: "Model") -> Array:
    """Return where people's payments could be electronic: acceptance of their catchments, by place (plan P2).

    The mean over a place's residents of sum_s w_s A[z, s], w_s a sector's share of payments, mean over ages.

    Returns
    -------
    array of float64, shape (places,)
        0 where nobody lives.
    """
    by_zone = (catchments * model.tables.sector_share.mean(axis=0)).sum(axis=1)
    return mean_by_place(by_zone, world.citizens.zone, world.citizens.place, len(world.places.place_id))
