"""Who goes first where money does not reach for everybody who claims it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.levers.base import Rationing

Array = NDArray[Any]


def rank_of(rule: Rationing, lots: Array, waiting: Array, age: Array, area: Array) -> Array:
    """Return the claims in the order in which they are paid.

    Parameters
    ----------
    rule : {"lottery", "queue", "old_first", "remote_first"}
        What decides before lots do.
    lots : array of uint64, shape (n,)
        Keyed lots; the smallest goes first. Equal lots go by index.
    waiting : array of int, shape (n,)
        Weeks since the claim was promised; who waits longest goes first in a queue.
    age, area : array of int, shape (n,)
        codes.Age and codes.Area; the oldest, or the remotest, go first.

    Returns
    -------
    array of int64, shape (n,)
        Indices of the claims, first to last.
    """
    if rule == "lottery":
        return np.argsort(lots, kind="stable")
    return np.lexsort((lots, -precedence_of(rule, waiting, age, area)))


def precedence_of(rule: Rationing, waiting: Array, age: Array, area: Array) -> Array:
    """Return who goes first before lots decide: the largest; int64, shape (n,). In a lottery all are equal."""
    if rule == "lottery":
        return np.zeros(len(waiting), np.int64)
    return {"queue": waiting, "old_first": age, "remote_first": area}[rule].astype(np.int64)
