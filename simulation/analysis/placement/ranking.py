"""Layouts held against each other in the simulation: who is near is a proxy, who becomes a user decides."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.best_of_several import Comparison, best_first, compare_with_leader
from simulation.analysis.runs import Runs
from simulation.levers.base import Lever
from simulation.outcomes.indicators import coverage, spending
from simulation.outcomes.intervals import Interval, interval_of
from simulation.outcomes.result import Result
from simulation.scenario.schema import Scenario

Array = NDArray[Any]

WITHOUT = "without"
INDIFFERENCE = 0.0005  # a twentieth of a point of coverage; what a few dozen kiosks add is small


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to place a lever.

    Attributes
    ----------
    lever : Lever
        With all its places.
    proxy : float
        What it was chosen for: people newly within reach, or people expected to be taught.
    """

    lever: Lever
    proxy: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """One layout in the simulation, against the same scenario without the lever.

    Attributes
    ----------
    proxy : float
        As of `Layout`.
    gain : Interval
        Coverage of everyone added at the end, share.
    users : Interval
        Active users added at the end.
    gains_by : mapping of str to Interval
        Coverage added among those aged 60 and over, and in remote areas; share.
    yuan : float
        Spending added over the run, mean.
    against_leader : Comparison or None
        None of the leader itself.
    against_chosen : Interval or None
        By how much more the layout chosen by optimisation adds, share, by itself a 95% interval; None of itself.
    """

    proxy: float
    gain: Interval
    users: Interval
    gains_by: Mapping[str, Interval]
    yuan: float
    against_leader: Comparison | None
    against_chosen: Interval | None

    @property
    def users_per_100(self) -> float:
        """Active users added for each 100 people of the proxy."""
        return 100.0 * self.users.mean / self.proxy if self.proxy > 0 else math.nan

    @property
    def users_per_10_000_yuan(self) -> float:
        """Active users added for each 10,000 yuan."""
        return 10_000.0 * self.users.mean / self.yuan if self.yuan > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Ranking:
    """Layouts in the simulation.

    Attributes
    ----------
    layouts : mapping of str to Ranked
        By name, the best first.
    chosen : str
        The layout that optimisation chose.
    values : mapping of str to array, shape (replicates,)
        Coverage added, share.
    indifference : float
        The largest difference that does not matter, share.
    """

    layouts: Mapping[str, Ranked]
    chosen: str
    values: Mapping[str, Array]
    indifference: float
    results: Mapping[str, Result] = field(repr=False)

    @property
    def leader(self) -> str:
        """The layout that adds most."""
        return next(iter(self.layouts))

    @property
    def n_replicates(self) -> int:
        """Random worlds each was run in."""
        return len(self.values[self.leader])

    @property
    def beaten_by(self) -> str | None:
        """The layout that surely adds more than the one chosen; None where none does."""
        mine = self.layouts[self.chosen].against_leader
        return self.leader if mine is not None and mine.advantage.low > 0 else None  # one replicate: NaN, no leader

    @property
    def order_correlation(self) -> float:
        """Spearman's correlation of proxy and simulated gain over layouts; NaN for fewer than three."""
        proxies = np.array([ranked.proxy for ranked in self.layouts.values()])
        gains = np.array([ranked.gain.mean for ranked in self.layouts.values()])
        if len(proxies) < 3 or len(set(proxies)) < 2 or len(set(gains)) < 2:
            return math.nan
        from scipy.stats import spearmanr

        return float(spearmanr(proxies, gains).statistic)


def scenarios_of(scenario: Scenario, name: str, layouts: Mapping[str, Layout]) -> dict[str, Scenario]:
    """Return the scenario with each layout of a lever, and without the lever."""

    def with_lever(lever: Lever | None) -> Scenario:
        others = {key: other for key, other in scenario.levers.items() if key != name}
        return scenario.model_copy(update={"levers": others if lever is None else {**others, name: lever}})

    return {WITHOUT: with_lever(None), **{key: with_lever(layout.lever) for key, layout in layouts.items()}}


def rank(
    runs: Runs, layouts: Mapping[str, Layout], chosen: str, replicates: int, indifference: float = INDIFFERENCE
) -> Ranking:
    """Run layouts on common worlds and draws and rank them by the coverage they add.

    Parameters
    ----------
    runs : Runs
        Of `scenarios_of` these layouts.
    layouts : mapping of str to Layout
    chosen : str
        The layout that optimisation chose.
    replicates : int
        Random worlds, 2 or more.
    indifference : float
        The largest difference that does not matter, share.
    """
    names = list(layouts)
    runs.up_to([WITHOUT, *names], replicates)
    usual = runs.result(WITHOUT)
    results = {name: runs.result(name) for name in names}
    values = {name: _added(results[name], usual, {}) for name in names}
    order = best_first({name: float(v.mean()) for name, v in values.items()})
    rivals = compare_with_leader(values, order[0], indifference)
    residents = float(usual.dataset.n_residents.sum(("age", "area", "income")).mean())
    base = spending(usual.dataset)
    ranked = {
        name: Ranked(
            proxy=layouts[name].proxy,
            gain=interval_of(values[name]),
            users=interval_of(values[name] * residents),
            gains_by={
                "60+": interval_of(_added(results[name], usual, {"age": ["60-74", "75+"]})),
                "remote": interval_of(_added(results[name], usual, {"area": ["remote"]})),
            },
            yuan=float((spending(results[name].dataset) - base).mean()),
            against_leader=rivals.get(name),
            against_chosen=None if name == chosen else interval_of(values[chosen] - values[name]),
        )
        for name in order
    }
    return Ranking(ranked, chosen, values, indifference, {WITHOUT: usual, **results})


def _added(result: Result, usual: Result, where: Mapping[str, Sequence[str]]) -> Array:
    """Return coverage of a segment at the end, less that without the lever; shape (replicates,), share."""
    after, before = (
        coverage(r.dataset[["n_active", "n_residents"]].isel(week=slice(-1, None)).sel(where)).isel(week=-1).values
        for r in (result, usual)
    )
    return np.asarray(after - before)
