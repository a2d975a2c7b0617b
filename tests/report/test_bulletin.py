"""The bulletin prints what an office sees: counts, a sample with its size and errors, and what rules did and why."""

import math
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
import xarray as xr

from simulation.core.reasons import REASON_NAMES
from simulation.engine.adjustment import Adjuster
from simulation.levers.voice_payment import VoicePayment
from simulation.outcomes.monitoring import READING_VARIABLES, arrays_of
from simulation.outcomes.provenance import as_plain
from simulation.outcomes.result import Result
from simulation.report.bulletin import bulletin, write_bulletins
from simulation.scenario.adjustment import Action, Rule, When
from simulation.scenario.schema import Scenario, Title
from tests.engine.readings import reading

VOICE = Rule(
    when=When(indicator="survey_use_share_60_plus", below=0.5),
    lag_weeks=4,
    action=Action(lever="voice", change="start"),
)
SHARES = {"unaware": 0.05, "no_access": 0.1, "skill": 0.4, "trust": 0.15, "not_accepted": 0.1, "prefers_cash": 0.15,
          "nothing_to_gain": 0.05}  # fmt: skip
REASONS = {f"survey_reason_{name}": SHARES[name] for name in REASON_NAMES}
COUNTED = {
    "electronic_value_yuan": 3_000_000.0, "active_accounts_share": 0.55, "active_accounts_share_60_plus": 0.25,
    "active_accounts_share_remote": 0.3, "merchants_accepting_share": 0.4, "fraud_reports_per_million": 12.5,
    "new_merchants": 80.0,
}  # fmt: skip
ASKED = {"survey_use_share": 0.54, "survey_use_share_remote": 0.3, "survey_satisfaction": 3.6, **REASONS}


def made_up(rules: dict[str, Rule], n_quarters: int = 2) -> Result:
    """Return a run of which only the monitor was recorded."""
    readings = [
        reading(0, electronic_payments=100_000.0, survey_use_share_60_plus=0.43, **COUNTED, **ASKED),
        reading(
            1, electronic_payments=125_000.0, electronic_payments_growth=0.25, survey_use_share_60_plus=0.56,
            **{**COUNTED, "active_accounts_share": 0.58}, **{**ASKED, "survey_satisfaction": 3.65},
        ),
    ][:n_quarters]  # fmt: skip
    adjuster = Adjuster(rules, 2)
    firings = [f for k, one in enumerate(readings) for f in adjuster.decide(one.week, readings[: k + 1])]
    arrays = arrays_of(readings, firings, tuple(sorted(rules)), n_quarters)
    variables = {v.name: (("replicate", *v.dims), arrays[v.name][None]) for v in READING_VARIABLES}
    ends = np.datetime64("2026-01-05") + 91 * (np.arange(n_quarters) + 1) - 1
    coords = {"quarter": np.arange(n_quarters), "quarter_date": ("quarter", ends.astype("datetime64[ns]"))}
    coords |= {"reason": list(REASON_NAMES), "rule": sorted(rules), "replicate": [0]}
    levers = {"voice": VoicePayment(kind="voice_payment", standby=True)}
    scenario = Scenario(title=Title(en="Plan", zh="方案"), start_date=date(2026, 1, 5), levers=levers, adjustment=rules)
    region = {"title_en": "Lishui", "title_zh": "丽水"}
    provenance = {"region": region, "firings": [as_plain(firings)]}
    return Result(xr.Dataset(variables, coords=coords), scenario, provenance)


@pytest.fixture(scope="module")
def run() -> Result:
    return made_up({"voice_for_the_old": VOICE})


def rows(table):
    return {row[0]: row[1:] for row in table.rows}


def test_the_title_says_which_quarter_of_what(run):
    first, second = bulletin(run, 0, "en"), bulletin(run, 1, "zh")
    assert first.title == "Quarterly bulletin No. 1: Lishui, weeks 0 to 12"
    assert "5 Apr 2026" in first.period and "world 1 of 1" in first.period
    assert second.title == "季度监测公报第 2 期：丽水，第 13 至 25 周"


def test_counts_stand_beside_those_of_the_quarter_before(run):
    registers = rows(bulletin(run, 1, "en").tables[0])
    assert registers["Electronic payments to merchants"] == ("125,000", "100,000", "+25.0%")
    assert registers["Residents with an active account (4 weeks)"] == ("58.0%", "55.0%", "+3.0 points")
    assert registers["Fraud reports per million electronic payments"] == ("12.50", "12.50", "0.00")
    assert registers["Public budget spent so far"] == ("—", "—", "—")


def test_the_first_quarter_has_nothing_to_compare_with(run):
    one = bulletin(run, 0, "en")
    assert rows(one.tables[0])["Electronic payments to merchants"] == ("100,000", "—", "—")
    assert "there is no quarter before" in one.sentences[0]


def test_every_figure_of_the_survey_is_a_sample_with_size_response_and_error(run):
    survey = bulletin(run, 1, "en").tables[1]
    assert survey.caption == (
        "Questionnaire, a sample: 1,000 residents aged 15 and over drawn by lot, 600 answered (60.0%); "
        "answers weighted by age"
    )
    assert len(survey.rows) == 4 and all(row[0].endswith("(sample)") for row in survey.rows)
    score = rows(survey)["Satisfaction of users, 1 to 5 (sample)"]
    # margin of the difference: 1.96 x sqrt(.02^2 + .02^2) = .055; .05 is within it
    assert score == ("3.65", "0.02", "600", "3.60", "+0.05 (±0.06) ≈ 0")
    use = rows(survey)["Say they paid electronically in the last 4 weeks, residents aged 60 and over (sample)"]
    assert use == ("56.0%", "2.0 points", "600", "43.0%", "+13.0 points (±5.5 points)")


def test_reasons_are_ranked_from_the_one_named_most(run):
    reasons = bulletin(run, 0, "en").tables[2]
    assert "a sample: 600 non-users among 600 answers of 1,000 residents asked" in reasons.caption
    assert [row[0] for row in reasons.rows] == [
        "finds it too difficult", "does not trust it", "prefers cash", "has no device or no account",
        "shops nearby do not accept it", "does not know the service", "sees nothing to gain",
    ]  # fmt: skip
    assert reasons.rows[0][1:4] == ("1", "40.0%", "2.0 points")
    assert any("finds it too difficult (40.0%" in sentence for sentence in bulletin(run, 0, "en").sentences)


def test_a_rule_that_acted_is_told_with_its_reason_in_the_quarter_it_acted(run):
    (sentence,) = bulletin(run, 0, "en").rules
    assert sentence.startswith("Week 12: rule voice_for_the_old fired.")
    assert "at 43%, below the threshold of 50%; so: start voice, in effect from week 19." in sentence
    assert bulletin(run, 1, "en").rules == ("No rule acted on this quarter's reading.",)
    assert bulletin(made_up({}), 0, "zh").rules == ("本方案没有设定自动调整规则。",)


def test_what_nobody_answered_is_left_open():
    run = made_up({})
    for name in ("monitor_survey_satisfaction", "monitor_reason_share", "monitor_reason_share_se"):
        run.dataset[name][:] = math.nan
    one = bulletin(run, 1, "en")
    assert len(one.sentences) == 2
    assert all(row[1:] == ("—",) * 5 for row in one.tables[2].rows)


def test_a_quarter_that_was_not_run_is_refused(run):
    for quarter, replicate in ((2, 0), (-1, 0), (0, 1)):
        with pytest.raises(ValueError, match="was not run"):
            bulletin(run, quarter, "en", replicate)


class Reader(HTMLParser):
    """Collects tags, and whatever is left open."""

    def __init__(self):
        super().__init__()
        self.stack, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


@pytest.mark.parametrize(("name", "other"), [("bulletins.html", "bulletins.zh.html"), ("bulletins.zh.html", None)])
def test_pages_are_well_formed_and_ask_no_server(run, tmp_path, name, other):
    paths = write_bulletins(tmp_path, run)
    assert [path.name for path in paths] == ["bulletins.html", "bulletins.zh.html"]
    text = (tmp_path / name).read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    assert reader.stack == [] and reader.tags.count("h1") == 1
    assert reader.tags.count("h2") == 2 and reader.tags.count("table") == reader.tags.count("caption") == 6
    assert "script" not in reader.tags and len(text) < 100_000
    assert set(re.findall(r'href="([^"]*)"', text)) == {other or "bulletins.html"}
    assert "http" not in text.replace("http-equiv", "")


def test_the_page_tells_the_rules_the_programme_was_given(run, tmp_path):
    text = write_bulletins(tmp_path, run)[0].read_text(encoding="utf-8")
    assert "voice_for_the_old: when &quot;say they paid electronically in the last 4 weeks, residents aged 60" in text
    assert "is below 50%, start voice, 4 weeks after the reading. Firings allowed: 1." in text


def test_a_run_shorter_than_a_quarter_says_so(tmp_path):
    write_bulletins(tmp_path, made_up({}, 0))
    assert "shorter than a quarter" in (tmp_path / "bulletins.html").read_text(encoding="utf-8")


def test_a_chinese_bulletin_has_no_english_words_but_names(run):
    one = bulletin(run, 0, "zh")
    cells = [cell for table in one.tables for row in table.rows for cell in row]
    captions = [text for table in one.tables for text in (table.caption, table.note, *table.columns)]
    for text in (*cells, *captions, *one.sentences, one.period):
        assert not re.search(r"[A-Za-z]{2,}", text), text
