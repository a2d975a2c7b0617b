"""Rent subsidy for terminals (plan P3, T7; ODD 7.10; amendment A5)."""

from typing import ClassVar, Literal

from simulation.core.codes import Terminal
from simulation.core.offers import Usage, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more
from simulation.levers.ledger import Posting
from simulation.quantities import Share, sourced


class TerminalSubsidy(Lever):
    """The programme pays the rent of the terminal for a shop's first year of acceptance.

    How long a subsidy lasts is `behaviour.rent_subsidy_weeks`, from the week a shop starts to accept.
    """

    target: ClassVar[Target] = "merchants"

    kind: Literal["terminal_subsidy"]
    pos_rent_share: Share = sourced(
        1.0, 0, 1, "share of rent", "free terminal (ODD 7.12)", "definition", meaning="paid of a POS terminal's rent"
    )
    qr_rent_share: Share = sourced(
        1.0, 0, 1, "share of cost", "free plate and sound box (ODD 7.12)", "definition",
        meaning="paid of the cost of QR plate and sound box",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer the subsidy to shops that start to accept this week."""
        strength = self.schedule.intensity(week)
        for terminal, share in ((Terminal.POS, self.pos_rent_share), (Terminal.QR_PLATE, self.qr_rent_share)):
            values, owners = offers.rent_subsidy_share[:, terminal], offers.rent_lever[:, terminal]
            offer_more(values, owners, reaches, share * strength, row)

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return the rent paid for shops."""
        paid = round(usage.rent_subsidy_fen * expansion_factor)
        return [("devices", paid)] if paid else []

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.pos_rent_share == 0 and self.qr_rent_share == 0
