"""What if: every lever of the plan as a slider, and what moving it changes, answered by the model at once."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import count
from typing import Any
from urllib.parse import urlencode

import numpy as np

from simulation import plots
from simulation.levers.base import Lever
from simulation.levers.ledger import LINES
from simulation.outcomes import numbers
from simulation.outcomes.targets import main_target
from simulation.outcomes.wording import label, labels_of_levers
from simulation.region.sources import find_region
from simulation.report import html
from simulation.scenario.evidence import evidence, in_language
from simulation.scenario.schema import Scenario
from simulation.viewer.asked import Asked
from simulation.viewer.figures import data_of, in_script
from simulation.viewer.map_data import facts
from simulation.viewer.pages.pieces import message, section
from simulation.viewer.pages.what_if_open import forgotten, is_forgotten, opening, size_asked
from simulation.viewer.room import Runs
from simulation.viewer.what_if.moves import DOSE, DOSE_STEP, ON, START, RefusedError, own_values, size_of, sized
from simulation.viewer.what_if.opened import PLAN, size_for

FIRST_SHOWN = 6  # levers
THEMES: Mapping[str, Sequence[str]] = {
    "money": ("coupon", "points", "discount_days", "phone_subsidy"),
    "people": ("campaign", "training_event", "senior_university", "home_visit", "kiosk", "hotline"),
    "merchants": ("terminal_subsidy", "fee_subsidy", "workshop", "acceptance_drive", "integrated_services"),
    "paying": (
        "unified_interface", "network_upgrade", "face_pilot", "voice_payment", "verification_limit",
        "outage_response", "biometric_verification",
    ),
}  # fmt: skip
MAIN_SETTING = {  # what the dose multiplies first
    "coupon": "first_use_yuan", "points": "points_yuan", "discount_days": "discount_yuan", "campaign": "intensity",
    "training_event": "seats_per_week", "senior_university": "seats_per_week", "home_visit": "visits",
    "kiosk": "capacity_per_week", "phone_subsidy": "subsidy_share", "terminal_subsidy": "pos_rent_share",
    "fee_subsidy": "fee_share", "workshop": "seats_per_week", "acceptance_drive": "probability_per_week",
    "integrated_services": "service_subsidy_share", "unified_interface": "interface_share",
    "face_pilot": "face_share", "voice_payment": "voice_share", "network_upgrade": "technical_share",
    "outage_response": "saved_share", "verification_limit": "limit_yuan", "hotline": "hotline_share",
    "biometric_verification": "fraud_control_share",
}  # fmt: skip
ONE_BY_ONE = ("sites", "events")  # where a lever lists these, its own settings mean nothing
AGES = ("15-29", "30-44", "45-59", "60-74", "75+")
AREAS = ("urban", "town", "remote")
SHEET = '<link rel="stylesheet" href="/static/what_if.css">'


def what_if(asked: Asked) -> str:
    """Return the levers and the places for the answer, or why there is none."""
    runs = asked.runs
    assert runs is not None
    refusal = _refusal(asked, runs)
    if refusal:
        return refusal
    if is_forgotten(asked):
        return SHEET + forgotten(asked)
    try:
        size = size_for(asked.opened, size_of(runs.programme.scenario, size_asked(asked)))
    except RefusedError as error:
        params = dict(error.params) | {"name": asked.say(f"what_if.size.{error.params['name']}")}
        return message(asked.say("what_if.size_title"), [asked.say("what_if.size_range", **params)], "missing")
    if asked.opened is None and not runs.programme.scenario.levers:
        return SHEET + message(asked.say("what_if.cannot"), [asked.say("what_if.no_levers")]) + opening(asked)
    try:
        plan = asked.opened.sized(size).scenario if asked.opened else sized(runs.programme.scenario, size)
    except RefusedError:  # what lies past a shorter horizon falls together
        told = message(asked.say("what_if.size_title"), [asked.say("what_if.not_cut", weeks=size.weeks)], "missing")
        return SHEET + told + opening(asked)
    query = {"run": asked.run, "lang": asked.lang, **size_asked(asked)}
    if asked.opened:
        query[PLAN] = asked.opened.ident
    live, file = (escape(f"/what-if/{name}?{urlencode(query)}") for name in ("live", "scenario.yaml"))
    told = asked.say("what_if.intro", citizens=numbers.decimal(size.citizens, 0), weeks=size.weeks, n=size.replicates)
    return (
        f"{SHEET}{html.paragraph(told, 'note')}{opening(asked)}"
        f'<div class="what-if" data-what-if="what-if-facts" data-live-at="{live}" data-file-at="{file}">'
        f'<div class="what-if-levers">{_levers(asked, runs, plan)}</div>'
        f'<div class="what-if-answer">{_answer(asked, runs)}</div></div>'
        f'<script type="application/json" id="what-if-facts">{in_script(_facts(asked, runs, plan))}</script>'
    )


def _say(asked: Asked, what: str) -> str:
    """Return words about the plan, or about the scenario that is open in its place."""
    return asked.say(f"what_if.{what}_opened" if asked.opened else f"what_if.{what}")


def _refusal(asked: Asked, runs: Runs) -> str:
    """Return why a run cannot be asked about; empty where it can."""
    title = asked.say("what_if.cannot")
    if asked.offline:
        return message(title, [asked.say("what_if.offline")], "empty", "epay view")
    if runs.baseline is None:
        return message(title, [asked.say("viewer.money.no_baseline")])
    try:
        here = [place.place_id for place in find_region(runs.programme.scenario.region).places]
    except (ValueError, OSError, KeyError):
        here = []
    if here != [str(place) for place in runs.programme.dataset.place.values]:
        return message(title, [asked.say("what_if.other_region")])
    return ""


def _levers(asked: Asked, runs: Runs, plan: Scenario) -> str:
    """Return the controls of every lever by theme: those that cost most first, the rest folded away."""
    d = runs.programme.dataset
    spent = d.spending_yuan.sum(("week", "line", "payer")).mean("replicate")
    order = [str(name) for name in d.lever.values[np.argsort(-spent.values, kind="stable")]]
    new = [name for name in plan.levers if name not in order]  # what was opened has, and the run had not
    first = set([name for name in (*new, *order) if name in plan.levers][:FIRST_SHOWN])
    words = labels_of_levers({name: lever.kind for name, lever in plan.levers.items()}, asked.lang)
    idents = count()
    shown, folded = (
        "".join(_themes(asked, plan, words, idents, names)) for names in (first, plan.levers.keys() - first)
    )
    more = ""
    if folded:
        n = len(plan.levers) - len(first)
        more = (
            f'<details class="more" data-more><summary>{escape(asked.say("what_if.more", n=n))} '
            f'<span class="badge" data-badge hidden></span></summary>{folded}</details>'
        )
    if not plan.levers:
        shown = html.paragraph(asked.say("what_if.open.no_levers"))
    mark = '<span class="plan-mark" aria-hidden="true"></span>'
    legend = f'<p class="note mark-legend">{mark}{escape(_say(asked, "mark"))}</p>' if plan.levers else ""
    return (
        f'<h2 id="levers">{escape(asked.say("what_if.levers"))}</h2>{legend}'
        f'<form aria-labelledby="levers">{shown}{more}'
        f'<p><button type="button" data-reset-all disabled>{escape(_say(asked, "reset_all"))}</button></p></form>'
    )


def _themes(asked: Asked, plan: Scenario, words: Mapping[str, str], idents: Any, names: Any) -> list[str]:
    parts = []
    for theme, kinds in THEMES.items():
        rows = [
            _lever(asked, plan, name, words[name], idents)
            for name, lever in plan.levers.items()
            if lever.kind in kinds and name in names
        ]
        if rows:
            parts.append(f"<h3>{escape(asked.say(f'what_if.theme.{theme}'))}</h3>{''.join(rows)}")
    return parts


def _lever(asked: Asked, plan: Scenario, name: str, words: str, idents: Any) -> str:
    own = own_values(plan)
    moves = "".join(
        _slider(asked, f"{name}.{what}", what, words, own[f"{name}.{what}"], f"move-{next(idents)}")
        for what in (DOSE, START)
        if f"{name}.{what}" in own
    )
    key = escape(f"{name}.{ON}")
    reset, reset_of = asked.say("what_if.reset"), asked.say("what_if.reset_of", lever=words)
    return (
        f'<fieldset class="lever" data-lever="{escape(name)}"><legend>{escape(words)}</legend>'
        f'<div class="switch"><label><input type="checkbox" data-move="{key}" checked> '
        f"{escape(_say(asked, 'on'))}</label>"
        f'<button type="button" class="link" data-reset="{escape(name)}" hidden '
        f'aria-label="{escape(reset_of)}">{escape(reset)}</button>'
        f"</div>{moves}</fieldset>"
    )


def _slider(asked: Asked, key: str, what: str, words: str, own: tuple[float, float, float], ident: str) -> str:
    """Return a slider with its number box; a mark shows the plan's value."""
    value, low, high = own
    step = DOSE_STEP if what == DOSE else 1
    at = (value - low) / (high - low) if high > low else 0.0
    words_of = _say(asked, what) if what == DOSE else asked.say(f"what_if.{what}")
    name, box = escape(words_of), escape(asked.say("what_if.box", what=words_of, lever=words))
    given = f'min="{low:g}" max="{high:g}" step="{step:g}" value="{value:g}" data-move="{escape(key)}"'
    means = f'<p class="note" data-means="{escape(key)}"></p>' if what == DOSE else ""
    return (
        f'<div class="move"><label for="{ident}">{name}</label><span class="track">'
        f'<input type="range" id="{ident}" {given}>'
        f'<span class="plan-mark" style="--at:{at:.4f}" aria-hidden="true"></span>'
        f'</span><input type="number" aria-label="{box}" {given}>{means}</div>'
    )


def _answer(asked: Asked, runs: Runs) -> str:
    """Return the places that scripts fill with every answer."""
    waiting = escape(asked.say("what_if.waiting"))
    layout = plots.coverage_over_time(runs.programme, runs.baseline, asked.lang)
    layout.data = []
    options = "".join(
        f'<option value="{value}">{escape(asked.say(f"what_if.map.{value}"))}</option>'
        for value in ("coverage", "added")
    )
    heads = "".join(
        f'<th scope="col">{escape(asked.say(f"what_if.column.{c}"))}</th>' for c in ("group", "change", "bar")
    )
    caption = escape(asked.say("what_if.bars"))
    numbers_of = html.details(asked.say("what_if.numbers"), _numbers(asked), "numbers")
    over_time = escape(asked.say("viewer.overview.over_time"))
    return (
        f'<p class="answer" data-headline>{waiting}</p><p data-cost></p>'
        '<p class="worlds"><span data-worlds></span></p><p class="label" role="alert" data-problem hidden></p>'
        f'<figure class="plot"><figcaption>{over_time}</figcaption><div class="canvas scroll-x">'
        f'<div class="chart" role="img" aria-label="{over_time}" data-chart="what-if-lines" style="min-height:330px">'
        f'</div></div><div class="tools" data-tools="what-if-lines"></div>{numbers_of}</figure>'
        f'<script type="application/json" id="what-if-lines">{data_of(layout)}</script>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="changes">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody data-bars></tbody>"
        f"</table></div>"
        f'<figure class="map-side"><figcaption>{escape(asked.say("what_if.map"))} <select data-map-value '
        f'aria-label="{escape(asked.say("what_if.map.value"))}">{options}</select></figcaption>'
        f'<canvas role="img" aria-label="{escape(asked.say("what_if.map"))}" data-small-map></canvas>'
        '<p class="note" data-map-note></p></figure>'
        + section(
            asked.say("what_if.save_title"),
            f"<p data-same>{escape(_say(asked, 'same'))}</p><ul data-difference></ul>"
            '<p class="label" data-save-warning hidden></p>'
            f'<p><a class="button" data-save download href="#">{escape(asked.say("what_if.save"))}</a></p>'
            + html.paragraph(asked.say("what_if.save_note"), "note"),
        )
    )


def _numbers(asked: Asked) -> str:
    """Return the table of the lines, without its rows."""
    week, plan, usual = (asked.say(f"what_if.column.{name}") for name in ("week", "plan", "baseline"))
    now = _say(asked, "column.now")
    names = (week, now, "2.5%", "97.5%", plan, usual)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    caption = escape(asked.say("what_if.numbers_caption"))
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table><caption><span>{caption}</span>'
        f"</caption><thead><tr>{heads}</tr></thead><tbody data-numbers></tbody></table></div>"
    )


def _facts(asked: Asked, runs: Runs, plan: Scenario) -> dict[str, Any]:
    """Return what scripts need besides the answers."""
    known = facts(runs, {}, asked.lang)
    dates = runs.programme.dataset.date.values[: plan.weeks]
    of_moves = {ON: _say(asked, ON), DOSE: _say(asked, DOSE), START: asked.say(f"what_if.{START}")}
    names = {f"{name}.{what}": words for name in plan.levers for what, words in of_moves.items()}
    currency = numbers.currency_of(runs.programme.dataset)
    return {
        "run": asked.run,
        "opened": asked.opened.ident if asked.opened else "",
        "own": own_values(plan),
        "names": names,
        "levers": labels_of_levers({name: lever.kind for name, lever in plan.levers.items()}, asked.lang),
        "settings": {f"{name}.{DOSE}": _setting(asked, lever) for name, lever in plan.levers.items()},
        "lines": {"": asked.say("what_if.whole_budget"), **{line: label("line", line, asked.lang) for line in LINES}},
        "dates": [str(date)[:10] for date in dates],
        "target": main_target(plan.targets),
        "ages": [label("age", age, asked.lang) for age in AGES],
        "areas": [label("area", area, asked.lang) for area in AREAS],
        "map": {name: known[name] for name in ("names", "x", "y", "people", "colours", "diverging")},
        "currency": {"per_yuan": currency.per_yuan, "code": "" if currency.is_yuan else currency.code},
    }


def _setting(asked: Asked, lever: Lever) -> dict[str, Any] | None:
    """Return the setting a dose multiplies first: its name, value, plausible range and unit."""
    field = MAIN_SETTING.get(lever.kind, "")
    value = getattr(lever, field, None)
    if not isinstance(value, int | float) or any(getattr(lever, name, ()) for name in ONE_BY_ONE):
        return None
    found = next((one for one in evidence() if one.name == f"{lever.kind}.{field}"), None)
    if found is None:
        return None
    is_share = field.endswith("_share") or field == "probability_per_week"
    caps = [bounds.high for bounds in type(lever).model_fields[field].metadata if getattr(bounds, "high", None)]
    return {
        "name": asked.say(f"what_if.setting.{lever.kind}"),
        "value": value,
        "low": found.low,
        "high": found.high,
        "cap": caps[0] if caps else None,
        "unit": "" if is_share or field == "intensity" else in_language(found, asked.lang)[1],
        "is_share": is_share,
    }
