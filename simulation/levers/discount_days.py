"""Discount days: some days of a week, payments are cheaper (plan P3, 折扣活动)."""

from collections.abc import Hashable
from typing import Annotated, ClassVar, Literal, Self

from simulation.core.codes import FEN_PER_YUAN
from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, to_fen
from simulation.levers.doses import multiplied, offer_reward
from simulation.levers.ledger import Price
from simulation.quantities import Bounds, YuanAmount, sourced

DAYS_PER_WEEK = 7
PULL_SCALE_FEN = 10 * FEN_PER_YUAN  # incentives pull by ln(1 + yuan / 10) (ODD 7.6)


class DiscountDays(Lever):
    """On some days of a week every electronic payment to a merchant is some yuan cheaper.

    A week is the model's step, so a payment is offered the mean over its days d of 7: it costs
    `d/7 x discount` and pulls as much as the discount does on those days and nothing on the others, on average:

        ln(1 + felt / 10 yuan) = d/7 x ln(1 + discount / 10 yuan)

    **Assumption**: payments are spread evenly over the days; nobody moves a purchase to a discount day.
    """

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

    kind: Literal["discount_days"]
    discount_yuan: YuanAmount = sourced(
        2.0, 0, 10, "yuan a payment", "rule of the programme; no estimate found", "assumption",
        meaning="discount on each payment on a discount day",
    )  # fmt: skip
    days_per_week: Annotated[int, Bounds("count", 0, DAYS_PER_WEEK)] = sourced(
        1, 0, 7, "days", "rule of the programme", "definition", meaning="discount days in a week that has them"
    )
    every_weeks: Annotated[int, Bounds("weeks", 1, 52)] = sourced(
        1, 1, 13, "weeks", "rule of the programme", "definition",
        meaning="1: every week has discount days; 4: the first of every four weeks has, and so on",
    )  # fmt: skip

    def dose_in(self, week: int) -> Hashable:
        """Return whether the week has discount days."""
        schedule = self.schedule
        return schedule.is_on(week) and (week - schedule.opening_week) % self.every_weeks == 0

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the mean over the days of a week with discount days."""
        if self.dose_in(week):
            days = self.days_per_week / DAYS_PER_WEEK
            discount = to_fen(self.discount_yuan)
            offer_reward(offers, reaches, round(days * discount), self.felt_fen(discount), row)

    def felt_fen(self, discount_fen: int) -> float:
        """Return the amount that, offered every day, pulls as much as the discount does on its days, fen."""
        days = self.days_per_week / DAYS_PER_WEEK
        return float(PULL_SCALE_FEN * ((1.0 + discount_fen / PULL_SCALE_FEN) ** days - 1.0))

    def price(self, use: Use) -> Price | None:
        """Return that the discounts given are charged."""
        return Price("incentives") if use == Use.REWARD else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with its discount multiplied."""
        return multiplied(self, factor, "discount_yuan")

    def is_idle(self) -> bool:
        """Return whether nothing is ever cheaper."""
        return self.discount_yuan == 0 or self.days_per_week == 0
