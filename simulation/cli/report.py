"""`epay report`: the report of a results folder once more, from its stored data, with exports."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.parts import Refused
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.outcomes.result import Result
    from simulation.report.findings import Findings

DONE, FAILED = 0, 1
ROLES = ("programme", "baseline", "reference")
PDF = {"en": "report.pdf", "zh": "report.zh.pdf"}


def report(folder: Path, lang: str, **given: Any) -> int:
    """Write pages and exports into a folder of their own; 1 where a PDF was asked for and none could be written."""
    from simulation.outcomes.manifest import MANIFEST_FILE, write_manifest
    from simulation.outcomes.store import atomic_folder
    from simulation.report import exports, page, pdf

    out = given["out"] or folder.resolve().with_name(f"{folder.resolve().name}-report")
    _check_out(out)
    runs = load_runs(folder)
    programme, baseline, reference = (runs.get(role) for role in ROLES)
    assert programme is not None
    findings = _findings(folder, out, runs, lang, given)
    no_pdf = None
    try:
        with atomic_folder(out, MANIFEST_FILE) as fresh:
            page.write_pages(fresh, programme, baseline, reference, findings)
            findings.save(fresh, programme.digest)
            if given["excel"]:
                exports.write_excel(fresh / exports.WORKBOOK[lang], programme, baseline, lang, reference)
            if given["csv"]:
                exports.write_csv_files(fresh / exports.CSV_FOLDER, programme, baseline, lang, reference)
            if given["parquet"]:
                exports.write_parquet_files(fresh / exports.PARQUET_FOLDER, programme, baseline, lang, reference)
            if given["pdf"]:
                no_pdf = pdf.write_pdf(fresh / page.PAGES[lang], fresh / PDF[lang])
            write_manifest(fresh, "export", runs)
    except exports.MissingPackageError as error:
        raise Refused(*error.messages) from None
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name != MANIFEST_FILE:
            click.echo(render(Message("cli.report.written", {"file": str(path)}), lang))
    if no_pdf:
        shown = Message(no_pdf.code, {**no_pdf.params, "page": str(out / page.PAGES[lang])})
        click.echo(render(Message("cli.report.no_pdf", {"reason": shown}), lang), err=True)
    return FAILED if no_pdf else DONE


def _findings(folder: Path, out: Path, runs: "Mapping[str, Result]", lang: str, given: Mapping[str, Any]) -> "Findings":
    """Return what earlier analyses found, and what is computed now because it was asked for."""
    from simulation.cli.report_analyses import ANALYSES, CELLS, Extra, complete, known_findings

    found = known_findings(out, folder, runs[ROLES[0]].digest)
    wanted = [name for name in ANALYSES if given[name]]
    if not wanted:
        return found
    cells = out.resolve().with_name(f"{out.resolve().name}{CELLS}")
    size = {name: given[name] for name in ("citizens", "replicates") if given[name] is not None}
    return complete(found, wanted, Extra(folder, runs, cells, size, given["workers"], lang))


def load_runs(folder: Path) -> "dict[str, Result]":
    """Return the stored runs of a results folder by role; a saved run alone is the programme.

    Raises
    ------
    Refused
        If it is no results folder, or its data are damaged.
    """
    from simulation.outcomes.damage import why_unreadable
    from simulation.outcomes.manifest import HERE
    from simulation.outcomes.result import PROVENANCE_FILE, Result

    if not folder.is_dir():
        raise Refused(Message("verify.folder.missing", {"folder": str(folder)}))
    names = {role: role for role in ROLES} if not (folder / PROVENANCE_FILE).is_file() else {ROLES[0]: HERE}
    there = {role: folder / name for role, name in names.items() if (folder / name / PROVENANCE_FILE).is_file()}
    if ROLES[0] not in there:
        raise Refused(Message("verify.folder.other", {"folder": str(folder), "file": PROVENANCE_FILE}))
    try:
        return {role: Result.load(path) for role, path in there.items()}
    except Exception as error:  # damaged files fail in any way
        params = {"folder": str(folder), "reason": why_unreadable(error)}
        raise Refused(Message("results.damaged", params)) from None


def _check_out(out: Path) -> None:
    """Refuse to replace anything but an earlier report."""
    from simulation.outcomes.manifest import read_manifest

    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        is_report = read_manifest(out).get("kind") == "export"
    except (OSError, ValueError):
        is_report = False
    if not is_report:
        raise Refused(Message("cli.report.taken", {"folder": str(out), "example": f"{out}-2"}))
