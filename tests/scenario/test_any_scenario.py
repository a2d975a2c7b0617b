"""Whatever the schema allows is loaded, resolved and explained; whatever it does not allow is refused in words."""

import copy
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from simulation.quantities import Bounds
from simulation.scenario.errors import ScenarioError
from simulation.scenario.events import EVENTS
from simulation.scenario.explain import explain
from simulation.scenario.load import load_scenario, resolve, to_yaml
from simulation.scenario.problems import field_name
from simulation.scenario.schema import LEVERS, Scenario
from simulation.scenario.tree import leaf_at, read_yaml
from tests.scenario.any_scenario import PLACES, as_yaml, levers, scenarios

COMMON = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole scenario takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
FREE_TEXTS = ("en", "zh", "source")  # any text will do
NOBODYS_NAME = "no_such_thing"
NO_NUMBERS = (math.nan, math.inf, -math.inf)


def write(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path) -> Scenario:
    return load_scenario(path, known_places=PLACES, known_regions=("lishui",))


# what is allowed


def is_taken(folder: Path, data: dict[str, Any], write_out: Callable[[Scenario], str]) -> None:
    """Hold a scenario against what must be true of any that is allowed."""
    scenario = load(write(folder, as_yaml(data)))
    again = load(write(folder, write_out(scenario)))
    assert again == scenario
    assert resolve(again) == resolve(scenario)
    for lang in ("en", "zh"):
        for known in (PLACES, None):
            text = explain(scenario, lang, known)
            assert all(name in text for name in (*scenario.levers, *scenario.phases, *scenario.targets))


def resolved_text(scenario: Scenario) -> str:
    """Return a scenario with every default as a file; quicker than `to_yaml`."""
    return as_yaml(resolve(scenario))


@settings(COMMON, max_examples=6)
@given(scenarios())
def test_any_valid_scenario_is_loaded_resolved_and_explained(tmp_path, data):
    is_taken(tmp_path, data, to_yaml)


@pytest.mark.slow
@settings(COMMON, max_examples=400)
@given(scenarios())
def test_any_of_many_valid_scenarios_is_loaded_resolved_and_explained(tmp_path, data):
    is_taken(tmp_path, data, to_yaml)


@pytest.mark.parametrize("kind", LEVERS)
@settings(COMMON, max_examples=2)
@given(data=st.data())
def test_any_lever_of_every_kind_is_loaded_resolved_and_explained(tmp_path, kind, data):
    lever = data.draw(levers(156, ("rollout",), kind))
    is_taken(
        tmp_path, {"phases": {"rollout": {"start_week": 13, "weeks": 91}}, "levers": {"mine": lever}}, resolved_text
    )


# what is not


def steps(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of every value in plain data, mappings and lists included."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from steps(inner, (*path, step))


def at(data: Any, path: tuple) -> Any:
    for step in path:
        data = data[step]
    return data


def bounds_at(data: Any, path: tuple) -> Bounds | None:
    """Return the bounds the schema sets to the value at a path."""
    annotation, found = Scenario, None
    for depth, step in enumerate(path):
        while get_origin(annotation) not in (None, dict, tuple, list):  # Annotated, or None allowed
            found = next((item for item in get_args(annotation) if isinstance(item, Bounds)), found)
            annotation = get_args(annotation)[0]
        if depth == 2 and path[0] in ("levers", "events"):
            kinds = LEVERS if path[0] == "levers" else EVENTS
            annotation = kinds[at(data, (*path[:2], "kind"))]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            info = annotation.model_fields[step]
            annotation, found = info.annotation, next((m for m in info.metadata if isinstance(m, Bounds)), None)
        else:
            annotation = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
    arguments = (annotation, *get_args(annotation))
    return next((item for item in arguments if isinstance(item, Bounds)), found)


def wrong_values(data: Any, path: tuple) -> list[Any]:
    """Return values that cannot stand at a path: of a wrong type, out of range, of an unknown name."""
    value = at(data, path)
    if isinstance(value, dict):
        return [5, [1], "text"]
    if isinstance(value, list):
        return [5, {"a": 1}]
    if isinstance(value, bool):
        return ["perhaps", 1, [True]]
    if isinstance(value, str):
        return [5, [[1]], {"a": 1}] + ([NOBODYS_NAME] if path[-1] not in FREE_TEXTS else [])
    wrong: list[Any] = ["many", [1], {"a": 1}, True, "50%", *NO_NUMBERS]
    bounds = bounds_at(data, path)
    if bounds is not None:
        wrong += [limit - 1 for limit in (bounds.low,) if limit is not None]
        wrong += [limit * 2 + 1 for limit in (bounds.high,) if limit is not None]
    return wrong


@st.composite
def damaged(draw: Any) -> tuple[dict[str, Any], tuple]:
    """Draw a valid scenario with one value replaced by a wrong one, or one key too many, and where that stands."""
    data = copy.deepcopy(draw(scenarios()))
    places = list(steps(data))[1:]
    path = draw(st.sampled_from(places))
    if draw(st.booleans()) and isinstance(at(data, path), dict):
        at(data, path)[NOBODYS_NAME] = 1
        return data, (*path, NOBODYS_NAME)
    wrong = draw(st.sampled_from(wrong_values(data, path)))
    at(data, path[:-1])[path[-1]] = wrong
    return data, path


def is_refused(folder: Path, data: dict[str, Any], path: tuple) -> None:
    """Hold a refusal against the standard: it names the file, the line and the field, in both languages."""
    file = write(folder, as_yaml(data))
    with pytest.raises(ScenarioError) as caught:
        load(file)
    root = read_yaml(file)
    named = {(field_name(path[:n]), leaf_at(root, path[:n]).line) for n in range(1, len(path) + 1)}
    told = {(message.params.get("field"), message.params.get("line")) for message in caught.value.messages}
    assert named & told, (path, at(data, path), str(caught.value))
    for lang in ("en", "zh"):
        assert all("plan.yaml" in line or "..." in line or "……" in line for line in caught.value.text(lang).split("\n"))


@settings(COMMON, max_examples=25)
@given(damaged())
def test_any_damage_to_one_field_is_refused_by_file_line_and_field(tmp_path, damage):
    is_refused(tmp_path, *damage)


@pytest.mark.slow
@settings(COMMON, max_examples=1500)
@given(damaged())
def test_any_of_many_damages_to_one_field_is_refused_by_file_line_and_field(tmp_path, damage):
    is_refused(tmp_path, *damage)


@pytest.mark.parametrize("kind", LEVERS)
@settings(COMMON, max_examples=3)
@given(data=st.data())
def test_any_damage_to_a_lever_of_every_kind_is_refused(tmp_path, kind, data):
    plan = {"levers": {"mine": copy.deepcopy(data.draw(levers(156, (), kind)))}}
    path = data.draw(st.sampled_from([path for path in steps(plan) if len(path) > 2]))
    at(plan, path[:-1])[path[-1]] = data.draw(st.sampled_from(wrong_values(plan, path)))
    is_refused(tmp_path, plan, path)
