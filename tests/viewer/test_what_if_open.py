"""A scenario file opened on the what-if page: it is what it was saved from, and a hostile one reaches nothing."""

import asyncio
import json
import re
import threading
import time
import tracemalloc

import pytest
from starlette.testclient import TestClient

from simulation.analysis.what_if.session import WhatIf
from simulation.engine.runner import run_many
from simulation.messages import TAGS
from simulation.region.sources import builtin
from simulation.scenario.load import load_scenario, to_yaml
from simulation.scenario.schema import Scenario, Title
from simulation.viewer.app import make_app
from simulation.viewer.what_if import opening as of_opening
from simulation.viewer.what_if.moves import as_file
from simulation.viewer.what_if.opened import MOST_BYTES, MOST_LETTERS, MOST_LEVERS, MOST_OPENED, scenario_in, shown_name
from tests.levers.examples import EXAMPLES
from tests.viewer.conftest import ADDRESS
from tests.viewer.small import BASELINE, COMMON, LEVERS, PLAN, REPLICATES, write_small
from tests.viewer.test_what_if import PATIENCE, SOCKET, ask, settled

OPEN = "/what-if/open?run=small&lang=en&name=mine.yaml"
CANARY = "canary_that_nobody_may_read"
QUICK = 20.0  # seconds, on a machine that does other things too
SEVERAL_FILES = 80 * 1024 * 1024  # bytes that checking one file may take
MOVES = {"coupon.dose": "1.5", "desks.start": "9", "fees.on": "0", "seats.dose": "0.5"}
LISHUI = builtin("lishui")
LEVER = "levers:\n  mine: {kind: coupon}\n"
HEAD = "citizens: 400\nweeks: 20\nreplicates: 3\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    found = tmp_path_factory.mktemp("what-if-open")
    write_small(found / "results" / "small")
    (found / "canary.yaml").write_text(f"title: {{en: {CANARY}}}\n", encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def client(root):
    with TestClient(make_app(root / "results"), base_url=ADDRESS, headers={"host": "127.0.0.1:8000"}) as opened:
        yield opened


def post(client, data):
    data = data.encode() if isinstance(data, str) else data
    return client.post(OPEN, content=data)


def problems(client, data):
    answer = post(client, data)
    assert list(answer.json()) == ["problems"]
    return answer.json()["problems"]


def plan_in(client, data):
    answer = post(client, data)
    assert "plan" in answer.json(), answer.text
    return answer.json()["plan"]


def last_of(client, query, **changes):
    with client.websocket_connect(f"{SOCKET}{query}") as socket:
        ask(socket, 1, **changes)
        return settled(socket, 1)[-1]


def test_an_opened_scenario_is_what_it_was_saved_from(client, tmp_path):
    saved = client.get("/what-if/scenario.yaml", params={"run": "small", **MOVES}).text
    moved = last_of(client, "", **{name.replace(".", "__"): float(value) for name, value in MOVES.items()})
    plan = plan_in(client, saved)
    opened = last_of(client, f"&plan={plan}")
    assert opened["n"] == REPLICATES
    assert opened["summary"] == moved["summary"]
    assert opened["summary"]["mean"] != opened["summary"]["plan"]
    again = client.get("/what-if/scenario.yaml", params={"run": "small", "plan": plan}).text
    assert again == saved
    (tmp_path / "saved.yaml").write_text(saved, encoding="utf-8")
    with WhatIf(PLAN, BASELINE, 1) as session:
        *_, last = session.answer(scenario_in(saved.encode(), "saved.yaml", PLAN, LISHUI))
        digest = session.result(last).digest
    assert run_many({"saved": load_scenario(tmp_path / "saved.yaml")})["saved"].digest == digest


def test_an_opened_scenario_is_moved_from_and_saved(client):
    plan = plan_in(client, as_file(PLAN, (("coupon.dose", 0.5),)))
    twice = last_of(client, f"&plan={plan}", coupon__dose=2)
    assert twice["summary"] == last_of(client, "")["summary"]  # twice the half is the plan's own dose
    text = client.get("/what-if/scenario.yaml", params={"run": "small", "plan": plan, "coupon.dose": "2"}).text
    assert text.count("Small plan, changed\n") == 1
    assert scenario_in(text.encode(), "again.yaml", PLAN, LISHUI).levers == PLAN.levers


def test_moves_of_two_plans_are_not_taken_for_each_other(client):
    halved = plan_in(client, as_file(PLAN, (("coupon.dose", 0.0), ("points.dose", 0.0))))
    with client.websocket_connect(SOCKET) as one, client.websocket_connect(f"{SOCKET}&plan={halved}") as other:
        for ident, (socket, dose) in enumerate([(one, 1.0), (other, 1.0), (one, 0.5), (other, 0.5)]):
            ask(socket, ident, seats__dose=dose)
            found = settled(socket, ident)[-1]["summary"]
            assert (found["spending"][0] < 0.9 * found["spending"][1]) == (socket is other)


@pytest.mark.parametrize("lang", TAGS)
def test_the_page_shows_levers_the_run_did_not_have(client, lang):
    levers = {"news": LEVERS["news"], "voices": EXAMPLES["voice_payment"]}
    title = Title(en='A <b>"new"</b> plan')
    other = Scenario(**COMMON, title=title, levers=levers)
    plan = plan_in(client, to_yaml(other))
    text = client.get(f"/what-if?run=small&lang={lang}&plan={plan}").text
    assert text.count("<fieldset") == 2
    assert 'data-lever="voices"' in text
    assert "A &lt;b&gt;&quot;new&quot;&lt;/b&gt; plan" in text
    assert "<b>" not in text
    assert 'type="file"' in text
    assert f'href="/what-if?lang={lang}&amp;run=small"' in text
    answer = last_of(client, f"&plan={plan}", voices__on=False)
    assert answer["n"] == REPLICATES


def test_business_as_usual_can_be_opened_and_a_shorter_file_shortens_the_worlds(client):
    plan = plan_in(client, to_yaml(BASELINE))
    assert "no lever" in client.get(f"/what-if?run=small&lang=en&plan={plan}").text
    summary = last_of(client, f"&plan={plan}")["summary"]
    assert summary["mean"] == summary["baseline"]
    short = plan_in(client, HEAD.replace("20", "8") + LEVER)
    assert len(last_of(client, f"&plan={short}")["summary"]["mean"]) == 8
    assert "8 weeks" in client.get(f"/what-if?run=small&lang=en&plan={short}").text


def test_a_scenario_that_cannot_be_cut_to_the_worlds_says_so(client):
    events = ", ".join(f"{{place: Bihu, start_week: {week}, weeks: 2}}" for week in (24, 28))
    plan = plan_in(client, f"weeks: 40\nlevers: {{mine: {{kind: training_event, events: [{events}]}}}}\n")
    assert "would fall together" in client.get(f"/what-if?run=small&lang=en&plan={plan}").text
    assert last_of(client, f"&plan={plan}")["error"]["code"] == "no_scenario"


@pytest.mark.parametrize("ident", ["0123456789abcdef", "../canary", "%00", "a" * 5000])
def test_a_made_up_name_says_to_open_the_file_again(client, ident):
    text = client.get(f"/what-if?run=small&lang=en&plan={ident}").text
    assert "Open the file again" in text
    assert 'type="file"' in text
    answer = client.get(f"/what-if/scenario.yaml?run=small&lang=en&plan={ident}")
    assert (answer.status_code, "again" in answer.text) == (404, True)
    assert last_of(client, f"&plan={ident}")["error"]["code"] == "forgotten"


def test_the_oldest_is_forgotten_and_can_be_opened_again(client):
    texts = [to_yaml(PLAN.model_copy(update={"title": Title(en=f"Plan {k}")})) for k in range(MOST_OPENED + 1)]
    plans = [plan_in(client, text) for text in texts]
    assert len(set(plans)) == MOST_OPENED + 1
    pages = [client.get(f"/what-if?run=small&lang=en&plan={plan}").text for plan in plans]
    assert ["Open the file again" in text for text in pages] == [True] + [False] * MOST_OPENED
    assert plan_in(client, texts[0]) == plans[0]
    assert "Plan 0" in client.get(f"/what-if?run=small&lang=en&plan={plans[0]}").text


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{k}: &a{k} [{','.join([f'*a{k - 1}'] * 9)}]\n" for k in range(1, 30)
)
HOSTILE = {
    "deep lists": ("a: " + "[" * 100_000, "deep within each other"),
    "deep blocks": ("- " * 120_000, "deep within each other"),
    "deep mappings": ("{a: " * 50_000, "deep within each other"),
    "a bomb of anchors": (BOMB, "repeat too much"),
    "an anchor in itself": ("a: &a [*a]\n", "refer to themselves"),
    "no such anchor": ("a: *" + "b" * 200_000 + "\n", "not YAML"),
    "many values": ("a: [" + "1," * 120_000 + "]", "more than 20,000 values"),
    "many keys": ("".join(f"k{k}: 1\n" for k in range(9000)), "k0 is not known"),
    "many places": (f"levers: {{a: {{kind: kiosk, places: [{','.join(f'Bihu{k}' for k in range(18000))}]}}}}", "Bihu0"),
    "one key twice": ("weeks: 20\nweeks: 21\n", "stands here a second time"),
    "an endless key twice": ("? " + "a" * 100_000 + "\n: 1\n? " + "a" * 100_000 + "\n: 1\n", "second time"),
    "a NUL": ("weeks: 2\0\n", "not YAML"),
    "a tag that runs code": ("title: !!python/object/apply:os.system ['touch /tmp/x']\n", "the tag .* is not allowed"),
    "a tag on the top": ("!!python/object:os.system {a: 1}\n", "the tag .* is not allowed"),
    "an endless number": ("seed: 0x" + "9" * 200_000, "seed is 0x99"),
    "an endless decimal": ("seed: " + "9" * 200_000, "seed is 99"),
    "nothing": ("", "is empty"),
    "notes alone": ("#\n" * 100_000, "is empty"),
    "two documents": ("a: 1\n---\nb: 1\n", "second document"),
    "no mapping": ("[1, 2]\n", "lines `key: value`"),
    "GB18030": ("title: {zh: 方案}\n".encode("gb18030"), "GB18030"),
    "UTF-16": ("weeks: 20\n".encode("utf-16"), "UTF-16"),
    "bytes": (bytes(range(128, 256)) * 20, "not text in UTF-8"),
    "half a pair": ('title: {en: "\\ud800"}\n', "half of a pair"),
    "an unknown place": (f"{LEVER}  kiosks: {{kind: kiosk, places: [Bihuu]}}\n", "Did you mean Bihu"),
    "places to be found": (
        f"{LEVER}  kiosks: {{kind: kiosk, sites: optimise, placement: {{number: 3}}}}\n",
        "epay site",
    ),
    "events to be found": ("levers: {tour: {kind: training_event, events: optimise}}\n", "epay site"),
    "many levers": ("levers:\n" + "".join(f" a{k}: {{kind: coupon}}\n" for k in range(MOST_LEVERS + 1)), "too many"),
    "a long name": (f"levers: {{{'a' * (MOST_LETTERS + 1)}: {{kind: coupon}}}}\n", "Choose a shorter one"),
    "another seed": (f"seed: 7\n{LEVER}", "line 1: seed is 7, in the run's plan 1"),
    "other people": (f"{LEVER}behaviour:\n  weight_peers: 1.5\n", "line 4: behaviour.weight_peers is 1.5"),
    "another start": (f"{LEVER}start_date: 2027-01-04\n", "start_date is 2027-01-04"),
    "more than its budget": (f"{LEVER}  kiosks: {{kind: kiosk, places: all}}\nbudget: {{total_yuan: 5}}\n", "budget"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_clearly_quickly_and_in_little_memory(client, name):
    text, sentence = HOSTILE[name]
    started = time.monotonic()
    found = problems(client, text)
    assert time.monotonic() - started < QUICK
    assert 1 <= len(found) <= 21  # at most twenty, and how many more
    assert all(len(one) <= 2000 and "Traceback" not in one for one in found)
    assert any(re.search(sentence, one) for one in found), found
    assert all("mine.yaml" in one for one in found[:20])


def test_checking_takes_bounded_memory(client):
    for name in ("many values", "many keys", "a bomb of anchors", "deep lists"):
        tracemalloc.start()
        problems(client, HOSTILE[name][0])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < SEVERAL_FILES


@pytest.mark.parametrize("lang", TAGS)
def test_a_refusal_is_what_epay_check_says(client, tmp_path, lang):
    text = "wekks: 12\nlevers:\n  mine: {kind: coupn}\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="wekks") as caught:
        load_scenario(tmp_path / "mine.yaml")
    same = caught.value.text(lang).replace(str(tmp_path / "mine.yaml"), "mine.yaml").splitlines()
    answer = client.post(f"/what-if/open?run=small&lang={lang}&name=mine.yaml", content=text)
    assert answer.json()["problems"] == same


@pytest.mark.parametrize(
    "text",
    [
        "extends: {canary}\n",
        "extends: [{canary}]\n",
        "extends: null\nweeks: 20\n",
        "survey: {{table: {canary}}}\n",
        "region: {folder}\n",
        "region: {canary}\n",
        "region: ../../../../etc\n",
        "region: [lishui]\n",
        "region: atlantis\n",
    ],
)
def test_other_files_are_not_looked_for(client, root, monkeypatch, text):
    read = []
    canary = root / "canary.yaml"
    real = type(canary).read_bytes
    monkeypatch.setattr(type(canary), "read_bytes", lambda path: read.append(path) or real(path))
    found = problems(client, text.format(canary=canary, folder=root))
    assert CANARY not in "".join(found)
    assert len(found) == 1
    assert "mine.yaml, line 1:" in found[0]
    assert [path for path in read if path == canary] == []


def test_nothing_is_written(client, root):
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file())
    plan_in(client, to_yaml(PLAN))
    problems(client, HOSTILE["a tag that runs code"][0])
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()) == before


def test_too_large_a_file_is_refused_by_what_it_says_of_itself(client):
    assert "larger than 256 kB" in problems(client, b"#" * (MOST_BYTES + 1))[0]
    for told in ("-1", "1e3", "9" * 30):
        answer = client.post(OPEN, content=b"a: 1", headers={"content-length": told})
        assert answer.status_code == 413
    assert plan_in(client, to_yaml(PLAN) + "#" * (MOST_BYTES - 2 - len(to_yaml(PLAN).encode())) + "\n")


def test_fifty_megabytes_without_a_length_are_given_up_early(root):
    piece, sent = b"#" * 65_536, 0

    async def receive():
        nonlocal sent
        sent += len(piece)
        return {"type": "http.request", "body": piece, "more_body": sent < 50_000_000}

    status, body = call(make_app(root / "results"), receive)
    assert status == 413
    assert "larger" in json.loads(body)["problems"][0]
    assert sent <= MOST_BYTES + 2 * len(piece)


def test_a_file_that_never_arrives_is_given_up(root, monkeypatch):
    monkeypatch.setattr(of_opening, "READ_SECONDS", 0.2)

    async def receive():
        await asyncio.sleep(30)

    assert call(make_app(root / "results"), receive)[0] == 408


def call(app, receive):
    """Return status and body of a POST whose body comes from `receive`."""
    told = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/what-if/open", "raw_path": b"/what-if/open", "query_string": b"run=small&lang=en", "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip

    async def send(message):
        told.append(message)

    thread = threading.Thread(target=lambda: asyncio.run(app(scope, receive, send)))  # a browser's loop may run in this
    thread.start()
    thread.join(PATIENCE)
    return told[0]["status"], b"".join(message.get("body", b"") for message in told)


def test_two_hundred_at_once_are_answered_or_refused(client):
    statuses, lock = [], threading.Lock()
    text = to_yaml(PLAN)

    def one():
        answer = post(client, text)
        with lock:
            statuses.append((answer.status_code, next(iter(answer.json()))))

    threads = [threading.Thread(target=one) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(statuses) == 200
    assert set(statuses) <= {(200, "plan"), (503, "problems")}
    assert (200, "plan") in statuses
    assert plan_in(client, text)  # and it goes on


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"origin": "null"}, {"host": "evil.example"}])
def test_a_foreign_page_cannot_open_anything(client, headers):
    assert client.post(OPEN, content=to_yaml(PLAN), headers=headers).status_code == 403


def test_others_need_the_token_to_open(root):
    other = TestClient(make_app(root / "results", hosts=("192.168.1.5",), token="secret"), base_url=ADDRESS)
    host = {"host": "192.168.1.5:8000"}
    assert other.post(OPEN, content=to_yaml(PLAN), headers=host).status_code == 403
    kept = {**host, "cookie": "epay_token=secret"}
    assert other.post(OPEN, content=to_yaml(PLAN), headers=kept).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_files_are_taken(client, method):
    assert client.request(method, OPEN).status_code == 405


@pytest.mark.parametrize("run", ["", "nowhere", "../small", "small%00"])
def test_a_run_that_is_not_there_is_told(client, run):
    answer = client.post(f"/what-if/open?run={run}&lang=zh", content="a: 1")
    assert answer.status_code == 404
    assert "无法读取" in answer.json()["problems"][0]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plan.yaml", "plan.yaml"),
        ("方案.yaml", "方案.yaml"),
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\my plan.yaml", "my plan.yaml"),
        ("a\u202eb\u0000\nc.yaml", "abc.yaml"),
        ("", "scenario.yaml"),
        ("/", "scenario.yaml"),
        ("a" * 500, "a" * MOST_LETTERS),
    ],
)
def test_a_file_is_called_by_its_own_name(given, shown):
    assert shown_name(given) == shown
