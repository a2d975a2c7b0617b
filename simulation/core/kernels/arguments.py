"""Bundles of arrays the loops take, so that call sites read by name."""

from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import N_AGES, N_CELLS, N_SECTORS
from simulation.core.observed import N_CELL_COLUMNS
from simulation.core.state import Citizens, Merchants
from simulation.core.tables import N_OUTCOMES

Array = NDArray[Any]

CitizenArrays = NamedTuple("CitizenArrays", [(f.name, Array) for f in fields(Citizens)])  # type: ignore[misc]
MerchantArrays = NamedTuple("MerchantArrays", [(f.name, Array) for f in fields(Merchants)])  # type: ignore[misc]


def as_arrays(bundle: Any, state: Citizens | Merchants) -> Any:
    """Return the arrays of a state as the named tuple the loops take; nothing is copied."""
    return bundle(*(getattr(state, f.name) for f in fields(state)))


class Offers(NamedTuple):
    """The week's offers by group (see core.offers.WeekOffers)."""

    coupon_fen: Array
    coupon_lever: Array
    cashback_fen: Array
    cashback_lever: Array
    media: Array


# A sector's payments and their value share one word: count above, fen below. A slice of 10^6 citizens
# spends under 2^40 fen (1.1e10 yuan) in a week and pays under 2^23 times.
VALUE_BITS = 40
VALUE_MASK = (1 << VALUE_BITS) - 1


class Counters(NamedTuple):
    """What one slice of citizens did in one week; summed over slices afterwards."""

    cells: Array  # i8 (45, 12)
    sector_words: Array  # i8 (12,) electronic by sector, then cash by sector: count << 40 | fen
    failed: Array  # i8 (6,) electronic attempts lost to an outage
    place_active: Array  # i8 (places,)
    asks: Array  # i4 (M + Z*S,) asks at regular merchants, then in pools
    value_fen: Array  # i8 (M + Z*S,) electronic value at regular merchants, then in pools
    non_user_rate: Array  # f8 (Z, 5) payments a week of non-users by age
    coupon_fen: Array  # i8 (L,)
    n_coupons: Array  # i8 (L,)
    cashback_fen: Array  # i8 (L,)
    n_cashbacks: Array  # i8 (L,)
    seconds: Array  # f8 (1,) seconds of electronic payments at tills
    n_incidents: Array  # i8 (1,)
    loss_fen: Array  # i8 (1,)
    changed: Array  # i4 (n,) citizens whose ties must be told: began or ceased to be counted as users
    n_changed: Array  # i8 (1,)
    incidents: Array  # i4 (n,) citizens with an unsettled incident
    n_unsettled: Array  # i8 (1,)


def new_counters(n_citizens: int, n_places: int, n_merchants: int, n_zones: int, n_levers: int) -> Counters:
    """Allocate the counters of one slice of citizens."""
    n_levers = max(1, n_levers)
    n_targets = n_merchants + n_zones * N_SECTORS
    return Counters(
        cells=np.zeros((N_CELLS, N_CELL_COLUMNS), np.int64),
        sector_words=np.zeros(N_OUTCOMES, np.int64),
        failed=np.zeros(N_SECTORS, np.int64),
        place_active=np.zeros(n_places, np.int64),
        asks=np.zeros(n_targets, np.int32),
        value_fen=np.zeros(n_targets, np.int64),
        non_user_rate=np.zeros((n_zones, N_AGES)),
        coupon_fen=np.zeros(n_levers, np.int64),
        n_coupons=np.zeros(n_levers, np.int64),
        cashback_fen=np.zeros(n_levers, np.int64),
        n_cashbacks=np.zeros(n_levers, np.int64),
        seconds=np.zeros(1),
        n_incidents=np.zeros(1, np.int64),
        loss_fen=np.zeros(1, np.int64),
        changed=np.zeros(n_citizens, np.int32),
        n_changed=np.zeros(1, np.int64),
        incidents=np.zeros(n_citizens, np.int32),
        n_unsettled=np.zeros(1, np.int64),
    )


def clear(counters: Counters) -> None:
    """Set every sum of a slice to zero; the lists of citizens are ended by their counts."""
    for name in Counters._fields:
        if name not in ("changed", "incidents"):
            getattr(counters, name)[...] = 0
