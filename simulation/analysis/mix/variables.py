"""What a search may vary: numbers within bounds, whole numbers, and choices; and how a mix of them stands in a cube."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Value = float | int | str
Mix = tuple[Value, ...]  # a value for each variable, in their order
STEPS = 1000  # a number is varied in thousandths of its range: finer than any dose can be bought
DIGITS = 12  # that clear what binary fractions leave behind a step


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that may be varied.

    Attributes
    ----------
    name : str
        Where it stands in a scenario, or any other name.
    low, high : float
        Bounds, inclusive; of a choice unused.
    is_whole : bool
        Whether it takes whole numbers only.
    choices : tuple of str
        What can be chosen; empty for numbers.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    is_whole: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.choices and not self.low < self.high:
            raise ValueError(f"{self.name}: the low bound {self.low} is not below the high bound {self.high}")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError(f"{self.name}: a choice stands twice")

    def at(self, position: float) -> Value:
        """Return the value at a position from 0 to 1, on a step."""
        if self.choices:
            return self.choices[min(int(position * len(self.choices)), len(self.choices) - 1)]
        if self.is_whole:
            return min(int(self.low + position * (self.high - self.low + 1)), int(self.high))
        share = round(position * STEPS) / STEPS
        return round(self.low + share * (self.high - self.low), DIGITS)

    def position(self, value: Value) -> float:
        """Return where a value stands, 0 to 1; the middle of its stretch where several positions mean it."""
        if self.choices:
            return (self.choices.index(str(value)) + 0.5) / len(self.choices)
        assert not isinstance(value, str)
        if self.is_whole:
            return (value - self.low + 0.5) / (self.high - self.low + 1)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Space:
    """All variables of a search.

    Attributes
    ----------
    variables : tuple of Variable
        At least one, each of its own name.
    """

    variables: tuple[Variable, ...]

    def __post_init__(self) -> None:
        names = [variable.name for variable in self.variables]
        if not names or len(set(names)) < len(names):
            raise ValueError("a search needs at least one variable, each with a name of its own")

    def __len__(self) -> int:
        return len(self.variables)

    def mixes(self, positions: Array) -> list[Mix]:
        """Return the mixes at positions 0 to 1; shape (n, variables) -> n."""
        return [tuple(v.at(float(p)) for v, p in zip(self.variables, row, strict=True)) for row in positions]

    def positions(self, mixes: Sequence[Mix]) -> Array:
        """Return where mixes stand; shape (n, variables), 0 to 1."""
        rows = [[v.position(value) for v, value in zip(self.variables, mix, strict=True)] for mix in mixes]
        return np.array(rows, np.float64).reshape(len(mixes), len(self.variables))

    def features(self, positions: Array) -> Array:
        """Return what a surrogate sees: a column a number, and one a choice with 1 where it is chosen.

        Parameters
        ----------
        positions : array, shape (n, variables)
            0 to 1; numbers are taken to their step, so that a surrogate never sees more than a run would.
        """
        columns = []
        for k, variable in enumerate(self.variables):
            at = positions[:, k]
            if variable.choices:
                n = len(variable.choices)
                chosen = np.minimum((at * n).astype(np.int64), n - 1)
                columns += [(chosen == c).astype(np.float64) for c in range(n)]
            elif variable.is_whole:
                n_values = variable.high - variable.low + 1
                columns.append((np.minimum(np.floor(at * n_values), n_values - 1) + 0.5) / n_values)
            else:
                columns.append(np.round(at * STEPS) / STEPS)
        return np.column_stack(columns)
