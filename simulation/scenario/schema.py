"""The scenario: which region, how people behave, what is bought, what must hold."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from simulation.levers.base import AgeName, AreaName, IncomeName, Lever
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.ledger import Line
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from simulation.quantities import Bounds, Rate, Share, WeekIndex, YuanAmount
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.checks import horizon_problems
from simulation.scenario.survey import Survey

EVERYBODY = "all"
FEWEST_CITIZENS, MOST_CITIZENS = 300, 10**8

AnyLever = Annotated[
    Coupon | Campaign | TrainingEvent | Kiosk | TerminalSubsidy | FeeSubsidy | VerificationLimit,
    Field(discriminator="kind"),
]
LEVERS: dict[str, type[Lever]] = {
    lever.model_fields["kind"].annotation.__args__[0]: lever
    for lever in AnyLever.__origin__.__args__  # type: ignore[attr-defined]
}


def _citizens(value: Any) -> Any:
    """Take a whole number within bounds, or the word for everybody."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value == EVERYBODY or (whole and FEWEST_CITIZENS <= value <= MOST_CITIZENS):
        return value
    raise PydanticCustomError(
        "citizens", "is neither a number nor all", {"low": FEWEST_CITIZENS, "high": MOST_CITIZENS}
    )


Citizens = Annotated[
    int | str,
    BeforeValidator(_citizens),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "integer", "minimum": FEWEST_CITIZENS, "maximum": MOST_CITIZENS},
                {"const": EVERYBODY},
            ]
        }
    ),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Part):
    """What a scenario is called, in English and Chinese."""

    en: str = Field(default="", examples=["Coupons for all"])
    zh: str = Field(default="", examples=["普发首单优惠"])


class Event(_Part):
    """Something that happens and that nobody buys: for some weeks cash is hard to get."""

    kind: Literal["cash_shortage"] = "cash_shortage"
    start_week: WeekIndex = Field(description="first week", examples=[26])
    end_week: WeekIndex = Field(description="first week after it", examples=[36])
    intensity: Rate = Field(default=2.5, description="strength in logits; 2.5 as in ODD 9", examples=[2.5])


class Target(_Part):
    """What must hold at the end: a row of the plan, its value, and for whom (an empty list is everyone)."""

    code: Literal["T1", "T2", "T5", "T6", "T7"] = Field(
        default="T1",
        description="T1 coverage, T2 coverage of a segment, T5 less time, T6 repeat use, T7 lower merchant cost",
    )
    share: Share = Field(
        description="coverage or repeat use to reach; T5: rise of payments a till second; T7: fall of merchant cost"
    )
    ages: tuple[AgeName, ...] = Field(default=(), examples=[["60-74", "75+"]])
    areas: tuple[AreaName, ...] = Field(default=(), examples=[["remote"]])
    incomes: tuple[IncomeName, ...] = Field(default=(), examples=[["low"]])


class Budget(_Part):
    """What may be spent over the whole run, in constant prices."""

    total_yuan: YuanAmount = Field(description="all lines together", examples=[20_000_000])
    lines: dict[Line, YuanAmount] = Field(
        default_factory=dict, description="caps of lines", examples=["{trainers: 5_000_000}"]
    )


class Scenario(_Part):
    """Everything a run needs. Two scenarios that compare equal give equal outcomes."""

    title: Title = Field(default_factory=Title, examples=["{en: Coupons for all, zh: 普发首单优惠}"])
    region: str = Field(
        default="lishui", description="a region listed by `epay regions`, or a folder of tables", examples=["lishui"]
    )
    citizens: Citizens = Field(
        default=50_000, description="simulated citizens standing for all residents 15+, or all", examples=[50_000]
    )
    weeks: Annotated[int, Bounds("weeks", 1, 1040)] = Field(default=156, description="horizon", examples=[156])
    replicates: Annotated[int, Bounds("count", 1, 10_000)] = Field(
        default=8, description="random worlds a result is averaged over", examples=[8]
    )
    seed: Annotated[int, Bounds("count", 0, 2**53)] = Field(default=1, description="names the worlds", examples=[1])
    same_world: bool = Field(default=False, description="all replicates share people and places", examples=["false"])
    start_date: date = Field(default=date(2026, 1, 5), description="first day of week 0", examples=["2026-01-05"])
    price_year: Annotated[int, Bounds("year", 1990, 2100)] = Field(
        default=2024, description="year whose prices all amounts are in", examples=[2024]
    )
    currency: Literal["CNY"] = Field(default="CNY", description="currency of all amounts in the file", examples=["CNY"])
    behaviour: Behaviour = Field(default_factory=Behaviour, examples=["{weight_peers: 1.5}"])
    survey: Survey = Field(default_factory=Survey, examples=["{table: survey.csv}"])
    levers: dict[str, AnyLever] = Field(
        default_factory=dict,
        description="what is bought, by names of your own",
        examples=["{my_coupon: {kind: coupon}}"],
    )
    events: tuple[Event, ...] = Field(default=(), examples=["[{kind: cash_shortage, start_week: 26, end_week: 36}]"])
    targets: dict[str, Target] = Field(default_factory=dict, examples=["{everyone: {code: T1, share: 0.8}}"])
    budget: Budget | None = Field(default=None, examples=["{total_yuan: 20_000_000}"])

    @model_validator(mode="after")
    def _is_within_the_horizon(self) -> Self:
        problems = horizon_problems(self.model_dump(mode="json"), self.weeks)
        if problems:
            where, code, params = problems[0]
            field = ".".join(str(step) for step in where)
            raise PydanticCustomError(
                code, "{field} is {value}, past the horizon of {weeks} weeks", {**params, "field": field}
            )
        return self
