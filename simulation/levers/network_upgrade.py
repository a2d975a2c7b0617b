"""Work on network delay and on devices that do not fit, place by place (plan E4)."""

from typing import ClassVar, Literal, Self

from simulation.core.offers import WeekOffers
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied, over_run, raise_to
from simulation.levers.ledger import FixedCost, Line
from simulation.quantities import Share, YuanAmount, sourced


class NetworkUpgrade(Lever):
    """Payments of those it reaches are delayed less and fail less often for technical reasons.

    Seconds a slow network or an old device adds, and attempts they lose, fall by `technical_share`. Where is
    said by `eligibility`: areas or places.
    """

    target: ClassVar[Target] = "citizens"
    scales: ClassVar[bool] = True

    kind: Literal["network_upgrade"]
    technical_share: Share = sourced(
        0.5, 0, 0.9, "share of delays and failures", "no estimate found", "assumption",
        symbol="L_tech", meaning="technical delays and failures it takes away",
    )  # fmt: skip
    once_yuan: YuanAmount = sourced(
        300_000.0, 50_000, 1_000_000, "yuan once", "no estimate found", "assumption",
        meaning="adapting the service to old devices",
    )  # fmt: skip
    yuan_per_resident_week: YuanAmount = sourced(
        0.05, 0.01, 0.3, "yuan a resident and week", "no estimate found; 2.6 yuan a year for each resident",
        "assumption", meaning="network work, for each resident reached",
    )  # fmt: skip

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Take technical delays and failures from the groups reached."""
        raise_to(offers.technical_share, reaches, self.technical_share * self.schedule.intensity(week))

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return the adaptation to devices in the first week, and network work where people are reached."""
        if not self.schedule.is_on(week):
            return []
        work = [to_fen(float(n) * self.yuan_per_resident_week) for n in reach.residents]
        costs = [FixedCost("operations", fen, account) for account, fen in enumerate(work)]
        if not reach.is_set_up:
            costs.append(FixedCost("devices", to_fen(self.once_yuan)))
        return [cost for cost in costs if cost.fen]

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return the adaptation to devices."""
        return over_run(self, n_weeks)

    def scaled(self, factor: float) -> Self:
        """Return the lever with its effect multiplied, up to its bounds, and network work as far as the effect."""
        larger = multiplied(self, factor, "technical_share")
        if self.technical_share == 0:
            return larger
        return multiplied(larger, larger.technical_share / self.technical_share, "yuan_per_resident_week")

    def is_idle(self) -> bool:
        """Return whether nothing gets better."""
        return self.technical_share == 0
