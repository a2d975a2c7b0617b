"""First-use coupon and cashback (plan P3; ODD 7.6, 7.12; amendment A8)."""

from typing import ClassVar, Literal

from simulation.core.offers import Usage, WeekOffers
from simulation.levers.base import Lever, Mask, Target, offer_more, to_fen
from simulation.levers.ledger import Posting
from simulation.quantities import Share, YuanAmount, sourced


class Coupon(Lever):
    """Money for the first electronic payment, and for every payment in the weeks after it."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False

    kind: Literal["coupon"]
    first_use_yuan: YuanAmount = sourced(
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

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return what was paid out, and what leaked to people who are not new."""
        paid = round((usage.coupon_fen + usage.cashback_fen) * expansion_factor)
        if paid == 0:
            return []
        leaked = round(paid / (1.0 - self.highest_leakage())) - paid
        return [("incentives", paid), ("incentives", leaked)]

    def highest_leakage(self) -> float:
        """Return the share that leaks, kept below one so that spending stays finite."""
        return min(self.leakage_share, 0.99)

    def is_idle(self) -> bool:
        """Return whether nothing is paid."""
        return self.first_use_yuan == 0 and self.cashback_yuan == 0
