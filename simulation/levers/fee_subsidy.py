"""Subsidy of the merchant fee (plan P3, T7; ODD 7.10; amendment A5)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more
from simulation.levers.doses import multiplied
from simulation.levers.ledger import Price
from simulation.quantities import Share, sourced


class FeeSubsidy(Lever):
    """The programme pays a share of the fee on every electronic payment at the shops it reaches."""

    target: ClassVar[Target] = "merchants"
    scales: ClassVar[bool] = True

    kind: Literal["fee_subsidy"]
    fee_share: Share = sourced(
        0.5, 0, 1, "share of the fee", "half of the fee (ODD 7.12)", "definition", meaning="paid of the merchant fee"
    )

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the subsidy to all shops reached."""
        strength = self.fee_share * self.schedule.intensity(week)
        offer_more(offers.fee_subsidy_share, offers.fee_lever, reaches, strength, row)

    def price(self, use: Use) -> Price | None:
        """Return that the fees paid for shops are charged."""
        return Price("incentives") if use == Use.FEE else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with its share of the fee multiplied, up to the whole fee."""
        return multiplied(self, factor, "fee_share")

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.fee_share == 0
