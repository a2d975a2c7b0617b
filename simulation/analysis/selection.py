"""Choose the best of several alternatives from replicates in common worlds, spending few on those far behind."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.best_of_several import (
    Comparison,
    Values,
    best_first,
    chance_of_loss,
    compare_with_leader,
    most_lost,
    refuse_unfit,
)
from simulation.outcomes.intervals import LEVEL

Sample = Callable[[str, range], NDArray[np.float64]]
"""Name of an alternative and replicate numbers to values, shape (replicates,). The same number is the same world and
the same draws for every name, so that values are paired; asked again, it must give the same value."""
Prepare = Callable[[Sequence[str], range], None]
"""Told which alternatives will be asked for which replicates, so that they can be run together."""

FIRST = 10  # replicates of each alternative before Kim & Nelson's rule first screens; fewer make it wasteful
MOST = 200  # replicates of each alternative after which it gives up
LEAST = 2  # replicates a deviation needs


@dataclass(frozen=True, slots=True)
class Round:
    """One screening.

    Attributes
    ----------
    n_replicates : int
        Replicates each of those screened has had.
    means : mapping of str to float
        Of those screened, over these replicates.
    survivors : tuple of str
        Those kept, the best first.
    """

    n_replicates: int
    means: Mapping[str, float]
    survivors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which alternative is best, and how sure that is.

    Attributes
    ----------
    leader : str
        The best mean among the survivors.
    is_settled : bool
        Whether the rule came to its end. If not, survivors are not told apart within the indifference.
    probability : float
        At least this likely the rule keeps the best, if it is better than every other by the indifference or more.
        Sequential halving: `1 - sum of best_of_several.chance_of_loss` over rounds, from the deviations met.
        Kim & Nelson: as asked for. NaN where not settled.
    indifference : float
        The smallest difference that matters, unit of the values.
    rounds : tuple of Round
        Screenings; of Kim & Nelson's those that dropped somebody, and the last.
    comparisons : mapping of str to Comparison
        Every other alternative against the leader.
    most_lost : float
        With 95% confidence the leader is worse than the best by no more than this, unit of the values.
    values : mapping of str to array, shape (replicates of that alternative,)
        All that was sampled.
    most_needed : int
        Replicates of each survivor after which the rule ends at the latest.
    """

    leader: str
    is_settled: bool
    probability: float
    indifference: float
    rounds: tuple[Round, ...]
    comparisons: Mapping[str, Comparison]
    most_lost: float
    values: Mapping[str, Values]
    most_needed: int

    @property
    def chosen(self) -> str | None:
        """Return the alternative selected; None where the rule did not settle."""
        return self.leader if self.is_settled else None

    @property
    def survivors(self) -> tuple[str, ...]:
        """Return those left at the end, the best first."""
        return self.rounds[-1].survivors

    @property
    def not_told_apart(self) -> tuple[str, ...]:
        """Return the alternatives not shown to be worse than the leader by more than the indifference."""
        return tuple(name for name, comparison in self.comparisons.items() if comparison.verdict != "worse")

    @property
    def n_spent(self) -> int:
        """Return all replicates sampled, over alternatives."""
        return sum(values.size for values in self.values.values())


@dataclass(slots=True)
class _Sampled:
    """Values met so far; more are fetched when they are needed."""

    sample: Sample
    prepare: Prepare | None = None
    values: dict[str, Values] = field(default_factory=dict)

    def up_to(self, names: Sequence[str], n: int) -> None:
        """Fetch what is missing of the first n replicates; whoever is asked for has as many as the others."""
        done = min((self.values[name].size for name in names if name in self.values), default=0)
        if self.prepare is not None and done < n:
            self.prepare(names, range(done, n))
        for name in names:
            known = self.values.get(name, np.empty(0))
            if known.size >= n:
                continue
            asked = range(known.size, n)
            new = np.asarray(self.sample(name, asked), dtype=np.float64)
            if new.shape != (len(asked),):
                raise ValueError(f"{name}: {len(asked)} replicates were asked for, values of shape {new.shape} came")
            if not np.isfinite(new).all():
                bad = asked[int(np.flatnonzero(~np.isfinite(new))[0])]
                raise ValueError(f"{name}: the outcome is not defined in replicate {bad}, so means cannot be compared")
            self.values[name] = np.concatenate([known, new])

    def means(self, names: Sequence[str]) -> dict[str, float]:
        """Return the mean of all values of each name."""
        return {name: float(self.values[name].mean()) for name in names}


def sequential_halving(
    names: Sequence[str],
    sample: Sample,
    budget: int,
    indifference: float,
    *,
    higher_is_better: bool = True,
    prepare: Prepare | None = None,
) -> Selection:
    """Choose the best within a fixed number of replicates, keeping the better half round by round.

    Karnin, Koren & Somekh 2013 (ICML, algorithm 3), on common worlds and keeping all earlier values: they are paired,
    so none is wasted. Every round has an equal part of what is left of the budget.

    Parameters
    ----------
    names : sequence of str
        Alternatives; of equal means the first named is kept.
    sample : Sample
        Values by name and replicate.
    budget : int
        Replicates to be spent at most, all alternatives together.
    indifference : float
        The smallest difference that matters, unit of the values; it decides what is stated, not what is chosen.
    higher_is_better : bool
        Which way values point.
    prepare : Prepare, optional
        Told before values are asked for.

    Raises
    ------
    ValueError
        If the budget does not give every alternative two replicates in the first round, or values are undefined.
    """
    refuse_unfit(names, indifference)
    n_rounds = _n_rounds(len(names))
    needed = least_budget(len(names))
    if budget < needed:
        raise ValueError(
            f"{len(names)} alternatives in {n_rounds} rounds need at least {needed} replicates in all, not {budget}"
        )
    sign = 1 if higher_is_better else -1
    sampled, survivors, rounds, left, n = _Sampled(sample, prepare), list(names), list[Round](), budget, 0
    for k in range(n_rounds):
        more = left // (n_rounds - k) // len(survivors)
        n, left = n + more, left - more * len(survivors)
        sampled.up_to(survivors, n)
        means = sampled.means(survivors)
        survivors = best_first(means, sign)[: math.ceil(len(survivors) / 2)]
        rounds.append(Round(n, means, tuple(survivors)))
    values = sampled.values
    lost = sum(chance_of_loss(values, indifference, r.n_replicates, len(r.survivors)) for r in rounds)
    return _selection(values, rounds, indifference, sign, max(0.0, 1 - lost), n)


def least_budget(n_names: int) -> int:
    """Return the fewest replicates, all alternatives together, that sequential halving can do with."""
    return LEAST * n_names * _n_rounds(n_names)


def _n_rounds(n_names: int) -> int:
    return max(1, math.ceil(math.log2(n_names)))


def kim_nelson(
    names: Sequence[str],
    sample: Sample,
    indifference: float,
    probability: float = LEVEL,
    first: int = FIRST,
    most: int = MOST,
    *,
    batch: int = 1,
    higher_is_better: bool = True,
    prepare: Prepare | None = None,
) -> Selection:
    """Choose the best with a stated probability, sampling until the others have fallen behind.

    The fully sequential rule KN of Kim & Nelson 2001 (ACM TOMACS 11:251-273), c = 1, with common random numbers:
    if the best is better than every other by the indifference d or more, it is chosen with at least `probability`
    (normal values, independent over replicates). With n0 = `first`, alpha = 1 - `probability`, k alternatives::

        eta  = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2,    h2 = 2 eta (n0 - 1)
        W_il = max(0, d / (2 r) (h2 S2_il / d^2 - r))

    S2_il is the variance of the paired differences over the first n0 replicates. After each replicate r those are
    dropped whose mean lies below that of another survivor by more than W_il.

    Parameters
    ----------
    names : sequence of str
        Alternatives.
    sample : Sample
        Values by name and replicate.
    indifference : float
        The smallest difference d that matters, unit of the values.
    probability : float
        Of correct selection, between 1/k and 1.
    first : int
        Replicates of each before the first screening, 2 or more.
    most : int
        Replicates of each after which it stops without claiming; the survivors are then not told apart within d.
    batch : int
        Replicates fetched at a time. Screening is after every replicate all the same, so that the choice does not
        depend on it; some replicates may be fetched in vain.
    higher_is_better : bool
        Which way values point.
    prepare : Prepare, optional
        Told before values are asked for.

    Raises
    ------
    ValueError
        If settings are out of range or values undefined.
    """
    refuse_unfit(names, indifference)
    n_names = len(names)
    guess = 1 / max(n_names, LEAST)
    if not guess < probability < 1:
        raise ValueError(f"the probability must be above that of a guess, {guess:.3g}, and below 1, not {probability}")
    if not LEAST <= first <= most or batch < 1:
        raise ValueError(f"first={first}, most={most}, batch={batch}: 2 <= first <= most and batch of 1 or more needed")
    sign = 1 if higher_is_better else -1
    sampled = _Sampled(sample, prepare)
    sampled.up_to(names, first)
    start = sign * np.stack([sampled.values[name] for name in names])
    reach = _h2(1 - probability, n_names, first) * (start[:, None] - start[None]).var(axis=-1, ddof=1) / indifference**2
    alive, sums, n = np.arange(n_names), start.sum(axis=-1), first
    rounds: list[Round] = []
    while True:
        means = sums / n
        slack = np.maximum(0.0, indifference / (2 * n) * (reach - n))
        kept = (means[:, None] >= means[None] - slack).all(axis=-1)
        order = np.argsort(-means[kept], kind="stable")
        is_over = not slack[np.ix_(kept, kept)].any()  # one is left, or they are level to the last digit
        if not kept.all() or is_over or n == most:
            screened = {names[int(i)]: sign * float(mean) for i, mean in zip(alive, means, strict=True)}
            rounds.append(Round(n, screened, tuple(names[int(i)] for i in alive[kept][order])))
        alive, sums, reach = alive[kept], sums[kept], reach[np.ix_(kept, kept)]
        if is_over or n == most:
            break
        n += 1
        survivors = [names[int(i)] for i in alive]
        if sampled.values[survivors[0]].size < n:
            sampled.up_to(survivors, min(most, n - 1 + batch))
        sums = sums + sign * np.array([sampled.values[name][n - 1] for name in survivors])
    stated = probability if is_over else math.nan
    longest = max(n, math.ceil(reach.max()))
    return _selection(sampled.values, rounds, indifference, sign, stated, longest)


def _h2(alpha: float, n_names: int, first: int) -> float:
    """Return h squared of Kim & Nelson's rule with c = 1."""
    if n_names == 1:
        return 0.0
    eta = ((2 * alpha / (n_names - 1)) ** (-2 / (first - 1)) - 1) / 2
    return 2 * eta * (first - 1)


def _selection(
    values: dict[str, Values],
    rounds: list[Round],
    indifference: float,
    sign: int,
    probability: float,
    most_needed: int,
) -> Selection:
    leader = rounds[-1].survivors[0]
    return Selection(
        leader=leader,
        is_settled=not math.isnan(probability),
        probability=probability,
        indifference=indifference,
        rounds=tuple(rounds),
        comparisons=compare_with_leader(values, leader, indifference, sign=sign),
        most_lost=most_lost(values, leader, sign=sign),
        values=values,
        most_needed=most_needed,
    )
