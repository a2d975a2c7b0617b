"""A results folder: pages, tables and data of a run, written whole or not at all."""

from pathlib import Path

from simulation.outcomes.result import Result
from simulation.outcomes.store import atomic_folder
from simulation.report.page import PAGES, write_pages
from simulation.report.tables import write_coverage_csv, write_spending_csv

MARKER = PAGES["en"]  # a folder that holds it is an older result and may be replaced


def write_results(folder: Path, programme: Result, baseline: Result | None = None) -> Path:
    """Write report pages, summary tables and the data of one run or a pair.

    Parameters
    ----------
    folder : path
        Appears whole or not at all; an older results folder at the same address is replaced.
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileExistsError
        If something that is not an older result stands there.
    """
    with atomic_folder(folder, MARKER) as fresh:
        write_pages(fresh, programme, baseline)
        write_coverage_csv(fresh / "coverage.csv", programme, baseline)
        write_spending_csv(fresh / "spending.csv", programme)
        for name, result in (("programme", programme), ("baseline", baseline)):
            if result:
                (fresh / name).mkdir()
                result.write_into(fresh / name)
                result.to_frame().to_csv(fresh / name / "weekly.csv", index=False)
    return folder
