"""A reference outreach on the command line runs beside the programme, on the same worlds."""

import json
from pathlib import Path

import pytest

from simulation.cli.app import main

ROOT = Path(__file__).resolve().parents[2]
BASE, COUPON, CAMPAIGN = (str(ROOT / "scenarios" / "lishui" / f"{n}.yaml") for n in ("baseline", "coupon", "campaign"))


@pytest.fixture
def engine(monkeypatch, tmp_path, programme, baseline):
    """Put made-up results in the place of a run, and return what was asked of it."""
    import simulation.engine

    asked = []

    def run_many(scenarios, progress=None, solve_progress=None):
        asked.append(scenarios)
        return {name: baseline if name == "baseline" else programme for name in scenarios}

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    monkeypatch.setattr(simulation.engine, "run_many", run_many)
    return asked


def epay(*arguments):
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    return left.value.code


def test_the_reference_is_run_with_the_pair_and_its_data_are_kept(engine, capsys):
    code = epay("run", COUPON, "--against", BASE, "--reference", CAMPAIGN, "--out", "here", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert list(engine[0]) == ["baseline", "programme", "reference"]
    assert {lever.kind for lever in engine[0]["reference"].levers.values()} == {"campaign"}
    assert answer["reference_digest"] == answer["digest"]  # the made-up results are one
    assert (Path("here") / "reference" / "outcomes.nc").is_file()


def test_a_reference_without_business_as_usual_is_refused(engine, capsys):
    assert epay("run", COUPON, "--reference", CAMPAIGN) == 2
    assert "name it with --against. For example: epay run" in capsys.readouterr().err
    assert engine == []


def test_a_reference_of_other_worlds_is_refused(engine, capsys):
    Path("other.yaml").write_text(f"extends: {CAMPAIGN}\nseed: 99\n")
    assert epay("run", COUPON, "--against", BASE, "--reference", "other.yaml") == 2
    assert "seed differ" in capsys.readouterr().err
    assert engine == []
