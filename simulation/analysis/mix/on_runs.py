"""Mixes of a programme, run: each a scenario of its own in an experiment that a stopped search finds again."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from simulation.analysis.comparison import OLD_NAMES, coverage_at_end
from simulation.analysis.experiment.backends import Backend
from simulation.analysis.experiment.experiment import Experiment, run_experiment
from simulation.analysis.experiment.keys import canonical, settings_of
from simulation.analysis.experiment.standing import Standing
from simulation.analysis.mix.evaluate import Outcome, Run
from simulation.analysis.mix.search_file import MixProblem
from simulation.analysis.mix.settings import scenario_at
from simulation.analysis.mix.variables import Mix
from simulation.engine.runner import Progress
from simulation.outcomes.indicators import coverage_gap, spending
from simulation.outcomes.result import Result
from simulation.outcomes.targets import values_by_replicate
from simulation.scenario.schema import Scenario

BASELINE = "baseline"
DIGITS = 12  # of the digest in a mix's name
NOTED_EVERY = 100  # mixes after which the experiment's file is brought up to date: it holds all their scenarios


class MixRuns:
    """Makes the runs a search asks for; usable as its `Evaluate`.

    Parameters
    ----------
    problem : MixProblem
        What is varied and looked for.
    backend : callable
        Returns where to compute, for every batch: best one that keeps its workers (`KeptPool`).
    folder : path
        Where cells are kept and found again.
    progress : callable of (done, total), optional
        Weeks simulated in the batch at hand, of all its runs.
    solve_progress : callable, optional
        As for `run_experiment`.
    """

    def __init__(
        self,
        problem: MixProblem,
        backend: Callable[[], Backend],
        folder: Path,
        progress: Callable[[int, int], None] | None = None,
        solve_progress: Progress | None = None,
    ) -> None:
        self.problem, self.folder = problem, folder
        self._backend, self._progress, self._solve_progress = backend, progress, solve_progress
        self._scenarios: dict[str, Scenario] = {BASELINE: problem.baseline}
        self._names: dict[Mix, str] = {}
        self._replicates: dict[str, set[int]] = {BASELINE: {0}}
        self._noted = 0

    def scenario(self, mix: Mix) -> Scenario:
        """Return the scenario of a mix."""
        return self._scenarios[self.name(mix)]

    def name(self, mix: Mix) -> str:
        """Return what a mix is called in the experiment: a digest of what it is, the same in every search."""
        if mix not in self._names:
            made = scenario_at(self.problem.programme, self.problem.settings, mix)
            name = f"mix {hashlib.sha256(canonical(settings_of(made)).encode()).hexdigest()[:DIGITS]}"
            self._names[mix], self._scenarios[name] = name, made
        return self._names[mix]

    def __call__(self, runs: Sequence[Run]) -> list[Outcome]:
        """Return the outcomes of runs, the missing ones computed."""
        asked: dict[str, set[int]] = {}
        for run in runs:
            asked.setdefault(self.name(run.mix), set()).add(run.seed)
        asked[BASELINE] = {run.seed for run in runs}
        for name, seeds in asked.items():
            self._replicates.setdefault(name, set()).update(seeds)
        found = self._run(asked)
        results = {name: found.result(name) for name in asked}
        at = {name: {seed: k for k, seed in enumerate(sorted(seeds))} for name, seeds in asked.items()}

        def one(name: str, seed: int) -> Result:
            return _only(results[name], at[name][seed])

        return [self._outcome(one(self.name(run.mix), run.seed), one(BASELINE, run.seed)) for run in runs]

    def note(self) -> Experiment:
        """Bring the experiment's file up to date and return all that was run."""
        self._noted = len(self._scenarios)
        return self._experiment(self._replicates, True)

    def _run(self, asked: dict[str, set[int]]) -> Experiment:
        if self._noted and len(self._scenarios) - self._noted < NOTED_EVERY:
            return self._experiment(asked, False)
        if self._noted:
            self.note()
        else:
            self._noted = len(self._scenarios)
        return self._experiment({BASELINE: {0}} | asked, True)

    def _experiment(self, asked: dict[str, set[int]], noted: bool) -> Experiment:
        return run_experiment(
            {name: self._scenarios[name] for name in asked},
            self.folder,
            self._backend(),
            self._shown,
            {name: sorted(seeds) for name, seeds in asked.items()},
            self._solve_progress,
            keep_others=True,
            noted=noted,
        )

    def _shown(self, standing: Standing) -> None:
        if self._progress is not None:
            self._progress(standing.done_weeks, standing.total_weeks)

    def _outcome(self, after: Result, before: Result) -> Outcome:
        """Return what a run came to."""
        targets = self.problem.programme.targets
        margins = []
        for name in self.problem.targets:
            values = values_by_replicate(targets[name], after.dataset, before.dataset)
            # where there is nothing to hold it against, such as fraud without an incident, nothing was shown to change
            value = 0.0 if values is None else float(np.nan_to_num(values.values[0], nan=0.0))
            margins.append(value - targets[name].share)
        gap = -coverage_gap(after.dataset.isel(week=slice(-1, None)), "age", OLD_NAMES).isel(week=-1)
        reached, usual = (float(coverage_at_end(result)[0]) for result in (after, before))
        return Outcome(_public_yuan(after.dataset), tuple(margins), reached, float(gap[0]), usual)


def _only(result: Result, replicate: int) -> Result:
    """Return a result of one of its replicates."""
    return Result(result.dataset.isel(replicate=slice(replicate, replicate + 1)), result.scenario, result.provenance)


def _public_yuan(dataset: xr.Dataset) -> float:
    return float(spending(dataset, ("payer",)).sel(payer="public")[0])
