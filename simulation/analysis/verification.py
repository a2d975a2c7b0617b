"""Run replicates of a stored result again and hold every recorded number against the stored one, bit for bit."""

import platform
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.messages import Message
from simulation.outcomes import provenance
from simulation.outcomes.catalogue import INITIAL
from simulation.outcomes.result import Result

SHOWN = 12  # letters of a digest
ENGINE = "array"  # what replicates are run again with


@dataclass(frozen=True, order=True, slots=True)
class Cell:
    """One replicate of one run.

    Attributes
    ----------
    run : str
        The run's folder within the results folder.
    replicate : int
        From 0.
    """

    run: str
    replicate: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a variable run again first differs from the stored one.

    Attributes
    ----------
    variable : str
        Its name in the Dataset.
    when : Message
        In which week.
    week : float
        The same as a number to sort by: -1 before week 0, infinity for what concerns the whole run.
    stored, now : str or Message
        Both values at the first place that differs, or both layouts.
    is_layout : bool
        Whether kind of number or shape differ, so that values were not compared.
    """

    variable: str
    when: Message
    week: float
    stored: str | Message
    now: str | Message
    is_layout: bool = False


def pick_cells(cells: Sequence[Cell], n: int, seed: int) -> list[Cell]:
    """Return n of some cells, or all where there are no more, drawn without repetition and sorted."""
    return sorted(random.Random(seed).sample(sorted(cells), min(n, len(cells))))


def compare_replicate(stored: xr.Dataset, replicate: int, again: xr.Dataset) -> list[Difference]:
    """Return every variable in which a replicate differs from the one run again, the earliest week first.

    Parameters
    ----------
    stored : xarray.Dataset
        The run with all its replicates.
    replicate : int
        Which of them.
    again : xarray.Dataset
        A run of that replicate alone.

    Returns
    -------
    list of Difference
        Empty where kind of number, shape and bytes of all variables, and all labels, are the same.
    """
    then, now = stored.isel(replicate=replicate), again.isel(replicate=0)
    names = sorted({str(name) for d in (then, now) for name in (*d.data_vars, *d.coords)} - {"replicate"})
    found = [_difference(name, then, now) for name in names]
    return sorted((d for d in found if d), key=lambda d: (d.week, d.variable))


def _difference(name: str, then: xr.Dataset, now: xr.Dataset) -> Difference | None:
    if name not in then or name not in now:
        stored, new = (_layout(d[name]) if name in d else Message("verify.absent") for d in (then, now))
        return Difference(name, Message("verify.when.end"), np.inf, stored, new, is_layout=True)
    one, other = then[name], now[name]
    if _layout(one) != _layout(other):
        return Difference(name, Message("verify.when.end"), np.inf, _layout(one), _layout(other), is_layout=True)
    unequal = _unequal(one.values, other.values) if one.size else np.zeros(one.shape, bool)
    if not unequal.any():
        return None
    dims = [str(dim) for dim in one.dims]
    time = next((dims.index(dim) for dim in ("week", "quarter") if dim in dims), None)
    places = np.argwhere(unequal)
    first = tuple(places[places[:, time].argmin()] if time is not None else places[0])
    week, when = _when(name, dims[time] if time is not None else "", int(first[time]) if time is not None else 0)
    return Difference(name, when, week, str(one.values[first]), str(other.values[first]))


def _layout(values: xr.DataArray) -> str:
    """Return kind of number and shape, such as float64 (week 156, sector 6); text is text however long."""
    kind = "text" if values.dtype.kind in "OUS" else values.dtype.newbyteorder("=").name
    if not values.size and str(values.name) in values.coords:
        kind = "nothing"  # a file does not say whether an empty list of names was one of text
    sizes = ", ".join(f"{dim} {size}" for dim, size in values.sizes.items())
    return f"{kind} ({sizes})" if sizes else kind


def _unequal(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where two arrays of one layout differ in any bit (in any letter, for text)."""
    if one.dtype.kind in "OUS":
        return np.asarray(one != other, dtype=bool).reshape(one.shape)
    native = [np.ascontiguousarray(a.astype(a.dtype.newbyteorder("="), copy=False)) for a in (one, other)]
    bits = [a.reshape(-1).view(f"u{a.dtype.itemsize}") for a in native]
    return (bits[0] != bits[1]).reshape(one.shape)


def _when(name: str, time: str, position: int) -> tuple[float, Message]:
    """Return the week of a place along time, as a number and in words."""
    if time == "week":
        return position, Message("verify.when.week", {"week": position})
    if time == "quarter":
        last = (position + 1) * WEEKS_PER_QUARTER - 1
        return last, Message("verify.when.quarter", {"week": last})
    if name.startswith(INITIAL):
        return -1, Message("verify.when.start")
    return np.inf, Message("verify.when.end")


def run_again(result: Result, replicate: int) -> Result:
    """Run one replicate of a stored run alone."""
    from simulation.engine.runner import run_replicates

    return run_replicates(result.scenario, [replicate])


def changed_since(record: Mapping[str, Any]) -> list[Message]:
    """Return what of code, packages and machine is not as recorded; a difference in numbers may come from there.

    Parameters
    ----------
    record : mapping
        Provenance of a stored run.
    """
    here = provenance.collect({})
    then_code, now_code = record.get("code", {}), here["code"]
    pairs = [
        ("code", then_code.get("version"), now_code["version"]),
        ("source", _short(then_code.get("source_digest")), _short(now_code["source_digest"])),
        ("python", record.get("python"), here["python"]),
        ("platform", record.get("platform"), here["platform"]),
        ("processor", record.get("processor"), platform.machine()),
        ("engine", record.get("engine", ENGINE), ENGINE),
        ("tables", *_tables(record.get("region", {}))),
    ]
    found = [Message(f"verify.then_now.{what}", _both(then, now)) for what, then, now in pairs if then != now]
    packages, installed = record.get("packages", {}), here["packages"]
    for name in sorted({*packages, *installed}):
        if packages.get(name) != installed.get(name):
            params = {"name": name, **_both(packages.get(name), installed.get(name))}
            found.append(Message("verify.then_now.package", params))
    return found


def _both(then: Any, now: Any) -> dict[str, Any]:
    unknown = Message("verify.unknown")
    return {"then": then or unknown, "now": now or unknown}


def _short(digest: Any) -> str:
    return str(digest or "")[:SHOWN]


def _tables(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return the digests of a region's tables as recorded and as they are now; both empty for a built-in region."""
    if "folder" not in facts:
        return "", ""
    from simulation.region import find_region
    from simulation.region.tables.errors import RegionTablesError

    try:
        now = _short(find_region(facts["folder"]).tables_digest)
    except (RegionTablesError, KeyError, OSError):
        now = ""
    return _short(facts.get("tables_digest")), now


def run_folders(folder: Path, marker: str) -> list[str]:
    """Return the folders of the runs in a results folder, "." where it is one itself."""
    if (folder / marker).is_file():
        return ["."]
    return sorted(path.parent.name for path in folder.glob(f"*/{marker}") if path.is_file())
