"""What the map draws: places in kilometres, coverage of every place in every week as bytes, and what was put where."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk
from simulation.levers.places import ALL, COUNTY_SEATS
from simulation.levers.teaching import Teaching
from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.result import Result
from simulation.outcomes.targets import main_target
from simulation.outcomes.wording import lever_labels, say
from simulation.plots.maps import FEWEST_SIMULATED, KM_PER_DEGREE
from simulation.plots.style import DIVERGING
from simulation.region import builtin, names
from simulation.region.sources import SEAT
from simulation.viewer.heat import colour_table
from simulation.viewer.room import Room, Runs
from simulation.viewer.worlds import alike, opened

STEPS = 65_534  # of a share in two bytes; the next number is "no value"
NO_VALUE = 65_535
MOST_OTHERS = 3  # runs of other folders; each is opened and sent whole
ADDED_STEP = 20  # the scale of what was added ends at a twentieth


@dataclass(frozen=True, slots=True)
class Placed:
    """Something a lever puts at a place.

    Attributes
    ----------
    place : int
        Row of the place.
    kind : str
        "kiosk" or "event".
    first, end : int
        First week, and the first in which it is gone.
    lever : str
        How the lever is called.
    """

    place: int
    kind: str
    first: int
    end: int
    lever: str


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
    lon, lat = d.lon.values, d.lat.values
    narrowing = math.cos(math.radians(float(lat.mean())))
    people = d.n_residents_place.mean("replicate")
    shown = (people / d.attrs["expansion_factor"] >= FEWEST_SIMULATED).values
    placed, n_elsewhere = placed_by(result, lang)
    return {
        "names": names_of(d, lang),
        "x": np.round((lon - lon.min()) * narrowing * KM_PER_DEGREE, 3).tolist(),
        "y": np.round((lat - lat.min()) * KM_PER_DEGREE, 3).tolist(),
        "people": np.rint(people.values).astype(int).tolist(),
        "enough": shown.astype(int).tolist(),
        "dates": [str(date)[:10] for date in d.date.values],
        "roles": list(runs.by_role()),
        "runs": list(drawn),
        "target": main_target(result.scenario.targets),
        "reach": _reach(runs, shown),
        "colours": colour_table(),
        "diverging": _diverging(),
        "placed": [[one.place, one.kind, one.first, one.end, one.lever] for one in placed],
        "elsewhere": n_elsewhere,
    }


def names_of(d: xr.Dataset, lang: str) -> list[str]:
    """Return what the places are called."""
    return [str(name) for name in d["place_name_zh" if numbers.is_chinese(lang) else "place_name"].values]


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


def placed_by(result: Result, lang: str) -> tuple[list[Placed], int]:
    """Return kiosks and training events at places of the run, and how many stand elsewhere (at sites of a table)."""
    rows = _rows_by_name(result)
    words = lever_labels(result.dataset, lang)
    found: list[Placed] = []
    n_elsewhere = 0
    for name, lever in result.scenario.levers.items():
        for where, first, end in _stays(lever, result.dataset.sizes["week"]):
            here = rows.get(where, [])
            n_elsewhere += not here
            kind = "kiosk" if isinstance(lever, Kiosk) else "event"
            found += [Placed(row, kind, first, end, words.get(name, name)) for row in here]
    return found, n_elsewhere


def _stays(lever: Lever, weeks: int) -> list[tuple[str, int, int]]:
    """Return (place's name or keyword, first week, first week gone) of a lever that helps at places."""
    if isinstance(lever, Kiosk):
        end = min(weeks, lever.schedule.closing_week)
        one_by_one = [(site.place, lever.opening_week(site), end) for site in lever.sites]
        return one_by_one or [(place, lever.opening_week(), end) for place in lever.places]
    if isinstance(lever, Teaching):
        events = [(event.place, *lever.open_weeks(event)) for event in lever.events]
        found = events or [(place, *lever.open_weeks()) for place in lever.places]
        return [(place, first, min(weeks, end)) for place, first, end in found]
    return []


def _rows_by_name(result: Result) -> Mapping[str, list[int]]:
    """Return rows of places by identifier, name and keyword; a name that several have means none, as in a scenario."""
    d = result.dataset
    rows: dict[str, list[int]] = {}
    for values in (d.place_name.values, d.place_name_zh.values):
        for row, name in enumerate(str(value) for value in values):
            rows[name] = [row] if rows.get(name, [row]) == [row] else []
    rows |= {str(name): [row] for row, name in enumerate(d.place.values)}
    rows[ALL] = [row for row, n in enumerate(d.n_residents_place.mean("replicate").values) if n > 0]
    seats: set[str] = set()
    if result.scenario.region in names():  # a run does not record which places are seats
        seats = {place.place_id for place in builtin(result.scenario.region).places if place.kind == SEAT}
    rows[COUNTY_SEATS] = [row for row, name in enumerate(d.place.values) if str(name) in seats]
    return rows
