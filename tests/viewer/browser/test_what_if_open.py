"""A scenario file opened in a browser: its levers are there and move, and what is wrong with a file is told."""

import pytest

from simulation.messages import TAGS
from simulation.scenario.budget import Budget
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import Scenario, Title
from tests.levers.examples import EXAMPLES
from tests.viewer.browser.conftest import PATIENCE
from tests.viewer.browser.test_pages import AXE, GRAVE, READ, TAGS_OF_AXE
from tests.viewer.browser.test_what_if import OWN_NAMES, small_served, what_if  # noqa: F401
from tests.viewer.reading import foreign
from tests.viewer.small import COMMON, LEVERS, PLAN

TITLE = Title(en="Voices and news", zh="语音与宣传")
OTHER = Scenario(**COMMON, title=TITLE, levers={"news": LEVERS["news"], "voices": EXAMPLES["voice_payment"]})
WRONG = "wekks: 12\nextra: 1\nlevers:\n  mine: {kind: coupn}\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "plan.yaml").write_text(to_yaml(OTHER), encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "large.yaml").write_bytes(b"#" * 300_000)
    return tmp_path


def choose(page, file):
    page.locator("#open-file").set_input_files(file)


def opened(page, file):
    choose(page, file)
    page.wait_for_url("**plan=**")
    page.wait_for_selector("body[data-state=done]")


def test_a_file_is_opened_by_keyboard_and_its_levers_move(what_if, files):  # noqa: F811
    page = what_if(query="&coupon.dose=0.5")
    page.on("filechooser", lambda _: None)  # from here on the dialog is not shown but told
    page.locator("#open-file").focus()
    assert page.evaluate("document.activeElement.id") == "open-file"
    with page.expect_file_chooser(timeout=3 * PATIENCE) as chooser:  # without a desktop it is asked for in vain first
        page.keyboard.press("Enter")
    chooser.value.set_files(files / "plan.yaml")
    page.wait_for_url("**plan=**")
    page.wait_for_selector("body[data-state=done]")
    assert "coupon" not in page.url
    assert "Voices and news" in page.locator(".opened").inner_text()
    assert page.locator("[data-lever]").count() == 2
    headline = page.locator("[data-headline]").inner_text()
    assert not headline.startswith("The plan as it stands")
    page.locator('input[type=number][data-move="news.dose"]').fill("0")
    page.keyboard.press("Tab")
    page.wait_for_selector("body[data-state=done][data-shown$='&news.dose=0']")
    assert page.locator("[data-headline]").inner_text() != headline
    page.reload()
    page.wait_for_selector("body[data-state=done][data-shown$='&news.dose=0']")
    page.locator("a.language").click()
    page.wait_for_selector("html[lang=zh-Hans] body[data-state=done][data-shown$='&news.dose=0']")
    assert "语音与宣传" in page.locator(".opened").inner_text()
    page.get_by_role("link", name="回到这次运行的方案").click()
    page.wait_for_selector("body[data-state=done][data-shown='small']")
    assert page.locator("[data-lever]").count() == len(LEVERS)


def test_what_is_wrong_with_a_file_is_listed_and_the_page_stays(what_if, files):  # noqa: F811
    page = what_if()
    for name, words in (("large.yaml", ["larger than 256 kB"]), ("wrong.yaml", ["wekks", "extra", "coupn"])):
        choose(page, files / name)
        page.locator("[data-open-refused] li").get_by_text(words[0]).wait_for()
        assert page.get_by_role("alert").filter(has_text="was not opened").is_visible()
        told = page.locator("[data-open-refused] li").all_inner_texts()
        assert len(told) == len(words)
        assert all(word in one for word, one in zip(words, told, strict=True))
    assert page.locator("body").get_attribute("data-shown") == "small"
    (files / "wrong.yaml").write_text(to_yaml(OTHER), encoding="utf-8")
    opened(page, files / "wrong.yaml")  # the same name, mended
    assert page.locator("[data-lever]").count() == 2


@pytest.mark.slow
@pytest.mark.parametrize("lang", TAGS)
def test_the_page_is_whole_in_both_languages_wide_and_narrow(what_if, files, lang):  # noqa: F811
    page = what_if(lang)
    opened(page, files / "plan.yaml")
    assert foreign([(tag, text) for tag, text in page.evaluate(READ)], OWN_NAMES | {"voices"}) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci in tests/viewer/browser")
@pytest.mark.parametrize("lang", TAGS)
@pytest.mark.parametrize("file", ["plan.yaml", "large.yaml"])
def test_axe_finds_nothing_serious(what_if, files, lang, file):  # noqa: F811
    page = what_if(lang, bypass_csp=True)
    if file == "plan.yaml":
        opened(page, files / file)
    else:
        choose(page, files / file)
        page.locator("[data-open-refused] li").wait_for()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", TAGS_OF_AXE)
    grave = [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"] if one["impact"] in GRAVE]
    assert grave == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "cap"),
    [
        ("en", "trainers: at most 4.0 million yuan, owed 7.4 million yuan, 3.4 million yuan missing"),
        ("zh", "培训师资：上限 400.0 万元，应付 735.0 万元，缺 335.0 万元"),
    ],
)
def test_what_is_over_its_budget_says_by_how_much_before_it_is_saved(what_if, files, lang, cap):  # noqa: F811
    tight = PLAN.model_copy(update={"budget": Budget(total_yuan=4e8, lines={"trainers": 4e6})})
    (files / "tight.yaml").write_text(to_yaml(tight), encoding="utf-8")
    page = what_if(lang)
    opened(page, files / "tight.yaml")
    warning = page.locator("[data-save-warning]")
    assert not warning.is_visible()
    page.locator('input[type=number][data-move="seats.dose"]').evaluate(
        "one => { one.value = 2; one.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    warning.wait_for(state="visible")
    assert cap in warning.inner_text()
    assert page.locator("[data-problem]").inner_text() == warning.inner_text()
    with page.expect_download() as saved:
        page.locator("[data-save]").click()
    saved.value.save_as(files / "over.yaml")
    choose(page, files / "over.yaml")
    told = page.locator("[data-open-refused] li")
    told.first.wait_for()
    assert "budget.lines.trainers" in told.first.inner_text()
    page.locator('input[type=number][data-move="seats.dose"]').evaluate(
        "one => { one.value = 1; one.dispatchEvent(new Event('change', { bubbles: true })) }"
    )
    warning.wait_for(state="hidden")
