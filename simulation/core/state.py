"""The state of a world: one array per field, each declared once with dtype, unit, range and meaning.

`agent_id == row`, fixed for the run. "Never" is -1 or a saturated clock, never NaN.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import Age, Area, HelpKind, Income, Sector, Stage, Terminal

Array = NDArray[Any]

CLOCK_END = 65_535  # weeks in a stage or in acceptance are counted up to here
TURNED_AWAY_END = 255  # times somebody sought help in vain are counted up to here
USE_CLOCK_END = 255  # weeks since the last electronic payment; 255 also stands for never


def column(
    dtype: str, unit: str, low: float, high: float, meaning: str, *, width: int = 0, changes: bool = False
) -> Any:
    """Declare one state array.

    Parameters
    ----------
    dtype : str
        NumPy dtype of the array.
    unit : str
        Unit of a value; "code" for enumerations.
    low, high : float
        Inclusive range `check` enforces.
    meaning : str
        One line a referee can read.
    width : int
        0 for one value an agent, otherwise the number of columns.
    changes : bool
        True where the value may change during the weeks of a run.
    """
    return field(
        metadata={
            "dtype": dtype,
            "unit": unit,
            "low": low,
            "high": high,
            "meaning": meaning,
            "width": width,
            "changes": changes,
        }
    )


@dataclass(slots=True)
class Citizens:
    """Residents aged 15 and over, stored zone by zone, household by household."""

    age: Array = column("u1", "code", 0, max(Age), "age band (codes.Age)")
    area: Array = column("u1", "code", 0, max(Area), "area of residence (codes.Area)")
    income: Array = column("u1", "code", 0, max(Income), "income third of the household (codes.Income)")
    five_year_age: Array = column("u1", "five-year band", 3, 17, "band k is ages 5k to 5k+4; 17 is 85 and over")
    zone: Array = column("u4", "row", 0, 2**32 - 1, "zone of residence; ascending")
    place: Array = column("u4", "row", 0, 2**32 - 1, "settlement of residence")
    starts_household: Array = column("u1", "0/1", 0, 1, "first of a household; the rest of it follows")
    payments_per_week: Array = column("f4", "1/week", 0, 1e4, "expected payments of all methods")
    regular_merchant: Array = column(
        "u1",
        "position",
        0,
        255,
        "regular merchant by sector, in the zone's catchment",
        width=len(Sector),
    )
    taste: Array = column("f4", "logit", -10, 10, "innovativeness xi")
    innate_skill: Array = column("f4", "1", 0, 1, "skill without practice k0")
    baseline_risk: Array = column("f4", "1", 0, 1, "perceived risk without experience r0")
    prefers_cash: Array = column("u1", "0/1", 0, 1, "prefers cash where both are possible (amendment A8)")
    attends_help: Array = column("u1", "0/1", 0, 1, "ever comes to offered help (amendment A4)")
    old_device: Array = column("u1", "0/1", 0, 1, "owns, or would own, an old device: slower, fails more often (E4)")
    refuses_face: Array = column("u1", "0/1", 0, 1, "does not want to pay by face, for privacy (R4)")
    offer_group: Array = column("u4", "row", 0, 2**32 - 1, "row of the week's offers that reach this citizen")

    aware: Array = column("u1", "0/1", 0, 1, "knows the service and where to get it", changes=True)
    has_device: Array = column("u1", "0/1", 0, 1, "own smartphone (amendment A3)", changes=True)
    has_account: Array = column("u1", "0/1", 0, 1, "payment account (amendment A3)", changes=True)
    stage: Array = column("u1", "code", 0, max(Stage), "diffusion stage (codes.Stage)", changes=True)
    weeks_in_stage: Array = column("u2", "week", 0, CLOCK_END, "weeks since the stage was entered", changes=True)
    weeks_since_use: Array = column(
        "u1", "week", 0, 255, "weeks since the last electronic payment; 255 = long ago or never", changes=True
    )
    skill: Array = column("f4", "1", 0, 1, "skill k", changes=True)
    perceived_risk: Array = column("f4", "1", 0, 1, "perceived risk r", changes=True)
    habit: Array = column("f4", "1", 0, 1, "habit of choosing electronic payment H", changes=True)
    repetition: Array = column("f4", "1", 0, 1, "habit of paying electronically every week G", changes=True)
    incident: Array = column("u1", "0/1", 0, 1, "unsettled fraud incident this week", changes=True)
    weeks_since_merchant: Array = column(
        "u1", "week", 0, 255, "weeks since the last electronic payment to a merchant; 255 = long ago or never",
        changes=True,
    )  # fmt: skip
    helped: Array = column("u1", "code", 0, max(HelpKind), "help received this week (codes.HelpKind)", changes=True)
    ever_helped: Array = column("u1", "bits", 0, 31, "bit k: received help of kind k + 1, ever", changes=True)
    turned_away: Array = column(
        "u1", "times", 0, TURNED_AWAY_END, "sought help in vain since last helped", changes=True
    )
    coupon_due: Array = column("i4", "fen", 0, 2**31 - 1, "coupon paid at the next first payment", changes=True)
    coupon_lever: Array = column("i2", "row", -1, 32767, "lever that pays the coupon due; -1 = none", changes=True)
    counted_by_peers: Array = column("u1", "0/1", 0, 1, "is a user whose word of mouth still carries", changes=True)
    n_user_peers: Array = column("u2", "citizens", 0, 65535, "ties who were counted at last week's end", changes=True)
    n_incident_peers: Array = column("u2", "citizens", 0, 65535, "ties with an incident last week", changes=True)
    epay_weeks_quarter: Array = column("u1", "week", 0, 13, "weeks of this quarter with an e-payment", changes=True)
    paid_last_quarter: Array = column("u1", "0/1", 0, 1, "paid electronically last quarter", changes=True)


@dataclass(slots=True)
class Merchants:
    """Merchants, each in one zone and one sector."""

    sector: Array = column("u1", "code", 0, max(Sector), "sector (codes.Sector)")
    zone: Array = column("i4", "row", 0, 2**31 - 1, "zone")
    terminal: Array = column("u1", "code", 0, max(Terminal), "terminal needed (codes.Terminal; amendment A5)")
    attractiveness: Array = column("f4", "1", 0, 1e9, "size in the Huff model")
    expected_payments: Array = column("f4", "1/week", 0, 1e9, "expected payments a week, all methods n_m")
    readiness_taste: Array = column("f4", "logit", -10, 10, "idiosyncratic readiness zeta")
    offer_group: Array = column("u4", "row", 0, 2**32 - 1, "row of the week's merchant offers that reach this merchant")

    accepts: Array = column("u1", "0/1", 0, 1, "accepts electronic payment", changes=True)
    weeks_in_state: Array = column("u2", "week", 0, CLOCK_END, "weeks since acceptance changed", changes=True)
    ask_share: Array = column("f4", "1", 0, 1, "smoothed share of payments asked for electronically q", changes=True)
    rent_subsidy_share: Array = column(
        "f4", "1", 0, 1, "share of rent paid by the programme, fixed at adoption", changes=True
    )
    subsidy_lever: Array = column("i2", "row", -1, 32767, "lever that pays the rent subsidy; -1 = none", changes=True)
    trained: Array = column("u1", "0/1", 0, 1, "staff went to a workshop and are still there (P4)", changes=True)
    unified: Array = column("u1", "0/1", 0, 1, "is on the unified interface (T3)", changes=True)
    integrated: Array = column(
        "u1", "0/1", 0, 1, "uses integrated services: ordering, stock, delivery (T9)", changes=True
    )
    quarter_payments: Array = column("f4", "payments", 0, 1e9, "electronic payments taken this quarter", changes=True)
    quarter_unified: Array = column("f4", "payments", 0, 1e9, "of these, on the unified interface", changes=True)
    quarter_integrated: Array = column("f4", "payments", 0, 1e9, "of these, with integrated services", changes=True)
    weeks_unified: Array = column("u1", "week", 0, 13, "weeks of this quarter with such payments", changes=True)
    weeks_integrated: Array = column("u1", "week", 0, 13, "weeks of this quarter with such payments", changes=True)


@dataclass(slots=True)
class Zones:
    """Zones of up to some 500 simulated citizens of one area kind, and what lies between them and merchants."""

    x_km: Array  # f8 (Z,) east of the region's origin
    y_km: Array  # f8 (Z,) north
    area: Array  # u1 (Z,) codes.Area
    county: Array  # i4 (Z,) row of Region.counties
    account: Array  # i4 (Z,) accounting zone: county x kind of area
    network_seconds: Array  # f8 (Z,) seconds a slow network adds to an electronic payment (E4)
    network_failure: Array  # f8 (Z,) share of electronic attempts a weak network loses (E4)
    intra_km: Array  # f8 (Z,) distance added to every trip that starts here (0.5 / 0.8 / 2.0 km by area)
    first_citizen: Array  # i8 (Z+1,) citizens of zone z are rows first_citizen[z]:first_citizen[z+1]
    # Huff catchments: entries of (zone z, sector s) are huff_start[z*S+s]:huff_start[z*S+s+1]; rows sum to 1
    huff_start: Array  # i8 (Z*S+1,)
    huff_merchant: Array  # i4 (H,)
    huff_weight: Array  # f4 (H,)
    # the same weights seen from the merchant: entries of m are customer_start[m]:customer_start[m+1], by ascending zone
    customer_start: Array  # i8 (M+1,)
    customer_zone: Array  # i4 (H,)
    customer_weight: Array  # f4 (H,)


@dataclass(slots=True)
class Places:
    """Settlements people live at, and sites nobody lives at; rows are fixed for a region, whatever the seed.

    A spot is where help can be had: place k is spot k, site k is spot `len(place_id) + k`.
    """

    place_id: tuple[str, ...]
    name: tuple[str, ...]
    name_zh: tuple[str, ...]
    lat: Array  # f8 degrees
    lon: Array  # f8 degrees
    x_km: Array  # f8
    y_km: Array  # f8
    county: Array  # i4
    is_seat: Array  # bool, the county's seat
    site_id: tuple[str, ...] = ()
    site_name: tuple[str, ...] = ()
    site_x_km: Array = field(default_factory=lambda: np.zeros(0))  # f8
    site_y_km: Array = field(default_factory=lambda: np.zeros(0))  # f8


@dataclass(slots=True)
class Trips:
    """Travel km that were measured, from places to spots (`Places`); ascending by place and spot, each pair once."""

    place: Array = field(default_factory=lambda: np.zeros(0, np.int32))  # i4 (T,)
    spot: Array = field(default_factory=lambda: np.zeros(0, np.int32))  # i4 (T,)
    km: Array = field(default_factory=lambda: np.zeros(0))  # f8 (T,) in place of the straight line x detour


@dataclass(slots=True)
class Family:
    """Grown-up children of residents aged 60 and over who live in the region (amendments A10, A11).

    One row a parent with such a child, ascending by parent.
    """

    parent: Array = field(default_factory=lambda: np.zeros(0, np.int32))  # i4 (F,)
    child: Array = field(default_factory=lambda: np.zeros(0, np.int32))  # i4 (F,) a citizen aged 30 to 59
    child_pays: Array = field(default_factory=lambda: np.zeros(0, np.uint8))  # u1 (F,) pays for the parent by phone


@dataclass(slots=True)
class World:
    """Everything that is fixed before behaviour starts, for one replicate."""

    seed: int
    expansion_factor: float  # residents aged 15+ per simulated citizen, f
    detour: float  # travel km per straight-line km
    citizens: Citizens
    merchants: Merchants
    zones: Zones
    places: Places
    peer_start: Array  # i4 (N+1,) ties of citizen i are peer[peer_start[i]:peer_start[i+1]]
    peer: Array  # i4 (E,) undirected: each tie stands at both ends, ascending in a row, no repeats
    trips: Trips = field(default_factory=Trips)
    family: Family = field(default_factory=Family)
    n_accounts: int = 1  # accounting zones; postings that concern no zone go to a further one, the last
    known_acceptance: Array | None = None  # i1 (M,) 1 accepts at the start, 0 does not, -1 unknown; None: none is known


def regular_merchants(world: World) -> Array:
    """Return the rows of every citizen's regular merchants, int64, shape (N, 6)."""
    first = world.zones.huff_start[:-1].reshape(-1, len(Sector))
    entry = first[world.citizens.zone] + world.citizens.regular_merchant
    return world.zones.huff_merchant[entry].astype(np.int64)


def empty_columns(cls: type, n: int) -> Any:
    """Allocate every array of a state class with zeros.

    Parameters
    ----------
    cls : type
        `Citizens` or `Merchants`.
    n : int
        Number of agents.
    """
    arrays = {}
    for spec in fields(cls):
        meta = spec.metadata
        shape = (n, meta["width"]) if meta["width"] else (n,)
        arrays[spec.name] = np.zeros(shape, dtype=meta["dtype"])
    return cls(**arrays)


def check(state: Citizens | Merchants) -> None:
    """Refuse a state whose arrays leave their declared dtype, length or range.

    Raises
    ------
    ValueError
        Naming the first field that is wrong, its value and its range.
    """
    n = None
    for spec in fields(state):
        meta = spec.metadata
        values = getattr(state, spec.name)
        where = f"{type(state).__name__}.{spec.name}"
        if values.dtype != np.dtype(meta["dtype"]):
            raise ValueError(f"{where}: dtype {values.dtype}, declared {meta['dtype']}")
        n = values.shape[0] if n is None else n
        if values.shape[0] != n:
            raise ValueError(f"{where}: {values.shape[0]} rows, the other fields have {n}")
        if values.size == 0:
            continue
        lowest, highest = values.min(), values.max()
        if not (meta["low"] <= lowest and highest <= meta["high"]):
            raise ValueError(f"{where}: values {lowest}..{highest}, allowed {meta['low']}..{meta['high']}")


def copy_changing(state: Any) -> Any:
    """Return a state whose changing arrays are copies; the rest is shared."""
    copies = {spec.name: getattr(state, spec.name).copy() for spec in fields(state) if spec.metadata["changes"]}
    return replace(state, **copies)


def copy_whole(state: Any) -> Any:
    """Return a state all of whose arrays are copies, traits that never change in a run among them."""
    return replace(state, **{spec.name: getattr(state, spec.name).copy() for spec in fields(state)})
