"""What the runs of a search have told so far: its data, and the surrogates fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from simulation.analysis.mix.evaluate import Outcome, Run
from simulation.analysis.mix.surrogate import Surrogate, fitted
from simulation.analysis.mix.variables import Array, Mix, Space

Goal = Literal["cheapest", "best_coverage"]
REFIT_EVERY = 24  # runs after which hyperparameters are fitted anew; in between only the posterior follows
SLACK = 1e-3  # of a budget: a programme that stops when its money is gone spends all of it, give or take a payment
SMALLEST_SCALE = 1e-3  # of a margin, share: targets that hardly vary from run to run are not blown up


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes
    ----------
    goal : str
        "cheapest": least cost with all targets held; "best_coverage": most coverage within a budget.
    probability : float
        With which all targets shall hold in the same run, or spending stay within the budget.
    budget : float
        Most that may be spent, of "best_coverage"; else NaN.
    """

    goal: Goal = "cheapest"
    probability: float = 0.9
    budget: float = float("nan")

    def objective(self, outcome: Outcome) -> float:
        """Return what is made as small as it can be."""
        return outcome.cost if self.goal == "cheapest" else -outcome.coverage

    def margins(self, outcome: Outcome) -> tuple[float, ...]:
        """Return what must not be below zero: a share of the budget, or of what each target is about."""
        return outcome.margins if self.goal == "cheapest" else (1 + SLACK - outcome.cost / self.budget,)


@dataclass(slots=True)
class Knowledge:
    """Runs and surrogates of a search.

    With several targets the margin is the least of all, each over its deviation from run to run as it was after the
    first runs: it is below zero exactly where a target is missed, so that its sign counts whether all hold together.

    Attributes
    ----------
    space : Space
    wanted : Wanted
    runs, outcomes : list
        Everything that was run, in order.
    scales : array, shape (targets,)
        What each margin is divided by; 1 for a single one.
    """

    space: Space
    wanted: Wanted
    runs: list[Run] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    scales: Array = field(default_factory=lambda: np.ones(1))
    _objective: Surrogate | None = None
    _margin: Surrogate | None = None
    _n_fitted: int = 0

    def add(self, runs: Sequence[Run], outcomes: Sequence[Outcome]) -> None:
        """Take in what was run, and let the surrogates follow."""
        self.runs += runs
        self.outcomes += outcomes
        due = len(self.runs) - self._n_fitted >= REFIT_EVERY
        self._objective = self.surrogate_of(self.objectives(), self._objective, due)
        self._margin = self.surrogate_of(self.margins(), self._margin, due)
        self._n_fitted = len(self.runs) if due else self._n_fitted

    def surrogate_of(self, values: Array, before: Surrogate | None = None, refit: bool = True) -> Surrogate:
        """Return the surrogate of what every run came to, the luck of worlds taken off where it is known.

        Business as usual in the same world is a control variate (Lavenberg & Welch 1981, Management Science
        27:322-335): worlds kind to it are kind to programmes.

        Parameters
        ----------
        values : array, shape (runs,)
        before : Surrogate, optional
            That of fewer runs; without it hyperparameters are fitted in any case.
        refit : bool
            Whether hyperparameters are fitted anew.
        """
        features, usual = self.features(), np.array([outcome.usual for outcome in self.outcomes], np.float64)
        deviation = 0.0
        if np.isfinite(usual).all() and usual.std() > 0:
            rough = fitted(features, values) if before is None else before.with_runs(features, values)
            values, deviation = rough.without(usual - usual.mean())
        if before is None or refit:
            return fitted(features, values, _start(before), deviation)
        return before.with_runs(features, values, deviation)

    def set_scales(self, runs: Sequence[Run], outcomes: Sequence[Outcome]) -> None:
        """Fix what margins are divided by, from the first runs."""
        rows = np.array([self.wanted.margins(outcome) for outcome in outcomes], np.float64)
        self.scales = np.ones(rows.shape[1])
        if rows.shape[1] > 1:
            features = self.space.features(self.space.positions([run.mix for run in runs]))
            found = [fitted(features, column).noise for column in rows.T]
            self.scales = np.maximum(found, SMALLEST_SCALE)

    def joint(self, outcomes: Sequence[Outcome]) -> Array:
        """Return the least standardised margin of runs; shape (runs,)."""
        rows = np.array([self.wanted.margins(outcome) for outcome in outcomes], np.float64)
        return np.asarray((rows / self.scales).min(axis=1))

    def features(self) -> Array:
        """Return what surrogates see of the runs; shape (runs, features)."""
        return self.space.features(self.space.positions([run.mix for run in self.runs]))

    def objectives(self) -> Array:
        """Return what is minimised, of every run."""
        return np.array([self.wanted.objective(outcome) for outcome in self.outcomes], np.float64)

    def margins(self) -> Array:
        """Return the margin of every run."""
        return self.joint(self.outcomes)

    @property
    def mixes(self) -> list[Mix]:
        """Return every mix that was run, each once, in order."""
        return list(dict.fromkeys(run.mix for run in self.runs))

    @property
    def objective(self) -> Surrogate:
        """Return the surrogate of what is minimised."""
        assert self._objective is not None
        return self._objective

    @property
    def margin(self) -> Surrogate:
        """Return the surrogate of the margin."""
        assert self._margin is not None
        return self._margin


def _start(surrogate: Surrogate | None) -> Array | None:
    return None if surrogate is None else surrogate.theta
