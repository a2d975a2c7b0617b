"""Every sentence exists in both languages, with the same placeholders, and is used."""

import ast
import re
import string
from pathlib import Path

import pytest

import simulation
from simulation.messages import Message, catalogue, catalogue_files, number, render
from simulation.scenario.template import _LAYOUT

SOURCES = sorted(Path(simulation.__file__).parent.rglob("*.py"))
GROUPS = ("label", "unit", "allowed", "error", "warning", "explain", "template")
CODE = re.compile(rf"({'|'.join(GROUPS)})\.[\w.+-]+")


def constants() -> tuple[set[str], set[str]]:
    """Return the texts in the code, and the beginnings of its f-strings."""
    texts: set[str] = set()
    beginnings: set[str] = set()
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        formatted = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
        pieces = {id(piece) for values in formatted for piece in values}
        beginnings |= {str(values[0].value) for values in formatted if isinstance(values[0], ast.Constant)}
        whole = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in pieces)
        texts |= {node.value for node in whole if isinstance(node.value, str)}
    return texts, {text for text in beginnings if text.split(".")[0] in GROUPS and "." in text}


TEXTS, BEGINNINGS = constants()
IN_LAYOUT = {f"template.{name}" for name in re.findall(r"<(\w+)>", _LAYOUT)}
ROOTS = [path for path in catalogue_files("en") if path.name == "en.json"]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_codes():
    assert set(catalogue("en")) == set(catalogue("zh"))


@pytest.mark.parametrize("code", sorted(catalogue("en")))
def test_both_languages_name_the_same_things(code):
    assert placeholders(catalogue("en")[code]) == placeholders(catalogue("zh")[code])


def test_no_code_is_left_without_use():
    words = {word for text in TEXTS for word in (text, *text.split())}
    unused = [
        code
        for code in catalogue("en")
        if code.split(".")[0] in GROUPS
        and code not in TEXTS | IN_LAYOUT
        and not any(code.startswith(start) and (code[len(start) :] in words) for start in BEGINNINGS)
        and not (code.startswith("label.") and code.split(".", 2)[2] in words)
    ]
    assert unused == []


def test_no_code_is_used_that_no_language_words():
    used = {text for text in TEXTS if CODE.fullmatch(text)}
    assert used - set(catalogue("en")) == set()
    assert IN_LAYOUT - set(catalogue("en")) == set()


@pytest.mark.parametrize("code", [code for code in catalogue("en") if code.startswith("error.")])
def test_every_refusal_names_its_file_and_gives_an_example(code):
    if code in ("error.more", "error.suggestion", "error.file_forbidden", "error.encoding", "error.encoding_unknown"):
        return
    for lang, words in (("en", ("or example", "for example")), ("zh", ("示例", "例如", "改写为"))):
        sentence = catalogue(lang)[code]
        assert "{file}" in sentence
        assert any(word in sentence for word in words)


def test_chinese_is_written_with_chinese_punctuation():
    wrong = re.compile(r"[\u4e00-\u9fff）][,;?!]|[,;?!][\u4e00-\u9fff]|[\u4e00-\u9fff]:[^ ]")
    assert [code for path in ROOTS for code in catalogue("zh") if wrong.search(catalogue("zh")[code])] == []


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5, "5"),
        (2024, "2024"),
        (50_000, "50,000"),
        (0.05, "0.05"),
        (20.0, "20"),
        (1e-5, "1e-05"),
        (12_345.5, "12,345.5"),
    ],
)
def test_numbers_are_written_for_people(value, written):
    assert number(value) == written


def test_lists_and_messages_inside_messages_are_worded_in_the_same_language():
    who = [Message("label.area.urban"), Message("label.area.remote")]
    assert render(Message("explain.whom", {"who": who}), "en") == "For: urban, remote."
    assert render(Message("explain.whom", {"who": who}), "zh-Hans") == "对象：城区、偏远地区。"
