"""What a programme may spend, and private money that is added to it (plan S1, S2)."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from simulation.levers.ledger import Line
from simulation.quantities import Bounds, YuanAmount
from simulation.scenario.adjustment import MONITOR_INDICATORS, IndicatorName
from simulation.scenario.part import Part

HIGHEST_MATCH = 10


class Condition(Part):
    """What a co-funder demands of the quarterly monitor before it pays."""

    indicator: IndicatorName = Field(
        description="an indicator of the quarterly monitor", examples=["merchants_accepting_share"]
    )
    at_least: float = Field(description="lowest reading at which the co-funder pays", examples=[0.4])

    @field_validator("at_least")
    @classmethod
    def _can_be_read(cls, value: float, info: ValidationInfo) -> float:
        name = info.data.get("indicator")
        return value if name is None else MONITOR_INDICATORS[name].bounds.check(value)


class CoFunder(Part):
    """Private money that matches public money."""

    match_rate: Annotated[float, Bounds("rate", 0, HIGHEST_MATCH)] = Field(
        description="yuan it adds to each public yuan", examples=[0.25]
    )
    cap_yuan: YuanAmount = Field(description="most it pays over the run", examples=[10_000_000])
    levers: tuple[str, ...] = Field(
        default=(), description="levers it pays for; all where none is named", examples=[["terminals", "fees"]]
    )
    condition: Condition | None = Field(
        default=None,
        description="it pays only from when the monitor shows this",
        examples=["{indicator: merchants_accepting_share, at_least: 0.4}"],
    )


class Budget(Part):
    """What may be spent over the whole run, in constant prices. Caps hold for public money."""

    total_yuan: YuanAmount = Field(description="public money of all lines together", examples=[20_000_000])
    lines: dict[Line, YuanAmount] = Field(
        default_factory=dict, description="caps of lines", examples=["{trainers: 5_000_000}"]
    )
    co_funding: dict[str, CoFunder] = Field(
        default_factory=dict,
        description="private money, by names of your own",
        examples=["{operators: {match_rate: 0.25, cap_yuan: 10_000_000}}"],
    )
