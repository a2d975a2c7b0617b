"""Help kiosks: somebody to ask, open all week, at a place (plan R2; ODD 7.4; amendment A1)."""

from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Use, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.levers.places import PlaceList, check_places, place_rows, point_at
from simulation.quantities import RULE, Amount, WeekIndex, YuanAmount, sourced


class Site(BaseModel):
    """One kiosk with its own opening week and capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(description="where", examples=["Bihu"])
    opening_week: WeekIndex = sourced(0, 0, 1040, "week", RULE, "definition", meaning="first week it is open")
    capacity_per_week: Amount = sourced(
        50.0, 20, 150, "people a week", "some ten people a working day", "assumption",
        meaning="people it can help a week",
    )  # fmt: skip


class Kiosk(Lever):
    """Staffed help kiosks: the same at all `places`, or site by site (`sites`)."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

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
        2.0, 0, 10, "yuan", "no estimate found; paper and data", "assumption",
        meaning="materials for each person helped",
    )  # fmt: skip

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        check_places(self.kind, self.places, tuple(site.place for site in self.sites), "sites")
        if len({site.place for site in self.sites}) < len(self.sites):
            raise PydanticCustomError("site_repeated", "has two kiosks at one place", {})
        return self

    def opening_week(self, site: Site | None = None) -> int:
        """Return the first week a kiosk is open; without a site, that of the kiosks at `places`."""
        return max(site.opening_week if site else 0, self.schedule.opening_week)

    def offer(self, week: int, row: int, offers: WeekOffers, reaches: Mask) -> None:
        """Open the kiosks to the groups that may come."""
        offers.may_attend[reaches, row] = 1

    def help_points(self, world: World, name: str, row: int) -> list[HelpPoint]:
        """Return the kiosks as help points."""

        def point(spot: Any, site: Site | None, capacity: float) -> HelpPoint:
            weeks = (self.opening_week(site), self.schedule.closing_week)
            return point_at(world, int(spot), name, row, HelpKind.KIOSK, weeks, capacity)

        if self.places:
            return [point(spot, None, self.capacity_per_week) for spot in place_rows(self.places, world)]
        return [point(place_rows((site.place,), world)[0], site, site.capacity_per_week) for site in self.sites]

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return set-up in the opening week and staff while open, used or not (A1)."""
        set_up, staff = to_fen(self.set_up_yuan), to_fen(self.yuan_per_week)
        costs = [FixedCost("devices", set_up, at.account) for at in reach.points if at.opens]
        costs += [FixedCost("operations", staff, at.account) for at in reach.points]
        return [cost for cost in costs if cost.fen]

    def price(self, use: Use) -> Price | None:
        """Return the materials of a person helped."""
        return Price("materials", to_fen(self.yuan_per_help)) if use == Use.HELP else None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return set-up and staff over the run."""
        openings = [self.opening_week()] * n_places if self.places else [self.opening_week(s) for s in self.sites]
        end = min(n_weeks, self.schedule.closing_week)
        open_weeks = [end - first for first in openings if first < end]
        set_up, staff = to_fen(self.set_up_yuan), to_fen(self.yuan_per_week)
        return {"devices": len(open_weeks) * set_up, "operations": sum(open_weeks) * staff}

    def scaled(self, factor: float) -> Self:
        """Return the lever with the capacity of its kiosks multiplied, and the price of staff with it."""
        sites = tuple(
            site.model_copy(update={"capacity_per_week": site.capacity_per_week * factor}) for site in self.sites
        )
        larger = multiplied(self, factor, "capacity_per_week", "yuan_per_week")
        return larger.model_copy(update={"sites": sites})

    def is_idle(self) -> bool:
        """Return whether nobody can be helped."""
        capacity = [self.capacity_per_week] if self.places else [site.capacity_per_week for site in self.sites]
        return max(capacity) == 0
