"""Every page in a browser, both languages, wide and narrow."""

from pathlib import Path

import pytest

from simulation.messages import TAGS
from simulation.viewer.menu import PAGES
from tests.viewer.reading import foreign
from tests.viewer.test_pages import NAMES, words_of_the_region

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
QUICK = [("overview", "en"), ("map", "zh")]  # looked at by `make check`; all of them by `make verify`
EVERY = [
    pytest.param(page, lang, marks=[] if (page, lang) in QUICK else [pytest.mark.slow])
    for page in PAGES
    for lang in TAGS
]
GRAVE = ("serious", "critical")
TAGS_OF_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_BYTES = 6_000_000
GENEROUS_SECONDS = 15.0  # two are promised on a quiet machine

# every visible text and every ARIA string, with the language it is marked to be in
READ = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const here = node.parentElement;
    if (!node.data.trim() || here.closest('script, style, code, pre, [hidden]')) continue;
    found.push([here.closest('[lang]').lang, node.data.trim()]);
  }
  for (const one of document.body.querySelectorAll('[aria-label], [aria-valuetext], [title], [alt], [placeholder]'))
    for (const name of ['aria-label', 'aria-valuetext', 'title', 'alt', 'placeholder'])
      if (one.getAttribute(name)) found.push([one.closest('[lang]').lang, one.getAttribute(name)]);
  return found;
}"""


@pytest.mark.parametrize(("page", "lang"), EVERY)
def test_a_page_is_whole_wide_and_narrow(visit, programme, page, lang):
    shown = visit(f"/{page}?run=plan&lang={lang}")
    assert shown.locator("body").get_attribute("data-state") == "done"
    assert shown.locator("body").get_attribute("data-shown") == "plan"
    drawn, wanted = shown.locator(".js-plotly-plot").count(), shown.locator("[data-chart]").count()
    assert drawn == wanted
    found = foreign([(lang_, text) for lang_, text in shown.evaluate(READ)], NAMES)
    assert [text for text in found if text not in words_of_the_region(programme)] == []
    for width in (390, 320):
        shown.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("page", "lang"), EVERY)
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci in tests/viewer/browser")
def test_axe_finds_nothing_serious(visit, page, lang):
    shown = visit(f"/{page}?run=plan&lang={lang}", bypass_csp=True)
    for folded in shown.locator("main details").all():
        folded.evaluate("one => { one.open = true }")
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS_OF_AXE)
    grave = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
    assert grave == []


def test_the_first_page_is_soon_there_and_light(visit, record_property):
    visit("/overview?run=plan&lang=en").context.close()  # reads the run, as a viewer that is open has
    shown = visit("/overview?run=plan&lang=zh")
    seconds, weight = shown.evaluate(
        """() => {
          const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
          return [performance.now() / 1000, all.reduce((sum, one) => sum + one.transferSize, 0)];
        }"""
    )
    record_property("first_page_seconds", seconds)
    record_property("first_page_bytes", weight)
    print(f"first page: {seconds:.2f} s, {weight / 1e6:.2f} MB")
    assert weight < MOST_BYTES
    assert seconds < GENEROUS_SECONDS


def test_the_keyboard_reaches_everything(visit):
    shown = visit("/overview?run=plan&lang=en")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "main"
    shown.locator('.menu a[href^="/map"]').focus()
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    shown.keyboard.press("Enter")
    shown.wait_for_selector("body[data-state=done][data-page=map]")
    assert shown.locator('.menu a[aria-current="page"]').inner_text() == "Map"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "ending"), [("PNG", "png"), ("SVG", "svg")])
def test_a_figure_is_saved(visit, tmp_path, name, ending):
    shown = visit("/overview?run=plan&lang=en")
    with shown.expect_download() as found:
        shown.locator("[data-tools] button", has_text=name).first.click()
    assert found.value.suggested_filename.endswith(f".{ending}")
    found.value.save_as(tmp_path / "figure")
    data = (tmp_path / "figure").read_bytes()
    assert data.startswith(b"\x89PNG" if ending == "png" else b"<svg")
    assert len(data) > 5000


@pytest.mark.slow
def test_a_table_is_saved_as_it_stands(visit, tmp_path):
    shown = visit("/overview?run=plan&lang=zh")
    with shown.expect_download() as found:
        shown.locator("table.board caption button").click()
    found.value.save_as(tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1 + shown.locator("table.board tbody tr").count()
    assert text.startswith('"')
    assert "✗" not in text


@pytest.mark.slow
def test_a_search_narrows_the_numbers(visit):
    shown = visit("/model?run=plan&lang=en")
    all_rows = shown.locator("table.numbers tbody tr:visible").count()
    shown.get_by_label("Search").fill("coupon first_use")
    assert 0 < shown.locator("table.numbers tbody tr:visible").count() < all_rows
    assert "found" in shown.locator("[data-found]").inner_text()


@pytest.mark.slow
def test_contents_lead_into_the_description_of_the_model(visit):
    shown = visit("/model?run=plan&lang=zh", width=390)
    shown.locator(".contents a", has_text="7.12").focus()
    shown.keyboard.press("Enter")
    heading = shown.locator("#model-text-zh-7-12-levers")
    assert heading.evaluate("one => Math.abs(one.getBoundingClientRect().top) < 60")
    assert heading.evaluate("one => one.closest('[lang]').lang") == "en"
    table = shown.locator("#model-text-zh-7-12-levers ~ .scroll").first
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    table.focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())


# every box that is wider inside than outside: what it is called, whether the keyboard reaches it, and what says so
WIDE = """() => [...document.querySelectorAll('main *')]
  .filter((one) => one.scrollWidth > one.clientWidth + 2 && /auto|scroll/.test(getComputedStyle(one).overflowX))
  .map((one) => [
    one.getAttribute('aria-label') || one.tagName, one.tabIndex === 0, one.dataset.beyond,
    Boolean(one.previousElementSibling?.matches('.scroll-hint')),
  ])"""


@pytest.mark.slow
@pytest.mark.parametrize("lang", list(TAGS))
@pytest.mark.parametrize("page", PAGES)
def test_what_is_wider_than_the_screen_says_so_and_scrolls_by_the_keyboard(visit, page, lang):
    shown = visit(f"/{page}?run=plan&lang={lang}", width=390)
    shown.locator("main").evaluate("main => main.querySelectorAll('details').forEach((one) => { one.open = true })")
    shown.wait_for_timeout(300)
    wide = shown.evaluate(WIDE)
    assert [one for one in wide if one[1:] != [True, "right", True]] == []
    if page in ("map", "money", "runs"):
        assert wide
    shown.set_viewport_size({"width": 1440, "height": 900})
    shown.wait_for_timeout(300)
    assert shown.locator(".scroll-hint").count() == sum(one[3] for one in shown.evaluate(WIDE))


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci in tests/viewer/browser")
def test_axe_finds_nothing_serious_with_a_place_chosen(visit, width):
    shown = visit("/map?run=plan&lang=zh", width=width, bypass_csp=True)
    shown.locator("table.places tbody button").first.click()
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS_OF_AXE)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in GRAVE] == []
