"""An exponential that the compiler works out for several numbers at once, as it cannot with the system's."""

import math

import numpy as np

from simulation.core.jit import njit

LARGEST = 40.0  # e^40 is 2 x 10^17: one and such a number differ by less than floating point can tell
LOG2_E = 1.0 / math.log(2.0)
# ln 2 in two parts, the first with so few digits that its product with a whole number below 2^11 is exact (Cody and
# Waite 1980, Software Manual for the Elementary Functions, ch. 6; digits as in fdlibm's e_exp.c)
LN_2_HIGH, LN_2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ROUNDER = 1.5 * 2.0**52  # added and taken away again it leaves the nearest whole number
MOST_DOUBLINGS = 64
POWERS_OF_2 = np.array([2.0**k for k in range(-MOST_DOUBLINGS, MOST_DOUBLINGS + 1)])
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1.0 / math.factorial(k) for k in range(2, 14))


@njit
def exponential(value):  # type: ignore[no-untyped-def]
    """Return e^value within 2 units of the last place; what lies beyond -40 or 40 counts as -40 or 40.

    e^v = 2^k e^r with k = round(v / ln 2), |r| <= ln 2 / 2, and Taylor's series of e^r up to r^13, whose next term is
    below 10^-17. Terms are added pairwise (Estrin), so that they need not wait for each other.
    """
    v = value if value < LARGEST else LARGEST
    v = v if v > -LARGEST else -LARGEST
    k = (v * LOG2_E + ROUNDER) - ROUNDER
    r = (v - k * LN_2_HIGH) - k * LN_2_LOW
    square = r * r
    fourth = square * square
    low = (1.0 + r) + (C2 + C3 * r) * square
    middle = (C4 + C5 * r) + (C6 + C7 * r) * square
    high = ((C8 + C9 * r) + (C10 + C11 * r) * square) + (C12 + C13 * r) * fourth
    return (low + (middle + high * fourth) * fourth) * POWERS_OF_2[int(k) + MOST_DOUBLINGS]
