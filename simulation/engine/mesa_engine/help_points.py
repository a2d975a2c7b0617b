"""Training events and kiosks: where citizens are helped in person (ODD 7.4, 7.12; A1)."""

from typing import TYPE_CHECKING

from mesa import Agent

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.citizen import Citizen
    from simulation.engine.mesa_engine.model import EpayModel


class Helper(Agent):  # type: ignore[misc]
    """A place with seats. Who takes them is settled by lot, in `engine.help_allotment` for both engines.

    Parameters
    ----------
    model : EpayModel
        The world it stands in.
    point : HelpPoint
        Lever, place, weeks and seats.
    """

    def __init__(self, model: "EpayModel", point: HelpPoint) -> None:
        super().__init__(model)
        self.point = point
        self.name = point.name
        self.seats = 0
        self.helped: list[Citizen] = []

    @property
    def is_open(self) -> bool:
        """Whether it helps this week."""
        return self.point.open_week <= self.model.this_week.week < self.point.close_week

    @property
    def opens(self) -> bool:
        """Whether this is its first week."""
        return self.is_open and self.point.open_week == self.model.this_week.week

    @property
    def n_helped(self) -> int:
        """People helped this week."""
        return len(self.helped)

    def open_doors(self, seats: int) -> None:
        """Start a week with so many seats."""
        self.seats = seats
        self.helped = []

    def help(self, citizen: "Citizen") -> None:
        """Help one citizen."""
        self.helped.append(citizen)
        citizen.receive_help(self.point.kind)


class TrainingEvent(Helper):
    """One-to-one teaching, in given weeks."""


class Kiosk(Helper):
    """Somebody to ask, open all week."""


HELPERS: dict[int, type[Helper]] = {int(HelpKind.TRAINING): TrainingEvent, int(HelpKind.KIOSK): Kiosk}
