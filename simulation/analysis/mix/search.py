"""The search: an even start, runs where they promise most, then finalists on seeds that nothing was tuned to."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from simulation.analysis.best_of_several import Comparison, compare_with_leader
from simulation.analysis.comparison import INDIFFERENCE
from simulation.analysis.mix.acquisition import finalist, frugal, next_mixes, spread
from simulation.analysis.mix.check import (
    LEAST_FRESH,
    LOOKS,
    MOST_FINALISTS,
    PASS_CHANCES,
    RISKS,
    Finalist,
    is_hopeless,
    n_check,
    n_for_next,
)
from simulation.analysis.mix.evaluate import Evaluate, Outcome, Run
from simulation.analysis.mix.knowledge import Knowledge, Wanted
from simulation.analysis.mix.tolerance import evidence_of, tolerance_factor
from simulation.analysis.mix.variables import Mix, Space
from simulation.analysis.sensitivity.errors import optional

START_A_VARIABLE, SMALLEST_START, LARGEST_START_SHARE = 8, 16, 1 / 3  # runs of the even start
BATCH = 4  # runs asked for at a time: a number of its own, so that no result depends on the machine
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    known : Knowledge
        All runs, those of the check too, and the surrogates after the last.
    n_runs : int
        Runs that were allowed.
    n_searched : int
        Runs of the search; those after it are the check's.
    finalists : tuple of Finalist
        In the order they were checked.
    """

    known: Knowledge
    n_runs: int
    n_searched: int
    finalists: tuple[Finalist, ...]

    @property
    def recommended(self) -> Finalist | None:
        """Return the finalist that passed; None where none did."""
        return next((f for f in self.finalists if f.is_accepted), None)

    @property
    def nearest(self) -> Finalist | None:
        """Return the finalist whose targets held most often; None where there was no check."""
        return max(self.finalists, key=lambda f: (f.evidence.share, f.evidence.mean), default=None)

    def fresh_of(self, mix: Mix) -> list[Outcome]:
        """Return the outcomes of a finalist in the check, by seed."""
        pairs = list(zip(self.known.runs, self.known.outcomes, strict=True))[self.n_searched :]
        return [outcome for run, outcome in pairs if run.mix == mix]

    @cached_property
    def rivals(self) -> Mapping[Mix, Comparison]:
        """Return every other finalist that passed against the recommended one, by coverage on common fresh seeds.

        Of a search for the best coverage; all intervals hold together with 95%. Empty else.
        """
        if self.known.wanted.goal == "cheapest" or self.recommended is None:
            return {}
        passed = [f.mix for f in self.finalists if f.evidence.passes]
        names = {str(k): np.array([o.coverage for o in self.fresh_of(mix)]) for k, mix in enumerate(passed)}
        leader = str(passed.index(self.recommended.mix))
        found = compare_with_leader(names, leader, INDIFFERENCE)
        return {passed[int(name)]: comparison for name, comparison in found.items()}


def search(
    space: Space,
    evaluate: Evaluate,
    wanted: Wanted,
    n_runs: int,
    seed: int = 1,
    told: Told | None = None,
    first: Sequence[Mix] = (),
) -> Found:
    """Look for the cheapest mix whose targets hold, or the one with most coverage within a budget.

    Every run of the search has a seed of its own, 0, 1, 2, ...; those of the check follow on, so that no mix is judged
    by a seed it was chosen on.

    Parameters
    ----------
    space : Space
        What may be varied.
    evaluate : callable
        Makes runs.
    wanted : Wanted
        What is looked for.
    n_runs : int
        Most runs, those of the check among them; under 50 nothing is recommended.
    seed : int
        Names everything that is drawn: the same seed and outcomes give the same search.
    told : callable of (done, total), optional
        Called after each batch.
    first : sequence of tuple
        Mixes to begin with, such as a plan as it stands.

    Raises
    ------
    ValueError
        If no run is allowed.
    """
    if n_runs < 1:
        raise ValueError(f"{n_runs} runs find nothing: allow at least one")
    # one thread: the same answer on any machine, and matrices this small are slower in several
    with optional("threadpoolctl").threadpool_limits(1):
        return _Search(space, evaluate, wanted, n_runs, seed, told, first).found()


class _Search:
    def __init__(
        self,
        space: Space,
        evaluate: Evaluate,
        wanted: Wanted,
        n_runs: int,
        seed: int,
        told: Told | None,
        first: Sequence[Mix],
    ) -> None:
        self.first = list(dict.fromkeys(first))
        self.known = Knowledge(space, wanted)
        self.evaluate, self.n_runs, self.seed, self.told = evaluate, n_runs, seed, told
        self.n_search = n_runs - n_check(n_runs)
        self.rng = np.random.default_rng([seed, n_runs])

    def found(self) -> Found:
        self._start()
        factor = self._aim()
        while (left := self.n_search - len(self.known.runs)) > 0:
            first = len(self.known.runs)
            mixes = next_mixes(self.known, min(BATCH, left), factor, self.rng)
            self._made([Run(mix, first + k) for k, mix in enumerate(mixes)])
        finalists = self._check() if self.known.wanted.goal == "cheapest" else self._rank()
        return Found(self.known, self.n_runs, self.n_search, tuple(finalists))

    def _start(self) -> None:
        n_variables = len(self.known.space)
        n = max(START_A_VARIABLE * n_variables, SMALLEST_START)
        n = min(n, max(math.floor(LARGEST_START_SHARE * self.n_search), SMALLEST_START), self.n_search)
        mixes = [*self.first, *self.known.space.mixes(spread(n, n_variables, self.seed))][:n]
        runs = [Run(mix, k) for k, mix in enumerate(mixes)]
        outcomes = self._evaluated(runs)
        self.known.set_scales(runs, outcomes)
        self.known.add(runs, outcomes)

    def _aim(self) -> float:
        """Return how many deviations the margin of the mix to be put forward should be above zero."""
        n = n_for_next(self.n_runs - self.n_search) or self.n_runs
        if n < 2:
            return 0.0
        k = tolerance_factor(n, self.known.wanted.probability, 1 - RISKS[0])
        return k + math.sqrt((1 + k**2 / 2) / n)

    def _made(self, runs: list[Run]) -> list[Outcome]:
        outcomes = self._evaluated(runs)
        self.known.add(runs, outcomes)
        return outcomes

    def _evaluated(self, runs: list[Run]) -> list[Outcome]:
        outcomes = list(self.evaluate(runs))
        if self.told:
            self.told(len(self.known.runs) + len(runs), self.n_runs)
        return outcomes

    def _check(self) -> list[Finalist]:
        """Check finalists one after another until one passes or runs are used up."""
        found: list[Finalist] = []
        for risk, chance in zip(RISKS, PASS_CHANCES, strict=True):
            n = n_for_next(self.n_runs - len(self.known.runs))
            if not n:
                break
            tried = [f.mix for f in found]
            found.append(self._checked(finalist(self.known, n, 1 - risk, chance, tried, self.rng), n, 1 - risk))
            if found[-1].is_accepted:
                break
        left = self.n_runs - len(self.known.runs)
        if left and found and not found[-1].is_accepted:
            best = max(range(len(found)), key=lambda k: (found[k].evidence.share, found[k].evidence.mean))
            found[best] = self._known_better(found[best], left)
        return found

    def _known_better(self, missed: Finalist, n: int) -> Finalist:
        """Return the nearest miss with what runs are left, for a shorter interval; it has had its trial."""
        first = len(self.known.runs)
        self._made([Run(missed.mix, first + k) for k in range(n)])
        seeds = (*missed.seeds, *range(first, first + n))
        outcomes = [self.known.outcomes[seed] for seed in seeds]  # the n-th run has the n-th seed
        evidence = evidence_of(self.known.joint(outcomes), missed.evidence.probability, missed.evidence.confidence)
        return replace(missed, seeds=seeds, evidence=evidence)

    def _checked(self, mix: Mix, n_planned: int, confidence: float) -> Finalist:
        """Run a finalist on fresh seeds, until it has had all its runs or can hardly pass any more."""
        first = len(self.known.runs)
        wanted = self.known.wanted.probability
        outcomes: list[Outcome] = []
        while True:
            n = min(LOOKS, n_planned - len(outcomes))
            runs = [Run(mix, first + len(outcomes) + k) for k in range(n)]
            outcomes += self._made(runs)
            evidence = evidence_of(self.known.joint(outcomes), wanted, confidence)
            done = len(outcomes) == n_planned
            if done or is_hopeless(evidence, n_planned):
                seeds = tuple(range(first, first + len(outcomes)))
                return Finalist(mix, seeds, evidence, n_planned, done and evidence.passes)

    def _rank(self) -> list[Finalist]:
        """Run several finalists on the same fresh seeds; the best of those that keep to the budget is accepted.

        The second is the cheapest that is expected to be about as good.
        """
        left = self.n_runs - len(self.known.runs)
        if left < LEAST_FRESH:
            return []
        n_mixes = min(MOST_FINALISTS, left // LEAST_FRESH)
        n, confidence = left // n_mixes, 1 - sum(RISKS) / n_mixes
        mixes = [finalist(self.known, n, confidence, PASS_CHANCES[0], [], self.rng)]
        if n_mixes > 1:  # whoever can do as well for less will want to know
            mixes = list(dict.fromkeys([*mixes, frugal(self.known, mixes[0], INDIFFERENCE)]))
        while len(mixes) < n_mixes:
            mixes.append(finalist(self.known, n, confidence, PASS_CHANCES[0], mixes, self.rng))
        first = len(self.known.runs)
        seeds = tuple(range(first, first + n))
        outcomes: dict[Mix, list[Outcome]] = {mix: [] for mix in mixes}
        for start in range(0, n, LOOKS):
            runs = [Run(mix, seed) for seed in seeds[start : start + LOOKS] for mix in outcomes]
            for run, outcome in zip(runs, self._made(runs), strict=True):
                outcomes[run.mix].append(outcome)
        wanted = self.known.wanted.probability
        evidence = {mix: evidence_of(self.known.joint(own), wanted, confidence) for mix, own in outcomes.items()}
        mean = {mix: float(np.mean([o.coverage for o in own])) for mix, own in outcomes.items()}
        best = max((mix for mix in outcomes if evidence[mix].passes), key=mean.__getitem__, default=None)
        ranked = sorted(outcomes, key=lambda mix: (mix != best, -mean[mix]))
        return [Finalist(mix, seeds, evidence[mix], n, mix == best) for mix in ranked]
