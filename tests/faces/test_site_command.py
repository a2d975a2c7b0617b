"""`epay site` from end to end on a small world, and what it refuses."""

import csv
import json

import pytest

from simulation.cli.app import main

PLAN = """
region: lishui
citizens: 1000
replicates: 2
weeks: 26
levers:
  kiosks: {kind: kiosk, sites: optimise, placement: {number: 5}}
  training: {kind: training_event, events: optimise, placement: {trainers: 1, weeks_per_stay: 13}}
"""


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command line in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "plan.yaml"
    path.write_text(PLAN)
    return path


def test_sites_are_chosen_told_and_written(plan, tmp_path, epay):
    out = tmp_path / "out"
    code, told, _ = epay("site", plan, "--lever", "kiosks", "--layouts", "1", "--workers", "1", "--out", out)
    assert code == 0
    assert "5 of 105 candidates" in told
    assert "No other choice is better: proved" in told
    report = out / "report"
    sites = json.loads((report / "sites.geojson").read_text())
    chosen = [f for f in sites["features"] if f["properties"]["is"] == "site"]
    rows = list(csv.DictReader((report / "sites.csv").open()))
    assert [f["properties"]["place"] for f in chosen] == [row["place"] for row in rows]
    assert len(rows) == 5
    assert all(118 < f["geometry"]["coordinates"][0] < 121 for f in chosen)  # longitude first
    summary = json.loads((report / "placement.json").read_text())
    assert summary["is_proved"]
    assert summary["gap"] == 0
    assert set(summary["simulated"]) >= {"optimised", "random", "population_greedy", "largest_first"}
    assert summary["people_within_reach"] == pytest.approx(
        sum(float(r["people_added_within_reach"]) for r in rows), abs=1
    )
    for page in ("placement.html", "placement.zh.html"):
        assert "http" not in (report / page).read_text().split("<script")[0].replace("http-equiv", "")
    code, told, _ = epay("verify", out)
    assert code == 0
    code, told, _ = epay("run", report / "scenario.yaml", "--replicates", "1", "--quiet", "--out", tmp_path / "run")
    assert code == 0


def test_tours_are_chosen_told_and_written(plan, tmp_path, epay):
    out = tmp_path / "out"
    code, told, _ = epay("site", plan, "--lever", "training", "--no-simulation", "--out", out, "--lang", "zh")
    assert code == 0
    assert "1 名培训员" in told
    stays = list(csv.DictReader((out / "report" / "stays.csv").open()))
    assert sum(int(stay["weeks"]) for stay in stays) == 26
    assert int(stays[0]["start_week"]) == 0
    assert json.loads((out / "report" / "stays.geojson").read_text())["type"] == "FeatureCollection"


def test_a_file_with_places_left_open_runs_as_any_other(plan, tmp_path, epay):
    code, told, _ = epay("explain", plan)
    assert code == 0
    assert "Lishui" in told or "gn1803245" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "several levers"),
        (("--lever", "kiosk"), "no such lever"),
        (("--lever", "kiosks", "--layouts", "-1"), "--layouts"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked(plan, epay, arguments, words):
    code, _, error = epay("site", plan, *arguments)
    assert code == 2
    assert words in error


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        ("{kind: kiosk, sites: optimise}", "neither how many sites nor for how much"),
        ("{kind: kiosk, sites: optimise, placement: {number: 0}}", "neither how many sites nor for how much"),
        ("{kind: kiosk, sites: optimise, placement: {number: -1}}", "placement.number"),
        ("{kind: kiosk, sites: optimize, placement: {number: 5}}", "sites"),
        ("{kind: kiosk, sites: optimise, placement: {number: 5, must_open: [Nowhere]}}", "Nowhere"),
        ("{kind: kiosk, sites: optimise, placement: {number: 5, must_open: [Bihu], never_open: [Bihu]}}", "Bihu"),
        ("{kind: kiosk, sites: optimise, placement: {number: 5, metod: p_median}}", "method"),
        ("{kind: kiosk, sites: optimise, placement: {budget_yuan: 10}}", "cheapest site"),
        ("{kind: kiosk, sites: optimise, placement: {number: 5, travel_limit_km: 0.1}}", "nobody who counts"),
        ("{kind: kiosk, places: all, placement: {number: 5}}", "places"),
        ("{kind: coupon}", "no lever whose places"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(tmp_path, epay, lever, words):
    path = tmp_path / "bad.yaml"
    path.write_text(f"region: lishui\nlevers:\n  kiosks: {lever}\n")
    code, _, error = epay("site", path, "--no-simulation", "--out", tmp_path / "out")
    assert code == 2
    assert words in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()
