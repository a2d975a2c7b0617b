"""The page of the tables is made from the specs that the checks use. To make it anew, keep its first two lines:

python -c "from simulation.region.tables.templates import readme_text; print(readme_text('en'), end='')"
"""

from pathlib import Path

import pytest

from simulation.region.tables.templates import readme_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("file", "lang"), [("region-tables.md", "en"), ("region-tables.zh-CN.md", "zh")])
def test_the_page_of_the_tables_is_what_the_specs_say(file, lang):
    text = (ROOT / "docs" / file).read_text(encoding="utf-8")
    assert text.split("\n\n", 1)[1] == readme_text(lang)


@pytest.mark.parametrize("file", ["README.md", "README.zh-CN.md"])
def test_every_file_the_readme_links_to_is_there(file):
    import re

    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / file).read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
