"""Checks that need more than one field. They take plain data, so that a file with other errors is checked too."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from simulation.levers.placement import CANDIDATE_KEYWORDS, EXISTING_KEYWORDS
from simulation.levers.places import ALL, PLACE_KEYWORDS
from simulation.scenario.adjustment import BUDGET_SPENT

Path = tuple[str | int, ...]
Problem = tuple[Path, str, dict[str, Any]]  # where, code of the message without "error.", its params
KnownPlaces = Mapping[str, str | tuple[str, ...]]

DEFAULT_WEEKS = 156
PAST_THE_HORIZON = "past_the_horizon"
UNKNOWN_PHASE, NO_SUCH_LEVER = "unknown_phase", "no_such_lever"
RULE_PROBLEMS = ("rule_unknown_lever", "rule_cannot_scale", "rule_start_without_standby", "rule_without_budget")
MOST_SUGGESTED = 100  # problems that name what may have been meant, which takes time; fewer are told anyway
OF_SEVERAL_FIELDS = (PAST_THE_HORIZON, UNKNOWN_PHASE, NO_SUCH_LEVER, *RULE_PROBLEMS)


def nearest(name: Any, known: Collection[str]) -> str | None:
    """Return the known name most like one that is not known, if any is like it."""
    lowered = {candidate.lower(): candidate for candidate in known}
    match = get_close_matches(str(name).lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[match[0]] if match else None


def _mapping(data: Any, key: str) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _entries(data: Any, key: str) -> list[tuple[int, Mapping[str, Any]]]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return (
        [(k, entry) for k, entry in enumerate(value) if isinstance(entry, Mapping)] if isinstance(value, list) else []
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _weeks_named(data: Mapping[str, Any]) -> Iterator[tuple[Path, int]]:
    """Yield every week a scenario names, with where it stands."""
    for name, phase in _mapping(data, "phases").items():
        yield from _stretch(("phases", name), phase)
    for name, lever in _mapping(data, "levers").items():
        schedule = _mapping(lever, "schedule")
        for key in ("start_week", "end_week"):
            if _is_whole(schedule.get(key)):
                yield ("levers", name, "schedule", key), schedule[key]
        for k, entry in _entries(lever, "events"):
            yield from _stretch(("levers", name, "events", k), entry)
        for k, entry in _entries(lever, "sites"):
            if _is_whole(entry.get("opening_week")):
                yield ("levers", name, "sites", k, "opening_week"), entry["opening_week"]
    for k, event in _entries(data, "events"):
        for key in ("start_week", "end_week"):
            if _is_whole(event.get(key)):
                yield ("events", k, key), event[key]


def _stretch(where: Path, entry: Any) -> Iterator[tuple[Path, int]]:
    """Yield the week after a stretch of weeks that is given by its start and length."""
    if isinstance(entry, Mapping):
        first, length = entry.get("start_week", 0), entry.get("weeks", 0)
        if _is_whole(first) and _is_whole(length):
            yield (*where, "start_week" if length == 0 else "weeks"), first + length


def horizon_problems(data: Mapping[str, Any], weeks: Any = None) -> list[Problem]:
    """Return the weeks that lie past the horizon.

    Parameters
    ----------
    data : mapping
        A scenario as plain data; what has the wrong type is passed over.
    weeks : int, optional
        The horizon; read from the data where not given.
    """
    horizon = data.get("weeks", DEFAULT_WEEKS) if weeks is None else weeks
    if not _is_whole(horizon) or horizon < 1:
        return []
    return [
        (where, PAST_THE_HORIZON, {"value": week, "weeks": horizon})
        for where, week in _weeks_named(data)
        if week > horizon
    ]


def shorten(data: dict[str, Any], weeks: int) -> None:
    """Cut every week of a scenario's data to a shorter horizon, in place."""
    for where, week in list(_weeks_named(data)):
        holder: Any = data
        for step in where[:-1]:
            holder = holder[step]
        if week > weeks:
            if where[-1] == "weeks":
                holder["start_week"] = min(holder.get("start_week", 0), weeks)
                holder["weeks"] = weeks - holder["start_week"]
            else:
                holder[where[-1]] = weeks


def name_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Return the phases that levers name and the plan does not have, and levers that are paid for and not bought."""
    problems: list[Problem] = []
    phases, levers = _mapping(data, "phases"), _mapping(data, "levers")
    for name, lever in levers.items():
        phase = _mapping(lever, "schedule").get("phase")
        if isinstance(phase, str) and phase not in phases:
            problems.append((("levers", name, "schedule", "phase"), UNKNOWN_PHASE, _unknown(phase, phases)))
    for name, funder in _mapping(_mapping(data, "budget"), "co_funding").items():
        named = funder.get("levers") if isinstance(funder, Mapping) else None
        for k, lever in enumerate(named if isinstance(named, list) else ()):
            if isinstance(lever, str) and lever not in levers:
                where = ("budget", "co_funding", name, "levers", k)
                problems.append((where, NO_SUCH_LEVER, _unknown(lever, levers)))
    return problems


def _unknown(name: str, known: Collection[str]) -> dict[str, Any]:
    return {"value": name, "nearest": nearest(name, known), "known": ", ".join(known) or "-"}


def adjustment_problems(data: Mapping[str, Any], scalable: Collection[str]) -> list[Problem]:
    """Return the rules that name levers the scenario lacks, and changes their levers cannot undergo.

    Parameters
    ----------
    scalable : collection of str
        Kinds of levers whose dose can be multiplied.
    """
    problems: list[Problem] = []
    levers = _mapping(data, "levers")
    for rule, entry in _mapping(data, "adjustment").items():
        if _mapping(entry, "when").get("indicator") == BUDGET_SPENT and not _mapping(data, "budget"):
            problems.append((("adjustment", rule, "when", "indicator"), "rule_without_budget", {"value": BUDGET_SPENT}))
        action = _mapping(entry, "action")
        name, change = action.get("lever"), action.get("change")
        where: Path = ("adjustment", rule, "action", "change")
        if not isinstance(name, str):
            continue
        lever = levers.get(name)
        if name not in levers:
            example = f"lever: {next(iter(levers), 'voice')}"
            found = {**_unknown(name, levers), "example": example}
            problems.append((("adjustment", rule, "action", "lever"), "rule_unknown_lever", found))
        elif isinstance(lever, Mapping) and isinstance(lever.get("kind"), str):
            params = {"value": change, "lever": name, "kind": lever["kind"], "known": ", ".join(scalable) or "-"}
            if change == "scale" and lever["kind"] not in scalable:
                problems.append((where, "rule_cannot_scale", params))
            if change == "start" and lever.get("standby", False) is not True:
                problems.append((where, "rule_start_without_standby", params))
    return problems


def _places_named(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield every place a scenario names, with where it stands."""
    for name, lever in _mapping(data, "levers").items():
        holders: list[tuple[Path, Any]] = [
            (("levers", name, "places"), lever.get("places") if isinstance(lever, Mapping) else None),
            (("levers", name, "eligibility", "places"), _mapping(lever, "eligibility").get("places")),
        ]
        placement = _mapping(lever, "placement")
        for key in ("candidates", "existing", "must_open", "never_open"):
            holders.append((("levers", name, "placement", key), placement.get(key)))
        for key in ("events", "sites"):
            holders += [(("levers", name, key, k, "place"), entry.get("place")) for k, entry in _entries(lever, key)]
        for where, value in holders:
            if isinstance(value, str):
                yield where, value
            elif isinstance(value, list):
                yield from (((*where, k), place) for k, place in enumerate(value) if isinstance(place, str))


def place_problems(data: Mapping[str, Any], known: KnownPlaces) -> list[Problem]:
    """Return the places the region does not have, the names that mean several, and sites as a place of residence.

    Parameters
    ----------
    known : mapping of str to str or tuple of str
        Identifier, or identifiers, each name means; identifiers map to themselves. What `all` does not mean is a
        site nobody lives at.
    """
    problems: list[Problem] = []
    settled = known.get(ALL, ())
    for where, place in _places_named(data):
        if place in PLACE_KEYWORDS or ("placement" in where and place in (*CANDIDATE_KEYWORDS, *EXISTING_KEYWORDS)):
            continue
        if place not in known:
            match = nearest(place, known) if len(problems) < MOST_SUGGESTED else None
            problems.append((where, "unknown_place", {"value": place, "nearest": match}))
            continue
        meant = (known[place],) if isinstance(known[place], str) else known[place]
        if len(meant) > 1:
            problems.append((where, "ambiguous_place", {"value": place, "meant": ", ".join(meant)}))
        elif "eligibility" in where and settled and not set(meant) <= set(settled):
            problems.append((where, "nobody_lives_there", {"value": place, "settlement": settled[0]}))
    return problems


def places_meant(places: Collection[str], known: KnownPlaces) -> set[str]:
    """Return the identifiers a list of places means; names that are not known are left out."""
    result: set[str] = set()
    for place in places:
        meant = known.get(place, ())
        result.update((meant,) if isinstance(meant, str) else meant)
    return result
