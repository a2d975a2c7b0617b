"""Coverage where people live: one mark a settlement, no tiles and no outlines."""

import math

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.intervals import estimate, paired_difference
from simulation.outcomes.result import Result
from simulation.outcomes.targets import main_target, places_below
from simulation.outcomes.wording import say
from simulation.plots.style import BASE, DIVERGING, GRID, SEQUENTIAL, SMALL_SIZE, TEXT, finish, sentences

HEIGHT = 520
LARGEST_MARK, SMALLEST_MARK = 44.0, 5.0  # pixels across; area follows residents
N_NAMED = 9
MIDDLE_HALF = (0.25, 0.75)
FEWEST_SIMULATED = 30  # residents a settlement's value rests on; with fewer a map would show chance
NAME_ROOM_X, NAME_ROOM_Y = 0.12, 0.07  # shares of the map a name takes
SCALE_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200)
KM_PER_DEGREE = 111.2
BLIND_BELOW = 0.5  # acceptance where people shop below which a settlement counts as a blind spot
WEAK_NETWORK = 0.005  # share of attempts lost from which a network counts as weak


def coverage_map(programme: Result, lang: str = "en") -> go.Figure:
    """Draw every settlement's coverage at the end, on a fixed scale from 0 to 100%.

    Parameters
    ----------
    programme : Result
        A run.
    lang : str
        "en" or "zh".
    """
    d = programme.dataset
    share = estimate(coverage_by_place(d).isel(week=-1))["mean"]
    target = main_target(programme.scenario.targets)
    shown, is_partial = _enough_people(d)
    share = share.where(shown)
    if not shown.any():
        finding = say("plot.map.too_few", lang)
    elif target is not None:
        below, places = places_below(d.isel(place=np.flatnonzero(shown)), target)
        params = {
            "below": below,
            "places": places,
            "target": numbers.percent(target, 0),
            "which": _which(is_partial, lang),
        }
        finding = say("plot.map.below", lang, params)
    else:
        # middle places, not the extremes: those of small settlements are chance
        low, high = (float(share.quantile(q, skipna=True)) for q in MIDDLE_HALF)
        params = {
            "low_value": numbers.percent(low, 0),
            "high_value": numbers.percent(high, 0),
            "which": _which(is_partial, lang),
        }
        finding = say("plot.map.range", lang, params)
    bar = dict(
        title=dict(text=say("plot.axis.coverage_short", lang), font=dict(size=SMALL_SIZE)),
        tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1],
        ticktext=["0", "20", "40", "60", "80", "100%"],
        thickness=14,
    )
    marker = dict(color=share.values, colorscale=SEQUENTIAL, cmin=0, cmax=1, colorbar=bar)
    texts = [numbers.percent(float(v)) for v in share.values]
    note = _note("plot.map.note", is_partial, lang)
    return _place_figure(programme, share, texts, marker, finding, note, "table.coverage", lang)


def added_map(programme: Result, baseline: Result, lang: str = "en") -> go.Figure:
    """Draw what the programme added to every settlement's coverage at the end, in percentage points.

    Parameters
    ----------
    programme, baseline : Result
        Paired runs.
    lang : str
        "en" or "zh".
    """
    both = [coverage_by_place(r.dataset).isel(week=-1) for r in (baseline, programme)]
    shown, is_partial = _enough_people(programme.dataset)
    added = estimate(paired_difference(*both))["mean"].where(shown)
    if shown.any():
        params = {
            "gained": int((added > 0).sum()),
            "places": int(added.notnull().sum()),
            "which": _which(is_partial, lang),
        }
        finding = say("plot.map.added", lang, params)
    else:
        finding = say("plot.map.too_few", lang)
    largest = float(abs(added).max().fillna(0.0))
    reach = math.ceil(20 * max(0.05, largest)) / 20
    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    bar = dict(
        title=dict(text=say("plot.axis.added_short", lang), font=dict(size=SMALL_SIZE)),
        tickvals=ticks,
        ticktext=[numbers.decimal(100 * t, 1, True) for t in ticks],
        thickness=14,
    )
    marker = dict(color=added.values, colorscale=DIVERGING, cmin=-reach, cmax=reach, colorbar=bar)
    texts = [numbers.points(float(v), lang) for v in added.values]
    note = _note("plot.map.added_note", is_partial, lang)
    return _place_figure(programme, added, texts, marker, finding, note, "table.added", lang)


def blind_spot_map(result: Result, lang: str = "en") -> go.Figure:
    """Draw where residents' payments could be electronic at the end, and where the network is weak (plan P2).

    Parameters
    ----------
    result : Result
        A run of a quarter or more.
    lang : str
        "en" or "zh".
    """
    d = result.dataset
    shown, is_partial = _enough_people(d)
    reach = d.acceptance_reach_place.isel(quarter=-1).mean("replicate").where(shown)
    failure = d.network_failure_place.mean("replicate").values
    blind = (reach < BLIND_BELOW).values
    params = {
        "blind": int(blind.sum()),
        "places": int(reach.notnull().sum()),
        "below": numbers.percent(BLIND_BELOW, 0),
        "which": _which(is_partial, lang),
        "weak": int(((failure >= WEAK_NETWORK) & shown.values).sum()),
        "lost": numbers.percent(WEAK_NETWORK, 1),
    }
    finding = say("plot.map.blind", lang, params) if shown.any() else say("plot.map.too_few", lang)
    bar = dict(
        title=dict(text=say("plot.axis.reach_short", lang), font=dict(size=SMALL_SIZE)),
        tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1],
        ticktext=["0", "20", "40", "60", "80", "100%"],
        thickness=14,
    )
    symbols = np.where(failure >= WEAK_NETWORK, "diamond", "circle")
    marker = dict(color=reach.values, colorscale=SEQUENTIAL, cmin=0, cmax=1, colorbar=bar, symbol=symbols)
    texts = [
        sentences(
            lang, numbers.percent(float(value)), say("plot.map.lost", lang, {"lost": numbers.percent(float(lost))})
        )
        for value, lost in zip(reach.values, failure, strict=True)
    ]
    note = _note("plot.map.blind_note", is_partial, lang)
    return _place_figure(result, reach, texts, marker, finding, note, "table.reach", lang)


def _enough_people(d: xr.Dataset) -> tuple[xr.DataArray, bool]:
    """Return which settlements have enough simulated residents, and whether some that are lived in have not."""
    residents = d.n_residents_place.mean("replicate")
    shown = residents / d.attrs["expansion_factor"] >= FEWEST_SIMULATED
    return shown, bool(((residents > 0) & ~shown).any())


def _which(is_partial: bool, lang: str) -> str:
    """Return what the settlements that have a value are called."""
    return say("plot.map.larger_settlements" if is_partial else "plot.map.settlements", lang)


def _note(code: str, is_partial: bool, lang: str) -> str:
    """Return a map's note, with what grey marks mean where there are any."""
    grey = say("plot.map.grey", lang, {"least": FEWEST_SIMULATED})
    return sentences(lang, say(code, lang), grey) if is_partial else say(code, lang)


def _names(d: xr.Dataset, lang: str) -> list[str]:
    return [str(n) for n in d["place_name_zh" if numbers.is_chinese(lang) else "place_name"].values]


def _place_figure(
    result: Result,
    values: xr.DataArray,
    texts: list[str],
    marker: dict[str, object],
    finding: str,
    note: str,
    value_column: str,
    lang: str,
) -> go.Figure:
    """Draw marks at longitude and latitude with equal distances, the largest settlements named."""
    d = result.dataset
    names = _names(d, lang)
    people = d.n_residents_place.mean("replicate").values
    order = [int(k) for k in np.argsort(-people) if people[k] > 0]  # small marks on top of large ones
    lon, lat = d.lon.values, d.lat.values
    sizes = np.maximum(SMALLEST_MARK, LARGEST_MARK * np.sqrt(people / people.max()))
    marker = {
        **marker,
        "sizemode": "diameter",
        "line": dict(color=TEXT, width=0.8),
        "opacity": 0.9,
    }
    grey = [k for k in order if not np.isfinite(values[k])]
    coloured = [k for k in order if np.isfinite(values[k])]
    figure = go.Figure()
    for drawn, look in (
        (grey, {"size": sizes[grey], "color": GRID, "line": dict(color=BASE, width=0.5)}),
        (coloured, {**marker, "size": sizes[coloured], **_of_marks(marker, coloured)}),
    ):
        if drawn:
            figure.add_trace(
                go.Scatter(
                    x=lon[drawn],
                    y=lat[drawn],
                    mode="markers",
                    marker=look,
                    text=[f"{names[k]}: {texts[k]}<br>{numbers.count(people[k], lang)}" for k in drawn],
                    hovertemplate="%{text}<extra></extra>",
                )
            )
    lay_out_map(figure, order, names, lon, lat, sizes, lang)
    columns = [say("table.place", lang), say("table.residents", lang), say(value_column, lang)]
    rows = [[names[k], numbers.decimal(people[k], 0), texts[k]] for k in order]
    return finish(figure, finding, note, result.scenario.survey.illustrative, lang, (columns, rows), HEIGHT, right=90)


def _of_marks(marker: dict[str, object], drawn: list[int]) -> dict[str, object]:
    """Return colours and symbols of the marks that are drawn."""
    return {name: np.asarray(marker[name])[drawn] for name in ("color", "symbol") if name in marker}


def lay_out_map(
    figure: go.Figure,
    order: list[int],
    names: list[str],
    lon: np.ndarray,
    lat: np.ndarray,
    sizes: np.ndarray,
    lang: str,
) -> None:
    """Name the first settlements that find room, and draw the scale and axes on which distances are equal.

    Parameters
    ----------
    order : list of int
        Settlements, those to be named first in front.
    sizes : array of float
        Diameters of their marks in pixels.
    """
    for k in named_places(order, lon, lat):
        figure.add_annotation(
            x=lon[k],
            y=lat[k],
            text=names[k],
            showarrow=False,
            yshift=-(float(sizes[k]) / 2 + 9),
            bgcolor="rgba(255,255,255,0.7)",
            borderpad=1,
            font=dict(size=SMALL_SIZE, color=TEXT),
        )
    middle = math.radians(float(lat.mean()))
    scale_bar(figure, lon, lat, middle)
    figure.update_xaxes(showgrid=False, zeroline=False, title=say("plot.axis.lon", lang), ticksuffix="°")
    figure.update_yaxes(
        showgrid=False,
        zeroline=False,
        title=say("plot.axis.lat", lang),
        ticksuffix="°",
        scaleanchor="x",
        scaleratio=1 / math.cos(middle),
    )


def named_places(order: list[int], lon: np.ndarray, lat: np.ndarray) -> list[int]:
    """Return the largest settlements whose names do not run into one another."""
    room_x, room_y = NAME_ROOM_X * max(0.05, float(np.ptp(lon))), NAME_ROOM_Y * max(0.05, float(np.ptp(lat)))
    named: list[int] = []
    for k in order:
        if all(abs(lon[k] - lon[j]) > room_x or abs(lat[k] - lat[j]) > room_y for j in named):
            named.append(k)
        if len(named) == N_NAMED:
            break
    return named


def scale_bar(figure: go.Figure, lon: np.ndarray, lat: np.ndarray, middle: float) -> None:
    """Draw a bar of a round number of kilometres below the lowest settlement."""
    across = float(np.ptp(lon)) * math.cos(middle) * KM_PER_DEGREE
    km = max([s for s in SCALE_STEPS_KM if s <= across / 4], default=SCALE_STEPS_KM[0])
    x0, y = float(lon.min()), float(lat.min()) - 0.08 * max(0.05, float(np.ptp(lat)))
    x1 = x0 + km / (KM_PER_DEGREE * math.cos(middle))
    figure.add_shape(type="line", x0=x0, x1=x1, y0=y, y1=y, line=dict(color=TEXT, width=3))
    figure.add_annotation(
        x=(x0 + x1) / 2, y=y, text=f"{km} km", showarrow=False, yshift=-11, font=dict(size=SMALL_SIZE)
    )
