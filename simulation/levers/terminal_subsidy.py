"""Rent subsidy for terminals (plan P3, T7; ODD 7.10; amendment A5)."""

from typing import ClassVar, Literal, Self

from simulation.core.codes import Terminal
from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more
from simulation.levers.doses import multiplied
from simulation.levers.ledger import Price
from simulation.quantities import Share, sourced


class TerminalSubsidy(Lever):
    """The programme pays the rent of the terminal for a shop's first year of acceptance.

    How long a subsidy lasts is `behaviour.rent_subsidy_weeks`, from the week a shop starts to accept.
    """

    target: ClassVar[Target] = "merchants"
    scales: ClassVar[bool] = True

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

    def price(self, use: Use) -> Price | None:
        """Return that the rents paid for shops are charged."""
        return Price("devices") if use == Use.RENT else None

    def scaled(self, factor: float) -> Self:
        """Return the lever with both shares multiplied, up to the whole rent."""
        return multiplied(self, factor, "pos_rent_share", "qr_rent_share")

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.pos_rent_share == 0 and self.qr_rent_share == 0
