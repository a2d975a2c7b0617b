"""What pages are called, and the other language they are in."""

from simulation.outcomes import numbers
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report import method

PAGES = {"en": "report.html", "zh": "report.zh.html"}
OWN_NAME = {"en": "English", "zh": "中文"}


def title_of(result: Result, lang: str) -> str:
    """Return the scenario's title in a language, else in the other one, else the region's name."""
    title = result.scenario.title
    wanted, other = (title.zh, title.en) if numbers.is_chinese(lang) else (title.en, title.zh)
    return wanted or other or say("report.untitled", lang, {"region": method.region_title(result, lang)})
