"""Help kiosks: somebody to ask, open all week, at a place (plan R2; ODD 7.4; amendment A1)."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Usage, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Lever, Mask, Target, to_fen
from simulation.levers.ledger import Posting
from simulation.levers.places import PlaceList, place_rows
from simulation.levers.training_event import check_places, point_at
from simulation.quantities import Amount, WeekIndex, YuanAmount, sourced


class Site(BaseModel):
    """One kiosk with its own opening week and capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(description="where", examples=["Bihu"])
    opening_week: WeekIndex = Field(default=0, description="first week it is open")
    capacity_per_week: Amount = Field(default=50.0, description="people it can help a week")


class Kiosk(Lever):
    """Staffed help kiosks: the same at all `places`, or site by site (`sites`)."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False

    kind: Literal["kiosk"]
    places: PlaceList = Field(
        default=(), description="places with a kiosk each, open through the schedule", examples=["county_seats"]
    )
    sites: tuple[Site, ...] = Field(
        default=(),
        description="instead of places: one entry a kiosk",
        examples=["[{place: Bihu, opening_week: 13, capacity_per_week: 50}]"],
    )
    capacity_per_week: Amount = sourced(
        50.0, 20, 150, "people a kiosk and week", "some ten people a working day", "assumption",
        meaning="people each of the kiosks can help a week",
    )  # fmt: skip
    set_up_yuan: YuanAmount = sourced(
        10_000.0, 3000, 30_000, "yuan once", "price of 2024, recalled (amendment A13)", "recalled",
        meaning="setting up a kiosk",
    )  # fmt: skip
    yuan_per_week: YuanAmount = sourced(
        1100.0, 600, 2000, "yuan a week", "price of 2024, recalled; a help agent in a shop about 80", "recalled",
        meaning="staffing a kiosk while it is open",
    )  # fmt: skip
    yuan_per_help: YuanAmount = sourced(
        2.0,
        0,
        10,
        "yuan",
        "no estimate found; paper and data",
        "assumption",
        meaning="materials for each person helped",
    )

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        check_places(self.kind, self.places, tuple(site.place for site in self.sites), "sites")
        if len({site.place for site in self.sites}) < len(self.sites):
            raise PydanticCustomError("site_repeated", "has two kiosks at one place", {})
        return self

    def opening_week(self, site: Site) -> int:
        """Return the first week a site is open."""
        return max(site.opening_week, self.schedule.start_week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open the kiosks to the groups that may come."""
        offers.may_attend[reaches, row] = 1

    def help_points(self, world: World, name: str, row: int) -> list[HelpPoint]:
        """Return the kiosks as help points."""
        close = self.schedule.closing_week
        if self.places:
            weeks = (self.schedule.start_week, close)
            return [
                point_at(world, int(k), name, row, HelpKind.KIOSK, weeks, self.capacity_per_week)
                for k in place_rows(self.places, world)
            ]
        return [
            point_at(
                world, int(place_rows((site.place,), world)[0]), name, row, HelpKind.KIOSK,
                (self.opening_week(site), close), site.capacity_per_week,
            )
            for site in self.sites
        ]  # fmt: skip

    def costs(self, usage: Usage, week: int, expansion_factor: float) -> list[Posting]:
        """Return set-up in the opening week, staff while open, used or not (A1), and materials for people helped."""
        set_up = to_fen(usage.n_points_opened * self.set_up_yuan)
        staff = to_fen(usage.n_points_open * self.yuan_per_week)
        materials = to_fen(usage.n_helps * expansion_factor * self.yuan_per_help)
        postings: tuple[Posting, ...] = (("devices", set_up), ("operations", staff), ("materials", materials))
        return [posting for posting in postings if posting[1]]

    def fixed_fen(self, n_weeks: int, n_places: int) -> int:
        """Return set-up and staff over the run."""
        openings = [self.schedule.start_week] * n_places if self.places else [self.opening_week(s) for s in self.sites]
        end = min(n_weeks, self.schedule.closing_week)
        open_weeks = [end - first for first in openings if first < end]
        return len(open_weeks) * to_fen(self.set_up_yuan) + sum(open_weeks) * to_fen(self.yuan_per_week)

    def is_idle(self) -> bool:
        """Return whether nobody can be helped."""
        capacity = [self.capacity_per_week] if self.places else [site.capacity_per_week for site in self.sites]
        return max(capacity) == 0
