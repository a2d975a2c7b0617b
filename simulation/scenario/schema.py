"""The scenario: which region, how people behave, what is bought, what must hold."""

from datetime import date
from typing import Annotated, Any, Literal, LiteralString, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from simulation.levers.acceptance_drive import AcceptanceDrive
from simulation.levers.base import AgeName, AreaName, IncomeName, Lever
from simulation.levers.biometric_verification import BiometricVerification
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.discount_days import DiscountDays
from simulation.levers.face_pilot import FacePilot
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.home_visit import HomeVisit
from simulation.levers.hotline import Hotline
from simulation.levers.integrated_services import IntegratedServices
from simulation.levers.kiosk import Kiosk
from simulation.levers.network_upgrade import NetworkUpgrade
from simulation.levers.outage_response import OutageResponse
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.points import Points
from simulation.levers.senior_university import SeniorUniversity
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.unified_interface import UnifiedInterface
from simulation.levers.verification_limit import VerificationLimit
from simulation.levers.voice_payment import VoicePayment
from simulation.levers.workshop import Workshop
from simulation.quantities import Bounds, Share, sourced
from simulation.scenario.adjustment import Monitor, Rule
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.budget import Budget
from simulation.scenario.checks import Problem, adjustment_problems, horizon_problems, name_problems
from simulation.scenario.events import AnyEvent
from simulation.scenario.part import Part
from simulation.scenario.phases import Coordination, Phase, with_plan_weeks
from simulation.scenario.survey import Survey

EVERYBODY = "all"
FEWEST_CITIZENS, MOST_CITIZENS = 300, 10**8
OF_RESIDENTS = ("T1", "T2", "T6")  # targets that can be about a segment of residents

AnyLever = Annotated[
    Coupon
    | Points
    | DiscountDays
    | Campaign
    | TrainingEvent
    | SeniorUniversity
    | HomeVisit
    | Kiosk
    | PhoneSubsidy
    | TerminalSubsidy
    | FeeSubsidy
    | Workshop
    | AcceptanceDrive
    | IntegratedServices
    | UnifiedInterface
    | FacePilot
    | VoicePayment
    | NetworkUpgrade
    | OutageResponse
    | VerificationLimit
    | Hotline
    | BiometricVerification,
    Field(discriminator="kind"),
]
LEVERS: dict[str, type[Lever]] = {
    lever.model_fields["kind"].annotation.__args__[0]: lever
    for lever in AnyLever.__origin__.__args__  # type: ignore[attr-defined]
}
SCALABLE = tuple(kind for kind, lever in LEVERS.items() if lever.scales)  # what a rule may multiply the dose of


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


_PLAIN_WORDS: dict[str, LiteralString] = {
    "past_the_horizon": "{field} is {value}, past the horizon of {weeks} weeks",
    "unknown_phase": "{field} is {value}, which is no phase of the scenario; known are {known}",
    "no_such_lever": "{field} is {value}, which is no lever of the scenario; known are {known}",
    "rule_unknown_lever": "{field} is {value}, which is no lever of the scenario; known are {known}",
    "rule_cannot_scale": "{field} is scale, but {lever} is a {kind}; kinds that can be scaled are {known}",
    "rule_start_without_standby": "{field} is start, but {lever} is not on standby",
    "rule_without_budget": "{field} is {value}, but the scenario has no budget",
}


class Title(Part):
    """What a scenario is called, in English and Chinese."""

    en: str = Field(default="", examples=["Coupons for all"])
    zh: str = Field(default="", examples=["普发首单优惠"])


class Target(Part):
    """What must hold at the end: a row of the plan, its value, and for whom (an empty list is everyone)."""

    code: Literal["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"] = Field(
        default="T1",
        description="T1 coverage, T2 coverage of a segment, T3 payments through the unified interface, T4 less fraud, "
        "T5 less time, T6 repeat use, T7 lower merchant cost, T8 conversion of outreach, T9 merchants active on the "
        "unified interface",
    )
    share: Share = Field(
        description="share to reach of T1, T2, T3, T6 and T9; against business as usual, T4: fall of fraud incidents "
        "per million payments, T5: rise of payments a till second, T7: fall of merchant cost per payment; T8: rise "
        "of conversion over that of a reference outreach (`epay run --reference`)"
    )
    ages: tuple[AgeName, ...] = Field(default=(), examples=[["60-74", "75+"]])
    areas: tuple[AreaName, ...] = Field(default=(), examples=[["remote"]])
    incomes: tuple[IncomeName, ...] = Field(default=(), examples=[["low"]])
    what: Literal["unified", "integrated"] = Field(
        default="unified",
        description="of T9: merchants active on the unified interface, or with integrated services",
        examples=["integrated"],
    )

    @model_validator(mode="after")
    def _is_about_what_it_can_be(self) -> Self:
        """Refuse a segment of what is known of the whole region only, and services of anything but T9."""
        named = {"ages": self.ages, "areas": self.areas, "incomes": self.incomes}
        given = [name for name, values in named.items() if values and self.code not in OF_RESIDENTS]
        if self.what != "unified" and self.code != "T9":
            given.append("what")
        if given:
            words = {"code": self.code, "names": ", ".join(given)}
            raise PydanticCustomError("target_without_choice", "{code} cannot be limited by {names}", words)
        return self


class Scenario(Part):
    """Everything a run needs. Two scenarios that compare equal give equal outcomes."""

    title: Title = Field(default_factory=Title, examples=["{en: Coupons for all, zh: 普发首单优惠}"])
    region: str = Field(
        default="lishui", description="a region listed by `epay regions`, or a folder of tables", examples=["lishui"]
    )
    citizens: Citizens = sourced(
        50_000, FEWEST_CITIZENS, MOST_CITIZENS, "citizens", "results differ little from here on; size of a run",
        "definition", meaning="simulated citizens standing for all residents 15+, or all", examples=[50_000],
    )  # fmt: skip
    weeks: Annotated[int, Bounds("weeks", 1, 1040)] = sourced(
        156, 1, 1040, "weeks", "the plan states no length: three years", "definition", meaning="horizon", examples=[156]
    )
    replicates: Annotated[int, Bounds("count", 1, 10_000)] = sourced(
        8, 1, 10_000, "worlds", "size of a run", "definition",
        meaning="random worlds a result is averaged over", examples=[8],
    )  # fmt: skip
    seed: Annotated[int, Bounds("count", 0, 2**53)] = sourced(
        1, 0, 2**53, "number", "any number", "definition", meaning="names the worlds", examples=[1]
    )
    same_world: bool = Field(default=False, description="all replicates share people and places", examples=["false"])
    start_date: date = Field(default=date(2026, 1, 5), description="first day of week 0", examples=["2026-01-05"])
    price_year: Annotated[int, Bounds("year", 1990, 2100)] = sourced(
        2024, 1990, 2100, "year", "amendment A13 gives prices of 2024", "definition",
        meaning="year whose prices all amounts are in", examples=[2024],
    )  # fmt: skip
    currency: Literal["CNY"] = Field(default="CNY", description="currency of all amounts in the file", examples=["CNY"])
    behaviour: Behaviour = Field(default_factory=Behaviour, examples=["{weight_peers: 1.5}"])
    survey: Survey = Field(default_factory=Survey, examples=["{table: survey.csv}"])
    phases: dict[str, Phase] = Field(
        default_factory=dict,
        description="the plan's own structure, by names of your own",
        examples=["{rollout: {start_week: 13, weeks: 91}}"],
    )
    coordination: Coordination = Field(default_factory=Coordination, examples=["{delay_weeks: 4}"])
    levers: dict[str, AnyLever] = Field(
        default_factory=dict,
        description="what is bought, by names of your own",
        examples=["{my_coupon: {kind: coupon}}"],
    )
    events: tuple[AnyEvent, ...] = Field(default=(), examples=["[{kind: cash_shortage, start_week: 26, end_week: 36}]"])
    targets: dict[str, Target] = Field(default_factory=dict, examples=["{everyone: {code: T1, share: 0.8}}"])
    budget: Budget | None = Field(default=None, examples=["{total_yuan: 20_000_000}"])
    monitor: Monitor = Field(default_factory=Monitor, examples=["{survey_size: 1000}"])
    adjustment: dict[str, Rule] = Field(
        default_factory=dict,
        description="rules by which the programme adjusts itself, by names of your own",
        examples=[
            "{more_for_the_old: {when: {indicator: survey_use_share_60_plus, below: 0.5}, "
            "action: {lever: voice, change: start}}}"
        ],
    )

    @property
    def left_open(self) -> tuple[str, ...]:
        """Return the levers whose places are still to be found, by name."""
        return tuple(name for name, lever in self.levers.items() if lever.is_left_open)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Refuse names that mean nothing and weeks past the horizon; fill in the weeks levers leave to the plan."""
        data = self.model_dump(mode="json")
        _refuse(name_problems(data))
        _refuse(adjustment_problems(data, SCALABLE))
        levers = {k: with_plan_weeks(lever, self.phases, self.coordination) for k, lever in self.levers.items()}
        object.__setattr__(self, "levers", levers)
        _refuse(horizon_problems(self.model_dump(mode="json"), self.weeks))
        return self


def _refuse(problems: list[Problem]) -> None:
    """Raise the first of some problems."""
    if problems:
        where, code, params = problems[0]
        field = ".".join(str(step) for step in where)
        raise PydanticCustomError(code, _PLAIN_WORDS[code], {**params, "field": field})
