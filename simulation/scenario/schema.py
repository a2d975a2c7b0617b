"""The scenario: which region, how people behave, which levers are bought, which targets must hold."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.levers.base import AgeName, AreaName, IncomeName
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.ledger import LINES
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from simulation.quantities import Bounds, Logit, Share, WeekIndex, YuanAmount
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey

AnyLever = Annotated[
    Coupon | Campaign | TrainingEvent | Kiosk | TerminalSubsidy | FeeSubsidy | VerificationLimit,
    Field(discriminator="kind"),
]
Citizens = Annotated[int, Bounds("citizens", 300, 20_000_000)] | Literal["all"]
BudgetLine = Literal["materials", "trainers", "devices", "incentives", "operations"]
PAST_THE_HORIZON = "past_the_horizon"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Part):
    """Name of the scenario in both languages."""

    en: str = ""
    zh: str = ""


class Event(_Part):
    """Something nobody controls."""

    kind: Literal["cash_shortage"] = "cash_shortage"
    start_week: WeekIndex
    end_week: WeekIndex = Field(description="first week it is over")
    intensity: Logit = Field(default=2.5, description="push towards paying electronically, logits")


class Target(_Part):
    """A share that must be reached by the horizon's end."""

    share: Share
    ages: tuple[AgeName, ...] = ()
    areas: tuple[AreaName, ...] = ()
    incomes: tuple[IncomeName, ...] = ()


class Budget(_Part):
    """Money there is, for all residents over the horizon."""

    total_yuan: YuanAmount
    lines: dict[BudgetLine, YuanAmount] = Field(default_factory=dict)


class Scenario(_Part):
    """One complete setting of a run; every default is filled in."""

    title: Title = Title()
    region: str = "lishui"
    citizens: Citizens = 50_000
    weeks: Annotated[int, Bounds("weeks", 1, 1040)] = 156
    replicates: Annotated[int, Bounds("replicates", 1, 10_000)] = 8
    seed: Annotated[int, Bounds("seed", 0, 2**62)] = 1
    same_world: bool = False
    start_date: date = date(2026, 1, 5)
    price_year: Annotated[int, Bounds("year", 1990, 2100)] = 2024
    currency: Literal["CNY"] = "CNY"
    behaviour: Behaviour = Behaviour()
    survey: Survey = Survey()
    levers: dict[str, AnyLever] = Field(default_factory=dict)
    events: tuple[Event, ...] = ()
    targets: dict[str, Target] = Field(default_factory=dict)
    budget: Budget | None = None

    @model_validator(mode="after")
    def _weeks_lie_within_the_horizon(self) -> "Scenario":
        for name, lever in self.levers.items():
            self._check_week(f"levers.{name}.schedule.start_week", lever.schedule.start_week)
            if lever.schedule.end_week is not None:
                self._check_week(f"levers.{name}.schedule.end_week", lever.schedule.end_week)
        for number, event in enumerate(self.events):
            self._check_week(f"events.{number}.end_week", event.end_week)
        return self

    def _check_week(self, field: str, week: int) -> None:
        if week > self.weeks:
            context: dict[str, Any] = {"field": field, "value": week, "weeks": self.weeks}
            raise PydanticCustomError(PAST_THE_HORIZON, "{field} {value} is past the horizon of {weeks} weeks", context)


assert set(LINES) == set(BudgetLine.__args__)  # type: ignore[attr-defined]
