"""Runs of scenarios on common worlds, to which replicates are added whenever more are asked for."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.comparison import coverage_at_end
from simulation.analysis.experiment.backends.base import Backend
from simulation.analysis.experiment.experiment import Experiment, run_experiment
from simulation.analysis.experiment.standing import Report
from simulation.engine.runner import Progress
from simulation.outcomes.result import Result
from simulation.scenario.schema import Scenario

Values = NDArray[np.float64]


class Runs:
    """Scenarios run together, replicate by replicate.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        On the same region, size and seed, so that the same replicate is the same world.
    backend : callable
        Returns where to compute; called for every batch, because a back end is used once.
    folder : path, optional
        Where finished cells are kept and found again; without one they last as long as this object.
    progress, solve_progress : callable, optional
        As for `run_experiment`.
    keep_others : bool
        As for `run_experiment`.
    """

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        backend: Callable[[], Backend],
        folder: Path | None = None,
        progress: Report | None = None,
        solve_progress: Progress | None = None,
        keep_others: bool = False,
    ) -> None:
        self.scenarios = dict(scenarios)
        self._backend = backend
        self._own = tempfile.TemporaryDirectory(prefix="epay-") if folder is None else None
        self._folder = Path(self._own.name) / "cells" if self._own else folder
        self._progress, self._solve_progress = progress, solve_progress
        self._keep_others = keep_others
        self._n: dict[str, int] = dict.fromkeys(scenarios, 0)
        self._results: dict[str, Result] = {}
        self._kept: Experiment | None = None

    def up_to(self, names: Sequence[str], n: int) -> None:
        """Run what is missing of the first n replicates of some scenarios."""
        if all(self._n[name] >= n for name in names):
            return
        for name in names:
            self._n[name] = max(self._n[name], n)
        self._run()

    def sample(self, name: str, asked: range) -> Values:
        """Return coverage of everyone at the end in some replicates, share."""
        self.up_to([name], asked.stop)
        return self.coverage(name)[asked.start : asked.stop]

    def prepare(self, names: Sequence[str], asked: range) -> None:
        """Run some replicates of several scenarios together."""
        self.up_to(names, asked.stop)

    def coverage(self, name: str) -> Values:
        """Return coverage of everyone at the end in all replicates so far, share."""
        return coverage_at_end(self.result(name))

    def result(self, name: str) -> Result:
        """Return a scenario's outcomes over all replicates so far."""
        assert self._kept is not None
        if name not in self._results:
            self._results[name] = self._kept.result(name)
        return self._results[name]

    def results(self) -> dict[str, Result]:
        """Return the outcomes of every scenario that has been run."""
        return {name: self.result(name) for name, n in self._n.items() if n}

    def _run(self) -> None:
        """Run every scenario up to as many replicates as it shall have; finished cells are not run again."""
        wanted = {name: range(n) for name, n in self._n.items() if n}
        found = run_experiment(
            {name: self.scenarios[name] for name in wanted}, self._folder, self._backend(), self._progress, wanted,
            self._solve_progress, keep_others=self._keep_others,
        )  # fmt: skip
        self._kept = found
        self._results = {}
