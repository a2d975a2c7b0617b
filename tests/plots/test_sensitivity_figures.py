"""Figures of sensitivity draw what the analyses found, name the dummy and the seed, and stay offline."""

import numpy as np
import plotly.graph_objects as go
import pytest

from simulation.analysis.sensitivity.emulator import fit_emulator, train
from simulation.analysis.sensitivity.factors import DUMMY
from simulation.analysis.sensitivity.morris import morris_screen
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.scatter import scatter_of
from simulation.analysis.sensitivity.sobol import sobol
from simulation.analysis.sensitivity.tornado import tornado
from simulation.outcomes.wording import say
from simulation.plots.sensitivity import sobol_figure, tornado_figure
from simulation.plots.sensitivity_marks import morris_figure, scatter_figure
from simulation.plots.style import BASE, BLUE, PURPLE, check_traces
from tests.analysis.sensitivity.functions import Model, factor

COVERAGE = OutcomeName("Coverage at the end", "期末覆盖率", "percentage points", "个百分点", scale=100.0)
FACTORS = (factor("a", 0, 10, 5), factor("b", 0, 1, 0.5), factor("c", 0, 1, 0.5))
MODEL = Model(lambda p: 0.5 + 0.02 * p[:, 0] - 0.4 * p[:, 1], worlds=[-0.01, 0, 0.01])
WORLDS = range(3)


@pytest.fixture(scope="module")
def training():
    return train(MODEL, FACTORS, WORLDS, 32)


@pytest.fixture(scope="module")
def found(training):
    return {
        "tornado": tornado(MODEL, FACTORS, WORLDS),
        "morris": morris_screen(MODEL, FACTORS, WORLDS, n_trajectories=10),
        "sobol": sobol(fit_emulator(training)),
        "scatter": scatter_of(training),
    }


def every_figure(found, lang):
    yield tornado_figure(found["tornado"], COVERAGE, True, lang)
    yield morris_figure(found["morris"], COVERAGE, True, lang)
    yield sobol_figure(found["sobol"], True, lang)
    yield scatter_figure(found["scatter"], COVERAGE, True, lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_is_titled_labelled_and_offline(found, lang):
    for figure in every_figure(found, lang):
        go.Figure(figure.to_dict())  # validates
        check_traces(figure)
        assert figure.layout.meta["finding"] and figure.layout.meta["note"]
        assert say("plot.illustrative", lang) in figure.layout.title.text
        assert all(len(row) == len(figure.layout.meta["columns"]) for row in figure.layout.meta["rows"])
        assert figure.layout.xaxis.title.text


def test_chinese_figures_hold_no_english_word(found):
    for figure in every_figure(found, "zh"):
        meta = figure.layout.meta
        for text in (meta["finding"], meta["note"], *meta["columns"], *(cell for row in meta["rows"] for cell in row)):
            words = [word for word in text.split() if word.isascii() and word.isalpha() and len(word) > 1]
            assert not set(words) - {"mu*", "sigma"}, text


def test_a_tornado_has_the_largest_factor_on_top_and_draws_both_ends_in_points(found):
    figure = tornado_figure(found["tornado"], COVERAGE, True)
    high, low = figure.data
    np.testing.assert_allclose(high.x, [-20, 10, 0], atol=1e-9)
    np.testing.assert_allclose(low.x, [20, -10, 0], atol=1e-9)
    assert (high.marker.pattern.shape, low.marker.pattern.shape) == ("", "/")
    assert high.marker.color == (BLUE, BLUE, BASE)
    assert high.offsetgroup and low.offsetgroup and high.offsetgroup != low.offsetgroup  # side by side
    assert figure.layout.yaxis.ticktext == ("weight of b", "weight of a", "weight of c")
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # from the top
    assert "“weight of b” moves the outcome most" in figure.layout.meta["finding"]
    assert "+20.0 percentage points at the low end" in figure.layout.meta["finding"]
    assert "(40.0 percentage points)" in figure.layout.meta["note"]


def test_a_tornado_in_which_nothing_is_sure_says_so():
    slopes = np.array([-1.0, 0.0, 1.2])
    unsure = tornado(lambda p, r: p[:, :1] * slopes[list(r)], (factor("a"),), WORLDS)
    figure = tornado_figure(unsure, COVERAGE, False)
    assert figure.layout.meta["finding"].startswith("No factor, changed one at a time")
    assert "ILLUSTRATIVE" not in figure.layout.title.text


def test_one_replicate_draws_no_interval_and_says_so():
    figure = tornado_figure(tornado(MODEL, FACTORS, range(1)), COVERAGE, True)
    assert not np.any(figure.data[0].error_x.array)
    assert "no interval can be given" in figure.layout.meta["note"]


def test_a_screen_marks_what_is_told_the_rest_and_the_dummy_apart_and_numbers_the_names(found):
    figure = morris_figure(found["morris"], COVERAGE, True)
    _, told, rest, dummy = figure.data
    assert (told.marker.symbol, rest.marker.symbol, dummy.marker.symbol) == ("circle", "circle-open", "diamond")
    np.testing.assert_allclose(told.x, [40, 20])
    assert (told.text, rest.text) == (("1", "2"), ("",))
    assert [a.text for a in figure.layout.annotations] == ["1  weight of b", "2  weight of a"]
    assert figure.layout.meta["finding"] == "2 of 3 factors are told from the dummy; “weight of b” matters most"
    assert figure.layout.meta["rows"][-1][0] == DUMMY.label


def test_shares_are_drawn_with_dummy_and_seed_below(found):
    figure = sobol_figure(found["sobol"], True)
    total, first, seed = figure.data
    # variances .16 / 12 and .04 / 12
    assert total.x[:2] == pytest.approx((80, 20), abs=3)
    assert first.x[:2] == pytest.approx((80, 20), abs=3)
    assert figure.layout.yaxis.ticktext[-2:] == ("Dummy (changes nothing)", "Seed (chance)")
    assert seed.marker.color == PURPLE and seed.y == (4,)
    # worlds add a variance of .0001 everywhere, factors .2 / 12
    assert seed.x[0] == pytest.approx(100 * 0.0001 / (0.0001 + 0.2 / 12), abs=0.1)
    assert "“weight of b” causes" in figure.layout.meta["finding"]
    assert "Q2 = 1.00 over 32 points" in figure.layout.meta["note"]


def test_refused_shares_leave_the_seed_and_the_reason():
    noise = Model(lambda p: 0 * p[:, 0], worlds=[0, 0, 0], noise=1.0)
    figure = sobol_figure(sobol(fit_emulator(train(noise, FACTORS, WORLDS, 32))), True)
    assert figure.layout.meta["finding"] == "No shares of variance: the emulator is too poor"
    assert "Q2 =" in figure.layout.meta["note"]
    assert figure.layout.yaxis.ticktext == ("Seed (chance)",)


def test_every_point_stands_in_every_panel_the_most_followed_factor_first(found, training):
    figure = scatter_figure(found["scatter"], COVERAGE, True)
    assert len(figure.data) == 3
    np.testing.assert_allclose(figure.data[0].y, 100 * training.outcomes.mean(axis=1))
    np.testing.assert_allclose(figure.data[0].x, training.values[:, 1])
    assert [shape.x0 for shape in figure.layout.shapes] == [0.5, 5, 0.5]
    assert figure.layout.xaxis.title.text == "weight of b<br>logit"
    # b falls by .4 over its range, a rises by .2: Pearson's -.4 / sqrt(.2)
    assert found["scatter"].followed[0].rank_correlation == pytest.approx(-0.4 / np.sqrt(0.2), abs=0.08)
    assert "it follows “weight of b” most" in figure.layout.meta["finding"]
