"""What is legal but odd about a scenario: doses of zero, levers that never act, budgets already spent."""

from collections.abc import Iterator

from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk
from simulation.levers.training_event import TrainingEvent
from simulation.messages import Message
from simulation.scenario.checks import KnownPlaces, places_meant
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import Scenario

FEN = 100
MOST_SEATS_PER_TRAINER = 60  # a week; the upper end of the plausible range of `seats_per_week`


def n_places(lever: Lever, known: KnownPlaces | None) -> int | None:
    """Return at how many places a lever acts that is bought place by place; None where that is not known.

    Parameters
    ----------
    known : mapping, optional
        Identifiers each place name of the region means; needed for `all` and `county_seats`.
    """
    if not isinstance(lever, TrainingEvent | Kiosk):
        return 0
    if not lever.places:
        return len(lever.events) if isinstance(lever, TrainingEvent) else len(lever.sites)
    return len(places_meant(lever.places, known)) if known is not None else None


def fixed_yuan(scenario: Scenario, known: KnownPlaces | None = None) -> dict[str, float | None]:
    """Return what each lever costs whether or not anybody uses it, yuan over the run; None where not known."""
    result: dict[str, float | None] = {}
    for name, lever in scenario.levers.items():
        n = n_places(lever, known)
        result[name] = None if n is None else lever.fixed_fen(scenario.weeks, n) / FEN
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
        if event.end_week <= event.start_week or event.start_week >= scenario.weeks or event.intensity == 0:
            found.append(Message("warning.event_without_effect", {"start": event.start_week, "end": event.end_week}))
    for switch in ("freeze_peers", "freeze_acceptance"):
        if getattr(scenario.behaviour, switch):
            found.append(Message("warning.switch", {"name": switch}))
    for field, info in setting_fields(type(scenario.behaviour)):
        found += _outside(f"behaviour.{field}", getattr(scenario.behaviour, field), info.json_schema_extra)
    return found + list(_of_budget(scenario, known))


def _of_lever(name: str, lever: Lever, scenario: Scenario) -> Iterator[Message]:
    schedule = lever.schedule
    if lever.is_idle():
        yield Message("warning.dose_zero", {"name": name})
    if schedule.start_week >= scenario.weeks:
        yield Message("warning.never_starts", {"name": name, "start": schedule.start_week, "weeks": scenario.weeks})
    elif schedule.end_week is not None and schedule.end_week <= schedule.start_week:
        yield Message(
            "warning.ends_before_start", {"name": name, "start": schedule.start_week, "end": schedule.end_week}
        )
    if lever.eligibility.share == 0:
        yield Message("warning.reaches_nobody", {"name": name})
    if isinstance(lever, TrainingEvent):
        yield from _of_training(name, lever, scenario)
    if isinstance(lever, Kiosk):
        end = min(schedule.closing_week, scenario.weeks)
        for site in lever.sites:
            if lever.opening_week(site) >= end or site.capacity_per_week == 0:
                yield Message("warning.never_usable", {"name": name, "place": site.place})
    for field, info in setting_fields(type(lever)):
        yield from _outside(f"levers.{name}.{field}", getattr(lever, field), info.json_schema_extra)


def _of_training(name: str, lever: TrainingEvent, scenario: Scenario) -> Iterator[Message]:
    for event in lever.events:
        first, end = lever.open_weeks(event)
        if first >= min(end, scenario.weeks) or event.seats_per_week == 0:
            yield Message("warning.never_usable", {"name": name, "place": event.place})
    pairs = [(event.seats_per_week, event.trainers) for event in lever.events]
    if any(
        seats > MOST_SEATS_PER_TRAINER * trainers
        for seats, trainers in pairs or [(lever.seats_per_week, lever.trainers)]
    ):
        yield Message("warning.few_trainers", {"name": name, "most": MOST_SEATS_PER_TRAINER})


def _outside(field: str, value: object, extra: object) -> Iterator[Message]:
    """Yield a warning for a number outside the range within which it is plausible."""
    if isinstance(extra, dict) and isinstance(value, int | float) and not isinstance(value, bool):
        low, high = extra["low"], extra["high"]
        if value and not low <= value <= high:
            yield Message("warning.outside_range", {"field": field, "value": value, "low": low, "high": high})


def _of_budget(scenario: Scenario, known: KnownPlaces | None) -> Iterator[Message]:
    budget = scenario.budget
    if budget is None:
        return
    fixed = sum(yuan or 0.0 for yuan in fixed_yuan(scenario, known).values())
    if fixed > budget.total_yuan:
        yield Message("warning.fixed_over_budget", {"fixed": fixed, "budget": budget.total_yuan})
    lines = sum(budget.lines.values())
    if lines > budget.total_yuan:
        yield Message("warning.lines_over_budget", {"lines": lines, "budget": budget.total_yuan})
