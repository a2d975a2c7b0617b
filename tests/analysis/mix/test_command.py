"""`epay optimise`: what it prints and writes, and what it refuses."""

import json
from pathlib import Path

import pytest

from simulation.cli.app import main
from simulation.outcomes.results_folders import find_results
from simulation.scenario.load import load_scenario

BASE = "citizens: 400\nweeks: 12\nreplicates: 2\ntargets: {everyone: {code: T1, share: 0.3}}\n"
PLAN = "extends: base.yaml\ntitle: {en: Plan, zh: 计划}\nlevers: {coupon: {kind: coupon}, fees: {kind: fee_subsidy}}\n"
SEARCH = "programme: plan.yaml\nbaseline: base.yaml\n"
SMALL = ("--backend", "serial", "--quiet")


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command line among three files: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    for name, text in (("base", BASE), ("plan", PLAN), ("search", SEARCH)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return left.value.code, shown.out, shown.err

    return run


def test_few_runs_show_the_frontier_and_recommend_nothing(epay):
    code, out, _ = epay("optimise", "search.yaml", "--runs", "18", *SMALL)
    assert code == 0
    assert " ".join(out.split()).startswith("18 runs are too few to recommend a programme: 50 are needed")
    assert "What coverage costs" in out
    assert "ILLUSTRATIVE" in out
    report = Path("results/optimise-search/report")
    assert not (report / "recommended.yaml").exists()
    assert "太少，不足以推荐方案" in (report / "optimisation.zh.html").read_text(encoding="utf-8")
    assert json.loads((report / "optimisation.json").read_text())["recommended"] is None
    assert epay("results", "results")[0] == 0
    assert [(found.kind, found.state) for found in find_results(Path("results"))] == [("optimisation", "finished")]
    assert "All well." in epay("verify", "results/optimise-search", "--sample", "1")[1]


@pytest.mark.slow
def test_recommended_programme_can_be_run(epay):
    code, out, _ = epay("optimise", "search.yaml", "--runs", "50", "--json", "--out", "found", *SMALL)
    found = json.loads(out)
    assert code == 0 and found["answer"].startswith("The cheapest programme found")
    assert found["recommended"]["values"].keys() == {"levers.coupon.dose", "levers.fees.dose"}
    scenario = load_scenario(Path("found/report/recommended.yaml"))
    assert scenario.targets["everyone"].share == 0.3
    assert epay("check", "found/report/recommended.yaml")[0] == 0
    assert epay("run", "found/report/recommended.yaml", "--replicates", "1", "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("search.yaml", "--goal", "best_coverage"), "--goal, line 1: goal is best_coverage, which needs a budget"),
        (("search.yaml", "--goal", "dearest"), "goal is dearest, which is not known"),
        (("search.yaml", "--runs", "0"), "--runs"),
        (("plan.yaml",), "programme"),
        (("nowhere.yaml",), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(epay, words, told):
    code, _, err = epay("optimise", *words)
    assert code == 2
    assert told in err


def test_search_file_is_checked_like_a_scenario(epay):
    assert epay("check", "search.yaml")[0] == 0
    Path("bad.yaml").write_text(SEARCH + "variables: {levers.coupn.dose: {low: 0, high: 1}}\n")
    code, _, err = epay("check", "bad.yaml")
    assert code == 2 and "levers.coupn.dose is not known" in err


def test_shipped_searches_can_be_read(epay):
    folder = Path(__file__).resolve().parents[3] / "scenarios" / "lishui"
    files = [str(folder / f"{name}.yaml") for name in ("cheapest_programme", "best_kiosk_led", "best_outreach_led")]
    assert epay("check", *files, str(folder / "best_subsidy_led.yaml"))[0] == 0
