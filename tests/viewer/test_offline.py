"""The room as one file: everything in it, in both languages, and nothing asked for."""

import re

import pytest

from simulation.viewer.menu import MENU
from simulation.viewer.offline import bundle
from tests.viewer.reading import foreign, read
from tests.viewer.test_pages import NAMES, words_of_the_region

MOST_BYTES = 8_000_000


@pytest.fixture(scope="module")
def file(client) -> str:
    answer = client.get("/offline?run=plan&lang=zh")
    assert answer.headers["content-disposition"] == 'attachment; filename="epay-plan.html"'
    return answer.text


@pytest.fixture(scope="module")
def without_scripts(file) -> str:
    return re.sub(r"<script>.*?</script>", "", file, flags=re.DOTALL)


def test_it_is_small_enough_to_send(file):
    assert len(file.encode()) < MOST_BYTES


def test_every_page_is_in_it_in_both_languages(without_scripts):
    for entry in MENU:
        assert without_scripts.count(f'data-of="{entry.code}"') == 2
        assert without_scripts.count(f'href="#{entry.code}"') >= 2


def test_nothing_is_left_in_the_other_language(without_scripts, programme):
    found = foreign(read(without_scripts).texts, NAMES)
    assert [text for text in found if text not in words_of_the_region(programme)] == []


def test_no_name_stands_twice(without_scripts):
    idents = [given["id"] for _, given in read(without_scripts).tags if given.get("id")]
    assert len(idents) == len(set(idents))


def test_it_asks_for_nothing(without_scripts):
    asked = [v for _, given in read(without_scripts).tags for n, v in given.items() if n in ("src", "href", "action")]
    assert [address for address in asked if not str(address).startswith("#")] == []
    assert "default-src 'none'" in without_scripts


def test_scripts_become_one_without_imports():
    text = bundle()
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert text.count("= (() => {") == len(set(re.findall(r"const (module_\w+) = \(", text)))


def test_a_run_that_is_not_there_has_no_file(client):
    assert client.get("/offline?run=nowhere").status_code == 404
