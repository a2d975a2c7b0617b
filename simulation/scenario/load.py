"""Load a scenario file, with everything that is wrong with it at once, and write one out with every default."""

import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from ruamel.yaml import YAML

from simulation.levers.placement import left_open
from simulation.messages import Message
from simulation.scenario.checks import (
    OF_SEVERAL_FIELDS,
    KnownPlaces,
    adjustment_problems,
    horizon_problems,
    name_problems,
    nearest,
    place_problems,
    shorten,
)
from simulation.scenario.errors import ScenarioError, shown
from simulation.scenario.feasibility import budget_problems
from simulation.scenario.problems import message_of, messages_of
from simulation.scenario.schema import SCALABLE, Scenario
from simulation.scenario.survey_table import read_survey_table
from simulation.scenario.tree import Leaf, leaf_at, read_with_bases

PlacesOf = Callable[[str], KnownPlaces | None]
COMMAND_LINE = "--"  # stands for the file where a value was given as an option
DEFAULT_REGION: str = Scenario.model_fields["region"].default


class PlaceLike(Protocol):
    """What is needed to know of a region's place."""

    @property
    def place_id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def name_zh(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102


def place_names(
    places: Iterable[PlaceLike], seat_kind: str = "seat", site_kind: str = "site"
) -> dict[str, tuple[str, ...]]:
    """Return which identifiers each name of a region's places means, the keywords included.

    Parameters
    ----------
    places : iterable of place
        `place_id`, `name`, `name_zh` and `kind` are read.
    seat_kind, site_kind : str
        Values of `kind` that mark a county seat and a site nobody lives at. Keywords do not mean sites, and a
        name that a place and a site share means the place.
    """
    listed = list(places)
    sites = [place for place in listed if place.kind == site_kind]
    settled = [place for place in listed if place.kind != site_kind]
    found = _by_name(sites) | _by_name(settled)
    found |= {place.place_id: (place.place_id,) for place in (*sites, *settled)}
    found["all"] = tuple(place.place_id for place in settled)
    found["county_seats"] = tuple(place.place_id for place in settled if place.kind == seat_kind)
    return found


def _by_name(places: list[PlaceLike]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in places:
        for name in {place.name, place.name_zh} - {""}:
            found[name] = (*found.get(name, ()), place.place_id)
    return found


def load_scenario(
    path: Path | str,
    *,
    citizens: int | str | None = None,
    replicates: int | None = None,
    weeks: int | None = None,
    seed: int | None = None,
    same_world: bool | None = None,
    known_places: KnownPlaces | PlacesOf | None = None,
    known_regions: Collection[str] | None = None,
) -> Scenario:
    """Load a scenario from a YAML file.

    Parameters
    ----------
    path : path
        The file; what it `extends` is looked for beside it, as is a region that is a folder of tables.
    citizens, replicates, weeks, seed, same_world : optional
        Replace what the file says. A shorter horizon cuts every lever and event to it.
    known_places : mapping, or callable of the region's name returning one, optional
        Identifiers each place name means, as `place_names` gives them; places are checked where given.
    known_regions : collection of str, optional
        Names of the built-in regions; where given, the region must be one of them or a folder that is there.

    Returns
    -------
    Scenario
        A region that is a folder stands there as an absolute path.

    Raises
    ------
    ScenarioError
        Whatever is wrong with the file: all problems at once, at most 20.
    """
    root = read_with_bases(Path(path))
    options = {
        "citizens": citizens, "replicates": replicates, "weeks": weeks, "seed": seed, "same_world": same_world
    }  # fmt: skip
    values = dict(root.value)
    for name, option in options.items():
        if option is not None:
            values[name] = Leaf(option, f"{COMMAND_LINE}{name}".replace("_", "-"), 1)
    root = _with_region_folder(replace(root, value=values), known_regions)
    root = _with_survey(root, Path(path))
    return scenario_of(root, weeks, known_places, known_regions)


def scenario_of(
    root: Leaf,
    weeks: int | None = None,
    known_places: KnownPlaces | PlacesOf | None = None,
    known_regions: Collection[str] | None = None,
) -> Scenario:
    """Return the scenario a whole file says; no other file is read, and of regions only whether a folder is there.

    Parameters
    ----------
    root : Leaf
        The file's values with all it extends, and its survey's table read in.
    weeks, known_places, known_regions : optional
        As for `load_scenario`.

    Raises
    ------
    ScenarioError
        Whatever is wrong with the file: all problems at once, at most 20.
    """
    data = root.plain()
    if isinstance(data.get("levers"), dict):
        data["levers"] = {k: left_open(v) if isinstance(v, dict) else v for k, v in data["levers"].items()}
    if isinstance(weeks, int) and weeks >= 1:
        shorten(data, weeks)

    problems: list[Message] = []
    scenario = None
    try:
        scenario = Scenario.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        found = [e for e in error.errors(include_url=False) if e["type"] not in OF_SEVERAL_FIELDS]
        problems += messages_of(found, root)
    across = (*name_problems(data), *adjustment_problems(data, SCALABLE), *horizon_problems(data))
    problems += [message_of(problem, root) for problem in across]
    problems += _region_problems(data, root, known_places, known_regions)
    if scenario is not None and not problems:
        known = known_places(scenario.region) if callable(known_places) else known_places
        problems += [message_of(problem, root) for problem in budget_problems(scenario, known)]
    if problems or scenario is None:
        raise ScenarioError(_in_order(problems, root.file))
    return scenario


def _folder_named(leaf: Leaf) -> Path:
    """Return the folder a region's leaf means, seen from the file it stands in."""
    return (Path.cwd() / leaf.file).parent / leaf.value


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, not permitted, or no path at all
        return False


def _with_region_folder(root: Leaf, known_regions: Collection[str] | None) -> Leaf:
    """Return the tree with a region that is a folder as an absolute path; the name of a built-in region wins."""
    leaf = root.value.get("region")
    builtin = (DEFAULT_REGION,) if known_regions is None else known_regions
    if leaf is None or not isinstance(leaf.value, str) or not leaf.value.strip() or leaf.value in builtin:
        return root
    folder = _folder_named(leaf)
    if not _is_there(folder):
        return root
    return replace(root, value={**root.value, "region": replace(leaf, value=folder.resolve().as_posix())})


def _with_survey(root: Leaf, path: Path) -> Leaf:
    """Return the tree with the survey's CSV table read in; what the file itself says wins."""
    survey = root.value.get("survey")
    if survey is None or not isinstance(survey.value, dict) or "table" not in survey.value:
        return root
    own = dict(survey.value)
    named = own.pop("table")
    if not isinstance(named.value, str):
        params = {"file": named.file, "line": named.line, "value": named.plain(), "looked": ""}
        raise ScenarioError([Message("error.table_missing", params)])
    folder = (Path.cwd() / named.file).parent if named.file else path.parent
    tables = read_survey_table(folder / named.value, named)
    return replace(root, value={**root.value, "survey": replace(survey, value={**tables, **own})})


def _region_problems(
    data: Mapping[str, Any],
    root: Leaf,
    known_places: KnownPlaces | PlacesOf | None,
    known_regions: Collection[str] | None,
) -> list[Message]:
    region = data.get("region", DEFAULT_REGION)
    if not isinstance(region, str):
        return []
    is_folder = Path(region).is_absolute() and _is_there(Path(region))
    if known_regions is not None and region not in known_regions and not is_folder:
        leaf, match = leaf_at(root, ("region",)), nearest(region, known_regions)
        suggestion = Message("error.suggestion", {"name": match}) if match else ""
        params = {"file": leaf.file, "line": leaf.line, "value": region, "suggestion": suggestion}
        looked = shown(_folder_named(leaf))
        return [Message("error.unknown_region", {**params, "looked": looked, "known": sorted(known_regions)})]
    known = known_places(region) if callable(known_places) else known_places
    return [message_of(problem, root) for problem in place_problems(data, known)] if known is not None else []


def _in_order(messages: list[Message], file: str) -> list[Message]:
    """Return the messages by line, those of the file itself before those of files it extends."""
    return sorted(
        messages, key=lambda m: (m.params.get("file") != file, str(m.params.get("file")), m.params.get("line", 0))
    )


def resolve(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain data with every default filled in."""
    return scenario.model_dump(mode="json", exclude_none=True)


def to_yaml(scenario: Scenario) -> str:
    """Return a scenario as YAML with every default filled in; loading it gives an equal scenario."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 100
    text = io.StringIO()
    yaml.dump(resolve(scenario), text)
    return text.getvalue()
