"""A page becomes a PDF where a browser is found, and else it is said why not."""

import re
import shutil
import stat

import pytest

from simulation.messages import render
from simulation.report.page import write_pages
from simulation.report.pdf import BROWSERS, find_browser, write_pdf

A4_POINTS = (595, 842)
NO_BROWSER = not any(shutil.which(name) for name in BROWSERS)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html><title>x</title><p>words</p>")
    return path


def fake(tmp_path, script):
    """Make a browser that does something else."""
    path = tmp_path / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_without_a_browser_it_is_said_what_was_looked_for(page, monkeypatch, tmp_path):
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    why = write_pdf(page, tmp_path / "page.pdf")
    assert "neither Chromium nor Chrome was found (looked for chromium" in render(why, "en")
    assert "没有找到 Chromium" in render(why, "zh") and not (tmp_path / "page.pdf").exists()


def test_a_wrong_browser_in_the_environment_is_named(page, monkeypatch, tmp_path):
    monkeypatch.setenv("CHROME", "/nowhere/chrome")
    assert "CHROME names /nowhere/chrome" in render(write_pdf(page, tmp_path / "page.pdf"), "en")


def test_a_browser_that_never_ends_is_stopped(page, monkeypatch, tmp_path):
    monkeypatch.setenv("CHROME", fake(tmp_path, "sleep 60"))
    assert "had not finished after 1 seconds" in render(write_pdf(page, tmp_path / "page.pdf", seconds=1), "en")


def test_a_browser_that_fails_says_why_and_an_older_file_stays(page, monkeypatch, tmp_path):
    (tmp_path / "page.pdf").write_text("older")
    monkeypatch.setenv("CHROME", fake(tmp_path, "echo no display >&2; exit 3"))
    assert "wrote none (no display)" in render(write_pdf(page, tmp_path / "page.pdf"), "en")
    assert (tmp_path / "page.pdf").read_text() == "older"


@pytest.mark.slow
@pytest.mark.skipif(NO_BROWSER, reason="no Chromium or Chrome")
def test_the_report_becomes_pages_of_a4(programme, baseline, tmp_path, monkeypatch):
    monkeypatch.delenv("CHROME", raising=False)
    page, *_ = write_pages(tmp_path, programme, baseline)
    assert write_pdf(page, tmp_path / "report.pdf") is None
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", (tmp_path / "report.pdf").read_bytes())
    assert len(boxes) > 3 and {tuple(round(float(x)) for x in box) for box in boxes} == {A4_POINTS}


def test_the_environment_goes_before_what_is_installed(monkeypatch, tmp_path):
    browser = fake(tmp_path, "true")
    monkeypatch.setenv("CHROME", browser)
    assert str(find_browser()) == browser
