"""Pages that go on while they are looked at, and the file that needs no service."""

import shutil
import subprocess
from pathlib import Path

import pytest

from simulation.viewer.menu import MENU
from tests.viewer.browser.conftest import Served
from tests.viewer.conftest import client_of
from tests.viewer.test_states import experiment

HERE = Path(__file__).parent
TSC = HERE / "node_modules" / "typescript" / "bin" / "tsc"


@pytest.mark.slow
def test_an_experiment_is_followed_without_a_reload(visit, tmp_path):
    experiment(tmp_path / "going", 1)
    made = Served(tmp_path)
    try:
        shown = visit("/overview?lang=en", address=made.address)
        assert "1 of 4" in shown.locator("[data-progress]").inner_text()
        shown.evaluate("window.kept = true")
        path = tmp_path / "going" / "cells" / "02" / "02abc.cell"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"cell")
        shown.get_by_text("2 of 4").first.wait_for()
        assert shown.evaluate("window.kept") is True
    finally:
        made.stop()


def test_the_file_opens_without_a_service_in_both_languages(visit, stored, tmp_path):
    (tmp_path / "room.html").write_text(client_of(stored).get("/offline?run=plan&lang=en").text, encoding="utf-8")
    shown = visit(f"file://{tmp_path / 'room.html'}")
    for entry in MENU:
        shown.locator(f'.menu a[href="#{entry.code}"]:visible').click()
        shown.wait_for_selector(f"body[data-state=done][data-page={entry.code}]")
        assert shown.locator("h1:visible").count() == 1
        assert shown.locator("[data-chart]:visible").count() == shown.locator(".js-plotly-plot:visible").count()
    shown.locator('.menu a[href="#map"]:visible').click()
    shown.wait_for_selector("body[data-state=done][data-page=map]")
    shown.locator("[data-language]:visible").click()
    assert shown.evaluate("document.documentElement.lang") == "zh-Hans"
    shown.wait_for_selector('[data-edition="zh-Hans"] [data-map][data-drawn]')
    assert shown.locator("h1:visible").inner_text() == "地图"
    assert shown.locator('[data-edition="en"]').is_hidden()


@pytest.mark.slow
def test_the_file_leads_to_a_part_of_a_page(visit, stored, tmp_path):
    (tmp_path / "room.html").write_text(client_of(stored).get("/offline?run=plan&lang=en").text, encoding="utf-8")
    shown = visit(f"file://{tmp_path / 'room.html'}#model-text-en-7-12-levers")
    shown.wait_for_selector("body[data-state=done][data-page=model]")
    heading = shown.locator("#model-text-en-7-12-levers")
    assert heading.evaluate("one => Math.abs(one.getBoundingClientRect().top) < 60")
    shown.locator('.contents a[href="#model-text-en-9-what-is-made-of-runs"]').click()
    shown.wait_for_function("location.hash === '#model-text-en-9-what-is-made-of-runs'")
    assert shown.locator("body").get_attribute("data-page") == "model"
    assert shown.locator("#model-text-en-9-what-is-made-of-runs").is_visible()


@pytest.mark.skipif(
    not TSC.exists() or not shutil.which("node"), reason="no TypeScript: npm ci in tests/viewer/browser"
)
@pytest.mark.slow
def test_scripts_keep_to_the_types_they_state():
    done = subprocess.run(["node", TSC, "-p", HERE / "jsconfig.json"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0
