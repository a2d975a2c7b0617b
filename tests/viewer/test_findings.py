"""What pages add to the report's figures: the funnel and the heat map, from hand arithmetic."""

import re

import numpy as np
import pytest
import xarray as xr

from simulation.outcomes.intervals import estimate
from simulation.viewer.funnel import STAGES, funnel_figure, funnel_table, shares
from simulation.viewer.heat import colour_table, heat_table
from simulation.viewer.ledger import ledger_table
from simulation.viewer.room import Kept

READABLE = 4.5  # WCAG 2.2 AA


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shares_are_people_of_a_stage_among_residents(programme):
    d = programme.dataset
    cells = ("age", "area", "income")
    expected = float((d.n_aware.isel(week=-1).sum(cells) / d.n_residents.sum(cells)).mean())
    assert float(estimate(shares(programme)["aware"])["mean"]) == pytest.approx(expected)
    assert float(shares(programme)["ever"].mean()) >= float(shares(programme)["active"].mean())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_funnel_has_a_bar_a_stage_and_a_table(programme, baseline, lang):
    figure = funnel_figure(programme, baseline, lang)
    assert [len(trace.y) for trace in figure.data] == [len(STAGES)] * 2
    assert len(figure.layout.meta["rows"]) == len(STAGES)
    assert len(funnel_table(programme, lang).rows) == 5 + 3 + 3


@pytest.mark.parametrize("most", [0.0, 1.0])
def test_every_cell_can_be_read_on_its_colour(most):
    for part in np.linspace(0, 1, 1000)[:999].reshape(-1, 1, 3, 3):
        groups = {"age": ["15-29"], "area": ["urban", "town", "remote"], "income": ["low", "middle", "high"]}
        text = heat_table(xr.DataArray(part, coords=groups, dims=tuple(groups)), "", str, "en", most)
        for fill, ink in re.findall(r"background:(rgb[^;]+);color:(#\w+)", text):
            darker, brighter = sorted((luminance(fill), 1.0 if ink == "#FFFFFF" else 0.0))
            assert (brighter + 0.05) / (darker + 0.05) >= READABLE


def test_a_group_without_residents_is_no_zero():
    groups = {"age": ["75+"], "area": ["remote"], "income": ["high"]}
    one = xr.DataArray([[[np.nan]]], coords=groups, dims=tuple(groups))
    assert "nobody" in heat_table(one, "", str, "en")


def test_the_scale_of_maps_has_one_colour_a_step():
    assert len(set(colour_table())) > 200


def test_the_ledger_adds_up(programme):
    table = ledger_table(programme, "en")
    assert table is not None
    cells = [[float(cell.replace(",", "")) for cell in row[1:]] for row in table.rows]
    *lines, total = cells
    assert np.allclose(np.sum(lines, axis=0), total, atol=0.01 * len(cells) + 1)
    assert total[-1] == pytest.approx(sum(total[:-1]), abs=0.01 * len(total) + 1)


def test_what_was_used_longest_ago_is_let_go():
    kept, made = Kept(2), []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get((name,), lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]
    assert kept.get(("large",), lambda: "large", 10) == "large"
    kept.get(("a",), lambda: make("a"))
    assert made[-1] == "a"
