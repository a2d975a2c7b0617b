"""What coverage costs, and what equity: the mixes that no other beats, and what each variable does to one."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from simulation.analysis.mix.knowledge import Knowledge
from simulation.analysis.mix.surrogate import Surrogate
from simulation.analysis.mix.variables import Array, Mix, Value
from simulation.outcomes.intervals import LEVEL, Interval


@dataclass(frozen=True, slots=True)
class Point:
    """A mix by its expected outcomes, as the surrogates have them from all runs; intervals are theirs, 95%.

    Attributes
    ----------
    mix : tuple
    n_runs : int
        Runs of this very mix.
    cost, coverage, gap : Interval
        Expected outcomes; of the gap NaN where it was not asked for.
    is_efficient : bool
        Whether no other mix is expected to cost no more, reach no fewer and leave no wider a gap, and to be better in
        one of these.
    """

    mix: Mix
    n_runs: int
    cost: Interval
    coverage: Interval
    gap: Interval
    is_efficient: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a variable does to a mix: the mix as it is, less the same with another value of the variable.

    Attributes
    ----------
    name : str
        Of the variable.
    value, other : float, int or str
        In the mix, and held against it: the low end, or for what is at it the high end; of choices the first other.
    cost, coverage : Interval
        Differences of expected outcomes, by the surrogates, 95%.
    """

    name: str
    value: Value
    other: Value
    cost: Interval
    coverage: Interval

    @property
    def matters(self) -> bool:
        """Return whether the runs show an effect on coverage."""
        return self.coverage.sign != 0


@dataclass(frozen=True, slots=True)
class Difference:
    """The mix asked about, less another: differences of expected outcomes, by the surrogates, 95%."""

    cost: Interval
    coverage: Interval


@dataclass(frozen=True, slots=True)
class Landscape:
    """Surrogates of what planners look at, fitted to all runs of a search.

    Attributes
    ----------
    points : tuple of Point
        Every mix that was run, in order.
    effects : tuple of Effect
        Of every variable, on the mix asked about.
    best_so_far : array, shape (runs,)
        After each run, the least expected cost, or most expected coverage, of the mixes run until then that are
        expected to be feasible with the wanted probability; NaN before there was one.
    to_plan : Difference or None
        The mix asked about, less the plan as it stands; None where the plan is no mix, or that very mix.
    """

    points: tuple[Point, ...]
    effects: tuple[Effect, ...]
    best_so_far: Array
    to_plan: Difference | None = None

    @property
    def efficient(self) -> tuple[Point, ...]:
        """Return the mixes no other beats, by cost."""
        return tuple(sorted((p for p in self.points if p.is_efficient), key=lambda p: p.cost.mean))


def landscape(known: Knowledge, about: Mix, plan: Mix | None = None) -> Landscape:
    """Return what the runs of a search tell of cost, coverage and gap.

    Parameters
    ----------
    about : tuple
        The mix whose variables are looked at one by one.
    plan : tuple, optional
        The plan as it stands, to hold it against.
    """
    columns = np.array([[o.cost, o.coverage, o.gap] for o in known.outcomes], np.float64)
    cost, coverage = (known.surrogate_of(columns[:, k]) for k in range(2))
    gap = known.surrogate_of(columns[:, 2]) if np.isfinite(columns[:, 2]).all() else None
    mixes = known.mixes
    at = known.space.features(known.space.positions(mixes))
    told = [_intervals(surrogate, at) for surrogate in (cost, coverage, gap)]
    worse = np.array([[i.mean, -j.mean, k.mean] for i, j, k in zip(*told, strict=True)])
    efficient = efficient_of(worse[:, : 3 if gap else 2])
    counts = dict.fromkeys(mixes, 0)
    for run in known.runs:
        counts[run.mix] += 1
    points = tuple(
        Point(mix, counts[mix], dear, reached, behind, bool(good))
        for mix, dear, reached, behind, good in zip(mixes, *told, efficient, strict=True)
    )
    to_plan = None
    if plan is not None and plan != about:
        here, there = (known.space.features(known.space.positions([mix])) for mix in (about, plan))
        to_plan = Difference(_between(cost, here, there), _between(coverage, here, there))
    return Landscape(points, tuple(_effects(known, about, cost, coverage)), _best_so_far(known), to_plan)


def _best_so_far(known: Knowledge) -> Array:
    features = known.features()
    lead = known.margin.predict(features).mean - stats.norm.ppf(known.wanted.probability) * known.margin.noise
    value = np.where(lead >= 0, known.objective.predict(features).mean, np.inf)
    best = np.minimum.accumulate(value)
    sign = 1.0 if known.wanted.goal == "cheapest" else -1.0
    return np.where(np.isfinite(best), sign * best, np.nan)


def efficient_of(values: Array) -> Array:
    """Return which rows no other row beats; shape (n, objectives), less is better -> bool, shape (n,).

    A row is beaten by one that is nowhere worse and somewhere better; of equal rows all stand.
    """
    found = np.ones(len(values), bool)
    for k, row in enumerate(values):
        found[k] = not np.any(np.all(values <= row, axis=1) & np.any(values < row, axis=1))
    return found


def _intervals(surrogate: Surrogate | None, features: Array) -> list[Interval]:
    if surrogate is None:
        return [Interval(float("nan"), float("nan"), float("nan"))] * len(features)
    told = surrogate.predict(features)
    half = _z() * told.error
    return [Interval(float(m), float(m - h), float(m + h)) for m, h in zip(told.mean, half, strict=True)]


def _effects(known: Knowledge, about: Mix, cost: Surrogate, coverage: Surrogate) -> list[Effect]:
    found = []
    here = known.space.features(known.space.positions([about]))
    for k, variable in enumerate(known.space.variables):
        ends = variable.choices or (variable.at(0.0), variable.at(1.0))
        other = next(end for end in ends if end != about[k])
        there = known.space.features(known.space.positions([(*about[:k], other, *about[k + 1 :])]))
        dearer, more = _between(cost, here, there), _between(coverage, here, there)
        found.append(Effect(variable.name, about[k], other, dearer, more))
    return found


def _between(surrogate: Surrogate, here: Array, there: Array) -> Interval:
    mean, error = surrogate.difference(here, there)
    return Interval(mean, mean - _z() * error, mean + _z() * error)


def _z() -> float:
    return float(stats.norm.ppf(0.5 + LEVEL / 2))
