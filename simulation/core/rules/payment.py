"""How many payments, by which method, how fast, and how a payment is read off one random word (ODD 7.7, 11)."""

import math

import numpy as np

from simulation.core.jit import njit
from simulation.core.rules.adoption import incentive

# Fields of a payment's 64-bit word, from the low end: where it is made 12, acceptance in the pool 11, ask 12,
# amount 10, outage 11. Independent bits, so the five questions are independent.
OUTCOME_BITS, POOL_BITS, ASK_BITS, AMOUNT_BITS, OUTAGE_BITS = 12, 11, 12, 10, 11
N_OUTCOME_SLOTS = 1 << OUTCOME_BITS
N_AMOUNTS = 1 << AMOUNT_BITS
POOL_SCALE = 1 << POOL_BITS
ASK_SCALE = 1 << ASK_BITS
OUTAGE_SCALE = 1 << OUTAGE_BITS

# The number of payments is read off an alias table by rate: 7 bits choose the column, 24 whether its alias is taken.
RATE_STEPS = 8  # rates at tills are multiples of 1/8 payment a week
NUMBER_BITS, NUMBER_ALIAS_BITS = 7, 24
N_NUMBERS = 1 << NUMBER_BITS  # numbers of payments a table row holds
NUMBER_SCALE = 1 << NUMBER_ALIAS_BITS
N_RATES = 512  # rates below 64 a week have a row; the few above are drawn by inversion

INTERFACE_TIME_SHARE = 0.5  # share of the electronic time one interface could save (ODD 7.7)
FACE_TIME_SHARE = 0.3  # share of it a payment by face could save (ODD 7.7)
FULL_FRAUD_CONTROL = 0.5  # the dose at which biometric verification is complete (ODD 7.11, 7.12)
FACE_VERIFICATION_SHARE = 0.5  # share of the verification step a payment by face could save (ODD 7.7)
SECONDS_SCALE = 10.0  # c_T is per 10 seconds
MILLISECONDS = 1000.0  # a second
SMALLEST_TERM = 1e-18  # probabilities below this cannot move a sum near 1
# Payments between people: three to a word, 11 bits whether the other side is a user, 10 whether it is asked for.
TIE_BITS, PERSON_ASK_BITS = 11, 10
TIE_SCALE, PERSON_ASK_SCALE = 1 << TIE_BITS, 1 << PERSON_ASK_BITS
PERSON_BITS = TIE_BITS + PERSON_ASK_BITS
PERSONS_PER_WORD = 3
# Ticket classes (T5): 10 and 100 euros, where the cash times were measured, at about half the price level
SMALL_TICKET_FEN, LARGE_TICKET_FEN = 4_000, 40_000
MAX_PAYMENTS = 255  # payments of one citizen in one week; P(more) < 1e-80 at the rates of any baseline


_SHIFT_POOL = np.uint64(OUTCOME_BITS)
_SHIFT_ASK = np.uint64(OUTCOME_BITS + POOL_BITS)
_SHIFT_AMOUNT = np.uint64(OUTCOME_BITS + POOL_BITS + ASK_BITS)
_SHIFT_OUTAGE = np.uint64(OUTCOME_BITS + POOL_BITS + ASK_BITS + AMOUNT_BITS)
_MASK_OUTCOME = np.uint64(N_OUTCOME_SLOTS - 1)
_MASK_POOL = np.uint64(POOL_SCALE - 1)
_MASK_ASK = np.uint64(ASK_SCALE - 1)
_MASK_AMOUNT = np.uint64(N_AMOUNTS - 1)
_MASK_OUTAGE = np.uint64(OUTAGE_SCALE - 1)
_SHIFT_NUMBER = np.uint64(64 - NUMBER_BITS)
_SHIFT_NUMBER_ALIAS = np.uint64(64 - NUMBER_BITS - NUMBER_ALIAS_BITS)
_MASK_PERSON = np.uint64((1 << PERSON_BITS) - 1)
_MASK_NUMBER_ALIAS = np.uint64(NUMBER_SCALE - 1)
_MASK_BETWEEN_ROWS = np.uint64(2**32 - 1)


@njit
def payment_fields(word):
    """Return a payment's five answers read off one 64-bit word (ODD 11: one word a payment).

    Returns
    -------
    tuple of int
        Slot of the table of outcomes, acceptance draw in the pool, ask draw, amount row, outage draw.
    """
    return (
        np.int64(word & _MASK_OUTCOME),
        np.int64((word >> _SHIFT_POOL) & _MASK_POOL),
        np.int64((word >> _SHIFT_ASK) & _MASK_ASK),
        np.int64((word >> _SHIFT_AMOUNT) & _MASK_AMOUNT),
        np.int64((word >> _SHIFT_OUTAGE) & _MASK_OUTAGE),
    )


@njit
def threshold(probability, scale):
    """Return the integer below which a field of the word means yes: round(probability x scale)."""
    return int(probability * scale + 0.5)


@njit
def friction_seconds(network_seconds, old_device, technical_share, p):
    """Return the seconds that a slow network and an old device add: (d_z + T_old old)(1 - L_tech) (E4)."""
    return (network_seconds + p.seconds_old_device * old_device) * (1.0 - technical_share)


@njit
def failure_share(outage_share, network_failure, old_device, technical_share, staff_share, p):
    """Return the share of a citizen's electronic attempts that fail (ODD 7.11; E4, P4).

    1 - (1 - L_out)(1 - (f_z + f_dev old)(1 - L_tech)(1 - s_Wf L_staff)): an outage, or else a decline by a weak
    network or an incompatible device, which the work on them and trained staff make rarer
    """
    declined = network_failure + p.old_device_failure * old_device
    declined *= (1.0 - technical_share) * (1.0 - p.staff_failure_relief * staff_share)
    return 1.0 - (1.0 - outage_share) * (1.0 - min(1.0, declined))


@njit
def is_reached(draw, accepting, channel):
    """Return whether a merchant accepts whom the payer can also reach: draw / 2^11 < accepting x channel (A3, R4).

    Parameters
    ----------
    draw : int
        Field of a payment's word, below 2^11.
    accepting, channel : int
        Thresholds of 2^11: the merchant accepts; the payer can pay there.
    """
    return draw << POOL_BITS < accepting * channel


@njit
def seconds_without_verification(skill, interface_share, face_share, friction, p):
    """Return the seconds of an electronic payment at the till (ODD 7.7; Bundesbank checkout times; E4).

    t1 = (T_e + T_k (1 - k))(1 - 0.5 L_fric)(1 - 0.3 L_face) + friction
    """
    return (p.seconds_electronic + p.seconds_unskilled * (1.0 - skill)) * (
        1.0 - INTERFACE_TIME_SHARE * interface_share
    ) * (1.0 - FACE_TIME_SHARE * face_share) + friction


@njit
def milliseconds(seconds):
    """Return seconds as whole milliseconds, so that sums over citizens do not depend on their order."""
    return int(seconds * MILLISECONDS + 0.5)


@njit
def verification_seconds(face_share, fraud_control_share, p):
    """Return the seconds the verification step adds (ODD 7.7; S5): T_v (1 - 0.5 L_face) + T_bio min(1, L_fraud / 0.5).

    Never below 0.
    """
    biometric = p.seconds_biometric * min(1.0, fraud_control_share / FULL_FRAUD_CONTROL)
    return max(0.0, p.seconds_verification * (1.0 - FACE_VERIFICATION_SHARE * face_share) + biometric)


@njit
def method_base(habit, effort_felt, risk, prefers_cash, reward_pull, cash_shortage, p):
    """Return the logit of paying electronically before time is counted (ODD 7.7, A8).

    base = c_0 + c_H H - rho (b_e E + b_r r) - b_pc pc / 2 + c_c ln(1 + reward / 10) + L_cashshock

    Parameters
    ----------
    reward_pull : float
        The term of rewards (`method_pull`).
    """
    return (
        p.method_constant
        + p.method_habit * habit
        - p.method_scale * (p.weight_effort * effort_felt + p.weight_risk * risk)
        - 0.5 * p.weight_cash_preference * prefers_cash
        + reward_pull
        + cash_shortage
    )


@njit
def method_pull(reward_fen, p):
    """Return the pull of rewards at the till, in logits: c_c ln(1 + reward / 10) (ODD 7.7).

    Parameters
    ----------
    reward_fen : float
        Cashback a payment, and what points and discounts are felt to be worth, fen.
    """
    return incentive(reward_fen, p.method_incentive)


@njit
def ask_logit(base, seconds, p):
    """Return the logit of asking to pay electronically: base + c_T (T_c - t) / 10 (ODD 7.7)."""
    return base + p.method_time * (p.seconds_cash - seconds) / SECONDS_SCALE


@njit
def rate_row(rate, bits):
    """Return the row of a weekly rate in the table of payment numbers.

    A rate between two rows goes to either, by the lowest 32 bits, so that it is met on average: one of the
    nearest row would lose or add payments to people, whose rates are finer than the rows.
    """
    return int(rate * RATE_STEPS + np.float64(bits & _MASK_BETWEEN_ROWS) / 2.0**32)


@njit
def number_field(bits):
    """Return the column of the table of payment numbers that 64 random bits choose."""
    return np.int64(bits >> _SHIFT_NUMBER)


@njit
def number_of_payments(bits, entry):
    """Return a Poisson number of payments by the alias method (Walker 1977; ODD 7.7, 11).

    Parameters
    ----------
    bits : uint64
        64 random bits; `number_field` of them chose the column.
    entry : int
        Of `tables.number_entries` at the rate's row and that column: threshold << 8 | alias.
    """
    draw = np.int64((bits >> _SHIFT_NUMBER_ALIAS) & _MASK_NUMBER_ALIAS)
    return number_field(bits) if draw < (entry >> 8) else entry & 0xFF


@njit
def person_fields(word, ordinal):
    """Return the two answers of the n-th payment to a person in a word: tie draw, ask draw (A9)."""
    bits = np.int64((word >> np.uint64(PERSON_BITS * ordinal)) & _MASK_PERSON)
    return bits & (TIE_SCALE - 1), bits >> TIE_BITS


@njit
def poisson_small(rate, draw, inverses):
    """Return a Poisson number by inversion, for rates up to about 500 (ODD 11: one inversion a citizen-week).

    Parameters
    ----------
    rate : float
        Expected number.
    draw : float
        Uniform in [0, 1).
    inverses : array of float64, shape (MAX_PAYMENTS + 1,)
        1/k at k, because dividing in the loop costs four times a multiplication.
    """
    term = math.exp(-rate)
    total = term
    number = 0
    while draw >= total and number < MAX_PAYMENTS:
        number += 1
        term *= rate * inverses[number]
        total += term
    return number


@njit
def log_factorial(number):
    """Return ln(k!) for k >= 0: a product below 16, Stirling's series above (error below 1e-12)."""
    if number < 16:
        product = 1.0
        for factor in range(2, number + 1):
            product *= factor
        return math.log(product)
    x = number + 1.0
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)))
    return (x - 0.5) * math.log(x) - x + 0.9189385332046727 + series


@njit
def poisson_large(rate, draw):
    """Return a Poisson number for any rate by inversion of the distribution, walked from the mode.

    The smallest k with u < F(k): monotone in the rate, so that a small change of the rate changes the
    number by little under the same draw. About 10 sqrt(rate) steps. Used for the summed cash payments of a
    zone's non-users (superposition).
    """
    if rate <= 0.0:
        return 0
    mode = int(rate)
    top = math.exp(mode * math.log(rate) - rate - log_factorial(mode))
    # F(mode): the terms below the mode fall faster than geometrically; what is left out is rounding error
    below, term, inverse = top, top, 1.0 / rate  # dividing in the loop costs twice a multiplication
    for k in range(mode, 0, -1):
        term *= k * inverse
        below += term
        if term < SMALLEST_TERM:
            break
    number, term = mode, top
    if draw < below:
        while number > 0 and draw < below - term:
            below -= term
            term *= number * inverse
            number -= 1
        return number
    limit = mode + int(40.0 * math.sqrt(rate)) + 40  # 40 standard deviations: a draw of 1 - 2^-53 lies within
    while draw >= below and number < limit:
        number += 1
        term *= rate / number
        below += term
    return number
