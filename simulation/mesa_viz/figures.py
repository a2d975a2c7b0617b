"""What the page draws with matplotlib, the library Mesa's own plots are drawn with."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from simulation.outcomes.numbers import percent
from simulation.outcomes.wording import say
from simulation.plots.style import BASE, GRID, SEQUENTIAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulation.mesa_viz.model import WatchedModel

CHINESE_FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "PingFang SC", "Microsoft YaHei", "SimHei")
FEWEST_WEEKS = 13  # an axis is as long as a quarter at least
LEGEND_AT, LEGEND_COLUMNS = (0.5, -0.12), 3  # below, so that all plots are equally wide
MOST_TICKS = 5  # of a map's axis
LARGEST_MARK = 500.0  # square points; area follows citizens


def use_chinese_fonts() -> None:
    """Let matplotlib draw Chinese with the fonts this machine has."""
    there = set(font_manager.get_font_names())
    rcParams["font.family"] = [*rcParams["font.family"], *(font for font in CHINESE_FONTS if font in there)]


def shares_over_time(title: str, words: Sequence[str]) -> Callable[["Axes"], None]:
    """Return what makes one of Mesa's plots a plot of shares: 0 to 100%, with the newest value beside each name."""

    def finish(axes: "Axes") -> None:
        lines = axes.get_lines()
        values = [np.asarray(line.get_ydata()) for line in lines]
        named = [f"{word} {percent(float(v[-1]))}" if len(v) else word for word, v in zip(words, values, strict=True)]
        for line in lines:
            line.set_marker("." if len(values[0]) == 1 else "")  # one week makes no line
        axes.set_title(title)
        axes.set_ylim(0, 1)
        axes.set_xlim(0, max(FEWEST_WEEKS, *map(len, values)))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.grid(color=GRID)
        axes.legend(lines, named, loc="upper center", bbox_to_anchor=LEGEND_AT, ncols=LEGEND_COLUMNS, frameon=False)

    return finish


def coverage_by_place(model: "WatchedModel") -> tuple[Any, Any]:
    """Return the simulated citizens of every settlement, and the share of them who paid in the last 4 weeks."""
    n_places = len(model.world.places.name)
    home = [citizen.place for citizen in model.citizens]
    n = np.bincount(home, minlength=n_places)
    active = np.bincount(home, [citizen.is_active for citizen in model.citizens], n_places)
    return n, active / np.maximum(1, n)


def settlements(model: "WatchedModel", lang: str) -> Figure:
    """Draw every settlement somebody simulated lives in: area by citizens, colour by coverage."""
    n, share = coverage_by_place(model)
    lived_in = n > 0
    lon, lat = model.world.places.lon[lived_in], model.world.places.lat[lived_in]
    figure = Figure()
    axes = figure.subplots()
    marks = axes.scatter(
        lon, lat, LARGEST_MARK * n[lived_in] / n.max(), share[lived_in],
        cmap=SEQUENTIAL.lower(), vmin=0, vmax=1, edgecolors=BASE, linewidths=0.5, alpha=0.9,
    )  # fmt: skip
    axes.set_aspect(1 / math.cos(math.radians(float(lat.mean()))))
    axes.set_title(say("mesa_viz.map", lang, {"coverage": percent(model.coverage)}))
    axes.set_xlabel(say("plot.axis.lon", lang))
    axes.set_ylabel(say("plot.axis.lat", lang))
    axes.locator_params(nbins=MOST_TICKS)
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    figure.colorbar(marks, label=say("plot.axis.coverage_short", lang), format=PercentFormatter(1.0))
    return figure
