"""Voice payment for older people (plan E3; ODD 7.6, 7.12)."""

from typing import ClassVar, Literal

from simulation.core.offers import WeekOffers
from simulation.levers.base import Mask, Target
from simulation.levers.doses import raise_to
from simulation.levers.service import Service
from simulation.quantities import Share, YuanAmount, sourced


class VoicePayment(Service):
    """Paying by speaking: less effort for people aged 60 and over, and for nobody else."""

    target: ClassVar[Target] = "citizens"
    dose: ClassVar[str] = "voice_share"

    kind: Literal["voice_payment"]
    voice_share: Share = sourced(
        0.2, 0, 0.4, "share of effort", "dose of ODD 7.12; no estimate found", "assumption",
        symbol="L_voice", meaning="effort it takes away from people aged 60 and over",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        300_000.0, 100_000, 1_000_000, "yuan once", "no estimate found", "assumption", meaning="development"
    )
    yuan_per_month: YuanAmount = sourced(
        20_000.0, 5000, 60_000, "yuan a month", "no estimate found", "assumption", meaning="running it"
    )

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer voice payment to the groups reached."""
        raise_to(offers.voice_share, reaches, self.strength(week))
