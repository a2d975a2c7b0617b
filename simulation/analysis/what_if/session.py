"""The instant what-if: a changed programme is answered by the true model, on worlds that are kept."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

import xarray as xr

from simulation.analysis.experiment.simulate import families_of, result_of
from simulation.analysis.what_if.crew import Cancelled, crew_of
from simulation.analysis.what_if.summary import (
    Course,
    Side,
    Summary,
    course_of,
    judged_variables,
    light_dataset,
    side_of,
    summary_of,
)
from simulation.engine.runner import Progress, processors
from simulation.engine.shared_past import Recorded
from simulation.outcomes.result import Result
from simulation.outcomes.targets import Judgement, judge_all
from simulation.scenario.schema import Scenario

PROGRAMME, BASELINE = "programme", "baseline"
FIRST_REPLICATES = 2
# what a question may change: the rest makes another world, or other people
OF_A_PROGRAMME = {
    "title", "levers", "events", "budget", "adjustment", "monitor", "coordination", "phases", "targets",
}  # fmt: skip


def never() -> bool:
    """Return that nobody has cancelled."""
    return False


@dataclass(frozen=True)
class Answer:
    """What a changed programme came to in the replicates that are done.

    Attributes
    ----------
    scenario : Scenario
        What was asked for.
    recorded : tuple of Recorded
        Replicates 0, 1, ... as far as they are done, each bit for bit that of `run_many`.
    courses : tuple of Course
        What summaries need of each.
    n_wanted : int
        Replicates asked for.
    summary : Summary
        Against the baseline, over these replicates.
    """

    scenario: Scenario
    recorded: tuple[Recorded, ...]
    courses: tuple[Course, ...]
    n_wanted: int
    summary: Summary
    baseline: xr.Dataset  # of as many replicates

    @property
    def n_replicates(self) -> int:
        """Return how many replicates are done."""
        return len(self.recorded)

    @property
    def is_settled(self) -> bool:
        """Return whether these are all that were asked for."""
        return len(self.recorded) == self.n_wanted

    @cached_property
    def judgements(self) -> list[Judgement]:
        """Return the scenario's targets against this answer; takes some tenths of a second, so ask when settled."""
        arrays = [each.arrays for each in self.recorded]
        run = light_dataset(arrays, judged_variables(), self.baseline)
        with xr.set_options(arithmetic_join="exact"):  # both are of one world: labels need not be brought together
            return judge_all(self.scenario.targets, run, self.baseline)


class WhatIf:
    """Worlds kept after their warm-up, with the runs of a programme and of business as usual.

    Parameters
    ----------
    programme, baseline : Scenario
        Of the same region, size, seed, replicates, survey and coefficients. The programme is kept week by week, so
        that a changed lever is run from the week it acts.
    n_workers : int, optional
        Processes; 1 computes in the calling thread. Default one a processor, at most one a replicate. More than one
        import the calling script: guard the call there with `if __name__ == "__main__":`.
    progress : callable of (done, total), optional
        Worlds built so far.
    solve_progress : callable of (done, total), optional
        As for `run_many`.

    Raises
    ------
    ValueError
        If the two scenarios do not share their worlds.

    Examples
    --------
    >>> with WhatIf(programme, baseline) as session:  # doctest: +SKIP
    ...     for answer in session.answer(changed, cancelled=newer_is_waiting):
    ...         draw(answer.summary)
    """

    def __init__(
        self,
        programme: Scenario,
        baseline: Scenario,
        n_workers: int | None = None,
        progress: Progress | None = None,
        solve_progress: Progress | None = None,
    ) -> None:
        started = time.perf_counter()
        self.n_replicates = programme.replicates
        workers = min(n_workers or processors(), self.n_replicates)
        scenarios = {PROGRAMME: programme, BASELINE: baseline}
        families = families_of(scenarios, solve_progress, workers, "array")
        if len(families) > 1 or baseline.replicates != programme.replicates or baseline.weeks != programme.weeks:
            raise ValueError("programme and baseline differ in region, size, seed, replicates, survey or coefficients")
        (self._family,) = families
        self._given, self._scenarios = programme, dict(self._family.scenarios)
        found: dict[int, tuple[Recorded, Recorded]] = {}
        self._crew = crew_of(self._family, (PROGRAMME, BASELINE), workers)

        def on_held(replicate: int, of_programme: Recorded, of_baseline: Recorded) -> None:
            found[replicate] = of_programme, of_baseline
            if progress:
                progress(len(found), self.n_replicates)

        try:
            self._crew.build(self.n_replicates, on_held)
        except BaseException:
            self._crew.close()
            raise
        self._baseline = [found[r][1] for r in range(self.n_replicates)]
        self._like = self.baseline().dataset
        self._usual = [course_of(each.arrays) for each in self._baseline]
        self._sides: dict[int, tuple[xr.Dataset, Side]] = {}  # of the baseline, by replicates
        kept = [(found[r][0], course_of(found[r][0].arrays)) for r in range(self.n_replicates)]
        self.start = self._answer(self._scenarios[PROGRAMME], kept, self.n_replicates)
        self.seconds_to_open = time.perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the worlds, and end the processes that hold them."""
        self._crew.close()

    def answer(
        self, scenario: Scenario, replicates: int | None = None, cancelled: Cancelled = never
    ) -> Iterator[Answer]:
        """Run a changed programme, and tell what it comes to as more and more replicates are done.

        One question at a time: whoever asks anew cancels the last, or closes its iterator, before.

        Parameters
        ----------
        scenario : Scenario
            The programme with other levers, events, money, rules or targets.
        replicates : int, optional
            How many, from the first; default all.
        cancelled : callable
            Looked at between weeks; the answers end early where it returns True, and another question may be asked.

        Yields
        ------
        Answer
            Over 2, 4, 8 ... and at last all replicates.

        Raises
        ------
        ValueError
            If something else is changed than the programme.
        """
        wanted = self.n_replicates if replicates is None else replicates
        if not 0 < wanted <= self.n_replicates:
            raise ValueError(f"replicates={wanted}; the session holds {self.n_replicates}")
        asked = self._checked(scenario)
        done: dict[int, tuple[Recorded, Course]] = {}
        told, next_told = 0, min(FIRST_REPLICATES, wanted)
        for replicate, recorded in self._crew.run(asked, wanted, cancelled):
            done[replicate] = recorded, course_of(recorded.arrays)  # while others are waited for
            n = next((r for r in range(wanted) if r not in done), wanted)
            if n < next_told:
                continue
            told, next_told = n, min(2 * n, wanted)
            yield self._answer(asked, [done[r] for r in range(told)], wanted)

    def result(self, answer: Answer) -> Result:
        """Return an answer as a run's outcome, with the digest that `run_many` gives for as many replicates."""
        return self._result(answer.scenario, answer.recorded)

    def baseline(self) -> Result:
        """Return the outcome of business as usual over all replicates."""
        return self._result(self._scenarios[BASELINE], self._baseline)

    def _checked(self, scenario: Scenario) -> Scenario:
        """Return a scenario as resolved within the family, or refuse one of another world."""
        names = [name for name in Scenario.model_fields if name not in OF_A_PROGRAMME]
        changed = [name for name in names if getattr(scenario, name) != getattr(self._given, name)]
        if changed:
            raise ValueError(f"a what-if changes the programme; {', '.join(changed)} would make another world")
        return scenario.model_copy(update={"survey": self._scenarios[PROGRAMME].survey})

    def _answer(self, scenario: Scenario, done: Sequence[tuple[Recorded, Course]], wanted: int) -> Answer:
        n = len(done)
        if n not in self._sides:
            arrays = [each.arrays for each in self._baseline[:n]]
            self._sides[n] = light_dataset(arrays, judged_variables(), self._like), side_of(self._usual[:n])
        baseline, side = self._sides[n]
        recorded, courses = zip(*done, strict=True)
        return Answer(scenario, recorded, courses, wanted, summary_of(side_of(courses), side), baseline)

    def _result(self, scenario: Scenario, recorded: Sequence[Recorded]) -> Result:
        return result_of(self._family, scenario, range(len(recorded)), recorded, {})
