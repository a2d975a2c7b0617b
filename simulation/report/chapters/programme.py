"""Chapter 4: what is bought, when, for whom and at which prices; whose money it is and when it is spent."""

from datetime import timedelta

from simulation import plots
from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk
from simulation.levers.teaching import Teaching
from simulation.messages import Message, render
from simulation.outcomes import numbers
from simulation.report import html, money
from simulation.report.budget import budget_table, funder_table, quarter_table
from simulation.report.chapters.given import Given
from simulation.report.tables import Table
from simulation.scenario.adjustment import rule_sentence
from simulation.scenario.explain import lever_settings, place_words, whom_words
from simulation.scenario.explain_plan import event_sentence

KNOWN_PHASES = ("preparation", "rollout", "evaluation")


def programme(given: Given) -> str:
    """Return phases, levers, rules, events, budget and spending."""
    scenario = given.programme.scenario
    events = [render(event_sentence(event, scenario), given.lang) for event in scenario.events]
    if not scenario.levers:
        return given.p("report.no_levers") + (html.items(events) if events else "")
    parts = []
    if scenario.phases:
        parts.append(html.table(phase_table(given)))
    if scenario.coordination.delay_weeks:
        parts.append(given.p("report.programme.coordination", weeks=scenario.coordination.delay_weeks))
    parts.append(html.table(lever_table(given), "text"))
    rules = [render(rule_sentence(name, rule), given.lang) for name, rule in sorted(scenario.adjustment.items())]
    if rules:
        parts += [given.h3("rules"), html.items(rules)]
    if events:
        parts += [given.h3("events"), html.items(events)]
    return "".join(parts) + _money(given)


def _money(given: Given) -> str:
    parts = [given.h3("budget")]
    if currency := money.currency_sentence(given.programme, given.lang):
        parts.append(html.paragraph(currency))
    if given.programme.scenario.budget is None:
        parts.append(given.p("report.budget.none"))
    else:
        parts.append(html.table(budget_table(given)))
        if given.programme.scenario.budget.co_funding:
            parts.append(html.table(funder_table(given), "text"))
    if unpaid := money.unpaid_sentence(given.programme, given.lang):
        parts.append(html.paragraph(unpaid))
    parts += [
        given.draw(plots.spending_by_lever(given.programme, given.lang)),
        html.table(quarter_table(given)),
        html.table(money.spending_table(given.programme, given.lang)),
    ]
    for folded in (money.line_table(given.programme, given.lang), money.zone_table(given.programme, given.lang)):
        parts.append(html.details(folded.caption, html.table(folded)))
    return "".join(parts)


def phase_table(given: Given) -> Table:
    """Return the plan's phases with their weeks and days."""
    scenario = given.programme.scenario
    rows = []
    for name, phase in sorted(scenario.phases.items(), key=lambda item: item[1].start_week):
        first = scenario.start_date + timedelta(weeks=phase.start_week)
        last = scenario.start_date + timedelta(weeks=phase.end_week, days=-1)
        weeks = say_weeks(given, phase.start_week, phase.end_week)
        rows.append((phase_words(given, name), weeks, numbers.day(first, given.lang), numbers.day(last, given.lang)))
    columns = tuple(given.say(f"report.column.{code}") for code in ("phase", "weeks", "first_day", "last_day"))
    return Table(given.say("report.programme.phases"), columns, tuple(rows))


def phase_words(given: Given, name: str) -> str:
    """Return how a phase is called: the plan's own ones in the reader's language."""
    return given.say(f"report.phase.{name}") if name in KNOWN_PHASES else name


def say_weeks(given: Given, start: int, end: int) -> str:
    """Return weeks from `start` to before `end`."""
    return given.say("report.programme.weeks", first=start, last=end - 1)


def lever_table(given: Given) -> Table:
    """Return every lever: what it offers, for whom, in which weeks and at which prices."""
    scenario = given.programme.scenario
    rows = []
    for name, words in given.levers.items():
        lever = scenario.levers[name]
        settings = lever_settings(lever, scenario)
        what = render(Message(f"explain.what.{lever.kind}", settings), given.lang)
        whom = render(Message("report.programme.whom", {"who": whom_words(lever)}), given.lang)
        price = render(Message(f"explain.cost.{lever.kind}", settings), given.lang)
        separator = "" if numbers.is_chinese(given.lang) else " "
        offered = separator.join(text for text in (what, _places(given, lever)) if text)
        rows.append((words, offered, whom, _when(given, lever), price))
    columns = tuple(given.say(f"report.column.{code}") for code in ("lever", "offered", "whom", "weeks", "price"))
    note = given.say("report.programme.levers_note", year=scenario.price_year)
    return Table(given.say("report.programme.levers", n=len(rows)), columns, tuple(rows), note)


def _when(given: Given, lever: Lever) -> str:
    """Return the weeks a lever acts in, how it builds up, and whether a rule must start it."""
    scenario, schedule = given.programme.scenario, lever.schedule
    first, end = schedule.opening_week, min(schedule.closing_week, scenario.weeks)
    parts = [say_weeks(given, first, end) if first < end else given.say("report.programme.never")]
    if schedule.phase:
        parts.append(given.say("report.programme.phase", phase=phase_words(given, schedule.phase)))
    if schedule.ramp_weeks:
        parts.append(given.say("report.programme.ramp", weeks=schedule.ramp_weeks))
    if lever.standby:
        parts.append(given.say("report.programme.standby"))
    return given.joined(parts)


def _places(given: Given, lever: Lever) -> str:
    """Return where a lever teaches or helps, and how many people it can serve in a week."""
    if not isinstance(lever, Teaching | Kiosk):
        return ""
    seats = lever.seats_per_week if isinstance(lever, Teaching) else lever.capacity_per_week
    if lever.places:
        params = {"places": place_words(_in_language(given, lever.places)), "seats": numbers.decimal(seats, 0)}
        return render(Message("report.programme.at_each", params), given.lang)
    if isinstance(lever, Teaching):
        places = {event.place for event in lever.events}
        weekly = sum(event.seats_per_week for event in lever.events)
    else:
        places = {site.place for site in lever.sites}
        weekly = sum(site.capacity_per_week for site in lever.sites)
    return given.say("report.programme.at_places", n=len(places), seats=numbers.decimal(weekly, 0))


def _in_language(given: Given, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return places by their names in the reader's language, which scenario files need not use."""
    place = given.programme.dataset.place
    words = place.place_name_zh.values if numbers.is_chinese(given.lang) else place.place_name.values
    known = {str(name): str(word) for name, word in zip(place.place_name.values, words, strict=True)}
    known |= {str(name): str(word) for name, word in zip(place.values, words, strict=True)}
    return tuple(known.get(name, name) for name in names)
