"""The card of a region shows every settlement and layer, says what it finds, and marks what is estimated."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from simulation.plots.region_card import ages_figure, region_map, totals_figure
from simulation.region import builtin
from simulation.region.from_tables import region_of_tables
from simulation.region.tables import read_region_tables
from simulation.report.region_card import card, facts_table, merchants_table, totals_table

DISTRICT = Path(__file__).resolve().parents[1] / "region_tables" / "district"
LANGS = ("en", "zh")


@pytest.fixture(scope="module")
def tables():
    return read_region_tables(DISTRICT)


@pytest.fixture(scope="module")
def region(tables):
    return region_of_tables(tables)


def test_every_settlement_is_on_the_map_in_its_area_and_every_layer_can_be_switched_on(region, tables):
    figure = region_map(region, tables)
    drawn = {trace.name: len(trace.x) for trace in figure.data}
    assert drawn == {
        "Urban (1)": 1, "Town (rural) (46)": 46, "Remote (13)": 13, "Access points (18)": 18,
        "Candidate sites (25)": 25, "Mapped merchants (40)": 40,
    }  # fmt: skip
    assert figure.layout.showlegend
    assert len({trace.marker.symbol for trace in figure.data}) == 6  # told apart without colour
    assert any(re.fullmatch(r"\d+ km", note.text) for note in figure.layout.annotations)


def test_the_area_of_a_mark_follows_people(region, tables):
    urban, *_ = region_map(region, tables).data
    assert urban.marker.size == (40.0,)
    half = replace(tables.settlements[0], population=4_500)
    smaller = replace(tables, settlements=(half, *tables.settlements[1:]))
    second = max(place.population for place in tables.settlements[1:])
    town = region_map(region_of_tables(smaller), smaller).data[1]
    assert max(town.marker.size) == pytest.approx(40 * (second / 4_500) ** 0.5)


def test_places_whose_people_are_not_known_are_not_told_apart_by_size():
    figure = region_map(builtin("lishui"), None)
    assert [len(trace.x) for trace in figure.data] == [105]
    assert "is not known and is estimated in every run" in figure.layout.meta["finding"]
    assert {row[3] for row in figure.layout.meta["rows"]} == {"people not known"}


def test_titles_say_the_finding(region, tables):
    # 10,562 households of the table of sizes against 11,300 of region.json
    assert (
        "differs from what is stated by up to 6.5% (Households)" in totals_figure(region, tables).layout.meta["finding"]
    )
    assert totals_figure(builtin("lishui"), None).layout.meta["finding"].startswith("A run of everybody has exactly")
    # 4,709 and 2,576 of 30,000
    assert ages_figure(region, tables).layout.meta["finding"] == "24% of residents (7,285) are 60 or over"


def test_what_is_estimated_has_a_star(region, tables):
    assert not any("*" in row[0] for row in totals_table(region, tables, "en").rows)
    by_rule = replace(tables, settlements=tuple(replace(place, area=None) for place in tables.settlements))
    found = region_of_tables(by_rule)
    stars = {row[0] for row in totals_table(found, by_rule, "en").rows if "*" in row[0]}
    assert stars >= {"Urban *", "Town (rural) *", "Remote *"} and "All residents *" not in stars


def test_the_facts_count_what_the_tables_hold(region, tables):
    rows = {row[0]: row[1:] for row in facts_table(region, tables, "en").rows}
    assert rows["Settlements"] == ("60", "1 Urban, 46 Town (rural), 13 Remote")
    assert rows["Access points"][0] == "18" and "3 bank" in rows["Access points"][1]
    assert rows["Rows of survey and acceptance"] == ("0", "baseline adoption is illustrative, not measured")
    rupees = replace(region, currency="INR", currency_per_yuan=11.7)
    converted = {row[0]: row[1:] for row in facts_table(rupees, tables, "en").rows}
    assert converted["Currency"] == ("INR", "1 yuan = 11.7 INR")
    assert merchants_table(region, "en").rows[-1][1] == "40"


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_is_well_formed_draws_three_figures_and_fetches_nothing(region, tables, lang):
    text = card(region, tables, lang)
    figures = re.findall(r'<script type="application/json" id="(chart-\d)">(.*?)</script>', text, flags=re.S)
    assert [json.loads(figure)["data"] != [] for _, figure in figures] == [True] * 3
    assert "default-src 'none'" in text or "default-src &#x27;none&#x27;" in text
    assert not re.search(r"<(?:link|iframe|img)|\ssrc=", text[: text.index("plotly.js v")])


def test_a_name_cannot_smuggle_markup_into_the_card(region, tables):
    text = card(replace(region, title_en="<script>alert(1)</script>"), tables, "en")
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_chinese_cards_show_no_english_sentence():
    text = card(builtin("lishui"), None, "zh").split("<script>")[0]
    for sentence in re.findall(r"<(?:h1|h2|caption|summary|p)[^>]*>([^<]+)<", text):
        assert not re.search(r"[A-Za-z]{4,} [a-z]{2,}", sentence), sentence
