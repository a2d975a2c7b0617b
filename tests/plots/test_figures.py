"""Figures state their finding, stay offline, and draw what the indicators say."""

import numpy as np
import plotly.graph_objects as go
import pytest

from simulation import plots
from simulation.analysis.comparison import compare
from simulation.outcomes.indicators import coverage, spending
from simulation.outcomes.wording import say
from simulation.plots.comparison import added_figure
from simulation.plots.style import ALLOWED_TRACES, BEHIND_LABELS, check_traces, lines_of, spread_labels


def every_figure(programme, baseline, lang):
    yield plots.coverage_over_time(programme, baseline, lang)
    yield plots.coverage_over_time(programme, None, lang)
    for dim in ("age", "area", "income"):
        yield plots.coverage_by_group(programme, baseline, dim, lang)
        yield plots.coverage_by_group(programme, None, dim, lang)
        yield plots.added_by_group(programme, baseline, dim, lang)
    yield plots.spending_by_lever(programme, lang)
    yield plots.acceptance_by_sector(programme, baseline, lang)
    yield plots.coverage_map(programme, lang)
    yield plots.added_map(programme, baseline, lang)


def texts_of(figure):
    """Return every text a reader sees, hovering included."""
    shown = [figure.layout.title.text, *(a.text for a in figure.layout.annotations)]
    for axis in [*figure.select_xaxes(), *figure.select_yaxes()]:
        shown += [axis.title.text or "", *(axis.ticktext or ())]
    for trace in figure.data:
        shown += [trace.name or "", trace.hovertemplate or ""]
    return [str(s) for s in shown]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_is_titled_labelled_and_offline(programme, baseline, lang):
    for figure in every_figure(programme, baseline, lang):
        go.Figure(figure.to_dict())  # validates
        check_traces(figure)
        assert {trace.type for trace in figure.data} <= set(ALLOWED_TRACES)
        assert figure.layout.meta["finding"] and figure.layout.meta["note"]
        assert say("plot.illustrative", lang) in figure.layout.title.text
        assert all(len(row) == len(figure.layout.meta["columns"]) for row in figure.layout.meta["rows"])


def test_chinese_figures_hold_no_english_sentence(programme, baseline):
    for figure in every_figure(programme, baseline, "zh"):
        for text in texts_of(figure):
            words = [w for w in text.replace("<", " <").split() if w.isalpha() and w.isascii() and len(w) > 3]
            assert not set(words) - {"Town"}, text


def test_a_figure_of_measured_adoption_is_not_called_illustrative(programme):
    measured = programme.scenario.survey.model_copy(update={"illustrative": False})
    scenario = programme.scenario.model_copy(update={"survey": measured})
    figure = plots.coverage_over_time(type(programme)(programme.dataset, scenario, {}))
    assert say("plot.illustrative", "en") not in figure.layout.title.text


def test_the_curve_is_the_mean_over_replicates_and_lies_in_its_band(programme, baseline):
    figure = plots.coverage_over_time(programme, baseline)
    band, line = figure.data[2:]
    expected = coverage(programme.dataset).mean("replicate").values
    np.testing.assert_allclose(line.y, expected)
    high, low = np.split(np.asarray(band.y), 2)
    assert (low[::-1] <= expected).all() and (expected <= high).all()
    assert low.min() >= 0 and high.max() <= 1


def test_the_target_line_is_drawn_and_labelled(programme, baseline):
    figure = plots.coverage_over_time(programme, baseline)
    assert [s.y0 for s in figure.layout.shapes] == [0.8]
    assert "Target 80%" in [a.text for a in figure.layout.annotations]
    assert "the target of 80% is missed by" in figure.layout.meta["finding"]


def test_the_scale_of_coverage_is_always_0_to_100(programme, baseline):
    for figure in (
        plots.coverage_over_time(programme, baseline),
        plots.coverage_by_group(programme, baseline, "age"),
    ):
        for axis in figure.select_yaxes():
            assert tuple(axis.range) == (0, 1)
    assert plots.coverage_map(programme).data[0].marker.cmax == 1


def test_one_replicate_draws_no_band_and_says_so(short_run):
    figure = plots.coverage_over_time(short_run)
    assert len(figure.data) == 1
    assert "no interval" in figure.layout.meta["note"]


def test_spending_bars_are_the_totals_of_the_levers(programme):
    figure = plots.spending_by_lever(programme)
    expected = sorted(spending(programme.dataset, ("lever",)).mean("replicate").values / 1e6, reverse=True)
    public, private = figure.data
    np.testing.assert_allclose(public.x + private.x, expected)
    np.testing.assert_allclose(private.x, [0.9, 0, 0])  # 15,000 yuan a week of the terminals' money
    # of 6.12 million yuan
    assert figure.layout.meta["finding"].endswith("; 15% of it is private money (hatched)")


def test_no_line_strikes_a_value_through(programme):
    figure = plots.spending_by_lever(programme)
    assert figure.layout.yaxis.showgrid is False
    beside = [one for one in figure.layout.annotations if one.xanchor == "left"]
    assert len(beside) == programme.dataset.sizes["lever"]
    assert {one.bgcolor for one in beside} == {BEHIND_LABELS}


def test_the_value_of_a_loss_is_written_past_the_line_of_zero(programme, baseline):
    found = compare({"usual": baseline, "plan": programme}, "plan")
    figure = added_figure(found, {"usual": "Usual", "plan": "Plan"})
    assert figure.data[0].x[0] < 0
    assert figure.layout.annotations[0].x == 0


def test_without_private_money_nothing_is_said_of_payers(programme):
    d = programme.dataset.copy(deep=True)
    d["spending_yuan"].loc[{"payer": "private"}] = 0.0
    figure = plots.spending_by_lever(type(programme)(d, programme.scenario, {}))
    assert len(figure.data) == 1 and "private" not in figure.layout.meta["finding"]


def test_an_effect_that_may_be_zero_is_hatched(programme):
    figure = plots.added_by_group(programme, programme, "age")
    assert set(figure.data[0].marker.pattern.shape) == {"/"}
    assert set(figure.data[0].x) == {0}


def test_the_map_keeps_distances_equal_and_leaves_out_empty_places(programme):
    d = programme.dataset.copy(deep=True)
    d["n_residents_place"][:, 3] = 0.0
    d["n_active_place"][:, :, 3] = 0.0
    figure = plots.coverage_map(type(programme)(d, programme.scenario, {}))
    assert len(figure.data[0].x) == 11
    # a degree of longitude at 28.4 degrees north is cos(28.4) = 0.8796 of one of latitude
    assert figure.layout.yaxis.scaleratio == pytest.approx(1 / 0.8796, rel=1e-3)


def test_a_settlement_of_few_simulated_residents_has_no_value_and_no_part_in_the_finding(programme, baseline):
    d = programme.dataset.copy(deep=True)
    d["n_residents_place"][:, 3] = 29 * 40.0  # each simulated resident stands for 40
    d["n_active_place"][:, :, 3] = 0.0
    few = type(programme)(d, programme.scenario, {})
    for figure in (plots.coverage_map(few), plots.added_map(few, baseline)):
        grey, coloured = figure.data
        assert (len(grey.x), len(coloured.x)) == (1, 11)
        assert "of 11 larger settlements" in figure.layout.meta["finding"]
        assert "fewer than 30 simulated residents" in figure.layout.meta["note"]
    d["n_residents_place"][:] = 29 * 40.0
    d["n_active_place"][:] = 0.0
    for figure in (plots.coverage_map(few), plots.added_map(few, baseline)):
        assert figure.layout.meta["finding"].startswith("Too few residents are simulated")


def test_a_trace_that_asks_a_server_is_refused():
    with pytest.raises(ValueError, match="scattergeo"):
        check_traces(go.Figure(go.Scattergeo(lon=[0], lat=[0])))


def test_labels_are_pushed_apart_and_keep_their_order():
    assert spread_labels([0.5, 0.9], 0.1) == [0.5, 0.9]
    placed = spread_labels([0.52, 0.50, 0.51], 0.1)
    assert sorted(placed) == pytest.approx([0.41, 0.51, 0.61])
    assert placed[1] < placed[2] < placed[0]


def test_chinese_lines_do_not_start_with_punctuation_nor_split_numbers():
    text = "到 2028 年 12 月 31 日,实施方案的覆盖率达到 64.6%,维持现状为 58.4%;距 80% 的目标还差 15.4 个百分点".replace(
        ",", "\uff0c"
    ).replace(";", "\uff1b")
    lines = lines_of(text * 2, "zh")
    assert "".join(lines).replace(" ", "") == (text * 2).replace(" ", "")
    assert all(line[0] not in "\uff0c\uff1b\u3002%" for line in lines)
    assert any("64.6%" in line for line in lines)
