"""Training events: one-to-one teaching at a place, in given weeks, with seats (plan R2, P4; ODD 7.4; A1)."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Usage, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Eligibility, Lever, Mask, Target, to_fen
from simulation.levers.ledger import Posting
from simulation.levers.places import PLACE_KEYWORDS, PlaceList, place_rows, spot_id, spot_km
from simulation.quantities import Amount, WeekIndex, WholeWeeks, YuanAmount, sourced


class Event(BaseModel):
    """One training event: a place, its weeks, its seats and its trainers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(description="where", examples=["Bihu"])
    start_week: WeekIndex = Field(default=0, description="first week")
    weeks: WholeWeeks = Field(description="how many weeks it lasts", examples=[12])
    seats_per_week: Amount = Field(default=40.0, description="people it can teach a week")
    trainers: Amount = Field(default=1.0, description="trainers; 0.4 is two days a week of one")


class TrainingEvent(Lever):
    """Teaching at community centres: everywhere alike (`places`), or event by event (`events`)."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False

    kind: Literal["training_event"]
    eligibility: Eligibility = Field(
        default_factory=lambda: Eligibility(ages=("60-74", "75+")),
        description="who may come; by default ages 60 and over",
        examples=["{ages: [60-74, 75+]}"],
    )
    places: PlaceList = Field(
        default=(), description="places that all hold the same event through the schedule", examples=["county_seats"]
    )
    events: tuple[Event, ...] = Field(
        default=(),
        description="instead of places: one entry an event",
        examples=["[{place: Bihu, start_week: 13, weeks: 12, seats_per_week: 40, trainers: 1}]"],
    )
    seats_per_week: Amount = sourced(
        40.0, 5, 200, "people a place and week", "one trainer, 5 days of 8 lessons one to one", "assumption",
        meaning="people each of the places can teach a week",
    )  # fmt: skip
    trainers: Amount = sourced(
        1.0, 0.2, 4, "trainers a place", "rule of the programme", "definition",
        meaning="trainers at each of the places; 0.4 is two days a week of one",
    )  # fmt: skip
    trainer_yuan_per_day: YuanAmount = sourced(
        500.0, 300, 900, "yuan", "price of 2024, recalled (amendment A13)", "recalled", meaning="a trainer's day"
    )
    trainer_days_per_week: Amount = sourced(
        5.0, 1, 7, "days", "a working week", "definition", meaning="days a full-time trainer is paid"
    )
    materials_yuan_per_seat: YuanAmount = sourced(
        10.0, 0, 40, "yuan", "no estimate found; a leaflet and a small gift", "assumption",
        meaning="materials for each person taught",
    )  # fmt: skip

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        check_places(self.kind, self.places, tuple(event.place for event in self.events), "events")
        if len({(event.place, event.start_week) for event in self.events}) < len(self.events):
            raise PydanticCustomError("event_repeated", "two events at one place start in one week", {})
        return self

    def open_weeks(self, event: Event) -> tuple[int, int]:
        """Return the first week an event takes place and the first it no longer does, within the schedule."""
        first = max(event.start_week, self.schedule.start_week)
        return first, min(event.start_week + event.weeks, self.schedule.closing_week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open the events to the groups that may come."""
        offers.may_attend[reaches, row] = 1

    def help_points(self, world: World, name: str, row: int) -> list[HelpPoint]:
        """Return the events as help points."""
        if self.places:
            weeks = (self.schedule.start_week, self.schedule.closing_week)
            return [
                point_at(world, int(k), name, row, HelpKind.TRAINING, weeks, self.seats_per_week)
                for k in place_rows(self.places, world)
            ]
        return [
            point_at(
                world, int(place_rows((event.place,), world)[0]), name, row, HelpKind.TRAINING, self.open_weeks(event),
                event.seats_per_week,
            )
            for event in self.events
        ]  # fmt: skip

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return trainers' pay while events are open, used or not (A1), and materials for people taught."""
        if self.places:
            trainers = usage.n_points_open * self.trainers
        else:
            weeks = [(event, self.open_weeks(event)) for event in self.events]
            trainers = sum(event.trainers for event, (first, end) in weeks if first <= week < end)
        pay = to_fen(trainers * self.trainer_yuan_per_week())
        materials = to_fen(usage.n_helps * expansion_factor * self.materials_yuan_per_seat)
        return [posting for posting in (("trainers", pay), ("materials", materials)) if posting[1]]

    def trainer_yuan_per_week(self) -> float:
        """Return the pay of a full-time trainer, yuan a week."""
        return self.trainer_yuan_per_day * self.trainer_days_per_week

    def fixed_fen(self, n_weeks: int, n_places: int) -> int:
        """Return trainers' pay over the run."""
        if self.places:
            open_weeks = max(0, min(n_weeks, self.schedule.closing_week) - self.schedule.start_week)
            return open_weeks * to_fen(n_places * self.trainers * self.trainer_yuan_per_week())
        trainer_weeks = 0.0
        for event in self.events:
            first, end = self.open_weeks(event)
            trainer_weeks += event.trainers * max(0, min(n_weeks, end) - first)
        return to_fen(trainer_weeks * self.trainer_yuan_per_week())

    def is_idle(self) -> bool:
        """Return whether there is no seat."""
        seats = [self.seats_per_week] if self.places else [event.seats_per_week for event in self.events]
        return max(seats) == 0


def check_places(kind: str, places: tuple[str, ...], single: tuple[str, ...], entries: str) -> None:
    """Refuse a lever that helps people at a place and has none, or says its places twice over.

    Parameters
    ----------
    single : tuple of str
        Places of the entries under `entries`, each of which must be one place.
    """
    if not places and not single:
        raise PydanticCustomError("lever_without_place", "has no place", {"kind": kind, "entries": entries})
    if places and single:
        raise PydanticCustomError("places_given_twice", "has both", {"kind": kind, "entries": entries})
    keyword = next((place for place in single if place in PLACE_KEYWORDS), None)
    if keyword:
        raise PydanticCustomError("entry_needs_one_place", "names many", {"keyword": keyword, "entries": entries})


def point_at(
    world: World, spot: int, name: str, row: int, kind: HelpKind, weeks: tuple[int, int], seats_per_week: float
) -> HelpPoint:
    """Return a help point at a spot; its name keys the rounding of its seats, whatever else is opened."""
    x_km, y_km = spot_km(world, spot)
    return HelpPoint(
        name=f"{name}/{spot_id(world, spot)}/{weeks[0]}",
        lever=row,
        kind=int(kind),
        x_km=x_km,
        y_km=y_km,
        open_week=weeks[0],
        close_week=weeks[1],
        seats_per_week=seats_per_week,
        spot=spot,
    )
