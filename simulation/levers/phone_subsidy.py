"""Smartphones at a lower price for people without one (amendment A3)."""

import math
from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import Price
from simulation.quantities import Hazard, Share, YuanAmount, sourced


class PhoneSubsidy(Lever):
    """The programme pays a share of a smartphone; the more it pays, the more people take one.

    P(takes one in a week) = 1 - exp(-take_up_per_week x subsidy_share). **Assumption**: take-up is
    proportional to the share paid.
    """

    target: ClassVar[Target] = "citizens"
    scales: ClassVar[bool] = True

    kind: Literal["phone_subsidy"]
    phone_yuan: YuanAmount = sourced(
        600.0, 400, 1000, "yuan", "price of 2024, recalled (amendment A13)", "recalled", meaning="a simple smartphone"
    )
    subsidy_share: Share = sourced(
        0.5, 0, 1, "share of the price", "rule of the programme", "definition", meaning="paid of a smartphone's price"
    )
    take_up_per_week: Hazard = sourced(
        0.01, 0.002, 0.03, "1/week", "no estimate found; 40% within a year if it is free", "assumption",
        meaning="how fast people without a smartphone would take one that is free",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer smartphones to the groups reached."""
        hazard = self.take_up_per_week * self.subsidy_share * self.schedule.intensity(week)
        offer_more(offers.phone_probability, offers.phone_lever, reaches, -math.expm1(-hazard), row)

    def price(self, use: Use) -> Price | None:
        """Return the share paid of a smartphone."""
        return Price("devices", to_fen(self.phone_yuan * self.subsidy_share)) if use == Use.PHONE else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with its share of the price multiplied, up to the whole price."""
        return multiplied(self, factor, "subsidy_share")

    def is_idle(self) -> bool:
        """Return whether nobody takes a smartphone through it."""
        return self.subsidy_share == 0 or self.take_up_per_week == 0
