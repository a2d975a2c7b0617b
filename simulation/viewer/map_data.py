"""What the map draws: places in kilometres, coverage of every place in every week as bytes, and what was put where."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.result import Result
from simulation.outcomes.targets import main_target
from simulation.outcomes.wording import say
from simulation.plots.maps import FEWEST_SIMULATED, KM_PER_DEGREE
from simulation.plots.style import DIVERGING
from simulation.region.sources import Place
from simulation.report.titles import title_of
from simulation.viewer.heat import colour_table
from simulation.viewer.map_finding import which_settlements
from simulation.viewer.placed import names_of, placed_by
from simulation.viewer.room import Room, Runs
from simulation.viewer.worlds import alike, opened

STEPS = 65_534  # of a share in two bytes; the next number is "no value"
NO_VALUE = 65_535
MOST_OTHERS = 3  # runs of other folders; each is opened and sent whole
ADDED_STEP = 20  # the scale of what was added ends at a twentieth


def drawn_runs(room: Room, runs: Runs, lang: str, with_others: bool = True) -> dict[str, Result]:
    """Return the runs the map can draw by what they are called: those of the folder first, then others alike.

    Parameters
    ----------
    with_others : bool
        Whether to look at other folders for runs on the same worlds.
    """
    found = {say(f"plot.role.{role}", lang): result for role, result in runs.by_role().items()}
    own = {result.digest for result in found.values()}
    if with_others:
        others = [one for one in alike(room, runs.name) if one.digest not in own][:MOST_OTHERS]
        titles = {one.name: f"{one.title(lang)} ({one.folder})" for one in others}
        for name, result in opened(room, others).items():
            if np.array_equal(result.dataset.place.values, runs.programme.dataset.place.values):
                found[titles[name]] = result
    return found


def series(drawn: Mapping[str, Result]) -> bytes:
    """Return coverage of every run, week and place, mean over replicates: little-endian numbers of two bytes."""
    parts = []
    for result in drawn.values():
        share = coverage_by_place(result.dataset).mean("replicate").transpose("week", "place").values
        whole = np.where(np.isfinite(share), np.rint(STEPS * np.nan_to_num(share)), NO_VALUE)
        parts.append(whole.astype("<u2").tobytes())
    return b"".join(parts)


def facts(runs: Runs, drawn: Mapping[str, Result], lang: str) -> dict[str, Any]:
    """Return everything else the map needs, as plain values."""
    result = runs.programme
    d = result.dataset
    ground = _Ground(d.lon.values, d.lat.values)
    people = d.n_residents_place.mean("replicate")
    shown = (people / d.attrs["expansion_factor"] >= FEWEST_SIMULATED).values
    x, y = ground.kilometres(d.lon.values, d.lat.values)
    return {
        "title": title_of(result, lang),
        "warning": say("report.illustrative", lang) if result.scenario.survey.illustrative else "",
        "names": names_of(result, lang),
        "x": x,
        "y": y,
        "people": np.rint(people.values).astype(int).tolist(),
        "enough": shown.astype(int).tolist(),
        "dates": [str(date)[:10] for date in d.date.values],
        "roles": list(runs.by_role()),
        "runs": list(drawn),
        "target": main_target(result.scenario.targets),
        "which": which_settlements(result, shown, lang),
        "too_few": say("plot.map.too_few", lang),
        "reach": _reach(runs, shown),
        "colours": colour_table(),
        "diverging": _diverging(),
        **_put(drawn, ground, len(x), lang),
    }


class _Ground:
    """Turns degrees into kilometres east and north of the region's south-western corner.

    Parameters
    ----------
    lon, lat : array
        Of the settlements.
    """

    def __init__(self, lon: np.ndarray, lat: np.ndarray) -> None:
        self._west, self._south = lon.min(), lat.min()
        self._narrowing = math.cos(math.radians(float(lat.mean())))

    def kilometres(self, lon: Any, lat: Any) -> tuple[list[float], list[float]]:
        """Return east and north of some points."""
        east = (np.asarray(lon, float) - self._west) * self._narrowing * KM_PER_DEGREE
        north = (np.asarray(lat, float) - self._south) * KM_PER_DEGREE
        return np.round(east, 3).tolist(), np.round(north, 3).tolist()


def _put(drawn: Mapping[str, Result], ground: _Ground, n_settlements: int, lang: str) -> dict[str, Any]:
    """Return sites in use, and what each run puts on which row; rows of sites follow those of settlements.

    What stands nobody knows where is given for the first run, by what the scenario calls its place.
    """
    sites: list[Place] = []
    placed: list[list[Any]] = []
    elsewhere: list[list[Any]] = []
    for result in drawn.values():
        found = placed_by(result, lang)
        sites += dict.fromkeys(one.spot for one in found if isinstance(one.spot, Place) and one.spot not in sites)
        rows: list[Any] = []
        for one in found:
            where = n_settlements + sites.index(one.spot) if isinstance(one.spot, Place) else one.spot
            rows.append([one.place if where is None else where, one.kind, one.first, one.end, one.lever])
        placed.append([row for row in rows if not isinstance(row[0], str)])
        elsewhere.append([row for row in rows if isinstance(row[0], str)])
    x, y = ground.kilometres([site.lon for site in sites], [site.lat for site in sites])
    names = [site.name or site.place_id for site in sites]
    unknown = elsewhere[0] if elsewhere else []
    return {"sites": {"names": names, "x": x, "y": y}, "placed": placed, "elsewhere": unknown}


def _reach(runs: Runs, shown: np.ndarray) -> float:
    """Return where the scale of what was added ends, either way; 0 where there is nothing to compare with."""
    if runs.baseline is None:
        return 0.0
    after, before = (
        coverage_by_place(one.dataset).isel(week=-1).mean("replicate").values for one in (runs.programme, runs.baseline)
    )
    added = np.abs(after - before)[shown]
    largest = float(np.nanmax(added)) if added.size and np.isfinite(added).any() else 0.0
    return math.ceil(ADDED_STEP * max(1 / ADDED_STEP, largest)) / ADDED_STEP


def _diverging(n: int = 256) -> list[str]:
    """Return the scale of differences in steps, as the browser's canvas takes colours."""
    stops = [(float(str(at)), [int(str(colour)[k : k + 2], 16) for k in (1, 3, 5)]) for at, colour in DIVERGING]
    found = []
    for step in np.linspace(0, 1, n):
        parts = [np.interp(step, [at for at, _ in stops], [rgb[k] for _, rgb in stops]) for k in range(3)]
        found.append(f"rgb({','.join(str(round(float(part))) for part in parts)})")
    return found
