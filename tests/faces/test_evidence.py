"""`epay evidence`: a table of all numbers, all that is known of one, JSON, both languages."""

import json

import pytest

from simulation.cli.app import main
from simulation.scenario.evidence import evidence


@pytest.fixture
def epay(capsys, monkeypatch):
    """Return a function that runs the command line: (exit code, output, errors)."""
    monkeypatch.setenv("EPAY_LANG", "en")

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


def test_without_a_name_every_number_is_listed_with_its_source(epay):
    code, out, _ = epay("evidence")
    assert code == 0
    for entry in evidence():
        assert entry.name in out
    assert "1.5 to 6" in out
    assert f"{len(evidence())} numbers and tables" in out


def test_with_a_symbol_all_is_told_about_it(epay):
    code, out, _ = epay("evidence", "b_u")
    words = " ".join(out.split())
    assert code == 0
    for part in (
        "behaviour.weight_usefulness", "Meaning being able to pay this way where one shops", "Symbol b_u", "Value 3.5",
        "Unit logit", "Range 1.5 to 6", "Grade tuned: set so that", "Source or reason more terminals raise",
        "Used in core/rules/adoption.py: attitude",
    ):  # fmt: skip
        assert part in words


def test_it_answers_in_chinese(epay):
    _, out, _ = epay("evidence", "use_by_age", "--lang", "zh")
    words = " ".join(out.split())
    assert "含义 15岁及以上居民中近 4 周使用过电子支付的占比" in words
    assert "等级 假设：没有找到更好的依据" in words
    assert "60 至 74 岁: 0.24" in words
    _, out, _ = epay("evidence", "--lang", "zh")
    assert "各类措施的设置" in out


def test_json_has_every_fact(epay):
    _, out, _ = epay("evidence", "kiosk.yuan_per_week", "--json")
    assert json.loads(out) == [
        {
            "name": "kiosk.yuan_per_week",
            "symbol": "",
            "meaning": "staffing a kiosk while it is open",
            "value": 1100.0,
            "unit": "yuan a week",
            "low": 600,
            "high": 2000,
            "source": "price of 2024, recalled; a help agent in a shop about 80",
            "grade": "recalled",
            "used_in": ["levers/kiosk.py: staff_fen", "levers/kiosk.py: times"],
        }
    ]
    _, out, _ = epay("evidence", "--json", "--lang", "zh")
    assert len(json.loads(out)) == len(evidence())


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "is called b_uu. Did you mean b_u? epay evidence lists all"), ("zh", "是否应为 b_u？")]
)
def test_an_unknown_name_is_refused_with_the_nearest(epay, lang, words):
    code, out, err = epay("evidence", "b_uu", "--lang", lang)
    assert (code, out) == (2, "")
    assert words in err
