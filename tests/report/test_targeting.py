"""What is said of ways of choosing: the first sentence answers, and nothing is claimed that was not found."""

import pytest

from simulation.plots.style import check_traces
from simulation.plots.targeting import money_figure, spread_figure, users_figure
from simulation.report.targeting import sentences, tables
from simulation.report.targeting_folder import page
from tests.analysis.targeting.made import targeting

CLEAR = {"random": [10.0, 20, 30, 40], "gossip_nominees": [11.0, 19, 32, 41], "degree": [1.0, 11, 21, 31]}
ALONE = {"random": [50.0, 60, 70, 80], "gossip_nominees": [11.0, 19, 32, 41], "degree": [1.0, 11, 21, 31]}
OPEN = {"random": [10.0, 30, 20, 25], "gossip_nominees": [30.0, 10, 21, 26], "degree": [20.0, 20, 19, 28]}
TURNED = {"random": [1.0, 11, 21, 31], "gossip_nominees": [2.0, 10, 23, 32], "degree": [60.0, 71, 79, 90]}


@pytest.mark.parametrize(
    ("found", "english", "chinese"),
    [
        (CLEAR, "those villagers name as spreading news” leads, adding 26 active users", "难分高下：随机抽取"),
        (ALONE, "Choosing “by lot” leads, adding 65 active users", "确定多于其他各种方式"),
        (OPEN, "The ways of choosing cannot be ranked", "无法排出先后"),
    ],
    ids=["tied", "alone", "open"],
)
def test_the_first_sentence_says_who_leads_and_who_cannot_be_told_apart(found, english, chinese):
    for lang, words in (("en", english), ("zh", chinese)):
        assert words in sentences(targeting(found), lang)[0]
    assert ("cannot be told apart from: by lot." in sentences(targeting(found), "en")[0]) == (found is CLEAR)


@pytest.mark.parametrize(
    ("strong", "words"),
    [
        (CLEAR, "does not hang on how strongly"),
        (TURNED, "Which way leads hangs on"),
        (OPEN, "cannot be told from these runs"),
    ],
)
def test_it_is_said_whether_the_order_hangs_on_contagion(strong, words):
    assert words in " ".join(sentences(targeting(CLEAR, strong), "en"))


def test_one_replicate_and_few_visited_are_said():
    one = " ".join(sentences(targeting({name: values[:1] for name, values in CLEAR.items()}), "en"))
    assert "One replicate gives no interval" in one and "cannot be ranked" in one
    assert "too few to say much" not in one


def test_money_and_cascades_are_told():
    said = " ".join(sentences(targeting(CLEAR), "en"))
    assert "Most users for the money: “by lot”, 25.00 per 10,000 yuan" in said
    assert "(4.46–45.54); it cannot be told apart from: those villagers" in said
    assert "Ways that need to know who knows whom add 2.00 per 10,000 yuan at best" in said
    assert "“by lot” reaches furthest where one contact is enough, “those with most contacts” where two" in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_have_a_row_a_way_and_a_cell_a_column(lang):
    found = targeting(CLEAR, TURNED)
    made = tables(found, lang)
    assert [len(table.rows) for table in made] == [3, 3, 3, 4]  # the spread has everybody besides
    assert all(len(row) == len(table.columns) for table in made for row in table.rows)
    verdicts = [row[-1] for row in made[0].rows]
    assert verdicts == (
        ["leads", "cannot be told apart", "certainly fewer"] if lang == "en" else ["领先", "难分高下", "确定更少"]
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("strong", [None, TURNED])
def test_figures_are_titled_by_what_they_show_and_offline(lang, strong):
    found = targeting(CLEAR, strong)
    for draw in (users_figure, money_figure, spread_figure):
        figure = draw(found, lang)
        check_traces(figure)
        meta = figure.layout.meta
        assert meta["finding"] and meta["note"] and figure.layout.xaxis.title.text
        assert all(len(row) == len(meta["columns"]) for row in meta["rows"])
        if lang == "zh":
            texts = [meta["finding"], meta["note"], *meta["columns"], *(cell for row in meta["rows"] for cell in row)]
            assert not {word for text in texts for word in text.split() if word.isascii() and word.isalpha()} - {
                "Fieller"
            }


def test_marks_stand_at_the_means_with_their_intervals():
    figure = users_figure(targeting(CLEAR))
    (marks,) = figure.data
    assert list(marks.x) == [25.75, 25.0, 16.0]
    assert list(marks.marker.symbol) == ["circle", "circle", "circle-open"]
    assert "adds most active users on the mean; 1 other ways cannot be told from it" in figure.layout.meta["finding"]
    both = users_figure(targeting(CLEAR, TURNED))
    assert [trace.marker.symbol[0] for trace in both.data] == ["circle", "diamond"]


def test_the_page_holds_sentences_figures_and_tables_in_either_language():
    found = targeting(CLEAR, TURNED)
    for lang in ("en", "zh"):
        html = page(found, lang)
        assert html.count("<table") >= 4 and 'id="chart-3' in html
        assert "https://" not in html.split("</head>")[0]
