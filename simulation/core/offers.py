"""What a programme puts before people and shops in one week, and what they made of it.

Levers write `WeekOffers` and read `Usage`; they never touch a citizen's stage.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NO_LEVER = -1


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
    cashback_fen: Array  # i8 (G,) a payment, while weeks_in_stage < cashback_weeks
    cashback_lever: Array  # i2 (G,)
    media: Array  # f8 (G,) intensity, 1 = full campaign
    may_attend: Array  # u1 (G, L) help points of lever l are open to the group
    # merchants, by Merchants.offer_group (K rows)
    rent_subsidy_share: Array  # f8 (K, 2 terminals) for shops that start accepting this week
    rent_lever: Array  # i2 (K, 2)
    fee_subsidy_share: Array  # f8 (K,)
    fee_lever: Array  # i2 (K,)
    # the whole region
    verification_limit_fen: int = 0  # payments up to this need no verification
    interface_share: float = 0.0  # L_fric
    voice_share: float = 0.0  # L_voice
    face_share: float = 0.0  # L_face
    staff_share: float = 0.0  # L_staff
    directive_probability: float = 0.0  # L_pubdir, a week, public services and transport
    fraud_control_share: float = 0.0  # L_fraud
    hotline_share: float = 0.0  # L_hot
    cash_shortage: float = 0.0  # L_cashshock, logit; an event, not a lever
    outage_response_share: float = 0.0  # share of lost hours the response saves

    @classmethod
    def none(cls, n_groups: int, n_merchant_groups: int, n_levers: int) -> "WeekOffers":
        """Return a week in which nothing is offered."""
        return cls(
            coupon_fen=np.zeros(n_groups, np.int64),
            coupon_lever=np.full(n_groups, NO_LEVER, np.int16),
            cashback_fen=np.zeros(n_groups, np.int64),
            cashback_lever=np.full(n_groups, NO_LEVER, np.int16),
            media=np.zeros(n_groups),
            may_attend=np.zeros((n_groups, max(1, n_levers)), np.uint8),
            rent_subsidy_share=np.zeros((n_merchant_groups, 2)),
            rent_lever=np.full((n_merchant_groups, 2), NO_LEVER, np.int16),
            fee_subsidy_share=np.zeros(n_merchant_groups),
            fee_lever=np.full(n_merchant_groups, NO_LEVER, np.int16),
        )


@dataclass(slots=True)
class Usage:
    """What one lever's offers were used for in one week, in simulated units."""

    coupon_fen: int = 0
    n_coupons: int = 0
    cashback_fen: int = 0
    n_cashbacks: int = 0
    n_reached: int = 0  # citizens the lever may reach
    n_helps: int = 0
    n_points_open: int = 0  # real help points, not scaled
    n_points_opened: int = 0  # of these, opened this week
    rent_subsidy_fen: int = 0
    n_rent_subsidies: int = 0
    fee_subsidy_fen: int = 0
