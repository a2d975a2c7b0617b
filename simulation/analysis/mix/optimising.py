"""From a search file to an answer: search, check, and what the runs say of cost, coverage and equity."""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulation.analysis.experiment.backends import Backend, KeptPool
from simulation.analysis.mix.evaluate import Outcome
from simulation.analysis.mix.frontier import Landscape, landscape
from simulation.analysis.mix.on_runs import MixRuns
from simulation.analysis.mix.search import Found, search
from simulation.analysis.mix.search_file import MixProblem, read_search
from simulation.analysis.mix.settings import own_mix
from simulation.analysis.mix.variables import Mix
from simulation.engine.runner import Progress, processors
from simulation.outcomes.intervals import Interval, interval_of
from simulation.outcomes.result import Result
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario

USUAL_RUNS = 200


@dataclass(frozen=True)
class Optimised:
    """What came of a search on the simulator.

    Attributes
    ----------
    problem : MixProblem
    found : Found
        Runs, finalists and the recommendation.
    landscape : Landscape
        Expected outcomes of every mix, and what each variable does to `about`.
    about : tuple
        The recommended mix, else the nearest miss, else the one most likely to be feasible.
    scenarios : mapping of tuple to Scenario
        Of every mix that was run.
    names : mapping of tuple to str
        What each is called in the experiment.
    plan : tuple or None
        The plan as it stands, where it is among the mixes.
    result : Result
        All runs of `about`.
    """

    problem: MixProblem
    found: Found
    landscape: Landscape
    about: Mix
    scenarios: Mapping[Mix, Scenario]
    names: Mapping[Mix, str]
    plan: Mix | None
    result: Result

    @property
    def recommended(self) -> Scenario | None:
        """Return the recommended programme; None where nothing passed."""
        chosen = self.found.recommended
        return None if chosen is None else self.scenarios[chosen.mix]

    def number(self, mix: Mix) -> int:
        """Return the place of a mix among all, from 1."""
        return self.found.known.mixes.index(mix) + 1

    def fresh(self, mix: Mix, what: Callable[[Outcome], float]) -> Interval:
        """Return the mean of an outcome over a finalist's fresh runs, with its 95% interval."""
        return interval_of(np.array([what(outcome) for outcome in self.found.fresh_of(mix)]))


def optimise(
    problem: MixProblem | Path | str,
    n_runs: int = USUAL_RUNS,
    seed: int | None = None,
    folder: Path | str | None = None,
    n_workers: int | None = None,
    backend: Callable[[], Backend] | None = None,
    progress: Progress | None = None,
    solve_progress: Progress | None = None,
) -> Optimised:
    """Look for the cheapest programme whose targets hold, or the one with most coverage for a budget.

    Parameters
    ----------
    problem : MixProblem or path
        What is varied and looked for, or a search file.
    n_runs : int
        Most runs of mixes, the check among them; under 50 nothing is recommended. Business as usual is run beside
        each, which tells what is the luck of its world.
    seed : int, optional
        Names the search; by default the programme's own.
    folder : path, optional
        Where runs are kept: the same call finds them again after it was stopped.
    n_workers : int, optional
        Processes, kept from batch to batch; default one a processor.
    backend : callable, optional
        Returns where to compute in place of these, for every batch.
    progress : callable of (done, total), optional
        Weeks simulated.
    solve_progress : callable of (done, total), optional
        As for `run_experiment`.

    Returns
    -------
    Optimised

    Raises
    ------
    ScenarioError
        If the file, or a scenario it names, cannot be used.
    ExperimentError
        If runs fail or the folder cannot be used; what was finished stays.
    """
    given = problem if isinstance(problem, MixProblem) else read_search(problem, load_scenario)
    weeks = given.programme.weeks
    done = [0]  # runs before the batch at hand

    def shown(in_batch: int, total: int) -> None:
        if progress is not None:
            progress(min(weeks * done[0] + in_batch, weeks * n_runs), weeks * n_runs)

    def told(runs: int, total: int) -> None:
        done[0] = runs

    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="epay-"))) / "cells"
        pool = stack.enter_context(KeptPool(n_workers or processors()))
        runs = MixRuns(given, backend or (lambda: pool), Path(folder), shown, solve_progress)
        number = given.programme.seed if seed is None else seed
        plan = own_mix(given.programme, given.settings)
        found = search(given.space, runs, given.wanted, n_runs, number, told, [] if plan is None else [plan])
        best = found.recommended or found.nearest
        about = best.mix if best else _likeliest(found)
        all_runs = runs.note()
        mixes = found.known.mixes
        return Optimised(
            problem=given,
            found=found,
            landscape=landscape(found.known, about, plan),
            about=about,
            scenarios={mix: runs.scenario(mix) for mix in mixes},
            names={mix: runs.name(mix) for mix in mixes},
            plan=plan,
            result=all_runs.result(runs.name(about)),
        )


def _likeliest(found: Found) -> Mix:
    """Return the mix with the largest expected margin, where there was no check."""
    known = found.known
    expected = known.margin.predict(known.space.features(known.space.positions(known.mixes))).mean
    return known.mixes[int(np.argmax(expected))]
