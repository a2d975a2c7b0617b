"""An account of a scenario in plain language: what is bought, for whom, when, what it costs even unused."""

from collections.abc import Iterator
from typing import Any

from simulation.levers.base import Lever
from simulation.levers.home_visit import HomeVisit
from simulation.levers.kiosk import Kiosk
from simulation.levers.places import ALL, COUNTY_SEATS
from simulation.levers.teaching import Teaching
from simulation.messages import Message, language, render
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.checks import KnownPlaces
from simulation.scenario.explain_plan import budget_sentences, date_of, event_sentence, plan_sentences
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import EVERYBODY, Scenario, Target
from simulation.scenario.survey import Survey
from simulation.scenario.warnings import fixed_yuan, n_places, warnings

MOST_NAMED = 8  # places named one by one
UNCERTAIN = ("assumption", "recalled", "tuned")
SELDOM_SURVEYED = (
    "old_device_by_age", "refuses_face_by_age", "child_same_zone_share", "child_same_area_share", "family_phone_by_age",
    "network_seconds_by_area", "network_failure_by_area",
)  # fmt: skip


def explain(scenario: Scenario, lang: str = "en", known_places: KnownPlaces | None = None) -> str:
    """Return a scenario in words, with warnings at the end.

    Parameters
    ----------
    lang : str
        "en" or "zh".
    known_places : mapping, optional
        Identifiers each place name of the region means, as `place_names` gives them; without it the number
        of places behind `all` and `county_seats` cannot be told.
    """
    title = scenario.title.zh if language(lang) == "zh" else scenario.title.en
    lines = [render(message, lang) for message in _setting(scenario, title)]
    plan = [render(message, lang) for message in plan_sentences(scenario)]
    lines += ["", *plan] if plan else []
    lines += ["", render(Message("explain.levers"), lang)]
    fixed = fixed_yuan(scenario, known_places)
    for name, lever in sorted(scenario.levers.items()):
        lines.append(
            render(Message("explain.lever", {"name": name, "kind": Message(f"label.lever.{lever.kind}")}), lang)
        )
        lines += ["    " + render(m, lang) for m in _lever(lever, scenario, fixed[name], known_places)]
    if not scenario.levers:
        lines.append("    " + render(Message("explain.no_levers"), lang))
    events = (event_sentence(event, scenario) for event in scenario.events)
    rest = [*events, *_targets(scenario), *_money(scenario, fixed), *_assumptions(scenario)]
    lines += ["", *(render(message, lang) for message in rest)]
    odd = warnings(scenario, known_places)
    if odd:
        lines += ["", render(Message("explain.warnings"), lang)]
        lines += ["    " + render(message, lang) for message in odd]
    return "\n".join(lines) + "\n"


def _setting(scenario: Scenario, title: str) -> Iterator[Message]:
    yield Message("explain.title", {"title": title or "-"})
    code = "explain.everybody" if scenario.citizens == EVERYBODY else "explain.sample"
    yield Message(code, {"region": scenario.region, "citizens": scenario.citizens})
    last = (scenario.start_date, date_of(scenario, scenario.weeks))
    yield Message("explain.horizon", {"weeks": scenario.weeks, "start": last[0].isoformat(), "end": last[1]})
    yield Message("explain.replicates", {"replicates": scenario.replicates, "seed": scenario.seed})
    yield Message("explain.prices", {"year": str(scenario.price_year), "currency": scenario.currency})
    if scenario.survey.illustrative:
        yield Message("explain.illustrative")
    else:
        yield from _measured(scenario.survey)
    default = Behaviour()
    changed = [name for name in Behaviour.model_fields if getattr(scenario.behaviour, name) != getattr(default, name)]
    for name in changed:
        params = {"name": name, "value": getattr(scenario.behaviour, name), "default": getattr(default, name)}
        yield Message("explain.coefficient", params)
    if not changed:
        yield Message("explain.coefficients")


def _measured(survey: Survey) -> Iterator[Message]:
    """Say who was asked, and which tables of families, devices and network are as assumed all the same."""
    yield Message("explain.measured", {"source": survey.source})
    usual = Survey()
    names = [name for name in SELDOM_SURVEYED if getattr(survey, name) == getattr(usual, name)]
    if names:
        yield Message("explain.not_surveyed", {"names": names})


def _lever(lever: Lever, scenario: Scenario, fixed: float | None, known: KnownPlaces | None) -> Iterator[Message]:
    yield Message(f"explain.what.{lever.kind}", lever_settings(lever, scenario))
    if isinstance(lever, HomeVisit):
        yield Message("explain.visits", {"strategy": Message(f"label.strategy.{lever.strategy}")})
    if isinstance(lever, Teaching | Kiosk):
        yield from _sites(lever, scenario, known)
    yield Message("explain.whom", {"who": whom_words(lever)})
    schedule = lever.schedule
    end = min(schedule.closing_week, scenario.weeks)
    start = schedule.opening_week
    if isinstance(lever, Teaching) and lever.events and start == 0 and schedule.end_week is None:
        pass  # every event has told its own weeks
    elif start < end:
        params = {"start": start, "start_date": date_of(scenario, start), "last": end - 1}
        yield Message("explain.when", {**params, "end_date": date_of(scenario, end)})
    else:
        yield Message("explain.never")
    if schedule.delay_weeks:
        yield Message("explain.delay", {"start": schedule.start_week, "weeks": schedule.delay_weeks})
    if schedule.ramp_weeks:
        yield Message("explain.ramp", {"weeks": schedule.ramp_weeks})
    if fixed is None:
        yield Message("explain.fixed_unknown")
    elif fixed:
        yield Message("explain.fixed", {"yuan": fixed})
    yield Message(f"explain.cost.{lever.kind}", lever_settings(lever, scenario))


def lever_settings(lever: Lever, scenario: Scenario) -> dict[str, Any]:
    """Return everything the sentences about a lever may name; shares as percent."""
    values: dict[str, Any] = {}
    for name, _ in setting_fields(type(lever)):
        value = getattr(lever, name)
        values[name] = round(100 * value, 6) if name.endswith("_share") else value
    b = scenario.behaviour
    ours = ("cashback_weeks", "rent_subsidy_weeks", "service_price_yuan_per_week")
    return {**values, **{name: getattr(b, name) for name in ours}}


def _sites(lever: Teaching | Kiosk, scenario: Scenario, known: KnownPlaces | None) -> Iterator[Message]:
    if lever.places:
        yield Message(
            "explain.places", {"places": place_words(lever.places), "number": _number_of(n_places(lever, known))}
        )
        return
    if isinstance(lever, Kiosk):
        for site in lever.sites:
            week = lever.opening_week(site)
            params = {"place": site.place, "week": week, "date": date_of(scenario, week)}
            yield Message("explain.site", {**params, "capacity": site.capacity_per_week})
        return
    for event in lever.events:
        params = {"place": event.place, "start": event.start_week, "date": date_of(scenario, event.start_week)}
        size = {"weeks": event.weeks, "seats": event.seats_per_week, "trainers": event.trainers}
        yield Message("explain.training_event", {**params, **size})


def _number_of(number: int | None) -> Message | str:
    return "" if number is None else Message("explain.number_of_places", {"number": number})


def place_words(names: tuple[str, ...]) -> list[Message | str]:
    """Return places in words, the first few by name."""
    words: list[Message | str] = []
    for name in names[:MOST_NAMED]:
        words.append(Message(f"explain.{name}") if name in (ALL, COUNTY_SEATS) else name)
    if len(names) > MOST_NAMED:
        words.append(Message("explain.more_places", {"number": len(names) - MOST_NAMED}))
    return words


def whom_words(lever: Lever) -> list[Message | str]:
    """Return whom a lever may reach, in words."""
    eligibility = lever.eligibility
    words: list[Message | str] = []
    for group, label in (("ages", "age"), ("areas", "area"), ("incomes", "income"), ("sectors", "sector")):
        names = getattr(eligibility, group)
        if names:
            labels = [Message(f"label.{label}.{name}") for name in names]
            words.append(Message(f"explain.by_{label}", {"names": labels}))
    if eligibility.places:
        words.append(Message("explain.by_place", {"names": place_words(eligibility.places)}))
    if not words:
        words.append(Message(f"explain.all_{lever.target}"))
    if eligibility.share < 1:
        words.append(Message("explain.by_lot", {"percent": round(100 * eligibility.share, 6)}))
    return words


def _targets(scenario: Scenario) -> Iterator[Message]:
    for name, target in scenario.targets.items():
        params = {"name": name, "code": target.code, "label": Message(f"label.target.{target.code}")}
        yield Message("explain.target", {**params, "percent": round(100 * target.share, 6), "who": _segment(target)})


def _segment(target: Target) -> list[Message]:
    groups = (("age", target.ages), ("area", target.areas), ("income", target.incomes))
    words = [
        Message(f"explain.by_{label}", {"names": [Message(f"label.{label}.{name}") for name in names]})
        for label, names in groups
        if names
    ]
    return words or [Message("explain.all_residents")]


def _money(scenario: Scenario, fixed: dict[str, float | None]) -> Iterator[Message]:
    if scenario.levers:
        unknown = any(yuan is None for yuan in fixed.values())
        total = sum(yuan or 0.0 for yuan in fixed.values())
        yield Message("explain.fixed_total_at_least" if unknown else "explain.fixed_total", {"yuan": total})
    yield from budget_sentences(scenario)


def _assumptions(scenario: Scenario) -> Iterator[Message]:
    """Name the doses and prices of the scenario's levers that no source carries."""
    names = [
        f"{name}.{field}"
        for name, lever in sorted(scenario.levers.items())
        for field, info in setting_fields(type(lever))
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["grade"] in UNCERTAIN
    ]
    if names:
        yield Message("explain.assumptions", {"names": names})
