"""What is legal but odd about a scenario: doses of zero, levers that never act, budgets already spent."""

from collections.abc import Iterator

from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk
from simulation.levers.teaching import Teaching
from simulation.messages import Message
from simulation.scenario.checks import KnownPlaces, places_meant
from simulation.scenario.events import BudgetCut
from simulation.scenario.problems import field_name, setting_fields, show
from simulation.scenario.schema import Scenario
from simulation.scenario.tree import Leaf, leaf_at

FEN = 100
QUARTER = 13  # weeks


def n_places(lever: Lever, known: KnownPlaces | None) -> int | None:
    """Return at how many places a lever acts that is bought place by place; None where that is not known.

    Parameters
    ----------
    known : mapping, optional
        Identifiers each place name of the region means; needed for `all` and `county_seats`.
    """
    if not isinstance(lever, Teaching | Kiosk):
        return 0
    if not lever.places:
        return len(lever.events) if isinstance(lever, Teaching) else len(lever.sites)
    return len(places_meant(lever.places, known)) if known is not None else None


def fixed_yuan(scenario: Scenario, known: KnownPlaces | None = None) -> dict[str, float | None]:
    """Return what each lever costs whether or not anybody uses it, yuan over the run; None where not known.

    A lever on standby costs nothing until a rule starts it.
    """
    result: dict[str, float | None] = {}
    for name, lever in scenario.levers.items():
        n = n_places(lever, known)
        owed = {} if lever.standby or n is None else lever.commitments(scenario.weeks, n)
        result[name] = None if n is None else sum(owed.values()) / FEN
    return result


def warnings(scenario: Scenario, known: KnownPlaces | None = None) -> list[Message]:
    """Return everything odd about a scenario, one message each.

    Parameters
    ----------
    known : mapping, optional
        Identifiers each place name of the region means, as `place_names` gives them.
    """
    found: list[Message] = []
    if scenario.survey.illustrative:
        found.append(Message("warning.illustrative"))
    if scenario.replicates == 1:
        found.append(Message("warning.one_replicate"))
    for name, lever in sorted(scenario.levers.items()):
        found += _of_lever(name, lever, scenario)
    for event in scenario.events:
        if event.is_idle() or event.start_week >= scenario.weeks:
            params = {"kind": Message(f"label.event.{event.kind}"), "start": event.start_week}
            found.append(Message("warning.event_without_effect", params))
        elif isinstance(event, BudgetCut) and scenario.budget is None:
            found.append(Message("warning.cut_without_budget"))
    for switch in ("freeze_peers", "freeze_acceptance"):
        if getattr(scenario.behaviour, switch):
            found.append(Message("warning.switch", {"name": switch}))
    for field, info in setting_fields(type(scenario.behaviour)):
        found += _outside(f"behaviour.{field}", getattr(scenario.behaviour, field), info.json_schema_extra)
    return found + list(_of_budget(scenario))


def _of_lever(name: str, lever: Lever, scenario: Scenario) -> Iterator[Message]:
    if lever.is_idle():
        yield Message("warning.dose_zero", {"name": name})
    if (never := _never_acts(name, lever, scenario.weeks)) is not None:
        yield never
    if lever.eligibility.share == 0:
        yield Message("warning.reaches_nobody", {"name": name})
    if isinstance(lever, Teaching):
        yield from _of_teaching(name, lever, scenario)
    if isinstance(lever, Kiosk):
        end = min(lever.schedule.closing_week, scenario.weeks)
        for site in lever.sites:
            if lever.opening_week(site) >= end or site.capacity_per_week == 0:
                yield Message("warning.never_usable", {"name": name, "place": site.place})
    for field, info in setting_fields(type(lever)):
        yield from _outside(f"levers.{name}.{field}", getattr(lever, field), info.json_schema_extra)


def _never_acts(name: str, lever: Lever, weeks: int) -> Message | None:
    """Return why a lever's schedule never lets it act, None where it does."""
    start, end = lever.schedule.opening_week, lever.schedule.end_week
    if start >= weeks:
        return Message("warning.never_starts", {"name": name, "start": start, "weeks": weeks})
    if end is not None and end <= start:
        return Message("warning.ends_before_start", {"name": name, "start": start, "end": end})
    return None


def never_acting(scenario: Scenario, root: Leaf) -> list[Message]:
    """Return the levers whose schedules never let them act, with where in the file that stands.

    Such a schedule is legal: a run may be cut shorter than the plan is.

    Parameters
    ----------
    root : Leaf
        The scenario's file.
    """
    found = []
    for name, lever in sorted(scenario.levers.items()):
        why = _never_acts(name, lever, scenario.weeks)
        if why is None:
            continue
        starts_late = why.code == "warning.never_starts"
        keys = ("start_week", "phase", "delay_weeks") if starts_late else ("end_week", "phase", "start_week")
        path = ("levers", name, "schedule")
        written = (key for key in keys if leaf_at(root, (*path, key)) is not leaf_at(root, path))
        key = next(written, keys[0])
        leaf = leaf_at(root, (*path, key))
        example = "start_week: 0" if starts_late else f"end_week: {min(why.params['start'] + QUARTER, scenario.weeks)}"
        params = {"file": leaf.file, "line": leaf.line, "field": field_name((*path, key)), "why": why}
        value = show(getattr(lever.schedule, key))
        found.append(Message("warning.never_acts", {**params, "value": value, "example": example}))
    return found


def _of_teaching(name: str, lever: Teaching, scenario: Scenario) -> Iterator[Message]:
    for event in lever.events:
        first, end = lever.open_weeks(event)
        if first >= min(end, scenario.weeks) or event.seats_per_week == 0:
            yield Message("warning.never_usable", {"name": name, "place": event.place})
    pairs = [(event.seats_per_week, event.trainers) for event in lever.events]
    most = lever.most_seats_per_trainer
    if any(seats > most * trainers for seats, trainers in pairs or [(lever.seats_per_week, lever.trainers)]):
        yield Message("warning.few_trainers", {"name": name, "most": most})


def _outside(field: str, value: object, extra: object) -> Iterator[Message]:
    """Yield a warning for a number outside the range within which it is plausible."""
    if isinstance(extra, dict) and isinstance(value, int | float) and not isinstance(value, bool):
        low, high = extra["low"], extra["high"]
        if value and not low <= value <= high:
            yield Message("warning.outside_range", {"field": field, "value": value, "low": low, "high": high})


def _of_budget(scenario: Scenario) -> Iterator[Message]:
    budget = scenario.budget
    if budget is None:
        return
    for name, funder in sorted(budget.co_funding.items()):
        if not (funder.match_rate and funder.cap_yuan):
            yield Message("warning.co_funder_idle", {"name": name})
    lines = sum(budget.lines.values())
    if lines > budget.total_yuan:
        yield Message("warning.lines_over_budget", {"lines": lines, "budget": budget.total_yuan})
