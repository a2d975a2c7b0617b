"""Programmes against business as usual and against each other: what differs, how surely, and for what money.

Everything is paired by replicate: the same replicate of every programme is the same world with the same draws.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.analysis.best_of_several import Comparison as Rival
from simulation.analysis.best_of_several import best_first, compare_with_leader, most_lost
from simulation.analysis.budget_impact import BudgetImpact, budget_impact
from simulation.analysis.cost_effectiveness import Plane, plane
from simulation.analysis.frontier import Standing, frontier
from simulation.analysis.precision import Precise, replicates_for
from simulation.analysis.probabilities import TargetProbabilities, target_probabilities
from simulation.analysis.selection import Selection
from simulation.outcomes import numbers
from simulation.outcomes.catalogue import CELL
from simulation.outcomes.display import html_table
from simulation.outcomes.indicators import coverage, coverage_gap, spending
from simulation.outcomes.intervals import CostPerUser, Interval, cost_per_additional_user, interval_of
from simulation.outcomes.result import Result
from simulation.outcomes.targets import segment_of, values_by_replicate
from simulation.outcomes.wording import say
from simulation.scenario.schema import Target, Title

Values = NDArray[np.float64]
What = Literal["coverage", "gap", "target"]
OLD, OLD_NAMES = "60+", ("60-74", "75+")
GAPS = (("age", OLD, OLD_NAMES), ("area", "remote", ("remote",)), ("income", "low", ("low",)))
INDIFFERENCE = 0.005  # half a percentage point of coverage: smaller differences do not matter to a planner
PAIR = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing programmes are compared on, at the run's end.

    Attributes
    ----------
    what : str
        "coverage" of a segment; "gap" in coverage between a segment and everybody else; "target", in the terms of
        `outcomes.targets.Judgement.reached`.
    dim, group : str
        Segment, such as "age" and "75+"; empty is everyone.
    target : str
        Name of the target in the scenario.
    code, what_of : str
        Row of the promotion plan, of a target; of T9 "unified" or "integrated".
    segment : mapping
        Whom a target is about, as in `outcomes.targets.Judgement`.
    wanted : float
        Share wanted, of a target; else NaN.
    """

    what: What
    dim: str = ""
    group: str = ""
    target: str = ""
    code: str = ""
    what_of: str = ""
    segment: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    wanted: float = math.nan

    @classmethod
    def of_target(cls, name: str, target: Target) -> "Outcome":
        """Return the outcome that a target of a scenario is about."""
        what = target.what if target.code == "T9" else ""
        return cls("target", "", "", name, target.code, what, segment_of(target), target.share)


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome of every programme.

    Attributes
    ----------
    outcome : Outcome
    values : mapping of str to array, shape (replicates,)
        Share, by programme and of the baseline; NaN where undefined. Programmes for which it is unknown are left out.
    baseline : str
        Name of business as usual.
    """

    outcome: Outcome
    values: Mapping[str, Values]
    baseline: str

    def reached(self, name: str) -> Interval | None:
        """Return the mean and interval of a programme; None where it is unknown or undefined."""
        return _interval(self.values.get(name))

    def added(self, name: str, to: str | None = None) -> Interval | None:
        """Return a programme's paired difference to the baseline, or to another programme."""
        mine, other = self.values.get(name), self.values.get(to or self.baseline)
        return None if mine is None or other is None else _interval(mine - other)

    def needed(self, name: str, half_width: float) -> int | None:
        """Return how many replicates make the interval of `added` so short, judged by those at hand."""
        mine, other = self.values.get(name), self.values.get(self.baseline)
        if mine is None or other is None or len(mine) < PAIR or not np.isfinite(mine - other).all():
            return None
        return replicates_for(mine - other, half_width)


@dataclass(frozen=True)
class ProgrammeComparison:
    """Programmes held against business as usual and each other.

    Attributes
    ----------
    names : tuple of str
        Programmes, in the order given.
    baseline : str
        Name of business as usual.
    titles : mapping of str to Title
        How each is called, the baseline too.
    rows : tuple of Row
        Outcomes: coverage of everyone and of segments, gaps, and targets.
    targets : mapping of str to TargetProbabilities
        By programme with targets: how likely each holds, and all of them together.
    costs : mapping of str to CostPerUser
        Of one more active user at the end, against the baseline.
    planes : mapping of str to Plane
        Added yuan and added active users.
    standings : mapping of str to Standing
        Cost-effectiveness frontier by mean added yuan and users, the baseline among them.
    impacts : mapping of str to BudgetImpact
        Spending by quarter, yuan, mean over replicates, public and private; shape (payers, quarters).
    indifference : float
        The smallest difference of coverage that matters, share.
    selection : Selection or None
        Of the best by coverage, where a procedure of selection was run.
    precise : mapping of str to Precise
        Of every programme's added coverage, where replicates were added until it was known well enough; else empty.
    results : mapping of str to Result
        The runs, the baseline among them.
    """

    names: tuple[str, ...]
    baseline: str
    titles: Mapping[str, Title]
    rows: tuple[Row, ...]
    targets: Mapping[str, TargetProbabilities]
    costs: Mapping[str, CostPerUser]
    planes: Mapping[str, Plane]
    standings: Mapping[str, Standing]
    impacts: Mapping[str, BudgetImpact]
    indifference: float
    selection: Selection | None
    precise: Mapping[str, Precise]
    results: Mapping[str, Result]

    def _repr_html_(self) -> str:
        """Return what a notebook shows: coverage reached and added, and the cost of a user, programme by programme."""
        titles = {name: title.en or name for name, title in self.titles.items()}
        columns = [say(f"compare.column.{key}", "en") for key in ("programme", "reached", "added", "cost")]
        rows = []
        for name in self.order:
            reached, added, cost = self.main.reached(name), self.main.added(name), self.costs[name]
            assert reached is not None  # coverage is always defined
            assert added is not None
            is_known = cost.status == "estimated"
            price = numbers.decimal(cost.yuan, 0) if is_known else say(f"compare.cost_cell.{cost.status}", "en")
            between = numbers.interval(added.low, added.high, "en", 2)
            gained = numbers.decimal(100 * added.mean, 2, True) + (f" ({between})" if between else "")
            rows.append((titles[name], numbers.percent(reached.mean), gained, price))
        params = {"baseline": titles[self.baseline], "n": self.n_replicates[self.order[0]]}
        return html_table(say("display.compared", "en", params), columns, rows)

    @property
    def main(self) -> Row:
        """Return coverage of everyone."""
        return self.rows[0]

    @property
    def n_replicates(self) -> Mapping[str, int]:
        """Return how many replicates of each programme were run."""
        return {name: result.dataset.sizes["replicate"] for name, result in self.results.items()}

    @property
    def order(self) -> tuple[str, ...]:
        """Return the programmes by coverage at the end, the highest first."""
        return tuple(best_first({name: float(self.main.values[name].mean()) for name in self.names}))

    @cached_property
    def rivals(self) -> Mapping[str, Rival]:
        """Return every other programme against the leader; all intervals hold together with 95%."""
        if self.selection is not None:
            return self.selection.comparisons
        values = {name: self.main.values[name] for name in self.names}
        return compare_with_leader(values, self.order[0], self.indifference)

    @cached_property
    def most_lost(self) -> float:
        """Return by how much the leader may fall short of the best, share, with 95% confidence."""
        if self.selection is not None:
            return self.selection.most_lost
        values = {name: self.main.values[name] for name in self.names}
        return most_lost(values, self.order[0]) if min(map(len, values.values())) >= PAIR else math.nan

    @property
    def not_told_apart(self) -> tuple[str, ...]:
        """Return the programmes that are not shown to fall behind the leader by more than the indifference."""
        return tuple(name for name, rival in self.rivals.items() if rival.verdict != "worse")


def compare(
    results: Mapping[str, Result],
    baseline: str,
    indifference: float = INDIFFERENCE,
    selection: Selection | None = None,
    reference: Result | None = None,
    precise: Mapping[str, Precise] | None = None,
) -> ProgrammeComparison:
    """Compare finished runs.

    Parameters
    ----------
    results : mapping of str to Result
        Programmes and the baseline, on the same worlds. Where some have more replicates than others, each pair is
        compared on those both have.
    baseline : str
        Which of them is business as usual.
    indifference : float
        The smallest difference of coverage that matters, share.
    selection : Selection, optional
        What a procedure of selection found.
    reference : Result, optional
        Run of the reference outreach, for T8.
    precise : mapping of str to Precise, optional
        What adding replicates until the added coverage was known well enough came to.

    Raises
    ------
    ValueError
        If there is no programme beside the baseline, or runs do not share their worlds.
    """
    names = tuple(name for name in results if name != baseline)
    if not names or baseline not in results:
        raise ValueError("a comparison needs a baseline and at least one programme beside it")
    usual = results[baseline]
    for name in names:
        _refuse_unpaired(name, results[name], usual)
    pairs = {name: _common(results[name], usual) for name in names}
    costs = {name: cost_per_additional_user(before, after) for name, (after, before) in pairs.items()}
    added = {name: _added_cost_and_users(after, before) for name, (after, before) in pairs.items()}
    means = {name: tuple(float(part.mean()) for part in parts) for name, parts in added.items()}
    standings = frontier(
        {baseline: 0.0} | {name: yuan for name, (yuan, _) in means.items()},
        {baseline: 0.0} | {name: users for name, (_, users) in means.items()},
    )
    return ProgrammeComparison(
        names=names,
        baseline=baseline,
        titles={name: result.scenario.title for name, result in results.items()},
        rows=tuple(_rows(results, baseline, reference)),
        targets={name: found for name in names if (found := target_probabilities_of(results[name], usual, reference))},
        costs=costs,
        planes={name: plane(*parts) for name, parts in added.items()},
        standings=standings,
        impacts={name: budget_impact(_weekly(results[name])) for name in names},
        indifference=indifference,
        selection=selection,
        precise=dict(precise or {}),
        results=results,
    )


def coverage_at_end(result: Result) -> Values:
    """Return coverage of everyone at a run's end by replicate; shape (replicates,), share."""
    return np.asarray(coverage(result.dataset.isel(week=slice(-1, None))).isel(week=-1).values)


def _rows(results: Mapping[str, Result], baseline: str, reference: Result | None) -> list[Row]:
    """Return every outcome of every run."""
    last = {name: r.dataset[["n_active", "n_residents"]].isel(week=slice(-1, None)) for name, r in results.items()}
    everyone = {name: coverage(d).isel(week=-1).values for name, d in last.items()}
    rows = [Row(Outcome("coverage"), everyone, baseline)]
    for dim in CELL:
        by = {name: coverage(d, (dim,)).isel(week=-1) for name, d in last.items()}
        for group in (str(g) for g in by[baseline][dim].values):
            values = {name: shares.sel({dim: group}).values for name, shares in by.items()}
            rows.append(Row(Outcome("coverage", dim, group), values, baseline))
    for dim, group, members in GAPS:
        gaps = {name: coverage_gap(d, dim, members).isel(week=-1).values for name, d in last.items()}
        rows.append(Row(Outcome("gap", dim, group), gaps, baseline))
    return rows + _target_rows(results, baseline, reference)


def _target_rows(results: Mapping[str, Result], baseline: str, reference: Result | None) -> list[Row]:
    """Return the targets of all programmes; those of one name and content are one row."""
    wanted: dict[str, Target] = {}
    for result in results.values():
        for name, target in result.scenario.targets.items():
            wanted.setdefault(name, target)
    rows = []
    for name, target in wanted.items():
        values = {}
        for run, result in results.items():
            after, before = _common(result, results[baseline])
            found = values_by_replicate(target, after, before, reference.dataset if reference else None)
            if found is not None and result.scenario.targets.get(name, target) == target:
                values[run] = np.asarray(found.values, np.float64)
        rows.append(Row(Outcome.of_target(name, target), values, baseline))
    return rows


def target_probabilities_of(result: Result, baseline: Result, reference: Result | None) -> TargetProbabilities | None:
    """Return how likely a programme's targets hold over the replicates both runs have; None where it has none.

    Parameters
    ----------
    result, baseline : Result
        Programme and paired business as usual.
    reference : Result, optional
        Paired reference outreach, for T8.
    """
    after, before = _common(result, baseline)
    holds: dict[str, Values] = {}
    for name, target in result.scenario.targets.items():
        found = values_by_replicate(target, after, before, reference.dataset if reference else None)
        if found is None:
            holds[name] = np.full(after.sizes["replicate"], np.nan)
        else:
            values = np.asarray(found.values, np.float64)
            holds[name] = np.where(np.isnan(values), np.nan, values >= target.share)
    return target_probabilities(holds) if holds else None


def _common(result: Result, baseline: Result) -> tuple[xr.Dataset, xr.Dataset]:
    """Return both runs cut to the replicates both have."""
    n = min(result.dataset.sizes["replicate"], baseline.dataset.sizes["replicate"])
    return result.dataset.isel(replicate=slice(n)), baseline.dataset.isel(replicate=slice(n))


def _refuse_unpaired(name: str, result: Result, baseline: Result) -> None:
    after, before = _common(result, baseline)
    if after.sizes["week"] != before.sizes["week"]:
        raise ValueError(f"{name} runs for {after.sizes['week']} weeks, the baseline for {before.sizes['week']}")
    if not np.array_equal(after.seed.values, before.seed.values):
        raise ValueError(f"{name} and the baseline start from different seeds, so they do not share their worlds")


def _added_cost_and_users(after: xr.Dataset, before: xr.Dataset) -> tuple[Values, Values]:
    yuan = spending(after) - spending(before)
    users = (after.n_active - before.n_active).isel(week=-1).sum(CELL)
    return np.asarray(yuan.values), np.asarray(users.values)


def _weekly(result: Result) -> Values:
    """Return spending by week, mean over replicates; shape (payers, weeks), yuan."""
    weekly = result.dataset.spending_yuan.sum(("lever", "line")).mean("replicate")
    return np.asarray(weekly.transpose("payer", "week").values)


def _interval(values: Values | None) -> Interval | None:
    return None if values is None or not len(values) or not np.isfinite(values).all() else interval_of(values)
