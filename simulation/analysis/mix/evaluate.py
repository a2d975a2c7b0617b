"""What a search asks for and what it is told: one run of one mix at one seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulation.analysis.mix.variables import Mix


@dataclass(frozen=True, slots=True)
class Run:
    """A run to be made.

    Attributes
    ----------
    mix : tuple
        A value for each variable.
    seed : int
        Number of the random world, from 0.
    """

    mix: Mix
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    Attributes
    ----------
    cost : float
        What the programme spends.
    margins : tuple of float
        Of each target, value minus what is wanted; below zero it is missed.
    coverage : float
        Share of people reached, 0-1.
    gap : float
        By how much those furthest behind are below the others, share; NaN where nobody asks.
    usual : float
        Coverage of business as usual in the same world, share; NaN where it was not run. It tells kind worlds apart.
    """

    cost: float
    margins: tuple[float, ...]
    coverage: float
    gap: float = float("nan")
    usual: float = float("nan")


# runs -> their outcomes, in the same order; equal runs give equal outcomes, whatever is asked for beside them
Evaluate = Callable[[Sequence[Run]], Sequence[Outcome]]
