"""Small pieces of HTML that pages share and a report has no use for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from simulation.plots.style import BLUE, GRID, QUIET, TEXT

WIDTH, HEIGHT = 132, 22  # of a bar, pixels


@dataclass(frozen=True, slots=True)
class Tile:
    """One number to be seen at a glance."""

    name: str
    value: str
    note: str


def tiles(found: Sequence[Tile]) -> str:
    """Return numbers side by side."""
    inner = "".join(
        f"<div><dt>{escape(one.name)}</dt><dd>{escape(one.value)}<small>{escape(one.note)}</small></dd></div>"
        for one in found
    )
    return f'<dl class="tiles">{inner}</dl>'


def section(title: str, inside: str, key: str = "") -> str:
    """Return a part of a page under a heading of the second level."""
    ident = f' id="{key}"' if key else ""
    return f"<section{ident}><h2>{escape(title)}</h2>{inside}</section>"


def status_mark(status: str, words: str) -> str:
    """Return a status as a coloured sign and a word, which says the same without colour.

    Parameters
    ----------
    status : str
        Gives the colour.
    words : str
        As a report writes it: a sign, then the word.
    """
    sign, word = words[0], words[1:].strip()
    return (
        f'<span class="status {status}"><span aria-hidden="true" class="sign">{escape(sign)}</span> '
        f"{escape(word)}</span>"
    )


def bullet(value: float, low: float, high: float, target: float) -> str:
    """Return a bar from 0 to 100% with the value, its interval and the target; the cells beside it say the same."""

    def x(share: float) -> float:
        return 3 + (WIDTH - 6) * min(1.0, max(0.0, share))

    middle = HEIGHT / 2
    interval = ""
    if math.isfinite(low) and math.isfinite(high):
        interval = (
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{middle}" y2="{middle}" stroke="{TEXT}" stroke-width="2"/>'
        )
    return (
        f'<svg class="bullet" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true" focusable="false">'
        f'<rect x="3" y="{middle - 5}" width="{WIDTH - 6}" height="10" fill="{GRID}"/>'
        f'<rect x="3" y="{middle - 5}" width="{x(value) - 3:.1f}" height="10" fill="{BLUE}" fill-opacity="0.55"/>'
        f"{interval}"
        f'<circle cx="{x(value):.1f}" cy="{middle}" r="4" fill="{BLUE}"/>'
        f'<path d="M{x(target):.1f} 1V{HEIGHT - 1}" stroke="{TEXT}" stroke-width="2"/>'
        f'<path d="M{x(target) - 4:.1f} 0h8l-4 5z" fill="{TEXT}"/></svg>'
    )


def message(title: str, told: Sequence[str], kind: str = "empty", command: str = "") -> str:
    """Return what is known where there is nothing to draw, and what to do."""
    code = f'<pre tabindex="0"><code>{escape(command)}</code></pre>' if command else ""
    body = "".join(f"<p>{escape(one)}</p>" for one in told)
    return f'<section class="message {kind}"><h2>{escape(title)}</h2>{body}{code}</section>'


def quiet(text: str) -> str:
    """Return a short text in the quiet colour."""
    return f'<span style="color:{QUIET}">{escape(text)}</span>'
