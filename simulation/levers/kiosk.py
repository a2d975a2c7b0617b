"""Help kiosks: somebody to ask, open all week, at a place (plan R2; ODD 7.4; amendment A1)."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Use, WeekOffers
from simulation.core.state import World
from simulation.levers.base import Lever, Mask, Reach, Target, to_fen
from simulation.levers.doses import multiplied
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.levers.placement import OrOptimise, SitePlacement
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
    yuan_per_week: YuanAmount | None = Field(
        default=None,
        description="what it costs a week; without it as the other kiosks of the lever",
        examples=[1300],
    )

    def times(self, factor: float) -> Self:
        """Return the site with its capacity multiplied, and its own price of staff with it."""
        own = None if self.yuan_per_week is None else self.yuan_per_week * factor
        return self.model_copy(update={"capacity_per_week": self.capacity_per_week * factor, "yuan_per_week": own})


class Kiosk(Lever):
    """Staffed help kiosks: the same at all `places`, site by site (`sites`), or at sites to be found (`placement`)."""

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True

    kind: Literal["kiosk"]
    places: PlaceList = Field(
        default=(), description="places with a kiosk each, open through the schedule", examples=["county_seats"]
    )
    sites: Annotated[tuple[Site, ...], OrOptimise()] = Field(
        default=(),
        description="instead of places: one entry a kiosk",
        examples=["[{place: Bihu, opening_week: 13, capacity_per_week: 50}]"],
    )
    placement: SitePlacement | None = Field(
        default=None,
        description="with `sites: optimise`: how the sites are chosen; beside a list of sites: how they were",
        examples=["{number: 40, travel_limit_km: 5}"],
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
        single = tuple(site.place for site in self.sites)
        check_places(self.kind, self.places, single, "sites", self.placement is not None)
        if len({site.place for site in self.sites}) < len(self.sites):
            raise PydanticCustomError("site_repeated", "has two kiosks at one place", {})
        return self

    def opening_week(self, site: Site | None = None) -> int:
        """Return the first week a kiosk is open; without a site, that of the kiosks at `places`."""
        return max(site.opening_week if site else 0, self.schedule.opening_week)

    @property
    def is_left_open(self) -> bool:
        """Whether its sites are still to be found."""
        return self.placement is not None and not self.sites

    @property
    def acting_week(self) -> int:
        """First week in which a kiosk is open."""
        return min((self.opening_week(site) for site in self.sites), default=self.schedule.opening_week)

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
        set_up, staff = to_fen(self.set_up_yuan), [self.staff_fen()] * len(reach.points)
        if self.sites:  # open points come in the order of the sites they stand at
            staff = [self.staff_fen(s) for s in self.sites if self.opening_week(s) <= week < self.schedule.closing_week]
        costs = [FixedCost("devices", set_up, at.account) for at in reach.points if at.opens]
        costs += [FixedCost("operations", fen, at.account) for fen, at in zip(staff, reach.points, strict=True)]
        return [cost for cost in costs if cost.fen]

    def staff_fen(self, site: Site | None = None) -> int:
        """Return what a kiosk costs a week while it is open, fen; without a site, one at `places`."""
        own = site.yuan_per_week if site else None
        return to_fen(self.yuan_per_week if own is None else own)

    def price(self, use: Use) -> Price | None:
        """Return the materials of a person helped."""
        return Price("materials", to_fen(self.yuan_per_help)) if use == Use.HELP else None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return set-up and staff over the run."""
        sites: list[Site | None] = [None] * n_places if self.places else list(self.sites)
        end = min(n_weeks, self.schedule.closing_week)
        opened = [(end - self.opening_week(site), site) for site in sites if self.opening_week(site) < end]
        staff = sum(weeks * self.staff_fen(site) for weeks, site in opened)
        return {"devices": len(opened) * to_fen(self.set_up_yuan), "operations": staff}

    def scaled(self, factor: float) -> Self:
        """Return the lever with the capacity of its kiosks multiplied, and the price of staff with it."""
        sites = tuple(site.times(factor) for site in self.sites)
        larger = multiplied(self, factor, "capacity_per_week", "yuan_per_week")
        return larger.model_copy(update={"sites": sites})

    def is_idle(self) -> bool:
        """Return whether nobody can be helped."""
        if self.is_left_open:
            return self.capacity_per_week == 0
        capacity = [self.capacity_per_week] if self.places else [site.capacity_per_week for site in self.sites]
        return max(capacity) == 0
