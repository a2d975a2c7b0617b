"""Only the viewer's own pages are answered, by the name it was started under."""

import pytest
from starlette.testclient import TestClient

from simulation.viewer.app import make_app
from simulation.viewer.guard import COOKIE, Guard
from tests.viewer.conftest import ADDRESS, client_of


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_this_machine_is_answered(client, host):
    assert client.get("/runs", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "192.168.1.5:8000", "", "a@127.0.0.1:1"]
)
def test_another_name_for_this_machine_is_refused(client, host):
    answer = client.get("/runs", headers={"host": host})
    assert answer.status_code == (200 if host == "a@127.0.0.1:1" else 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://localhost"])
def test_another_origin_is_refused(client, origin):
    assert client.get("/progress", headers={"origin": origin}).status_code == 403


def test_the_own_origin_is_answered(client):
    assert client.get("/progress", headers={"origin": ADDRESS}).status_code == 200


def test_a_foreign_page_may_link_here_but_not_read(client):
    foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/file?name=plan/coverage.csv", headers=foreign).status_code == 403
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/runs", headers=followed).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(client, method):
    assert client.request(method, "/runs").status_code == 405


def test_every_answer_carries_the_policy(client):
    for path in ("/overview", "/static/main.js", "/plotly.js", "/nowhere", "/file?name=plan/coverage.csv"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'; script-src 'self';" in policy
        assert "ws://127.0.0.1:8000" in policy
        assert "unsafe-eval" not in policy
        assert "http:" not in policy.replace("ws://", "")


def test_a_refusal_says_nothing_about_the_results(client):
    assert client.get("/runs", headers={"host": "evil.example"}).text == "403 host"


def test_others_need_the_token(stored):
    other = client_of(stored, hosts=("192.168.1.5",), token="secret")
    host = {"host": "192.168.1.5:8000"}
    assert other.get("/runs", headers=host).status_code == 403
    assert other.get("/runs?token=wrong", headers=host).status_code == 403
    shown = other.get("/runs?token=secret&lang=zh", headers=host, follow_redirects=False)
    assert shown.status_code == 303
    assert shown.headers["location"] == "/runs?lang=zh"
    assert "httponly" in shown.headers["set-cookie"].lower()
    other.cookies.clear()
    assert other.get("/static/main.js", headers=host).status_code == 403
    assert other.get("/runs", headers={**host, "cookie": f"{COOKIE}=secret"}).status_code == 200


def test_the_token_leads_to_no_other_machine(stored):
    other = client_of(stored, hosts=(), token="secret")
    shown = other.get("//evil.example?token=secret", follow_redirects=False)
    assert not shown.headers.get("location", "/").startswith("//")


def test_a_viewer_of_any_name_needs_a_token(stored):
    with pytest.raises(ValueError, match="needs a token"):
        Guard(make_app(stored), hosts=())


def test_a_socket_from_elsewhere_is_refused(client):
    from starlette.websockets import WebSocketDisconnect

    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/live", headers={"origin": "http://evil.example"}),
    ):
        pass


def test_pages_are_compressed(client):
    assert client.get("/overview").headers["content-encoding"] == "gzip"
    answer = client.get("/plotly.js")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 2_000_000


def test_the_client_itself_is_a_stranger_without_its_name(stored):
    assert TestClient(make_app(stored)).get("/runs").status_code == 403
