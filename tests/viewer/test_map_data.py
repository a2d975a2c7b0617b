"""What the map is sent: bytes that say what the Dataset says, and places of levers as the scenario names them."""

import numpy as np
import pytest

from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.training_event import TrainingEvent
from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.result import Result
from simulation.report.findings import Findings
from simulation.viewer.map_data import NO_VALUE, STEPS, facts, placed_by, series
from simulation.viewer.room import Runs


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


def with_levers(programme: Result, **levers: object) -> Result:
    scenario = programme.scenario.model_copy(update={"levers": levers})
    return Result(programme.dataset, scenario, programme.provenance)


def test_kiosks_and_events_stand_where_the_scenario_says(programme):
    kiosks = Kiosk(kind="kiosk", sites=(Site(place="Town 2", opening_week=5), Site(place="S001")))
    training = TrainingEvent(
        kind="training_event",
        events=[{"place": "镇3", "start_week": 4, "weeks": 2}, {"place": "p4", "start_week": 9, "weeks": 99}],
    )
    found, n_elsewhere = placed_by(with_levers(programme, kiosks=kiosks, training=training), "en")
    weeks = programme.dataset.sizes["week"]
    assert [(one.place, one.kind, one.first, one.end) for one in found] == [
        (1, "kiosk", 5, weeks),
        (2, "event", 4, 6),
        (3, "event", 9, weeks),
    ]
    assert n_elsewhere == 1


def test_the_map_is_sent_only_for_runs_of_the_room(client):
    assert client.get("/map.bin?run=plan").headers["content-type"] == "application/octet-stream"
    assert client.get("/map.bin?run=../plan").status_code == 404
    assert client.get("/map.bin?run=nowhere").status_code == 404
