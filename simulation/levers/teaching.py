"""What one-to-one training and classes have in common: seats at places, in given weeks (plan R2; ODD 7.4; A1)."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Use, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Eligibility, Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.levers.placement import OrOptimise, TourPlacement
from simulation.levers.places import PlaceList, check_places, place_rows, point_at
from simulation.quantities import RULE, Amount, WeekIndex, WholeWeeks, YuanAmount, sourced


class Event(BaseModel):
    """One training event: a place, its weeks, its seats and its trainers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(description="where", examples=["Bihu"])
    start_week: WeekIndex = sourced(0, 0, 1040, "week", RULE, "definition", meaning="first week")
    weeks: WholeWeeks = Field(description="how many weeks it lasts", examples=[12])
    seats_per_week: Amount = sourced(
        40.0, 5, 200, "people a week", "one trainer, 5 days of 8 lessons one to one", "assumption",
        meaning="people it can teach a week",
    )  # fmt: skip
    trainers: Amount = sourced(
        1.0, 0.2, 4, "trainers", RULE, "definition", meaning="trainers; 0.4 is two days a week of one"
    )

    def times(self, factor: float) -> Self:
        """Return the event with its seats and trainers multiplied."""
        return self.model_copy(
            update={"seats_per_week": self.seats_per_week * factor, "trainers": self.trainers * factor}
        )


class Teaching(Lever):
    """Teaching at places: all alike (`places`), event by event (`events`), or on tours to be found (`placement`).

    A kind says what somebody gets who takes a seat, and how many seats a trainer can serve at most.
    """

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True
    help_kind: ClassVar[HelpKind]
    most_seats_per_trainer: ClassVar[int]  # a week; the upper end of what is plausible

    eligibility: Eligibility = Field(
        default_factory=lambda: Eligibility(ages=("60-74", "75+")),
        description="who may come; by default ages 60 and over",
        examples=["{ages: [60-74, 75+]}"],
    )
    places: PlaceList = Field(
        default=(), description="places that all hold the same event through the schedule", examples=["county_seats"]
    )
    events: Annotated[tuple[Event, ...], OrOptimise()] = Field(
        default=(),
        description="instead of places: one entry an event",
        examples=["[{place: Bihu, start_week: 13, weeks: 12, seats_per_week: 40, trainers: 1}]"],
    )
    placement: TourPlacement | None = Field(
        default=None,
        description="with `events: optimise`: how the tours are chosen; beside a list of events: how they were",
        examples=["{trainers: 4, weeks_per_stay: 4}"],
    )
    seats_per_week: Amount
    trainers: Amount
    trainer_yuan_per_day: YuanAmount = sourced(
        500.0, 300, 900, "yuan", "price of 2024, recalled (amendment A13)", "recalled", meaning="a trainer's day"
    )
    trainer_days_per_week: Amount = sourced(
        5.0, 1, 7, "days", "a working week", "definition", meaning="days a full-time trainer is paid"
    )
    materials_yuan_per_seat: YuanAmount

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        single = tuple(event.place for event in self.events)
        check_places(self.kind, self.places, single, "events", self.placement is not None)
        if len({(event.place, event.start_week) for event in self.events}) < len(self.events):
            raise PydanticCustomError("event_repeated", "two events at one place start in one week", {})
        return self

    @property
    def is_left_open(self) -> bool:
        """Whether its events are still to be found."""
        return self.placement is not None and not self.events

    def open_weeks(self, event: Event | None = None) -> tuple[int, int]:
        """Return the first week something takes place and the first it no longer does, within the schedule.

        Parameters
        ----------
        event : Event, optional
            Without it, the weeks of teaching at `places`.
        """
        first, end = self.schedule.opening_week, self.schedule.closing_week
        if event is None:
            return first, end
        return max(event.start_week, first), min(event.start_week + event.weeks, end)

    @property
    def acting_week(self) -> int:
        """First week in which something takes place."""
        return min((self.open_weeks(event)[0] for event in self.events), default=self.schedule.opening_week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open the events to the groups that may come."""
        offers.may_attend[reaches, row] = 1

    def help_points(self, world: World, name: str, row: int) -> list[HelpPoint]:
        """Return the events as help points, one each, in their order."""

        def point(spot: Any, event: Event | None, seats: float) -> HelpPoint:
            return point_at(world, int(spot), name, row, self.help_kind, self.open_weeks(event), seats)

        if self.places:
            return [point(spot, None, self.seats_per_week) for spot in place_rows(self.places, world)]
        return [point(place_rows((e.place,), world)[0], e, e.seats_per_week) for e in self.events]

    def trainer_fen_per_week(self, trainers: float) -> int:
        """Return the pay of some full-time trainers, fen a week."""
        return to_fen(trainers * self.trainer_yuan_per_day * self.trainer_days_per_week)

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return trainers' pay where something takes place, used or not (A1)."""
        trainers = [self.trainers] * len(reach.points)
        if self.events:  # open points come in the order of the events that made them
            weeks = [(event.trainers, self.open_weeks(event)) for event in self.events]
            trainers = [number for number, (first, end) in weeks if first <= week < end]
        pay = [self.trainer_fen_per_week(number) for number in trainers]
        return [FixedCost("trainers", fen, at.account) for fen, at in zip(pay, reach.points, strict=True) if fen]

    def price(self, use: Use) -> Price | None:
        """Return the materials of a person taught."""
        return Price("materials", to_fen(self.materials_yuan_per_seat)) if use == Use.HELP else None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return trainers' pay over the run."""
        taught = [(self.trainers, self.open_weeks())] * n_places
        if self.events:
            taught = [(event.trainers, self.open_weeks(event)) for event in self.events]
        pay = (self.trainer_fen_per_week(n) * max(0, min(n_weeks, end) - first) for n, (first, end) in taught)
        return {"trainers": sum(pay)}

    def scaled(self, factor: float) -> Self:
        """Return the lever with its seats multiplied, and its trainers with them."""
        larger = multiplied(self, factor, "seats_per_week", "trainers")
        return larger.model_copy(update={"events": tuple(event.times(factor) for event in self.events)})

    def is_idle(self) -> bool:
        """Return whether there is no seat."""
        if self.is_left_open:
            return self.seats_per_week == 0
        seats = [self.seats_per_week] if self.places else [event.seats_per_week for event in self.events]
        return max(seats) == 0
