"""Sentences of the command line, the figures and the page are all used, and Chinese ones are Chinese."""

import ast
import re
from pathlib import Path

import simulation
from simulation.messages import catalogue

GROUPS = ("card", "cli", "evidence", "export", "manifest", "pdf", "plot", "report", "results", "table", "verify")
PACKAGE = Path(simulation.__file__).parent
HAN_BESIDE_ASCII = re.compile(r"[\u4e00-\u9fff][,;?!:(]|[,;?!)][\u4e00-\u9fff]")


def texts_and_beginnings():
    """Return whole texts of the code, and the constant beginnings of its f-strings."""
    texts, beginnings = set(), set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(node.values[0].value)
    return texts, {b for b in beginnings if b.split(".")[0] in GROUPS and "." in b}


def test_no_sentence_is_left_without_use():
    texts, beginnings = texts_and_beginnings()
    mine = [code for code in catalogue("en") if code.split(".")[0] in GROUPS]
    unused = [c for c in mine if c not in texts and not any(c.startswith(b) and c != b for b in beginnings)]
    assert unused == []


def test_every_code_that_is_named_is_worded():
    texts, _ = texts_and_beginnings()
    named = {t for t in texts if re.fullmatch(rf"(?:{'|'.join(GROUPS)})(?:\.\w+)+", t)}
    named -= {
        t for t in named if t.endswith((".csv", ".html", ".json", ".pdf", ".xlsx", "_"))
    }  # files, and beginnings of f-strings
    assert named <= set(catalogue("en"))


def test_chinese_is_punctuated_in_full_width():
    wrong = [c for c, s in catalogue("zh").items() if c.split(".")[0] in GROUPS and HAN_BESIDE_ASCII.search(s)]
    assert wrong == []
