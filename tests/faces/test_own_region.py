"""A planner brings a region: from example tables to a card, a run and a report, in words all the way."""

import json
import os
import shutil
from html import escape
from pathlib import Path

import pytest

from simulation.cli.app import main
from simulation.engine import constants, runner
from simulation.messages import render
from simulation.outcomes.result import Result
from simulation.region.tables import read_region_tables
from simulation.report.region_card import SIGN

DISTRICT = Path(__file__).resolve().parents[1] / "region_tables" / "district"
PITHORAGARH = os.environ.get("EPAY_REGION_DIR", "")
SCENARIO = """\
title: {en: A kiosk at a school, zh: 学校里的便民服务点}
region: ../district
citizens: 2000
weeks: 13
replicates: 2
levers:
  kiosks: {kind: kiosk, sites: [{place: S02, capacity_per_week: 20, opening_week: 2}]}
"""


def epay(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    return left.value.code


def shorten_the_solution(patch: pytest.MonkeyPatch, cache: Path) -> None:
    """Solve constants roughly on one small world, in this process, and keep them out of the user's cache."""
    for name, value in {"N_WORLDS": 1, "WEEKS": 20, "MAX_ROUNDS": 1}.items():
        patch.setattr(constants, name, value)
    patch.setattr(constants, "user_cache_dir", lambda: cache)
    patch.setattr(runner, "processors", lambda: 1)


@pytest.fixture(scope="module")
def patch(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("own")
        patch.chdir(folder)
        patch.setenv("EPAY_LANG", "en")
        patch.delenv("EPAY_DEBUG", raising=False)
        shorten_the_solution(patch, folder / "cache")
        yield patch


@pytest.fixture(scope="module")
def folder(patch) -> Path:
    """Return a working folder with the district in rupees and a scenario beside it."""
    shutil.copytree(DISTRICT, "district")
    settings = json.loads(Path("district/region.json").read_text())
    Path("district/region.json").write_text(json.dumps({**settings, "currency": "INR"}))
    Path("plans").mkdir()
    Path("plans/kiosk.yaml").write_text(SCENARIO)
    return Path.cwd()


@pytest.fixture(scope="module")
def run(folder):
    """Run the scenario once through the command line, and return where its results are."""
    assert epay("run", "plans/kiosk.yaml", "--out", "results/first") == 0
    return folder / "results" / "first"


@pytest.fixture
def broken(folder):
    shutil.copytree("district", "broken")
    Path("plans/broken.yaml").write_text(SCENARIO.replace("../district", "../broken"))
    yield Path("broken")
    shutil.rmtree("broken")


def test_every_note_of_the_tables_stands_in_the_log_before_the_run(folder, capsys):
    assert epay("explain", "plans/kiosk.yaml") == 0
    explained = capsys.readouterr().out
    assert epay("run", "plans/kiosk.yaml", "--weeks", "1", "--replicates", "1", "--out", "results/log") == 0
    log = capsys.readouterr().err
    for note in read_region_tables("district").notes:
        assert render(note, "en") in log and render(note, "en") in explained
    assert "survey.csv is absent: baseline adoption is illustrative" in log


@pytest.mark.parametrize(("page", "lang"), [("report.html", "en"), ("report.zh.html", "zh")])
def test_every_note_and_estimate_stands_in_the_report(run, page, lang):
    text = (run / page).read_text(encoding="utf-8")
    record = json.loads((run / "programme" / "provenance.json").read_text(encoding="utf-8"))["region"]
    ending = "_zh" if lang == "zh" else ""
    assert len(record["notes" + ending]) >= len(read_region_tables("district").notes) > 5
    for sentence in (*record["notes" + ending], *record["estimated" + ending], *record["sources" + ending]):
        assert escape(sentence) in text


def test_the_record_names_folder_and_digest_of_the_tables(run, folder):
    record = json.loads((run / "programme" / "provenance.json").read_text(encoding="utf-8"))["region"]
    assert record["folder"] == (folder / "district").as_posix()
    assert record["tables_digest"] == read_region_tables("district").digest
    assert (record["currency"], record["currency_per_yuan"], record["rate_is_recalled"]) == ("INR", 11.7, True)


def test_the_kiosk_at_a_site_is_paid_for_and_the_report_says_so_in_the_regions_money(run):
    result = Result.load(run / "programme")
    assert (result.dataset.attrs["currency"], result.dataset.attrs["currency_per_yuan"]) == ("INR", 11.7)
    assert float(result.dataset.n_helps.sum()) > 0
    text = (run / "report.html").read_text(encoding="utf-8")
    assert text.count("1 yuan = 11.7 INR (market rate, recalled, 2024)") == 1
    assert "<td>117,000</td>" in text  # 10,000 yuan of setting up


def test_a_saved_scenario_that_is_run_again_gives_the_same_digest(run, folder):
    saved = run / "programme" / "scenario.resolved.yaml"
    assert f"region: {(folder / 'district').as_posix()}\n" in saved.read_text(encoding="utf-8")
    assert epay("run", str(saved), "--quiet", "--out", "results/again") == 0
    again = Result.load(folder / "results" / "again" / "programme")
    assert again.digest == Result.load(run / "programme").digest


def test_the_card_is_one_page_with_map_totals_and_notes(folder, capsys):
    assert epay("region", "district") == 0
    out = capsys.readouterr().out
    text = Path("results/region-district.html").read_text(encoding="utf-8")
    assert SIGN in text and "http" not in text[: text.index("plotly.js v")].replace("http-equiv", "")
    for note in read_region_tables("district").notes:
        assert escape(render(note, "en")) in text
        assert render(note, "en") in " ".join(out.split())
    assert "30,000 residents in 60 settlements: 30% live in urban places" in text  # 9,000 of 30,000
    assert epay("region", "district", "--lang", "zh") == 0
    assert "城区" in Path("results/region-district.zh.html").read_text(encoding="utf-8")


def test_a_builtin_region_has_a_card_too(folder, capsys):
    assert epay("region", "lishui", "--out", "lishui.html") == 0
    assert "2,507,396" in capsys.readouterr().out
    assert SIGN in Path("lishui.html").read_text(encoding="utf-8")


def test_a_card_replaces_a_card_and_nothing_else(folder, capsys):
    assert [epay("region", "district", "--out", "card.html") for _ in range(2)] == [0, 0]
    Path("letter.html").write_text("dear")
    assert epay("region", "district", "--out", "letter.html") == 2
    assert Path("letter.html").read_text() == "dear"
    assert epay("region", "district", "--out", "plans") == 2
    assert "left alone" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_example_tables_are_written_understood_and_checked(folder, lang, capsys):
    mine = f"mine-{lang}"
    assert epay("new", "--region", mine, "--lang", lang) == 0
    assert epay("region", mine, "--lang", lang) == 0
    capsys.readouterr()
    assert epay("check", f"{mine}/scenario.yaml", "--lang", lang) == 0
    assert epay("explain", f"{mine}/scenario.yaml") == 0
    assert epay("check", f"{mine}/baseline.yaml", "--lang", lang) == 0
    said = capsys.readouterr().out
    assert "Still the invented example" in said and "survey.csv" in said
    assert "measured in the region" not in said


def test_a_folder_that_holds_something_is_never_written_into(folder, capsys):
    before = sorted(Path("district").iterdir())
    assert epay("new", "--region", "district") == 2
    assert "is not an empty folder" in capsys.readouterr().err
    assert sorted(Path("district").iterdir()) == before


@pytest.mark.parametrize("arguments", [("new",), ("new", "plan.yaml", "--region", "other")])
def test_new_wants_a_file_or_a_folder(folder, arguments, capsys):
    assert epay(*arguments) == 2
    assert "either a file or --region" in capsys.readouterr().err
    assert not Path("other").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("settlements.csv", ",9000", ",0", "settlements.csv, line 2, population 0: an unknown population must"),
        ("age_structure.csv", "age_min,", "from,", "the column age_min is missing"),
        ("merchants.csv", "M001,Shop 1,grocery,001,45.19897", "M001,Shop 1,grocery,001,46.5", "from the nearest settl"),
    ],
)
def test_broken_tables_are_refused_in_their_own_words(broken, file, old, new, words, capsys):
    text = (broken / file).read_text(encoding="utf-8")
    assert old in text
    (broken / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    for arguments in (("check", "plans/broken.yaml"), ("run", "plans/broken.yaml"), ("region", "broken")):
        assert epay(*arguments) == 2
        shown = capsys.readouterr()
        assert words in shown.err and "Traceback" not in shown.err and shown.out == ""


def test_a_file_and_its_tables_are_refused_together(broken, capsys):
    (broken / "settlements.csv").unlink()
    Path("plans/broken.yaml").write_text(SCENARIO.replace("../district", "../broken") + "seed: -1\n")
    assert epay("check", "plans/broken.yaml") == 2
    refused = capsys.readouterr().err
    assert "seed is -1" in refused
    assert "settlements.csv is missing; a region needs it" in refused


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("citizens: 2000", "citizens: 26000"), "citizens is 26,000, but the region has 25,338 residents"),
        (("place: S02", "place: S99"), "S99, which is no place of the region"),
        (("region: ../district", "region: ../nowhere"), "nor a folder with settlements.csv (looked for: "),
        (("region: ../district", "region: ../plans/kiosk.yaml"), "is a file. Give the folder that holds it"),
        (("sites: [", "eligibility: {places: [S02]}, sites: ["), "nobody lives there"),
    ],
)
def test_what_does_not_fit_the_region_is_refused(folder, change, words, capsys):
    Path("plans/wrong.yaml").write_text(SCENARIO.replace(*change))
    assert epay("check", "plans/wrong.yaml") == 2
    assert words in capsys.readouterr().err


def test_a_region_of_too_few_people_is_refused(broken, capsys):
    rows = (broken / "settlements.csv").read_text(encoding="utf-8").splitlines()
    small = [",".join([*row.split(",")[:-1], "1"]) for row in rows[1:]]
    (broken / "settlements.csv").write_text("\n".join([rows[0], *small]) + "\n", encoding="utf-8")
    ages = "age_min,age_max,population\n0,14,10\n15,,50\n"
    (broken / "age_structure.csv").write_text(ages, encoding="utf-8")
    assert epay("check", "plans/broken.yaml") == 2
    assert "has 50 residents aged 15 and over; at least 100 are needed" in capsys.readouterr().err


@pytest.mark.skipif(not PITHORAGARH, reason="EPAY_REGION_DIR does not name the folder of Pithoragarh's tables")
def test_a_real_district_is_understood_and_run(folder, capsys):
    assert epay("region", PITHORAGARH, "--out", "pithoragarh.html") == 0
    assert "483,439" in capsys.readouterr().out
    Path("real.yaml").write_text(SCENARIO.replace("../district", PITHORAGARH).replace("S02", "S0001"))
    size = ("--citizens", "1000", "--weeks", "4", "--replicates", "1")
    assert epay("run", "real.yaml", *size, "--out", "results/real") == 0
    assert "One yuan is taken to be 11.7 INR" in capsys.readouterr().err
