"""Every fen a programme spends: postings of integers, and nothing but their sums."""

from collections import defaultdict
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN

Line = Literal["materials", "trainers", "devices", "incentives", "operations"]
LINES: tuple[Line, ...] = get_args(Line)
Posting = tuple[Line, int]  # budget line and fen


class Ledger:
    """Postings by lever row, budget line and week. What was spent is the sum of the postings."""

    def __init__(self) -> None:
        self._fen: defaultdict[tuple[int, str, int], int] = defaultdict(int)

    def post(self, row: int, line: str, week: int, fen: int) -> None:
        """Add one posting.

        Parameters
        ----------
        row : int
            Row of the lever, levers sorted by name.
        line : str
            One of `LINES`.
        week : int
            Week of the run.
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
        self._fen[row, line, week] += int(fen)

    def total_fen(self, row: int | None = None, line: str | None = None) -> int:
        """Return what was spent, of one lever and on one line where given, fen."""
        return sum(
            fen
            for (r, name, _), fen in self._fen.items()
            if (row is None or r == row) and (line is None or name == line)
        )

    def as_array(self, n_weeks: int, n_levers: int) -> NDArray[Any]:
        """Return spending in yuan; float64, shape (n_weeks, n_levers, lines)."""
        fen = np.zeros((n_weeks, n_levers, len(LINES)), np.int64)
        for (row, line, week), amount in self._fen.items():
            fen[week, row, LINES.index(line)] = amount
        return fen / FEN_PER_YUAN
