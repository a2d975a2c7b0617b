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


# The week's payments at tills, int64 (3 * (M + Z*S),): three words for each merchant, then for each pool of a zone and
# sector, one a kind of payment. Number and value share a word: count above, fen below. A till takes under 2^40 fen
# (1.1e10 yuan) in a week, and under 2^23 payments.
VALUE_BITS = 40
VALUE_MASK = (1 << VALUE_BITS) - 1
CASH, ASKED_IN_VAIN, ELECTRONIC = range(3)  # not asked for; asked for and paid in cash; paid electronically
N_KINDS = 3
# Where a payment goes: chance of acceptance there x 2^11 above, row of its first word at tills below.
OUTLET_SHIFT = 32
POSITION_BITS = 8  # of a regular merchant's position in a catchment


class Counters(NamedTuple):
    """What one slice of citizens did in one week; summed over slices afterwards."""

    cells: Array  # i8 (45, 12) changes of stocks, and flows
    failed: Array  # i8 (6,) electronic attempts lost to an outage
    place_active: Array  # i8 (places,) change of active citizens
    coupon_fen: Array  # i8 (L,)
    n_coupons: Array  # i8 (L,)
    cashback_fen: Array  # i8 (L,)
    n_cashbacks: Array  # i8 (L,)
    milliseconds: Array  # i8 (1,) of electronic payments at tills; whole, so that sums do not depend on their order
    n_incidents: Array  # i8 (1,)
    rate_stopped_after_paying: Array  # f8 (5,) by age: of those who paid as users this week and end it as lapsed
    loss_fen: Array  # i8 (1,)
    changed: Array  # i4 (n,) citizens whose ties must be told: began or ceased to be counted as users
    n_changed: Array  # i8 (1,)
    incidents: Array  # i4 (n,) citizens with an unsettled incident
    n_unsettled: Array  # i8 (1,)


class ZoneArrays(NamedTuple):
    """The arrays of core.state.Zones that loops read."""

    huff_start: Array
    huff_merchant: Array
    huff_weight: Array
    customer_start: Array
    customer_zone: Array
    customer_weight: Array


class Standing(NamedTuple):
    """What is kept up to date from week to week beside the state, so that only changes need counting."""

    status: Array  # u1 (N,) bits in the order of the stocks of core.observed
    non_user_rate: Array  # f8 (Z, 5) payments a week of non-users by age; rates are multiples of 1/8, so sums are exact


class BlockWork(NamedTuple):
    """What the passes over one block of citizens hand on.

    Positions are rows within the block; "by user" is by place in `users`.
    """

    users: Array  # u4 positions of this week's users
    others: Array  # u4 positions of the others
    movers: Array  # u4 positions of those who stop, then of those who start
    touched: Array  # u1 by position: 1 where the status may have changed
    skill: Array  # f8 by position, after help
    risk: Array  # f8 by position, after help
    cashback: Array  # i8 fen a payment, by position; of users only
    n_payments: Array  # i8 payments of all methods, by user
    n_electronic: Array  # i8 of these, electronic
    n_possible: Array  # i8 of these, such that the counterparty could accept
    n_unverified: Array  # i8 electronic without verification
    n_failed: Array  # i8 electronic attempts lost to an outage
    outlet: Array  # i8 (12,) outlets of the user at hand, by outcome of the first question
    catchment: Array  # i8 (6 * 256,) outlets of the merchants of the zone at hand: sector << 8 | position


def new_block_work(n_citizens: int) -> BlockWork:
    """Allocate what the passes hand on, for blocks of up to so many citizens."""
    n = n_citizens + 1  # lists are written one past their end
    lists, numbers, counts = np.zeros((3, n), np.uint32), np.zeros((2, n)), np.zeros((6, n), np.int64)
    return BlockWork(
        users=lists[0], others=lists[1], movers=lists[2], touched=np.zeros(n, np.uint8), skill=numbers[0],
        risk=numbers[1], cashback=counts[0], n_payments=counts[1], n_electronic=counts[2], n_possible=counts[3],
        n_unverified=counts[4], n_failed=counts[5], outlet=np.zeros(N_OUTCOMES, np.int64),
        catchment=np.zeros(N_SECTORS << POSITION_BITS, np.int64),
    )  # fmt: skip


def new_counters(n_citizens: int, n_places: int, n_merchants: int, n_zones: int, n_levers: int) -> Counters:
    """Allocate the counters of one slice of citizens."""
    n_levers = max(1, n_levers)
    return Counters(
        cells=np.zeros((N_CELLS, N_CELL_COLUMNS), np.int64),
        failed=np.zeros(N_SECTORS, np.int64),
        place_active=np.zeros(n_places, np.int64),
        coupon_fen=np.zeros(n_levers, np.int64),
        n_coupons=np.zeros(n_levers, np.int64),
        cashback_fen=np.zeros(n_levers, np.int64),
        n_cashbacks=np.zeros(n_levers, np.int64),
        milliseconds=np.zeros(1, np.int64),
        n_incidents=np.zeros(1, np.int64),
        rate_stopped_after_paying=np.zeros(N_AGES),
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
