"""Kiosks at sites in a browser: on the map from their first week, in the tables, and in what is saved."""

import re
import xml.etree.ElementTree as ET

import pytest

from simulation.levers.kiosk import Kiosk
from simulation.levers.training_event import TrainingEvent
from tests.viewer.at_sites import at_sites, with_levers
from tests.viewer.browser.conftest import Served
from tests.viewer.browser.test_pages import AXE, GRAVE, TAGS_OF_AXE
from tests.viewer.conftest import client_of, write_pair

SVG = "{http://www.w3.org/2000/svg}"
FIRST = 6  # week of the kiosk at the school
SITE = "Example school"


@pytest.fixture(scope="module")
def sites(tmp_path_factory, programme, baseline):
    root = tmp_path_factory.mktemp("sites")
    write_pair(root / "sites", at_sites(programme), baseline)
    made = Served(root)
    yield root, made.address
    made.stop()


def to_week(shown, week: int) -> None:
    shown.locator("[data-week]:visible").evaluate(
        "(one, week) => { one.value = week; one.dispatchEvent(new Event('input', { bubbles: true })) }", week
    )
    shown.wait_for_selector(f"[data-map][data-drawn='{week}']")


def saved(shown, tmp_path, ending: str) -> bytes:
    with shown.expect_download() as found:
        shown.locator("[data-map-tools]:visible button", has_text=ending.upper()).click()
    assert found.value.suggested_filename.endswith(f".{ending}")
    found.value.save_as(tmp_path / "map")
    return (tmp_path / "map").read_bytes()


def titles(svg: bytes, part: str) -> list[str]:
    """Return what the shapes of a part of a saved map are called."""
    groups = [one for one in ET.fromstring(svg).iter(f"{SVG}g") if one.get("data-part") == part]
    return [one.text for group in groups for one in group.iter(f"{SVG}title")]


@pytest.mark.slow
def test_a_kiosk_is_drawn_from_its_first_week(visit, sites, tmp_path):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    to_week(shown, FIRST - 1)
    assert titles(saved(shown, tmp_path, "svg"), "placed") == ["help kiosks: Town 2"]
    assert "(1 in the week shown)" in shown.locator('[data-mark="kiosk"]').inner_text()
    to_week(shown, FIRST)
    assert titles(saved(shown, tmp_path, "svg"), "placed") == [SITE, "help kiosks: Town 2", f"help kiosks: {SITE}"]
    assert "(2 in the week shown)" in shown.locator('[data-mark="kiosk"]').inner_text()


@pytest.mark.slow
def test_a_mark_has_a_shape_of_its_own(visit, sites, tmp_path):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    drawing = ET.fromstring(saved(shown, tmp_path, "svg"))
    parts = {one.get("data-part"): one for one in drawing.iter(f"{SVG}g")}
    assert {one.tag for one in parts["settlements"]} == {f"{SVG}circle"}
    corners = [len(re.findall("[ML]", one.get("d"))) for one in parts["placed"]]
    assert corners == [4, 3, 3]  # a diamond for the site, a triangle for each kiosk


@pytest.mark.slow
def test_a_saved_map_says_everything_it_needs(visit, sites, tmp_path, programme, baseline):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    date = shown.locator("[data-date]").inner_text()
    svg = saved(shown, tmp_path, "svg")
    words = " ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))
    for wanted in (
        programme.scenario.title.en, f"Coverage on {date}", "With the programme", "help kiosk, while open", "0%",
        "100%", "km", "North is up", "Illustrative baseline",
    ):  # fmt: skip
        assert wanted in words
    n_places = int((programme.dataset.n_residents_place.mean("replicate") > 0).sum())
    assert len(titles(svg, "settlements")) == n_places
    assert b"<script" not in svg
    assert b"href" not in svg
    shown.get_by_label("two side by side").check()
    both = saved(shown, tmp_path, "svg")
    assert len(titles(both, "settlements")) == 2 * n_places
    assert titles(both, "placed") == titles(svg, "placed")  # business as usual has none


@pytest.mark.slow
def test_a_saved_settlement_has_the_share_of_the_table(visit, sites, tmp_path):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    rows = shown.locator("table.places tbody tr").all()
    told = {row.locator("th").inner_text(): row.locator("[data-role='0']").inner_text() for row in rows}
    named = dict(title.split(": ") for title in titles(saved(shown, tmp_path, "svg"), "settlements"))
    assert named == {place: told[place] for place in named}


@pytest.mark.slow
def test_a_map_is_saved_as_png(visit, sites, tmp_path):
    shown = visit("/map?run=sites&lang=zh", address=sites[1])
    assert saved(shown, tmp_path, "png").startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_table_of_kiosks_follows_the_week_and_pins_by_the_keyboard(visit, sites):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    row = shown.locator("table.placed tbody tr", has_text=SITE)
    to_week(shown, FIRST - 1)
    row.locator("[data-now=before]").wait_for()
    assert "not yet" in row.inner_text()
    row.get_by_role("button").focus()
    shown.keyboard.press("Enter")
    assert SITE in shown.locator("[data-pinned] h3").inner_text()
    assert f"weeks {FIRST + 1} to" in shown.locator("[data-pinned]").inner_text()
    assert "is-pinned" in row.get_attribute("class")


@pytest.mark.slow
def test_the_pointer_is_told_what_stands_under_it(visit, sites):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    canvas = shown.locator('[data-canvas="right"] canvas')
    x, y = canvas.evaluate(
        """async (canvas) => {
          const facts = JSON.parse(document.querySelector('#map-en').textContent);
          const { View } = await import('/static/map_view.js');
          const view = new View([...facts.x, ...facts.sites.x], [...facts.y, ...facts.sites.y]);
          const { x, y } = view.pixel(facts.names.length, canvas.clientWidth, canvas.clientHeight);
          return [x, y];
        }"""
    )
    canvas.hover(position={"x": x, "y": y})
    assert shown.locator(".map-tip").inner_text() == f"{SITE}\nhelp kiosks, open"
    shown.locator("h1").hover()
    assert shown.locator(".map-tip").is_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci in tests/viewer/browser")
def test_axe_finds_nothing_serious_where_kiosks_are(visit, sites, lang):
    shown = visit(f"/map?run=sites&lang={lang}", address=sites[1], bypass_csp=True)
    shown.locator("table.placed").get_by_role("button").first.click()
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS_OF_AXE)
    assert [one["id"] for one in found["violations"] if one["impact"] in GRAVE] == []
    for width in (390, 320):
        shown.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_the_file_that_is_sent_has_sites_too(visit, sites, tmp_path):
    (tmp_path / "room.html").write_text(client_of(sites[0]).get("/offline?run=sites&lang=en").text, encoding="utf-8")
    shown = visit(f"file://{tmp_path / 'room.html'}#map")
    shown.wait_for_selector('[data-edition="en"] [data-map][data-drawn]')
    assert f"help kiosks: {SITE}" in titles(saved(shown, tmp_path, "svg"), "placed")


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory, programme, baseline):
    """A kiosk and a training event at every settlement."""
    root = tmp_path_factory.mktemp("everywhere")
    kiosks = Kiosk(kind="kiosk", places=("all",))
    training = TrainingEvent(kind="training_event", places=("all",))
    write_pair(root / "many", with_levers(programme, kiosks=kiosks, training=training), baseline)
    made = Served(root)
    yield made.address
    made.stop()


@pytest.mark.slow
def test_rings_lie_below_the_colours_and_are_thin(visit, everywhere, tmp_path):
    shown = visit("/map?run=many&lang=en", address=everywhere)
    drawing = ET.fromstring(saved(shown, tmp_path, "svg"))
    parts = {one.get("data-part"): one for one in drawing.iter(f"{SVG}g") if one.get("data-part")}
    order = list(parts)
    assert order.index("events") < order.index("settlements") < order.index("placed")
    n_places = len(parts["settlements"])
    assert len(parts["events"]) == len(parts["placed"]) == n_places
    assert max(float(ring.get("stroke-width")) for ring in parts["events"]) < 2


@pytest.mark.slow
def test_marks_can_be_taken_off_the_map_and_what_is_saved(visit, sites, tmp_path):
    shown = visit("/map?run=sites&lang=zh", address=sites[1])
    shown.locator("[data-with-placed]").uncheck()
    drawing = saved(shown, tmp_path, "svg")
    assert titles(drawing, "placed") == []
    assert "便民服务点（" not in drawing.decode()
    assert titles(drawing, "settlements")


@pytest.mark.slow
def test_what_is_open_comes_first_then_what_is_to_come(visit, sites):
    shown = visit("/map?run=sites&lang=en", address=sites[1])
    states = shown.locator("table.placed [data-now]")
    to_week(shown, FIRST - 1)
    shown.wait_for_selector("[data-now=before]")
    assert states.evaluate_all("all => all.map((one) => one.dataset.now)") == ["open", "before"]
