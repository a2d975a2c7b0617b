"""Sentences about tables are all used, all there, and Chinese ones are punctuated as Chinese."""

import ast
import re
from pathlib import Path

import simulation.region.tables
from simulation.core.codes import AREA_NAMES
from simulation.messages import catalogue
from simulation.region.tables.columns import SEXES, TABLES, Form

PACKAGE = Path(simulation.region.tables.__file__).parent
HAN_BESIDE_ASCII = re.compile(r"[\u4e00-\u9fff][,;?!:(]|[,;?!)][\u4e00-\u9fff]")
CODES = {code for code in catalogue("en") if code.startswith("tables.")}
BUILT = (
    {f"tables.area.{area}" for area in AREA_NAMES}
    | {f"tables.sex.{sex}" for sex in SEXES}
    | {f"tables.form.{form.value}" for form in Form}
    | {column.meaning_code for table in TABLES for column in table.columns}
    | {f"tables.{part}.{table.name}" for part in ("about", "rule") for table in TABLES}
    | {f"tables.fallback.{table.name}" for table in TABLES if not table.required}
    | {"tables.about.region"}
)


def named() -> set[str]:
    texts = {
        node.value
        for path in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    heads = {f"tables.readme.{head}" for head in ("column", "form", "meaning", "example")}
    return {text for text in texts if re.fullmatch(r"tables\.[a-z_0-9]+(\.[a-z_0-9]+)*", text)} | heads


def test_every_sentence_is_used_and_there():
    assert named() | BUILT == CODES


def test_chinese_is_punctuated_in_full_width():
    assert [code for code in sorted(CODES) if HAN_BESIDE_ASCII.search(catalogue("zh")[code])] == []
