"""`epay view`: where it listens, what it prints, and what it refuses."""

import socket

import pytest
import uvicorn

from simulation.cli import view as command
from simulation.cli.app import main
from simulation.viewer import server


@pytest.fixture
def opened(monkeypatch):
    """Let nothing run, and return the addresses a browser would have been sent to."""
    found = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    monkeypatch.setattr(server.webbrowser, "open", found.append)
    return found


@pytest.fixture
def epay(capsys, monkeypatch):
    monkeypatch.setenv("EPAY_LANG", "en")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


def test_it_listens_on_this_machine_and_opens_the_page(epay, opened, stored):
    code, out, _ = epay("view", stored)
    assert code == 0
    assert opened[0] in out
    assert opened[0].startswith("http://127.0.0.1:")
    assert "token" not in opened[0]


def test_the_browser_is_left_alone_where_asked(epay, opened, stored):
    assert epay("view", stored, "--no-open")[0] == 0
    assert opened == []


def test_others_get_an_address_with_a_token_and_a_warning(epay, opened, stored):
    _, out, _ = epay("view", stored, "--host", "0.0.0.0", "--no-open")
    token = out.split("?token=")[1].split()[0]
    assert len(token) >= 32
    assert "unencrypted" in out


def test_a_port_that_is_taken_is_told(epay, opened, stored):
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, _, err = epay("view", stored, "--port", other.getsockname()[1])
    assert code == 1
    assert err.strip()


def test_a_file_is_no_folder_of_results(epay, opened, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = epay("view", tmp_path / "file")
    assert code == 2
    assert "no folder" in err


def test_a_folder_that_is_not_there_yet_is_served_empty(epay, opened, tmp_path):
    assert epay("view", tmp_path / "results")[0] == 0


def test_missing_packages_are_named_with_what_installs_them(epay, monkeypatch, stored):
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "uvicorn" else object())
    code, _, err = epay("view", stored)
    assert code == 2
    assert "uvicorn" in err
    assert 'pip install "epay-adoption[viewer]"' in err


def test_help_is_in_the_language_asked_for(epay):
    assert "在浏览器中查看" in epay("view", "--help", "--lang", "zh")[1]
