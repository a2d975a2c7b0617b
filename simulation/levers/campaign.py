"""Media campaign (plan R1; ODD 7.2, 7.6, 7.12)."""

from typing import ClassVar, Literal

import numpy as np

from simulation.core.offers import Usage, WeekOffers
from simulation.levers.base import Lever, Mask, Target, to_fen
from simulation.levers.ledger import Posting
from simulation.quantities import Amount, Rate, YuanAmount, sourced

VIEWS_PER_PRICE = 1000


class Campaign(Lever):
    """Short videos and posts: people hear of the service and consider it more often."""

    target: ClassVar[Target] = "citizens"

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

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Raise the media intensity of the groups reached; of two campaigns the stronger counts."""
        strength = self.intensity * self.schedule.intensity(week)
        offers.media[reaches] = np.maximum(offers.media[reaches], strength)

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return what the views cost; a campaign pays for its own, whoever else reaches the same people."""
        strength = self.intensity * self.schedule.intensity(week)
        views = usage.n_reached * expansion_factor * strength * self.views_per_person_week
        fen = to_fen(views / VIEWS_PER_PRICE * self.media_yuan_per_1000_views)
        return [("materials", fen)] if fen else []

    def is_idle(self) -> bool:
        """Return whether nobody sees anything."""
        return self.intensity == 0
