"""What holds back those who do not pay electronically: by age, by area, by place."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from simulation.analysis.barriers.places import PlaceBarrier
from simulation.engine.removal import BARRIER_NAMES
from simulation.outcomes import numbers
from simulation.outcomes.wording import label, say
from simulation.plots.style import BLUE, SMALL_SIZE, TEXT, finish, room_for

ROW_HEIGHT = 46
LEGEND_HEIGHT = 96
BAR_WIDTH = 0.7  # of a row
MOST_PLACES = 20  # drawn; the table has all
LEAST_WRITTEN = 2.5  # percent of residents; thinner parts of a bar hold no number
WHITE = "#FFFFFF"

# Fill, pattern on it and letters of each part. Neighbours differ in lightness and in pattern, so that the bars can be
# read in grey and without telling colours apart; hues are those of Okabe & Ito, darker or lighter.
LOOKS = {
    "unaware": ("#004B73", "", WHITE),
    "no_access": ("#9CCBE8", "", TEXT),
    "skill": ("#B34700", "", WHITE),
    "trust": ("#F2C14E", "/", TEXT),
    "help_too_far": ("#00734F", "", WHITE),
    "nowhere_accepts": ("#E3B7D0", "\\", TEXT),
    "nothing_to_gain": ("#7A3560", "", WHITE),
    "on_the_way": ("#E4E7EB", "", TEXT),
    "several": ("#6A7682", "x", WHITE),
}


def barrier_bars(shares: xr.Dataset, dim: str, horizon_weeks: int, illustrative: bool, lang: str = "en") -> go.Figure:
    """Draw, group by group, which share of residents each barrier holds.

    Parameters
    ----------
    shares : xarray.Dataset
        `Barriers.share(dim)`.
    dim : str
        "age" or "area".
    horizon_weeks : int
        Weeks within which somebody had to pay.
    illustrative : bool
        Whether the baseline of adoption is made up.
    lang : str
        "en" or "zh".
    """
    groups = [str(group) for group in shares[dim].values]
    rows = [label(dim, group, lang) for group in groups]
    figure = go.Figure()
    for name in (str(name) for name in shares.barrier.values):
        fill, pattern, letters = LOOKS[name]
        percent = 100 * shares["mean"].sel(barrier=name).values
        figure.add_bar(
            x=percent,
            y=rows,
            name=label("barrier", name, lang),
            orientation="h",
            hoverinfo="skip",
            text=[numbers.decimal(value, 0) if value >= LEAST_WRITTEN else "" for value in percent],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont=dict(color=letters, size=SMALL_SIZE),
            marker=dict(
                color=fill,
                line=dict(color=WHITE, width=1),
                pattern=dict(shape=pattern, fgcolor=letters, fillmode="overlay", size=6, solidity=0.2),
            ),
        )
    figure.update_layout(barmode="stack", bargap=0.3)
    figure.update_xaxes(title=say("plot.axis.barriers", lang), rangemode="tozero", ticksuffix="%")
    figure.update_yaxes(autorange="reversed", type="category")
    finish(
        figure,
        _largest(shares, dim, lang),
        say("plot.barriers.note", lang, {"weeks": horizon_weeks}),
        illustrative,
        lang,
        _share_table(shares, dim, lang),
        ROW_HEIGHT * len(rows) + 30,
        left=room_for(rows),
        bottom=56 + LEGEND_HEIGHT,
    )
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    return figure.update_layout(
        showlegend=True,
        legend=dict(
            orientation="h", traceorder="normal", x=0, y=-56 / height, yanchor="top", font_size=SMALL_SIZE,
            itemclick=False, itemdoubleclick=False,
        ),
    )  # fmt: skip


def _largest(shares: xr.Dataset, dim: str, lang: str) -> str:
    """Return which single barrier holds the largest share of a group."""
    single = shares["mean"].sel(barrier=list(BARRIER_NAMES)).transpose("barrier", dim)
    values = np.nan_to_num(single.values)
    if not values.any():
        return say("plot.barriers.none", lang)
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    group = str(single[dim].values[column])
    params = {
        "barrier": label("barrier", BARRIER_NAMES[int(row)], lang),
        "share": numbers.percent(float(values[row, column]), 0),
        "group": label(dim, group, lang),
    }
    return say(f"plot.barriers.{dim}", lang, params)


def _share_table(shares: xr.Dataset, dim: str, lang: str) -> tuple[list[str], list[list[str]]]:
    columns = [say(f"table.{name}", lang) for name in (dim, "barrier", "share_of_residents", "interval")]
    rows = []
    for group in shares[dim].values:
        for name in shares.barrier.values:
            one = shares.sel({dim: group, "barrier": name})
            mean, low, high = (float(one[end]) for end in ("mean", "low", "high"))
            words = label(dim, str(group), lang), label("barrier", str(name), lang)
            rows.append([*words, numbers.percent(mean), numbers.interval(low, high, lang)])
    return columns, rows


def barrier_places(
    places: Sequence[PlaceBarrier], n_replicates: int, illustrative: bool, lang: str = "en", most: int = MOST_PLACES
) -> go.Figure:
    """Draw the places with the largest coverage gaps, and how many residents their most common barrier holds.

    Parameters
    ----------
    places : sequence of PlaceBarrier
        One or more, the largest gap first.
    n_replicates : int
        That the intervals are over.
    illustrative, lang
        As in `barrier_bars`.
    most : int
        Places drawn; the table has all.
    """
    shown = places[:most]
    rows = [_name(place, lang) for place in shown]
    figure = go.Figure()
    for name in BARRIER_NAMES:
        mine = [k for k, place in enumerate(shown) if place.barrier == name]
        if not mine:
            continue
        fill, pattern, letters = LOOKS[name]
        held = [shown[k].held for k in mine]
        ends = np.array([[one.mean, one.low, one.high] for one in held])
        figure.add_bar(
            x=ends[:, 0],
            y=mine,
            width=BAR_WIDTH,
            orientation="h",
            hoverinfo="skip",
            marker=dict(
                color=fill,
                line=dict(color=TEXT, width=1),
                pattern=dict(shape=pattern, fgcolor=letters, fillmode="overlay"),
            ),
            error_x=dict(
                type="data",
                symmetric=False,
                array=np.nan_to_num(ends[:, 2] - ends[:, 0]),
                arrayminus=np.nan_to_num(ends[:, 0] - np.maximum(0.0, ends[:, 1])),
                color=TEXT,
                thickness=1.5,
                width=4,
            ),
        )
    tops = [np.nanmax([place.held.mean, place.held.high]) for place in shown]
    for k, place in enumerate(shown):
        figure.add_annotation(
            x=float(tops[k]),
            y=k,
            text=label("barrier", place.barrier, lang),
            showarrow=False,
            xanchor="left",
            xshift=8,
            font=dict(size=SMALL_SIZE, color=BLUE),
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(title=say("plot.axis.barrier_places", lang), range=[0, 1.4 * max(tops)], tickformat=",d")
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows, range=[len(rows) - 0.5, -0.5])
    (name, number), *_ = Counter(place.barrier for place in places).most_common(1)
    params = {"barrier": label("barrier", name, lang), "n": number, "of": len(places)}
    one = "_one" if n_replicates == 1 else ""
    note = say(f"plot.barriers.places.note{one}", lang, {"n": n_replicates})
    return finish(
        figure,
        say("plot.barriers.places", lang, params),
        note,
        illustrative,
        lang,
        _place_table(places, lang),
        ROW_HEIGHT // 2 * len(rows) + 60,
        left=room_for(rows),
    )


def _name(place: PlaceBarrier, lang: str) -> str:
    return place.name_zh if numbers.is_chinese(lang) else place.name


def _place_table(places: Sequence[PlaceBarrier], lang: str) -> tuple[list[str], list[list[str]]]:
    columns = [say(f"table.{name}", lang) for name in ("place", "barrier", "held", "interval", "gap", "residents")]
    rows = [
        [
            _name(place, lang),
            label("barrier", place.barrier, lang),
            numbers.count(place.held.mean, lang),
            numbers.interval(max(0.0, place.held.low), place.held.high, lang, 0, 1.0),
            numbers.count(place.gap, lang),
            numbers.count(place.residents, lang),
        ]
        for place in places
    ]
    return columns, rows
