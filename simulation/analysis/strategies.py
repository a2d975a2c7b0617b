"""Strategies of equal budget against each other: which adds most coverage, and whether prices decide that.

Every strategy is run at its own default, low and high prices against business as usual, on the same worlds
and draws. At each price its doses are multiplied so that it spends the budget, because who pays less for a
kiosk buys more of them.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulation.analysis.equal_budget import Scaling, SpentBy, equal_budgets, pilots, public_yuan, scaled
from simulation.analysis.prices import LEVELS, Level, with_prices
from simulation.engine.runner import Progress, run_many
from simulation.messages import Message
from simulation.outcomes.indicators import coverage, spending
from simulation.outcomes.intervals import (
    CostPerUser,
    Interval,
    cost_per_additional_user,
    interval_of,
    paired_difference,
)
from simulation.outcomes.result import Result
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario, Title

RunAll = Callable[[Mapping[str, Scenario]], Mapping[str, Result]]
Verdict = Literal["holds", "flips", "uncertain"]
DEFAULT: tuple[Level, Level] = ("default", "default")
BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Position:
    """A strategy at one level of its own prices.

    Attributes
    ----------
    gains : array of float64, shape (replicates,)
        Coverage at the end, minus that of business as usual, share.
    gain : Interval
        The same over replicates.
    scaling : Scaling
        What its doses were multiplied by.
    public_yuan, total_yuan : float
        Public money, and all money, spent over the run; means over replicates.
    cost_per_user : CostPerUser
        Cost of one more active user at the end.
    """

    gains: np.ndarray
    gain: Interval
    scaling: Scaling
    public_yuan: float
    total_yuan: float
    cost_per_user: CostPerUser


@dataclass(frozen=True, slots=True)
class Pair:
    """Two strategies.

    Attributes
    ----------
    first, second : str
        Names; the first adds more at default prices.
    differences : mapping of (level, level) to Interval
        Gain of the first minus that of the second, paired, at every level of the own prices of each.
    """

    first: str
    second: str
    differences: Mapping[tuple[Level, Level], Interval]

    @property
    def at_default(self) -> Interval:
        """Return the difference at default prices."""
        return self.differences[DEFAULT]

    @property
    def verdict(self) -> Verdict:
        """Return whether prices decide which of the two adds more."""
        return verdict_of(difference.sign for difference in self.differences.values())


@dataclass(frozen=True, slots=True)
class StrategyComparison:
    """Strategies of equal budget, held against each other.

    Attributes
    ----------
    budget_yuan : float
        Public money each may spend.
    titles : mapping of str to Title
        How each is called.
    positions : mapping of (str, level) to Position
        Every strategy at every level of its own prices, while those of the others stay at their defaults.
    order : tuple of str
        Names by mean gain at default prices, the largest first.
    pairs : tuple of Pair
        All pairs, in that order.
    results : mapping of str to Result
        The runs at default prices, and `baseline`.
    run_names : mapping of str to str
        Name in `results` -> what the run was called where it was run.
    """

    budget_yuan: float
    titles: Mapping[str, Title]
    positions: Mapping[tuple[str, Level], Position]
    order: tuple[str, ...]
    pairs: tuple[Pair, ...]
    results: Mapping[str, Result]
    run_names: Mapping[str, str]

    @property
    def verdict(self) -> Verdict:
        """Return "flips" where prices decide the order of any pair, "holds" where they decide that of none."""
        verdicts = [pair.verdict for pair in self.pairs]
        if "flips" in verdicts:
            return "flips"
        return "holds" if set(verdicts) == {"holds"} else "uncertain"

    @property
    def tied(self) -> tuple[Pair, ...]:
        """Return the pairs that cannot be told apart at default prices."""
        return tuple(pair for pair in self.pairs if pair.at_default.sign == 0)


def verdict_of(signs: Iterable[int]) -> Verdict:
    """Return what the certain signs of a difference at several prices say of its order.

    Returns
    -------
    str
        "flips" where the first is certainly ahead at some prices and certainly behind at others; "holds" where
        it is certainly ahead at all, or certainly behind at all; else "uncertain".
    """
    found = set(signs)
    if {1, -1} <= found:
        return "flips"
    return "holds" if found in ({1}, {-1}) else "uncertain"


def pairs_of(gains: Mapping[tuple[str, Level], np.ndarray]) -> tuple[tuple[str, ...], tuple[Pair, ...]]:
    """Return the order of strategies at default prices, and all pairs of them.

    Parameters
    ----------
    gains : mapping of (str, level) to array, shape (replicates,)
        Gain of every strategy at every level of its own prices; replicates are paired.
    """
    names = {name for name, _ in gains}
    order = tuple(sorted(names, key=lambda name: (-float(gains[name, "default"].mean()), name)))
    pairs = []
    for first, second in itertools.combinations(order, 2):
        differences = {
            (a, b): interval_of(gains[first, a] - gains[second, b]) for a, b in itertools.product(LEVELS, LEVELS)
        }
        pairs.append(Pair(first, second, differences))
    return order, tuple(pairs)


def compare_strategies(
    strategies: Mapping[str, Scenario],
    baseline: Scenario,
    progress: Progress | None = None,
    solve_progress: Progress | None = None,
    n_workers: int | None = None,
    spent_by: SpentBy | None = None,
    run_all: RunAll | None = None,
) -> StrategyComparison:
    """Compare strategies of equal budget, at default prices and within the ranges of their prices.

    Parameters
    ----------
    strategies : mapping of str to Scenario
        Two or more, with the same `budget.total_yuan` and sharing worlds with the baseline.
    baseline : Scenario
        Business as usual.
    progress, solve_progress : callable of (done, total), optional
        As for `run_many`.
    n_workers : int, optional
        Processes; default one a processor.
    spent_by : callable, optional
        What scenarios spend, as `equal_budget.pilots` returns it; default pilot runs.
    run_all : callable, optional
        Runs scenarios by name on common worlds and draws, such as an experiment; default `run_many`.

    Raises
    ------
    ScenarioError
        If there is one strategy only, or budgets are missing or unequal.
    """
    budget_yuan = common_budget(strategies)
    levels = sorted(LEVELS, key=lambda level: level != "default")  # a run of all prices is called by its strategy alone
    priced = {(name, level): with_prices(s, level) for name, s in strategies.items() for level in levels}
    called = {(name, level): name if level == "default" else f"{name}, {level} prices" for name, level in priced}
    keys, distinct = _distinct(priced, called)
    scalings = equal_budgets(distinct, spent_by or pilots(solve_progress, n_workers))
    runs = {key: scaled(scenario, scalings[key].factor) for key, scenario in distinct.items()}
    usual = {key: baseline.model_copy(update={"behaviour": s.behaviour}) for key, s in runs.items()}
    usual_keys, baselines = _distinct(usual, {key: f"{BASELINE}, {key}" for key in usual})
    every = {**runs, **baselines}
    results = run_all(every) if run_all else run_many(every, progress, solve_progress, n_workers)
    held = {key: _position(results[key], results[usual_keys[key]], scalings[key]) for key in runs}
    positions = {pair: held[key] for pair, key in keys.items()}
    order, pairs = pairs_of({pair: position.gains for pair, position in positions.items()})
    run_names = {name: keys[name, "default"] for name in order}
    run_names[BASELINE] = usual_keys[keys[order[0], "default"]]
    kept = {name: results[key] for name, key in run_names.items()}
    titles = {name: scenario.title for name, scenario in strategies.items()}
    return StrategyComparison(budget_yuan, titles, positions, order, pairs, kept, run_names)


def common_budget(strategies: Mapping[str, Scenario]) -> float:
    """Return the budget of strategies to be compared, yuan.

    Raises
    ------
    ScenarioError
        If there is one strategy only, or budgets are missing, zero or unequal.
    """
    if len(strategies) < 2:
        raise ScenarioError([Message("strategies.one_only", {"names": list(strategies)})])
    totals = {name: s.budget.total_yuan if s.budget else 0.0 for name, s in strategies.items()}
    without = [name for name, yuan in totals.items() if not yuan]
    if without:
        raise ScenarioError([Message("strategies.no_budget", {"name": name}) for name in without])
    if len(set(totals.values())) > 1:
        parts = [Message("strategies.budget_of", {"name": name, "yuan": yuan}) for name, yuan in totals.items()]
        smallest = f"{min(totals.values()):_.0f}"  # as YAML takes it
        raise ScenarioError([Message("strategies.unequal", {"parts": parts, "yuan": smallest})])
    return float(next(iter(totals.values())))


def _distinct(
    scenarios: Mapping[Any, Scenario], called: Mapping[Any, str]
) -> tuple[dict[Any, str], dict[str, Scenario]]:
    """Return a key for each scenario, the same for equal ones, and the distinct scenarios by these keys.

    Parameters
    ----------
    called : mapping of label to str
        What each is called; equal ones by what the first of them is.
    """
    keys: dict[Any, str] = {}
    distinct: dict[str, Scenario] = {}
    for label, scenario in scenarios.items():
        keys[label] = next((key for key, known in distinct.items() if known == scenario), called[label])
        distinct[keys[label]] = scenario
    return keys, distinct


def _position(result: Result, baseline: Result, scaling: Scaling) -> Position:
    """Return where a run stands against business as usual."""
    after, before = (coverage(r.dataset).isel(week=-1) for r in (result, baseline))
    gains = paired_difference(before, after).values
    return Position(
        gains=gains,
        gain=interval_of(gains),
        scaling=scaling,
        public_yuan=public_yuan(result),
        total_yuan=float(spending(result.dataset).mean("replicate")),
        cost_per_user=cost_per_additional_user(baseline.dataset, result.dataset),
    )
