"""What happens and nobody buys: shortages, outages, fraud, and budgets that are cut."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simulation.quantities import Multiplier, Rate, Share, WeekIndex, sourced
from simulation.scenario.part import Part


class _Spell(Part):
    usual: ClassVar[float] = 0.0  # strength at which nothing is other than usual
    strength: ClassVar[str]

    kind: str
    start_week: WeekIndex = Field(description="first week", examples=[26])
    end_week: WeekIndex = Field(description="first week after it", examples=[36])

    def is_idle(self) -> bool:
        """Return whether it has no week, or changes nothing in its weeks."""
        return self.end_week <= self.start_week or getattr(self, self.strength) == self.usual


class CashShortage(_Spell):
    """For some weeks cash is hard to get."""

    strength = "intensity"

    kind: Literal["cash_shortage"]
    intensity: Rate = sourced(
        2.5, 0, 5, "logit", "dose of ODD 9, set to look like India's demonetisation", "tuned",
        symbol="L_cashshock", meaning="strength of the shortage",
    )  # fmt: skip


class Outage(_Spell):
    """For some weeks electronic payment fails part of the time."""

    strength = "share"

    kind: Literal["outage"]
    share: Share = Field(description="share of the time in which electronic payment fails", examples=[0.5])


class FraudWave(_Spell):
    """For some weeks fraud is more frequent."""

    usual = 1.0
    strength = "factor"

    kind: Literal["fraud_wave"]
    factor: Multiplier = Field(description="attacks relative to usual", examples=[5])


class BudgetCut(Part):
    """Part of the public money that is neither spent nor owed is taken away."""

    kind: Literal["budget_cut"]
    start_week: WeekIndex = Field(description="week before whose spending it is taken away", examples=[78])
    share: Share = Field(description="share that is taken away", examples=[0.5])

    def is_idle(self) -> bool:
        """Return whether nothing is taken away."""
        return self.share == 0


AnyEvent = Annotated[CashShortage | Outage | FraudWave | BudgetCut, Field(discriminator="kind")]
EVENTS: dict[str, type[Part]] = {
    event.model_fields["kind"].annotation.__args__[0]: event
    for event in AnyEvent.__origin__.__args__  # type: ignore[attr-defined]
}
