"""Integrated services for merchants: ordering, stock, delivery (plan T9)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target
from simulation.levers.doses import multiplied, stands_for
from simulation.levers.ledger import Price
from simulation.quantities import Share, sourced


class IntegratedServices(Lever):
    """Accepting merchants can subscribe to services that bring them orders; the programme pays a share of the price.

    Price and gain are `behaviour.service_price_yuan_per_week` and `behaviour.service_gain_share`. With a share
    of nothing the services are on offer at their full price.
    """

    target: ClassVar[Target] = "merchants"
    scales: ClassVar[bool] = True

    kind: Literal["integrated_services"]
    service_subsidy_share: Share = sourced(
        0.5, 0, 1, "share of the price", "rule of the programme", "definition",
        meaning="paid of the price of integrated services",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the services to all merchants reached; of two offers the cheaper for the merchant stands."""
        if not self.schedule.is_on(week):
            return
        share = self.service_subsidy_share * self.schedule.intensity(week)
        mine = stands_for(offers.service_subsidy_share, offers.service_lever, reaches, share, row)
        offers.service_subsidy_share[mine] = share
        offers.service_lever[mine] = row

    def price(self, use: Use) -> Price | None:
        """Return that the share paid for merchants is charged."""
        return Price("incentives") if use == Use.SERVICE else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with its share of the price multiplied, up to the whole price."""
        return multiplied(self, factor, "service_subsidy_share")
