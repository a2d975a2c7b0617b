"""How settings name places, which rows of a world they mean, and help points that stand there."""

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint
from simulation.core.state import Places, World

ALL = "all"
COUNTY_SEATS = "county_seats"
PLACE_KEYWORDS = (ALL, COUNTY_SEATS)

Rows = NDArray[np.int64]


def _as_tuple(value: Any) -> Any:
    """Take a single name for a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


# Names (English or Chinese), identifiers, or one of the keywords
PlaceList = Annotated[
    tuple[str, ...],
    BeforeValidator(_as_tuple),
    WithJsonSchema(
        {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}], "examples": [ALL, ["Bihu"]]}
    ),
]


def place_rows(names: tuple[str, ...], world: World) -> Rows:
    """Return the spots of a world that some names mean, as `spots_named` does."""
    return spots_named(names, world.places)


def spots_named(names: tuple[str, ...], places: Places) -> Rows:
    """Return the spots (`core.state.Places`) some names mean, ascending and without repeats: places before sites.

    Parameters
    ----------
    names : tuple of str
        Names, Chinese names, identifiers, or the keywords `all` and `county_seats`, which mean places only. A
        name that a place and a site share means the place.

    Raises
    ------
    ValueError
        If a name is unknown, or means several places, or several sites.
    """
    identifiers = (*places.place_id, *places.site_id)
    n_places = len(places.place_id)
    rows: set[int] = set()
    for name in names:
        if name == ALL:
            rows.update(range(n_places))
        elif name == COUNTY_SEATS:
            rows.update(int(row) for row in np.flatnonzero(places.is_seat))
        elif name in identifiers:
            rows.add(identifiers.index(name))
        else:
            found = [k for k, pair in enumerate(zip(places.name, places.name_zh, strict=True)) if name in pair]
            found = found or [n_places + k for k, site in enumerate(places.site_name) if name == site]
            if len(found) != 1:
                meant = ", ".join(identifiers[k] for k in found) or "none"
                raise ValueError(f"{name!r} must name one place of the region; it names: {meant}")
            rows.add(found[0])
    return np.array(sorted(rows), np.int64)


def spot_id(world: World, spot: int) -> str:
    """Return the identifier of a spot."""
    return (*world.places.place_id, *world.places.site_id)[spot]


def spot_km(world: World, spot: int) -> tuple[float, float]:
    """Return where a spot lies, km east and north of the region's origin."""
    places = world.places
    n_places = len(places.place_id)
    if spot < n_places:
        return float(places.x_km[spot]), float(places.y_km[spot])
    return float(places.site_x_km[spot - n_places]), float(places.site_y_km[spot - n_places])


def place_of_zone(world: World) -> Rows:
    """Return the place most citizens of each zone live at, shape (Z,); -1 where nobody lives."""
    n_places = len(world.places.place_id)
    first = world.zones.first_citizen
    result = np.full(len(first) - 1, -1, np.int64)
    for zone in range(len(result)):
        residents = world.citizens.place[first[zone] : first[zone + 1]]
        if len(residents):
            result[zone] = np.argmax(np.bincount(residents, minlength=n_places))
    return result


def check_places(
    kind: str, places: tuple[str, ...], single: tuple[str, ...], entries: str, is_left_open: bool = False
) -> None:
    """Refuse a lever that helps people at a place and has none, or says its places twice over.

    Parameters
    ----------
    single : tuple of str
        Places of the entries under `entries`, each of which must be one place.
    is_left_open : bool
        Whether its entries are still to be found, as its `placement` says.
    """
    if is_left_open and places:
        raise PydanticCustomError("places_given_twice", "has both", {"kind": kind, "entries": entries})
    if not places and not single and not is_left_open:
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
