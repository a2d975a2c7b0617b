"""What results folders there are below a folder, read from their manifests alone."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from simulation.outcomes.manifest import MANIFEST_FILE, Finding, check_manifest
from simulation.outcomes.sealed import SEAL

EXPERIMENT_FILE, CELLS_FOLDER, CELL_SUFFIX = "experiment.json", "cells", ".cell"
EXPERIMENT_FOLDER, REPORT_FOLDER = "experiment", "report"  # of a comparison, an attribution or a sensitivity analysis
# what its report is told by
RECORDS = {
    "comparison.json": "comparison",
    "attribution.json": "attribution",
    "sensitivity.json": "sensitivity",
    "strategies.json": "strategies",
    "targeting.json": "targeting",
    "placement.json": "placement",
    "optimisation.json": "optimisation",
}
KINDS = ("run", "result", "export", "experiment", *RECORDS.values())  # of folders
PROVENANCE_FILE = "provenance.json"  # as in outcomes.result, which would load xarray
OF_MANIFEST = {"kind", "runs", "files", SEAL}

State = Literal["whole", "damaged", "added", "unlisted", "finished", "unfinished", "unreadable"]


@dataclass(frozen=True, slots=True)
class ResultsFolder:
    """One results folder.

    Attributes
    ----------
    path : path
        Where it is.
    kind : str
        "run", "result", "export", "experiment", of an experiment with a report "comparison", "attribution",
        "sensitivity", "strategies" or "optimisation", or "" where nothing says so.
    state : str
        "whole": manifest and sizes of all files fit (contents are for `epay verify`); "damaged"; "added": whole, with
        files that are not in the manifest; "unlisted": no manifest, as older versions wrote; of an experiment
        "finished", "unfinished" or "unreadable".
    size : int
        Bytes of all files.
    titles : tuple of mapping of str to str
        Title in "en" and "zh" of each run, each once, the run judged first.
    written_at : str
        Date and time, ISO 8601, UTC; "" where unknown.
    citizens, replicates, weeks : int or None
        Of the run judged; None where unknown.
    digest : str
        Of the run judged; "" where unknown.
    findings : tuple of Finding
        What is damaged or added.
    cells_done, cells : int
        Of an experiment.
    """

    path: Path
    kind: str
    state: State
    size: int
    titles: tuple[Mapping[str, str], ...] = ()
    written_at: str = ""
    citizens: int | None = None
    replicates: int | None = None
    weeks: int | None = None
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    cells_done: int = 0
    cells: int = 0


def find_results(root: Path, contents: bool = False) -> list[ResultsFolder]:
    """Return every results folder at or below one, by path; links are not followed.

    Parameters
    ----------
    root : path
        Where to look.
    contents : bool
        Read every file to tell what is damaged, instead of names and sizes only.
    """
    return sorted((_described(path, contents) for path in _folders(root)), key=lambda found: str(found.path))


def _folders(root: Path) -> Iterator[Path]:
    """Yield results folders and experiments; what is inside one is part of it."""
    for above, folders, files in os.walk(root):
        folder = Path(above)
        experiment = folder / EXPERIMENT_FOLDER / EXPERIMENT_FILE
        if EXPERIMENT_FILE in files or experiment.is_file() or is_results_folder(folder, files, folders):
            folders.clear()
            yield folder
        folders[:] = [name for name in folders if not name.startswith(".")]


def is_results_folder(folder: Path, files: list[str], folders: list[str]) -> bool:
    """Return whether this project wrote a folder: its manifest says so, or a run stands in it.

    Parameters
    ----------
    folder : path
        The folder.
    files, folders : list of str
        Names of what is in it.
    """
    if MANIFEST_FILE in files and set(_mapping(folder / MANIFEST_FILE)) >= OF_MANIFEST:
        return True
    records = [Path(PROVENANCE_FILE)] if PROVENANCE_FILE in files else []
    if not records and (MANIFEST_FILE in files or any(name.startswith("report") for name in files)):
        records = [Path(name, PROVENANCE_FILE) for name in folders]
    return any({"digest", "code"} <= set(_mapping(folder / record)) for record in records)


def _described(path: Path, contents: bool) -> ResultsFolder:
    size = size_of(path)
    if (path / EXPERIMENT_FILE).is_file():
        return _experiment(path, size)
    if (path / EXPERIMENT_FOLDER / EXPERIMENT_FILE).is_file():
        return _of_experiment(path, size, contents)
    return _by_manifest(path, size, contents)


def _of_experiment(path: Path, size: int, contents: bool) -> ResultsFolder:
    """Return what cells and report of a folder are together: as the cells are, unless the report is not whole."""
    found = replace(_experiment(path / EXPERIMENT_FOLDER, size), path=path)
    report = path / REPORT_FOLDER
    kind = next((RECORDS[name] for name in sorted(RECORDS) if (report / name).is_file()), "")
    if not report.is_dir():
        return found
    told = _by_manifest(report, size, contents)
    is_whole = told.state == "whole" and kind != ""
    return replace(
        found,
        kind=kind or found.kind,
        state=found.state if is_whole or found.state == "unreadable" else told.state,
        titles=told.titles or found.titles,
        written_at=told.written_at,
        citizens=told.citizens,
        findings=told.findings,
    )


def _by_manifest(path: Path, size: int, contents: bool) -> ResultsFolder:
    """Return what a folder's own manifest tells."""
    findings = tuple(check_manifest(path, contents))
    manifest = _mapping(path / MANIFEST_FILE)
    facts: dict[str, Any] = {"written_at": str(manifest.get("written_at", "")), "findings": findings}
    state: State = "whole"
    if [finding.what for finding in findings] == ["none"]:
        state = "unlisted"
        facts |= _of_provenance(path)
    elif findings:
        state = "added" if all(finding.what == "extra" for finding in findings) else "damaged"
    try:
        runs = manifest.get("runs", [])
        judged = runs[0] if runs else {}
        facts["titles"] = _once(dict(run["title"]) for run in runs)
        facts |= {name: judged[name] for name in ("citizens", "replicates", "weeks", "digest") if name in judged}
    except (KeyError, TypeError, ValueError, AttributeError):  # a damaged manifest says anything
        state = "damaged"
    return ResultsFolder(path, str(manifest.get("kind", "")), state, size, **facts)


def _of_provenance(path: Path) -> dict[str, Any]:
    """Return what a folder without manifest still tells: when it was written, replicates and digest."""
    for record in sorted([*path.glob(PROVENANCE_FILE), *path.glob(f"*/{PROVENANCE_FILE}")], reverse=True):
        facts = _mapping(record)  # `programme` before `baseline`
        seeds = facts.get("seeds")
        return {
            "written_at": str(facts.get("written_at", "")),
            "replicates": len(seeds) if isinstance(seeds, list) else None,
            "digest": str(facts.get("digest", "")),
        }
    return {}


def _experiment(path: Path, size: int) -> ResultsFolder:
    """Return how far an experiment is: cells that have a file, of those its own file names."""
    try:
        facts = json.loads((path / EXPERIMENT_FILE).read_text(encoding="utf-8"))
        keys = {str(key) for of_scenario in facts["keys"].values() for key in of_scenario.values()}
        titles = _once(dict(scenario["title"]) for scenario in facts["scenarios"].values())
        replicates = max((len(of_scenario) for of_scenario in facts["keys"].values()), default=0)
        weeks = max((int(scenario["weeks"]) for scenario in facts["scenarios"].values()), default=0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ResultsFolder(path, "experiment", "unreadable", size)
    there = {file.name.removesuffix(CELL_SUFFIX) for file in (path / CELLS_FOLDER).glob(f"*/*{CELL_SUFFIX}")}
    done = len(keys & there)
    state: State = "finished" if done == len(keys) else "unfinished"
    return ResultsFolder(
        path, "experiment", state, size, titles, replicates=replicates, weeks=weeks, cells_done=done, cells=len(keys)
    )


def _once(titles: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Return titles in their order, each once: runs of a sensitivity analysis all have those of two scenarios."""
    return tuple({json.dumps(title, sort_keys=True): title for title in titles}.values())


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder, links not followed."""
    total = 0
    for above, _, files in os.walk(folder):
        for name in files:
            total += os.lstat(os.path.join(above, name)).st_size
    return total


def _mapping(path: Path) -> dict[str, Any]:
    """Return the mapping a JSON file holds; empty where there is none."""
    try:
        found = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
