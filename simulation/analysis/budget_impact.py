"""Spending quarter by quarter, as budgets are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.core.codes import WEEKS_PER_QUARTER


@dataclass(frozen=True, slots=True)
class BudgetImpact:
    """Spending by quarter from the first week of the run.

    Attributes
    ----------
    yuan : array, shape (..., quarters)
        Spending; the last quarter's is that of its recorded weeks, not scaled up.
    weeks : tuple of int
        Recorded weeks of each quarter: 13, but for the last perhaps fewer.
    """

    yuan: NDArray[np.float64]
    weeks: tuple[int, ...]

    @property
    def is_complete(self) -> tuple[bool, ...]:
        """Return of each quarter whether all its weeks were recorded."""
        return tuple(n == WEEKS_PER_QUARTER for n in self.weeks)


def budget_impact(weekly_yuan: ArrayLike) -> BudgetImpact:
    """Return spending by quarter of 13 weeks.

    Parameters
    ----------
    weekly_yuan : array_like, shape (..., weeks)
        Spending by week, yuan; for example (replicate, week), or programme minus business as usual.

    Raises
    ------
    ValueError
        If there is no week.
    """
    weekly = np.asarray(weekly_yuan, dtype=np.float64)
    n_weeks = weekly.shape[-1] if weekly.ndim else 0
    if n_weeks == 0:
        raise ValueError("there is no week of spending to add up")
    starts = np.arange(0, n_weeks, WEEKS_PER_QUARTER)
    weeks = tuple(int(min(WEEKS_PER_QUARTER, n_weeks - start)) for start in starts)
    return BudgetImpact(np.add.reduceat(weekly, starts, axis=-1), weeks)
