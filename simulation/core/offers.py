"""What a programme puts before people and shops in one week, and what they claim for it.

Levers write `WeekOffers`; the engines return `Claims`. Levers never touch a citizen's stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit

Array = NDArray[Any]
NO_LEVER = -1


class Use(IntEnum):
    """What a lever is charged for by use; a lever has a price for each use it knows."""

    COUPON = 0  # a first-use coupon, fen as offered
    CASHBACK = 1  # cashback on a week's payments, fen as offered
    REWARD = 2  # points or discounts on a week's payments, fen as offered
    HELP = 3  # somebody helped in person
    PHONE = 4  # a smartphone handed out
    RENT = 5  # a week's rent of a terminal, fen as offered
    FEE = 6  # a share of a week's merchant fees, fen as offered
    SEAT = 7  # a merchant at a workshop
    SITE = 8  # a mandated site fitted out
    VISIT = 9  # a merchant visited by the acceptance drive
    SERVICE = 10  # a week of integrated services, fen as offered


# Promised in one week and claimed at its end, in the order in which they are paid; the other uses are paid for before
# they are given.
CITIZEN_USES = (Use.COUPON, Use.CASHBACK, Use.REWARD)
MERCHANT_USES = (Use.RENT, Use.FEE, Use.SERVICE)
NOT_DIRECTED, DIRECTED, VISITED = range(3)  # what the acceptance drive does to a merchant in a week

USE_NAMES = tuple(use.name.lower() for use in Use)


@dataclass(frozen=True, slots=True)
class HelpPoint:
    """A place where somebody helps in person."""

    name: str  # unique; keys the rounding of its seats
    lever: int  # row of the lever that runs it
    kind: int  # codes.HelpKind
    x_km: float
    y_km: float
    open_week: int  # first week it helps
    close_week: int  # first week it no longer does
    seats_per_week: float  # residents it can help in a week
    spot: int = -1  # spot of state.Places it stands at; -1 where it stands at none


@dataclass(slots=True)
class WeekOffers:
    """One week's offers by group; a group is a set of agents that the same levers may reach."""

    # citizens, by Citizens.offer_group (G rows)
    coupon_fen: Array  # i8 (G,) paid at the first electronic payment
    coupon_lever: Array  # i2 (G,)
    cashback_fen: Array  # i8 (G,) a payment to a merchant, while weeks_in_stage < cashback_weeks
    cashback_lever: Array  # i2 (G,)
    reward_fen: Array  # i8 (G,) a payment to a merchant, of every user: points and discount days
    reward_felt_fen: Array  # f8 (G,) what such a reward is worth to the payer at the till
    reward_lever: Array  # i2 (G,)
    media: Array  # f8 (G,) intensity, 1 = full campaign
    voice_share: Array  # f8 (G,) L_voice, acts at ages 60 and over
    face_share: Array  # f8 (G,) L_face, share of one's payments at merchants with face payment
    technical_share: Array  # f8 (G,) L_tech, share of network and device friction taken away
    fraud_control_share: Array  # f8 (G,) L_fraud
    hotline_share: Array  # f8 (G,) L_hot
    phone_probability: Array  # f8 (G,) a week, that somebody without a smartphone takes the one offered
    phone_lever: Array  # i2 (G,)
    may_attend: Array  # u1 (G, L) help points of lever l are open to the group
    # merchants, by Merchants.offer_group (K rows)
    rent_subsidy_share: Array  # f8 (K, 2 terminals) for shops that start accepting this week
    rent_lever: Array  # i2 (K, 2)
    fee_subsidy_share: Array  # f8 (K,)
    fee_lever: Array  # i2 (K,)
    may_train: Array  # u1 (K, L) workshops of lever l are open to the group
    drive_probability: Array  # f8 (K,) a week, that a merchant who does not accept is directed or visited
    drive_lever: Array  # i2 (K,)
    service_subsidy_share: Array  # f8 (K,) of the price of integrated services
    service_lever: Array  # i2 (K,); NO_LEVER where they are not on offer
    # by lever
    workshop_seats: Array  # f8 (L,) merchants the workshops of a lever can take this week, in the whole region
    # the whole region
    verification_limit_fen: int = 0  # payments up to this need no verification
    interface_share: float = 0.0  # L_fric where everybody is on the unified interface
    outage_response_share: float = 0.0  # share of lost hours the response saves
    cash_shortage: float = 0.0  # L_cashshock, logit; an event, not a lever
    fraud_factor: float = 1.0  # an event: attacks relative to usual
    extra_outage_share: float = 0.0  # an event: share of the week in which electronic payment fails

    @classmethod
    def none(cls, n_groups: int, n_merchant_groups: int, n_levers: int) -> "WeekOffers":
        """Return a week in which nothing is offered."""
        g, k, levers = n_groups, n_merchant_groups, max(1, n_levers)
        # a few tables whose rows are handed out: the week begins with this, and arrays one by one cost three times more
        amounts, shares = np.zeros((3, g), np.int64), np.zeros((8, g))
        shares_of_merchants, owners = np.zeros((3, k)), np.empty((4, g), np.int16)
        owners_of_merchants, rents = np.empty((3, k), np.int16), np.empty((k, 2), np.int16)
        for nobody in (owners, owners_of_merchants, rents):
            nobody.fill(NO_LEVER)
        coupon_fen, cashback_fen, reward_fen = amounts
        felt_fen, media, voice, face, technical, fraud_control, hotline, phone = shares
        coupon_lever, cashback_lever, reward_lever, phone_lever = owners
        fee_share, drive, service_share = shares_of_merchants
        fee_lever, drive_lever, service_lever = owners_of_merchants
        return cls(
            coupon_fen=coupon_fen,
            coupon_lever=coupon_lever,
            cashback_fen=cashback_fen,
            cashback_lever=cashback_lever,
            reward_fen=reward_fen,
            reward_felt_fen=felt_fen,
            reward_lever=reward_lever,
            media=media,
            voice_share=voice,
            face_share=face,
            technical_share=technical,
            fraud_control_share=fraud_control,
            hotline_share=hotline,
            phone_probability=phone,
            phone_lever=phone_lever,
            may_attend=np.zeros((g, levers), np.uint8),
            rent_subsidy_share=np.zeros((k, 2)),
            rent_lever=rents,
            fee_subsidy_share=fee_share,
            fee_lever=fee_lever,
            may_train=np.zeros((k, levers), np.uint8),
            drive_probability=drive,
            drive_lever=drive_lever,
            service_subsidy_share=service_share,
            service_lever=service_lever,
            workshop_seats=np.zeros(levers),
        )


class ClaimList(NamedTuple):
    """Some claims: one row each, in simulated units, in any order."""

    lever: Array  # i2 (n,)
    agent: Array  # i4 (n,) citizen or merchant, as the use says
    fen: Array  # i4 or i8 (n,) what the lever is charged before its mark-ups; the unit's price where it has one


@dataclass(slots=True)
class Claims:
    """What was used of one week's offers and is to be paid for, in one list or several."""

    use: int  # Use
    lists: Sequence[ClaimList]
    waiting: Callable[[Array], Array]  # how long agents have waited, for queues; int of the same length

    @property
    def n(self) -> int:
        """How many there are."""
        return sum(len(each.agent) for each in self.lists)

    def joined(self) -> ClaimList:
        """Return all of them in one list."""
        if len(self.lists) == 1:
            return self.lists[0]
        return ClaimList._make(np.concatenate(column) for column in zip(*self.lists, strict=True))

    @property
    def is_of_merchants(self) -> bool:
        """Whether `agent` names merchants."""
        return self.use >= Use.RENT


@njit
def offer_more(values, owners, reaches, amount, row):  # type: ignore[no-untyped-def]
    """Offer an amount to groups: the larger of two offers stands, of equal ones that of the smaller row.

    Parameters
    ----------
    values, owners : array, shape (G,)
        What is offered to each group and by which lever; written into.
    reaches : array of bool, shape (G,)
        Groups the lever may reach.
    amount : float or int
        What it offers; nothing is changed by 0 or less.
    row : int
        Row of the lever.
    """
    if amount <= 0:
        return
    for k in range(values.shape[0]):
        if reaches[k] and (values[k] < amount or (values[k] == amount and owners[k] > row)):
            values[k] = amount
            owners[k] = row
