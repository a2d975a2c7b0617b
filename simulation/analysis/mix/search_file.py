"""A search as a YAML file: which programme, what is looked for, what may be varied; with all that is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from simulation.analysis.mix.knowledge import Goal, Wanted
from simulation.analysis.mix.reading import is_number, suggestion
from simulation.analysis.mix.search_variables import EXAMPLE, VariableReader
from simulation.analysis.mix.settings import Setting
from simulation.analysis.mix.variables import Space
from simulation.messages import Message
from simulation.scenario.checks import nearest
from simulation.scenario.errors import ScenarioError, shown
from simulation.scenario.problems import show
from simulation.scenario.schema import Scenario
from simulation.scenario.tree import Leaf, read_yaml

EXAMPLES = {
    "programme": "programme: full_plan.yaml",
    "baseline": "baseline: baseline.yaml",
    "goal": "goal: cheapest",
    "budget_yuan": "budget_yuan: 40_000_000",
    "targets": "targets: [coverage]",
    "probability": "probability: 0.9",
    "variables": EXAMPLE,
}
GOALS: tuple[Goal, ...] = get_args(Goal)
WITH_REFERENCE = "T8"  # needs a second outreach to be held against, which a search does not run
LOWEST_PROBABILITY, HIGHEST_PROBABILITY = 0.5, 0.99
COMMAND_LINE = "--"
Load = Callable[[Path], Scenario]


@dataclass(frozen=True, slots=True)
class MixProblem:
    """A search on the simulator.

    Attributes
    ----------
    programme, baseline : Scenario
        The plan that is varied, and business as usual on the same worlds.
    settings : tuple of Setting
        What is varied.
    wanted : Wanted
        What is looked for.
    targets : tuple of str
        Names of the programme's targets that shall hold together.
    left_out : tuple of str
        Targets not asked about because they need a reference outreach.
    """

    programme: Scenario
    baseline: Scenario
    settings: tuple[Setting, ...]
    wanted: Wanted
    targets: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def space(self) -> Space:
        """Return the variables."""
        return Space(tuple(setting.variable for setting in self.settings))


def is_search(path: Path | str) -> bool:
    """Return whether a file is a search and no scenario, as its key `programme` tells."""
    try:
        return "programme" in read_yaml(Path(path)).value
    except ScenarioError:  # whoever reads it as a scenario tells what is wrong
        return False


def read_search(path: Path | str, load: Load, goal: str | None = None, budget_yuan: float | None = None) -> MixProblem:
    """Read a search file and the scenarios it names, which are looked for beside it.

    Parameters
    ----------
    path : path
        The file.
    load : callable of path
        Loads a scenario, with options of its own.
    goal, budget_yuan : optional
        In place of what the file says.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file, or with one of its scenarios.
    """
    root = read_yaml(Path(path))
    given = {"goal": goal, "budget_yuan": budget_yuan}
    options = {
        name: Leaf(value, f"{COMMAND_LINE}{name}".replace("_", "-"), 1) for name, value in given.items() if value
    }
    reader = _Reader(replace(root, value={**root.value, **options}))
    reader.check_keys((), EXAMPLES)
    files = {name: reader.file(name, Path(path).parent) for name in ("programme", "baseline")}
    wanted = reader.wanted()
    reader.stop()
    programme, baseline = (load(file) for file in files.values() if file)
    targets, left_out = reader.targets(programme) if wanted.goal == "cheapest" else ((), ())
    settings = reader.settings(programme)
    reader.stop()
    programme = reader.with_shares(programme)
    return MixProblem(programme, baseline, tuple(settings), wanted, targets, left_out)


class _Reader(VariableReader):
    """Takes what is looked for out of a file's tree."""

    def file(self, name: str, folder: Path) -> Path | None:
        """Return a scenario's file."""
        value = self.value(name)
        if value is None:
            self.add("error.missing", (name,), example=EXAMPLES[name])
            return None
        if not isinstance(value, str):
            params = {"value": show(value), "allowed": Message("allowed.text"), "example": EXAMPLES[name]}
            self.add("error.wrong_type", (name,), **params)
            return None
        found = folder / value
        if not found.is_file():
            match = nearest(value, [entry.name for entry in folder.glob("*.yaml")])
            params = {"value": value, "suggestion": suggestion(match), "looked": shown(found)}
            self.add("optimise.error.no_file", (name,), **params)
        return found

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        goal = self.value("goal") or GOALS[0]
        if goal not in GOALS:
            match = nearest(goal, GOALS)
            params = {"value": show(goal), "suggestion": suggestion(match), "known": list(GOALS)}
            self.add("error.unknown_choice", ("goal",), **params, example=f"goal: {match or GOALS[0]}")
            return Wanted()
        budget = self.number("budget_yuan", 1, None, "unit.yuan")
        if goal == "best_coverage" and budget is None:
            self.add("optimise.error.no_budget", ("goal",), value=goal, example=EXAMPLES["budget_yuan"])
        if goal == "cheapest" and budget is not None:
            self.add("optimise.error.budget_unused", ("budget_yuan",), value=budget, example="goal: best_coverage")
        probability = self.number("probability", LOWEST_PROBABILITY, HIGHEST_PROBABILITY, "unit.probability")
        return Wanted(goal, Wanted().probability if probability is None else probability, budget or float("nan"))

    def number(self, name: str, low: float, high: float | None, unit: str) -> float | None:
        """Return a number within bounds; None where there is none."""
        value = self.value(name)
        if value is None:
            return None
        bounds = {"low": low, "high": high, "unit": Message(unit)}
        allowed = Message("allowed.at_least" if high is None else "allowed.range", bounds)
        if not is_number(value) or value < low or (high is not None and value > high):
            self.add("error.out_of_range", (name,), value=show(value), allowed=allowed, example=EXAMPLES[name])
            return None
        return float(value)

    def targets(self, programme: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the targets asked about, and those left out though nobody said so."""
        known = programme.targets
        named = self.value("targets")
        if not known:
            self.add("optimise.error.no_targets", ("programme",), value=self.value("programme"))
            return (), ()
        if named is None:
            kept = tuple(name for name, target in known.items() if target.code != WITH_REFERENCE)
            return kept, tuple(name for name in known if name not in kept)
        if not isinstance(named, list | dict) or not named:
            params = {"value": show(named), "allowed": Message("allowed.list"), "example": EXAMPLES["targets"]}
            self.add("error.wrong_type", ("targets",), **params)
            return (), ()
        for name in named:
            if isinstance(named, dict) and not (is_number(named[name]) and 0 <= named[name] <= 1):
                allowed = Message("allowed.range", {"low": 0, "high": 1, "unit": Message("unit.share")})
                example = f"targets: {{{name}: 0.7}}"
                self.add(
                    "error.out_of_range", ("targets", name), value=show(named[name]), allowed=allowed, example=example
                )
            if name not in known:
                match = nearest(name, known)
                params = {"value": show(name), "suggestion": suggestion(match), "known": list(known)}
                self.add(
                    "error.unknown_choice", ("targets",), **params, example=f"targets: [{match or next(iter(known))}]"
                )
            elif known[name].code == WITH_REFERENCE:
                self.add("optimise.error.reference", ("targets",), value=name)
        return tuple(dict.fromkeys(str(name) for name in named)), ()

    def with_shares(self, programme: Scenario) -> Scenario:
        """Return the programme with the shares to reach that the file gives in place of its own."""
        named = self.value("targets")
        if not isinstance(named, dict):
            return programme
        changed = {name: programme.targets[name].model_copy(update={"share": float(v)}) for name, v in named.items()}
        return programme.model_copy(update={"targets": {**programme.targets, **changed}})
