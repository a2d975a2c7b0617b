"""Keyed draws: every random decision is a hash of (seed, stream, week, id), so nothing can shift it.

The hash is the splitmix64 finaliser (Steele, Lea & Flood 2014) applied to a key of (seed, stream, week)
plus the id times the golden-ratio constant. Where one id chooses several times, each choice is the id's hash and
the choice's number through one wide multiplication (wyrand). No generator holds state anywhere; two
scenarios share every draw, and a decision that is not taken costs none.
"""

from enum import IntEnum
from hashlib import sha256

import numpy as np

from simulation.core.jit import JIT_DISABLED, folded_product, njit


class Stream(IntEnum):
    """One stream a decision. Append only: a number once used is never given to another decision."""

    REPLICATE = 0  # seed of a replicate (week is the replicate)
    # population and world (week is 0)
    HOUSEHOLD_SIZE = 1
    HOUSEHOLD_TYPE = 2
    ROUGH_AGE = 3
    INCOME = 4
    PLACE = 5
    SCATTER_RADIUS = 6
    SCATTER_ANGLE = 7
    SOCIABILITY = 8
    TIE_COUNT = 9
    TIE = 10
    MERCHANT_ZONE = 11
    MERCHANT_SECTOR = 12
    ATTRACTIVENESS = 13
    REGULAR_MERCHANT = 14
    PAYMENT_RATE = 15
    TERMINAL = 16
    CHILD_WHERE = 17
    CHILD_WHO = 18
    FAMILY_PHONE = 19
    # initial state (week is 0)
    TASTE = 30
    INNATE_SKILL = 31
    BASELINE_RISK = 32
    CASH_PREFERENCE = 33
    ATTENDS_HELP = 34
    INITIAL_USE = 35
    INITIAL_LAPSED = 36
    INITIAL_AWARE = 37
    INITIAL_ACCESS = 38
    INITIAL_DEVICE = 39
    INITIAL_ACCEPTANCE = 40
    READINESS_TASTE = 41
    OLD_DEVICE = 42
    REFUSES_FACE = 43
    # weekly decisions of citizens
    AWARENESS = 60
    ACCESS = 61
    PEER_HELP = 62
    HELP_ACCOUNT = 63
    HELP_FIRST_USE = 64
    TRIAL = 65
    RETURN = 66
    LAPSE = 67
    N_PAYMENTS = 68
    PAYMENT = 69
    INCIDENT = 70
    SETTLEMENT = 71
    LAPSE_AFTER_INCIDENT = 72
    INCIDENT_LOSS = 73
    HELP_TRAINING = 74
    HELP_KIOSK = 75
    LOT_TRAINING = 76
    LOT_KIOSK = 77
    PERSON_NUMBER = 78
    PERSON_PAYMENT = 79
    HELP_CLASS = 80
    LOT_CLASS = 81
    CHILD_HELP = 82
    PHONE = 83
    LOT_MONEY = 85  # who is paid where a budget does not reach
    # weekly decisions of merchants
    ADOPT = 90
    ADOPT_DIRECTIVE = 91
    WITHDRAW = 92
    JOIN_INTERFACE = 93
    TAKE_INTEGRATED = 94
    DROP_INTEGRATED = 95
    WORKSHOP = 96
    LOT_WORKSHOP = 97
    STAFF_TURNOVER = 98
    LOT_MERCHANT_MONEY = 100
    # weekly draws of places and of the region
    SEATS_TRAINING = 110
    SEATS_KIOSK = 111
    NON_USER_CASH = 112
    OUTAGE = 113
    OUTAGE_HOURS = 114
    SEATS_CLASS = 115
    SEATS_WORKSHOP = 116
    NON_USER_PERSON_CASH = 117
    FAMILY_PAYMENTS = 118
    # the quarterly survey (week is the quarter's last week)
    SURVEY_SAMPLE = 120
    SURVEY_RESPONSE = 121
    SURVEY_SATISFACTION = 122
    SURVEY_REASON = 123
    # levers: mixed with a stable hash of the lever's name, so that order and number of levers shift nothing
    LEVER_REACH = 130
    HOME_VISIT_CHOICE = 131  # whom a lever visits at home
    HOME_VISIT_DOOR = 132  # whether somebody lets the visitor in
    CASCADE = 133  # a cascade on the network, apart from a run (week is the cascade)


MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB
# the first two of wyhash's constants: wyrand's step and what it flips
_CHOICE_STEP = 0xA0761D6478BD642F
_CHOICE_FLIP = 0xE7037ED1A0B428DB
TWO_TO_MINUS_53 = 1.0 / 9007199254740992.0

if JIT_DISABLED:
    # NumPy scalars warn when they overflow and Python integers do not wrap: interpreted runs mask instead.
    def mix64(z):  # type: ignore[no-untyped-def]
        """Scramble 64 bits (splitmix64 finaliser)."""
        z = int(z) & MASK
        z = ((z ^ (z >> 30)) * _MIX_1) & MASK
        z = ((z ^ (z >> 27)) * _MIX_2) & MASK
        return np.uint64(z ^ (z >> 31))

    def week_key(seed, stream, week):  # type: ignore[no-untyped-def]
        """Return the 64-bit key of one decision in one week."""
        key = int(mix64(int(seed) + _GOLDEN))
        key = int(mix64(key ^ (int(stream) * _MIX_1)))
        return mix64(key + int(week) * _MIX_2)

    def draw_bits(key, index):  # type: ignore[no-untyped-def]
        """Return 64 random bits for one id under a key."""
        return mix64(int(key) + int(index) * _GOLDEN)

    def nth_bits(bits, ordinal):  # type: ignore[no-untyped-def]
        """Return the 64 random bits of the n-th choice of one id, from that id's `draw_bits`."""
        state = (int(bits) + (int(ordinal) + 1) * _CHOICE_STEP) & MASK
        product = state * (state ^ _CHOICE_FLIP)
        return np.uint64((product ^ product >> 64) & MASK)
else:
    U64 = np.uint64
    GOLDEN_64 = np.uint64(_GOLDEN)
    MIX_1_64 = np.uint64(_MIX_1)
    MIX_2_64 = np.uint64(_MIX_2)
    CHOICE_STEP_64, CHOICE_FLIP_64 = np.uint64(_CHOICE_STEP), np.uint64(_CHOICE_FLIP)
    S27, S30, S31 = np.uint64(27), np.uint64(30), np.uint64(31)

    @njit
    def mix64(z):  # type: ignore[no-untyped-def]
        """Scramble 64 bits (splitmix64 finaliser)."""
        z = (z ^ (z >> S30)) * MIX_1_64
        z = (z ^ (z >> S27)) * MIX_2_64
        return z ^ (z >> S31)

    @njit
    def week_key(seed, stream, week):  # type: ignore[no-untyped-def]
        """Return the 64-bit key of one decision in one week."""
        key = mix64(U64(seed) + GOLDEN_64)
        key = mix64(key ^ (U64(stream) * MIX_1_64))
        return mix64(key + U64(week) * MIX_2_64)

    @njit
    def draw_bits(key, index):  # type: ignore[no-untyped-def]
        """Return 64 random bits for one id under a key."""
        return mix64(U64(key) + U64(index) * GOLDEN_64)

    @njit
    def nth_bits(bits, ordinal):  # type: ignore[no-untyped-def]
        """Return the 64 random bits of the n-th choice of one id, from that id's `draw_bits`.

        One step of wyrand (Wang Yi, wyhash final version 4, public domain) from the id's bits plus n steps: they are
        mixed already, so that one wide multiplication does what takes splitmix64 two and three shifts. A state and
        its flip give the same word, which is one partner among 2^64.

        Checked for ordinals 0 to 15 of 2^21 ids in sequence (tests/statistics/RECORD.md): the five fields of a payment,
        the lowest and the highest bits are uniform at every ordinal and independent of each other, of those of the
        next ordinal and of those of the next id; 31 ordinals are uncorrelated with each other, with the id's own
        draw and with the next id's.
        """
        state = U64(bits) + U64(ordinal + 1) * CHOICE_STEP_64
        return folded_product(state, state ^ CHOICE_FLIP_64)


@njit
def to_uniform(bits):  # type: ignore[no-untyped-def]
    """Return the float64 in [0, 1) that the top 53 of 64 bits spell."""
    return np.float64(bits >> np.uint64(11)) * TWO_TO_MINUS_53


@njit
def uniform(key, index):  # type: ignore[no-untyped-def]
    """Return a uniform draw in [0, 1) for one id under a key from `week_key`."""
    return to_uniform(draw_bits(key, index))


def name_hash(name: str) -> int:
    """Return a stable 63-bit hash of a lever's or help point's name."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "little") >> 1


def key_of(seed: int, stream: Stream, week: int) -> np.uint64:
    """Return the key of one decision in one week for use outside compiled code.

    A plain Python integer above 2^63 cannot be handed back to a compiled function; a NumPy one can.
    """
    return np.uint64(week_key(seed, int(stream), week))


def uniforms(seed: int, stream: Stream, week: int, ids: "np.ndarray") -> "np.ndarray":
    """Draw for many ids at once outside compiled code.

    Parameters
    ----------
    seed, stream, week : int, Stream, int
        Key of the decision.
    ids : array of int, shape (n,)
        Agents.

    Returns
    -------
    array of float64, shape (n,)
        Uniform draws in [0, 1), equal bit for bit to `uniform` in a loop.
    """
    return (lots(key_of(seed, stream, week), ids) >> np.uint64(11)).astype(np.float64) * TWO_TO_MINUS_53


def lots(key: np.uint64, ids: "np.ndarray") -> "np.ndarray":
    """Return 64 random bits for many ids at once outside compiled code, as `draw_bits` gives them.

    Parameters
    ----------
    key : uint64
        From `key_of`.
    ids : array of int, shape (n,)
        Agents.
    """
    ids = np.asarray(ids)
    bits = np.empty(ids.shape, np.uint64)
    _fill_lots(np.uint64(key), ids.ravel(), bits.ravel())
    return bits


@njit
def _fill_lots(key, ids, bits):  # type: ignore[no-untyped-def]
    """Write the random bits of ids into an array."""
    for k in range(ids.shape[0]):
        bits[k] = draw_bits(key, ids[k])
