"""`epay report`: pages and exports from stored data, into a folder of their own that replaces nothing else."""

import shutil
from pathlib import Path

import pytest

from simulation.cli.app import main
from simulation.messages import Message
from simulation.outcomes.manifest import check_manifest, read_manifest
from simulation.report.folder import write_results


@pytest.fixture(scope="module")
def written(tmp_path_factory, programme, baseline):
    """Return the results of a pair."""
    return write_results(tmp_path_factory.mktemp("results") / "plan", programme, baseline)


@pytest.fixture(scope="module")
def reported(tmp_path_factory, written):
    """Return the report of a pair, written again from its data; tests change copies of it."""
    folder = tmp_path_factory.mktemp("reported")
    with pytest.raises(SystemExit) as left:
        main(["report", str(written), "-o", str(folder / "plan-report")])
    assert left.value.code == 0
    return folder / "plan-report"


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path, written):
    """Return a function that runs the command line beside the results of a pair: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    shutil.copytree(written, tmp_path / "plan")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


def test_the_page_is_the_one_the_run_wrote(reported, written):
    for name in ("report.html", "report.zh.html"):
        assert (reported / name).read_bytes() == (written / name).read_bytes()


def test_exports_stand_beside_the_page_and_all_are_in_the_manifest(epay, programme):
    assert epay("report", "plan", "--excel", "--csv", "--parquet", "-o", "out", "--lang", "zh")[0] == 0
    assert {p.name for p in Path("out").iterdir()} == {
        "report.html", "report.zh.html", "bulletins.html", "bulletins.zh.html", "results.zh.xlsx", "csv", "parquet",
        "manifest.json",
    }  # fmt: skip
    assert check_manifest(Path("out")) == []
    manifest = read_manifest(Path("out"))
    assert manifest["kind"] == "export" and manifest["runs"][0]["digest"] == programme.digest


def test_a_saved_run_alone_is_the_programme(epay, baseline):
    baseline.save("alone")
    assert epay("report", "alone", "--csv")[0] == 0
    assert Path("alone-report/csv/coverage.csv").is_file()


def test_an_earlier_report_is_replaced_and_nothing_else_is(epay, reported):
    shutil.copytree(reported, "out")
    assert epay("report", "plan", "-o", "out", "--csv")[0] == 0
    assert Path("out/csv").is_dir() and check_manifest(Path("out")) == []
    code, _, err = epay("report", "plan", "-o", "plan")
    assert code == 2 and "is no earlier report, so it is left alone" in err
    assert check_manifest(Path("plan")) == [] and Path("plan/programme/outcomes.nc").is_file()


def test_without_a_browser_everything_else_is_written_and_it_is_said_why(epay, monkeypatch):
    from simulation.report import pdf

    monkeypatch.setattr(pdf, "find_browser", lambda: Message("pdf.no_browser", {"names": ["chromium"]}))
    code, out, err = epay("report", "plan", "--pdf", "--csv")
    assert code == 1 and "No PDF was written: neither Chromium nor Chrome" in err
    assert "open plan-report/report.html" in err.replace(str(Path.cwd()) + "/", "")
    assert "coverage.csv" in out and not Path("plan-report/report.pdf").exists()


def test_a_missing_package_writes_nothing(epay, monkeypatch):
    from simulation.report import exports

    def refuse(name):
        raise ImportError(name)

    monkeypatch.setattr(exports, "import_module", refuse)
    code, _, err = epay("report", "plan", "--excel")
    assert code == 2 and "epay-adoption[export]" in err
    assert sorted(p.name for p in Path().iterdir()) == ["plan"]


def test_what_is_no_results_folder_is_refused(epay):
    Path("empty").mkdir()
    assert epay("report", "empty")[0] == epay("report", "nowhere")[0] == 2
    Path("plan/baseline/outcomes.nc").write_bytes(b"x")
    code, _, err = epay("report", "plan")
    assert code == 2 and "epay verify plan says what is damaged" in err
