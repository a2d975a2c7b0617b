"""Payments up to a limit need no verification (plan R6; ODD 7.7, 7.11)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import WeekOffers
from simulation.levers.base import Lever, Mask, Target, to_fen
from simulation.levers.doses import multiplied
from simulation.quantities import YuanAmount, sourced


class VerificationLimit(Lever):
    """A rule for the whole region; it costs the programme nothing."""

    target: ClassVar[Target] = "region"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

    kind: Literal["verification_limit"]
    limit_yuan: YuanAmount = sourced(
        500.0, 0, 1000, "yuan", "plan R6", "definition", meaning="payments up to this amount need no verification"
    )

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Set the limit; of two limits the higher holds."""
        if self.schedule.is_on(week):
            offers.verification_limit_fen = max(offers.verification_limit_fen, to_fen(self.limit_yuan))

    def scaled(self, factor: float) -> Self:
        """Return the lever with its limit multiplied."""
        return multiplied(self, factor, "limit_yuan")

    def is_idle(self) -> bool:
        """Return whether every payment is verified as before."""
        return self.limit_yuan == 0
