"""First-use coupon and cashback (plan P3; ODD 7.6, 7.12; amendment A8)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import Use, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import Price
from simulation.quantities import PersonalYuan, Share, YuanAmount, sourced


class Coupon(Lever):
    """Money for the first electronic payment, and for every payment in the weeks after it."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

    kind: Literal["coupon"]
    first_use_yuan: PersonalYuan = sourced(
        20.0, 0, 50, "yuan", "rule of the programme (ODD 7.12)", "definition",
        meaning="paid at the first electronic payment, and when somebody lapsed for long returns",
    )  # fmt: skip
    cashback_yuan: YuanAmount = sourced(
        1.0, 0, 5, "yuan a payment", "rule of the programme (ODD 7.12)", "definition",
        meaning="paid for every payment in the first weeks of use",
    )  # fmt: skip
    leakage_share: Share = sourced(
        0.08, 0.02, 0.2, "share of spending", "no estimate found (amendment A8)", "assumption",
        meaning="share of spending that goes to people who are not new; below 1",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Offer coupon and cashback to everybody reached."""
        if self.schedule.is_on(week):
            offer_more(offers.coupon_fen, offers.coupon_lever, reaches, to_fen(self.first_use_yuan), row)
            offer_more(offers.cashback_fen, offers.cashback_lever, reaches, to_fen(self.cashback_yuan), row)

    def price(self, use: Use) -> Price | None:
        """Return that what is paid out is charged, and what leaks to people who are not new on top of it."""
        if use in (Use.COUPON, Use.CASHBACK):
            return Price("incentives", markup=1.0 / (1.0 - self.highest_leakage()))
        return None

    def highest_leakage(self) -> float:
        """Return the share that leaks, kept below one so that spending stays finite."""
        return min(self.leakage_share, 0.99)

    def scaled(self, factor: float) -> Self:
        """Return the lever with coupon and cashback multiplied."""
        return multiplied(self, factor, "first_use_yuan", "cashback_yuan")

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.first_use_yuan == 0 and self.cashback_yuan == 0
