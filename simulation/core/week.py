"""What holds for everybody in one week: conditions, and the keys of its draws."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.jit import njit
from simulation.core.observed import N_SIZES
from simulation.core.params import unpack
from simulation.core.rng import Stream, uniform, week_key
from simulation.core.rules import trust

Array = NDArray[Any]


class Week(NamedTuple):
    """What holds for everybody in one week."""

    week: int  # negative in the warm-up
    is_moving: bool  # False in the warm-up: stages, awareness, access and acceptance stand still
    ends_quarter: bool
    user_share: float  # users among citizens at last week's end
    outage_share: float  # share of electronic attempts that fail everywhere
    interface_share: float  # L_fric: of the offer below, what merchants on the unified interface make felt
    interface_offered: float  # L_fric where every merchant is on it
    staff_share: float  # L_staff: share of expected payments at accepting merchants whose staff is trained
    cash_shortage: float  # L_cashshock
    fraud_factor: float  # attacks relative to usual
    verification_limit_fen: int
    face_is_offered: bool  # whether anybody can pay by face


def sizes_of(week: Week) -> int:
    """Return how many sizes of amounts are told apart at the week's tills: one where none is below a limit."""
    return N_SIZES if week.verification_limit_fen > 0 else 1


N_STREAMS = max(Stream) + 1
_STREAMS = np.array(Stream, np.int64)
S_OUTAGE, S_OUTAGE_HOURS = int(Stream.OUTAGE), int(Stream.OUTAGE_HOURS)


def week_keys(seed: int, week: int) -> Array:
    """Return the key of every stream for one week, indexed by stream code; uint64, shape (N_STREAMS,)."""
    keys = np.zeros(N_STREAMS, np.uint64)
    _fill_keys(seed, week, _STREAMS, keys)
    return keys


@njit
def _fill_keys(seed, week, streams, keys):  # type: ignore[no-untyped-def]
    for stream in streams:
        keys[stream] = week_key(seed, stream, week)


@njit
def drawn_outage(keys, event_share, response_share, coefficients):  # type: ignore[no-untyped-def]
    """Draw the share of the week's electronic attempts that fail everywhere (trust.outage_share).

    Parameters
    ----------
    keys : array of uint64
        From `week_keys`.
    coefficients : structured array, shape (1,)
        From `params.packed`.
    """
    event, hours = uniform(keys[S_OUTAGE], 0), uniform(keys[S_OUTAGE_HOURS], 0)
    return trust.outage_share(event, hours, event_share, response_share, unpack(coefficients))
