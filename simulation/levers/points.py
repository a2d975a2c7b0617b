"""Points for every payment, to be redeemed later (plan P3, 积分兑换)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, to_fen
from simulation.levers.doses import multiplied, offer_reward
from simulation.levers.ledger import Price
from simulation.quantities import Share, YuanAmount, sourced


class Points(Lever):
    """Every user collects points with every payment to a merchant; not all points are redeemed.

    A payment costs the programme `points_yuan x redeemed_share` and is felt by the payer as
    `points_yuan x felt_share` in hand. **Assumption**: points are redeemed in the week they are earned.
    """

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

    kind: Literal["points"]
    points_yuan: YuanAmount = sourced(
        0.2, 0, 2, "yuan a payment", "half a percent of a payment of 40 yuan; rule of the programme", "assumption",
        meaning="worth of the points for one payment",
    )  # fmt: skip
    redeemed_share: Share = sourced(
        0.67, 0.4, 0.95, "share of points", "a third of points is never redeemed (US trade study of 2011, recalled)",
        "recalled", meaning="points that are redeemed and so cost money",
    )  # fmt: skip
    felt_share: Share = sourced(
        0.5, 0, 1, "share of their worth", "no estimate found; later and less certain than money", "assumption",
        meaning="what points are worth at the till, relative to money in hand",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the points to everybody reached."""
        if self.schedule.is_on(week):
            fen = to_fen(self.points_yuan * self.redeemed_share)
            offer_reward(offers, reaches, fen, to_fen(self.points_yuan) * self.felt_share, row)

    def price(self, use: Use) -> Price | None:
        """Return that the points redeemed are charged."""
        return Price("incentives") if use == Use.REWARD else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with the points of a payment multiplied."""
        return multiplied(self, factor, "points_yuan")

    def is_idle(self) -> bool:
        """Return whether there are no points."""
        return self.points_yuan == 0
