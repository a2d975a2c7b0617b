"""What an experiment's folder says of itself: scenarios, replicates, version of the code, keys of the cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulation.analysis.experiment.atomic import write_atomically
from simulation.analysis.experiment.code_version import versions
from simulation.analysis.experiment.errors import ExperimentError
from simulation.analysis.experiment.keys import settings_of
from simulation.analysis.experiment.lock import LOCK_FILE
from simulation.messages import Message
from simulation.outcomes.sealed import sealed, unsealed
from simulation.scenario.schema import Scenario

MANIFEST = "experiment.json"
FORMAT = 2
MOST_NAMED = 5  # differences a sentence names


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of an experiment.

    Attributes
    ----------
    scenarios : mapping of str to Scenario
        As resolved.
    keys : mapping of str to mapping of int to str
        Keys of the cells by name and replicate.
    code : str
        `code_version` that made the keys.
    made_by : mapping of str to str
        Versions of program and libraries, and the kind of processor, that are part of it.
    """

    scenarios: Mapping[str, Scenario]
    keys: Mapping[str, Mapping[int, str]]
    code: str
    made_by: Mapping[str, str] = field(default_factory=versions)

    def content(self) -> bytes:
        """Return it as JSON that proves itself, the same bytes for the same experiment."""
        data = {
            "code": self.code,
            "format": FORMAT,
            "made_by": dict(self.made_by),
            "keys": {name: {str(r): key for r, key in sorted(keys.items())} for name, keys in self.keys.items()},
            "replicates": {name: sorted(keys) for name, keys in self.keys.items()},
            "scenarios": {
                name: {**scenario.model_dump(mode="json"), "replicates": len(self.keys[name])}
                for name, scenario in self.scenarios.items()
            },
        }
        return sealed(data)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write what the folder holds, atomically; nothing is written where the same stands there."""
    content = manifest.content()
    path = folder / MANIFEST
    if not path.is_file() or path.read_bytes() != content:
        write_atomically(path, content)


def read_manifest(folder: Path) -> Manifest | None:
    """Return what a folder holds, None for a new one.

    Raises
    ------
    ExperimentError
        If the file cannot be read as one of an experiment or was changed since it was written, or the folder holds
        something else.
    """
    path = folder / MANIFEST
    if not path.is_file():
        if folder.is_dir() and any(not e.name.startswith(".") and e.name != LOCK_FILE for e in folder.iterdir()):
            raise ExperimentError([Message("experiment.not_empty", {"folder": folder})])
        return None
    why = "content"
    try:
        data = unsealed(path.read_bytes())
        if data["format"] != FORMAT:
            why = "format"
            raise ValueError(f"format {data['format']}")
        scenarios = {name: Scenario.model_validate(given) for name, given in data["scenarios"].items()}
        keys = {name: {int(r): key for r, key in by.items()} for name, by in data["keys"].items()}
        return Manifest(scenarios, keys, data["code"], data["made_by"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        params = {"file": path, "why": Message(f"experiment.damaged.{why}")}
        raise ExperimentError([Message("experiment.manifest", params)]) from error


def joined(old: Manifest | None, new: Manifest, folder: Path, keep_others: bool = False) -> Manifest:
    """Return what a folder holds after scenarios or replicates were added to it.

    Keys of replicates that only the old one has are kept while the code is the same.

    Parameters
    ----------
    keep_others : bool
        Keep scenarios that only the old one has, too, while the code is the same.

    Raises
    ------
    ExperimentError
        If the new experiment lacks a scenario of the old one, unless those are kept, or has another under its name.
    """
    if old is None:
        return new
    problems = []
    for name, scenario in old.scenarios.items():
        if name not in new.scenarios:
            if keep_others:
                continue
            problems.append(Message("experiment.lacking", {"folder": folder, "name": name}))
            continue
        differing = list(_differences(settings_of(scenario), settings_of(new.scenarios[name])))
        if differing:
            params = {"folder": folder, "name": name, "settings": differing[:MOST_NAMED]}
            problems.append(Message("experiment.other", params))
    if problems:
        raise ExperimentError(problems)
    kept = old.keys if old.code == new.code else {}
    keys = {name: {**kept.get(name, {}), **new.keys.get(name, {})} for name in {**kept, **new.keys}}
    return Manifest({**{name: old.scenarios[name] for name in kept}, **new.scenarios}, keys, new.code)


def _differences(a: Any, b: Any, where: str = "") -> Iterator[str]:
    """Yield the dotted names of what differs between two plain values."""
    if a == b:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for name in sorted({*a, *b}):
            yield from _differences(a.get(name), b.get(name), f"{where}.{name}" if where else name)
    else:
        yield where


def replicates_of(
    scenarios: Mapping[str, Scenario], asked: Mapping[str, Sequence[int]] | None
) -> dict[str, tuple[int, ...]]:
    """Return the replicates of each scenario: those asked for, else as many as it says.

    Raises
    ------
    ExperimentError
        If replicates are asked for of a scenario there is not.
    """
    unknown = sorted(set(asked or {}) - set(scenarios))
    if unknown:
        raise ExperimentError([Message("experiment.unknown", {"names": unknown, "known": list(scenarios)})])
    return {name: tuple((asked or {}).get(name, range(s.replicates))) for name, s in scenarios.items()}
