"""Map: coverage where people live, week by week, with what was put where; and the same as a table."""

import base64
from html import escape
from typing import Any

import numpy as np

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage_by_place
from simulation.report import html
from simulation.viewer.asked import Asked
from simulation.viewer.figures import in_script
from simulation.viewer.map_data import drawn_runs, facts, series
from simulation.viewer.map_finding import finding_at_end
from simulation.viewer.pages.map_placed import kinds_drawn, legend_marks, placed_table
from simulation.viewer.pages.pieces import section
from simulation.viewer.placed import names_of

FIRST_SHOWN = 40  # rows of the table before it is asked for whole
VALUES = ("coverage", "gap", "added")
STEPS = ("back", "play", "forward")


def map_page(asked: Asked) -> str:
    """Return the finding, the controls, the drawing, the place looked at, and the tables that say the same."""
    given, runs = asked.given, asked.runs
    assert runs is not None
    drawn = drawn_runs(asked.room, runs, asked.lang, not asked.offline)
    known = facts(runs, drawn, asked.lang)
    finding = finding_at_end(given.programme, np.array(known["enough"], bool), given.lang)
    key = f"map-{asked.lang}"
    address = asked.link("map.bin") if not asked.offline else ""
    inline = ""
    if asked.offline:
        encoded = base64.b64encode(series(drawn)).decode()
        inline = f'<script type="application/octet-stream" id="{key}-series">{encoded}</script>'
    return "".join(
        [
            f'<div class="room-map" data-map="{key}" data-series="{escape(address)}">',
            f'<p class="answer" data-finding aria-live="polite">{escape(finding)}</p>',
            _controls(asked, known, key),
            _canvases(asked, finding),
            _pinned(asked),
            '<div class="tools" data-map-tools></div>',
            _legend(asked, known),
            placed_table(asked, known),
            section(asked.say("viewer.map.table"), _table(asked, key)),
            "</div>",
            f'<script type="application/json" id="{key}">{in_script(known)}</script>{inline}',
        ]
    )


def _controls(asked: Asked, known: dict[str, Any], key: str) -> str:
    """Return what is drawn, on which side, and in which week."""
    d = asked.given.programme.dataset
    possible = [v for v in VALUES if _is_possible(v, known)]
    radios = "".join(
        f'<label><input type="radio" name="{key}-value" value="{value}"{" checked" if value == "coverage" else ""}> '
        f"{escape(asked.say(f'viewer.map.value.{value}'))}</label>"
        for value in possible
    )
    sides = ""
    if len(known["runs"]) > 1:
        picks = "".join(_side(asked, side, known["runs"], k) for k, side in enumerate(("left", "right")))
        sides = (
            f'<span class="pair"><label><input type="checkbox" data-pair> '
            f"{escape(asked.say('viewer.map.pair'))}</label>"
            f"{picks}</span>"
        )
    if kinds_drawn(known):
        words = escape(asked.say("viewer.map.with_placed"))
        sides += f'<label><input type="checkbox" data-with-placed checked> {words}</label>'
    last = d.sizes["week"] - 1
    buttons = "".join(
        f'<button type="button" data-step="{step}" aria-label="{escape(asked.say(f"viewer.map.{step}"))}" '
        f'title="{escape(asked.say(f"viewer.map.{step}"))}"><span aria-hidden="true">{SIGNS[step]}</span></button>'
        for step in STEPS
    )
    return (
        f'<div class="map-controls"><fieldset><legend>{escape(asked.say("viewer.map.colour"))}</legend>'
        f"{radios}</fieldset>"
        f'{sides}</div><div class="scrubber">{buttons}<label for="{key}-week" class="visually-hidden">'
        f'{escape(asked.say("viewer.map.week"))}</label><input type="range" id="{key}-week" data-week min="0" '
        f'max="{last}" value="{last}" step="1"><output for="{key}-week" data-date>'
        f"{escape(numbers.day(d.date.values[-1], asked.lang))}</output></div>"
    )


SIGNS = {"back": "‹", "play": "▶", "forward": "›"}


def _is_possible(value: str, known: dict[str, Any]) -> bool:
    return (value != "gap" or known["target"] is not None) and (value != "added" or "baseline" in known["roles"])


def _side(asked: Asked, side: str, drawn: list[str], chosen: int) -> str:
    """Return what picks the run of one side."""
    order = (1, 0)  # business as usual left, the programme right
    options = "".join(
        f'<option value="{k}"{" selected" if k == order[chosen] else ""}>{escape(name)}</option>'
        for k, name in enumerate(drawn)
    )
    words = escape(asked.say(f"viewer.map.{side}"))
    return f'<select data-side="{side}" aria-label="{words}" hidden>{options}</select>'


def _canvases(asked: Asked, finding: str) -> str:
    sides = "".join(
        f'<figure class="map-side" data-canvas="{side}"{" hidden" if side == "left" else ""}><figcaption></figcaption>'
        f'<canvas role="img" aria-label="{escape(finding)}"></canvas></figure>'
        for side in ("left", "right")
    )
    tools = "".join(
        f'<button type="button" data-zoom="{name}" aria-label="{escape(asked.say(f"viewer.map.{name}"))}" '
        f'title="{escape(asked.say(f"viewer.map.{name}"))}"><span aria-hidden="true">{sign}</span></button>'
        for name, sign in (("closer", "+"), ("farther", "−"), ("whole", "⤢"))
    )
    return f'<div class="map-sides">{sides}<div class="map-tools">{tools}</div></div>'


def _pinned(asked: Asked) -> str:
    """Return where the place that was chosen is told about: it stays in sight while tables below it are read."""
    close = escape(asked.say("viewer.map.unpin"))
    return (
        f'<div class="pinned"><div data-pinned aria-live="polite">'
        f"{html.paragraph(asked.say('viewer.map.pin'), 'note')}</div>"
        f'<button type="button" data-unpin aria-label="{close}" title="{close}" hidden>'
        '<span aria-hidden="true">✕</span></button></div>'
    )


def _legend(asked: Asked, known: dict[str, Any]) -> str:
    """Return what colour, size and shape mean."""
    return f'<div class="map-legend"><div data-scale></div><ul data-marks>{legend_marks(asked, known)}</ul></div>'


def _table(asked: Asked, key: str) -> str:
    """Return every settlement at the run's end; scripts follow the week that is looked at."""
    runs = asked.runs
    assert runs is not None
    d = runs.programme.dataset
    people = d.n_residents_place.mean("replicate").values
    last = {
        role: coverage_by_place(result.dataset).isel(week=-1).mean("replicate").values
        for role, result in runs.by_role().items()
    }
    columns = ["place", "people", *(f"role.{role}" for role in last)]
    if "baseline" in last:
        columns.append("added")
    heads = "".join(_head(asked, column, k) for k, column in enumerate(columns))
    rows = ""
    order = sorted(range(len(people)), key=lambda k: -people[k])
    listed = names_of(runs.programme, asked.lang)
    for position, k in enumerate(order):
        cells = [f"<td>{numbers.decimal(float(people[k]), 0)}</td>"]
        cells += [f'<td data-role="{r}">{numbers.percent(float(v[k]))}</td>' for r, v in enumerate(last.values())]
        if "baseline" in last:
            added = 100 * float(last["programme"][k] - last["baseline"][k])
            cells.append(f"<td data-added>{numbers.decimal(added, 1, True)}</td>")
        hidden = " hidden" if position >= FIRST_SHOWN else ""
        rows += (
            f'<tr data-place="{k}"{hidden}><th scope="row"><button type="button" class="link">{escape(listed[k])}'
            f"</button></th>{''.join(cells)}</tr>"
        )
    caption = escape(asked.say("viewer.map.caption", n=len(people)))
    more = ""
    if len(people) > FIRST_SHOWN:
        more = f'<p><button type="button" data-all>{escape(asked.say("viewer.map.all", n=len(people)))}</button></p>'
    ident = f"{key}-find"
    find = (
        f'<p class="search"><label for="{ident}">{escape(asked.say("viewer.map.find"))}</label> '
        f'<input type="search" id="{ident}" data-find autocomplete="off"></p>'
    )
    return (
        f'{find}<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="places">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{more}{html.paragraph(asked.say('viewer.map.note'), 'note')}"
    )


def _head(asked: Asked, column: str, k: int) -> str:
    """Return a heading whose button sorts by its column."""
    role = column.removeprefix("role.")
    words = asked.say(f"plot.role.{role}") if role != column else asked.say(f"viewer.map.column.{column}")
    sort = ' aria-sort="descending"' if column == "people" else ""
    return f'<th scope="col"{sort}><button type="button" class="link" data-sort="{k}">{escape(words)}</button></th>'
