"""`epay report` with analyses: extra runs once, kept beside the report, used again, refused where they cannot be."""

import json
import re
from pathlib import Path

import pytest

from simulation.analysis.barriers import in_processes
from simulation.analysis.experiment.backends import Serial
from simulation.cli import report_analyses
from simulation.cli.app import main
from simulation.engine import runner
from simulation.engine.runner import run_many
from simulation.outcomes.manifest import check_manifest
from simulation.report.folder import write_results
from simulation.scenario.schema import Scenario, Target
from tests.levers.examples import EXAMPLES
from tests.parity.engines import FIXED

WEEKS, CITIZENS, REPLICATES = 14, 400, 2


def constants(*_, **__):
    return FIXED


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the results folder of a small pair on constants that are typed in."""
    levers = {"coupon": EXAMPLES["coupon"], "limit": EXAMPLES["verification_limit"]}
    usual = Scenario(citizens=CITIZENS, weeks=WEEKS, replicates=REPLICATES)
    plan = usual.model_copy(update={"levers": levers, "targets": {"everyone": Target(share=0.8)}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "solved", constants)
        runs = run_many({"programme": plan, "baseline": usual}, n_workers=1)
    return write_results(tmp_path_factory.mktemp("runs") / "plan", runs["programme"], runs["baseline"])


@pytest.fixture
def epay(capsys, monkeypatch):
    """Return a function that runs the command line in this process: (exit code, output, errors)."""
    monkeypatch.setenv("EPAY_LANG", "en")
    for module in (runner, in_processes):
        monkeypatch.setattr(module, "solved", constants)
    monkeypatch.setattr(report_analyses, "backend_of", lambda *_: (lambda: Serial(1), 1))

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, re.sub(r"\s+", " ", shown.err)

    return run


@pytest.fixture(scope="module")
def analysed(results, tmp_path_factory):
    """Return a report with both analyses, and what was said while they were computed."""
    out = tmp_path_factory.mktemp("reports") / "report"
    with pytest.MonkeyPatch.context() as patch:
        for module in (runner, in_processes):
            patch.setattr(module, "solved", constants)
        patch.setattr(report_analyses, "backend_of", lambda *_: (lambda: Serial(1), 1))
        with pytest.raises(SystemExit) as left:
            main(["report", str(results), "--attribution", "--barriers", "--workers", "1", "-o", str(out)])
    assert left.value.code == 0
    return out


def never(*_, **__):
    raise AssertionError("what is known was computed again")


def copied(analysed, tmp_path) -> Path:
    """Return a copy of the report with its cells, to be replaced."""
    import shutil

    shutil.copytree(analysed, tmp_path / "report")
    cells = analysed.with_name(f"{analysed.name}-cells")
    shutil.copytree(cells, tmp_path / "report-cells")
    return tmp_path / "report"


def test_analyses_are_kept_as_data_and_told(analysed):
    kept = {name: json.loads((analysed / f"analysis/{name}.json").read_text()) for name in ("attribution", "barriers")}
    assert all(data["size"] == {"citizens": CITIZENS, "replicates": REPLICATES} for data in kept.values())
    assert kept["attribution"]["attribution"]["n_runs"] == 4  # no lever, either, both
    assert {entry["lever"] for entry in kept["barriers"]["cheapest"]} == {"coupon", "limit"}
    page = (analysed / "report.html").read_text(encoding="utf-8")
    assert "FOLDER --attribution" not in page and "FOLDER --barriers" not in page
    assert "From extra runs of the same size: 400 simulated citizens, 2 replicates." in page
    assert check_manifest(analysed) == []


def test_barriers_hold_all_who_do_not_pay(analysed, results):
    from simulation.outcomes.result import Result
    from simulation.report.findings import load_findings

    for role in ("programme", "baseline"):
        d = Result.load(results / role).dataset
        digest = Result.load(results / "programme").digest
        held = getattr(load_findings(analysed, digest).barriers, role).dataset.n_held
        gap = d.n_residents - d.n_active.isel(week=-1)
        assert abs(held.sum("barrier").values - gap.values).max() < 1e-6


def test_known_analyses_are_used_again_asked_for_or_not(analysed, results, epay, tmp_path, monkeypatch):
    out = copied(analysed, tmp_path)
    monkeypatch.setattr(report_analyses, "_attribution", never)
    monkeypatch.setattr(report_analyses, "_barriers", never)
    before = (out / "analysis/barriers.json").read_bytes()
    code, _, err = epay("report", results, "--attribution", "--barriers", "-o", out)
    assert code == 0 and "Reused: analysis/attribution.json" in err
    assert epay("report", results, "-o", out)[0] == 0
    assert (out / "analysis/barriers.json").read_bytes() == before
    assert "FOLDER --attribution" not in (out / "report.html").read_text(encoding="utf-8")


def test_analyses_in_the_results_folder_are_used_too(analysed, results, epay, tmp_path, monkeypatch):
    import shutil

    shutil.copytree(results, tmp_path / "plan")
    shutil.copytree(analysed / "analysis", tmp_path / "plan/analysis")
    monkeypatch.setattr(report_analyses, "_barriers", never)
    assert epay("report", tmp_path / "plan", "--barriers", "-o", tmp_path / "other")[0] == 0
    assert (tmp_path / "other/analysis/barriers.json").is_file()


def test_a_stopped_report_goes_on_from_its_cells(analysed, results, epay, tmp_path, monkeypatch):
    import shutil

    out = copied(analysed, tmp_path)
    before = (out / "analysis/attribution.json").read_bytes()
    shutil.rmtree(out)  # as if it had been stopped before anything was written
    monkeypatch.setattr(runner, "_replicate", never)
    assert epay("report", results, "--attribution", "-o", out)[0] == 0
    assert (out / "analysis/attribution.json").read_bytes() == before


def test_another_size_is_computed_and_said(analysed, results, epay, tmp_path):
    out = copied(analysed, tmp_path)
    code, _, err = epay("report", results, "--barriers", "--citizens", 300, "--workers", 1, "-o", out)
    assert code == 0 and "300 citizens, 2 replicates" in err
    size = json.loads((out / "analysis/barriers.json").read_text())["size"]
    assert size == {"citizens": 300, "replicates": REPLICATES}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "300 simulated citizens and 2 replicates, against 400 and 2" in page
    assert json.loads((out / "analysis/attribution.json").read_text())["size"]["citizens"] == CITIZENS


def test_a_run_without_levers_has_nothing_to_share_out(results, epay, tmp_path):
    code, _, err = epay("report", results / "baseline", "--attribution", "-o", tmp_path / "x")
    assert code == 2 and "has no lever, so there is nothing to share out" in err


def test_a_damaged_analysis_is_named_and_nothing_is_replaced(analysed, results, epay, tmp_path):
    out = copied(analysed, tmp_path)
    path = out / "analysis/barriers.json"
    path.write_text("{")
    code, _, err = epay("report", results, "-o", out)
    assert code == 2 and "cannot be read" in err and "barriers.json" in err
    assert path.read_text() == "{"


def test_analyses_of_an_earlier_run_are_not_told_of_another(analysed, results, epay, tmp_path):
    """The baseline of the pair alone is another run."""
    out = copied(analysed, tmp_path)
    assert epay("report", results / "baseline", "-o", out)[0] == 0
    assert not (out / "analysis").exists()
    assert "FOLDER --barriers" in (out / "report.html").read_text(encoding="utf-8")
