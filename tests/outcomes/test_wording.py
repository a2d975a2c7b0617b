"""Chinese pages call levers and co-funders of the shipped scenarios in Chinese, a planner's own by their names."""

from collections import Counter
from pathlib import Path

from simulation.cli.loading import Loader
from simulation.messages import catalogue
from simulation.outcomes.wording import labels_of_levers, own_name

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
SEARCHES = ("best_", "cheapest_")  # beginnings of files that are no scenarios


def names_shown():
    """Return the names that pages show: of co-funders, and of levers that share their kind with another."""
    loader, found = Loader(), set()
    for file in sorted(SCENARIOS.glob("*.yaml")):
        if not file.name.startswith(SEARCHES):
            scenario = loader.load(file, leave_open=True)
            counts = Counter(lever.kind for lever in scenario.levers.values())
            found |= {name for name, lever in scenario.levers.items() if counts[lever.kind] > 1}
            found |= set(scenario.budget.co_funding if scenario.budget else ())
    return found


def test_every_name_the_shipped_scenarios_show_has_chinese_words_and_no_other_has():
    named = {code.removeprefix("name.") for code in catalogue("zh") if code.startswith("name.")}
    assert named == names_shown()
    for name in named:
        assert own_name(name, "en") == name
        assert not any(letter.isascii() and letter.isalpha() for letter in own_name(name, "zh"))


def test_a_planners_own_names_stay_as_they_are():
    labels = labels_of_levers({"my_desk": "kiosk", "shop_agents": "kiosk"}, "zh")
    assert labels == {"my_desk": "便民服务点：my_desk", "shop_agents": "便民服务点：村店代办点"}
