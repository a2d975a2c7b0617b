"""Scenario files a reader opens in the browser: checked from their bytes alone, and kept in memory for a while."""

import hashlib
import json
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulation.messages import Message, render
from simulation.region.sources import Region
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import DEFAULT_REGION, place_names, resolve, scenario_of
from simulation.scenario.problems import field_name, show
from simulation.scenario.schema import Scenario
from simulation.scenario.tree import Leaf, leaf_at, tree_of, without_nulls
from simulation.viewer.room import Key
from simulation.viewer.what_if.moves import Size, sized

MOST_BYTES = 256 * 1024  # of a file
MOST_VALUES = 20_000  # of a file: the largest plans have some thousands
MOST_LEVERS = 100  # each has controls on the page
MOST_OPENED = 8
MOST_LETTERS = 80  # of a name: a file's or a lever's
MOST_OF_A_VALUE = 500  # letters of what a sentence quotes; a file can make a key of all it has
IDENT_LETTERS = 16
PLAN = "plan"  # names what was opened in an address
SIZE = ("citizens", "weeks", "replicates")
UNNAMED = "scenario.yaml"


@dataclass(frozen=True, slots=True)
class Opened:
    """A scenario a reader opened.

    Attributes
    ----------
    ident : str
        By which addresses name it.
    scenario : Scenario
        Of the run's worlds.
    """

    ident: str
    scenario: Scenario

    def sized(self, size: Size) -> "Opened":
        """Return it in worlds of another size."""
        return replace(self, scenario=sized(self.scenario, size))


class OpenedScenarios:
    """The scenarios opened last, each with the run it was checked against."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Key, str], Opened] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, run: Key, scenario: Scenario) -> Opened:
        """Keep a scenario, and forget the oldest beyond the most that are kept."""
        text = json.dumps(resolve(scenario), sort_keys=True)
        opened = Opened(hashlib.sha256(text.encode()).hexdigest()[:IDENT_LETTERS], scenario)
        with self._lock:
            self._kept[run, opened.ident] = opened
            self._kept.move_to_end((run, opened.ident))
            while len(self._kept) > MOST_OPENED:
                self._kept.popitem(last=False)
        return opened

    def get(self, run: Key, ident: str) -> Opened | None:
        """Return a scenario opened for a run, None where it is not kept (any more)."""
        with self._lock:
            return self._kept.get((run, ident))


def size_for(opened: Opened | None, size: Size) -> Size:
    """Return the size of worlds, no longer than what was opened says anything about."""
    return size if opened is None else replace(size, weeks=min(size.weeks, opened.scenario.weeks))


def shown_name(given: str) -> str:
    """Return a file's own name for a sentence: no folders, nothing that is not seen."""
    last = given.replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    return seen.strip()[:MOST_LETTERS] or UNNAMED


def sentences(error: ScenarioError, lang: str) -> list[str]:
    """Return what is wrong with a file, each sentence of a length that can be read."""
    return [
        render(Message(told.code, {name: _cut(value) for name, value in told.params.items()}), lang)
        for told in error.messages
    ]


def _cut(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > MOST_OF_A_VALUE
    return f"{value[:MOST_OF_A_VALUE]}…" if is_long else value


def scenario_in(data: bytes, file: str, plan: Scenario, region: Region) -> Scenario:
    """Return the scenario in a file, of the worlds of a run.

    Parameters
    ----------
    data : bytes
        The file; nothing else is read.
    file : str
        Its name, as `shown_name` gives it.
    plan : Scenario
        The run's.
    region : Region
        The run's; the file must be about the same.

    Raises
    ------
    ScenarioError
        Whatever is wrong with it, or makes it one of another world.
    """
    root = tree_of(data, file, MOST_VALUES)
    _refuse(_of_other_files(root, plan))
    places = place_names((*region.places, *region.sites))
    scenario = scenario_of(without_nulls(root), None, places, (plan.region,))
    _refuse(_left_to_do(root, scenario))
    if scenario.survey != plan.survey:  # a run takes what the region's tables measured
        from simulation.region.survey_of_region import with_measured_survey

        scenario = with_measured_survey(scenario, region)
    _refuse(_of_another_world(root, scenario, plan))
    return scenario


def _refuse(problems: list[Message]) -> None:
    if problems:
        raise ScenarioError(problems)


def _of_other_files(root: Leaf, plan: Scenario) -> list[Message]:
    """Return where a file leads to others, which are not looked for: it may come from anywhere."""
    problems = []
    if "extends" in root.value:
        problems.append(_at("what_if.open.extends", root, ("extends",)))
    survey = root.value.get("survey")
    if survey is not None and isinstance(survey.value, dict) and "table" in survey.value:
        problems.append(_at("what_if.open.table", root, ("survey", "table")))
    region = root.value.get("region", Leaf(DEFAULT_REGION, root.file, root.line))
    if region.value != plan.region:
        problems.append(_at("what_if.open.region", root, ("region",), value=show(region.plain()), own=plan.region))
    return problems


def _left_to_do(root: Leaf, scenario: Scenario) -> list[Message]:
    """Return what a page cannot do for a scenario."""
    problems = [_at("what_if.open.left_open", root, ("levers", name)) for name in scenario.left_open]
    if len(scenario.levers) > MOST_LEVERS:
        problems.append(_at("what_if.open.many_levers", root, ("levers",), most=MOST_LEVERS))
    for name in scenario.levers:
        if len(name) > MOST_LETTERS:
            problems.append(_at("what_if.open.long_name", root, ("levers", name), most=MOST_LETTERS))
    return problems


def _of_another_world(root: Leaf, scenario: Scenario, plan: Scenario) -> list[Message]:
    """Return what differs from a run's plan besides its programme and its size."""
    from simulation.analysis.what_if.session import OF_A_PROGRAMME  # loads the model, which pages need not wait for

    theirs, own = (one.model_dump(mode="json") for one in (scenario, plan))
    names = [name for name in Scenario.model_fields if name not in OF_A_PROGRAMME and name not in SIZE]
    return [
        _at("what_if.open.other_world", root, path, value=_shown(value), own=_shown(kept))
        for name in names
        for path, value, kept in _differences((name,), theirs[name], own[name])
    ]


def _differences(path: tuple[str, ...], value: Any, own: Any) -> list[tuple[tuple[str, ...], Any, Any]]:
    """Return the fields in which two values differ, each with both."""
    if not (isinstance(value, Mapping) and isinstance(own, Mapping)):
        return [] if value == own else [(path, value, own)]
    found = []
    for name in dict.fromkeys((*value, *own)):
        found += _differences((*path, name), value.get(name), own.get(name))
    return found


def _shown(value: Any) -> Message | str:
    return Message("what_if.open.nothing") if value is None else show(value)


def _at(code: str, root: Leaf, path: tuple[str, ...], **params: Any) -> Message:
    leaf = leaf_at(root, path)
    return Message(code, {"file": leaf.file, "line": leaf.line, "field": field_name(path), **params})
