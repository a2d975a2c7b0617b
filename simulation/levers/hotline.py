"""24-hour hotline and handling of disputes (plan S4; ODD 7.11, 7.12)."""

from typing import ClassVar, Literal

from simulation.core.offers import WeekOffers
from simulation.levers.base import Mask, Target
from simulation.levers.doses import raise_to
from simulation.levers.service import Service
from simulation.quantities import Share, YuanAmount, sourced


class Hotline(Service):
    """Somebody to call: incidents are settled within the week, and the service is trusted more."""

    target: ClassVar[Target] = "citizens"
    dose: ClassVar[str] = "hotline_share"

    kind: Literal["hotline"]
    hotline_share: Share = sourced(
        1.0, 0, 1, "share of a full hotline", "dose of ODD 7.12; recourse raised activity in Ghana", "assumption",
        symbol="L_hot", meaning="calls that are answered; 1 is a full hotline, day and night",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        0.0, 0, 300_000, "yuan once", "included in the monthly price", "assumption", meaning="set-up"
    )
    yuan_per_month: YuanAmount = sourced(
        40_000.0, 25_000, 80_000, "yuan a month", "least price of 2024, recalled (amendment A13)", "recalled",
        meaning="hotline and handling of disputes",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open the hotline to the groups reached."""
        raise_to(offers.hotline_share, reaches, self.strength(week))
