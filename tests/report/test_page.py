"""The page answers honestly, in two languages, to everybody, and asks no server for anything."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from simulation.outcomes.wording import say
from simulation.report.method import constant_sentences
from simulation.report.money import coupon_sentence
from simulation.report.page import CHAPTERS, page

CHARTS = 11
VOID = {"meta", "br", "link", "input", "img", "hr"}


class Reader(HTMLParser):
    """Collects tags, texts and whatever is left open."""

    def __init__(self):
        super().__init__()
        self.stack, self.tags, self.texts, self.attributes = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if data.strip() and not {"script", "style"} & set(self.stack):
            self.texts.append((self.stack[-1], data.strip()))


@pytest.fixture(scope="module")
def pages(programme, baseline):
    return {lang: page(programme, baseline, lang) for lang in ("en", "zh")}


def without_plotly(text):
    """Return the page without the library, which is the longest script."""
    scripts = re.findall(r"<script>.*?</script>", text, flags=re.S)
    return text.replace(max(scripts, key=len), "")


def read(text):
    reader = Reader()
    reader.feed(without_plotly(text))
    return reader


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_one_well_formed_file_with_the_library_once(pages, lang):
    reader = read(pages[lang])
    assert reader.stack == []
    assert pages[lang].count("plotly.js v") <= 2 and 4e6 < len(pages[lang]) < 7e6


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_fetched(pages, lang):
    for tag, attributes in read(pages[lang]).attributes:
        assert "src" not in attributes and tag not in ("link", "iframe", "img")
        if "href" in attributes:
            assert re.fullmatch(r"(report|bulletins)(\.zh)?\.html|#[a-z_]+", attributes["href"])
    assert "http" not in without_plotly(pages[lang]).replace("http-equiv", "")
    assert "default-src &#x27;none&#x27;" in pages[lang] or "default-src 'none'" in pages[lang]


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_page_can_be_read_by_everybody(pages, lang, tag):
    reader = read(pages[lang])
    assert ("html", {"lang": tag}) in reader.attributes
    assert reader.tags.count("h1") == 1
    assert reader.tags.count("table") == reader.tags.count("caption")
    headings = [a for t, a in reader.attributes if t == "th"]
    assert all(a.get("scope") in ("row", "col") for a in headings)
    charts = [a for _, a in reader.attributes if "data-chart" in a]
    assert len(charts) == CHARTS and len({a["data-chart"] for a in charts}) == CHARTS
    assert all(a["role"] == "img" and a["aria-label"] for a in charts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_label_stands_before_the_answer_and_the_order_is_kept(pages, lang):
    text = pages[lang]
    headings = [f'<section id="{code}"><h2>' for code in CHAPTERS]
    marks = [say("report.illustrative", lang), "<h1>", *headings]
    places = [text.index(m) for m in marks]
    assert places == sorted(places)


def test_a_missed_target_is_told_with_its_distance(pages, programme):
    from simulation.outcomes import numbers
    from simulation.outcomes.targets import judge

    missed = judge("everyone", programme.scenario.targets["everyone"], programme.dataset)
    assert missed.status == "missed"
    gap = numbers.points(missed.shortfall, "en", signed=False)
    assert f"against 80% ({gap} short)" in pages["en"]


def test_every_chart_is_json_that_draws_something(pages):
    found = re.findall(r'<script type="application/json" id="(chart-\d+)">(.*?)</script>', pages["en"], flags=re.S)
    assert len(found) == CHARTS
    for _, text in found:
        assert json.loads(text)["data"]


def test_a_title_cannot_smuggle_markup_in(programme):
    title = programme.scenario.title.model_copy(update={"en": "<script>alert(1)</script>"})
    scenario = programme.scenario.model_copy(update={"title": title})
    text = page(type(programme)(programme.dataset, scenario, programme.provenance), None, "en")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_short_run_of_one_replicate_and_no_baseline_has_a_page(short_run):
    text = page(short_run, None, "en")
    assert "chance is not accounted for" in text
    assert "Added, year" not in text


def test_chinese_pages_show_no_english_sentence(pages):
    """Names, commands and sources stay as typed; every sentence of the page is Chinese."""
    for tag, text in read(pages["zh"]).texts:
        if tag in ("p", "h1", "h2", "h3", "caption", "summary"):
            words = re.findall(r"[A-Za-z]{4,}", text)
            assert not set(words) - {"English", "Town", "lishui"}, text


def test_solved_constants_are_shown_with_what_is_left_over(programme):
    constants = {
        "alpha": [[0.5] * 3] * 5, "gamma": [0.1] * 6, "growth": [[0.012] * 3] * 5, "growth_target": [[0.01] * 3] * 5,
        "acceptance_growth": [0.05] * 6, "acceptance_target": [0.05] * 6,
    }  # fmt: skip
    record = {**programme.provenance, "constants": constants}
    text = page(type(programme)(programme.dataset, programme.scenario, record), None, "en")
    assert text.count("<td>+1.20</td><td>+1.00</td><td>+0.20</td>") == 15
    assert text.count("<td>+5.00</td><td>+5.00</td><td>0.00</td>") == 6


@pytest.mark.parametrize(("lang", "word"), [("en", "deadweight"), ("zh", "无谓支出")])
def test_coupons_paid_for_nothing_are_reported(pages, lang, word):
    assert word in pages[lang]


def test_a_run_without_coupons_says_nothing_of_them(baseline):
    assert coupon_sentence(baseline, baseline, "en") == ""


def test_constants_that_were_not_solved_are_called_so(programme, baseline):
    constants = {"alpha": [[0.0]], "converged": False}
    unsolved = replace(programme, provenance={**programme.provenance, "constants": constants})
    sentences = constant_sentences(unsolved, baseline, "en")
    assert sentences[0].startswith("The solution did not meet every equation")
    assert "points a year" in sentences[1]
