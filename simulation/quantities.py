"""Number types with bounds and unit, and the one way to declare a sourced number.

A scenario's numbers are checked by these types wherever they stand; what is out of bounds is reported
with the unit and the bounds, not with a validator's jargon.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Grade = Literal["seen", "recalled", "tuned", "assumption", "definition"]
OUT_OF_RANGE = "out_of_range"  # type of the validation error


@dataclass(frozen=True, slots=True)
class Bounds:
    """Inclusive bounds of a number and its unit, as an annotation pydantic understands.

    Attributes
    ----------
    unit : str
        Unit code; its wording stands in the messages as `unit_<code>`.
    low, high : float or None
        Inclusive; None is unbounded. Infinity and NaN are never allowed.
    """

    unit: str
    low: float | None = None
    high: float | None = None

    def check(self, value: float) -> float:
        """Return the value if it lies within the bounds."""
        inside = math.isfinite(value)
        inside = inside and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
        if not inside:
            raise PydanticCustomError(
                OUT_OF_RANGE,
                "is outside {low} to {high} ({unit})",
                {"unit": self.unit, "low": self.low, "high": self.high},
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        json_schema = handler(schema)
        if self.low is not None:
            json_schema["minimum"] = self.low
        if self.high is not None:
            json_schema["maximum"] = self.high
        return json_schema


RULE = "rule of the programme"  # source of what a planner decides
MAX_YUAN = 1e13  # ten trillion: in fen still an exact int64 after any number of postings

Share = Annotated[float, Bounds("share", 0, 1)]
Probability = Annotated[float, Bounds("probability", 0, 1)]
Hazard = Annotated[float, Bounds("hazard", 0)]
Multiplier = Annotated[float, Bounds("multiplier", 0)]
Rate = Annotated[float, Bounds("rate", 0)]
Logit = Annotated[float, Bounds("logit", -100, 100)]
YuanAmount = Annotated[float, Bounds("yuan", 0, MAX_YUAN)]
PersonalYuan = Annotated[float, Bounds("yuan", 0, 1e6)]  # owed to one person, kept in fen as an int32 of the state
Weeks = Annotated[float, Bounds("weeks", 0)]
WholeWeeks = Annotated[int, Bounds("weeks", 0, 1040)]
WeekIndex = Annotated[int, Bounds("week", 0, 1040)]
Km = Annotated[float, Bounds("km", 0, 40_000)]
Hours = Annotated[float, Bounds("hours", 0)]
Seconds = Annotated[float, Bounds("seconds", 0)]
Count = Annotated[int, Bounds("count", 0, 10**9)]
Amount = Annotated[float, Bounds("amount", 0, 1e9)]


def sourced(
    default: Any,
    low: float,
    high: float,
    unit: str,
    source: str,
    grade: Grade,
    *,
    symbol: str = "",
    meaning: str = "",
    examples: list[Any] | None = None,
) -> Any:
    """Declare a number with its plausible range and where it comes from.

    Parameters
    ----------
    default : float
        Value where a scenario says nothing.
    low, high : float
        Range within which studies vary it. A value outside is allowed and warned about.
    unit : str
        Unit in words.
    source : str
        Study or the reason for an assumption.
    grade : {"seen", "recalled", "tuned", "assumption", "definition"}
        How far the source carries the number: read, remembered, set so that the model behaves as observed,
        assumed, or true by definition.
    symbol : str
        Symbol in MODEL.md.
    meaning : str
        One line a planner can read.
    examples : list, optional
        Values errors show as correct where the default is no good example.
    """
    extra: dict[str, Any] = {"low": low, "high": high, "unit": unit, "source": source, "grade": grade}
    if symbol:
        extra["symbol"] = symbol
    return Field(default=default, description=meaning or None, examples=examples, json_schema_extra=extra)
