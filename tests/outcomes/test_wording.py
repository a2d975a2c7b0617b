"""Names a scenario gives are read in the reader's language where the examples give them."""

from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulation.messages import catalogue
from simulation.outcomes.wording import labels_of_levers, own_name

EXAMPLES = sorted(Path(__file__).parents[2].joinpath("scenarios", "lishui").glob("*.yaml"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_levers_of_one_kind_and_funders_have_a_name_in_words(file, lang):
    scenario = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    levers = {name: lever.get("kind", "") for name, lever in (scenario.get("levers") or {}).items()}
    several = [name for name, kind in levers.items() if Counter(levers.values())[kind] > 1]
    funders = list((scenario.get("budget") or {}).get("co_funding", {}))
    assert [name for name in several + funders if f"label.own_name.{name}" not in catalogue(lang)] == []


def test_a_name_of_the_readers_own_is_written_as_it_is():
    assert own_name("my_drive", "zh") == "my_drive"
    words = labels_of_levers({"my_drive": "campaign", "campaign_young": "campaign"}, "zh")
    assert words == {"my_drive": "短视频与社交媒体宣传：my_drive", "campaign_young": "短视频与社交媒体宣传：青年"}
