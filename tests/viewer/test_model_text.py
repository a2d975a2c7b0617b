"""The description of the model on its page: whole, linked, and nothing in it is obeyed."""

import re
from pathlib import Path

import pytest

from simulation.viewer import model_text as module
from simulation.viewer.model_text import model_file, model_text
from simulation.viewer.pages import model as page
from tests.viewer.reading import read

SOURCE = Path(__file__).resolve().parents[2] / "MODEL.md"


@pytest.fixture(scope="module", params=["en", "zh"])
def shown(request, client):
    return request.param, client.get(f"/model?run=plan&lang={request.param}").text


def part(text: str) -> str:
    return text[text.index('<div class="model-text"') : text.index("<footer>")]


def test_every_chapter_of_the_file_is_there_in_its_order(shown):
    wanted = re.findall(r"^##+ (.+)$", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    found = re.findall(r"<h[34] id=[^>]*>(.+?)</h[34]>", part(shown[1]))
    assert found == wanted


def test_every_row_of_its_tables_and_every_block_is_there(shown):
    source = SOURCE.read_text(encoding="utf-8")
    rules = len(re.findall(r"^\|[-|]+\|$", source, re.MULTILINE))
    assert part(shown[1]).count("<table") == rules
    assert part(shown[1]).count("<tr>") == len(re.findall(r"^\|", source, re.MULTILINE)) - rules
    assert part(shown[1]).count("<pre ") == source.count("\n```") / 2


def test_contents_lead_to_what_is_on_the_page(shown):
    tags = read(shown[1]).tags
    idents = {given["id"] for _, given in tags if given.get("id")}
    links = [
        given["href"][1:] for tag, given in tags if tag == "a" and str(given.get("href")).startswith("#model-text")
    ]
    assert len(links) > 15
    assert set(links) <= idents


def test_it_is_marked_as_english_and_chinese_pages_say_so(shown):
    lang, text = shown
    assert '<div class="model-text" lang="en">' in text
    assert ("英文" in text[: text.index('<div class="model-text"')]) == (lang == "zh")


def test_every_table_can_be_scrolled_and_has_a_name_of_its_own(shown):
    names = re.findall(r'<div class="scroll" role="region" tabindex="0" aria-label="([^"]+)"', part(shown[1]))
    assert len(names) == part(shown[1]).count("<table") == len(set(names))


def test_the_page_has_it_without_a_run(client):
    assert 'class="model-text"' in client.get("/model?lang=en").text


def test_markup_in_the_text_is_shown_and_not_obeyed():
    body = model_text(
        "<script>alert(1)</script>\n\na <b onclick='x'>bold</b> word\n\n| <i>a</i> |\n|---|\n| b |\n", "x"
    ).body
    assert re.findall(r"<(?:script|b|i)\b", body) == []
    assert "&lt;script&gt;" in body
    assert "&lt;i&gt;" in body


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "javascript:alert(1)", "docs/other.md", "#nowhere", "data:text/html,x"]
)
def test_a_link_out_of_the_text_keeps_its_words_alone(address):
    body = model_text(f"see [the words]({address}) and ![a picture](https://example.org/p.png)", "x").body
    assert "the words" in body
    assert re.findall(r"(?:href|src)=", body) == []


def test_a_link_within_the_text_leads_to_its_heading():
    found = model_text("# Title\n\n## 7.1 A *rule*\n\nsee [it](#7-1-a-rule) and [more](https://example.org)\n", "x")
    assert [(one.ident, one.words) for one in found.headings] == [("x-7-1-a-rule", "7.1 A <em>rule</em>")]
    assert '<a href="#x-7-1-a-rule">it</a>' in found.body
    assert found.body.count("<a ") == found.body.count("</a>") == 1
    assert "Title" not in found.body


def test_headings_of_one_name_are_told_apart():
    found = model_text("## Money\n\n## Money\n", "x")
    assert [one.ident for one in found.headings] == ["x-money", "x-money-2"]


def test_it_is_found_in_a_package_and_in_a_checkout_but_not_among_other_packages(tmp_path):
    package = tmp_path / "simulation"
    package.mkdir()
    assert model_file(package) is None
    (tmp_path / "MODEL.md").write_text("of another package", encoding="utf-8")
    assert model_file(package) is None
    (tmp_path / "pyproject.toml").touch()
    assert model_file(package) == tmp_path / "MODEL.md"
    (package / "MODEL.md").touch()
    assert model_file(package) == package / "MODEL.md"
    assert model_file() == module.PACKAGE / "MODEL.md" or model_file() == SOURCE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_it_is_not_installed_the_page_says_so(client, monkeypatch, lang):
    monkeypatch.setattr(page, "model_file", lambda: None)
    text = client.get(f"/model?lang={lang}").text
    assert "MODEL.md" in text
    assert 'class="model-text"' not in text
    assert f'id="model-text-{lang}"' in text  # where the link at the top leads
