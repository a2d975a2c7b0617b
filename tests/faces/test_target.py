"""`epay target`: its answer, its folder, and what it refuses."""

import json

import pytest

from simulation.cli.app import main

FILE = """region: lishui
citizens: 500
weeks: 8
replicates: 2
levers: {v: {kind: home_visit, visits: 400000}}
"""


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command line in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    (tmp_path / "plan.yaml").write_text(FILE)

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


def test_the_answer_is_printed_and_kept_and_its_folder_is_whole(epay, tmp_path):
    few = ("--strategies", "random,degree", "--backend", "serial", "--out", "out")
    code, out, _ = epay("target", "plan.yaml", *few)
    assert code == 0
    assert "leads" in out.splitlines()[0] or "cannot be ranked" in out.splitlines()[0]
    assert "targeting.html" in out
    names = {path.name for path in (tmp_path / "out" / "report").iterdir()}
    assert names >= {"targeting.html", "targeting.zh.html", "targeting.json", "table_1.csv", "manifest.json"}
    code, out, _ = epay("verify", "out", "--sample", "1")
    assert code == 0 and "All well." in out
    code, out, _ = epay("results", "out")
    assert code == 0 and "choice of whom to visit" in out.replace("\n", " ")
    code, out, _ = epay("target", "plan.yaml", *few, "--json")
    assert code == 0 and json.loads(out)["contagions"]["simple"]["order"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--strategies", "best"], "best is no way of choosing"),
        (["--contagion", "viral"], "viral"),
        (["--visits", "9000000"], "9,000,000 visits are more than"),
    ],
)
def test_what_is_typed_wrongly_is_refused_in_words(epay, arguments, words):
    code, out, err = epay("target", "plan.yaml", *arguments)
    assert (code, out) == (2, "")
    assert words in err and "Traceback" not in err


def test_a_scenario_without_visits_is_refused(epay, tmp_path):
    (tmp_path / "none.yaml").write_text("region: lishui\ncitizens: 500\n")
    code, _, err = epay("target", "none.yaml")
    assert code == 2 and "no visits at home" in err
