"""What share of a catchment accepts (ODD 7.8), for the week's loops and the questionnaire, and its mean by place."""

import numpy as np

from simulation.core.jit import njit

NOT_YET = -1.0  # acceptance that was never worked out


@njit
def accepting_share(first, last, huff_merchant, huff_weight, accepts):  # type: ignore[no-untyped-def]
    """Return the Huff-weighted share of merchants in a catchment who accept, before rounding errors are cut off at 1.

    Parameters
    ----------
    first, last : int
        Entries of the catchment (state.Zones).
    huff_merchant, huff_weight : array, shape (H,)
        Merchants and their weights.
    accepts : array of uint8, shape (M,)
        Whether merchants accept.
    """
    share = 0.0
    for entry in range(first, last):
        share += np.float64(huff_weight[entry]) * np.float64(accepts[huff_merchant[entry]])
    return share


@njit
def mean_by_place(of_zone, zone, place, n_places):  # type: ignore[no-untyped-def]
    """Return the mean over each place's residents of a value of their zones; 0 where nobody lives.

    Parameters
    ----------
    of_zone : array of float64, shape (Z,)
    zone, place : array of int, shape (N,)
        Of every citizen.
    """
    total, residents = np.zeros(n_places), np.zeros(n_places, np.int64)
    for i in range(zone.shape[0]):
        total[place[i]] += of_zone[zone[i]]
        residents[place[i]] += 1
    return total / np.maximum(1, residents)
