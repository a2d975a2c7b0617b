"""What the quarterly monitor shows, how its questionnaire is drawn, and the rules by which a programme adjusts itself.

A rule reads indicators of the monitor and nothing else: what an office could not see, no rule can name (plan E1-E3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES
from simulation.core.reasons import REASON_NAMES
from simulation.messages import Message
from simulation.quantities import RULE, Bounds, Logit, Rate, Share, WholeWeeks, YuanAmount, sourced
from simulation.scenario.part import Part
from simulation.scenario.survey_fields import NO_ESTIMATE, assumed, check_keys

Better = Literal["higher", "lower", "neither"]
Source = Literal["register", "survey"]

REASON_PREFIX = "survey_reason_"  # the share of non-users who name a reason is an indicator of its own
BUDGET_SPENT = "budget_spent_share"
RELATIVE_UNITS = ("share", "growth")
MOST_QUARTERS = 40
PERCENT = 100
UNMONITORED = "unmonitored_indicator"  # type of the validation error


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of the quarterly monitor.

    Attributes
    ----------
    unit : str
        Unit code; its wording stands in the messages as `unit_<code>`.
    better : {"higher", "lower", "neither"}
        Which way a planner wants it to move.
    source : {"register", "survey"}
        Counted by the payment system and in registers, or answered in the sampled questionnaire.
    low, high : float or None
        What the figure can be, inclusive.
    """

    unit: str
    better: Better
    source: Source = "register"
    low: float | None = 0
    high: float | None = None

    @property
    def bounds(self) -> Bounds:
        """Bounds of a threshold on this indicator."""
        return Bounds(self.unit, self.low, self.high)


def _share(better: Better = "higher", source: Source = "register") -> Indicator:
    return Indicator("share", better, source, 0, 1)


_GROWTH = Indicator("growth", "higher", low=-1)

MONITOR_INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        "electronic_payments": Indicator("payments", "higher"),
        "electronic_value_yuan": Indicator("yuan", "higher"),
        "electronic_payments_growth": _GROWTH,
        "electronic_value_growth": _GROWTH,
        "active_accounts_share": _share(),
        "active_accounts_growth": _GROWTH,
        "active_accounts_share_60_plus": _share(),
        "active_accounts_share_urban": _share(),
        "active_accounts_share_town": _share(),
        "active_accounts_share_remote": _share(),
        "registered_accounts_share": _share(),
        "merchants_accepting_share": _share(),
        "merchants_active_share": _share(),
        "new_merchants": Indicator("merchants", "higher"),
        "failed_payments_share": _share("lower"),
        "fraud_reports_per_million": Indicator("per_million", "lower"),
        "unified_interface_share": _share(),
        "integrated_services_share": _share(),
        BUDGET_SPENT: _share("neither"),
        "survey_use_share": _share(source="survey"),
        "survey_use_share_60_plus": _share(source="survey"),
        "survey_use_share_remote": _share(source="survey"),
        "survey_satisfaction": Indicator("score", "higher", "survey", 1, 5),
        **{REASON_PREFIX + name: _share("lower", "survey") for name in REASON_NAMES},
    }
)


def _monitored(value: Any) -> Any:
    """Take the name of an indicator that the monitor shows, and no other."""
    if isinstance(value, str) and value in MONITOR_INDICATORS:
        return value
    raise PydanticCustomError(UNMONITORED, "is not on the quarterly monitor; hidden state cannot be read")


IndicatorName = Annotated[
    str, BeforeValidator(_monitored), WithJsonSchema({"type": "string", "enum": list(MONITOR_INDICATORS)})
]


class Monitor(Part):
    """The quarterly monitor's questionnaire: how many residents 15+ are asked, who answers, what they say."""

    survey_size: Annotated[int, Bounds("count", 10, 1_000_000)] = sourced(
        1_000, 400, 5_000, "residents asked a quarter", "size of the satisfaction survey in ODD 7.13", "definition",
        meaning="residents aged 15 and over drawn by lot every quarter",
    )  # fmt: skip
    response_share_by_age: dict[str, Share] = assumed(
        AGE_NAMES,
        (0.55, 0.60, 0.65, 0.70, 0.65),
        0.3,
        0.9,
        "share of those drawn who answer, 0 to 1",
        f"{NO_ESTIMATE}; questionnaires at the door, the old are at home more often",
    )
    satisfaction_constant: Logit = sourced(
        1.0, -1, 3, "logit", "ODD 7.13", "assumption",
        symbol="s_0", meaning="content of a skilled user who can pay where the reference says",
    )  # fmt: skip
    satisfaction_usefulness_reference: Share = sourced(
        0.6, 0.3, 0.9, "share of payments", "ODD 7.13", "assumption",
        symbol="U_s", meaning="usefulness at which it neither adds nor takes away",
    )  # fmt: skip
    satisfaction_risk_reference: Share = sourced(
        0.2, 0, 0.5, "1", "ODD 7.13", "assumption",
        symbol="r_s", meaning="perceived risk at which it neither adds nor takes away",
    )  # fmt: skip
    satisfaction_sd: Rate = sourced(
        0.7, 0.3, 1.5, "logit", "ODD 7.13", "assumption", symbol="sigma_s", meaning="spread of answers of equal users"
    )  # fmt: skip
    reason_unaware: Logit = sourced(
        5.0, 3, 8, "logit", f"{NO_ESTIMATE}; who does not know the service names hardly anything else", "assumption",
        symbol="d_a", meaning="not knowing the service, as a reason",
    )  # fmt: skip
    reason_no_access: Logit = sourced(
        3.0, 1, 6, "logit", f"{NO_ESTIMATE}; named more often than not by those who lack device or account",
        "assumption", symbol="d_d", meaning="lacking a device or an account, as a reason",
    )  # fmt: skip
    reason_nothing_to_gain: Logit = sourced(
        0.5, -1, 2, "logit", NO_ESTIMATE, "assumption",
        symbol="d_0", meaning="nothing to gain, as a reason of somebody of average taste",
    )  # fmt: skip
    reason_noise: Rate = sourced(
        1.0, 0.3, 2, "logit", f"{NO_ESTIMATE}; as in the model's other choices", "assumption",
        symbol="s_g", meaning="how much chance there is in the reason named",
    )  # fmt: skip

    @field_validator("response_share_by_age")
    @classmethod
    def _has_every_age(cls, value: dict[str, float]) -> dict[str, float]:
        check_keys(value, AGE_NAMES)
        return value


class When(Part):
    """The reading of the monitor at which a rule acts: an indicator below or above a threshold."""

    indicator: IndicatorName = Field(
        description="an indicator of the quarterly monitor", examples=["survey_use_share_60_plus"]
    )
    below: float | None = Field(default=None, description="acts when the reading is below this", examples=[0.5])
    above: float | None = Field(default=None, description="acts when the reading is above this", examples=[0.5])
    quarters: Annotated[int, Bounds("quarters", 1, MOST_QUARTERS)] = sourced(
        1, 1, 4, "quarters", RULE, "definition", meaning="quarters in a row in which it must hold"
    )

    @field_validator("below", "above")
    @classmethod
    def _can_be_reached(cls, value: float | None, info: ValidationInfo) -> float | None:
        name = info.data.get("indicator")
        return value if value is None or name is None else MONITOR_INDICATORS[name].bounds.check(value)

    @model_validator(mode="after")
    def _has_one_threshold(self) -> Self:
        if (self.below is None) == (self.above is None):
            raise PydanticCustomError("threshold_not_one", "needs either below or above")
        return self

    @property
    def threshold(self) -> float:
        """The value the reading is held against."""
        value = self.above if self.below is None else self.below
        assert value is not None  # exactly one is given
        return value

    def holds(self, value: float) -> bool:
        """Return whether a reading lies beyond the threshold; one that is missing (NaN) does not."""
        return value > self.threshold if self.below is None else value < self.threshold

    def is_back(self, value: float, hysteresis: float) -> bool:
        """Return whether a reading has gone back past the threshold by the hysteresis."""
        if self.below is None:
            return value <= self.threshold - hysteresis
        return value >= self.threshold + hysteresis


class Action(Part):
    """What a rule does to a lever."""

    lever: str = Field(description="name of a lever of this scenario", examples=["voice"])
    change: Literal["start", "stop", "scale"] = Field(
        description="start a lever on standby, stop one, or multiply the dose of one", examples=["start"]
    )
    factor: Annotated[float, Bounds("multiplier", 0.01, 100)] | None = Field(
        default=None, description="scale: what the dose is multiplied by", examples=[1.5]
    )

    @model_validator(mode="after")
    def _factor_fits(self) -> Self:
        if self.change == "scale" and self.factor is None:
            raise PydanticCustomError("scale_without_factor", "needs a factor")
        if self.change != "scale" and self.factor is not None:
            raise PydanticCustomError("factor_without_scale", "has a factor", {"change": self.change})
        return self


class Rule(Part):
    """One adjustment: when the monitor shows something, do something to a lever, so many weeks later."""

    when: When = Field(
        description="what the monitor must show", examples=["{indicator: survey_use_share_60_plus, below: 0.5}"]
    )
    hysteresis: Annotated[float, Bounds("amount", 0, 1e12)] = sourced(
        0.0, 0, 1, "unit of the indicator", RULE, "definition", examples=[0.02],
        meaning="how far the reading must go back past the threshold before the rule may act again",
    )  # fmt: skip
    lag_weeks: WholeWeeks = sourced(
        0, 0, 26, "weeks", RULE, "definition",
        meaning="weeks from the reading to the action, beside those coordination takes",
    )  # fmt: skip
    action: Action = Field(description="what is done", examples=["{lever: voice, change: start}"])
    envelope_yuan: YuanAmount | None = Field(
        default=None, description="most that the rule may add to spending over the run", examples=[2_000_000]
    )
    most_firings: Annotated[int, Bounds("count", 1, MOST_QUARTERS)] = sourced(
        1, 1, MOST_QUARTERS, "times", RULE, "definition", meaning="how often it may act in a run"
    )

    @field_validator("hysteresis")
    @classmethod
    def _is_in_the_unit_of_the_indicator(cls, value: float, info: ValidationInfo) -> float:
        when = info.data.get("when")
        if when is not None and MONITOR_INDICATORS[when.indicator].unit in RELATIVE_UNITS:
            Bounds("share", 0, 1).check(value)
        return value

    @model_validator(mode="after")
    def _envelope_can_be_spent(self) -> Self:
        if self.envelope_yuan is not None and self.action.change == "stop":
            raise PydanticCustomError("envelope_without_spending", "has an envelope", {"change": self.action.change})
        return self


def indicator_label(name: str) -> Message:
    """Return how an indicator of the monitor is called."""
    if name.startswith(REASON_PREFIX):
        return Message("monitor.reason", {"reason": Message(f"label.reason.{name.removeprefix(REASON_PREFIX)}")})
    return Message(f"label.indicator.{name}")


def shown_value(name: str, value: float) -> Message | float:
    """Return a reading or a threshold as it is written: shares and growth as percent."""
    if MONITOR_INDICATORS[name].unit in RELATIVE_UNITS:
        return Message("monitor.percent", {"percent": round(PERCENT * value, 2)})
    return round(value, 2)


def rule_sentence(name: str, rule: Rule) -> Message:
    """Return a rule in words."""
    when, action = rule.when, rule.action
    params: dict[str, Any] = {
        "name": name,
        "indicator": indicator_label(when.indicator),
        "side": Message("rule.above" if when.below is None else "rule.below"),
        "threshold": shown_value(when.indicator, when.threshold),
        "quarters": Message("rule.quarters", {"quarters": when.quarters}) if when.quarters > 1 else "",
        "action": action_words(action.lever, action.change, action.factor),
        "lag": Message("rule.lag", {"weeks": rule.lag_weeks}) if rule.lag_weeks else "",
    }
    envelope = Message("rule.envelope", {"yuan": rule.envelope_yuan}) if rule.envelope_yuan is not None else ""
    return Message("rule.sentence", {**params, "envelope": envelope, "firings": rule.most_firings})


def action_words(lever: str, change: str, factor: float | None) -> Message:
    """Return what is done to a lever, in words."""
    return Message(f"rule.{change}", {"lever": lever, "factor": factor})
