"""What every lever has: when it acts, whom it may reach, what it offers and what it costs."""

from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, FEN_PER_YUAN, INCOME_NAMES, SECTOR_NAMES
from simulation.core.offers import HelpPoint, Usage, WeekOffers
from simulation.core.rng import Stream, name_hash, uniforms
from simulation.core.state import World
from simulation.levers.ledger import Posting
from simulation.levers.places import PlaceList, place_of_zone, place_rows
from simulation.quantities import Share, WeekIndex, WholeWeeks

Array = NDArray[Any]
Mask = NDArray[np.bool_]
Target = Literal["citizens", "merchants"]

AgeName = Literal["15-29", "30-44", "45-59", "60-74", "75+"]
AreaName = Literal["urban", "town", "remote"]
IncomeName = Literal["low", "middle", "high"]
SectorName = Literal["public", "transport", "retail", "market", "catering", "other_services"]

NEVER_ENDS = 2**31 - 1  # week after the last of any run


class Schedule(BaseModel):
    """From which week to which a lever acts, and how it builds up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_week: WeekIndex = Field(default=0, description="first week it acts; week 0 is the scenario's start")
    end_week: WeekIndex | None = Field(
        default=None, description="first week it no longer acts; without it the lever acts to the end", examples=[130]
    )
    ramp_weeks: WholeWeeks = Field(default=0, description="weeks in which it builds up evenly to its full dose")

    def is_on(self, week: int) -> bool:
        """Return whether the lever acts in a week."""
        return self.start_week <= week < self.closing_week

    def intensity(self, week: int) -> float:
        """Return the share of the full dose in a week, 0 to 1; the last week of a ramp is the first at 1."""
        if not self.is_on(week):
            return 0.0
        if self.ramp_weeks == 0:
            return 1.0
        return min(1.0, (week - self.start_week + 1) / self.ramp_weeks)

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
    share: Share = Field(default=1.0, description="share of these who are reached, by lot")

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
}


class Lever(BaseModel):
    """One thing a programme buys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: ClassVar[Target]
    ramps: ClassVar[bool] = True  # whether the dose can build up week by week

    kind: str
    schedule: Schedule = Field(default_factory=Schedule, description="when it acts", examples=["{start_week: 13}"])
    eligibility: Eligibility = Field(
        default_factory=Eligibility, description="whom it may reach", examples=["{areas: [remote]}"]
    )

    @model_validator(mode="after")
    def _settings_apply(self) -> Self:
        """Refuse settings that could not have an effect on this lever."""
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

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Write what the lever offers this week.

        Parameters
        ----------
        week : int
            Week of the run.
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

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return what the lever costs this week, for all residents.

        Parameters
        ----------
        usage : Usage
            What was used of the offers, in simulated units.
        week : int
            Week of the run.
        expansion_factor : float
            Residents per simulated citizen. Multiplies what follows use; fixed costs are real already.

        Returns
        -------
        list of (line, fen)
        """
        return []

    def fixed_fen(self, n_weeks: int, n_places: int) -> int:
        """Return what the lever costs over a run even if nobody uses it, fen.

        Parameters
        ----------
        n_places : int
            Places its `places` mean.
        """
        return 0

    def is_idle(self) -> bool:
        """Return whether the dose is zero, so that the lever changes nothing whenever it acts."""
        return False


def to_fen(yuan: float) -> int:
    """Return an amount in integer fen."""
    return round(yuan * FEN_PER_YUAN)


def offer_more(values: Array, owners: Array, reaches: Mask, amount: float, row: int) -> None:
    """Offer an amount to groups: the larger of two offers stands, of equal ones that of the smaller row.

    Parameters
    ----------
    values, owners : array, shape (G,)
        What is offered to each group and by which lever; written into.
    """
    if amount <= 0:
        return
    better = reaches & ((values < amount) | ((values == amount) & (owners > row)))
    values[better] = amount
    owners[better] = row
