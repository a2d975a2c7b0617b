"""Pilot of frictionless payment by face (plan R4, 无感支付试点; ODD 7.3, 7.7, 7.12)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import WeekOffers
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied, over_run, raise_to
from simulation.levers.ledger import FixedCost, Line
from simulation.quantities import Count, Share, YuanAmount, sourced


class FacePilot(Lever):
    """Terminals that know a face: no telephone, no steps; who objects for privacy does not use them.

    `face_share` and `terminals` are two sides of one pilot and must fit each other; the model takes the first
    for the effect and the second for the cost.
    """

    target: ClassVar[Target] = "citizens"
    scales: ClassVar[bool] = True

    kind: Literal["face_pilot"]
    face_share: Share = sourced(
        0.3, 0, 0.5, "share of payments", "dose of ODD 7.12; of customers 10% used it in one chain", "assumption",
        meaning="payments of those it reaches that are made where a terminal knows faces",
    )  # fmt: skip
    terminals: Count = sourced(
        7500, 50, 25_000, "terminals", "1,000 payments each a week of 30% of Lishui's 25 million", "assumption",
        meaning="terminals bought in its first week",
    )  # fmt: skip
    terminal_yuan: YuanAmount = sourced(
        2000.0, 1200, 3500, "yuan", "price of 2024, recalled (amendment A13)", "recalled",
        meaning="a face-payment terminal",
    )  # fmt: skip
    yuan_per_week: YuanAmount = sourced(
        21_000.0, 5000, 60_000, "yuan a week", "0.01 yuan a resident (ODD 7.12) for Lishui's 2.1 million",
        "assumption", meaning="running the service",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Raise the share of payments at terminals that know faces."""
        raise_to(offers.face_share, reaches, self.face_share * self.schedule.intensity(week))

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return the terminals in the first week, and operation."""
        if not self.schedule.is_on(week):
            return []
        bought = 0 if reach.is_set_up else self.terminals
        costs = [
            FixedCost("devices", to_fen(bought * self.terminal_yuan)),
            FixedCost("operations", to_fen(self.yuan_per_week)),
        ]
        return [cost for cost in costs if cost.fen]

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return terminals and operation over the run."""
        return over_run(self, n_weeks)

    def scaled(self, factor: float) -> Self:
        """Return a pilot with more or fewer terminals, and so payments; terminals bought already stay paid."""
        return multiplied(self, factor, "face_share", "terminals")

    def is_idle(self) -> bool:
        """Return whether nobody can pay by face."""
        return self.face_share == 0
