"""A results folder: pages, tables and data of a run, written whole or not at all."""

from pathlib import Path

from simulation.outcomes.manifest import write_manifest
from simulation.outcomes.result import Result
from simulation.outcomes.store import atomic_folder
from simulation.report.money import write_spending_csv
from simulation.report.page import PAGES, write_pages
from simulation.report.tables import write_coverage_csv

MARKER = PAGES["en"]  # a folder that holds it is an older result and may be replaced


def write_results(
    folder: Path, programme: Result, baseline: Result | None = None, reference: Result | None = None
) -> Path:
    """Write report pages, summary tables, data of a run and of those it is held against, and a manifest of it all.

    Parameters
    ----------
    folder : path
        Appears whole or not at all; an older results folder at the same address is replaced.
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme.
    reference : Result, optional
        Paired run of the reference outreach (T8).

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileExistsError
        If something that is not an older result stands there.
    """
    runs = {"programme": programme, "baseline": baseline, "reference": reference}
    kept = {name: result for name, result in runs.items() if result}
    with atomic_folder(folder, MARKER) as fresh:
        write_pages(fresh, programme, baseline, reference)
        write_coverage_csv(fresh / "coverage.csv", programme, baseline)
        write_spending_csv(fresh / "spending.csv", programme)
        for name, result in kept.items():
            (fresh / name).mkdir()
            result.write_into(fresh / name)
            result.to_frame().to_csv(fresh / name / "weekly.csv", index=False)
        write_manifest(fresh, "run", kept)
    return folder
