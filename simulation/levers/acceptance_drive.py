"""Acceptance drive, sector by sector, public services first (plan R3; ODD 7.10, 7.12; amendment A1)."""

from typing import ClassVar, Literal, Self

from pydantic import Field

from simulation.core.codes import N_SECTORS, Sector
from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Eligibility, Lever, Mask, Target, offer_more, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import Price
from simulation.quantities import Amount, Probability, Share, YuanAmount, sourced


class AcceptanceDrive(Lever):
    """Merchants who do not accept yet are gone through, a share of them a week.

    In public services and transport they are directed to accept and fitted out; elsewhere they are visited
    and decide there and then. The phases of a drive are several of these levers, each with its sectors and
    its weeks.
    """

    target: ClassVar[Target] = "merchants"
    scales: ClassVar[bool] = True

    kind: Literal["acceptance_drive"]
    eligibility: Eligibility = Field(
        default_factory=lambda: Eligibility(sectors=("public",)),
        description="which merchants it goes through; by default public services",
        examples=["{sectors: [transport]}"],
    )
    probability_per_week: Probability = sourced(
        0.05, 0, 0.2, "1/week", "dose of ODD 7.12", "definition",
        meaning="how likely a merchant who does not accept is directed or visited in a week",
    )  # fmt: skip
    hospital_share: Share = sourced(
        0.05, 0.01, 0.2, "share of public services", "no estimate found", "assumption",
        meaning="public services whose systems must be integrated, as those of hospitals",
    )  # fmt: skip
    hospital_yuan: YuanAmount = sourced(
        80_000.0, 20_000, 200_000, "yuan a site", "price of 2024, recalled (amendment A13)", "recalled",
        meaning="integration of a hospital",
    )  # fmt: skip
    other_site_yuan: YuanAmount = sourced(
        2000.0, 500, 10_000, "yuan a site", "no estimate found; a POS terminal and its installation", "assumption",
        meaning="fitting out any other public service",
    )  # fmt: skip
    validators_per_site: Amount = sourced(
        10.0, 1, 50, "validators", "no estimate found; buses of a line", "assumption",
        meaning="validators a site of transport needs",
    )  # fmt: skip
    validator_yuan: YuanAmount = sourced(
        800.0, 300, 1500, "yuan", "price of 2024, recalled (amendment A13)", "recalled", meaning="a bus validator"
    )
    visit_yuan: YuanAmount = sourced(
        60.0, 20, 150, "yuan a visit", "eight visits in a day of 500 yuan", "assumption",
        meaning="visit to a merchant of any other sector",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Go through the merchants reached; where two drives meet, the faster one does."""
        probability = self.probability_per_week * self.schedule.intensity(week)
        offer_more(offers.drive_probability, offers.drive_lever, reaches, probability, row)

    def price(self, use: Use) -> Price | None:
        """Return what a site costs by its sector, and a visit."""
        if use == Use.VISIT:
            return Price("operations", to_fen(self.visit_yuan))
        if use != Use.SITE:
            return None
        by_sector = [0] * N_SECTORS
        mean_yuan = self.hospital_share * self.hospital_yuan + (1.0 - self.hospital_share) * self.other_site_yuan
        by_sector[Sector.PUBLIC] = to_fen(mean_yuan)
        by_sector[Sector.TRANSPORT] = to_fen(self.validators_per_site * self.validator_yuan)
        return Price("devices", by_sector=tuple(by_sector))

    def scaled(self, factor: float) -> Self:
        """Return the drive going through merchants faster or slower."""
        return multiplied(self, factor, "probability_per_week")

    def is_idle(self) -> bool:
        """Return whether it reaches no merchant in any week."""
        return self.probability_per_week == 0
