"""Every fen a programme spends: postings of whole numbers, and nothing but their sums."""

from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN, N_PAYERS, Payer

Line = Literal["materials", "trainers", "devices", "incentives", "operations"]
LINES: tuple[Line, ...] = get_args(Line)
REGION = -1  # accounting zone of what concerns no zone: the last row of the ledger's zones


class FixedCost(NamedTuple):
    """What is owed for a week whether or not anybody comes."""

    line: Line
    fen: int
    account: int = REGION  # accounting zone (core.state.World)


class Price(NamedTuple):
    """What a lever is charged for one use.

    `fen` is a unit's price; None where the claim brings its own amount. `by_sector` takes its place for
    merchants. The charge is amount x markup x residents or merchants that a simulated one stands for.
    """

    line: Line
    fen: int | None = None
    by_sector: tuple[int, ...] | None = None
    markup: float = 1.0


class Ledger:
    """Postings by week, lever, budget line, accounting zone and payer. What was spent is the sum of the postings.

    Parameters
    ----------
    n_weeks, n_levers : int
        Weeks of the run; rows of the levers, sorted by name.
    n_accounts : int
        Accounting zones; one more row is for what concerns no zone.
    """

    def __init__(self, n_weeks: int, n_levers: int, n_accounts: int) -> None:
        by_payer = np.zeros((N_PAYERS, n_weeks, n_levers, len(LINES), n_accounts + 1), np.int64)
        self.fen: NDArray[Any] = np.moveaxis(by_payer, 0, -1)  # what one payer posts at once lies side by side

    def post(self, week: int, row: int, line: str, account: int, payer: int, fen: int) -> None:
        """Add one posting.

        Parameters
        ----------
        week, row : int
            Week of the run; row of the lever.
        line : str
            One of `LINES`.
        account : int
            Accounting zone, or `REGION`.
        payer : int
            codes.Payer.
        fen : int
            Amount, 0 or more.

        Raises
        ------
        ValueError
            If the line is unknown, or the amount is negative or not whole.
        """
        if line not in LINES:
            raise ValueError(f"unknown budget line {line!r}; lines are {', '.join(LINES)}")
        if fen != int(fen) or fen < 0:
            raise ValueError(f"a posting is a whole number of fen, 0 or more, not {fen!r}")
        self.fen[week, row, LINES.index(line), account, payer] += int(fen)

    def total_fen(self, row: int | None = None, line: str | None = None, payer: int | None = None) -> int:
        """Return what was spent, of one lever, on one line, by one payer where given, fen."""
        rows = slice(None) if row is None else [row]
        lines = slice(None) if line is None else [LINES.index(line)]
        payers = slice(None) if payer is None else [payer]
        return int(self.fen[:, rows][:, :, lines][..., payers].sum())

    def spending_yuan(self) -> NDArray[Any]:
        """Return spending in yuan; float64, shape (n_weeks, n_levers, lines, payers)."""
        by_payer = [self.fen[..., payer].sum(axis=3) for payer in Payer]  # apart, and below: a quarter of the time
        return np.stack(by_payer, axis=-1) / FEN_PER_YUAN

    def spending_by_zone_yuan(self) -> NDArray[Any]:
        """Return spending in yuan; float64, shape (n_weeks, n_levers, accounts + 1); the last is the whole region."""
        of_both = self.fen[..., Payer.PUBLIC] + self.fen[..., Payer.PRIVATE]
        return np.asarray(of_both.sum(axis=2) / FEN_PER_YUAN)
