"""A heat map that is a table: every cell says its number, so that colour only helps to find it."""

import math
from collections.abc import Callable
from html import escape
from itertools import product

import xarray as xr
from plotly.colors import sample_colorscale

from simulation.outcomes import numbers
from simulation.outcomes.wording import label, say
from simulation.plots.style import PAPER, SEQUENTIAL

LIGHT = 0.179  # relative luminance from which black letters stand out more than white ones; either way by 4.5:1
BLACK = "#000000"
LINEAR_BELOW, GAMMA = 0.04045, 2.4  # of sRGB
WEIGHTS = (0.2126, 0.7152, 0.0722)
PALE, DEEP = (255, 247, 236), (140, 45, 4)  # from none to most


def heat_table(values: xr.DataArray, caption: str, words: Callable[[float], str], lang: str, most: float = 0.0) -> str:
    """Return a table of ages by area and income, coloured by value.

    Parameters
    ----------
    values : xarray.DataArray, dims (age, area, income)
        NaN where nobody lives.
    caption : str
        What it shows.
    words : callable
        How a value is written.
    lang : str
        "en" or "zh".
    most : float
        The value of the deepest colour; 0 colours shares from 0 to 1 on the scale of all coverage maps.
    """
    areas, incomes = ([str(name) for name in values[dim].values] for dim in ("area", "income"))
    heads = "".join(
        f'<th scope="colgroup" colspan="{len(incomes)}">{escape(label("area", a, lang))}</th>' for a in areas
    )
    below = "".join(f'<th scope="col">{escape(label("income", i, lang))}</th>' for _, i in product(areas, incomes))
    body = ""
    for age in (str(name) for name in values.age.values):
        cells = "".join(
            _cell(float(values.sel(age=age, area=area, income=income)), words, lang, most)
            for area, income in product(areas, incomes)
        )
        body += f'<tr><th scope="row">{escape(label("age", age, lang))}</th>{cells}</tr>'
    title = escape(caption)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{title}"><table class="heat">'
        f"<caption><span>{title}</span></caption><thead>"
        f'<tr><th scope="col" rowspan="2">{escape(say("table.age", lang))}</th>{heads}</tr><tr>{below}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(value: float, words: Callable[[float], str], lang: str, most: float) -> str:
    if not math.isfinite(value):
        return f'<td class="nobody">{escape(say("viewer.heat.nobody", lang))}</td>'
    red, green, blue = _deepening(value / most) if most else _on_scale(value)
    ink = BLACK if _luminance(red, green, blue) > LIGHT else PAPER
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{escape(words(value))}</td>'


def _on_scale(share: float) -> tuple[int, int, int]:
    """Return the colour of a share on the scale of coverage maps."""
    found = sample_colorscale(SEQUENTIAL, [min(1.0, max(0.0, share))], colortype="tuple")[0]
    red, green, blue = (round(255 * part) for part in found)
    return red, green, blue


def _deepening(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * min(1.0, share)) for a, b in zip(PALE, DEEP, strict=True))
    return red, green, blue


def _luminance(*colour: int) -> float:
    """Return relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [part / 255 for part in colour]
    linear = [p / 12.92 if p <= LINEAR_BELOW else ((p + 0.055) / 1.055) ** GAMMA for p in parts]
    return sum(weight * part for weight, part in zip(WEIGHTS, linear, strict=True))


def colour_table(n: int = 256) -> list[str]:
    """Return the scale of coverage maps in steps, as the browser's canvas takes colours."""
    return [f"rgb({r},{g},{b})" for r, g, b in (_on_scale(k / (n - 1)) for k in range(n))]


def percent_or_dash(value: float) -> str:
    """Return a share as whole percent."""
    return numbers.percent(value, 0)
