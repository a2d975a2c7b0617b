"""Whether an experiment's folder is as it was written: every file, every key, and what is missing."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulation.analysis.experiment.code_version import PROCESSOR, code_version, versions
from simulation.analysis.experiment.errors import DamagedCellError, ExperimentError
from simulation.analysis.experiment.keys import cell_keys
from simulation.analysis.experiment.lock import LOCK_FILE
from simulation.analysis.experiment.manifest import MANIFEST, Manifest, read_manifest
from simulation.analysis.experiment.simulate import families_of
from simulation.analysis.experiment.store import CELL, CELLS, DAMAGED, ERROR, TIMINGS, CellStore
from simulation.analysis.verification import SHOWN
from simulation.messages import Message

Cell = tuple[str, int]  # scenario's name and replicate


@dataclass(slots=True)
class Examined:
    """What an experiment's folder was found to hold.

    Attributes
    ----------
    manifest : Manifest or None
        None where `experiment.json` cannot be believed.
    digests : dict of str to str
        Key -> digest of the content, of every cell whose file is whole.
    flaws : list of Message
        What is not as it was written, missing or failed.
    notes : list of Message
        What is told and is no flaw.
    """

    manifest: Manifest | None = None
    digests: dict[str, str] = field(default_factory=dict)
    flaws: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    @property
    def cells(self) -> dict[Cell, str]:
        """Return the keys of all cells that have an outcome, by scenario and replicate."""
        keys = self.manifest.keys if self.manifest else {}
        return {(name, r): key for name, own in keys.items() for r, key in own.items() if key in self.digests}


def is_experiment(folder: Path) -> bool:
    """Return whether a folder is an experiment's, be it damaged."""
    return (folder / MANIFEST).is_file() or (folder / CELLS).is_dir()


def examine(folder: Path) -> Examined:
    """Read every file of an experiment's folder and hold it against its checksum; nothing is changed.

    Bytes of the timings, which no outcome depends on, and of cells put aside as damaged are not examined.
    """
    found = Examined()
    if not (folder / MANIFEST).is_file():
        found.flaws.append(Message("verify.experiment.no_file", {"file": MANIFEST}))
    else:
        try:
            found.manifest = read_manifest(folder)
        except ExperimentError:
            found.flaws.append(Message("verify.experiment.changed", {"file": MANIFEST}))
    if found.manifest:
        found.flaws += _false_keys(found.manifest)
    _read_files(folder, found)
    if found.manifest:
        _miss(CellStore(folder), found.manifest, found)
    return found


def changed_code(manifest: Manifest) -> list[Message]:
    """Return what of program, libraries and processor is not as it was when an experiment's keys were made."""
    code = code_version()
    if manifest.code == code:
        return []
    now, then = versions(), manifest.made_by
    found = [Message("verify.then_now.source", {"then": manifest.code[:SHOWN], "now": code[:SHOWN]})]
    for name in sorted({*now, *then}):
        if then.get(name) != now.get(name):
            unknown = Message("verify.unknown")
            params = {"name": name, "then": then.get(name, unknown), "now": now.get(name, unknown)}
            what = "processor" if name == PROCESSOR else "package"
            found.append(Message(f"verify.then_now.{what}", params))
    return found


def _false_keys(manifest: Manifest) -> Iterator[Message]:
    """Yield the scenarios whose keys do not follow from their settings, region, constants and recorded code."""
    try:
        families = families_of(manifest.scenarios, None, 1, "array")
    except Exception as error:  # a region that is gone, or what code of today refuses: files are still examined
        yield Message("verify.experiment.no_keys", {"reason": f"{type(error).__name__}: {error}"})
        return
    for family in families:
        for name, scenario in family.scenarios:
            own = manifest.keys[name]
            made = cell_keys(scenario, family.region, family.constants, own, manifest.code)
            wrong = [r for r, key in own.items() if made[r] != key]
            if wrong:
                yield Message("verify.experiment.keys", {"run": name, "n": len(wrong), "all": len(own)})


def _read_files(folder: Path, found: Examined) -> None:
    """Check every file that is there; those that are no experiment's are told."""
    store = CellStore(folder)
    named = {key for own in found.manifest.keys.values() for key in own.values()} if found.manifest else set()
    n_older = n_aside = 0
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        key = path.name.removesuffix(CELL).removesuffix(ERROR)
        if path.is_symlink() or not path.is_file():
            found.flaws.append(Message("manifest.finding.link", {"path": name}))
        elif name == MANIFEST:
            continue
        elif name == TIMINGS:
            found.notes.append(Message("verify.experiment.timings", {"file": TIMINGS}))
        elif name == LOCK_FILE:
            found.flaws.append(Message("verify.experiment.lock", {"file": LOCK_FILE}))
        elif path.parent == folder / DAMAGED:
            n_aside += 1
        elif path == store.path(key):
            try:
                found.digests[key] = store.check(key)
            except DamagedCellError as error:
                found.flaws += error.messages
            n_older += bool(found.manifest) and key not in named
        elif path == store.error_path(key):
            if store.read_error(key) is None:
                found.flaws.append(Message("verify.experiment.changed", {"file": name}))
        else:
            found.flaws.append(Message("verify.experiment.extra", {"path": name}))
    if n_older:
        found.notes.append(Message("verify.experiment.older", {"n": n_older}))
    if n_aside:
        found.notes.append(Message("verify.experiment.aside", {"n": n_aside, "folder": DAMAGED}))


def _miss(store: CellStore, manifest: Manifest, found: Examined) -> None:
    """Tell of cells without an outcome: those that failed one by one, the others by scenario."""
    for name, own in manifest.keys.items():
        lacking: Mapping[int, str] = {r: key for r, key in own.items() if not store.path(key).exists()}
        errors = {r: error for r, key in lacking.items() if (error := store.read_error(key))}
        for r, error in errors.items():
            about = {"run": name, "replicate": r, "attempts": error.attempts}
            reason = f"{error.exception}: {error.message}"
            found.flaws.append(Message("verify.experiment.failed", {**about, "reason": reason}))
        if len(lacking) > len(errors):
            params = {"run": name, "n": len(lacking) - len(errors), "all": len(own)}
            found.flaws.append(Message("verify.experiment.missing", params))


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, by path; links are yielded and not followed."""
    found = []
    for above, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]
        found += [Path(above, name) for name in (*files, *links)]
    return iter(sorted(found))
