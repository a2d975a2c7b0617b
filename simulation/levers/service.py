"""What levers have in common that are set up once and then run at a monthly price, whoever uses them."""

from typing import ClassVar, Self

from simulation.levers.base import Lever, Reach, service_fen
from simulation.levers.doses import multiplied, over_run
from simulation.levers.ledger import FixedCost, Line
from simulation.quantities import YuanAmount


class Service(Lever):
    """Something set up in its first week and run for the whole region from then on.

    A kind declares its prices and its dose, a share, and says by `dose` which setting that is.
    """

    scales: ClassVar[bool] = True
    dose: ClassVar[str]

    once_yuan: YuanAmount
    yuan_per_month: YuanAmount

    def strength(self, week: int) -> float:
        """Return the dose of a week, a share."""
        return float(getattr(self, self.dose)) * self.schedule.intensity(week)

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return set-up and operation, which cost the same however many people are reached."""
        if not self.schedule.is_on(week):
            return []
        fen = service_fen(reach.is_set_up, self.once_yuan, self.yuan_per_month)
        return [FixedCost("operations", fen)] if fen else []

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return set-up and operation over the run."""
        return over_run(self, n_weeks)

    def scaled(self, factor: float) -> Self:
        """Return the service with its dose multiplied, up to its bounds; its monthly price follows the dose."""
        larger = multiplied(self, factor, self.dose)
        before, after = getattr(self, self.dose), getattr(larger, self.dose)
        return multiplied(larger, after / before, "yuan_per_month") if before else larger

    def is_idle(self) -> bool:
        """Return whether the dose is zero."""
        return bool(getattr(self, self.dose) == 0)
