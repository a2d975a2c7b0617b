"""The what-if in a browser: a fast drag ends on its last value, the address holds the levers, nothing is stale."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from simulation.messages import TAGS
from simulation.scenario.load import load_scenario
from tests.viewer.browser.conftest import Served
from tests.viewer.browser.test_pages import AXE, GRAVE, READ, TAGS_OF_AXE
from tests.viewer.reading import foreign
from tests.viewer.small import LEVERS, write_small
from tests.viewer.test_pages import NAMES

OWN_NAMES = NAMES | set(LEVERS) | {"small", "YAML", "epay", "run"}

# drags the dose of the coupon over 20 values, and notes what is shown in every frame until all is done
DRAG = """() => new Promise((resolve) => {
  const slider = document.querySelector('input[type=range][data-move="coupon.dose"]');
  const seen = [];
  for (let k = 1; k <= 20; k++) setTimeout(() => {
    slider.value = String(k / 20);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    seen.push(['moved', slider.value]);
    if (k === 20) requestAnimationFrame(look);
  }, 15 * k);
  const look = () => {
    seen.push(['shown', document.body.dataset.shown, document.querySelector('[data-headline]').textContent]);
    if (document.body.dataset.state === 'done') resolve(seen);
    else requestAnimationFrame(look);
  };
})"""


@pytest.fixture(scope="module")
def small_served(tmp_path_factory):
    root = tmp_path_factory.mktemp("what-if")
    write_small(root / "small")
    made = Served(root)
    yield made.address
    made.stop()


@pytest.fixture
def what_if(visit, small_served):
    """Return a function that opens the page, and waits for its first picture."""

    def open_page(lang="en", query="", **given):
        return visit(f"/what-if?run=small&lang={lang}{query}", address=small_served, **given)

    return open_page


def shown_state(page):
    return page.evaluate("[document.body.dataset.state, document.body.dataset.shown]")


def test_a_fast_drag_ends_on_its_last_value_and_shows_nothing_stale(what_if):
    page = what_if(query="&coupon.dose=1.95")
    seen = page.evaluate(DRAG)
    assert [one[1] for one in seen if one[0] == "moved"][-1] == "1"
    pictures = [one[1:] for one in seen if one[0] == "shown"]  # since the last move was made
    changes = [one for k, one in enumerate(pictures) if k == 0 or one != pictures[k - 1]]
    assert len(changes) <= 2  # the picture there was, then that of the last value
    assert changes[-1][0] == "small"
    assert shown_state(page) == ["done", "small"]
    assert page.locator("[data-headline]").inner_text().startswith("The plan as it stands")


def test_every_part_shows_the_same_answer(what_if):
    page = what_if()
    page.locator('input[type=number][data-move="coupon.dose"]').fill("0")
    page.keyboard.press("Tab")
    page.wait_for_selector("body[data-state=done][data-shown='small?coupon.dose=0']")
    drawn = json.loads(page.locator("#what-if-lines").text_content())
    line = next(one for one in drawn["data"] if one.get("name") == "Now")
    told = page.locator("[data-headline]").inner_text()
    assert told.startswith(f"Coverage is {100 * line['y'][-1]:.1f}%")
    assert page.locator("[data-chart]").get_attribute("aria-label") == told
    everyone = page.locator("[data-bars] tr").first.locator("td").first.inner_text()
    assert everyone in told
    page.locator("details.numbers summary").click()
    assert page.locator("[data-numbers] tr").last.locator("td").first.text_content() == f"{100 * line['y'][-1]:.1f}%"
    assert page.locator("[data-worlds]").inner_text() == "3 worlds"
    assert page.locator("[data-live]").text_content() == told
    assert page.locator('input[type=range][data-move="coupon.dose"]').input_value() == "0"


def test_levers_live_in_the_address(what_if):
    page = what_if()
    dose = page.locator('input[type=range][data-move="seats.dose"]')
    dose.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("body[data-state=done][data-shown='small?seats.dose=1.05']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("body[data-state=done][data-shown='small?seats.dose=1.1']")
    assert parse_qs(urlsplit(page.url).query)["seats.dose"] == ["1.1"]
    assert "seats.dose=1.1" in page.locator("a.language").get_attribute("href")
    headline = page.locator("[data-headline]").inner_text()
    page.reload()
    page.wait_for_selector("body[data-state=done][data-shown='small?seats.dose=1.1']")
    assert page.locator("[data-headline]").inner_text() == headline
    page.go_back()
    page.wait_for_selector("body[data-state=done][data-shown='small?seats.dose=1.05']")
    assert dose.input_value() == "1.05"
    page.get_by_role("button", name="Back to the plan").click()
    page.wait_for_selector("body[data-state=done][data-shown='small']")
    assert "seats" not in page.url


@pytest.mark.slow
def test_the_mark_below_a_slider_is_explained_and_read_out(what_if):
    page = what_if(query="&coupon.start=7")
    legend = page.locator(".mark-legend")
    assert legend.inner_text() == "marks the plan's value"
    marks = legend.locator(".plan-mark"), page.locator(".lever .plan-mark").first
    assert len({one.evaluate("one => getComputedStyle(one).borderBottomColor") for one in marks}) == 1
    start = page.locator('input[type=range][data-move="coupon.start"]')
    assert start.get_attribute("aria-valuetext") == "week 7; in the plan week 4"


@pytest.mark.slow
def test_a_refused_value_keeps_the_picture(what_if):
    page = what_if()
    before = page.locator("[data-headline]").inner_text()
    page.locator('input[type=number][data-move="coupon.dose"]').fill("9")
    page.wait_for_selector("body[data-state=error]")
    assert "Allowed: 0 to 2" in page.locator("[data-problem]").inner_text()
    assert page.locator("[data-headline]").inner_text() == before
    page.locator('input[type=number][data-move="coupon.dose"]').fill("2")
    page.wait_for_selector("body[data-state=done][data-shown='small?coupon.dose=2']")
    assert page.locator("[data-problem]").is_hidden()


@pytest.mark.slow
def test_a_switch_reset_and_the_badge(what_if):
    page = what_if()
    page.locator("[data-more]").evaluate("one => { one.open = true }")
    folded = page.locator("[data-more] [data-lever]").first
    folded.get_by_label("In the plan").uncheck()
    page.wait_for_selector("body[data-state=done][data-shown$='.on=0']")
    assert page.locator("[data-badge]").inner_text() == "1 changed"
    assert "yes → no" in page.locator("[data-difference]").inner_text()
    folded.get_by_role("button", name="Reset").click()
    page.wait_for_selector("body[data-state=done][data-shown='small']")
    assert page.locator("[data-badge]").is_hidden()
    assert page.evaluate("document.activeElement.type") == "checkbox"


@pytest.mark.slow
def test_the_scenario_is_saved(what_if, tmp_path):
    page = what_if(query="&coupon.dose=0.5")
    with page.expect_download() as found:
        page.locator("[data-save]").click()
    found.value.save_as(tmp_path / "saved.yaml")
    saved = load_scenario(tmp_path / "saved.yaml")
    assert saved.levers["coupon"] == LEVERS["coupon"].scaled(0.5)


@pytest.mark.slow
@pytest.mark.parametrize("lang", TAGS)
def test_the_page_is_whole_in_both_languages_wide_and_narrow(what_if, lang):
    page = what_if(lang, "&coupon.dose=1.5&line.on=0")
    page.locator("[data-more]").evaluate("one => { one.open = true }")
    assert foreign([(tag, text) for tag, text in page.evaluate(READ)], OWN_NAMES) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci in tests/viewer/browser")
@pytest.mark.parametrize("lang", TAGS)
def test_axe_finds_nothing_serious(what_if, lang):
    page = what_if(lang, "&coupon.dose=1.5&line.on=0", bypass_csp=True)
    for folded in page.locator("main details").all():
        folded.evaluate("one => { one.open = true }")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS_OF_AXE)
    grave = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
    assert grave == []


@pytest.mark.slow
def test_a_lost_service_is_told_and_found_again(browser, small_served):
    page = browser.new_page()
    sockets = []

    def handle(socket):
        socket.connect_to_server()
        sockets.append(socket)

    page.route_web_socket("**/what-if/live**", handle)
    page.goto(f"{small_served}/what-if?run=small&lang=en")
    page.wait_for_selector("body[data-state=done]")
    sockets[0].close()
    page.locator("[data-worlds]").get_by_text("does not answer").wait_for()
    assert page.locator("[data-headline]").inner_text().startswith("The plan as it stands")
    page.locator("[data-worlds]").get_by_text("3 worlds").wait_for()
    page.close()
