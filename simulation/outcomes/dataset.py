"""Join the arrays of the replicates into one labelled Dataset, and refuse one that breaks an identity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.core.codes import (
    AGE_NAMES,
    AREA_NAMES,
    HELP_NAMES,
    INCOME_NAMES,
    PAYER_NAMES,
    SECTOR_NAMES,
    TICKET_NAMES,
    WEEKS_PER_QUARTER,
)
from simulation.core.offers import USE_NAMES
from simulation.core.reasons import REASON_NAMES
from simulation.outcomes.catalogue import INITIAL, VARIABLES
from simulation.outcomes.monitoring import MAY_BE_MISSING

if TYPE_CHECKING:
    from simulation.region.sources import Place  # its room loads numba, which reading a Dataset does not need

Recorder = Mapping[str, NDArray[Any]]
DAYS_PER_WEEK = 7
RELATIVE_TOLERANCE = 1e-6  # counts times a non-integer expansion factor do not add up bit for bit
CODES = {
    "age": AGE_NAMES,
    "area": AREA_NAMES,
    "income": INCOME_NAMES,
    "sector": SECTOR_NAMES,
    "help": HELP_NAMES,
    "ticket": TICKET_NAMES,
    "payer": PAYER_NAMES,
    "use": USE_NAMES,
    "reason": REASON_NAMES,
}
WITHOUT_SEAT = ("child", "phone")  # help that nobody needs a seat for


@dataclass(frozen=True, slots=True)
class Labels:
    """What the arrays of a run do not say themselves.

    Attributes
    ----------
    start_date : date
        First day of week 0.
    places : tuple of simulation.region.sources.Place
        Settlements, in the order of the arrays.
    rules : tuple of str
        Rules of the adjustment, sorted by name.
    lever_names, lever_kinds, lever_targets : tuple of str
        Levers sorted by name; target is "citizens" or "merchants".
    lines : tuple of str
        Budget lines.
    zones : tuple of str
        Accounting zones, the whole region last.
    seeds : tuple of int
        One a replicate.
    expansion_factor : float
        Residents aged 15+ per simulated citizen.
    n_simulated : int
        Simulated citizens.
    currency : str
        Of the region, ISO 4217. Amounts of the Dataset are yuan all the same.
    currency_per_yuan : float
        Units of it that buy what a yuan buys.
    """

    start_date: date
    places: "tuple[Place, ...]"
    lever_names: tuple[str, ...]
    lever_kinds: tuple[str, ...]
    lever_targets: tuple[str, ...]
    lines: tuple[str, ...]
    zones: tuple[str, ...]
    rules: tuple[str, ...]
    seeds: tuple[int, ...]
    expansion_factor: float
    n_simulated: int
    currency: str = "CNY"
    currency_per_yuan: float = 1.0


def build_dataset(recorders: Sequence[Recorder], labels: Labels) -> xr.Dataset:
    """Join the recorder arrays of all replicates.

    Parameters
    ----------
    recorders : sequence of mappings name -> array
        One a replicate; names and dims are those of `catalogue.VARIABLES`.
    labels : Labels
        Names and positions of places, levers and budget lines; seeds; size.

    Returns
    -------
    xarray.Dataset
        Every variable with `replicate` first, units and labels as attributes, and named coordinates. The
        coordinate `date` is the last day of a week, when its stocks are taken.

    Raises
    ------
    ValueError
        If a variable is missing, unknown, of the wrong shape or breaks an identity.
    """
    if not recorders:
        raise ValueError("no replicate was recorded")
    for r, recorder in enumerate(recorders):
        missing, unknown = set(VARIABLES) - set(recorder), set(recorder) - set(VARIABLES)
        if missing or unknown:
            raise ValueError(f"replicate {r}: missing {sorted(missing)}, not in the catalogue {sorted(unknown)}")
    sizes = {"replicate": len(recorders)} | _sizes(recorders[0], labels)
    data = {}
    for name in sorted(VARIABLES):
        variable = VARIABLES[name]
        expected = tuple(sizes[d] for d in variable.dims)
        for r, recorder in enumerate(recorders):
            if recorder[name].shape != expected:
                raise ValueError(f"replicate {r}: {name} has shape {recorder[name].shape}, expected {expected}")
        dtype = np.int16 if "citizen" in variable.dims else np.float64  # a week each; millions of them
        values = np.stack([np.asarray(recorder[name], dtype=dtype) for recorder in recorders])
        attributes = {
            "units": variable.unit,
            "long_name": variable.en,
            "long_name_zh": variable.zh,
            "kind": variable.kind,
            "better": variable.better,
            "description": variable.description,
        }
        data[name] = (("replicate", *variable.dims), values, attributes)
    facts = {
        "expansion_factor": float(labels.expansion_factor),
        "n_simulated": int(labels.n_simulated),
        "currency": labels.currency,
        "currency_per_yuan": float(labels.currency_per_yuan),
    }
    dataset = xr.Dataset(data, coords=_coordinates(sizes, labels), attrs=facts)
    check_identities(dataset)
    return dataset


def _sizes(recorder: Recorder, labels: Labels) -> dict[str, int]:
    """Return the length of every dimension, from the codes, the labels and two arrays."""
    sizes = {dim: len(names) for dim, names in CODES.items()}
    sizes |= {"place": len(labels.places), "lever": len(labels.lever_names), "line": len(labels.lines)}
    sizes |= {"zone": len(labels.zones), "rule": len(labels.rules), "citizen": recorder["reached_week"].shape[0]}
    return sizes | {"week": recorder["n_active"].shape[0], "quarter": recorder["n_payers"].shape[0]}


def _coordinates(sizes: Mapping[str, int], labels: Labels) -> dict[str, Any]:
    """Return index coordinates and the extra ones along them."""
    weeks, quarters = np.arange(sizes["week"]), np.arange(sizes["quarter"])
    start, places = np.datetime64(labels.start_date, "D"), labels.places
    last_day = start + DAYS_PER_WEEK * (weeks + 1) - 1
    quarter_end = start + DAYS_PER_WEEK * WEEKS_PER_QUARTER * (quarters + 1) - 1
    coords: dict[str, Any] = {dim: _text(names) for dim, names in CODES.items()}
    coords |= {
        "replicate": np.arange(sizes["replicate"]),
        "seed": ("replicate", np.asarray(labels.seeds, np.int64)),
        "week": ("week", weeks, {"long_name": "week of the run"}),
        "date": ("week", last_day.astype("datetime64[ns]"), {"long_name": "last day of the week"}),
        "quarter": ("quarter", quarters, {"long_name": f"quarter of {WEEKS_PER_QUARTER} weeks"}),
        "quarter_date": ("quarter", quarter_end.astype("datetime64[ns]"), {"long_name": "last day of the quarter"}),
        "place": _text([p.place_id for p in places]),
        "place_name": ("place", _text([p.name for p in places])),
        "place_name_zh": ("place", _text([p.name_zh or p.name for p in places])),
        "lat": ("place", np.array([p.lat for p in places]), {"units": "degrees_north"}),
        "lon": ("place", np.array([p.lon for p in places]), {"units": "degrees_east"}),
        "lever": _text(labels.lever_names),
        "lever_kind": ("lever", _text(labels.lever_kinds)),
        "lever_target": ("lever", _text(labels.lever_targets)),
        "line": _text(labels.lines),
        "zone": _text(labels.zones),
        "rule": _text(labels.rules),
        "citizen": ("citizen", np.arange(sizes["citizen"]), {"long_name": "row of a simulated citizen"}),
    }
    return coords


def _text(names: Sequence[str]) -> NDArray[Any]:
    """Return names as an object array, so that an empty list is still text."""
    return np.array(list(names), dtype=object)


def check_identities(dataset: xr.Dataset) -> None:
    """Refuse a Dataset whose stocks do not follow from its flows, or whose parts exceed their wholes.

    Raises
    ------
    ValueError
        Naming the identity, the largest gap and where it stands.
    """
    d = dataset
    _stock_follows(d, "n_users", gains=("new_first_uses", "new_returns"), losses=("new_lapses",))
    _stock_follows(d, "n_lapsed", gains=("new_lapses",), losses=("new_returns",))
    _stock_follows(d, "n_merchants_accepting", gains=("new_acceptances",), losses=("new_withdrawals",))
    _equal("residents of all places = residents of all cells", d.n_residents_place.sum("place"), _cells(d.n_residents))
    _equal("active users of all places = those of all cells", d.n_active_place.sum("place"), _cells(d.n_active))
    for part, whole in (
        ("n_active", "n_active_13w"),
        ("n_active_merchant", "n_active"),
        ("n_active_13w", "n_residents"),
        ("n_users", "n_residents"),
        ("n_aware", "n_residents"),
        ("n_with_access", "n_residents"),
        ("n_payments_failed", "n_payments_cash"),
        ("n_payments_family", "n_payments_electronic"),
        ("value_asked_in_vain_yuan", "value_cash_yuan"),
        ("n_merchants_accepting", "n_merchants"),
        ("n_merchants_unified", "n_merchants_accepting"),
        ("n_merchants_integrated", "n_merchants_accepting"),
        ("n_repeat_payers", "n_payers"),
    ):
        _at_most(f"{part} is at most {whole}", d[part], d[whole])
    seated = [name for name in HELP_NAMES if name not in WITHOUT_SEAT]
    # a seat left over may be taken later
    helps, seats = (values.sel(help=seated).cumsum("week") for values in (d.n_helps, d.n_seats))
    _at_most("helps so far are at most the seats so far", helps, seats)
    _equal(
        "payments of all amounts = cash + electronic",
        d.n_payments_ticket.sum("ticket"),
        d.n_payments_cash + d.n_payments_electronic,
    )
    _equal(
        "spending of all zones = of all lines", d.spending_zone_yuan.sum("zone"), d.spending_yuan.sum(("line", "payer"))
    )
    for name in ("acceptance_by_payments", "outage_share"):
        _at_most(f"{name} is at most 1", d[name], xr.ones_like(d[name]))
    for key in d.data_vars:
        if key in MAY_BE_MISSING:
            continue
        lowest = -1 if "citizen" in d[key].dims else 0
        if bool((d[key] < lowest).any()) or not bool(np.isfinite(d[key]).all()):
            raise ValueError(f"{key} holds a negative or missing value")


def _cells(values: xr.DataArray) -> xr.DataArray:
    return values.sum(("age", "area", "income"))


def _stock_follows(d: xr.Dataset, stock: str, gains: tuple[str, ...], losses: tuple[str, ...]) -> None:
    """Check stock[t] = stock[t-1] + gains[t] - losses[t], with the initial value before week 0."""
    before = d[stock].shift(week=1).fillna(d[INITIAL + stock])
    expected = before + sum(d[g] for g in gains) - sum(d[x] for x in losses)
    _equal(f"{stock} = {stock} a week before + {' + '.join(gains)} - {' - '.join(losses)}", d[stock], expected)


def _equal(identity: str, left: xr.DataArray, right: xr.DataArray) -> None:
    gap = abs(left - right) - RELATIVE_TOLERANCE * np.maximum(1.0, np.maximum(abs(left), abs(right)))
    _refuse_positive(identity, gap)


def _at_most(identity: str, part: xr.DataArray, whole: xr.DataArray) -> None:
    _refuse_positive(identity, part - whole - RELATIVE_TOLERANCE * np.maximum(1.0, abs(whole)))


def _refuse_positive(identity: str, gap: xr.DataArray) -> None:
    if gap.size == 0 or not bool((gap > 0).any()):
        return
    worst = gap.where(gap > 0).stack(where=gap.dims).idxmax("where").item()
    raise ValueError(f"identity broken: {identity}; largest at {dict(zip(gap.dims, worst, strict=True))}")
