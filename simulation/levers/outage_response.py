"""Monitoring of outages and response to them (plan R5; ODD 7.11, 7.12)."""

from typing import ClassVar, Literal

from simulation.core.offers import WeekOffers
from simulation.levers.base import Mask, Target
from simulation.levers.service import Service
from simulation.quantities import Share, YuanAmount, sourced


class OutageResponse(Service):
    """A team that watches the service day and night: of the hours an outage would last, some are saved."""

    target: ClassVar[Target] = "region"
    dose: ClassVar[str] = "saved_share"

    kind: Literal["outage_response"]
    saved_share: Share = sourced(
        0.5, 0, 0.8, "share of hours", "an outage is halved (ODD 7.11)", "assumption",
        meaning="hours of an outage that are saved",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        200_000.0, 50_000, 1_000_000, "yuan once", "no estimate found", "assumption", meaning="monitoring system"
    )
    yuan_per_month: YuanAmount = sourced(
        30_000.0, 10_000, 80_000, "yuan a month", "no estimate found; three people in shifts", "assumption",
        meaning="team on duty",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Shorten this week's outages; of two responses the better counts."""
        offers.outage_response_share = max(offers.outage_response_share, self.strength(week))
