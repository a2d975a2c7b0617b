"""The what-if by its socket: the newest move wins, no move is the plan, and the file runs to the same numbers."""

import threading
import time

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from simulation.analysis.what_if.session import WhatIf
from simulation.engine.runner import run_many
from simulation.messages import TAGS
from simulation.scenario.budget import Budget
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import LEVERS as KINDS
from simulation.viewer.app import make_app
from simulation.viewer.pages.what_if import FIRST_SHOWN, MAIN_SETTING, THEMES
from simulation.viewer.what_if import desk as of_desk
from simulation.viewer.what_if import live as of_live
from simulation.viewer.what_if.desk import Desk, Question, Slot
from simulation.viewer.what_if.moves import (
    RefusedError,
    as_file,
    changed,
    last_start,
    moves_of,
    own_values,
    size_of,
    sized,
)
from tests.levers.examples import EXAMPLES
from tests.viewer.conftest import ADDRESS
from tests.viewer.reading import read
from tests.viewer.small import BASELINE, LEVERS, PLAN, REPLICATES, WEEKS, write_small

PATIENCE = 60.0
SOCKET = "/what-if/live?run=small"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    root = tmp_path_factory.mktemp("what-if")
    write_small(root / "small")
    return root


@pytest.fixture(scope="module")
def client(small):
    with TestClient(make_app(small), base_url=ADDRESS, headers={"host": "127.0.0.1:8000"}) as opened:
        yield opened


@pytest.mark.parametrize("lang", TAGS)
def test_the_page_has_every_lever_six_of_them_in_sight(client, lang):
    text = client.get(f"/what-if?run=small&lang={lang}").text
    in_sight, folded = text.split("data-more>")
    assert in_sight.count("<fieldset") == FIRST_SHOWN
    assert in_sight.count("<fieldset") + folded.count("<fieldset") == len(LEVERS)
    tags = read(text).tags
    inputs = [given for tag, given in tags if tag == "input" and given["type"] != "file"]
    named = {given["for"] for tag, given in tags if tag == "label" and "for" in given}
    assert {given["data-move"] for given in inputs} == set(own_values(PLAN))
    assert {given["id"] for given in inputs if given["type"] == "range"} <= named
    assert all(given.get("aria-label") for given in inputs if given["type"] == "number")


def test_every_kind_of_lever_has_a_theme_and_a_name_for_its_dose():
    assert sorted(kind for kinds in THEMES.values() for kind in kinds) == sorted(KINDS) == sorted(MAIN_SETTING)
    for kind, field in MAIN_SETTING.items():
        assert getattr(EXAMPLES[kind].scaled(0.5), field) != getattr(EXAMPLES[kind], field)


def settled(socket, ident):
    """Return everything heard of a move until all worlds are done, or it is refused."""
    heard = []
    while True:
        message = socket.receive_json()
        heard.append(message)
        if message["id"] == ident and ("error" in message or message.get("n") == message.get("of", -1)):
            return heard


def ask(socket, ident, **changes):
    socket.send_json({"id": ident, "changes": {name.replace("__", "."): value for name, value in changes.items()}})


def test_no_move_is_exactly_the_plan(client):
    with client.websocket_connect(SOCKET) as socket:
        ask(socket, 1)
        last = settled(socket, 1)[-1]
        ask(socket, 2, coupon__dose=1, news__on=True, fees__start=5)
        assert settled(socket, 2) == [{**last, "id": 2}]
    summary = last["summary"]
    assert last["n"] == last["of"] == REPLICATES
    assert summary["mean"] == summary["plan"]
    assert summary["to_plan"] == [0, 0, 0]
    assert summary["spending_to_plan"] == [0, 0, 0]
    assert set(summary["by_age"] + summary["by_area"]) == {0}
    assert len(summary["mean"]) == WEEKS


def test_a_move_is_answered_over_more_and_more_worlds(client):
    with client.websocket_connect(SOCKET) as socket:
        ask(socket, 7, coupon__dose=2, line__on=False, terminals__start=4)
        heard = [message for message in settled(socket, 7) if "summary" in message]
    assert [message["n"] for message in heard] == [2, REPLICATES]
    assert heard[-1]["summary"]["mean"] != heard[-1]["summary"]["plan"]


def test_the_newest_move_wins(client):
    with client.websocket_connect(SOCKET) as socket:
        for k in range(20):
            ask(socket, k, coupon__dose=round(0.1 * k, 1))
        heard = settled(socket, 19)
        idents = [message["id"] for message in heard if "summary" in message]
        assert idents == sorted(idents)
        assert len({ident for ident in idents if ident != 19}) <= 5
        ask(socket, 20, coupon__dose=1.9)
        assert settled(socket, 20)[-1]["summary"] == heard[-1]["summary"]  # the last one is the last value's


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"coupon.dose": 3}, {"code": "range", "params": {"key": "coupon.dose", "low": 0.0, "high": 2.0}}),
        ({"coupon.dose": -0.1}, {"code": "range", "params": {"key": "coupon.dose", "low": 0.0, "high": 2.0}}),
        ({"coupon.dose": "much"}, {"code": "range", "params": {"key": "coupon.dose", "low": 0.0, "high": 2.0}}),
        ({"coupon.dose": None}, {"code": "range", "params": {"key": "coupon.dose", "low": 0.0, "high": 2.0}}),
        ({"news.start": WEEKS}, {"code": "range", "params": {"key": "news.start", "low": 0.0, "high": WEEKS - 1.0}}),
        ({"news.start": 2.5}, {"code": "range", "params": {"key": "news.start", "low": 0.0, "high": WEEKS - 1.0}}),
        ({"nothing.dose": 1}, {"code": "unknown", "params": {"key": "nothing.dose"}}),
        ([], {"code": "changes", "params": {}}),
        ({f"{k}": 1 for k in range(1000)}, {"code": "changes", "params": {}}),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(client, changes, error):
    with client.websocket_connect(SOCKET) as socket:
        socket.send_json({"id": 3, "changes": changes})
        assert socket.receive_json() == {"id": 3, "error": error}
        ask(socket, 4)
        assert settled(socket, 4)[-1]["id"] == 4  # and the socket goes on


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"id": 1}', '{"id": "a", "changes": {}}', "[" * 9000, '{"id": NaN, "changes": 1}']
)
def test_what_is_no_move_is_refused(client, text):
    with client.websocket_connect(SOCKET) as socket:
        socket.send_text(text)
        assert socket.receive_json()["error"]["code"] == "changes"


@pytest.mark.parametrize("run", ["", "nowhere", "../small", "small/programme"])
def test_a_run_that_is_no_pair_is_refused(client, run):
    with client.websocket_connect(f"/what-if/live?run={run}") as socket:
        ask(socket, 1)
        assert socket.receive_json()["error"]["code"] == "no_run"


@pytest.mark.parametrize(
    "size", ["citizens=299", "citizens=50001", "weeks=21", "replicates=17", "weeks=-1", "weeks=1e1"]
)
def test_a_size_out_of_range_is_refused(client, size):
    name = size.partition("=")[0]
    with client.websocket_connect(f"{SOCKET}&{size}") as socket:
        ask(socket, 1)
        error = socket.receive_json()["error"]
    assert (error["code"], error["params"]["name"]) == ("size", name)
    assert "Allowed" in client.get(f"/what-if?run=small&lang=en&{size}").text


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"origin": "null"}])
def test_a_foreign_page_is_not_heard(client, headers):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers=headers):
        pass


def test_many_pages_are_all_answered_or_refused(client, monkeypatch):
    monkeypatch.setattr(of_desk, "MOST_WAITING", 4)
    codes, lock = [], threading.Lock()

    def one(k):
        with client.websocket_connect(SOCKET) as socket:
            ask(socket, 1, coupon__dose=round(0.05 * (k % 40), 2))
            last = settled(socket, 1)[-1]
        with lock:
            codes.append(last.get("error", {}).get("code", "answered"))

    threads = [threading.Thread(target=one, args=(k,)) for k in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(codes) == 40
    assert set(codes) <= {"answered", "busy"}
    assert "answered" in codes


def test_more_sockets_than_are_kept_are_told_so(client, monkeypatch):
    monkeypatch.setattr(of_live, "MOST_SOCKETS", 0)
    with client.websocket_connect(SOCKET) as socket:
        assert socket.receive_json()["error"]["code"] == "busy"


def test_the_saved_file_runs_to_the_same_digest(client, tmp_path):
    asked = {"coupon.dose": "1.5", "desks.start": "9", "fees.on": "0", "seats.dose": "0.5"}
    answer = client.get("/what-if/scenario.yaml", params={"run": "small", "lang": "zh", **asked})
    assert answer.headers["content-disposition"] == 'attachment; filename="what-if.yaml"'
    (tmp_path / "what-if.yaml").write_text(answer.text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "what-if.yaml")
    assert scenario.title.zh == "小方案（已调整）"
    assert "fees" not in scenario.levers
    assert scenario.budget.co_funding == {}  # the banks paid for the fees alone
    moves = moves_of(PLAN, asked)
    with WhatIf(PLAN, BASELINE, 1) as session:
        *_, last = session.answer(changed(PLAN, moves))
        digest = session.result(last).digest
    assert run_many({"changed": scenario})["changed"].digest == digest


def test_the_plans_own_file_is_the_plan(client, tmp_path):
    (tmp_path / "plan.yaml").write_text(client.get("/what-if/scenario.yaml?run=small").text, encoding="utf-8")
    assert load_scenario(tmp_path / "plan.yaml") == PLAN
    assert as_file(PLAN, ()) == client.get("/what-if/scenario.yaml?run=small&coupon.dose=1").text


@pytest.mark.parametrize("query", ["run=nowhere", "run=small&coupon.dose=9", "run=small&strange=1"])
def test_a_file_of_what_cannot_be_is_refused(client, query):
    assert client.get(f"/what-if/scenario.yaml?{query}").status_code == 400


def test_a_plan_that_owes_more_than_its_budget_is_answered_and_said_to_be_refused():
    poor = PLAN.model_copy(update={"budget": Budget(total_yuan=1000)})
    size = size_of(PLAN, {"weeks": "6", "replicates": "2"})
    told, desk = [], Desk()
    desk.ask(Slot(told.append), Question(1, ("poor",), sized(poor, size), sized(BASELINE, size), ()))
    end = time.monotonic() + PATIENCE
    while not any("summary" in message for message in told):
        assert time.monotonic() < end
        time.sleep(0.01)
    desk.close()
    (cap,) = told[-1]["over_budget"]
    assert (cap["line"], cap["cap"]) == ("", 1000)
    assert cap["excess"] == pytest.approx(cap["owed"] - 1000)
    assert cap["excess"] > 0


def test_a_shorter_horizon_cuts_what_lies_past_it():
    short = sized(PLAN, size_of(PLAN, {"weeks": "6", "replicates": "2"}))
    assert (short.weeks, short.replicates) == (6, 2)
    assert short.levers["terminals"].schedule.start_week == 6
    assert last_start(short.levers["terminals"], 6) == 6


def test_no_more_sessions_are_kept_than_fit(monkeypatch):
    monkeypatch.setattr(of_desk, "MOST_SESSIONS", 1)
    told, desk = [], Desk()
    slot = Slot(told.append)
    for k, weeks in enumerate((4, 5)):
        size = size_of(PLAN, {"weeks": str(weeks), "replicates": "2"})
        desk.ask(slot, Question(k, ("small", weeks), sized(PLAN, size), sized(BASELINE, size), ()))
        end = time.monotonic() + PATIENCE
        while not any(message.get("n") == 2 and message["id"] == k for message in told):
            assert time.monotonic() < end
            time.sleep(0.01)
    assert list(desk._sessions) == [("small", 5)]
    assert [message["building"] for message in told if "building" in message and message["id"] == 0] == [
        [0, 2], [1, 2], [2, 2],
    ]  # fmt: skip
    desk.close()
    with pytest.raises(RefusedError):
        desk.ask(slot, Question(9, ("small", 4), PLAN, BASELINE, ()))


def test_what_fails_is_told_and_the_next_question_answered(monkeypatch):
    told, desk = [], Desk()
    slot = Slot(told.append)
    other = BASELINE.model_copy(update={"seed": 2})
    size = size_of(PLAN, {"weeks": "4", "replicates": "2"})
    for k, usual in enumerate((other, BASELINE)):
        desk.ask(slot, Question(k, ("small", k), sized(PLAN, size), sized(usual, size), ()))
        end = time.monotonic() + PATIENCE
        while not any(message["id"] == k and "building" not in message for message in told):
            assert time.monotonic() < end
            time.sleep(0.01)
    assert [message["error"]["code"] for message in told if "error" in message] == ["failed"]
    assert told[-1]["n"] == 2
    desk.close()
