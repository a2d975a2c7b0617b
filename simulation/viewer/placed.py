"""What levers put where: kiosks and training events at settlements, or at sites of the region's own tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk
from simulation.levers.places import ALL, COUNTY_SEATS
from simulation.levers.teaching import Teaching
from simulation.outcomes import numbers
from simulation.outcomes.result import Result
from simulation.outcomes.wording import lever_labels
from simulation.region import find_region
from simulation.region.sources import SEAT, Place, Region

KIOSK, EVENT = "kiosk", "event"
STARTED_OR_STOPPED = ("start", "stop")

Spots = list[int | Place]  # rows of settlements, or sites


@dataclass(frozen=True, slots=True)
class Placed:
    """Something a lever puts at a place.

    Attributes
    ----------
    spot : int, Place or None
        Row of the settlement, or the site; None where the run does not tell where it is.
    place : str
        How the place is called.
    kind : str
        "kiosk" or "event".
    first, end : int
        First week, and the first in which it is gone.
    lever : str
        How the lever is called.
    """

    spot: int | Place | None
    place: str
    kind: str
    first: int
    end: int
    lever: str


def placed_by(result: Result, lang: str) -> list[Placed]:
    """Return kiosks and training events of a run, the earliest first; what waits for a rule to start it is left out."""
    d = result.dataset
    words = lever_labels(d, lang)
    listed = names_of(result, lang)
    stays = [
        (words.get(name, name), KIOSK if isinstance(lever, Kiosk) else EVENT, *stay)
        for name, lever in result.scenario.levers.items()
        if not lever.standby
        for stay in _stays(lever, d.sizes["week"])
    ]
    meant = _spots_by_name(result) if stays else {}
    found = []
    for words_of_lever, kind, where, first, end in stays:
        for spot in meant.get(where, []):
            place = listed[spot] if isinstance(spot, int) else spot.name or spot.place_id
            found.append(Placed(spot, place, kind, first, end, words_of_lever))
        if not meant.get(where):
            found.append(Placed(None, where, kind, first, end, words_of_lever))
    return sorted(found, key=lambda one: (one.first, one.end))


def names_of(result: Result, lang: str) -> list[str]:
    """Return what the settlements are called."""
    d = result.dataset
    return [str(name) for name in d["place_name_zh" if numbers.is_chinese(lang) else "place_name"].values]


def under_rules(result: Result, lang: str) -> list[str]:
    """Return how the levers with places are called that a rule may start or stop, so that weeks are those planned."""
    actions = [rule.action for rule in result.scenario.adjustment.values()]
    names = {one.lever for one in actions if one.change in STARTED_OR_STOPPED}
    words = lever_labels(result.dataset, lang)
    levers = result.scenario.levers
    return [words.get(name, name) for name in sorted(names) if isinstance(levers.get(name), Kiosk | Teaching)]


def _stays(lever: Lever, weeks: int) -> list[tuple[str, int, int]]:
    """Return (place's name or keyword, first week, first week gone) of a lever that helps at places."""
    if isinstance(lever, Kiosk):
        end = min(weeks, lever.schedule.closing_week)
        one_by_one = [(site.place, lever.opening_week(site), end) for site in lever.sites]
        found = one_by_one or [(place, lever.opening_week(), end) for place in lever.places]
    elif isinstance(lever, Teaching):
        events = [(event.place, *lever.open_weeks(event)) for event in lever.events]
        found = events or [(place, *lever.open_weeks()) for place in lever.places]
    else:
        found = []
    return [(place, first, min(weeks, end)) for place, first, end in found if first < min(weeks, end)]


def _spots_by_name(result: Result) -> Mapping[str, Spots]:
    """Return what names mean, as in a scenario: identifiers first, then settlements, then sites; several mean none."""
    d = result.dataset
    region = _region_of(result)
    sites = region.sites if region else ()
    spots: dict[str, Spots] = {}
    _add_names(spots, [(site.name, site) for site in sites])
    settlements: dict[str, Spots] = {}
    for values in (d.place_name.values, d.place_name_zh.values):
        _add_names(settlements, [(str(name), row) for row, name in enumerate(values)])
    spots |= settlements
    spots |= {site.place_id: [site] for site in sites}
    rows = {str(name): row for row, name in enumerate(d.place.values)}
    spots |= {name: [row] for name, row in rows.items()}
    spots[ALL] = [row for row, n in enumerate(d.n_residents_place.mean("replicate").values) if n > 0]
    seats = [place.place_id for place in region.places if place.kind == SEAT] if region else []
    spots[COUNTY_SEATS] = [rows[name] for name in seats if name in rows]
    return spots


def _add_names(spots: dict[str, Spots], pairs: "list[tuple[str, int]] | list[tuple[str, Place]]") -> None:
    """Add names; one that two bear means neither."""
    for name, spot in pairs:
        spots[name] = [spot] if spots.get(name, [spot]) == [spot] else []


def _region_of(result: Result) -> Region | None:
    """Return the region as the run had it; None where its tables are gone or were changed since."""
    recorded = result.provenance.get("region", {})
    try:
        region = find_region(str(recorded.get("folder", result.scenario.region)))
    except (ValueError, OSError, KeyError):
        return None
    return region if region.tables_digest == recorded.get("tables_digest", "") else None
