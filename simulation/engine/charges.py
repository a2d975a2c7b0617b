"""What uses of levers cost, and where claims of one use are added up (`core.claims`)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.levers.ledger import Price

Array = NDArray[Any]


class Tariff(NamedTuple):
    """What one use of every lever is charged."""

    prices: tuple[Price | None, ...]
    each: Array  # f8 (levers,) fen a use, or AS_CLAIMED
    scale: Array  # f8 (levers,) mark-up times residents or merchants that a simulated one stands for


class ClaimSums:
    """Where claims of one use are added up (`charge_list`); used again and again."""

    def __init__(self, n_levers: int, n_accounts: int) -> None:
        self.of_lever, self.gross = np.zeros((2, n_levers), np.int64)
        number, brought, self.owed = np.zeros((3, n_levers, n_accounts + 1), np.int64)
        self.claimed, self.charged = (self.of_lever, number, brought), (self.owed, self.gross)
