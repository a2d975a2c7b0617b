"""Sentences about a user's region are all used, and the codes that are used are worded."""

import re
from pathlib import Path

import simulation.region
from simulation.messages import catalogue

SOURCES = [path.read_text(encoding="utf-8") for path in Path(simulation.region.__file__).parent.glob("*.py")]
CODES = {code for code in catalogue("en") if code.startswith("region.")}


def test_every_sentence_about_a_region_is_used_and_every_code_is_worded() -> None:
    written = {code for text in SOURCES for code in re.findall(r'"(region\.[\w.]+)"', text)}
    estimated = {code for text in SOURCES for code in re.findall(r"\{ESTIMATED\}\.(\w+)", text)}
    listed = {code for text in SOURCES for code in re.findall(r'\("(merchants_\w+)", ', text)}
    used = written | {f"region.estimated.{name}" for name in estimated | listed}
    assert used - {"region.estimated"} == CODES


def test_chinese_sentences_are_punctuated_in_full_width() -> None:
    wrong = re.compile(r"[一-鿿][,;?!:(]|[,;?!)][一-鿿]")
    assert [code for code in CODES if wrong.search(catalogue("zh")[code])] == []
