"""Subsidy of the merchant fee (plan P3, T7; ODD 7.10; amendment A5)."""

from typing import ClassVar, Literal

from simulation.core.offers import Usage, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more
from simulation.levers.ledger import Posting
from simulation.quantities import Share, sourced


class FeeSubsidy(Lever):
    """The programme pays a share of the fee on every electronic payment at the shops it reaches."""

    target: ClassVar[Target] = "merchants"

    kind: Literal["fee_subsidy"]
    fee_share: Share = sourced(
        0.5, 0, 1, "share of the fee", "half of the fee (ODD 7.12)", "definition", meaning="paid of the merchant fee"
    )

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the subsidy to all shops reached."""
        strength = self.fee_share * self.schedule.intensity(week)
        offer_more(offers.fee_subsidy_share, offers.fee_lever, reaches, strength, row)

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return the fees paid for shops."""
        paid = round(usage.fee_subsidy_fen * expansion_factor)
        return [("incentives", paid)] if paid else []

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.fee_share == 0
