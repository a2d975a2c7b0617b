"""Bundles of arrays the loops take, so that call sites read by name."""

import math
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import N_AGES, N_CELLS, N_HELPS, N_SECTORS
from simulation.core.observed import N_CELL_COLUMNS, N_SECTOR_COLUMNS
from simulation.core.offers import CITIZEN_USES, MERCHANT_USES
from simulation.core.state import Citizens, Merchants
from simulation.core.tables import N_OUTCOMES

Array = NDArray[Any]

CitizenArrays = NamedTuple("CitizenArrays", [(f.name, Array) for f in fields(Citizens)])  # type: ignore[misc]
MerchantArrays = NamedTuple("MerchantArrays", [(f.name, Array) for f in fields(Merchants)])  # type: ignore[misc]


def as_arrays(bundle: Any, state: Citizens | Merchants) -> Any:
    """Return the arrays of a state as the named tuple the loops take; nothing is copied."""
    return bundle(*(getattr(state, f.name) for f in fields(state)))


class LearnerArrays(NamedTuple):
    """What of the citizens loops over help and families read; those few loops would wait for all other arrays."""

    zone: Array
    age: Array
    payments_per_week: Array
    stage: Array
    weeks_in_stage: Array
    skill: Array
    offer_group: Array
    helped: Array
    ever_helped: Array


def part_of(bundle: Any, arrays: Any) -> Any:
    """Return some of the arrays of a larger named tuple; nothing is copied."""
    return bundle(*(getattr(arrays, name) for name in bundle._fields))


class Offers(NamedTuple):
    """The week's offers by group of citizens (see core.offers.WeekOffers)."""

    coupon_fen: Array
    coupon_lever: Array
    cashback_fen: Array
    cashback_lever: Array
    reward_fen: Array
    reward_felt_fen: Array
    reward_lever: Array
    media: Array
    voice_share: Array
    face_share: Array
    technical_share: Array
    fraud_control_share: Array
    hotline_share: Array


class MerchantOffers(NamedTuple):
    """The week's offers by group of merchants (see core.offers.WeekOffers)."""

    rent_subsidy_share: Array
    rent_lever: Array
    fee_subsidy_share: Array
    fee_lever: Array
    service_subsidy_share: Array
    service_lever: Array


# The week's payments at tills, int64 (2, 4 * (M + Z*S)): by size of amount four words for each merchant, then for each
# pool of a zone and sector, one a kind of payment. Number and time share a word: the number above, milliseconds of
# electronic attempts below. A till takes under 2^23 payments in a week, and attempts last under 2^40 milliseconds.
# Amounts are not drawn one by one: all that hangs on them are sums, and those are taken at the mean amount.
MILLISECOND_BITS = 40
MILLISECOND_MASK = (1 << MILLISECOND_BITS) - 1
# Where a payment goes: chance of acceptance there x 2^11 above, row of its first word at tills below.
OUTLET_SHIFT = 32
POSITION_BITS = 8  # of a regular merchant's position in a catchment


class Counters(NamedTuple):
    """What one slice of citizens did in one week; summed over slices afterwards."""

    sums: Array  # i8 all whole numbers below, one after another: each of them is a view (`views_of`)
    cells: Array  # i8 (45, 13) changes of stocks, and flows
    place_active: Array  # i8 (places,) change of active citizens
    person: Array  # i8 (2,) users' payments between people (core.observed)
    n_incidents: Array  # i8 (1,)
    rate_stopped_after_paying: Array  # f8 (5,) by age: of those who paid as users this week and end it as lapsed
    loss_fen: Array  # i8 (1,)
    changed: Array  # i4 (n,) citizens whose ties must be told: began or ceased to be counted as users
    n_changed: Array  # i8 (1,)
    incidents: Array  # i4 (n,) citizens with an unsettled incident
    n_unsettled: Array  # i8 (1,)
    assisted: Array  # i8 (5,) first uses that help of kind k + 1 led to there and then
    first_payer: Array  # i4 (n,) citizens with their first electronic payment of their own, or the first for long
    n_first: Array  # i8 (1,)
    # claims on levers of the week's payments, a list each use in the order of core.offers.CITIZEN_USES
    claim_lever: Array  # i2 (3, n)
    claim_agent: Array  # i4 (3, n)
    claim_fen: Array  # i4 (3, n)
    n_claims: Array  # i8 (3,)


class MerchantSums(NamedTuple):
    """What merchants did in one week."""

    sectors: Array  # i8 (6, 10) see core.observed
    claim_lever: Array  # i2 (3, m) a list each use in the order of core.offers.MERCHANT_USES
    claim_agent: Array  # i4 (3, m)
    claim_fen: Array  # i8 (3, m)
    n_claims: Array  # i8 (3,)
    payments: Array  # f8 (2,) electronic payments taken by merchants on the unified interface; with integrated services


class ZoneArrays(NamedTuple):
    """The arrays of core.state.Zones that loops read."""

    huff_start: Array
    huff_merchant: Array
    huff_weight: Array
    customer_start: Array
    customer_zone: Array
    customer_weight: Array
    network_seconds: Array
    network_failure: Array


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
    face: Array  # f8 share of payments that could be made by face, by position; of users only
    among_ties: Array  # f8 share of ties who are users, by position; of users only
    n_payments: Array  # i8 payments of all methods to merchants, by user
    n_electronic: Array  # i8 of these, electronic
    n_possible: Array  # i8 of these, such that the counterparty could accept
    n_person: Array  # i8 payments to people, by user
    n_person_electronic: Array  # i8 of these, electronic
    n_person_possible: Array  # i8 of these, to users
    person_bits: Array  # u8 of the draws of payments to people, by user
    tie: Array  # i8 of 2^11: the other side of a payment to a person is a user who can be paid, by user
    n_unverified: Array  # i8 electronic without verification
    n_failed: Array  # i8 electronic attempts lost to an outage or declined
    logit_slow: Array  # f8 of asking for an electronic payment, with verification; by user
    logit_quick: Array  # f8 the same without verification
    ask_slow: Array  # i8 of 2^12: asks for an electronic payment, with verification; by user
    ask_quick: Array  # i8 the same without verification; written in weeks that have a limit
    slow: Array  # i8 milliseconds of a payment with verification, by user
    quick: Array  # i8 milliseconds without
    failing: Array  # i8 of 2^11: an electronic attempt fails, by user
    channel: Array  # i8 of 2^11: can pay where it is accepted, by user
    small_rows: Array  # i8 (6,) rows of a sector's amounts that are up to the limit
    outlet: Array  # i8 (12,) outlets of the user at hand, by outcome of the first question
    catchment: Array  # i8 (6 * 256,) outlets of the merchants of the zone at hand: sector << 8 | position


def new_block_work(n_citizens: int) -> BlockWork:
    """Allocate what the passes hand on, for blocks of up to so many citizens."""
    n = n_citizens + 1  # lists are written one past their end
    lists, numbers, counts = np.zeros((3, n), np.uint32), np.zeros((6, n)), np.zeros((16, n), np.int64)
    return BlockWork(
        users=lists[0], others=lists[1], movers=lists[2], touched=np.zeros(n, np.uint8), skill=numbers[0],
        risk=numbers[1], face=numbers[2], among_ties=numbers[3], logit_slow=numbers[4], logit_quick=numbers[5],
        cashback=counts[0], n_payments=counts[1],
        n_electronic=counts[2], n_possible=counts[3], n_unverified=counts[4], n_failed=counts[5], n_person=counts[6],
        n_person_electronic=counts[7], n_person_possible=counts[8], ask_slow=counts[9], ask_quick=counts[10],
        slow=counts[11], quick=counts[12], failing=counts[13], channel=counts[14], tie=counts[15],
        person_bits=np.zeros(n, np.uint64),
        small_rows=np.zeros(N_SECTORS, np.int64),
        outlet=np.zeros(N_OUTCOMES, np.int64),
        catchment=np.zeros(N_SECTORS << POSITION_BITS, np.int64),
    )  # fmt: skip


def new_counters(n_citizens: int, n_places: int) -> Counters:
    """Allocate the counters of one slice of citizens; of its lists only what is written takes memory."""
    claims = len(CITIZEN_USES), n_citizens
    sums = np.zeros(_N_COUNTED + n_places, np.int64)
    return Counters(
        sums=sums,
        **views_of(sums),
        rate_stopped_after_paying=np.zeros(N_AGES),
        changed=np.zeros(n_citizens, np.int32),
        incidents=np.zeros(n_citizens, np.int32),
        first_payer=np.zeros(n_citizens, np.int32),
        claim_lever=np.zeros(claims, np.int16),
        claim_agent=np.zeros(claims, np.int32),
        claim_fen=np.zeros(claims, np.int32),
    )


# whole numbers of `Counters` and their shapes; those by place come last
_COUNTED = {
    "cells": (N_CELLS, N_CELL_COLUMNS), "person": (2,),
    "n_incidents": (1,), "loss_fen": (1,), "n_changed": (1,), "n_unsettled": (1,), "assisted": (N_HELPS,),
    "n_first": (1,), "n_claims": (len(CITIZEN_USES),),
}  # fmt: skip
_ENDS = np.cumsum([math.prod(shape) for shape in _COUNTED.values()]).tolist()
_N_COUNTED = _ENDS[-1]
_PARTS = list(zip(_COUNTED, (0, *_ENDS), _ENDS, _COUNTED.values(), strict=False))


def views_of(sums: Array) -> dict[str, Array]:
    """Return the whole numbers of `Counters` by name, as views of one array that holds them all."""
    found = {name: sums[start:end].reshape(shape) for name, start, end, shape in _PARTS}
    found["place_active"] = sums[_N_COUNTED:]
    return found


def new_merchant_sums(n_merchants: int) -> MerchantSums:
    """Allocate the sums and claims of one week of the merchants."""
    claims = len(MERCHANT_USES), n_merchants
    return MerchantSums(
        sectors=np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64),
        claim_lever=np.zeros(claims, np.int16),
        claim_agent=np.zeros(claims, np.int32),
        claim_fen=np.zeros(claims, np.int64),
        n_claims=np.zeros(len(MERCHANT_USES), np.int64),
        payments=np.zeros(2),
    )


def clear(counters: Counters) -> None:
    """Set every sum to zero; lists are ended by their counts."""
    counters.sums[:] = 0
    counters.rate_stopped_after_paying[:] = 0.0
