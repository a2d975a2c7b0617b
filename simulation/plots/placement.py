"""Where kiosks and trainers go: maps with catchments, what each site adds, layouts in the simulation, tours."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.placement.ranking import Ranking
from simulation.analysis.placement.siting import NOWHERE, Siting, catchments
from simulation.analysis.placement.touring import Touring
from simulation.outcomes import numbers
from simulation.outcomes.wording import intervals_of_replicates, say
from simulation.plots.maps import lay_out_map
from simulation.plots.style import BASE, BLUE, GREEN, GRID, ORANGE, PURPLE, QUIET, SMALL_SIZE, TEXT, finish, room_for
from simulation.region.sources import SITE, Place, Region

MAP_HEIGHT, BAR_HEIGHT, ROW_HEIGHT = 560, 24, 40
LARGEST_MARK, SMALLEST_MARK = 22.0, 3.0  # pixels across; area follows people
HALF_COVERED = 0.5
EXACT = 0.0005  # gap below which a percentage shows nothing
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, BASE)


def name_of(place: Place, lang: str) -> str:
    """Return how a place is called: by its identifier too where it is a site, of which many have one name."""
    name = (place.name_zh if numbers.is_chinese(lang) else "") or place.name
    if place.kind == SITE and name:
        return say("plot.placement.named_site", lang, {"name": name, "id": place.place_id})
    return name or place.place_id


def site_map(siting: Siting, region: Region, lang: str = "en", illustrative: bool = False) -> go.Figure:
    """Draw chosen sites, what exists, and who is near them: settlements joined to the site most of them are near.

    Parameters
    ----------
    siting : Siting
    region : Region
    lang : str
        "en" or "zh".
    illustrative : bool
        Whether who uses electronic payment is made up.
    """
    problem, demand = siting.problem, siting.problem.demand
    near = catchments(problem, siting.answer.sites)
    people = demand.people.sum(axis=1)
    within = np.where(near.km[:, None] <= problem.limit_km, demand.people, 0.0).sum(axis=1)
    n_places = len(region.places)
    total = np.bincount(demand.place, weights=people, minlength=n_places)
    covered = np.bincount(demand.place, weights=within, minlength=n_places)
    lon, lat = (np.array([getattr(place, name) for place in region.places]) for name in ("lon", "lat"))
    size = np.clip(LARGEST_MARK * np.sqrt(total / max(float(total.max()), 1.0)), SMALLEST_MARK, None)
    is_covered = covered >= HALF_COVERED * total
    lived_in = total > 0
    figure = go.Figure()
    _catchment_lines(figure, siting, near.spot, within, lon, lat)
    for shown, colour, symbol, key in (
        (lived_in & ~is_covered, ORANGE, "circle-open", "far"), (lived_in & is_covered, BLUE, "circle", "near")
    ):  # fmt: skip
        figure.add_scatter(
            x=lon[shown], y=lat[shown], mode="markers", name=say(f"plot.placement.{key}", lang),
            marker=dict(size=size[shown], color=colour, symbol=symbol, opacity=0.75, line=dict(width=1, color=colour)),
            text=[
                f"{name_of(region.places[k], lang)}: {numbers.percent(covered[k] / total[k], 0)}"
                for k in np.flatnonzero(shown)
            ],
            hoverinfo="text",
        )  # fmt: skip
    _spots(figure, problem.existing.place, "cross-thin", QUIET, 6, say("plot.placement.existing", lang), lang)
    chosen = [problem.candidates.place[site] for site in siting.order]
    _spots(figure, chosen, "star-diamond", TEXT, 12, say("plot.placement.chosen", lang), lang)
    everything = [*chosen, *region.places]
    all_lon, all_lat = (np.array([getattr(place, name) for place in everything]) for name in ("lon", "lat"))
    sizes = np.concatenate([np.full(len(chosen), 12.0), size])
    names = [name_of(place, lang) for place in everything]
    lay_out_map(figure, list(range(len(chosen))), names, all_lon, all_lat, sizes, lang)
    params = {
        "number": len(chosen),
        "share": numbers.percent(siting.covered / demand.total),
        "before": numbers.percent(siting.covered_before / demand.total),
        "limit": numbers.decimal(float(problem.limit_km.max()), 1),
    }
    finding = say("plot.placement.map" if siting.covered_before else "plot.placement.map_first", lang, params)
    columns = [say("placement.column.site", lang), say("placement.column.people", lang)]
    rows = [
        [name_of(problem.candidates.place[site], lang), numbers.count(float(near.people[site].sum()), lang)]
        for site in siting.order
    ]
    figure = finish(
        figure, finding, say("plot.placement.map_note", lang), illustrative, lang, (columns, rows), MAP_HEIGHT, right=40
    )
    figure.update_layout(
        showlegend=True,
        legend=dict(orientation="h", x=0, y=-0.12, yanchor="top", font=dict(size=SMALL_SIZE)),
        margin_b=110,
        height=figure.layout.height + 54,
    )
    return figure


def _catchment_lines(
    figure: go.Figure, siting: Siting, spot: np.ndarray, within: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> None:
    """Join every settlement to the open spot most of its people within reach are nearest to."""
    problem = siting.problem
    everything = (*problem.candidates.place, *problem.existing.place)
    by_pair: dict[tuple[int, int], float] = {}
    for place, at, people in zip(problem.demand.place.tolist(), spot.tolist(), within.tolist(), strict=True):
        if at != NOWHERE and people > 0:
            by_pair[place, at] = by_pair.get((place, at), 0.0) + people
    best: dict[int, tuple[float, int]] = {}
    for (place, at), people in by_pair.items():
        best[place] = max(best.get(place, (0.0, at)), (people, at))
    x: list[float | None] = []
    y: list[float | None] = []
    for place, (_, at) in sorted(best.items()):
        x += [float(lon[place]), everything[at].lon, None]
        y += [float(lat[place]), everything[at].lat, None]
    figure.add_scatter(x=x, y=y, mode="lines", line=dict(color=BASE, width=1), hoverinfo="skip", showlegend=False)


def _spots(
    figure: go.Figure, places: Sequence[Place], symbol: str, colour: str, size: int, name: str, lang: str
) -> None:
    if places:
        figure.add_scatter(
            x=[place.lon for place in places], y=[place.lat for place in places], mode="markers", name=name,
            marker=dict(size=size, symbol=symbol, color=colour, line=dict(width=1.5, color=colour)),
            text=[name_of(place, lang) for place in places], hoverinfo="text",
        )  # fmt: skip


def gain_figure(siting: Siting, lang: str = "en", illustrative: bool = False) -> go.Figure:
    """Draw how the share of people within reach grows site by site, those that add most first.

    Parameters
    ----------
    siting, lang, illustrative
        As for `site_map`.
    """
    total = siting.problem.demand.total
    share = (siting.covered_before + np.concatenate([[0.0], np.cumsum(siting.gains)])) / total
    n = len(siting.order)
    figure = go.Figure(
        go.Scatter(
            x=np.arange(n + 1), y=share, mode="lines+markers", line=dict(color=BLUE, width=2), hoverinfo="skip",
            marker=dict(size=6, color=BLUE),
        )
    )  # fmt: skip
    names = [name_of(siting.problem.candidates.place[site], lang) for site in siting.order]
    figure.update_xaxes(title=say("plot.placement.sites_open", lang), range=[-0.5, n + 0.5])
    top = min(1.0, float(share.max()) * 1.15)
    figure.update_yaxes(title=say("plot.placement.share_axis", lang), range=[0, top], tickformat=".0%")
    half = int(np.argmax(np.cumsum(siting.gains) >= HALF_COVERED * sum(siting.gains))) + 1 if n else 0
    finding = say("plot.placement.gain", lang, {"half": half, "number": n, "first": names[0] if names else ""})
    columns = [say(f"placement.column.{name}", lang) for name in ("site", "added_people", "share_within_reach")]
    rows = [
        [name, numbers.count(gain, lang), numbers.percent(value)]
        for name, gain, value in zip(names, siting.gains, share[1:], strict=True)
    ]
    note = say("plot.placement.gain_note", lang)
    return finish(figure, finding, note, illustrative, lang, (columns, rows), 360, left=84)


def ranking_figure(
    ranking: Ranking, names: Mapping[str, str], lang: str = "en", illustrative: bool = False
) -> go.Figure:
    """Draw what each layout adds to coverage in the simulation, with its 95% interval.

    Parameters
    ----------
    ranking : Ranking
    names : mapping of str to str
        How layouts are called.
    lang, illustrative
        As for `site_map`.
    """
    order = list(ranking.layouts)
    gains = [ranking.layouts[name].gain for name in order]
    mean, low, high = (np.array([100 * getattr(gain, end) for gain in gains]) for end in ("mean", "low", "high"))
    labels = [names[name] for name in order]
    figure = go.Figure(
        go.Scatter(
            x=mean, y=labels, mode="markers", hoverinfo="skip",
            marker=dict(
                size=11, color=[BLUE if name == ranking.chosen else BASE for name in order],
                symbol=["circle" if name == ranking.chosen else "circle-open" for name in order],
                line=dict(width=2, color=[BLUE if name == ranking.chosen else BASE for name in order]),
            ),
            error_x=dict(
                type="data", symmetric=False, array=high - mean, arrayminus=mean - low, color=TEXT, thickness=1.5,
                width=6,
            ),
        )
    )  # fmt: skip
    span = float(max(high.max(), 0.0) - min(low.min(), 0.0)) or 1.0
    for label, m, a, b in zip(labels, mean, low, high, strict=True):
        between = numbers.interval(a, b, lang, 2, 1.0)
        figure.add_annotation(
            x=float(b), y=label, showarrow=False, xanchor="left", xshift=10,
            text=numbers.decimal(m, 2, True) + (f" ({between})" if between else ""),
            font=dict(size=SMALL_SIZE, color=TEXT),
        )  # fmt: skip
    figure.update_xaxes(
        title=say("plot.axis.added", lang), zeroline=True, zerolinecolor=TEXT,
        range=[min(float(low.min()), 0.0) - 0.05 * span, float(high.max()) + 0.4 * span],
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    open_ones = [n for n, ranked in ranking.layouts.items() if ranked.against_leader and _is_open(ranking, n)]
    code = "plot.placement.ranking_open" if open_ones else "plot.placement.ranking_first"
    params = {"first": labels[0], "number": len(open_ones), "n": ranking.n_replicates}
    columns = [say(f"placement.column.{name}", lang) for name in ("layout", "added", "interval")]
    rows = [
        [label, numbers.decimal(m, 2, True), numbers.interval(a, b, lang, 2, 1.0)]
        for label, m, a, b in zip(labels, mean, low, high, strict=True)
    ]
    note = say("plot.placement.ranking_note", lang, {"intervals": intervals_of_replicates(ranking.n_replicates, lang)})
    height = ROW_HEIGHT * len(order) + 40
    return finish(
        figure, say(code, lang, params), note, illustrative, lang, (columns, rows), height, left=room_for(labels)
    )


def _is_open(ranking: Ranking, name: str) -> bool:
    against = ranking.layouts[name].against_leader
    return against is not None and not against.advantage.low > 0


def tour_map(touring: Touring, region: Region, lang: str = "en", illustrative: bool = False) -> go.Figure:
    """Draw the tours on the map: settlements by the people who may come, and each trainer's way from place to place.

    Parameters
    ----------
    touring : Touring
    region, lang, illustrative
        As for `site_map`.
    """
    n_places = len(region.places)
    total = np.bincount(touring.demand.place, weights=touring.demand.people.sum(axis=1), minlength=n_places)
    lon, lat = (np.array([getattr(place, name) for place in region.places]) for name in ("lon", "lat"))
    size = np.clip(LARGEST_MARK * np.sqrt(total / max(float(total.max()), 1.0)), SMALLEST_MARK, None)
    shown = total > 0
    figure = go.Figure(
        go.Scatter(
            x=lon[shown], y=lat[shown], mode="markers", hoverinfo="text", showlegend=False,
            marker=dict(size=size[shown], color=GRID, line=dict(width=1, color=QUIET)),
            text=[name_of(region.places[k], lang) for k in np.flatnonzero(shown)],
        )
    )  # fmt: skip
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    for trainer in range(touring.wanted.trainers):
        way = [touring.candidates.place[stay.spot] for stay in touring.tours.visits if stay.trainer == trainer]
        if way:
            figure.add_scatter(
                x=[place.lon for place in way], y=[place.lat for place in way], mode="lines+markers",
                line=dict(color=COLOURS[trainer % len(COLOURS)], width=2, dash=dashes[trainer % len(dashes)]),
                marker=dict(size=9), text=[name_of(place, lang) for place in way], hoverinfo="text",
                name=say("plot.placement.trainer", lang, {"number": trainer + 1}),
            )  # fmt: skip
    names = [name_of(place, lang) for place in region.places]
    lay_out_map(figure, [int(k) for k in np.argsort(-total)], names, lon, lat, size, lang)
    tours = touring.tours
    params = {
        "stays": len(tours.stays),
        "places": len({stay.spot for stay in tours.stays}),
        "taught": numbers.count(tours.value, lang),
        "gap": numbers.percent(tours.gap),
    }
    code = "plot.placement.tour" if tours.gap >= EXACT else "plot.placement.tour_best"
    columns, rows = tour_rows(touring, lang)
    figure = finish(
        figure, say(code, lang, params), say("plot.placement.tour_note", lang), illustrative, lang,
        (columns, rows), MAP_HEIGHT,
    )  # fmt: skip
    figure.update_layout(
        showlegend=True,
        legend=dict(orientation="h", x=0, y=-0.12, yanchor="top", font=dict(size=SMALL_SIZE)),
        margin_b=110,
        height=figure.layout.height + 54,
    )
    return figure


def tour_rows(touring: Touring, lang: str) -> tuple[list[str], list[list[str]]]:
    """Return who is where when, as columns and rows of text."""
    columns = [say(f"placement.column.{name}", lang) for name in ("trainer", "site", "from_week", "weeks", "taught")]
    rows = [
        [
            str(stay.trainer + 1),
            name_of(touring.candidates.place[stay.spot], lang),
            str(touring.first_week + stay.first_week),
            str(stay.weeks),
            numbers.decimal(stay.taught, 0),
        ]
        for stay in touring.tours.visits
    ]
    return columns, rows


def schedule_figure(touring: Touring, lang: str = "en", illustrative: bool = False) -> go.Figure:
    """Draw each trainer's stays over the weeks, with the places' names.

    Parameters
    ----------
    touring, lang, illustrative
        As for `tour_map`.
    """
    figure = go.Figure()
    trainers = sorted({stay.trainer for stay in touring.tours.stays})
    labels = [say("plot.placement.trainer", lang, {"number": trainer + 1}) for trainer in trainers]
    for trainer, label in zip(trainers, labels, strict=True):
        own = [stay for stay in touring.tours.visits if stay.trainer == trainer]
        figure.add_bar(
            orientation="h", y=[label] * len(own), x=[stay.weeks for stay in own],
            base=[touring.first_week + stay.first_week for stay in own], hoverinfo="text",
            marker=dict(color=BLUE, opacity=0.85, line=dict(color="#FFFFFF", width=2)),
            text=[name_of(touring.candidates.place[stay.spot], lang) for stay in own], textangle=-90,
            insidetextanchor="middle", textfont=dict(size=SMALL_SIZE - 2, color="#FFFFFF"),
            hovertext=[
                f"{name_of(touring.candidates.place[stay.spot], lang)}: {numbers.decimal(stay.taught, 0)}"
                for stay in own
            ],
        )  # fmt: skip
    figure.update_layout(barmode="overlay", bargap=0.12)
    figure.update_xaxes(title=say("plot.axis.week", lang))
    figure.update_yaxes(autorange="reversed")
    columns, rows = tour_rows(touring, lang)
    least, most = (end((stay.taught for stay in touring.tours.stays), default=0.0) for end in (min, max))
    params = {"least": numbers.decimal(least, 0), "most": numbers.decimal(most, 0)}
    code = "plot.placement.schedule_even" if params["least"] == params["most"] else "plot.placement.schedule"
    return finish(
        figure, say(code, lang, params), say("plot.placement.schedule_note", lang), illustrative,
        lang, (columns, rows), 110 * max(1, len(trainers)) + 30, left=room_for(labels),
    )  # fmt: skip
