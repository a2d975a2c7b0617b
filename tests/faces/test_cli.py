"""The command line: what it answers, in which language, with which exit code, and what it leaves behind."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.cli import app, commands
from simulation.cli.app import explained, language_of, main
from simulation.cli.loading import Loader
from simulation.messages import Message
from simulation.report.bulletin import BULLETINS
from simulation.report.page import PAGES
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parents[2]
BASE = str(ROOT / "scenarios" / "lishui" / "baseline.yaml")
HELP_CPU_SECONDS = 0.6


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command line in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    monkeypatch.delenv("EPAY_DEBUG", raising=False)

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return left.value.code, shown.out, shown.err

    return run


@pytest.fixture
def engine(monkeypatch, programme, baseline):
    """Put made-up results and an empty page in the place of a run, and return what was asked of it."""
    import simulation.engine
    import simulation.report.folder

    asked = []

    def run_many(scenarios, progress=None, solve_progress=None):
        asked.append(scenarios)
        if progress:
            progress(1, 2)
            progress(2, 2)
        made = {"programme": programme, "baseline": baseline}
        return {name: made[name] for name in scenarios}

    def write_pages(folder, *_):
        for name in (*PAGES.values(), *BULLETINS.values()):
            (folder / name).write_text("")

    monkeypatch.setattr(simulation.engine, "run_many", run_many)
    monkeypatch.setattr(simulation.report.folder, "write_pages", write_pages)
    return asked


def test_help_costs_under_0_6_seconds_of_processor_time():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "simulation.cli", "--help"], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < HELP_CPU_SECONDS


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from simulation.cli.app import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'pandas', 'xarray', 'plotly', 'pydantic', 'mesa', 'scipy', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["check", "explain", "run", "demo", "regions", "region", "new", "schema", "verify"])
def test_every_command_has_help_in_both_languages(epay, command):
    assert epay(command, "--help")[:2] == (0, epay(command, "--help", "--lang", "en")[1])
    code, out, _ = epay("--lang", "zh", command, "--help")
    assert code == 0 and out.startswith("用法") and "选项" in out


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["--lang", "zh"], "en_US.UTF-8", "zh"),
        (["run", "--lang=zh-Hans"], "", "zh"),
        ([], "zh_CN.UTF-8", "zh"),
        (["--lang", "en"], "zh_CN.UTF-8", "en"),
        ([], "C", "en"),
        ([], "", "en"),
    ],
)
def test_the_language_is_what_was_asked_for_then_the_environments(monkeypatch, arguments, environment, expected):
    for name in ("EPAY_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", environment)
    assert language_of(arguments) == expected


def test_version(epay):
    code, out, _ = epay("--version")
    assert code == 0 and out.startswith("epay ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say what to do. To begin: epay demo"),
        (["frob"], "There is no command frob. There are: "),
        (["comapre", BASE], "There is no command comapre. Did you mean compare? There are: "),
        (["Run", BASE], "There is no command Run. Did you mean run?"),
        (["run", BASE, "--citizen", "500"], "There is no option --citizen. Did you mean --citizens? epay run --help"),
        (["run"], "FILE is missing"),
        (["run", BASE, "--bogus"], "There is no option --bogus"),
        (["run", BASE, "--citizens", "12"], "allowed: a whole number of 300 or more, or all"),
        (["run", BASE, "--weeks", "1.5"], "--weeks: 1.5 is not allowed"),
        (["run", BASE, "--replicates", "0"], "a whole number of 1 or more"),
        (["check", BASE, "--lang", "fr"], "allowed: en, zh"),
        (["run", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["regions", "atlantis"], "no built-in region atlantis. There are: lishui"),
        (["run", BASE, BASE], "cannot be read as typed"),
        (["region", "atlantis"], "no folder atlantis, and no built-in region of that name (there are: lishui)"),
        (["region"], "FOLDER|NAME is missing"),
    ],
)
def test_bad_input_is_named_with_what_is_allowed_and_leaves_with_2(epay, arguments, words):
    code, out, err = epay(*arguments)
    assert code == 2
    assert words in err and out == ""


def test_bad_input_is_worded_in_chinese_too(epay):
    code, _, err = epay("frob", "--lang", "zh")
    assert code == 2 and err.startswith("没有命令 frob")
    assert "是否应为 compare？" in epay("comapre", "--lang", "zh")[2]
    assert "epay demo" in epay("--lang", "zh")[2]


def test_check_tells_of_every_file(epay):
    Path("bad.yaml").write_text(f"extends: {BASE}\nweeks: -3\n")
    code, out, err = epay("check", BASE, "bad.yaml")
    assert code == 2
    assert "baseline.yaml: fine." in out
    assert "bad.yaml, line 2: weeks is -3" in err and "1 of 2 files" in err
    assert epay("check", BASE)[0] == 0


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (
            "{start_week: 20, end_week: 20}",
            "odd.yaml, line 4: levers.late.schedule.end_week is 20. late ends in week 20, not after its start in week "
            "20: it never acts. Write, for example: end_week: 33",
        ),
        ("{start_week: 30, end_week: 20}", "levers.late.schedule.end_week is 20. late ends in week 20, not after"),
        ("{start_week: 156}", "levers.late.schedule.start_week is 156. late starts in week 156, when the run of 156"),
        ("{start_week: 140, phase: short}", "levers.late.schedule.phase is short. late ends in week 7, not after"),
        ("{delay_weeks: 156}", "levers.late.schedule.delay_weeks is 156. late starts in week 156"),
    ],
)
def test_check_does_not_call_a_lever_that_never_acts_fine(epay, schedule, words):
    levers = f"levers:\n  late: {{kind: coupon, schedule: {schedule}}}\n  good: {{kind: coupon}}\n"
    Path("odd.yaml").write_text(f"extends: {BASE}\nphases: {{short: {{start_week: 2, weeks: 5}}}}\n{levers}")
    code, out, _ = epay("check", "odd.yaml")
    assert code == 0  # it is legal: a run may be cut shorter than the plan
    assert "odd.yaml: can be run, but" in out and words in out and "good" not in out and "fine" not in out
    assert "因此始终不会实施" in epay("check", "odd.yaml", "--lang", "zh")[1]


def test_an_unknown_place_is_found_by_check(epay):
    Path("bad.yaml").write_text(f"extends: {BASE}\nlevers:\n  k:\n    kind: kiosk\n    places: [Atlantis]\n")
    code, _, err = epay("check", "bad.yaml")
    assert code == 2 and "Atlantis" in err


def test_every_shipped_scenario_is_fine_and_can_be_explained(epay):
    files = [str(p) for p in sorted((ROOT / "scenarios").rglob("*.yaml"))]
    code, out, _ = epay("check", *files)
    assert code == 0 and out.count(": fine.") == len(files)
    code, out, _ = epay("explain", files[-1], "--lang", "zh")
    assert code == 0 and out


def test_a_new_scenario_is_fine_and_never_overwrites(epay):
    code, out, _ = epay("new", "plan")
    assert code == 0 and "plan.yaml written" in out
    assert epay("check", "plan.yaml")[0] == 0
    Path("plan.yaml").write_text("mine")
    code, _, err = epay("new", "plan.yaml")
    assert code == 2 and "exists already" in err
    assert Path("plan.yaml").read_text() == "mine"
    assert epay("new", "nowhere/plan.yaml")[0] == 2


def test_regions_and_their_places_are_listed(epay):
    assert "2,507,396" in epay("regions")[1]  # the nine counties of the 2020 census, added up
    assert "丽水" in epay("regions", "--lang", "zh")[1]
    code, out, _ = epay("regions", "lishui")
    assert code == 0 and "Bihu" in out


def test_the_schema_is_json(epay):
    code, out, _ = epay("schema")
    assert code == 0 and "levers" in json.loads(out)["properties"]


def test_a_pair_writes_pages_tables_and_data_and_prints_the_answer(epay, engine):
    code, out, _ = epay("demo", "--out", "results/here")
    assert code == 0
    folder = Path("results/here")
    assert {p.name for p in folder.iterdir()} == {
        "report.html", "report.zh.html", "bulletins.html", "bulletins.zh.html", "coverage.csv", "spending.csv",
        "manifest.json", "baseline", "programme",
    }  # fmt: skip
    assert {p.name for p in (folder / "programme").iterdir()} == {
        "outcomes.nc", "scenario.resolved.yaml", "provenance.json", "weekly.csv",
    }  # fmt: skip
    assert "ILLUSTRATIVE BASELINE" in out and "against 80%" in out and "Digest, With the programme:" in out
    assert "One more active user at the end costs" in out
    assert [p.name for p in Path("results").iterdir()] == ["here"]


def test_options_replace_what_the_files_say(epay, engine):
    assert epay("demo", "--citizens", "all", "--weeks", "140", "--seed", "7", "--same-world", "--quiet")[0] == 0
    for scenario in engine[0].values():
        assert (scenario.citizens, scenario.weeks, scenario.seed, scenario.same_world) == ("all", 140, 7, True)
        assert scenario.replicates == 8


def test_a_single_run_has_no_baseline_and_a_name_of_its_own(epay, engine):
    code, out, _ = epay("run", BASE, "--quiet")
    assert code == 0
    assert list(engine[0]) == ["programme"]
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("baseline-") and str(folder) in out
    assert not (folder / "baseline").exists()


def test_json_is_the_only_thing_on_standard_output(epay, engine):
    code, out, _ = epay("run", str(ROOT / "scenarios" / "lishui" / "programme.yaml"), "--against", BASE, "--json")
    answer = json.loads(out)
    assert code == 0
    assert {row["dim"] for row in answer["coverage"]} == {"all", "age", "area"}
    assert Path(answer["page"]).is_file()


def test_runs_that_share_no_world_are_not_compared(epay, engine):
    Path("other.yaml").write_text(f"extends: {BASE}\nseed: 99\n")
    code, _, err = epay("run", "other.yaml", "--against", BASE)
    assert code == 2 and "seed differ" in err and engine == []


def test_a_folder_of_other_files_is_refused_before_anything_is_run(epay, engine):
    Path("letters").mkdir()
    Path("letters/dear.txt").write_text("dear")
    code, _, err = epay("run", BASE, "--out", "letters")
    assert code == 2 and "left alone" in err and engine == []
    assert Path("letters/dear.txt").read_text() == "dear"


def test_an_older_result_is_replaced(epay, engine):
    for _ in range(2):
        assert epay("run", BASE, "--out", "here", "--quiet")[0] == 0


def test_a_failed_run_leaves_with_1_one_sentence_and_nothing_behind(epay, monkeypatch):
    import simulation.engine

    def fail(*_, **__):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(simulation.engine, "run_many", fail)
    code, out, err = epay("run", BASE, "--out", "here")
    assert code == 1 and out == ""
    assert "RuntimeError: first line)" in err and "second" not in err and "EPAY_DEBUG" in err
    assert list(Path().iterdir()) == []


def test_debug_shows_the_traceback(monkeypatch, tmp_path):
    monkeypatch.setenv("EPAY_DEBUG", "1")
    with pytest.raises(ScenarioError, match="no such file"):
        main(["explain", str(tmp_path / "no.yaml")])


def test_a_failed_writing_leaves_nothing_behind(epay, engine, monkeypatch):
    import simulation.report.folder

    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(simulation.report.folder, "write_spending_csv", full)
    code, _, err = epay("run", BASE, "--out", "here", "--quiet")
    assert code == 1 and "No space left on device" in err
    assert list(Path().iterdir()) == []


def test_stopping_is_told_and_leaves_with_1(epay, monkeypatch):
    def stop(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "regions", stop)
    assert epay("regions")[0] == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ScenarioError([Message("error.file_missing", {"file": "x", "suggestion": ""})]), app.BAD_INPUT),
        (MemoryError(), app.FAILED),
        (PermissionError("results"), app.FAILED),
        (ZeroDivisionError("division by zero"), app.FAILED),
    ],
)
def test_every_kind_of_error_has_its_exit_code(error, code):
    messages, found = explained(error)
    assert found == code and messages


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused_first(epay, engine, tmp_path):
    tmp_path.chmod(0o500)
    code, _, err = epay("run", BASE, "--out", "sub/here")
    tmp_path.chmod(0o700)
    assert code == 2 and "cannot be written" in err and engine == []


def test_everybody_is_as_many_as_the_region_has():
    """The sensitivity of a run of all residents says how many they were."""
    loader = Loader()
    assert loader.n_citizens(Scenario(citizens="all")) == loader.region("lishui").n_eligible == 2_106_979
    assert loader.n_citizens(Scenario(citizens=400)) == 400
