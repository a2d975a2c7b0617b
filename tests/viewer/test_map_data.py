"""What the map is sent: bytes that say what the Dataset says, and places of levers as the scenario names them."""

import math
import re

import numpy as np
import pytest

from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.training_event import TrainingEvent
from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.result import Result
from simulation.report.findings import Findings
from simulation.scenario.adjustment import Rule
from simulation.scenario.schema import Target
from simulation.viewer.map_data import NO_VALUE, STEPS, facts, series
from simulation.viewer.map_finding import finding_at_end
from simulation.viewer.placed import placed_by, under_rules
from simulation.viewer.room import Runs
from tests.viewer.at_sites import at_sites, with_levers
from tests.viewer.conftest import client_of, write_pair
from tests.viewer.reading import read


@pytest.fixture
def runs(programme, baseline) -> Runs:
    return Runs("plan", ("plan",), programme, baseline, None, Findings())


def test_bytes_give_back_every_share(runs, programme, baseline):
    sent = np.frombuffer(series(runs.by_role()), "<u2")
    d = programme.dataset
    sent = sent.reshape(2, d.sizes["week"], d.sizes["place"])
    for k, result in enumerate((programme, baseline)):
        share = coverage_by_place(result.dataset).mean("replicate").transpose("week", "place").values
        assert np.array_equal(sent[k] == NO_VALUE, np.isnan(share))
        assert np.nanmax(np.abs(np.where(sent[k] == NO_VALUE, np.nan, sent[k] / STEPS) - share)) < 1 / STEPS


def test_a_year_of_many_places_is_sent_in_little():
    assert 2 * 156 * 1500 < 500_000  # bytes a run, before compression


def test_places_stand_in_kilometres(runs):
    found = facts(runs, runs.by_role(), "zh")
    assert found["names"][0] == "镇1"
    assert min(found["x"]) == 0.0
    assert max(found["y"]) == pytest.approx(0.8 * 111.2, rel=0.01)
    assert len(found["colours"]) == len(found["diverging"]) == 256


def test_kiosks_and_events_stand_where_the_scenario_says(programme):
    kiosks = Kiosk(kind="kiosk", sites=(Site(place="Town 2", opening_week=5), Site(place="S001")))
    training = TrainingEvent(
        kind="training_event",
        events=[{"place": "镇3", "start_week": 4, "weeks": 2}, {"place": "p4", "start_week": 9, "weeks": 99}],
    )
    found = placed_by(with_levers(programme, kiosks=kiosks, training=training), "en")
    weeks = programme.dataset.sizes["week"]
    assert [(one.spot, one.kind, one.first, one.end) for one in found] == [
        (None, "kiosk", 0, weeks),
        (2, "event", 4, 6),
        (1, "kiosk", 5, weeks),
        (3, "event", 9, weeks),
    ]


def test_what_waits_for_a_rule_or_comes_after_the_run_is_nowhere(programme):
    weeks = programme.dataset.sizes["week"]
    waiting = Kiosk(kind="kiosk", places=("p2",), standby=True)
    late = TrainingEvent(kind="training_event", events=[{"place": "p3", "start_week": weeks, "weeks": 4}])
    assert placed_by(with_levers(programme, waiting=waiting, late=late), "en") == []


def test_levers_that_rules_start_or_stop_are_named(programme):
    kiosks = Kiosk(kind="kiosk", places=("p2",))
    when = {"indicator": "active_accounts_growth", "below": 0.01}
    rule = Rule(when=when, action={"lever": "kiosks", "change": "stop"})
    run = with_levers(programme, kiosks=kiosks)
    assert under_rules(run, "en") == []
    ruled = run.scenario.model_copy(update={"adjustment": {"rule": rule}})
    assert under_rules(Result(run.dataset, ruled, run.provenance), "en") == ["help kiosks"]


def test_a_site_of_the_tables_stands_at_its_own_coordinates(programme):
    d = programme.dataset
    run = at_sites(programme)
    found = facts(Runs("plan", ("plan",), run, None, None, Findings()), {"run": run}, "en")
    n, weeks = d.sizes["place"], d.sizes["week"]
    assert found["sites"]["names"] == ["Example school"]
    assert [one[:4] for one in found["placed"][0]] == [[1, "kiosk", 0, weeks], [n, "kiosk", 6, weeks]]
    assert found["elsewhere"] == []
    south, west = float(d.lat.min()), float(d.lon.min())
    assert found["sites"]["y"] == [pytest.approx(111.2 * (29.691 - south), rel=0.001)]
    narrow = math.cos(math.radians(float(d.lat.mean())))
    assert found["sites"]["x"] == [pytest.approx(111.2 * narrow * (80.29 - west), rel=0.001)]


def test_a_site_of_tables_that_were_changed_since_is_not_guessed(programme):
    run = at_sites(programme, digest="another")
    found = facts(Runs("plan", ("plan",), run, None, None, Findings()), {"run": run}, "en")
    assert found["sites"]["names"] == []
    assert [place for place, *_ in found["elsewhere"]] == ["S002"]


def test_every_run_that_is_drawn_has_its_own(programme, baseline):
    run = at_sites(programme)
    found = facts(Runs("plan", ("plan",), run, baseline, None, Findings()), {"a": run, "b": baseline}, "en")
    assert [len(placed) for placed in found["placed"]] == [2, 0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_lists_every_kiosk_with_its_weeks_and_says_what_it_does_not_draw(tmp_path, programme, lang):
    write_pair(tmp_path / "here", at_sites(programme), programme)
    write_pair(tmp_path / "lost", at_sites(programme, digest="another"), programme)
    client = client_of(tmp_path)
    here, lost = (client.get(f"/map?run={name}&lang={lang}").text for name in ("here", "lost"))
    assert here.count("data-spot=") == 2
    assert 'data-first="6"' in here
    assert "Example school" in here
    assert 'data-mark="site"' in here
    assert lost.count("data-spot=") == 1
    assert sum("S002" in text for _, text in read(lost).texts) == 2  # as a row, and among what is not drawn
    assert 'data-mark="site"' not in lost


def test_finished_events_stand_below_what_is_open(tmp_path, programme, baseline):
    events = [{"place": f"p{k}", "start_week": k, "weeks": 2} for k in (2, 3, 4)]
    training = TrainingEvent(kind="training_event", events=events)
    kiosks = Kiosk(kind="kiosk", sites=(Site(place="Town 2", opening_week=8),))
    write_pair(tmp_path / "run", with_levers(programme, training=training, kiosks=kiosks), baseline)
    text = client_of(tmp_path).get("/map?run=run&lang=en").text
    assert re.findall(r'data-first="(\d+)"', text) == ["8", "4", "3", "2"]


def test_the_finding_counts_settlements_below_the_target(programme):
    d = programme.dataset
    share = coverage_by_place(d).isel(week=-1).mean("replicate").values
    n = d.sizes["place"]
    shown = np.arange(n) != np.argmin(share)  # the lowest has too few residents to count
    targets = {"all": Target(share=0.99)}
    run = Result(d, programme.scenario.model_copy(update={"targets": targets}), programme.provenance)
    assert f"half of {n - 1} larger settlements; below the target of 99%: {n - 1}" in finding_at_end(run, shown, "en")
    assert finding_at_end(run, np.zeros(n, bool), "en").startswith("Too few residents")


def test_the_map_is_sent_only_for_runs_of_the_room(client):
    assert client.get("/map.bin?run=plan").headers["content-type"] == "application/octet-stream"
    assert client.get("/map.bin?run=../plan").status_code == 404
    assert client.get("/map.bin?run=nowhere").status_code == 404
