"""Every page in both languages: one heading, landmarks, a way on, and nothing left in the other language."""

import json
import re
from pathlib import Path

import pytest

import simulation
from simulation.messages import TAGS, catalogue
from simulation.viewer.layout import SCRIPT_WORDS
from simulation.viewer.menu import MENU, PAGES
from tests.viewer.reading import foreign, read

STATIC = Path(simulation.__file__).parent / "viewer" / "static"
NAMES = {"plan", "coupon", "kiosks", "terminals", "North", "programme", "baseline", "numpy", "numba", "scipy", "xarray",
         "pandas", "pydantic", "networkx", "mesa", "plotly", "netcdf"}  # fmt: skip
EVERY = [(page, lang) for page in PAGES for lang in TAGS]


@pytest.fixture(scope="module")
def page_of(client):
    """Return a function that reads a page once."""
    kept = {}

    def get(page, lang):
        if (page, lang) not in kept:
            answer = client.get(f"/{page}?run=plan&lang={lang}")
            assert answer.status_code == 200
            kept[page, lang] = answer.text
        return kept[page, lang]

    return get


def words_of_the_region(result):
    """Return what the made-up region says of its sources, in English alone."""
    region = result.provenance["region"]
    return [text for name in ("sources", "estimated", "notes") for text in region.get(name, ())]


@pytest.mark.parametrize(("page", "lang"), EVERY)
def test_nothing_is_left_in_the_other_language(page_of, page, lang, programme):
    found = foreign(read(page_of(page, lang)).texts, NAMES)
    assert [text for text in found if text not in words_of_the_region(programme)] == []


@pytest.mark.parametrize(("page", "lang"), EVERY)
def test_a_page_has_one_heading_landmarks_and_a_way_past_the_menu(page_of, page, lang):
    tags = read(page_of(page, lang)).tags
    names = [tag for tag, _ in tags]
    assert tags[0] == ("html", {"lang": TAGS[lang]})
    assert [names.count(name) for name in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    assert ("a", {"class": "skip", "href": "#main"}) in tags
    current = [given["href"] for tag, given in tags if tag == "a" and given.get("aria-current") == "page"]
    assert len(current) == 1
    assert current[0].startswith(f"/{page}?")


@pytest.mark.parametrize(("page", "lang"), EVERY)
def test_no_name_stands_twice_and_every_reference_is_there(page_of, page, lang):
    tags = read(page_of(page, lang)).tags
    idents = [given["id"] for _, given in tags if given.get("id")]
    assert len(idents) == len(set(idents))
    wanted = {given[name] for _, given in tags for name in ("for", "aria-labelledby", "data-chart") if given.get(name)}
    assert wanted <= set(idents)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_nobody_else(page_of, page):
    text = page_of(page, "en")
    asked = [v for _, given in read(text).tags for n, v in given.items() if n in ("src", "href", "action") and v]
    assert [address for address in asked if not address.startswith(("/", "#", "data:,"))] == []
    assert not re.search(r'<script(?![^>]*type="application/)[^>]*>[^<]', text)  # no script of its own in the page
    assert " onclick=" not in text


def test_the_language_switch_keeps_page_run_and_choices(client):
    text = client.get("/bulletin?run=plan&lang=en&quarter=2").text
    assert 'href="/bulletin?lang=zh&amp;run=plan&amp;quarter=2"' in text


def test_the_browsers_language_is_spoken_where_none_is_named(client):
    chinese = client.get("/overview", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
    assert '<html lang="zh-Hans">' in chinese
    assert '<html lang="en">' in client.get("/overview", headers={"accept-language": "fr"}).text


def test_menu_names_every_page_that_is_shown():
    assert [entry.code for entry in MENU] == [code for code, page in PAGES.items() if page.is_in_menu]


def test_figures_ask_no_server(page_of):
    for page in PAGES:
        for data in re.findall(r'<script type="application/json" id="\w+-en-\d+">(.*?)</script>', page_of(page, "en")):
            figure = json.loads(data)
            assert {trace["type"] for trace in figure["data"]} <= {"scatter", "bar", "heatmap", "box", "histogram"}
            assert "title" in figure["layout"]  # saved figures carry their finding


def test_overview_shows_each_target_in_word_and_sign(page_of, programme):
    text = page_of("overview", "en")
    assert text.count('class="status ') >= len(programme.scenario.targets)
    assert text.count('class="sign"') == text.count('class="status ')


def test_a_run_without_baseline_says_what_it_lacks(tmp_path, programme):
    from tests.viewer.conftest import client_of

    programme.save(tmp_path / "alone")
    client = client_of(tmp_path)
    for page in PAGES:
        assert client.get(f"/{page}?run=alone").status_code == 200
    assert "--against" in client.get("/money?run=alone&lang=en").text
    assert "Nothing to compare" in client.get("/compare?run=alone&lang=en").text


def test_a_run_of_one_replicate_and_four_weeks_has_every_page(tmp_path, short_run):
    from tests.viewer.conftest import client_of

    short_run.save(tmp_path / "short")
    client = client_of(tmp_path)
    for page in PAGES:
        assert client.get(f"/{page}?run=short&lang=zh").status_code == 200


def test_every_word_of_scripts_is_there_and_used():
    codes = {code.removeprefix(SCRIPT_WORDS) for code in catalogue("en") if code.startswith(SCRIPT_WORDS)}
    text = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    used = set(re.findall(r'(?:say|Button|playButton)\(\s*"(\w+)"', text))
    made = {f"scale_{value}" for value in ("coverage", "gap", "added")} | {"png", "svg", "csv"}
    assert used | made == codes


def test_every_sentence_of_the_viewer_is_used():
    root = STATIC.parent
    text = "".join(path.read_text(encoding="utf-8") for path in [*root.rglob("*.py"), root.parent / "cli" / "view.py"])
    beginnings = set(re.findall(r"[\"'](viewer\.[\w.]*?)\{", text))
    named = set(re.findall(r"[\"'](viewer(?:\.\w+)+)[\"']", text)) - {"viewer.css"}
    mine = {code for code in catalogue("en") if code.startswith("viewer.") and not code.startswith(SCRIPT_WORDS)}
    assert named <= mine
    unused = {code for code in mine - named if not any(code.startswith(b) for b in beginnings)}
    assert unused == set()


def test_files_of_scripts_are_small_and_no_copy_of_others():
    for path in STATIC.iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 350
        assert max(map(len, lines)) <= 160
