"""A search as a YAML file: which programme, what is looked for, what may be varied; with all that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from simulation.analysis.mix.knowledge import Goal, Wanted
from simulation.analysis.mix.settings import (
    BOUGHT,
    DOSE,
    HIGHEST_DOSE,
    LEVERS,
    LOWEST_DOSE,
    Setting,
    UnknownPathError,
    bought_of,
    dose_of,
    field_at,
    refusals,
    usual_settings,
)
from simulation.analysis.mix.variables import Space, Variable
from simulation.levers.base import Lever
from simulation.messages import Message
from simulation.outcomes.targets import PAIRED_CODES
from simulation.scenario.checks import nearest
from simulation.scenario.errors import ScenarioError, shown
from simulation.scenario.problems import show
from simulation.scenario.schema import Scenario
from simulation.scenario.tree import Leaf, leaf_at, read_yaml

EXAMPLES = {
    "programme": "programme: full_plan.yaml",
    "baseline": "baseline: baseline.yaml",
    "goal": "goal: cheapest",
    "budget_yuan": "budget_yuan: 40_000_000",
    "targets": "targets: [coverage]",
    "probability": "probability: 0.9",
    "variables": "variables: {levers.coupon.dose: {low: 0, high: 1.5}}",
}
OF_VARIABLE = {"low": "low: 0", "high": "high: 1.5", "choices": "choices: [all, county_seats]"}
VARIABLE = "{low: 0, high: 1.5}"
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

    @property
    def is_paired(self) -> bool:
        """Return whether a target is held against business as usual."""
        return any(self.programme.targets[name].code in PAIRED_CODES for name in self.targets)


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


class _Reader:
    """Takes a file's values out of its tree, noting what is wrong with them."""

    def __init__(self, root: Leaf) -> None:
        self.root = root
        self.problems: list[Message] = []

    def stop(self) -> None:
        """Raise what was found."""
        if self.problems:
            raise ScenarioError(self.problems)

    def value(self, *path: str) -> Any:
        """Return the plain value at a path, None where there is none."""
        leaf = self.root
        for step in path:
            if not isinstance(leaf.value, dict) or step not in leaf.value:
                return None
            leaf = leaf.value[step]
        return leaf.plain()

    def where(self, *path: str) -> dict[str, Any]:
        """Return file, line and field of a path."""
        leaf = leaf_at(self.root, path)
        return {"file": leaf.file, "line": leaf.line, "field": ": ".join(path)}

    def add(self, code: str, path: Sequence[str], **params: Any) -> None:
        """Note a problem."""
        self.problems.append(Message(code, {**self.where(*path), **params}))

    def check_keys(self, path: Sequence[str], known: Mapping[str, str]) -> None:
        """Refuse keys nobody knows."""
        for key in leaf_at(self.root, tuple(path)).value:
            if key not in known:
                match = nearest(key, known)
                example = known[match or next(iter(known))]
                found = {"suggestion": _suggestion(match), "known": list(known), "example": example}
                self.add("error.unknown_key", (*path, key), **found)

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
            params = {"value": value, "suggestion": _suggestion(match), "looked": shown(found)}
            self.add("optimise.error.no_file", (name,), **params)
        return found

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        goal = self.value("goal") or GOALS[0]
        if goal not in GOALS:
            match = nearest(goal, GOALS)
            params = {"value": show(goal), "suggestion": _suggestion(match), "known": list(GOALS)}
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
        if not _is_number(value) or value < low or (high is not None and value > high):
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
            if isinstance(named, dict) and not (_is_number(named[name]) and 0 <= named[name] <= 1):
                allowed = Message("allowed.range", {"low": 0, "high": 1, "unit": Message("unit.share")})
                example = f"targets: {{{name}: 0.7}}"
                self.add(
                    "error.out_of_range", ("targets", name), value=show(named[name]), allowed=allowed, example=example
                )
            if name not in known:
                match = nearest(name, known)
                params = {"value": show(name), "suggestion": _suggestion(match), "known": list(known)}
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

    def settings(self, programme: Scenario) -> list[Setting]:
        """Return what is varied."""
        named = self.value("variables")
        if named is None:
            if not programme.levers:
                self.add("optimise.error.nothing_to_vary", ("programme",), value=self.value("programme"))
            return usual_settings(programme)
        if not isinstance(named, dict) or not named:
            params = {"value": show(named), "allowed": Message("allowed.map"), "example": EXAMPLES["variables"]}
            self.add("error.wrong_type", ("variables",), **params)
            return []
        return [setting for name in named if (setting := self.setting(programme, str(name)))]

    def setting(self, programme: Scenario, name: str) -> Setting | None:
        """Return one thing that is varied; None where something is wrong with it."""
        before = len(self.problems)
        where = ("variables", name)
        content = self.value(*where)
        if not isinstance(content, dict):
            params = {"value": show(content), "allowed": Message("allowed.map"), "example": f"{name}: {VARIABLE}"}
            self.add("error.wrong_type", where, **params)
            return None
        self.check_keys(where, OF_VARIABLE)
        setting = self._found(programme, name, where, content) if len(self.problems) == before else None
        if setting is None or len(self.problems) > before:
            return None
        variable = setting.variable
        for value in variable.choices or (variable.at(0.0), variable.at(1.0)):
            if why := refusals(programme, [setting], setting, value):
                self.add("optimise.error.refused", where, value=show(value), why=why)
        return setting if len(self.problems) == before else None

    def _found(
        self, programme: Scenario, name: str, where: Sequence[str], content: Mapping[str, Any]
    ) -> Setting | None:
        """Return a setting by its name."""
        path = tuple(name.split("."))
        lever = programme.levers.get(path[1]) if len(path) == 3 and path[0] == LEVERS else None
        if lever is not None and path[2] == DOSE:
            return self._dose(path[1], lever, where, content)
        if lever is not None and path[2] == BOUGHT:
            return bought_of(path[1])
        try:
            field = field_at(programme, path)
        except UnknownPathError as error:
            self._unknown(path, error, where)
            return None
        if "choices" in content:
            return self._choice(name, field.path, where, content["choices"])
        if not field.is_number:
            params = {"value": show(content), "allowed": Message("optimise.allowed.choices")}
            self.add("error.wrong_type", where, **params, example=f"{name}: {{choices: [..., ...]}}")
            return None
        low, high = (None, None) if field.bounds is None else (field.bounds.low, field.bounds.high)
        ends = self._ends(where, content, low, high, field.is_whole)
        return ends and Setting(field.path, "number", Variable(name, *ends, is_whole=field.is_whole))

    def _dose(self, name: str, lever: Lever, where: Sequence[str], content: Mapping[str, Any]) -> Setting | None:
        if not lever.scales:
            example = f"{LEVERS}.{name}.{BOUGHT}: {{choices: [true, false]}}"
            self.add("optimise.error.cannot_scale", where, value=lever.kind, example=example)
            return None
        ends = self._ends(where, content, LOWEST_DOSE, HIGHEST_DOSE, False)
        return ends and dose_of(name, *ends)

    def _choice(self, name: str, path: tuple[str, ...], where: Sequence[str], choices: Any) -> Setting | None:
        labels = [show(choice) for choice in choices] if isinstance(choices, list) else []
        if len(labels) < 2 or len(set(labels)) < len(labels):
            params = {"value": show(choices), "allowed": Message("optimise.allowed.choices")}
            self.add("error.wrong_type", (*where, "choices"), **params, example=OF_VARIABLE["choices"])
            return None
        return Setting(path, "choice", Variable(name, choices=tuple(labels)), tuple(choices))

    def _ends(
        self, where: Sequence[str], content: Mapping[str, Any], least: float | None, most: float | None, is_whole: bool
    ) -> tuple[float, float] | None:
        """Return low and high within a setting's own bounds; None where one is wrong."""
        before = len(self.problems)
        for end in ("low", "high"):
            value = content.get(end)
            if value is None:
                self.add("error.missing", (*where, end), example=OF_VARIABLE[end])
            elif not _is_number(value) or (is_whole and value != int(value)):
                allowed = Message("allowed.whole_number" if is_whole else "allowed.number", {"range": ""})
                self.add(
                    "error.wrong_type", (*where, end), value=show(value), allowed=allowed, example=OF_VARIABLE[end]
                )
            elif (least is not None and value < least) or (most is not None and value > most):
                allowed = Message("optimise.allowed.between", {"low": least, "high": most})
                example = f"{end}: {show(least if end == 'low' or most is None else most)}"
                self.add("error.out_of_range", (*where, end), value=show(value), allowed=allowed, example=example)
        if len(self.problems) > before:
            return None
        low, high = float(content["low"]), float(content["high"])
        if low >= high:
            self.add("optimise.error.order", where, low=low, high=high, example=f"{{low: {high:g}, high: {low:g}}}")
            return None
        return low, high

    def _unknown(self, path: Sequence[str], error: UnknownPathError, where: Sequence[str]) -> None:
        step = path[error.depth] if error.depth < len(path) else ""
        match = nearest(step, error.known)
        head = ".".join(path[: error.depth])
        right = f"{head}.{match or (error.known[0] if error.known else '...')}".strip(".")
        params = {"suggestion": _suggestion(match), "known": list(error.known), "example": f"{right}: ..."}
        self.add("error.unknown_key", where, **params)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _suggestion(name: str | None) -> Message | str:
    return Message("error.suggestion", {"name": name}) if name else ""
