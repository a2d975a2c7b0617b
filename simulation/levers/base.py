"""What every lever has: when it acts, whom it may reach, what it offers and what it costs."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, FEN_PER_YUAN, INCOME_NAMES, SECTOR_NAMES, WEEKS_PER_YEAR
from simulation.core.offers import HelpPoint, Use, WeekOffers
from simulation.core.offers import offer_more as offer_more  # levers find it here
from simulation.core.rng import Stream, name_hash, uniforms
from simulation.core.state import World
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.levers.places import PlaceList, place_of_zone, place_rows
from simulation.quantities import RULE, Share, WeekIndex, WholeWeeks, sourced

Array = NDArray[Any]
Mask = NDArray[np.bool_]
Target = Literal["citizens", "merchants", "region"]
Rationing = Literal["lottery", "queue", "old_first", "remote_first"]

AgeName = Literal["15-29", "30-44", "45-59", "60-74", "75+"]
AreaName = Literal["urban", "town", "remote"]
IncomeName = Literal["low", "middle", "high"]
SectorName = Literal["public", "transport", "retail", "market", "catering", "other_services"]

MONTHS_PER_YEAR = 12
NEVER_ENDS = 2**31 - 1  # week after the last of any run


class Schedule(BaseModel):
    """From which week to which a lever acts, and how it builds up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_week: WeekIndex = sourced(
        0, 0, 1040, "week", RULE, "definition", meaning="first week it acts; week 0 is the scenario's start"
    )
    end_week: WeekIndex | None = Field(
        default=None, description="first week it no longer acts; without it the lever acts to the end", examples=[130]
    )
    ramp_weeks: WholeWeeks = sourced(
        0, 0, 104, "weeks", RULE, "definition", meaning="weeks in which it builds up evenly to its full dose"
    )
    delay_weeks: WholeWeeks | None = Field(
        default=None,
        description="weeks from the decision (start_week) to the effect; without it that of `coordination`",
        examples=[4],
    )
    phase: str | None = Field(
        default=None, description="phase of the plan whose weeks it takes where none are given", examples=["rollout"]
    )

    @property
    def opening_week(self) -> int:
        """First week the lever acts: the week it is decided for, and what coordination takes (plan S3)."""
        return self.start_week + (self.delay_weeks or 0)

    def is_on(self, week: int) -> bool:
        """Return whether the lever acts in a week."""
        return self.opening_week <= week < self.closing_week

    def intensity(self, week: int) -> float:
        """Return the share of the full dose in a week, 0 to 1; the last week of a ramp is the first at 1."""
        if not self.is_on(week):
            return 0.0
        if self.ramp_weeks == 0:
            return 1.0
        return min(1.0, (week - self.opening_week + 1) / self.ramp_weeks)

    @property
    def closing_week(self) -> int:
        """First week the lever no longer acts, far beyond any run where none is given."""
        return NEVER_ENDS if self.end_week is None else self.end_week


class Eligibility(BaseModel):
    """Whom a lever may reach. A list that is not given, or empty, leaves nobody out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ages: tuple[AgeName, ...] = Field(default=(), description="age bands", examples=[["60-74", "75+"]])
    areas: tuple[AreaName, ...] = Field(default=(), description="areas of residence", examples=[["town", "remote"]])
    incomes: tuple[IncomeName, ...] = Field(default=(), description="thirds by household income", examples=[["low"]])
    sectors: tuple[SectorName, ...] = Field(default=(), description="sectors of merchants", examples=[["retail"]])
    places: PlaceList = Field(default=(), description="settlements; people by where they live", examples=[["Bihu"]])
    share: Share = sourced(1.0, 0, 1, "share", RULE, "definition", meaning="share of these who are reached, by lot")

    def citizen_mask(self, world: World, lever_name: str) -> Mask:
        """Return who may be reached; shape (N,).

        Parameters
        ----------
        lever_name : str
            Keys the lottery of `share`, so that another lever changes nothing here.
        """
        c = world.citizens
        mask = np.ones(c.age.shape[0], bool)
        for chosen, names, codes in (
            (self.ages, AGE_NAMES, c.age),
            (self.areas, AREA_NAMES, c.area),
            (self.incomes, INCOME_NAMES, c.income),
        ):
            if chosen:
                mask &= np.isin(codes, [names.index(name) for name in chosen])
        if self.places:
            mask &= np.isin(c.place, place_rows(self.places, world))
        return mask & self._drawn(world, lever_name, len(mask))

    def merchant_mask(self, world: World, lever_name: str) -> Mask:
        """Return which merchants may be reached; shape (M,). Their place is that of most people of their zone."""
        m = world.merchants
        mask = np.ones(m.sector.shape[0], bool)
        if self.sectors:
            mask &= np.isin(m.sector, [SECTOR_NAMES.index(name) for name in self.sectors])
        if self.areas:
            mask &= np.isin(world.zones.area[m.zone], [AREA_NAMES.index(name) for name in self.areas])
        if self.places:
            mask &= np.isin(place_of_zone(world)[m.zone], place_rows(self.places, world))
        return mask & self._drawn(world, lever_name, len(mask))

    def _drawn(self, world: World, lever_name: str, n: int) -> Mask:
        if self.share >= 1.0:
            return np.ones(n, bool)
        draw = uniforms(world.seed, Stream.LEVER_REACH, name_hash(lever_name), np.arange(n))
        return np.asarray(draw < self.share)

    def named(self) -> tuple[str, ...]:
        """Return the lists that leave somebody out."""
        lists = ("ages", "areas", "incomes", "sectors", "places")
        return tuple(name for name in lists if getattr(self, name))


APPLICABLE: dict[str, tuple[str, ...]] = {
    "citizens": ("ages", "areas", "incomes", "places"),
    "merchants": ("sectors", "areas", "places"),
    "region": (),
}


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A help point that is open this week, where it is accounted, and whether it has not been set up before."""

    point: HelpPoint
    account: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What a lever meets in a world, in residents and merchants as they are (not in simulated ones).

    Attributes
    ----------
    residents, merchants : array of float64, shape (accounts,)
        Whom it may reach, by accounting zone.
    points : tuple of OpenPoint
        Its help points that are open this week, in the order of `Lever.help_points`.
    is_set_up : bool
        Whether what the lever needs once was paid in an earlier week.
    of_places : array of float64, shape (places,)
        The residents once more, by settlement.
    """

    residents: Array
    merchants: Array
    points: tuple[OpenPoint, ...] = ()
    is_set_up: bool = False
    of_places: Array = field(default_factory=lambda: np.zeros(0))


class Lever(BaseModel):
    """One thing a programme buys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: ClassVar[Target]
    ramps: ClassVar[bool] = True  # whether the dose can build up week by week
    scales: ClassVar[bool] = False  # whether a rule may multiply the dose (see `scaled`)
    is_used_up: ClassVar[bool] = False  # whether the dose is a number of things given once, none of which is left
    # when the schedule ends: another end is another pace from the start

    kind: str
    schedule: Schedule = Field(default_factory=Schedule, description="when it acts", examples=["{start_week: 13}"])
    eligibility: Eligibility = Field(
        default_factory=Eligibility, description="whom it may reach", examples=["{areas: [remote]}"]
    )
    rationing: Rationing = Field(
        default="lottery",
        description="who goes first where seats or money do not reach; lots decide among equals",
        examples=["remote_first"],
    )
    standby: bool = Field(
        default=False, description="acts only from when a rule of `adjustment` starts it", examples=["true"]
    )

    @model_validator(mode="after")
    def _settings_apply(self) -> Self:
        """Refuse settings that could not have an effect on this lever."""
        if self.target == "region" and (self.eligibility.named() or self.eligibility.share < 1):
            raise PydanticCustomError("lever_is_regional", "holds for the whole region", {"kind": self.kind})
        strange = [name for name in self.eligibility.named() if name not in APPLICABLE[self.target]]
        if strange:
            allowed = ", ".join((*APPLICABLE[self.target], "share"))
            raise PydanticCustomError(
                "eligibility_not_for_target",
                "cannot choose by {names}",
                {"names": ", ".join(strange), "kind": self.kind, "applicable": allowed},
            )
        if self.schedule.ramp_weeks and not self.ramps:
            raise PydanticCustomError("lever_cannot_ramp", "cannot build up", {"kind": self.kind})
        return self

    @property
    def is_left_open(self) -> bool:
        """Whether its places are still to be found before it can be run."""
        return False

    @property
    def acting_week(self) -> int:
        """First week in which another dose of it can make a difference; later than it opens where its places do."""
        return self.schedule.opening_week

    def dose_in(self, week: int) -> Hashable:
        """Return all that what it offers in a week hangs on: weeks of the same dose have the same offers."""
        return self.schedule.intensity(week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Write what the lever offers this week.

        Parameters
        ----------
        week : int
            Week of the run; nothing may hang on it but through `dose_in`.
        row : int
            Row of the lever among all, sorted by name.
        offers : WeekOffers
            Written into; what another lever offers is only ever replaced by more.
        reaches : array of bool
            Offer groups of citizens or merchants, as `target` says, which the lever may reach.
        """

    def help_points(self, world: World, name: str, row: int) -> list[HelpPoint]:
        """Return the places where the lever helps people in person."""
        return []

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return what the lever owes for a week whether or not anybody comes, known before the week begins.

        Parameters
        ----------
        week : int
            Week of the run; nothing may hang on it but through `dose_in`, `schedule.is_on` and the points open.
        reach : Reach
            Whom the lever may reach, and its help points open this week.
        """
        return []

    def price(self, use: Use) -> Price | None:
        """Return what one use of the lever's offers is charged, or None where it is not charged for such a use."""
        return None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return what the lever costs over a run even if nobody uses it, fen by budget line.

        What depends on how many people live in the region is left out.

        Parameters
        ----------
        n_places : int
            Places its `places` mean.
        """
        return {}

    def scaled(self, factor: float) -> Self:
        """Return the lever with its dose multiplied, for rules that adjust a programme; each kind says how.

        Raises
        ------
        ValueError
            If the lever's dose cannot be scaled.
        """
        raise ValueError(f"the dose of {self.kind} cannot be scaled")

    def is_idle(self) -> bool:
        """Return whether the dose is zero, so that the lever changes nothing whenever it acts."""
        return False


def service_fen(is_set_up: bool, once_yuan: float, yuan_per_month: float) -> int:
    """Return what a service costs in a week it runs: its set-up in the first, and its monthly price by weeks, fen."""
    weekly = to_fen(yuan_per_month * MONTHS_PER_YEAR / WEEKS_PER_YEAR)
    return weekly + (0 if is_set_up else to_fen(once_yuan))


def to_fen(yuan: float) -> int:
    """Return an amount in integer fen."""
    return round(yuan * FEN_PER_YUAN)
