"""Training events: one-to-one teaching at a place, in given weeks, with seats (plan R2; ODD 7.4; amendment A1)."""

from typing import ClassVar, Literal

from simulation.core.codes import HelpKind
from simulation.levers.teaching import Teaching
from simulation.quantities import Amount, YuanAmount, sourced


class TrainingEvent(Teaching):
    """One-to-one teaching at community centres."""

    help_kind: ClassVar[HelpKind] = HelpKind.TRAINING
    most_seats_per_trainer: ClassVar[int] = 60

    kind: Literal["training_event"]
    seats_per_week: Amount = sourced(
        40.0, 5, 200, "people a place and week", "one trainer, 5 days of 8 lessons one to one", "assumption",
        meaning="people each of the places can teach a week",
    )  # fmt: skip
    trainers: Amount = sourced(
        1.0, 0.2, 4, "trainers a place", "rule of the programme", "definition",
        meaning="trainers at each of the places; 0.4 is two days a week of one",
    )  # fmt: skip
    materials_yuan_per_seat: YuanAmount = sourced(
        10.0, 0, 40, "yuan", "no estimate found; a leaflet and a small gift", "assumption",
        meaning="materials for each person taught",
    )  # fmt: skip
