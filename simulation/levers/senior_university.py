"""Classes at teaching points of senior universities (plan R2, 老年大学设教学点; ODD 7.4; amendment A1)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simulation.core.codes import HelpKind
from simulation.levers.placement import OrOptimise
from simulation.levers.teaching import Event, Teaching
from simulation.quantities import Amount, YuanAmount, sourced


class Course(Event):
    """A course at one teaching point: a place, its weeks, its seats and its teachers."""

    seats_per_week: Amount = sourced(
        100.0, 20, 400, "people a week", "four classes of 25", "assumption",
        meaning="people its classes can take a week",
    )  # fmt: skip
    trainers: Amount = sourced(
        0.8, 0.2, 4, "teachers", "a day of pay for each of four classes", "assumption",
        meaning="teachers; 0.8 is four days a week of one",
    )  # fmt: skip


class SeniorUniversity(Teaching):
    """Classes for many at once: cheaper a seat than one-to-one teaching, and less is learnt (`learning_class`)."""

    help_kind: ClassVar[HelpKind] = HelpKind.CLASS
    most_seats_per_trainer: ClassVar[int] = 200

    kind: Literal["senior_university"]
    events: Annotated[tuple[Course, ...], OrOptimise()] = Field(
        default=(),
        description="instead of places: one entry a course",
        examples=["[{place: Bihu, start_week: 13, weeks: 16, seats_per_week: 100, trainers: 0.8}]"],
    )
    seats_per_week: Amount = sourced(
        100.0, 20, 400, "people a place and week", "four classes of 25", "assumption",
        meaning="people the classes at each of the places can take a week",
    )  # fmt: skip
    trainers: Amount = sourced(
        0.8, 0.2, 4, "teachers a place", "a day of pay for each of four classes", "assumption",
        meaning="teachers at each of the places; 0.8 is four days a week of one",
    )  # fmt: skip
    materials_yuan_per_seat: YuanAmount = sourced(
        15.0, 0, 60, "yuan", "room and hand-outs; with the teacher 35 yuan a seat (35 to 160 in amendment A13)",
        "assumption", meaning="room and materials for each person taught",
    )  # fmt: skip
