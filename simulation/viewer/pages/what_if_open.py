"""Opening a scenario file on the what-if page: the control, what comes of it, and what is open."""

from html import escape
from urllib.parse import urlencode

from simulation.scenario.schema import Scenario
from simulation.viewer.asked import Asked
from simulation.viewer.guard import TAKES_FILES
from simulation.viewer.pages.pieces import message
from simulation.viewer.what_if.opened import MOST_BYTES, PLAN

SIZES = ("citizens", "weeks", "replicates")


def size_asked(asked: Asked) -> dict[str, str]:
    """Return what the address says of the size of the worlds."""
    return {name: asked.first(name) for name in SIZES if asked.first(name)}


def is_forgotten(asked: Asked) -> bool:
    """Return whether the address names a scenario that is not kept (any more)."""
    return bool(asked.first(PLAN)) and asked.opened is None


def forgotten(asked: Asked) -> str:
    """Return that a scenario must be opened again, with what opens it."""
    told = message(asked.say("what_if.open.forgotten_title"), [asked.say("what_if.open.forgotten")], "missing")
    return told + opening(asked)


def opening(asked: Asked) -> str:
    """Return what opens a file, and what is open."""
    at = escape(f"{TAKES_FILES}?{urlencode({'run': asked.run, 'lang': asked.lang})}")
    return (
        f'<section class="opening" aria-label="{escape(asked.say("what_if.open"))}" data-open="{at}" '
        f'data-most="{MOST_BYTES}" data-run="{escape(asked.run)}">{_open(asked)}'
        '<p class="open-file"><input type="file" id="open-file" class="visually-hidden" accept=".yaml,.yml" '
        f'aria-describedby="open-note"><label class="button" for="open-file">{escape(asked.say("what_if.open"))}'
        f'</label><span class="note" id="open-note">{escape(asked.say("what_if.open.note"))}</span></p>'
        '<p role="status" data-open-told></p>'
        f'<div class="message missing" role="alert" data-open-refused hidden><h2>'
        f"{escape(asked.say('what_if.open.refused'))}</h2><ul></ul></div></section>"
    )


def _open(asked: Asked) -> str:
    """Return what is open with the way back, or nothing."""
    if asked.opened is None and not asked.first(PLAN):
        return ""
    back = escape(asked.link("what-if", **size_asked(asked)))
    link = f'<a href="{back}">{escape(asked.say("what_if.open.back"))}</a>'
    if asked.opened is None:
        return f"<p>{link}</p>"
    name, title = escape(asked.say("what_if.open.opened")), escape(_title(asked, asked.opened.scenario))
    return f'<p class="opened"><span>{name} <strong>{title}</strong></span> {link}</p>'


def _title(asked: Asked, scenario: Scenario) -> str:
    """Return what a scenario is called, in the reader's language where it has a name in it."""
    titles = [getattr(scenario.title, lang) for lang in (asked.lang, "en", "zh")]
    return next((title for title in titles if title), asked.say("viewer.untitled"))
