"""Figures of barriers draw what was found, can be read in grey, and say it in English and Chinese."""

import numpy as np
import plotly.graph_objects as go
import pytest
import xarray as xr

from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.analysis.barriers.places import PlaceBarrier
from simulation.core.codes import AGE_NAMES
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import label, say
from simulation.plots.barriers import LOOKS, barrier_bars, barrier_places
from simulation.plots.style import check_traces

LEAST_STEP = 0.08  # of luminance between neighbours without a pattern


def shares():
    """Return shares 1, 2, ... thousandths by class and age; skill holds 30% of the oldest."""
    mean = xr.DataArray(
        np.arange(1, 46).reshape(9, 5) / 1000,
        dims=("barrier", "age"),
        coords={"barrier": list(CLASS_NAMES), "age": list(AGE_NAMES)},
    )
    mean.loc["skill", "75+"] = 0.3
    mean.loc["on_the_way", "75+"] = 0.4  # not a barrier
    return xr.Dataset({"mean": mean, "low": mean - 0.001, "high": mean + 0.001})


PLACES = tuple(
    PlaceBarrier(
        f"p{k}", f"Place {k}", f"地点{'甲乙丙'[k]}", name, Interval(held, held - 10, held + 10), 2 * held, 1000.0
    )
    for k, (name, held) in enumerate((("no_access", 300.0), ("skill", 200.0), ("no_access", 100.0)))
)


def figures(lang):
    return barrier_bars(shares(), "age", 26, True, lang), barrier_places(PLACES, 8, True, lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_is_titled_labelled_and_offline(lang):
    for figure in figures(lang):
        go.Figure(figure.to_dict())  # validates
        check_traces(figure)
        meta = figure.layout.meta
        assert say("plot.illustrative", lang) in figure.layout.title.text
        assert meta["finding"] and meta["note"] and figure.layout.xaxis.title.text
        assert all(len(row) == len(meta["columns"]) for row in meta["rows"])


def test_chinese_figures_hold_no_english_word():
    for figure in figures("zh"):
        meta = figure.layout.meta
        texts = [meta["finding"], meta["note"], *meta["columns"], *(cell for row in meta["rows"] for cell in row)]
        texts += [trace.name or "" for trace in figure.data]
        for text in texts:
            assert not [word for word in text.split() if word.isascii() and word.isalpha() and len(word) > 1], text


def test_bars_stack_all_classes_in_percent_and_the_title_names_the_largest_single_barrier():
    figure, _ = figures("en")
    assert [trace.name for trace in figure.data] == [label("barrier", name, "en") for name in CLASS_NAMES]
    assert figure.layout.barmode == "stack" and figure.layout.showlegend
    np.testing.assert_allclose(figure.data[0].x, [0.1, 0.2, 0.3, 0.4, 0.5])
    assert figure.layout.meta["finding"].startswith("“Not skilled enough” holds most people back: 30%")
    assert "aged 75+" in figure.layout.meta["finding"]
    assert "within 26 weeks" in figure.layout.meta["note"]
    assert ["75+", "Not skilled enough", "30.0%", "29.9–30.1"] in figure.layout.meta["rows"]


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2), 0 to 1."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_neighbouring_parts_differ_in_lightness_and_letters_can_be_read():
    assert tuple(LOOKS) == CLASS_NAMES
    light = [luminance(fill) for fill, _, _ in LOOKS.values()]
    assert (np.abs(np.diff(light)) >= LEAST_STEP).all()
    for fill, _, letters in LOOKS.values():
        low, high = sorted((luminance(fill), luminance(letters)))
        assert (high + 0.05) / (low + 0.05) >= 4.0, fill


def test_places_show_their_most_common_barrier_with_its_interval():
    _, figure = figures("en")
    by_barrier = {trace.y: trace for trace in figure.data}
    assert by_barrier[(0, 2)].x.tolist() == [300, 100] and by_barrier[(1,)].x.tolist() == [200]
    assert by_barrier[(1,)].error_x.array.tolist() == [10] == by_barrier[(1,)].error_x.arrayminus.tolist()
    assert figure.layout.meta["finding"] == "“No device or no account” is the most common barrier at 2 of 3 places"
    assert figure.layout.yaxis.ticktext == ("Place 0", "Place 1", "Place 2")
    assert [a.text for a in figure.layout.annotations][1] == "Not skilled enough"


def test_one_replicate_draws_no_interval_and_says_so():
    alone = PlaceBarrier("p", "Here", "此地", "trust", Interval(5.0, np.nan, np.nan), 9.0, 20.0)
    figure = barrier_places([alone], 1, False)
    assert figure.data[0].error_x.array.tolist() == [0]
    assert "no interval can be given" in figure.layout.meta["note"]
    assert figure.layout.meta["rows"][0][3] == ""


def test_where_nobody_is_held_the_title_says_so():
    none = shares() * 0
    assert barrier_bars(none, "age", 26, False).layout.meta["finding"] == say("plot.barriers.none", "en")
