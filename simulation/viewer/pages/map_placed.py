"""What levers put where, beside the map: marks of the legend, and every kiosk and training event as a table."""

from html import escape
from typing import Any

from simulation.outcomes import numbers
from simulation.report import html
from simulation.viewer.asked import Asked
from simulation.viewer.pages.pieces import section
from simulation.viewer.placed import EVENT, KIOSK, under_rules

FIRST_SHOWN = 12  # rows of the table before it is asked for whole
COLUMNS = ("spot", "what", "now", "from", "until", "lever")
FIRST, END = 2, 3  # of a row of what is placed
_SVG = '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" focusable="false">{}</svg>'
MARKS = {
    "place": _SVG.format('<circle cx="9" cy="9" r="6.5" fill="#8a8678" stroke="#1F2933"/>'),
    "small": _SVG.format('<circle cx="9" cy="9" r="4" fill="none" stroke="#52606D" stroke-dasharray="2 2"/>'),
    "site": _SVG.format('<path d="M9 3.5L14.5 9L9 14.5L3.5 9z" fill="#1F2933"/>'),
    KIOSK: _SVG.format('<path d="M9 4.5L13.5 13H4.5z" fill="#B34700"/>'),
    EVENT: _SVG.format('<circle cx="9" cy="9" r="6.5" fill="none" stroke="#8F3F71" stroke-width="1.5"/>'),
}


def legend_marks(asked: Asked, known: dict[str, Any]) -> str:
    """Return what shapes mean, of those that are drawn; scripts say how many there are in the week shown."""
    kinds = kinds_drawn(known)
    drawn = ["place", "small", *(["site"] if known["sites"]["names"] else []), *kinds]
    return "".join(_mark(asked, name, name in kinds) for name in drawn)


def kinds_drawn(known: dict[str, Any]) -> list[str]:
    """Return which of kiosks and training events some run has where the map can draw it."""
    return [name for name in (KIOSK, EVENT) if any(name == kind for run in known["placed"] for _, kind, *_ in run)]


def _mark(asked: Asked, name: str, is_counted: bool) -> str:
    words = escape(asked.say(f"viewer.map.mark.{name}"))
    count = f' <span class="count" data-count="{name}"></span>' if is_counted else ""
    return f'<li data-mark="{name}">{MARKS[name]} <span>{words}{count}</span></li>'


def placed_table(asked: Asked, known: dict[str, Any]) -> str:
    """Return every kiosk and training event of the run; empty where it has none.

    Those open at its end come first, then those that ended latest; scripts follow the week that is looked at.
    """
    ruled = under_rules(asked.given.programme, asked.lang)
    rules = html.paragraph(asked.say("viewer.map.rules", levers=ruled), "note") if ruled else ""
    found = [*(known["placed"] or [[]])[0], *known["elsewhere"]]
    if not found:
        return rules
    weeks = asked.given.programme.dataset.sizes["week"]
    found.sort(key=lambda one: (one[END] < weeks, -one[END] if one[END] < weeks else one[FIRST]))
    rows = "".join(_row(asked, known, one, position) for position, one in enumerate(found))
    heads = "".join(f'<th scope="col">{escape(asked.say(f"viewer.map.column.{name}"))}</th>' for name in COLUMNS)
    caption = escape(asked.say("viewer.map.placed_caption", n=len(found)))
    table = (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="placed text">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    if len(found) > FIRST_SHOWN:
        table += f'<p><button type="button" data-more>{escape(asked.say("viewer.map.all", n=len(found)))}</button></p>'
    lost = list(dict.fromkeys(where for where, *_ in known["elsewhere"]))
    unknown = html.paragraph(asked.say("viewer.map.elsewhere", places=lost), "note") if lost else ""
    return section(asked.say("viewer.map.placed"), f"{table}{unknown}{rules}")


def _row(asked: Asked, known: dict[str, Any], one: list[Any], position: int) -> str:
    """Return one of them; its place is a button where the map shows it."""
    where, kind, first, end, lever = one
    d = asked.given.programme.dataset
    place, spot = escape(str(where)), ""
    if isinstance(where, int):
        place = escape([*known["names"], *known["sites"]["names"]][where])
        place, spot = f'<button type="button" class="link">{place}</button>', f' data-spot="{where}"'
        if where >= len(known["names"]):
            place += f" <small>{escape(asked.say('viewer.map.at_site'))}</small>"
    now = "open" if end == d.sizes["week"] else "after"
    weeks = [numbers.day(d.date.values[week], asked.lang) for week in (first, end - 1)]
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in (*weeks, lever))
    hidden = " hidden" if position >= FIRST_SHOWN else ""
    return (
        f'<tr{spot} data-first="{first}" data-end="{end}"{hidden}><th scope="row">{place}</th>'
        f"<td>{escape(asked.say(f'viewer.map.what.{kind}'))}</td>"
        f'<td data-now="{now}">{escape(asked.say(f"viewer.js.state_{now}"))}</td>{cells}</tr>'
    )
