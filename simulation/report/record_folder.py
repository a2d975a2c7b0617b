"""The folder of an analysis kept as data: one JSON file and a manifest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.result import Result
from simulation.outcomes.results_folders import REPORT_FOLDER
from simulation.outcomes.store import atomic_folder


def record_text(record: Any) -> str:
    """Return an analysis, as plain values, as JSON."""
    return json.dumps(record, ensure_ascii=False, indent=1)


def write_record(folder: Path, name: str, record: Any, runs: Mapping[str, Result]) -> Path:
    """Write an analysis and its manifest into `folder / report`, whole or not at all.

    Parameters
    ----------
    folder : path
        Of the analysis; its cells are in `experiment`.
    name : str
        Of the file, one of `outcomes.results_folders.RECORDS`.
    record : mapping
        Plain values.
    runs : mapping of str to Result
        Runs that tell what was analysed, by their names in the experiment, the run judged first.

    Returns
    -------
    Path
        The folder written.
    """
    target = folder / REPORT_FOLDER
    with atomic_folder(target, name) as fresh:
        (fresh / name).write_text(record_text(record) + "\n", encoding="utf-8")
        write_manifest(fresh, "export", runs)
    return target
