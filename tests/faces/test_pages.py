"""What the pages of docs/ quote from the code stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", ["one-rule-two-engines.md", "one-rule-two-engines.zh-CN.md"])
def test_the_rule_the_page_on_engines_quotes_is_the_rule(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    quoted = [code for code in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE) if "def " in code]
    rules = (ROOT / "simulation" / "core" / "rules" / "learning.py").read_text(encoding="utf-8")
    assert len(quoted) == 1
    assert quoted[0] in rules
