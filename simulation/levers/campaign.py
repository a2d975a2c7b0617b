"""Media campaign (plan R1; ODD 7.2, 7.6, 7.12)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import WeekOffers
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied, raise_to
from simulation.levers.ledger import FixedCost
from simulation.quantities import Amount, Rate, YuanAmount, sourced

VIEWS_PER_PRICE = 1000


class Campaign(Lever):
    """Short videos and posts: people hear of the service and consider it more often."""

    target: ClassVar[Target] = "citizens"
    scales: ClassVar[bool] = True

    kind: Literal["campaign"]
    intensity: Rate = sourced(
        1.0, 0, 2, "1 = full campaign", "dose of ODD 7.12", "definition", meaning="strength for those it reaches"
    )
    media_yuan_per_1000_views: YuanAmount = sourced(
        15.0, 5, 40, "yuan", "price of 2024, recalled", "recalled", meaning="price of a thousand views"
    )
    views_per_person_week: Amount = sourced(
        6.7, 3, 15, "views", "0.10 yuan a resident and week (ODD 7.12) at that price", "assumption",
        meaning="views each person reached gets a week at intensity 1",
    )  # fmt: skip

    def strength(self, week: int) -> float:
        """Return the intensity of a week."""
        return self.intensity * self.schedule.intensity(week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Raise the media intensity of the groups reached; of two campaigns the stronger counts."""
        raise_to(offers.media, reaches, self.strength(week))

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return what the views cost; a campaign pays for its own, whoever else reaches the same people."""
        views = reach.residents * (self.strength(week) * self.views_per_person_week)
        costs = [to_fen(float(n) / VIEWS_PER_PRICE * self.media_yuan_per_1000_views) for n in views]
        return [FixedCost("materials", fen, account) for account, fen in enumerate(costs) if fen]

    def scaled(self, factor: float) -> Self:
        """Return the campaign with its intensity, and so its views, multiplied."""
        return multiplied(self, factor, "intensity")

    def is_idle(self) -> bool:
        """Return whether nobody sees anything."""
        return self.intensity == 0
