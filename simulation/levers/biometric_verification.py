"""Biometric verification by fingerprint or iris (plan S5; ODD 7.11, 7.12)."""

from typing import ClassVar, Literal

from simulation.core.offers import WeekOffers
from simulation.levers.base import Mask, Target
from simulation.levers.doses import raise_to
from simulation.levers.service import Service
from simulation.quantities import Share, YuanAmount, sourced


class BiometricVerification(Service):
    """Fraud becomes rarer and the service is trusted more; the verification step takes other seconds.

    The seconds are `behaviour.seconds_biometric`, at full dose.
    """

    target: ClassVar[Target] = "citizens"
    dose: ClassVar[str] = "fraud_control_share"

    kind: Literal["biometric_verification"]
    fraud_control_share: Share = sourced(
        0.5, 0, 0.7, "share of incidents", "dose of ODD 7.12; no estimate found", "assumption",
        symbol="L_fraud", meaning="fraud incidents it prevents",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        800_000.0, 200_000, 2_000_000, "yuan once", "no estimate found", "assumption", meaning="development"
    )
    yuan_per_month: YuanAmount = sourced(
        180_000.0, 50_000, 400_000, "yuan a month", "0.02 yuan a resident and week (ODD 7.12) for Lishui's 2.1 million",
        "assumption", meaning="running it",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Protect the groups reached."""
        raise_to(offers.fraud_control_share, reaches, self.strength(week))
