"""Training events, senior universities and kiosks: where citizens are helped in person (ODD 7.4, 7.12; A1)."""

from typing import TYPE_CHECKING

from mesa import Agent

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.citizen import Citizen
    from simulation.engine.mesa_engine.model import EpayModel


class Helper(Agent):  # type: ignore[misc]
    """A place with seats. Who takes them is settled in `engine.allotment` for both engines.

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
        """Whether it helps this week; it does not where its lever could not be paid for."""
        return bool(self.model.programme.is_open(self.point, self.model.this_week.week))

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
        citizen.find_help(HelpKind(self.point.kind))


class TrainingEvent(Helper):
    """One-to-one teaching, in given weeks."""


class Kiosk(Helper):
    """Somebody to ask, open all week."""


class SeniorUniversity(Helper):
    """A teaching point with classes, in given weeks."""


HELPERS: dict[int, type[Helper]] = {
    int(HelpKind.TRAINING): TrainingEvent,
    int(HelpKind.KIOSK): Kiosk,
    int(HelpKind.CLASS): SeniorUniversity,
}


def helpers_of(model: "EpayModel", points: list[HelpPoint], standing: list[Helper]) -> list[Helper]:
    """Return a helper for every point, in their order: those that stand already, and new ones; others are removed.

    A rule that adjusts the programme may open points and close others.
    """
    at = {helper.point: helper for helper in standing}
    helpers = [at.pop(point) if point in at else HELPERS[point.kind](model, point) for point in points]
    for helper in at.values():
        helper.remove()
    return helpers
