"""Files leave the disk only from inside the results folder, and through no link."""

import pytest

from simulation.viewer.paths import OutsideError, data_file, inside
from tests.viewer.conftest import client_of


@pytest.mark.parametrize(
    "name",
    [
        "../secret.csv",
        "plan/../../secret.csv",
        "/etc/passwd",
        "plan\\..\\secret.csv",
        "C:/secret.csv",
        "plan/\0.csv",
        ".hidden/secret.csv",
        "plan/..",
        "%2e%2e/secret.csv",
        "plan",
        "",
        "nowhere.csv",
        "notes.txt",
    ],
)
def test_what_is_not_ours_is_not_sent(results, name):
    (results.parent / "secret.csv").write_text("secret")
    (results / ".hidden").mkdir()
    (results / ".hidden" / "secret.csv").write_text("secret")
    (results / "notes.txt").write_text("secret")
    answer = client_of(results).get("/file", params={"name": name})
    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/../app.py"])
def test_no_source_is_sent(client, path):
    assert "make_app" not in client.get(path).text


def test_links_are_not_followed(results):
    (results.parent / "elsewhere").mkdir()
    (results.parent / "elsewhere" / "data.csv").write_text("secret")
    (results / "linked").symlink_to(results.parent / "elsewhere")
    (results / "plan" / "linked.csv").symlink_to(results.parent / "elsewhere" / "data.csv")
    client = client_of(results)
    for name in ("linked/data.csv", "plan/linked.csv"):
        assert client.get("/file", params={"name": name}).status_code == 404
        with pytest.raises(OutsideError):
            data_file(results, name)
    assert 'data-state="missing"' in client.get("/overview?run=linked").text


def test_a_run_behind_a_link_is_not_opened(results, stored):
    (results / "other").mkdir()
    (results / "other" / "programme").symlink_to(stored / "plan" / "programme")
    assert 'data-state="damaged"' in client_of(results).get("/overview?run=other").text


def test_data_are_sent_to_be_saved(client, stored):
    answer = client.get("/file", params={"name": "plan/programme/outcomes.nc"})
    assert answer.content == (stored / "plan/programme/outcomes.nc").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert client.get("/file?name=plan/report.html").headers["content-disposition"].startswith("attachment")


def test_the_folder_itself_is_inside(results):
    assert inside(results, ".") == results
    assert inside(results, "") == results


def test_the_room_is_never_written(results):
    before = {path: path.stat().st_mtime_ns for path in results.rglob("*")}
    client = client_of(results)
    for page in ("overview", "runs"):
        assert client.get(f"/{page}").status_code == 200
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*")} == before
