"""Workshops for practitioners: care of devices, prevention of risks (plan P4; ODD 7.10, 7.12)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied, over_run
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.quantities import Amount, YuanAmount, sourced


class Workshop(Lever):
    """Free workshops whose seats the merchants of the whole region share; a seat trains one merchant's staff."""

    target: ClassVar[Target] = "merchants"
    scales: ClassVar[bool] = True

    kind: Literal["workshop"]
    seats_per_week: Amount = sourced(
        400.0, 50, 3000, "merchants a week", "20 at a time, five days of four trainers; rule of the programme",
        "assumption", meaning="merchants the workshops can take a week, in the whole region",
    )  # fmt: skip
    trainers: Amount = sourced(
        4.0, 1, 30, "trainers", "100 seats a week for each", "assumption",
        meaning="trainers, paid while there are workshops",
    )  # fmt: skip
    trainer_yuan_per_day: YuanAmount = sourced(
        500.0, 300, 900, "yuan", "price of 2024, recalled (amendment A13)", "recalled", meaning="a trainer's day"
    )
    trainer_days_per_week: Amount = sourced(
        5.0, 1, 7, "days", "a working week", "definition", meaning="days a full-time trainer is paid"
    )
    materials_yuan_per_seat: YuanAmount = sourced(
        20.0, 0, 100, "yuan", "room and hand-outs; with the trainer 45 yuan a seat (35 to 160 in amendment A13)",
        "assumption", meaning="room and materials for each merchant",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open this week's seats to the groups that may come."""
        offers.workshop_seats[row] = self.seats_per_week * self.schedule.intensity(week)
        offers.may_train[reaches, row] = 1

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return trainers' pay, used or not (A1); while workshops build up, trainers do."""
        trainers = self.trainers * self.schedule.intensity(week)
        fen = to_fen(trainers * self.trainer_days_per_week * self.trainer_yuan_per_day)
        return [FixedCost("trainers", fen)] if fen else []

    def price(self, use: Use) -> Price | None:
        """Return the materials of a seat."""
        return Price("materials", to_fen(self.materials_yuan_per_seat)) if use == Use.SEAT else None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return trainers' pay over the run."""
        return over_run(self, n_weeks)

    def scaled(self, factor: float) -> Self:
        """Return the lever with its seats multiplied, and its trainers with them."""
        return multiplied(self, factor, "seats_per_week", "trainers")

    def is_idle(self) -> bool:
        """Return whether there is no seat."""
        return self.seats_per_week == 0
