"""What was understood of a region: a map of it, its totals against the census, its ages."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from simulation.core.codes import AREA_NAMES
from simulation.outcomes import numbers
from simulation.outcomes.region_totals import Total, age_totals, household_totals, people_totals
from simulation.outcomes.wording import label, say
from simulation.plots.maps import lay_out_map
from simulation.plots.style import (
    BASE,
    BLUE,
    FONT_SIZE,
    GREEN,
    ORANGE,
    PURPLE,
    SMALL_SIZE,
    TEXT,
    finish,
    room_for,
)
from simulation.region.sources import SEAT, Place, Region
from simulation.region.tables.model import RegionTables

MAP_HEIGHT = 720
ROW_HEIGHT = 44
LARGEST_MARK, SMALLEST_MARK, PLAIN_MARK = 40.0, 4.5, 9.0  # pixels across; area follows residents
LAYER_MARK = 5.0
LEGEND_LINE = 26
OLD = 60  # first age the card calls old
COLOURS = dict(zip(AREA_NAMES, (BLUE, BASE, ORANGE), strict=True))
SYMBOLS = dict(zip(AREA_NAMES, ("square", "circle", "diamond"), strict=True))
CLOSE = 0.01  # totals this near are said to agree


def total_label(total: Total, lang: str) -> str:
    """Return how a total of people is written: everybody, a kind of area, or ages."""
    if total.name in AREA_NAMES:
        return say(f"card.area.{total.name}", lang)
    known = {"all": "card.everybody", "rural": "card.rural"}
    return say(known[total.name], lang) if total.name in known else say("card.ages", lang, {"ages": total.name})


def difference_text(total: Total, lang: str) -> str:
    """Return how far a total is from what is stated, in people and percent; "" where they are equal or none is."""
    if not total.difference or not total.stated:
        return ""
    percent = numbers.decimal(100.0 * total.difference / total.stated, 1, True)
    return f"{numbers.decimal(total.difference, 0, True)}, {percent}%"


def region_map(region: Region, tables: RegionTables | None, lang: str = "en") -> go.Figure:
    """Draw every settlement by people and kind of area; access points, sites and merchants as layers to switch on.

    Parameters
    ----------
    region : Region
    tables : RegionTables, optional
        Those the region was made of; None for a built-in region.
    lang : str
        "en" or "zh".
    """
    places = region.places
    names = [_name(place, lang) for place in places]
    lon, lat = np.array([p.lon for p in places]), np.array([p.lat for p in places])
    people = np.array([place.population or 0 for place in places], dtype=float)
    largest = people.max()
    sizes = np.maximum(SMALLEST_MARK, LARGEST_MARK * np.sqrt(people / largest)) if largest else None
    words = [_kind_of(place, lang) for place in places]
    figure = go.Figure()
    for area in (*AREA_NAMES, ""):
        # Small marks are drawn on top of large ones.
        rows = sorted((k for k, place in enumerate(places) if place.area == area), key=lambda k: -people[k])
        if rows:
            figure.add_trace(_settlements(area, rows, lon, lat, sizes, _hover(rows, names, words, places, lang), lang))
    for layer, points, colour, symbol, is_shown in _layers(region, tables, lang):
        figure.add_trace(_points(layer, points, colour, symbol, is_shown, lang))
    order = sorted(range(len(places)), key=lambda k: (-people[k], places[k].kind != SEAT))
    marks = np.full(len(places), PLAIN_MARK) if sizes is None else sizes
    lay_out_map(figure, order, names, lon, lat, marks, lang)
    columns = [say(f"card.column.{c}", lang) for c in ("settlement", "kind", "area", "people")]
    body = [[names[k], words[k], _area(places[k], lang), _people(places[k], lang)] for k in order]
    note = say("card.map.note" if largest else "card.map.note_unknown", lang)
    finished = finish(figure, _map_finding(region, lang), note, False, lang, (columns, body), MAP_HEIGHT)
    return _with_legend(finished, 2)


def _map_finding(region: Region, lang: str) -> str:
    if not region.knows_settlements:
        params = {"places": len(region.places), "people": numbers.decimal(region.n_residents, 0)}
        return say("card.map.finding_unknown", lang, params)
    shares = {
        area: sum(place.population or 0 for place in region.places if place.area == area) / region.n_residents
        for area in AREA_NAMES
    }
    params = {area: numbers.percent(share, 0) for area, share in shares.items()}
    people, n = numbers.decimal(region.n_residents, 0), numbers.decimal(len(region.places), 0)
    return say("card.map.finding", lang, {**params, "places": n, "people": people})


def _name(place: Place, lang: str) -> str:
    return (numbers.is_chinese(lang) and place.name_zh) or place.name


def _kind_of(place: Place, lang: str) -> str:
    return say(f"card.kind.{place.kind}", lang)


def _area(place: Place, lang: str) -> str:
    return say(f"card.area.{place.area}", lang) if place.area else say("card.by_world", lang)


def _people(place: Place, lang: str) -> str:
    return say("card.unknown", lang) if place.population is None else numbers.decimal(place.population, 0)


def _hover(rows: Sequence[int], names: list[str], words: list[str], places: Sequence[Place], lang: str) -> list[str]:
    return [
        f"{names[k]} ({places[k].place_id})<br>{words[k]}, {_area(places[k], lang)}<br>{_people(places[k], lang)}"
        for k in rows
    ]


def _settlements(
    area: str,
    rows: list[int],
    lon: np.ndarray,
    lat: np.ndarray,
    sizes: np.ndarray | None,
    texts: list[str],
    lang: str,
) -> go.Scatter:
    """Return the marks of the settlements of one kind of area."""
    words = say(f"card.area.{area}", lang) if area else say("card.layer.places", lang)
    return go.Scatter(
        x=lon[rows],
        y=lat[rows],
        mode="markers",
        name=say("card.layer", lang, {"name": words, "number": numbers.decimal(len(rows), 0)}),
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        marker=dict(
            size=PLAIN_MARK if sizes is None else sizes[rows],
            sizemode="diameter",
            color=COLOURS.get(area, BASE),
            symbol=SYMBOLS.get(area, "circle"),
            opacity=0.85,
            line=dict(color="white", width=0.5),
        ),
    )


def _layers(
    region: Region, tables: RegionTables | None, lang: str
) -> list[tuple[str, list[tuple[float, float, str]], str, str, bool]]:
    """Return the layers besides settlements: name, points with their words, colour, symbol, shown at first."""
    access = [
        (p.lon, p.lat, f"{p.name or p.access_id}<br>{say(f'card.access.{p.type}', lang)}")
        for p in (tables.access_points if tables else ())
    ]
    sites = [(s.lon, s.lat, f"{s.name or s.place_id} ({s.place_id})") for s in region.sites]
    shops = [
        (m.lon, m.lat, f"{m.name or m.merchant_id}<br>{label('sector', m.sector, lang)}") for m in region.merchants
    ]
    found = (
        ("access", access, TEXT, "x-thin", True),
        ("sites", sites, GREEN, "triangle-up-open", False),
        ("merchants", shops, PURPLE, "cross-thin", False),
    )
    return [layer for layer in found if layer[1]]


def _points(
    layer: str, points: list[tuple[float, float, str]], colour: str, symbol: str, is_shown: bool, lang: str
) -> go.Scatter:
    """Return the marks of one layer; one that is not shown waits in the legend."""
    lon, lat, texts = zip(*points, strict=True)
    return go.Scatter(
        x=lon,
        y=lat,
        mode="markers",
        name=say(
            "card.layer", lang, {"name": say(f"card.layer.{layer}", lang), "number": numbers.decimal(len(points), 0)}
        ),
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        visible=True if is_shown else "legendonly",
        marker=dict(size=LAYER_MARK, color=colour, symbol=symbol, line=dict(color=colour, width=1.0)),
    )


def totals_figure(region: Region, tables: RegionTables | None, lang: str = "en") -> go.Figure:
    """Draw people by area and households, as a run of everybody has them and as the census counts them.

    Parameters
    ----------
    region, tables
        As in `region_map`.
    lang : str
        "en" or "zh".
    """
    people, households = people_totals(region, tables), household_totals(region, tables)
    names = [*(total_label(total, lang) for total in people), say("card.households", lang)]
    totals = [*people, households]
    stated = [(name, total) for name, total in zip(names, totals, strict=True) if total.stated and total.difference]
    if not stated:
        finding = say("card.totals.equal", lang)
    else:
        name, worst = max(stated, key=lambda pair: abs(pair[1].difference or 0) / (pair[1].stated or 1))
        share = abs(worst.difference or 0) / (worst.stated or 1)
        code = "card.totals.close" if share <= CLOSE else "card.totals.differ"
        finding = say(code, lang, {"name": name, "percent": numbers.percent(share)})
    return _against_census(names, totals, finding, say("card.totals.note", lang), lang)


def ages_figure(region: Region, tables: RegionTables | None, lang: str = "en") -> go.Figure:
    """Draw residents by age, as a run of everybody has them and as the census counts them.

    Parameters
    ----------
    region, tables
        As in `region_map`.
    lang : str
        "en" or "zh".
    """
    totals = age_totals(region, tables)
    old = sum(total.used for total in totals if int(total.name.split("-")[0].rstrip("+")) >= OLD)
    everybody = sum(total.used for total in totals)
    params = {"share": numbers.percent(old / everybody, 0), "people": numbers.decimal(old, 0), "age": OLD}
    finding = say("card.ages.finding", lang, params)
    names = [total_label(total, lang) for total in totals]
    return _against_census(names, totals, finding, say("card.totals.note", lang), lang)


def _against_census(names: list[str], totals: list[Total], finding: str, note: str, lang: str) -> go.Figure:
    """Draw a pair of bars for each total, the difference beside them."""
    used, census = say("card.used", lang), say("card.stated", lang)
    marked = [f"{name} *" if total.is_estimated else name for name, total in zip(names, totals, strict=True)]
    figure = go.Figure()
    figure.add_trace(
        go.Bar(
            x=[total.stated for total in totals],
            y=marked,
            orientation="h",
            name=census,
            marker=dict(color="white", line=dict(color=TEXT, width=1.5)),
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Bar(
            x=[total.used for total in totals],
            y=marked,
            orientation="h",
            name=used,
            marker=dict(color=BLUE),
            hoverinfo="skip",
        )
    )
    for name, total in zip(marked, totals, strict=True):
        gap = difference_text(total, lang)
        figure.add_annotation(
            x=max(total.used, total.stated or 0),
            y=name,
            text=numbers.decimal(total.used, 0) + (f" ({gap})" if gap else ""),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font=dict(size=SMALL_SIZE, color=TEXT),
        )
    largest = max(max(total.used, total.stated or 0) for total in totals)
    figure.update_xaxes(range=[0, 1.35 * largest], tickformat=",", rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05)
    columns = [say(f"card.column.{c}", lang) for c in ("total", "used", "stated", "difference")]
    rows = [
        [
            name,
            numbers.decimal(total.used, 0),
            numbers.NO_VALUE if total.stated is None else numbers.decimal(total.stated, 0),
            difference_text(total, lang) or ("0" if total.difference == 0 else numbers.NO_VALUE),
        ]
        for name, total in zip(marked, totals, strict=True)
    ]
    finished = finish(
        figure, finding, note, False, lang, (columns, rows), ROW_HEIGHT * len(names) + 30, left=room_for(marked)
    )
    return _with_legend(finished, 1)


def _with_legend(figure: go.Figure, lines: int) -> go.Figure:
    """Give a finished figure room for a legend of some lines above its axes."""
    room = LEGEND_LINE * lines
    return figure.update_layout(
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom", font=dict(size=FONT_SIZE), itemsizing="constant"),
        margin_t=figure.layout.margin.t + room,
        height=figure.layout.height + room,
    )
