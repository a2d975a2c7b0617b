"""Unified payment interface (plan T3; ODD 7.6, 7.7, 7.10, 7.12)."""

from typing import ClassVar, Literal

from simulation.core.offers import WeekOffers
from simulation.levers.base import Mask, Target
from simulation.levers.service import Service
from simulation.quantities import Share, YuanAmount, sourced


class UnifiedInterface(Service):
    """One interface for all providers: fewer steps for people, one terminal for merchants.

    Merchants join it one by one (`interface_join_rate`); people feel it where they have.
    """

    target: ClassVar[Target] = "region"
    dose: ClassVar[str] = "interface_share"

    kind: Literal["unified_interface"]
    interface_share: Share = sourced(
        0.2, 0, 0.4, "share of effort", "dose of ODD 7.12; interoperability raised adoption in India", "assumption",
        symbol="L_fric", meaning="effort it takes away where every merchant has joined",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        1_500_000.0, 500_000, 3_000_000, "yuan once", "price of 2024 (amendment A13)", "assumption",
        meaning="standard and development",
    )  # fmt: skip
    yuan_per_month: YuanAmount = sourced(
        90_000.0, 20_000, 200_000, "yuan a month", "0.01 yuan a resident and week (ODD 7.12) for Lishui's 2.1 million",
        "assumption", meaning="running it",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the interface; of two the better counts."""
        offers.interface_share = max(offers.interface_share, self.strength(week))
