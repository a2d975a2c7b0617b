"""Which lever deserves how much of what a programme adds: Shapley shares over paired runs of its parts.

A part of a programme is run on the same worlds and draws as the whole, so that shares are worked out replicate by
replicate and what worlds share cancels. The shares of an outcome sum to what the programme adds to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.coalitions import with_levers
from simulation.analysis.comparison import Outcome
from simulation.analysis.shapley import (
    MOST_EXACT,
    Coalition,
    Spread,
    coalitions,
    drop_one,
    interactions,
    shapley_shares,
    spread_of,
)
from simulation.analysis.shapley_sampling import sampled_shapley
from simulation.outcomes.catalogue import CELL
from simulation.outcomes.indicators import coverage, coverage_by_place, spending
from simulation.outcomes.result import Result
from simulation.outcomes.targets import values_by_replicate
from simulation.scenario.schema import Scenario

Values = NDArray[np.float64]
Players = Mapping[str, tuple[str, ...]]
RunAll = Callable[[Mapping[str, Scenario]], Mapping[str, Result]]
ORDERS = 20  # walked through where levers are too many for every combination; ten pairs of an order and its reverse
NOBODY, AND = "none", "+"
PLACE = "place"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What each lever, or group of levers, adds to each outcome.

    Attributes
    ----------
    players : mapping of str to tuple of str
        Levers by player; a player is a lever or a group of them.
    outcomes : tuple of Outcome
        Coverage of everyone, of segments and of places, and the programme's targets, share; of the paired targets
        their change against the run without any lever. Targets that are undefined in some replicate are left out.
    shares : mapping of str to Spread
        By player, over outcomes; mean and 95% interval over replicates.
    total : Spread
        What the programme adds, over outcomes.
    dropped : mapping of str to Spread
        By player: what is lost where it alone is left out. These do not sum to the total where levers interact.
    pairs : mapping of pairs of str to Spread, or None
        By how much two players together add more than each alone; None where orders were sampled.
    spending : mapping of str to Spread
        By player: its Shapley share of the spending, yuan.
    order_error : mapping of str to array, or None
        Where orders were sampled, the standard error of the shares that comes from it; None where all were run.
    n_runs : int
        Programmes run, replicates not counted.
    n_replicates : int
    """

    players: Players
    outcomes: tuple[Outcome, ...]
    shares: Mapping[str, Spread]
    total: Spread
    dropped: Mapping[str, Spread]
    pairs: Mapping[tuple[str, str], Spread] | None
    spending: Mapping[str, Spread]
    order_error: Mapping[str, Values] | None
    n_runs: int
    n_replicates: int


def attribute(
    scenario: Scenario,
    run_all: RunAll,
    players: Players | None = None,
    n_orders: int = ORDERS,
    seed: int = 1,
) -> Attribution:
    """Share out what a programme adds over its levers.

    Up to eight players every combination is run; with more, orders are sampled, and the error of that is stated.

    Parameters
    ----------
    scenario : Scenario
        The programme.
    run_all : callable
        Runs scenarios by name on common worlds and draws, such as `engine.run_many` or an experiment.
    players : mapping of str to tuple of str, optional
        Levers to be taken together, by a name for each group; default every lever by itself. Levers in no group are
        in every run, the one without players too.
    n_orders : int
        Orders to sample where there are more than eight players; an even number.
    seed : int
        Of these orders.

    Raises
    ------
    ValueError
        If there is no lever, or a lever is in two groups.
    """
    groups = dict(players) if players is not None else {name: (name,) for name in sorted(scenario.levers)}
    _refuse_overlap(groups)
    names = sorted(groups)
    is_exact = len(names) <= MOST_EXACT
    wanted = list(coalitions(names)) if is_exact else _sampled(names, n_orders, seed)
    always = set(scenario.levers) - {lever for levers in groups.values() for lever in levers}
    runs = {label_of(c): with_levers(scenario, {*always, *_levers(c, groups)}) for c in wanted}
    results = run_all(runs)
    usual = results[NOBODY]
    outcomes = _outcomes_of(results[label_of(frozenset(names))], usual)
    values = {c: _values(results[label_of(c)], usual, outcomes) for c in wanted}
    everybody, nobody = frozenset(names), frozenset[str]()
    is_defined = np.all([np.isfinite(v).all(axis=0) for v in values.values()], axis=0)
    kept = tuple(outcome for outcome, ok in zip(outcomes, is_defined[:-1], strict=True) if ok)
    values = {c: v[:, is_defined] for c, v in values.items()}
    total = values[everybody] - values[nobody]
    if is_exact:
        shares, errors = shapley_shares(values), None
        pairs = {pair: _outcome_part(spread_of(array)) for pair, array in interactions(values).items()}
    else:
        shares, pairs = dict(sampled_shapley(names, values.__getitem__, n_orders, seed).shares), None
        errors = sampled_shapley(names, lambda c: values[c].mean(axis=0), n_orders, seed).standard_errors
    drops = drop_one({c: values[c] for c in (everybody, *(everybody - {name} for name in names))})
    return Attribution(
        players=groups,
        outcomes=kept,
        shares={name: _outcome_part(spread_of(share)) for name, share in shares.items()},
        total=_outcome_part(spread_of(total)),
        dropped={name: _outcome_part(spread_of(lost)) for name, lost in drops.items()},
        pairs=pairs,
        spending={name: _money_part(spread_of(share)) for name, share in shares.items()},
        order_error=None if errors is None else {name: error[:-1] for name, error in errors.items()},
        n_runs=len(wanted),
        n_replicates=total.shape[0],
    )


def label_of(coalition: Coalition) -> str:
    """Return the name of the run of some players."""
    return AND.join(sorted(coalition)) or NOBODY


def _sampled(names: Sequence[str], n_orders: int, seed: int) -> list[Coalition]:
    """Return the coalitions that sampled orders need, and those of leaving one player out."""
    met: dict[Coalition, None] = {}

    def note(coalition: Coalition) -> Values:
        met[coalition] = None
        return np.zeros(1)

    sampled_shapley(names, note, n_orders, seed)
    everybody = frozenset(names)
    for coalition in (frozenset[str](), everybody, *(everybody - {name} for name in names)):
        met[coalition] = None
    return list(met)


def _levers(coalition: Coalition, groups: Players) -> list[str]:
    return [lever for player in coalition for lever in groups[player]]


def _refuse_overlap(groups: Players) -> None:
    if not groups:
        raise ValueError("the programme has no lever to share anything out to")
    levers = [lever for members in groups.values() for lever in members]
    twice = sorted({lever for lever in levers if levers.count(lever) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands in two groups; a lever can be shared out to one only")


def _outcomes_of(result: Result, usual: Result) -> list[Outcome]:
    """Return what is shared out."""
    found = [Outcome("coverage")]
    for dim in CELL:
        found += [Outcome("coverage", dim, str(group)) for group in result.dataset[dim].values]
    found += [Outcome("coverage", PLACE, str(place)) for place in result.dataset.place.values]
    for name, target in result.scenario.targets.items():
        if values_by_replicate(target, result.dataset, usual.dataset) is not None:
            found.append(Outcome.of_target(name, target))
    return found


def _values(result: Result, usual: Result, outcomes: Sequence[Outcome]) -> Values:
    """Return the outcomes of a run, and in the last column its spending; shape (replicates, outcomes + 1)."""
    last = result.dataset.isel(week=slice(-1, None))
    by_dim = {dim: coverage(last, (dim,)).isel(week=-1) for dim in CELL}
    by_dim[PLACE] = coverage_by_place(last).isel(week=-1)
    columns: list[Values] = []
    for outcome in outcomes:
        if outcome.what == "target":
            target = result.scenario.targets[outcome.target]
            found = values_by_replicate(target, result.dataset, usual.dataset)
            columns.append(np.full(len(columns[0]), np.nan) if found is None else np.asarray(found.values))
        elif outcome.dim:
            columns.append(np.asarray(by_dim[outcome.dim].sel({outcome.dim: outcome.group}).values))
        else:
            columns.append(np.asarray(coverage(last).isel(week=-1).values))
    columns.append(np.asarray(spending(result.dataset).values))
    return np.stack(columns, axis=1).astype(np.float64)


def _outcome_part(spread: Spread) -> Spread:
    return Spread(spread.mean[:-1], spread.low[:-1], spread.high[:-1])


def _money_part(spread: Spread) -> Spread:
    return Spread(spread.mean[-1:], spread.low[-1:], spread.high[-1:])
