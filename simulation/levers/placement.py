"""How the places of kiosks and training events are chosen, where a scenario leaves them to be optimised."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from simulation.levers.base import AgeName, AreaName
from simulation.levers.places import PlaceList
from simulation.quantities import RULE, Amount, Count, Km, Share, WholeWeeks, YuanAmount, sourced

OPTIMISE = "optimise"  # stands for the list of sites or events that is to be found
SITES, SETTLEMENTS, ACCESS_POINTS = "sites", "settlements", "access_points"
ENTRIES = ("sites", "events")  # settings that list places one by one
CANDIDATE_KEYWORDS = (SITES, SETTLEMENTS, "county_seats")
EXISTING_KEYWORDS = (ACCESS_POINTS,)
# settings of SitePlacement that a method has no use for
NOT_FOR = {
    "maximal_covering": ("people_per_site",),
    "p_median": ("least_share_by_area", "people_per_site"),
    "set_cover": ("number", "budget_yuan", "least_share_by_area", "people_per_site"),
    "capacitated": ("least_share_by_area",),
}

Method = Literal["maximal_covering", "p_median", "set_cover", "capacitated"]
Served = Literal["everyone", "elderly", "remote"]
Counted = Literal["not_using", "residents"]


class Placement(BaseModel):
    """Whom places are chosen for, and among which."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serve: Served = Field(
        default="everyone",
        description="whose access counts: everyone the lever may reach, those aged 60 and over, or remote residents",
        examples=["elderly"],
    )
    count: Counted = Field(
        default="not_using",
        description="what counts of them: those who do not use electronic payment at the start, or all",
        examples=["residents"],
    )
    candidates: PlaceList = Field(
        default=(),
        description="where it may be: names, `sites`, `settlements`, `county_seats`; without it the region's "
        "candidate sites, or where it has none its settlements of over 200 people",
        examples=["settlements"],
    )
    never_open: PlaceList = Field(default=(), description="where it may not be", examples=[["Lishui"]])
    budget_yuan: YuanAmount | None = Field(
        default=None, description="what all of them together may cost over the run", examples=[2_000_000]
    )


class SitePlacement(Placement):
    """How the sites of kiosks are chosen: facility location with people as demand."""

    method: Method = Field(
        default="maximal_covering",
        description="cover most people (maximal_covering; capacitated where kiosks can be full), least travel "
        "(p_median), or the fewest sites that cover everybody (set_cover)",
        examples=["p_median"],
    )
    number: Count | None = Field(default=None, description="how many sites", examples=[40])
    travel_limit_km: Km = sourced(
        5.0, 1, 15, "km", "an hour on foot", "assumption", meaning="farthest travel at which a site counts as near"
    )
    travel_limit_by_age: dict[AgeName, Km] = Field(
        default_factory=dict, description="another limit for an age band, km", examples=["{75+: 2.5}"]
    )
    existing: PlaceList = Field(
        default=(),
        description="places that serve people already: names, or `access_points` for those of the region's table",
        examples=["access_points"],
    )
    must_open: PlaceList = Field(default=(), description="where one must be", examples=[["Bihu"]])
    least_share_by_area: dict[AreaName, Share] = Field(
        default_factory=dict,
        description="share of an area's people who must be covered, whatever that costs the others",
        examples=["{remote: 0.5}"],
    )
    people_per_site: Amount | None = Field(
        default=None,
        description="people a site can serve over the run (capacitated); without it weekly capacity times weeks",
        examples=[2000],
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        idle = [name for name in NOT_FOR[self.method] if getattr(self, name)]
        if idle:
            params = {"method": self.method, "names": ", ".join(idle)}
            raise PydanticCustomError("placement_not_for_method", "{method} has no use for {names}", params)
        if self.method != "set_cover" and self.number is None and self.budget_yuan is None:
            raise PydanticCustomError("placement_without_size", "says neither how many nor for how much", {})
        if self.number == 0:
            raise PydanticCustomError("placement_without_size", "asks for none", {})
        both = sorted(set(self.must_open) & set(self.never_open))
        if both:
            raise PydanticCustomError("must_and_never", "both must and may not open", {"names": ", ".join(both)})
        return self


class TourPlacement(Placement):
    """How the events of trainers who move from place to place are chosen: a tour for each."""

    serve: Served = "elderly"
    trainers: Count = sourced(
        4, 1, 50, "trainers", RULE, "definition", meaning="trainers who are on tour at the same time", examples=[4]
    )
    weeks_per_stay: WholeWeeks = sourced(
        4, 1, 26, "weeks", RULE, "definition", meaning="weeks a trainer stays at a place, at least", examples=[4]
    )
    weeks: WholeWeeks | None = Field(
        default=None,
        description="weeks the tours last, from the lever's start; without it the weeks of its schedule",
        examples=[52],
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.trainers == 0 or self.weeks_per_stay == 0:
            raise PydanticCustomError("placement_without_size", "asks for none", {})
        return self


class OrOptimise:
    """Marks a list of places in whose stead a file may say `optimise`; loading a file takes the word away."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"const": OPTIMISE}]}


def left_open(lever: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lever as a file says it, with `sites: optimise` taken for a list still to be found by `placement`."""
    entries = [name for name in ENTRIES if lever.get(name) == OPTIMISE]
    if not entries:
        return dict(lever)
    return {"placement": {}, **{name: value for name, value in lever.items() if name not in entries}}
