"""Chapters of the report: in the plan's order, each with its numbers, and honest about what was not computed."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
import xarray as xr

from simulation.analysis.attribution import Attribution
from simulation.analysis.barriers.cheapest import Cheapest, Clearing
from simulation.analysis.barriers.find import Barriers
from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.analysis.comparison import Outcome
from simulation.analysis.shapley import Spread
from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES
from simulation.engine.removal import BARRIER_NAMES
from simulation.messages import catalogue
from simulation.outcomes import indicators
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import say
from simulation.report.budget import quarter_table
from simulation.report.carrying import RESTS_ON, UNSURE, carrier_table, carrying
from simulation.report.chapters.given import Given
from simulation.report.chapters.goals import goal_table
from simulation.report.chapters.left_behind import gap_table, group_table
from simulation.report.chapters.programme import lever_table
from simulation.report.chapters.results import probability_table
from simulation.report.findings import AttributionFound, BarriersFound, Findings, Size
from simulation.report.page import CHAPTERS, page
from simulation.report.simpler_rival import rivals
from simulation.scenario.budget import Budget, CoFunder
from simulation.scenario.evidence import evidence
from simulation.scenario.schema import LEVERS, Target
from tests.conftest import made_up_result

ORDER = [
    "answer", "goals", "region", "programme", "results", "left_behind", "levers", "quarters", "sensitivity", "limits",
    "provenance",
]  # fmt: skip
LANGUAGES = ("en", "zh")
SHAPE = (len(AGE_NAMES), len(AREA_NAMES), len(INCOME_NAMES))


def spread(*values: float) -> Spread:
    mean = np.array(values)
    return Spread(mean, mean - 0.001, mean + 0.001)


def attribution() -> AttributionFound:
    """Made up: coupons deserve 3 points, kiosks 2, terminals 1 of 6."""
    shares = {"coupon": spread(0.03, 0.04), "kiosks": spread(0.02, 0.01), "terminals": spread(0.01, 0.0)}
    found = Attribution(
        players={name: (name,) for name in shares},
        outcomes=(Outcome("coverage"), Outcome("coverage", "age", "75+")),
        shares=shares,
        total=spread(0.06, 0.05),
        dropped=shares,
        pairs={("coupon", "kiosks"): spread(0.001, 0.0)},
        spending={name: spread(1e6) for name in shares},
        order_error=None,
        n_runs=8,
        n_replicates=3,
    )
    return AttributionFound(found, Size(400, 3))


def barriers(trust: float = 3.0) -> Barriers:
    """Made up: in every cell one resident is held by each class, and three by trust; 20 live there."""
    held = np.ones((2, len(CLASS_NAMES), *SHAPE))
    held[:, CLASS_NAMES.index("trust")] = trust
    places = held.sum(axis=(3, 4)).transpose(0, 1, 2)[:, :, :2]
    data = {
        "n_held": (("replicate", "barrier", "age", "area", "income"), held),
        "n_held_place": (("replicate", "barrier", "place"), places),
        "n_sufficient": (("replicate", "removed", "age", "area", "income"), np.ones((2, len(BARRIER_NAMES), *SHAPE))),
        "n_necessary": (("replicate", "removed", "age", "area", "income"), np.ones((2, len(BARRIER_NAMES), *SHAPE))),
        "n_residents": (("replicate", "age", "area", "income"), np.full((2, *SHAPE), 20.0)),
        "n_residents_place": (("replicate", "place"), np.full((2, 2), 450.0)),
    }
    coords = {
        "barrier": list(CLASS_NAMES), "removed": list(BARRIER_NAMES), "age": list(AGE_NAMES),
        "area": list(AREA_NAMES), "income": list(INCOME_NAMES), "replicate": [0, 1], "place": ["a", "b"],
        "place_name": ("place", ["Aha", "Bebe"]), "place_name_zh": ("place", ["甲", "乙"]),
        "seed": ("replicate", [7, 8]),
    }  # fmt: skip
    attributes = {"horizon_weeks": 26, "gain_yuan": 1e6, "expansion_factor": 1.0, "illustrative": 1}
    return Barriers(xr.Dataset(data, coords=coords, attrs=attributes))


def barriers_found() -> BarriersFound:
    users, yuan, rate = Interval(40.0, 30.0, 50.0), Interval(2e5, 1e5, 3e5), Interval(2.0, 1.5, 2.5)
    best = Cheapest("trust", (Clearing("kiosks", "trust", "estimated", users, yuan, rate),))
    return BarriersFound(barriers(), barriers(5.0), {"trust": best}, {"kiosks": ("kiosks",)}, Size(400, 4))


@pytest.fixture(scope="module")
def known() -> Findings:
    return Findings(attribution(), barriers_found())


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def given(programme, baseline, lang):
    return Given(programme, baseline, None, Findings(), lang)


@pytest.fixture(scope="module")
def bare(programme, baseline, lang):
    return shown(page(programme, baseline, lang))


@pytest.fixture(scope="module")
def whole(programme, baseline, lang, known):
    return shown(page(programme, baseline, lang, findings=known))


def shown(text: str) -> str:
    """Return a page without its library, its figures' data and its marks."""
    return unescape(re.sub(r"<script.*?</script>", "", text, flags=re.S))


def section(text: str, code: str) -> str:
    return re.search(rf'<section id="{code}">(.*?)</section>', text, flags=re.S).group(1)


def test_chapters_come_in_the_order_of_the_plan_and_are_listed(bare, lang):
    assert list(CHAPTERS) == ORDER
    places = [bare.index(f'<section id="{code}">') for code in ORDER]
    assert places == sorted(places)
    assert re.findall(r'href="#(\w+)"', bare) == ORDER
    assert re.findall(r"<h2>(\d+)\.", bare) == [str(k + 1) for k in range(len(ORDER))]


@pytest.mark.parametrize(
    ("code", "option"), [("left_behind", "barriers"), ("levers", "attribution"), ("sensitivity", "sensitivity")]
)
def test_what_was_not_computed_is_said_with_how_to_get_it(bare, code, option):
    assert f"<code>epay report FOLDER --{option}</code>" in section(bare, code)


def test_what_was_computed_is_told_and_in_what_size(whole, lang):
    assert "--attribution" not in whole and "--barriers" not in whole
    levers, left = section(whole, "levers"), section(whole, "left_behind")
    assert say("attribution.caption", lang) in levers and say("attribution.caption_pairs", lang) in levers
    assert say("report.barriers.caption", lang) in left and say("report.cheapest.caption", lang) in left
    own = {"citizens": "400", "n": 3, "own_citizens": "50,000", "own_n": 4}
    assert say("report.size.other", lang, own) in levers


def test_levers_against_barriers_are_not_told_from_few_replicates(programme, baseline, lang):
    few = replace(barriers_found(), size=Size(400, 3))
    text = shown(page(programme, baseline, lang, findings=Findings(barriers=few)))
    assert say("report.cheapest.few", lang, {"n": 3, "least": 4}) in text
    assert say("report.cheapest.caption", lang) not in text


def test_every_figure_has_a_number_of_its_own_and_every_table_a_caption(programme, baseline, known, lang):
    text = page(programme, baseline, lang, findings=known)
    keys = re.findall(r'data-chart="([\w-]+)"', text)
    assert len(keys) == len(set(keys)) == 11 + 4  # shares of levers; barriers by age, by area and by place
    body = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert body.count("<table") == body.count("<caption>")


def test_the_answer_speaks_of_the_model_and_names_what_carries_it(bare, lang):
    answer = section(bare, "answer")
    assert {"en": "In the model", "zh": "模型中"}[lang] in answer
    wanted = {"en": "money offered for use", "zh": "金钱激励的权重"}[lang]  # of coupons
    assert wanted in answer


def test_levers_that_deserve_most_are_named_first(programme, baseline, known):
    """By money the terminals come first (51,000 yuan a week); by what they add, the coupons."""
    by_money = carrying(Given(programme, baseline, None, Findings(), "en"))
    by_share = carrying(Given(programme, baseline, None, known, "en"))
    assert by_money[0].startswith("terminal subsidy") and by_share[0].startswith("first-use coupon")


def test_every_kind_of_lever_rests_on_numbers_that_exist():
    facts = {entry.name: entry for entry in evidence()}
    assert set(RESTS_ON) <= set(LEVERS)
    for kind, names in RESTS_ON.items():
        assert any(facts[name].grade in UNSURE for name in names), kind


def test_carrying_numbers_are_told_with_the_value_used(given):
    behaviour = given.programme.scenario.behaviour.model_copy(update={"weight_incentive": 1.25})
    scenario = given.programme.scenario.model_copy(update={"behaviour": behaviour})
    other = replace(given, programme=replace(given.programme, scenario=scenario))
    assert "1.25" in [row[2] for row in carrier_table(other).rows]


def test_goals_are_for_whom_and_wanted_as_the_scenario_says(given, lang):
    rows = goal_table(given).rows
    assert [(row[1], row[3]) for row in rows] == [("T1", "80%"), ("T2", "30%"), ("T5", "30%")]
    assert rows[1][2] == say("label.age.60-74", lang)


def test_every_code_of_the_plan_is_worded():
    for tag in LANGUAGES:
        assert {f"report.goals.plan.T{k}" for k in range(1, 10)} <= set(catalogue(tag))


def test_levers_are_told_with_dose_weeks_and_price(given, lang):
    row = next(row for row in lever_table(given).rows if row[0] == say("label.lever.coupon", lang))
    assert "20" in row[1] and "59" in row[3]  # 20 yuan, to the last of 60 weeks


def test_money_by_quarter_sums_to_all_spending(given):
    table = quarter_table(given)
    numbers = [[float(cell.split(" (")[0].replace(",", "")) for cell in row[1:]] for row in table.rows]
    *quarters, total = numbers
    assert len(quarters) == 5  # 60 weeks
    assert np.allclose(np.sum(quarters, axis=0), total, atol=0.06)
    spent = float(indicators.spending(given.programme.dataset).mean())
    assert total[2] == pytest.approx(spent / (1e4 if given.lang == "zh" else 1e6), abs=0.06)


def test_caps_and_co_funders_are_told(given, programme, baseline, lang):
    budget = Budget(
        total_yuan=9e6, lines={"devices": 4e6}, co_funding={"operators": CoFunder(match_rate=0.25, cap_yuan=1e6)}
    )
    scenario = programme.scenario.model_copy(update={"budget": budget})
    text = section(shown(page(replace(programme, scenario=scenario), baseline, lang)), "programme")
    assert (
        {"en": "operators", "zh": "运营商"}[lang] in text
        and "0.25" in text
        and say("report.funders.caption", lang) in text
    )


def test_one_replicate_is_said_to_have_no_interval(lang):
    text = shown(page(made_up_result("programme", 1), made_up_result("baseline", 1), lang))
    assert say("report.interval.one", lang) in text and say("report.goals.intro_one", lang) in text
    assert say("report.limit.one_replicate", lang) in text
    for claim in ("≈ 0", "95% over", "whole 95%", "95% intervals", "整个 95%", "次重复运行的 95%", "paired", "配对"):
        assert claim not in text
    several = shown(page(made_up_result("programme", 2), made_up_result("baseline", 2), lang))
    assert say("report.interval.many", lang, {"n": 2}) in several and say("report.left.gaps_zero", lang) in several


def test_probabilities_count_replicates_each_and_all_together(given):
    rows = probability_table(given).rows
    assert len(rows) == 4 and all(re.fullmatch(r"\d (of|/) 4", row[3]) for row in rows)
    assert rows[0][3][0] == "0" and rows[-1][3][0] == "0"  # all residents at 80% is missed in every world


def test_one_replicate_has_no_probability(short_run, lang):
    text = page(short_run, short_run, lang)
    assert say("report.probabilities.one", lang) in text


def test_groups_left_behind_are_ranked_and_their_residents_are_those_of_the_run(given):
    d = given.programme.dataset
    without = float((d.n_residents - d.n_active.isel(week=-1)).sum(("age", "area", "income")).mean())
    rows = group_table(given).rows
    counts = [float(row[1].replace(",", "")) for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert float(rows[-1][-1].strip("%")) == pytest.approx(100 * sum(counts) / without, abs=0.1)


def test_gaps_are_told_with_their_change(given):
    rows = gap_table(given).rows
    assert len(rows) == 3 and all(len(row) == 4 for row in rows)


def test_the_simpler_rival_starts_where_the_run_starts(programme, baseline):
    usual, mine = rivals(programme, baseline)
    assert (usual.role, mine.role) == ("baseline", "programme")
    assert len(mine.series) == 61 and mine.fit.status == "fitted"
    assert mine.series[0] == pytest.approx(float(indicators.coverage_at_start(programme.dataset).mean()))


def test_a_flat_course_has_no_bass_curve_and_it_is_said(baseline, lang):
    d = baseline.dataset
    flat = d.n_active * 0 + d["initial_n_active"]
    run = replace(baseline, dataset=d.assign(n_active=flat.transpose(*d.n_active.dims)))
    role = say("plot.role.programme", lang)
    assert say("report.bass.flat", lang, {"role": role}) in page(run, None, lang)


def test_a_run_without_levers_or_baseline_has_all_chapters(baseline, short_run, lang):
    for run in (baseline, short_run):
        text = page(run, None, lang)
        assert [text.count(f'<section id="{code}">') for code in ORDER] == [1] * len(ORDER)


def test_targets_of_t9_are_read_as_what_they_are_about(programme, lang):
    targets = {"services": Target(code="T9", share=0.1, what="integrated")}
    scenario = programme.scenario.model_copy(update={"targets": targets})
    given = Given(replace(programme, scenario=scenario), None, None, Findings(), lang)
    assert goal_table(given).rows[0][-1] == say("report.goals.read.T9_integrated", lang)


def test_a_chinese_page_with_all_analyses_shows_no_english_sentence(programme, baseline, known):
    text = shown(page(programme, baseline, "zh", findings=known))
    for _, inside in re.findall(r"<(p|h1|h2|h3|caption|summary)\b[^>]*>(.*?)</\1>", text, flags=re.S):
        plain = re.sub(r"<code>.*?</code>|<[^>]+>", "", inside)
        assert not set(re.findall(r"[A-Za-z]{4,}", plain)) - {"English", "Town", "lishui", "Shapley"}, plain
